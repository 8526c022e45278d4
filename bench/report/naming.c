#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figure.h"
#include "rows.h"

static bool differs(const bench_param *param, const bench_params *params)
{
    if (param->is_text) {
        const char *text = bench_params_text(params, param->name);
        return text == NULL || strcmp(text, param->text) != 0;
    }
    const double value = bench_params_get(params, param->name);
    return isnan(value) || value < param->value || value > param->value;
}

static void add_param(const bench_param *param, bool brief, char *buffer, size_t size)
{
    const size_t used = strlen(buffer);
    const char *blank = used == 0 ? "" : " ", *value = param->is_text ? param->text : bench_short(param->value).text;
    if (brief && param->is_text) snprintf(buffer + used, size - used, "%s%s", blank, value);
    else snprintf(buffer + used, size - used, "%s%s=%s", blank, param->name, value);
}

/* Whether no parameter of those in use tells the row from the other. */
static bool is_alike(const bench_record *row, const bench_record *other, const bool *used)
{
    for (int p = 0; p < row->params.n; p++)
        if (used[p] && differs(&row->params.param[p], &other->params)) return false;
    return true;
}

/* Takes each parameter that tells the row from one that those before it did not. name: rows of that name only. */
static void add_telling(const bench_record *row, const bench_record *const *rows, int n, const char *name,
                        const char *but, char *buffer, size_t size)
{
    bool used[BENCH_MAX_PARAMS] = {false};
    for (int p = 0; p < row->params.n; p++) {
        const bench_param *param = &row->params.param[p];
        if (but != NULL && strcmp(param->name, but) == 0) continue;
        for (int i = 0; i < n && !used[p]; i++)
            used[p] = (name == NULL || strcmp(rows[i]->name, name) == 0) && differs(param, &rows[i]->params) &&
                      is_alike(row, rows[i], used);
        if (used[p]) add_param(param, true, buffer, size);
    }
}

const char *bench_label_of(const bench_record *row, const bench_record *const *rows, int n, bool named, const char *but,
                           char *buffer, size_t size)
{
    const char *phase = bench_phase_of(row);
    snprintf(buffer, size, "%s", named ? row->name : phase == NULL ? "total" : phase);
    add_telling(row, rows, n, row->name, but, buffer, size);
    return buffer;
}

const char *bench_telling_params(const bench_record *row, const bench_record *const *rows, int n, char *buffer,
                                 size_t size)
{
    buffer[0] = '\0';
    add_telling(row, rows, n, NULL, NULL, buffer, size);
    return buffer;
}

const char *bench_differing_params(const bench_record *row, const bench_record *const *rows, int n, bool differing,
                                   char *buffer, size_t size)
{
    buffer[0] = '\0';
    for (int p = 0; p < row->params.n; p++) {
        const bench_param *param = &row->params.param[p];
        bool found = false;
        if (strcmp(param->name, "store") == 0 || strcmp(param->name, "data") == 0) continue;
        for (int i = 0; i < n && !found; i++) found = differs(param, &rows[i]->params);
        if (found == differing) add_param(param, false, buffer, size);
    }
    return buffer;
}
