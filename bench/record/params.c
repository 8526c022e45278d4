#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/record.h"
#include "report/number_text.h"

static const bench_param *find(const bench_params *params, const char *name)
{
    for (int i = 0; i < params->n; i++)
        if (strcmp(params->param[i].name, name) == 0) return &params->param[i];
    return NULL;
}

static void set(bench_params *params, const bench_param *param)
{
    int at = 0;
    while (at < params->n && strcmp(params->param[at].name, param->name) != 0) at++;
    if (at == BENCH_MAX_PARAMS) return;
    params->param[at] = *param;
    if (at == params->n) params->n++;
}

void bench_params_set(bench_params *params, const char *name, double value)
{
    bench_param param = {.value = value};
    shoal_text_copy(param.name, sizeof param.name, name);
    set(params, &param);
}

void bench_params_set_text(bench_params *params, const char *name, const char *text)
{
    bench_param param = {.is_text = true};
    shoal_text_copy(param.name, sizeof param.name, name);
    shoal_text_copy(param.text, sizeof param.text, text);
    set(params, &param);
}

double bench_params_get(const bench_params *params, const char *name)
{
    const bench_param *param = find(params, name);
    return param == NULL || param->is_text ? NAN : param->value;
}

const char *bench_params_text(const bench_params *params, const char *name)
{
    const bench_param *param = find(params, name);
    return param == NULL || !param->is_text ? NULL : param->text;
}

static bool equal_param(const bench_param *a, const bench_param *b)
{
    if (a->is_text != b->is_text) return false;
    if (a->is_text) return strcmp(a->text, b->text) == 0;
    return a->value == b->value || (isnan(a->value) && isnan(b->value));
}

bool bench_params_match(const bench_params *a, const bench_params *b, const char *but)
{
    if (a->n != b->n) return false;
    for (int i = 0; i < a->n; i++) {
        const bench_param *param = &a->param[i], *other = find(b, param->name);
        const bool excepted = but != NULL && strcmp(param->name, but) == 0;
        if (other == NULL || (!excepted && !equal_param(param, other))) return false;
    }
    return true;
}

static void show_one(const bench_param *param, bool first, char *to, size_t size)
{
    char number[SHOAL_NUMBER_SIZE] = "-";
    if (!param->is_text && isfinite(param->value)) shoal_number_shortest(param->value, number);
    char whole[sizeof param->name + SHOAL_NUMBER_SIZE + 3];
    snprintf(whole, sizeof whole, "%s%s=%s", first ? "" : " ", param->name, param->is_text ? param->text : number);
    shoal_text_copy(to, size, whole);
}

const char *bench_params_show(const bench_params *params, char *buffer, size_t size)
{
    size_t used = 0;
    if (size > 0) buffer[0] = '\0';
    for (int i = 0; i < params->n; i++) {
        show_one(&params->param[i], i == 0, buffer + used, size - used);
        used += strlen(buffer + used);
    }
    return buffer;
}
