#include <math.h>

#include <shoal/report.h>

#include "report/json_parts.h"

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

char *shoal_assign_json(const shoal_assign_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.assign/1");
    json_t *input = shoal_json_object(&json, json.root, "input");
    shoal_json_text(&json, input, "model", run->model);
    shoal_json_text(&json, input, "kind", run->kind);
    shoal_json_text(&json, json.root, "name", run->name);
    shoal_json_int(&json, json.root, "n", run->n);
    shoal_json_int(&json, json.root, "n_missing", run->n_missing);
    shoal_json_int(&json, json.root, "k", run->k);
    shoal_json_real(&json, json.root, "mean_distance", run->mean_distance);
    json_t *segments = shoal_json_array(&json, json.root, "segments");
    for (int s = 0; s < run->k; s++) {
        json_t *item = shoal_json_item(&json, segments);
        shoal_json_int(&json, item, "id", s);
        shoal_json_text(&json, item, "name", run->names[s]);
        shoal_json_int(&json, item, "customers", run->sizes[s]);
        shoal_json_real(&json, item, "share_customers", share(run->sizes[s], run->n));
        if (run->border == NULL) continue;
        shoal_json_real(&json, item, "mean_distance", run->mean_distances[s]);
        shoal_json_real(&json, item, "share_border", share(run->border[s], run->sizes[s]));
    }
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, n_warnings, warnings);
}

char *shoal_report_json(const shoal_report_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.report/1");
    shoal_json_text(&json, shoal_json_object(&json, json.root, "input"), "store", run->store);
    shoal_json_text(&json, json.root, "output", run->path);
    shoal_json_int(&json, json.root, "bytes", run->bytes);
    json_t *sections = shoal_json_array(&json, json.root, "sections");
    for (int i = 0; i < run->n_sections; i++) shoal_json_append_text(&json, sections, run->sections[i]);
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, n_warnings, warnings);
}

char *shoal_export_json(const shoal_export_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.export/1");
    json_t *input = shoal_json_object(&json, json.root, "input");
    shoal_json_text(&json, input, "table", run->table);
    shoal_json_text(&json, json.root, "table", run->table);
    shoal_json_int(&json, json.root, "rows", run->rows);
    shoal_json_int(&json, json.root, "columns", run->columns);
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, n_warnings, warnings);
}
