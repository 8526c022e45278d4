#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instructions/baseline.h"
#include "instructions/callgrind.h"
#include "instructions/child.h"
#include "instructions/verdict.h"

/* --- callgrind's output ------------------------------------------------------------------------------------------- */

static const char output[] = "# callgrind format\n"
                             "version: 1\n"
                             "creator: callgrind-3.19.0\n"
                             "cmd:  shoal-bench instructions --run-case x\n"
                             "part: 1\n"
                             "\n"
                             "desc: Trigger: Program termination\n"
                             "positions: line\n"
                             "events: Ir\n"
                             "summary: 12345\n"
                             "\n"
                             "fn=(1) totals: 9\n"
                             "0 12000\n"
                             "calls=1 0 \n"
                             "0 345\n"
                             "totals: 12345\n";

static int64_t parsed(const char *text)
{
    int64_t instructions = -1;
    shoal_error err = {0};
    cr_assert_eq(bench_callgrind_parse(text, strlen(text), &instructions, &err), SHOAL_OK, "%s", err.message);
    return instructions;
}

static void refused(const char *text, const char *because)
{
    int64_t instructions = 7;
    shoal_error err = {0};
    cr_assert_eq(bench_callgrind_parse(text, strlen(text), &instructions, &err), SHOAL_ERR_INPUT, "%s", text);
    cr_assert_not_null(strstr(err.message, because), "\"%s\" has no \"%s\"", err.message, because);
    cr_assert_eq(instructions, 7);
}

Test(callgrind, totals)
{
    cr_assert_eq(parsed(output), 12345);
    cr_assert_eq(parsed("events: Ir\ntotals: 1\nevents: Ir\ntotals: 20"), 21); /* parts add up; no last newline */
    cr_assert_eq(parsed("events: Ir\nsummary: 5\nsummary: 6\n"), 11);
    cr_assert_eq(parsed("events: Ir\nsummary: 5\ntotals: 6\n"), 6);
    cr_assert_eq(parsed("events: Ir Dr Dw\ntotals: 77 12 3\n"), 77);
    cr_assert_eq(parsed("events:\tIr\r\ntotals:  77\r\n"), 77);
    cr_assert_eq(parsed("events: Ir\ntotals: 9223372036854775807\n"), INT64_MAX);
}

Test(callgrind, hostile)
{
    refused("", "no events");
    refused("\n\n\n", "no events");
    refused("totals: 5\n", "no events");
    refused("events: Dr Ir\ntotals: 5\n", "Ir");
    refused("events: Irregular\ntotals: 5\n", "Ir");
    refused("events:", "Ir");
    refused("events: Ir\n", "nothing");
    refused("events: Ir\ntotals: 0\n", "nothing");
    refused("events: Ir\ntotals:", "no count");
    refused("events: Ir\ntotals: -5\n", "no count");
    refused("events: Ir\ntotals: +5\n", "no count");
    refused("events: Ir\ntotals: 0x10\n", "no count");
    refused("events: Ir\ntotals: 12.5\n", "no count");
    refused("events: Ir\ntotals: 9223372036854775808\n", "no count");
    refused("events: Ir\ntotals: 99999999999999999999999999999999\n", "no count");
    refused("events: Ir\ntotals: 9223372036854775807\ntotals: 1\n", "no count");
}

Test(callgrind, every_prefix_is_survived)
{
    for (size_t length = 0; length < sizeof output; length++) {
        char *copy = malloc(length + 1); /* so that a sanitizer sees a read too far */
        int64_t instructions;
        memcpy(copy, output, length);
        const shoal_status status = bench_callgrind_parse(copy, length, &instructions, NULL);
        cr_assert(status == SHOAL_OK || status == SHOAL_ERR_INPUT);
        free(copy);
    }
}

/* --- the committed counts ----------------------------------------------------------------------------------------- */

#define HEAD                                                                                                           \
    "{\"schema\": \"shoal.bench.instructions/1\", \"compiler\": \"gcc 12.2.0\", \"libc\": \"2.36\", "                  \
    "\"build_type\": \"Release\", \"flags\": \"-O3\", \"valgrind\": \"3.19.0\""

static shoal_status read_text(const char *text, bench_baseline *baseline, shoal_error *err)
{
    return bench_baseline_parse(text, strlen(text), "counts.json", baseline, err);
}

