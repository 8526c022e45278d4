#include <criterion/criterion.h>
#include <inttypes.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/report.h>
#include <shoal/version.h>

#include "base/text.h"
#include "report_sample.h"

/* Parses a document, checks what every document has, and frees the text. */
static json_t *document(char *text, const char *schema)
{
    json_error_t error;
    cr_assert_not_null(text);
    cr_assert_eq(text[strlen(text) - 1], '\n');
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(root, "line %d: %s\n%s", error.line, error.text, text);
    cr_assert_null(strstr(text, "nan"));
    cr_assert_null(strstr(text, "inf,"));
    cr_assert_str_eq(json_string_value(json_object_get(root, "schema")), schema);
    cr_assert_str_eq(json_string_value(json_object_get(root, "version")), SHOAL_VERSION);
    cr_assert(json_is_array(json_object_get(root, "warnings")));
    cr_assert_not_null(json_object_get(root, "input"));
    shoal_string_free(text);
    return root;
}

/* The value at a path such as "segmentation.segments.0.name"; fails the test where there is none. */
static json_t *at(json_t *root, const char *path)
{
    char copy[256], *rest = NULL;
    shoal_text_copy(copy, sizeof copy, path);
    json_t *value = root;
    for (char *part = strtok_r(copy, ".", &rest); part != NULL; part = strtok_r(NULL, ".", &rest)) {
        value = json_is_array(value) ? json_array_get(value, strtoul(part, NULL, 10)) : json_object_get(value, part);
        cr_assert_not_null(value, "%s: no %s", path, part);
    }
    return value;
}

static double number(json_t *root, const char *path)
{
    json_t *value = at(root, path);
    cr_assert(json_is_number(value), "%s is no number", path);
    return json_number_value(value);
}

static const char *string(json_t *root, const char *path)
{
    json_t *value = at(root, path);
    cr_assert(json_is_string(value), "%s is no text", path);
    return json_string_value(value);
}

Test(json, segment)
{
    report_sample *sample = report_sample_make(6, true);
    json_t *root = document(shoal_segment_json(&sample->run), "shoal.segment/1");
    cr_assert_eq(number(root, "input.rows_read"), 541909);
    cr_assert_eq(number(root, "input.rows_kept") + number(root, "input.rows_rejected"), 541909);
    cr_assert_eq(number(root, "input.rejected_by_reason.missing_customer"), 135080);
    cr_assert_str_eq(string(root, "input.columns.customer"), "CustomerID");
    cr_assert_null(json_object_get(at(root, "input.columns"), "amount"));
    cr_assert_str_eq(string(root, "input.source"), "orders <2011> & returns.csv.gz");
    cr_assert_eq(number(root, "customers"), 23570);
    cr_assert_eq(number(root, "revenue"), sample->run.profile.revenue);
    cr_assert_str_eq(string(root, "period.start"), "1997-01-01T00:00:00Z");
    cr_assert_str_eq(string(root, "period.end"), "1998-06-30T01:00:00Z");
    cr_assert_eq(number(root, "rfm.thresholds.monetary.3"), 168.2);
    cr_assert_eq(json_array_size(at(root, "rfm.segments")), SHOAL_RFM_SEGMENTS);
    cr_assert_eq(number(root, "clv.purchase.params.alpha"), 4.788943);
    cr_assert_str_eq(string(root, "clv.purchase.model"), "bgnbd");
    cr_assert(json_is_null(at(root, "clv.purchase.boundary")));
    cr_assert(json_is_null(at(root, "clv.spend.se.gamma")), "NaN is null");
    cr_assert_eq(number(root, "clv.holdout.actual"), 19684);
    cr_assert_eq(number(root, "segmentation.k"), 6);
    cr_assert_eq(json_array_size(at(root, "segmentation.choice")), 9);
    cr_assert_eq(number(root, "segmentation.choice.0.k"), 2);
    double customers = 0, revenue = 0, share = 0;
    for (size_t s = 0; s < json_array_size(at(root, "segmentation.segments")); s++) {
        json_t *segment = json_array_get(at(root, "segmentation.segments"), s);
        cr_assert_eq(number(segment, "id"), (double)s);
        cr_assert_str_eq(string(segment, "name"), sample->run.profile.segments[s].name);
        cr_assert_eq(number(segment, "centroid.recency_days"), sample->run.kmeans.centroids[3 * s]);
        customers += number(segment, "customers");
        revenue += round(100 * number(segment, "revenue"));
        share += number(segment, "share_revenue");
    }
    cr_assert_eq(customers, 23570);
    cr_assert_eq(revenue, round(100 * number(root, "revenue")), "cents add up");
    cr_assert_float_eq(share, 1, 1e-12);
    cr_assert_eq(number(root, "time_ms.read"), 12.346);
    cr_assert_str_eq(string(root, "warnings.0"), sample->run.warnings[0]);
    json_decref(root);
    report_sample_free(sample);
}

