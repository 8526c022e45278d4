/* Values of options: numbers in their range, choices, dates. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number.h"
#include "cli/parse.h"
#include "cli/text.h"

shoal_status shoal_cli_usage(shoal_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->status = SHOAL_ERR_USAGE;
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return SHOAL_ERR_USAGE;
}

/* "--tol: '-1' is …" */
static shoal_status refuse(const shoal_cli_option *option, const char *text, const char *expected, shoal_error *err)
{
    char shown[256];
    return shoal_cli_usage(err, "--%s: '%s' is %s", option->name, shoal_cli_escape(text, shown, sizeof shown),
                           expected);
}

static shoal_status refuse_range(const shoal_cli_option *option, const char *text, double number, shoal_error *err)
{
    char range[128];
    if (number > option->max) snprintf(range, sizeof range, "out of range: it must be at most %.10g", option->max);
    else
        snprintf(range, sizeof range, "out of range: it must be %s %.10g", option->above_min ? "above" : "at least",
                 option->min);
    return refuse(option, text, range, err);
}

static shoal_status take_int(const shoal_cli_option *option, const char *text, int *value, shoal_error *err)
{
    char *end;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || strspn(text, "+-0123456789") != strlen(text))
        return refuse(option, text,
                      option->type == SHOAL_CLI_CLUSTERS ? "neither a whole number nor 'auto'" : "no whole number",
                      err);
    if (errno == ERANGE || (double)number < option->min || (double)number > option->max)
        return refuse_range(option, text, (double)number, err);
    *value = (int)number;
    return SHOAL_OK;
}

static shoal_status take_uint64(const shoal_cli_option *option, const char *text, uint64_t *value, shoal_error *err)
{
    char *end;
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    /* strtoull takes "-1" for the largest number */
    if (strspn(text, "0123456789") != strlen(text) || *text == '\0')
        return refuse(option, text, "no whole number from 0 on", err);
    if (errno == ERANGE || *end != '\0') return refuse(option, text, "out of range: it must be below 2^64", err);
    *value = number;
    return SHOAL_OK;
}

static shoal_status take_real(const shoal_cli_option *option, const char *text, double *value, shoal_error *err)
{
    char *end;
    /* decimal only: strtod would also take hexadecimal, "inf" and "nan" */
    const bool decimal = strspn(text, "0123456789+-.eE") == strlen(text);
    const double number = strtod(text, &end);
    if (!decimal || end == text || *end != '\0') return refuse(option, text, "no number", err);
    if (!isfinite(number) || number < option->min || number > option->max ||
        (option->above_min && number == option->min))
        return refuse_range(option, text, number, err);
    *value = number;
    return SHOAL_OK;
}

static shoal_status take_choice(const shoal_cli_option *option, const char *text, int *value, shoal_error *err)
{
    char list[256] = "", expected[320];
    size_t used = 0;
    for (int i = 0; option->choices[i] != NULL; i++) {
        if (strcmp(option->choices[i], text) == 0) {
            *value = i;
            return SHOAL_OK;
        }
        const char *between = i == 0 ? "" : option->choices[i + 1] == NULL ? " or " : ", ";
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", between, option->choices[i]);
    }
    snprintf(expected, sizeof expected, "unknown: use %s", list);
    return refuse(option, text, expected, err);
}

static shoal_status take_delimiter(const shoal_cli_option *option, const char *text, char *value, shoal_error *err)
{
    static const char meant[] = {0, ',', ';', '\t', '|', ' '}; /* of the words in the table, in order */
    for (int i = 0; option->choices[i] != NULL; i++) {
        const bool is_character = i > 0 && text[0] == meant[i] && text[1] == '\0';
        if (is_character || strcmp(option->choices[i], text) == 0) {
            *value = meant[i];
            return SHOAL_OK;
        }
    }
    return refuse(option, text, "no delimiter: use comma, semicolon, tab, pipe, blank or auto", err);
}

static shoal_status take_init(const shoal_cli_option *option, const char *text, shoal_kmeans_step_opts *value,
                              shoal_error *err)
{
    static const struct {
        const char *word;
        shoal_kmeans_init init;
    } methods[] = {{"kmeans++", SHOAL_INIT_KMEANSPP},
                   {"kmeans-parallel", SHOAL_INIT_PARALLEL},
                   {"kmeans||", SHOAL_INIT_PARALLEL},
                   {"random", SHOAL_INIT_RANDOM},
                   {"sample", SHOAL_INIT_SAMPLE}};
    value->init_file = NULL;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(text, methods[i].word) == 0) {
            value->kmeans.init = methods[i].init;
            return SHOAL_OK;
        }
    if (strpbrk(text, "./") == NULL)
        return refuse(option, text, "none of kmeans++, kmeans-parallel, random and sample nor the name of a CSV file",
                      err);
    value->init_file = text;
    return SHOAL_OK;
}

shoal_status shoal_cli_value(const shoal_cli_option *option, const char *text, shoal_cli_args *args, shoal_error *err)
{
    void *target = (char *)args + option->target;
    switch (option->type) {
    case SHOAL_CLI_FLAG: *(int *)target = option->value; break;
    case SHOAL_CLI_TEXT:
    case SHOAL_CLI_FILE:
    case SHOAL_CLI_DIRECTORY:
        if (text[0] == '\0') return shoal_cli_usage(err, "--%s: the value is empty", option->name);
        *(const char **)target = text;
        break;
    case SHOAL_CLI_INT: return take_int(option, text, target, err);
    case SHOAL_CLI_UINT64: return take_uint64(option, text, target, err);
    case SHOAL_CLI_REAL: return take_real(option, text, target, err);
    case SHOAL_CLI_CHOICE: return take_choice(option, text, target, err);
    case SHOAL_CLI_DELIMITER: return take_delimiter(option, text, target, err);
    case SHOAL_CLI_INIT: return take_init(option, text, target, err);
    case SHOAL_CLI_DATE:
        if (!shoal_cli_date_parse(text, target)) return refuse(option, text, "no date: write 2011-12-09", err);
        break;
    case SHOAL_CLI_CLUSTERS:
        if (strcmp(text, "auto") != 0) return take_int(option, text, target, err);
        *(int *)target = 0;
        break;
    }
    return SHOAL_OK;
}