static void bad_baseline(const char *text, const char *because)
{
    static bench_baseline baseline;
    shoal_error err = {0};
    cr_assert_eq(read_text(text, &baseline, &err), SHOAL_ERR_INPUT, "%s", text);
    cr_assert_not_null(strstr(err.message, because), "\"%s\" has no \"%s\"", err.message, because);
    cr_assert_not_null(strstr(err.message, "counts.json"), "%s", err.message);
}

Test(baseline, read)
{
    static bench_baseline baseline;
    shoal_error err = {0};
    cr_assert_eq(read_text(HEAD ", \"counts\": {\"b d=8\": 5, \"a\": 12345678901}}", &baseline, &err), SHOAL_OK, "%s",
                 err.message);
    cr_assert_str_eq(baseline.compiler, "gcc 12.2.0");
    cr_assert_str_eq(baseline.valgrind, "3.19.0");
    cr_assert_eq(baseline.n, 2);
    cr_assert_str_eq(baseline.count[0].name, "b d=8");
    cr_assert_eq(bench_baseline_find(&baseline, "a")->instructions, 12345678901);
    cr_assert_null(bench_baseline_find(&baseline, "c"));
}

Test(baseline, hostile)
{
    bad_baseline("", "line 1");
    bad_baseline("{", "line 1");
    bad_baseline("[]", "schema");
    bad_baseline("3", "line 1");
    bad_baseline("{\"schema\": 1}", "schema");
    bad_baseline("{\"schema\": \"shoal.bench.instructions/2\"}", "shoal.bench.instructions/2");
    bad_baseline("{\"schema\": \"shoal.bench.instructions/1\"}", "compiler");
    bad_baseline(HEAD "}", "counts");
    bad_baseline(HEAD ", \"counts\": []}", "counts");
    bad_baseline(HEAD ", \"counts\": {\"a\": 0}}", "\"a\"");
    bad_baseline(HEAD ", \"counts\": {\"a\": -1}}", "\"a\"");
    bad_baseline(HEAD ", \"counts\": {\"a\": 1.5}}", "\"a\"");
    bad_baseline(HEAD ", \"counts\": {\"a\": \"1\"}}", "\"a\"");
    bad_baseline(HEAD ", \"counts\": {\"a\": null}}", "\"a\"");
    bad_baseline(HEAD ", \"counts\": {\"a\": 1, \"a\": 2}}", "duplicate");
    bad_baseline(HEAD ", \"counts\": {\"a\": 99999999999999999999}}", "line 1");
    bad_baseline(HEAD ", \"counts\": {}} x", "line 1");
    bad_baseline(HEAD ", \"counts\": {\"\\u0000\": 1}}", "line 1");
    bad_baseline("{\"schema\": \"shoal.bench.instructions/1\", \"compiler\": "
                 "\"0123456789012345678901234567890123456789012345678901234567890123\"}",
                 "longer");
}

Test(baseline, sizes_at_the_limit)
{
    static bench_baseline baseline;
    static char text[1 << 16];
    for (int extra = 0; extra < 2; extra++) {
        size_t at = (size_t)snprintf(text, sizeof text, HEAD ", \"counts\": {");
        for (int i = 0; i < BENCH_MAX_COUNTS + extra; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s\"c%d\": %d", i > 0 ? ", " : "", i, i + 1);
        snprintf(text + at, sizeof text - at, "}}");
        if (extra > 0) bad_baseline(text, "more than");
        else cr_assert_eq(read_text(text, &baseline, NULL), SHOAL_OK);
    }
    for (int length = BENCH_COUNT_NAME_SIZE - 1; length <= BENCH_COUNT_NAME_SIZE; length++) {
        snprintf(text, sizeof text, HEAD ", \"counts\": {\"%0*d\": 1}}", length, 0);
        if (length == BENCH_COUNT_NAME_SIZE) bad_baseline(text, "longer");
        else cr_assert_eq(read_text(text, &baseline, NULL), SHOAL_OK);
    }
}

Test(baseline, deep_nesting_is_an_error)
{
    static char text[200001];
    memset(text, '[', sizeof text - 1);
    bad_baseline(text, "line 1");
}

