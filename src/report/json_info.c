#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <shoal/report.h>

#include "report/json_parts.h"

static void put_column(shoal_json *json, json_t *item, const shoal_info_column *column)
{
    shoal_json_text(json, item, "group", column->group);
    shoal_json_text(json, item, "name", column->name);
    shoal_json_text(json, item, "type", shoal_type_name(column->type));
    shoal_json_int(json, item, "length", column->length);
    shoal_json_int(json, item, "missing", column->missing);
    const bool is_time = strncmp(column->units, "seconds since 1970-01-01", 24) == 0 && isfinite(column->mean);
    if (is_time) {
        shoal_json_moment(json, item, "min", (int64_t)column->min);
        shoal_json_moment(json, item, "max", (int64_t)column->max);
        shoal_json_moment(json, item, "mean", (int64_t)column->mean);
    } else {
        shoal_json_real(json, item, "min", column->min);
        shoal_json_real(json, item, "max", column->max);
        shoal_json_real(json, item, "mean", column->mean);
    }
    shoal_json_text(json, item, "units", column->units[0] == '\0' ? NULL : column->units);
}

static void put_store(shoal_json *json, json_t *object, const shoal_info_run *run)
{
    shoal_json_int(json, object, "format_version", run->format_version);
    shoal_json_text(json, object, "uuid", run->uuid);
    shoal_json_text(json, object, "created", run->created);
    shoal_json_text(json, object, "creator", run->creator);
    shoal_json_int(json, object, "file_bytes", run->file_bytes);
}

char *shoal_info_json(const shoal_info_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.info/1");
    put_store(&json, shoal_json_object(&json, json.root, "input"), run);
    shoal_json_int(&json, json.root, "customers", run->customers);
    shoal_json_int(&json, json.root, "transactions", run->transactions);
    if (run->has_amount) shoal_json_money(&json, json.root, "revenue", run->revenue);
    else shoal_json_null(&json, json.root, "revenue");
    json_t *period = shoal_json_object(&json, json.root, "period");
    shoal_json_moment(&json, period, "start", run->start);
    shoal_json_moment(&json, period, "end", run->end);
    json_t *columns = shoal_json_array(&json, json.root, "columns");
    for (int i = 0; i < run->n_columns; i++) put_column(&json, shoal_json_item(&json, columns), &run->columns[i]);
    json_t *models = shoal_json_array(&json, json.root, "models");
    for (int i = 0; i < run->n_models; i++) {
        json_t *item = shoal_json_item(&json, models);
        shoal_json_text(&json, item, "name", run->models[i].name);
        shoal_json_text(&json, item, "kind", run->models[i].kind);
        shoal_json_text(&json, item, "created", run->models[i].created);
    }
    return shoal_json_finish(&json, n_warnings, warnings);
}
