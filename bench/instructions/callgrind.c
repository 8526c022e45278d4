#include "instructions/callgrind.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "instructions/child.h"
#include "instructions/region.h"

enum { OUTPUT_BYTES = 64 << 20, VERSION_BYTES = 4096 };

shoal_status bench_valgrind_version(const char *folder, char *version, size_t size, shoal_error *err)
{
    const char *const argv[] = {"valgrind", "--version", NULL}, *const environment[] = {"LC_ALL=C", NULL};
    static const char before[] = "valgrind-";
    char *text, quoted[128];
    size_t length;
    if (bench_child_run(folder, argv, environment, NULL, err) < 0)
        return shoal_fail(err, SHOAL_ERR_IO, "valgrind is missing (Debian package valgrind)");
    SHOAL_TRY(bench_read_in(folder, BENCH_CHILD_LOG, VERSION_BYTES, &text, &length, err));
    shoal_status status = SHOAL_OK;
    text[strcspn(text, "\r\n")] = '\0';
    if (strncmp(text, before, sizeof before - 1) == 0) shoal_text_copy(version, size, text + sizeof before - 1);
    else
        status = shoal_fail(err, SHOAL_ERR_INPUT, "valgrind --version says \"%s\"",
                            shoal_text_quote(text, strlen(text), quoted, sizeof quoted));
    free(text);
    return status;
}

/* --- the output file ---------------------------------------------------------------------------------------------- */

typedef struct line {
    const char *text;
    size_t length;
} line;

/* What follows `key` where the line begins with it. */
static bool value_of(line of, const char *key, line *value)
{
    const size_t length = strlen(key);
    if (of.length < length || memcmp(of.text, key, length) != 0) return false;
    *value = (line){of.text + length, of.length - length};
    while (value->length > 0 && (value->text[0] == ' ' || value->text[0] == '\t')) {
        value->text++;
        value->length--;
    }
    return true;
}

/* Adds the first number of the value. */
static shoal_status add_number(line value, int64_t *sum, shoal_error *err)
{
    char quoted[128];
    int64_t number = 0;
    size_t at = 0;
    bool fits = true;
    for (; at < value.length && value.text[at] >= '0' && value.text[at] <= '9'; at++)
        fits = fits && !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_add_overflow(number, value.text[at] - '0', &number);
    const bool ended = at == value.length || value.text[at] == ' ' || value.text[at] == '\r';
    if (at == 0 || !ended || !fits || __builtin_add_overflow(*sum, number, sum))
        return shoal_fail(err, SHOAL_ERR_INPUT, "callgrind's output: \"%s\" is no count",
                          shoal_text_quote(value.text, value.length, quoted, sizeof quoted));
    return SHOAL_OK;
}

static bool is_instructions(line events)
{
    return events.length >= 2 && memcmp(events.text, "Ir", 2) == 0 &&
           (events.length == 2 || events.text[2] == ' ' || events.text[2] == '\r');
}

static line next_line(const char **at, const char *end)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    const line found = {*at, (size_t)((newline == NULL ? end : newline) - *at)};
    *at = newline == NULL ? end : newline + 1;
    return found;
}

shoal_status bench_callgrind_parse(const char *text, size_t length, int64_t *instructions, shoal_error *err)
{
    const char *at = text, *const end = text + length;
    bool has_events = false, has_totals = false;
    int64_t totals = 0, summary = 0;
    while (at < end) {
        const line here = next_line(&at, end);
        line value;
        if (value_of(here, "events:", &value)) {
            if (!is_instructions(value))
                return shoal_fail(err, SHOAL_ERR_INPUT, "callgrind's output does not count instructions (Ir) first");
            has_events = true;
        } else if (value_of(here, "totals:", &value)) {
            has_totals = true;
            SHOAL_TRY(add_number(value, &totals, err));
        } else if (value_of(here, "summary:", &value)) SHOAL_TRY(add_number(value, &summary, err));
    }
    const int64_t counted = has_totals ? totals : summary;
    if (!has_events) return shoal_fail(err, SHOAL_ERR_INPUT, "callgrind's output names no events");
    if (counted == 0)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "callgrind counted nothing: is the program stripped of its symbol " BENCH_REGION_NAME "?");
    *instructions = counted;
    return SHOAL_OK;
}

/* --- a run -------------------------------------------------------------------------------------------------------- */

static shoal_status join_names(int n, const bench_counted *const *cases, shoal_text *names, shoal_error *err)
{
    for (int i = 0; i < n; i++) {
        if (i > 0) shoal_text_add(names, ",");
        shoal_text_add(names, cases[i]->name);
    }
    return names->failed ? shoal_fail_memory(err) : SHOAL_OK;
}

static shoal_status run_cases(const char *folder, const char *program, const char *names,
                              const volatile sig_atomic_t *cancel, shoal_error *err)
{
    /* no GLIBC_TUNABLES, no VALGRIND_OPTS, no LD_PRELOAD: what they say would be counted */
    static const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8",
                                              "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", NULL};
    static const char output[] = "--callgrind-out-file=" BENCH_COUNTS_NAME ".%p";
    static const char toggle[] = "--toggle-collect=" BENCH_REGION_NAME;
    const char *const argv[] = {"valgrind",
                                "--tool=callgrind",
                                "--command-line-only=yes",
                                "--vgdb=no",
                                "--quiet",
                                output,
                                "--collect-atstart=no",
                                toggle,
                                program,
                                "instructions",
                                "--run-case",
                                names,
                                NULL};
    return bench_child_run(folder, argv, environment, cancel, err);
}

static shoal_status read_count(const char *folder, int number, int64_t *instructions, shoal_error *err)
{
    char name[64], *text;
    size_t length;
    snprintf(name, sizeof name, BENCH_COUNTS_NAME "-%d", number);
    SHOAL_TRY(bench_read_in(folder, name, OUTPUT_BYTES, &text, &length, err));
    const shoal_status status = bench_callgrind_parse(text, length, instructions, err);
    free(text);
    return status;
}

shoal_status bench_callgrind_count(const char *folder, const char *program, int n, const bench_counted *const *cases,
                                   const volatile sig_atomic_t *cancel, int64_t *instructions, shoal_error *err)
{
    shoal_text names = {0};
    shoal_status status;
    SHOAL_TRY_OUT(join_names(n, cases, &names, err));
    SHOAL_TRY_OUT(run_cases(folder, program, names.data, cancel, err));
    for (int i = 0; i < n && status >= 0; i++) {
        status = read_count(folder, i, &instructions[i], err);
        if (status < 0) shoal_error_prefix(err, "%s", cases[i]->name);
    }
out:
    shoal_text_free(&names);
    return status;
}
