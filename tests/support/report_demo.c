/* report_demo SEGMENTS money|no-money OUTPUT.html: a report of made-up results, to look at and to test in a browser. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_sample.h"

int main(int argc, char **argv)
{
    const int k = argc == 4 ? (int)strtol(argv[1], NULL, 10) : 0;
    if (k < 1 || k > SAMPLE_MOST_SEGMENTS) {
        fprintf(stderr, "usage: report_demo SEGMENTS(1..%d) money|no-money OUTPUT.html\n", SAMPLE_MOST_SEGMENTS);
        return 2;
    }
    report_sample *sample = report_sample_make(k, strcmp(argv[2], "money") == 0);
    const shoal_report_content content = report_sample_content(sample);
    int n_sections;
    char sections[16][48];
    char *html = shoal_report_html(&content, &n_sections, sections);
    FILE *file = html == NULL ? NULL : fopen(argv[3], "we");
    int failed = file == NULL || fputs(html, file) < 0;
    if (file != NULL) failed |= fclose(file);
    shoal_string_free(html);
    report_sample_free(sample);
    return failed ? 4 : 0;
}
