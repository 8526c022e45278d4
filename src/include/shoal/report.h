/* Results as documents: JSON with a versioned schema, and the HTML report.
 *
 * Every JSON document has `schema`, `version`, `warnings`; absent values are null, never NaN; dates are ISO 8601.
 * The functions give a malloc'ed string of UTF-8 that ends in a newline; free it with shoal_string_free.
 * NULL where memory ran out. warnings: n_warnings sentences, or NULL. */
#ifndef SHOAL_REPORT_H
#define SHOAL_REPORT_H

#include <shoal/steps.h>

#ifdef __cplusplus
extern "C" {
#endif

SHOAL_API char *shoal_import_json(const shoal_import_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_info_json(const shoal_info_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_rfm_json(const shoal_rfm_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_clv_json(const shoal_clv_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_kmeans_json(const shoal_kmeans_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_assign_json(const shoal_assign_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_report_json(const shoal_report_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_export_json(const shoal_export_run *run, int n_warnings, char *const *warnings);
SHOAL_API char *shoal_segment_json(const shoal_segment_run *run); /* carries its own warnings */
SHOAL_API void shoal_string_free(char *string);

/* What the HTML report shows; pointers that are NULL leave their section out. A view. */
typedef struct shoal_report_content {
    const char *title;
    const shoal_import_report *import;
    const shoal_rfm_run *rfm;
    const shoal_rfm_grid *rfm_grid;
    const shoal_clv_run *clv;
    const shoal_distribution *clv_distribution;
    const shoal_kmeans_run *kmeans;
    const shoal_profile *profile;
    const shoal_top_product *top_products; /* profile->n_segments x SHOAL_TOP_PRODUCTS */
    const shoal_column *product_names;     /* text, by code */
    int n_warnings;
    char *const *warnings;
} shoal_report_content;

/* The whole report as one HTML document without any outside reference; every name from the data is escaped.
 * sections (16 x 48 characters) and n_sections say what it holds. */
SHOAL_API char *shoal_report_html(const shoal_report_content *content, int *n_sections, char (*sections)[48]);

#ifdef __cplusplus
}
#endif
#endif