Test(json, segment_without_amounts_and_clv)
{
    report_sample *sample = report_sample_make(2, false);
    sample->run.has_clv = false;
    json_t *root = document(shoal_segment_json(&sample->run), "shoal.segment/1");
    cr_assert(json_is_null(at(root, "revenue")));
    cr_assert(json_is_null(at(root, "clv")));
    cr_assert(json_is_null(at(root, "rfm.thresholds.monetary")));
    cr_assert(json_is_null(at(root, "rfm.segments.0.revenue")));
    cr_assert(json_is_null(at(root, "segmentation.segments.0.revenue")));
    cr_assert(json_is_null(at(root, "segmentation.segments.0.clv")));
    cr_assert_eq(json_array_size(at(root, "warnings")), 2);
    json_decref(root);
    report_sample_free(sample);
}

Test(json, every_step)
{
    report_sample *sample = report_sample_make(4, true);
    shoal_segment_run *run = &sample->run;
    json_t *root = document(shoal_import_json(&run->import, 1, run->warnings), "shoal.import/1");
    cr_assert_eq(number(root, "input.rows_read"), 541909);
    cr_assert_str_eq(string(root, "input.returns"), "net");
    cr_assert_eq(json_array_size(at(root, "warnings")), 1);
    json_decref(root);

    root = document(shoal_rfm_json(&run->rfm, 0, NULL), "shoal.rfm/1");
    cr_assert_str_eq(string(root, "as_of"), "1998-06-30");
    cr_assert_str_eq(string(root, "segments.0.name"), shoal_rfm_segment_name(0));
    cr_assert_eq(json_array_size(at(root, "thresholds.recency")), 4);
    cr_assert_eq(json_array_size(at(root, "scores.monetary")), 5);
    json_decref(root);

    root = document(shoal_clv_json(&run->clv, 0, NULL), "shoal.clv/1");
    cr_assert_str_eq(string(root, "input.calibration_end"), "1997-09-30");
    cr_assert_eq(number(root, "purchase.log_likelihood"), -95368.4439);
    cr_assert_eq(number(root, "spend.correlation"), 0.1131);
    cr_assert_eq(number(root, "totals.clv"), round(100 * run->clv.totals.clv) / 100);
    json_decref(root);

    run->kmeans.seed = UINT64_C(9007199254740993);
    root = document(shoal_kmeans_json(&run->kmeans, 0, NULL), "shoal.kmeans/1");
    cr_assert_eq(json_integer_value(at(root, "seed")), 9007199254740993, "integers past 2^53 are exact");
    cr_assert_eq(number(root, "inertia"), run->kmeans.inertia);
    cr_assert_eq(number(root, "centroids.3.2"), run->kmeans.centroids[3 * 3 + 2]);
    cr_assert_eq(number(root, "sizes.1"), (double)run->kmeans.sizes[1]);
    cr_assert_str_eq(string(root, "features.1"), "frequency");
    cr_assert_str_eq(string(root, "algorithm"), "bounded");
    cr_assert_str_eq(string(root, "algorithm_reason"), "most rows keep their cluster");
    cr_assert_str_eq(string(root, "label_order"), "size");
    cr_assert(json_is_null(at(root, "alignment")) && json_is_false(at(root, "mini_batch")));
    cr_assert(number(root, "distinct") == 125 && number(root, "moved") == 0.25);
    cr_assert_str_eq(string(root, "reasons.1"), run->kmeans.reasons[1]);
    json_decref(root);
    shoal_kmeans_match matches[16] = {{2, 0.5, 0.125}, {-1, NAN, NAN}};
    run->kmeans.alignment = (shoal_kmeans_alignment){
        .k = run->kmeans.k, .k_old = 3, .matches = matches, .agreement = 0.75, .adjusted_rand = 0.5};
    run->kmeans.label_order[0] = '\0';
    shoal_text_copy(run->kmeans.align_to, sizeof run->kmeans.align_to, "april");
    root = document(shoal_kmeans_json(&run->kmeans, 0, NULL), "shoal.kmeans/1");
    cr_assert_str_eq(string(root, "alignment.model"), "april");
    cr_assert(number(root, "alignment.agreement") == 0.75 && number(root, "alignment.adjusted_rand") == 0.5);
    cr_assert(number(root, "alignment.clusters.0.old") == 2 && number(root, "alignment.clusters.0.distance") == 0.5);
    cr_assert(number(root, "alignment.clusters.0.relative_distance") == 0.125);
    cr_assert(number(root, "alignment.clusters.1.id") == 1 && json_is_null(at(root, "alignment.clusters.1.old")));
    cr_assert(json_is_null(at(root, "alignment.clusters.1.distance")) && json_is_null(at(root, "label_order")));
    json_decref(root);
    run->kmeans.alignment.matches = NULL; /* not the sample's to free */
    run->kmeans.seed = UINT64_MAX;
    root = document(shoal_kmeans_json(&run->kmeans, 0, NULL), "shoal.kmeans/1");
    cr_assert_str_eq(string(root, "seed"), "18446744073709551615");
    json_decref(root);

    char names[2][SHOAL_SEGMENT_NAME_SIZE] = {"Loyal", "Lapsed \"one-time\""};
    int64_t sizes[] = {INT64_C(4611686018427387905), 2};
    double mean_distances[] = {0.25, NAN};
    int64_t border[] = {INT64_C(1) << 60, 0};
    shoal_assign_run assign = {.name = "new",
                               .model = "kmeans",
                               .kind = "kmeans",
                               .n = 3,
                               .k = 2,
                               .names = names,
                               .sizes = sizes,
                               .mean_distance = NAN};
    root = document(shoal_assign_json(&assign, 0, NULL), "shoal.assign/1");
    cr_assert_eq(json_integer_value(at(root, "segments.0.customers")), INT64_C(4611686018427387905));
    cr_assert_str_eq(string(root, "segments.1.name"), "Lapsed \"one-time\"");
    cr_assert(json_is_null(at(root, "mean_distance")));
    cr_assert_null(json_object_get(at(root, "segments.0"), "share_border"), "of a model without distances");
    json_decref(root);
    assign.mean_distances = mean_distances;
    assign.border = border;
    root = document(shoal_assign_json(&assign, 0, NULL), "shoal.assign/1");
    cr_assert_eq(number(root, "segments.0.mean_distance"), 0.25);
    cr_assert_eq(number(root, "segments.0.share_border"), 0.25);
    cr_assert(json_is_null(at(root, "segments.1.mean_distance")));
    cr_assert_eq(number(root, "segments.1.share_border"), 0);
    json_decref(root);

    const shoal_report_run report = {.path = "out/report.html", .bytes = 12, .n_sections = 1, .sections = {"In short"}};
    root = document(shoal_report_json(&report, 0, NULL), "shoal.report/1");
    cr_assert_str_eq(string(root, "sections.0"), "In short");
    json_decref(root);

    const shoal_export_run export = {.table = "results/rfm", .rows = 3, .columns = 4};
    root = document(shoal_export_json(&export, 0, NULL), "shoal.export/1");
    cr_assert_eq(number(root, "rows"), 3);
    json_decref(root);
    report_sample_free(sample);
}

