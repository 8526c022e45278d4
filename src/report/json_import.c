#include <shoal/report.h>

#include "report/json_parts.h"

static const char *const returns_names[] = {"net", "drop", "error"};

void shoal_json_put_input(shoal_json *json, json_t *object, const shoal_import_report *report)
{
    shoal_json_text(json, object, "source", report->source);
    shoal_json_text(json, object, "delimiter", report->delimiter);
    shoal_json_bool(json, object, "header", report->header);
    shoal_json_bool(json, object, "gzip", report->gzip);
    shoal_json_text(json, object, "returns", returns_names[report->returns]);
    shoal_json_int(json, object, "rows_read", report->rows_read);
    shoal_json_int(json, object, "rows_kept", report->rows_kept);
    shoal_json_int(json, object, "rows_rejected", report->rows_rejected);
    json_t *reasons = shoal_json_object(json, object, "rejected_by_reason");
    for (int i = 0; i < report->n_reasons; i++)
        shoal_json_int(json, reasons, report->rejected[i].reason, report->rejected[i].rows);
    shoal_json_int(json, object, "rows_returned", report->rows_returned);
    json_t *columns = shoal_json_object(json, object, "columns");
    for (int role = 0; role < SHOAL_N_ROLES; role++)
        if (report->column[role][0] != '\0')
            shoal_json_text(json, columns, shoal_role_name((shoal_role)role), report->column[role]);
}

void shoal_json_put_totals(shoal_json *json, json_t *object, const shoal_import_report *report)
{
    shoal_json_int(json, object, "customers", report->customers);
    shoal_json_int(json, object, "transactions", report->transactions);
    if (report->has_amount) shoal_json_money(json, object, "revenue", report->revenue);
    else shoal_json_null(json, object, "revenue");
    const bool dated = report->transactions > 0;
    json_t *period = shoal_json_object(json, object, "period");
    shoal_json_moment(json, period, "start", dated ? report->start : SHOAL_NO_DATE);
    shoal_json_moment(json, period, "end", dated ? report->end : SHOAL_NO_DATE);
}

char *shoal_import_json(const shoal_import_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.import/1");
    shoal_json_put_input(&json, shoal_json_object(&json, json.root, "input"), &run->report);
    shoal_json_put_totals(&json, json.root, &run->report);
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, n_warnings, warnings);
}