Test(baseline, written_is_read_back)
{
    static bench_baseline made, back;
    char path[] = "/tmp/bench_instructions_XXXXXX";
    shoal_error err = {0};
    cr_assert_eq(read_text(HEAD ", \"counts\": {\"z d=1\": 5, \"a\": 6}}", &made, &err), SHOAL_OK);
    const int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
    cr_assert_eq(bench_baseline_write(path, &made, &err), SHOAL_OK, "%s", err.message);
    cr_assert_eq(bench_baseline_read(path, &back, &err), SHOAL_OK, "%s", err.message);
    cr_assert_eq(memcmp(&made, &back, sizeof made), 0);
    unlink(path);
    cr_assert_eq(bench_baseline_read(path, &back, &err), SHOAL_ERR_IO);
}

Test(baseline, differences_are_named)
{
    static bench_baseline a, b;
    char why[1024];
    bench_baseline_describe(&a);
    bench_baseline_describe(&b);
    cr_assert_str_eq(bench_baseline_differ(&a, &b, why, sizeof why), "");
    snprintf(b.libc, sizeof b.libc, "9.99");
    cr_assert_not_null(strstr(bench_baseline_differ(&a, &b, why, sizeof why), "9.99"));
    bench_baseline_describe(&b);
    snprintf(b.flags, sizeof b.flags, "-O1");
    cr_assert_not_null(strstr(bench_baseline_differ(&a, &b, why, sizeof why), "flags"));
}

/* --- verdicts and children ---------------------------------------------------------------------------------------- */

Test(verdict, thresholds)
{
    cr_assert_eq(bench_judge(1000, 1000, 0.02), BENCH_SAME);
    cr_assert_eq(bench_judge(1000, 1020, 0.02), BENCH_SAME);
    cr_assert_eq(bench_judge(1000, 1021, 0.02), BENCH_GREW);
    cr_assert_eq(bench_judge(1000, 1030, 0.02), BENCH_GREW);
    cr_assert_eq(bench_judge(1000, 980, 0.02), BENCH_SAME);
    cr_assert_eq(bench_judge(1000, 979, 0.02), BENCH_SHRANK);
    cr_assert_eq(bench_judge(1000, 1001, 0), BENCH_GREW);
    cr_assert_eq(bench_judge(0, 1000, 0.02), BENCH_NEW);
    cr_assert_eq(bench_judge(1000, 0, 0.02), BENCH_GONE);
}

Test(child, what_it_says_is_kept)
{
    char folder[] = "/tmp/bench_instructions_XXXXXX", *text;
    size_t length;
    shoal_error err = {0};
    const char *const environment[] = {"WORD=hello", NULL};
    const char *const works[] = {"sh", "-c", "echo $WORD; pwd", NULL}, *const fails[] = {"sh", "-c", "echo why; exit 3",
                                                                                         NULL};
    const char *const dies[] = {"sh", "-c", "kill -9 $$", NULL}, *const missing[] = {"no-such-program", NULL};
    const volatile sig_atomic_t cancel = 1;
    const char *const waits[] = {"sleep", "100", NULL};
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(bench_child_run(folder, works, environment, NULL, &err), SHOAL_OK, "%s", err.message);
    cr_assert_eq(bench_read_in(folder, BENCH_CHILD_LOG, 100, &text, &length, &err), SHOAL_OK, "%s", err.message);
    cr_assert_eq(strncmp(text, "hello\n/tmp/bench_", 17), 0, "%s", text);
    free(text);
    cr_assert_eq(bench_read_in(folder, BENCH_CHILD_LOG, 3, &text, &length, &err), SHOAL_ERR_IO);
    cr_assert_eq(bench_child_run(folder, fails, environment, NULL, &err), SHOAL_ERR_IO);
    cr_assert(strstr(err.message, "3") != NULL && strstr(err.message, "why") != NULL, "%s", err.message);
    cr_assert_eq(bench_child_run(folder, dies, environment, NULL, &err), SHOAL_ERR_IO);
    cr_assert_not_null(strstr(err.message, "signal 9"), "%s", err.message);
    cr_assert_eq(bench_child_run(folder, missing, environment, NULL, &err), SHOAL_ERR_IO);
    cr_assert_not_null(strstr(err.message, "no-such-program"), "%s", err.message);
    cr_assert_eq(bench_child_run(folder, waits, environment, &cancel, &err), SHOAL_ERR_INTERRUPTED);
    snprintf(err.message, sizeof err.message, "%s/" BENCH_CHILD_LOG, folder);
    unlink(err.message);
    rmdir(folder);
}
