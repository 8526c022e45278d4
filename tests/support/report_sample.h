/* Made-up results of every kind, for tests of documents and for looking at the report. */
#ifndef SHOAL_TESTS_REPORT_SAMPLE_H
#define SHOAL_TESTS_REPORT_SAMPLE_H

#include <stdbool.h>

#include <shoal/report.h>

enum { SAMPLE_MOST_SEGMENTS = 10 };

typedef struct report_sample {
    shoal_segment_run run;
    shoal_rfm_grid grid;
    shoal_distribution distribution;
    shoal_top_product top[SAMPLE_MOST_SEGMENTS * SHOAL_TOP_PRODUCTS];
    shoal_table products; /* names that try to break out of the page */
} report_sample;

/* k segments, 1..10; without amounts there is neither money nor lifetime value. Free it with report_sample_free. */
report_sample *report_sample_make(int k, bool amounts);
void report_sample_free(report_sample *sample);

/* Everything in the sample as content of a report; a view. */
shoal_report_content report_sample_content(const report_sample *sample);

#endif