Test(json, info)
{
    shoal_info_column columns[] = {
        {.group = "customers",
         .name = "x",
         .type = SHOAL_I32,
         .length = 3,
         .min = 0,
         .max = 0.1 + 0.2,
         .mean = 1.0 / 3},
        {.group = "keys", .name = "external_id", .type = SHOAL_TEXT, .length = 3, .min = NAN, .max = NAN, .mean = NAN}};
    shoal_info_model models[] = {{.name = "rfm", .kind = "rfm", .created = "2011-12-09T08:26:00Z"}};
    const shoal_info_run run = {.format_version = 1,
                                .uuid = "u",
                                .customers = 3,
                                .start = SHOAL_NO_DATE,
                                .end = SHOAL_NO_DATE,
                                .n_columns = 2,
                                .n_models = 1,
                                .columns = columns,
                                .models = models};
    json_t *root = document(shoal_info_json(&run, 0, NULL), "shoal.info/1");
    cr_assert(json_is_null(at(root, "period.start")) && json_is_null(at(root, "revenue")));
    cr_assert(json_is_null(at(root, "columns.1.mean")) && json_is_null(at(root, "columns.1.units")));
    cr_assert_eq(number(root, "columns.0.max"), 0.1 + 0.2, "reads back as the same double");
    cr_assert_eq(number(root, "columns.0.mean"), 1.0 / 3);
    cr_assert_str_eq(string(root, "models.0.kind"), "rfm");
    json_decref(root);
}

