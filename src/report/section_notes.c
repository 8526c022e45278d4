#include "report/html.h"
#include "report/page.h"

void shoal_section_notes(shoal_page *page)
{
    const shoal_report_content *c = page->content;
    if (c->n_warnings <= 0) return;
    shoal_section_begin(page, "notes", "Notes");
    shoal_text_add(&page->html, "<ul class=\"facts\">\n");
    for (int i = 0; i < c->n_warnings; i++) {
        shoal_text_add(&page->html, "<li>");
        shoal_html_text(&page->html, c->warnings[i]);
        shoal_text_add(&page->html, "</li>\n");
    }
    shoal_text_add(&page->html, "</ul>\n");
    shoal_section_end(page);
}
