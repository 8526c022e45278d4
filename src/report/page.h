/* The page on its way, and its sections. A section without data adds nothing. */
#ifndef SHOAL_REPORT_PAGE_H
#define SHOAL_REPORT_PAGE_H

#include <shoal/report.h>

#include "base/text.h"

enum { SHOAL_MAX_SECTIONS = 16 };

typedef struct shoal_page {
    shoal_text html;
    const shoal_report_content *content;
    int *order;                /* segments as shown: largest revenue (customers where there is no money) first */
    bool has_money, has_value; /* amounts were given; a customer lifetime value was computed */
    int n_sections;
    struct {
        char id[16], heading[48];
    } sections[SHOAL_MAX_SECTIONS];
} shoal_page;

/* <section> with its heading, noted for the list of contents; id and heading are literals. */
void shoal_section_begin(shoal_page *page, const char *id, const char *heading);
void shoal_section_end(shoal_page *page);

/* The customers and the money that the page speaks of; -1 and NaN where nothing is known. */
int64_t shoal_page_customers(const shoal_page *page);
double shoal_page_revenue(const shoal_page *page);
/* "12 months", "90 days": the forecast's length; buffer is returned. */
const char *shoal_page_horizon(const shoal_page *page, char buffer[64]);

/* part / whole, NaN where there is no whole. */
double shoal_share(double part, double whole);

/* The parts of a table; cells hold a figure of word.h or are started for text. */
void shoal_table_begin(shoal_text *html, const char *caption);
void shoal_table_head(shoal_text *html, int n, const char *const *heads, int n_left);
void shoal_table_figure(shoal_text *html, const char *figure);
void shoal_table_text(shoal_text *html, const char *text);
void shoal_table_name(shoal_text *html, const char *colour, const char *text);
void shoal_table_end(shoal_text *html);

void shoal_section_summary(shoal_page *page);
void shoal_section_segments(shoal_page *page);
void shoal_section_profile(shoal_page *page);
void shoal_section_products(shoal_page *page);
void shoal_section_rfm(shoal_page *page);
void shoal_section_value(shoal_page *page);
void shoal_section_models(shoal_page *page);
void shoal_section_choice(shoal_page *page);
void shoal_section_data(shoal_page *page);
void shoal_section_notes(shoal_page *page);

#endif