Test(json, numbers_are_short)
{
    report_sample *sample = report_sample_make(1, true);
    sample->run.import.report.revenue = 8911407.9039999999;
    char *text = shoal_import_json(&sample->run.import, 0, NULL);
    cr_assert_not_null(strstr(text, "\"revenue\": 8911407.9,"), "%s", text);
    shoal_string_free(text);
    sample->run.clv.discount_rate = 0.1;
    text = shoal_clv_json(&sample->run.clv, 0, NULL);
    cr_assert_not_null(strstr(text, "\"discount_rate\": 0.1,"), "%s", text);
    shoal_string_free(text);
    report_sample_free(sample);
}

Test(json, texts_that_are_hostile_or_broken)
{
    shoal_import_run run = {0};
    shoal_text_copy(run.report.source, sizeof run.report.source, "a\"b\\c\n\x01.csv");
    memcpy(run.report.column[0], "caf\xE9 \xF0\x9F", 7);
    memcpy(run.report.rejected[0].reason, "\xFF", 2);
    run.report.n_reasons = 1;
    run.report.rejected[0].rows = 2;
    char broken[] = "bad \xC3";
    char *warnings[] = {broken};
    json_t *root = document(shoal_import_json(&run, 1, warnings), "shoal.import/1");
    cr_assert_str_eq(string(root, "input.source"), "a\"b\\c\n\x01.csv");
    cr_assert_str_eq(string(root, "input.columns.customer"), "caf\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD");
    cr_assert_eq(number(root, "input.rejected_by_reason.\xEF\xBF\xBD"), 2);
    cr_assert_str_eq(string(root, "warnings.0"), "bad \xEF\xBF\xBD");
    json_decref(root);
}

Test(json, locale_does_not_matter)
{
    report_sample *sample = report_sample_make(3, true);
    char *plain = shoal_segment_json(&sample->run);
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) setlocale(LC_ALL, "C.UTF-8");
    char *other = shoal_segment_json(&sample->run);
    cr_assert_str_eq(plain, other);
    shoal_string_free(plain);
    shoal_string_free(other);
    report_sample_free(sample);
}

static int64_t allocations_left;

static void *failing_malloc(size_t size)
{
    return allocations_left-- > 0 ? malloc(size) : NULL;
}

/* Fails jansson's first, second, third … allocation until the document comes out. */
Test(json, out_of_memory_gives_null)
{
    report_sample *sample = report_sample_make(2, true);
    json_set_alloc_funcs(failing_malloc, free);
    int64_t failures = 0;
    for (;; failures++) {
        allocations_left = failures;
        char *text = shoal_segment_json(&sample->run);
        if (text != NULL) {
            cr_assert_geq(allocations_left, 0, "a document without all of its parts");
            shoal_string_free(text);
            break;
        }
    }
    json_set_alloc_funcs(malloc, free);
    cr_assert_gt(failures, 100);
    report_sample_free(sample);
}
