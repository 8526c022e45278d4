#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "bench_sample.h"
#include "record/record.h"

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void assert_same_numbers(const bench_record *a, const bench_record *b)
{
    cr_assert_eq(a->threads, b->threads);
    cr_assert_eq(a->n_samples, b->n_samples);
    for (int i = 0; i < a->n_samples; i++) cr_assert(same_bits(a->samples_ms[i], b->samples_ms[i]), "sample %d", i);
    cr_assert(same_bits(a->bytes, b->bytes) && same_bits(a->flops, b->flops) && same_bits(a->floor_ms, b->floor_ms));
    cr_assert(same_bits(a->peak_bytes, b->peak_bytes));
    cr_assert(same_bits(a->counters.cycles, b->counters.cycles));
    cr_assert(same_bits(a->counters.instructions, b->counters.instructions));
    cr_assert(same_bits(a->counters.llc_misses, b->counters.llc_misses));
    cr_assert(same_bits(a->counters.memory_reads, b->counters.memory_reads));
    cr_assert(same_bits(a->counters.joules, b->counters.joules));
    cr_assert_eq(a->n_qualities, b->n_qualities);
    for (int i = 0; i < a->n_qualities; i++) {
        cr_assert_str_eq(a->quality[i].name, b->quality[i].name);
        cr_assert(same_bits(a->quality[i].value, b->quality[i].value));
        cr_assert_eq(a->quality[i].low_is_best, b->quality[i].low_is_best);
    }
}

static void assert_same_texts(const bench_record *a, const bench_record *b)
{
    cr_assert_str_eq(a->kind, b->kind);
    cr_assert_str_eq(a->name, b->name);
    cr_assert_str_eq(a->tool, b->tool);
    cr_assert_str_eq(a->tool_version, b->tool_version);
    cr_assert_str_eq(a->limit, b->limit);
    cr_assert_str_eq(a->pair, b->pair);
    cr_assert_str_eq(a->size_of, b->size_of);
    cr_assert_str_eq(a->machine, b->machine);
    cr_assert_str_eq(a->commit, b->commit);
    cr_assert_str_eq(a->date, b->date);
    cr_assert_eq(a->oversubscribed, b->oversubscribed);
    cr_assert_eq(a->quick, b->quick);
    cr_assert_eq(a->checked, b->checked);
}

static bench_record round_trip(const bench_record *record)
{
    bench_record back;
    shoal_error err = {0};
    char *line = bench_record_print(record);
    cr_assert(line != NULL);
    cr_assert_eq(strchr(line, '\n'), line + strlen(line) - 1, "one line");
    cr_assert_eq(bench_record_parse(line, strlen(line), &back, &err), SHOAL_OK, "%s: %s", err.message, line);
    char *again = bench_record_print(&back);
    cr_assert_str_eq(again, line);
    free(again);
    free(line);
    return back;
}

Test(record, comes_back_bit_for_bit)
{
    const bench_record record = bench_sample_record("kmeans/iterate", BENCH_MAX_SAMPLES);
    const bench_record back = round_trip(&record);
    assert_same_numbers(&record, &back);
    assert_same_texts(&record, &back);
    cr_assert(bench_record_same(&record, &back));
    const bench_record bare = bench_record_start("size", "rfm", &(bench_machine){.tag = "m", .usable = 2}, 3, false);
    const bench_record bare_back = round_trip(&bare);
    assert_same_numbers(&bare, &bare_back);
    assert_same_texts(&bare, &bare_back);
    cr_assert(bare_back.oversubscribed);
}

Test(record, full_lists_and_longest_texts_come_back)
{
    bench_record record = bench_sample_record("kmeans", 1);
    char name[BENCH_TEXT_SIZE];
    record.params.n = record.n_qualities = 0;
    for (int i = 0; i < BENCH_MAX_PARAMS + 3; i++) {
        snprintf(name, sizeof name, "%02d-and-a-name-that-fills-all-of-it", i);
        bench_params_set(&record.params, name, i);
    }
    cr_assert_eq(record.params.n, BENCH_MAX_PARAMS, "more are left out");
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    bench_params_set_text(&record.params, "00-and-a-name-that-fills-all-of-it", name);
    cr_assert_eq(record.params.n, BENCH_MAX_PARAMS, "a long name finds itself");
    for (; record.n_qualities < BENCH_MAX_QUALITIES; record.n_qualities++)
        snprintf(record.quality[record.n_qualities].name, 32, "%d", record.n_qualities);
    memset(record.name, 'n', sizeof record.name - 1);
    const bench_record back = round_trip(&record);
    cr_assert(bench_record_same(&record, &back));
    cr_assert_eq(back.n_qualities, BENCH_MAX_QUALITIES);
}

Test(record, figures_that_follow_are_written)
{
    bench_record record = bench_sample_record("kmeans", 0);
    const double samples[] = {4, 2, 3, 1, 5};
    memcpy(record.samples_ms, samples, sizeof samples);
    record.n_samples = 5;
    record.floor_ms = 1;
    cr_assert_eq(bench_record_median(&record), 3);
    char *line = bench_record_print(&record);
    cr_assert(
        strstr(line,
               "\"median_ms\":3,\"q25_ms\":2,\"q75_ms\":4,\"percent_of_limit\":33.33,\"samples_ms\":[4,2,3,1,5]}"),
        "%s", line);
    cr_assert(strstr(line, "{\"schema\":\"shoal.bench/1\",\"kind\":\"strong\",") == line);
    free(line);
    record.floor_ms = NAN;
    cr_assert(isnan(bench_record_percent(&record)));
    record.n_samples = 0;
    cr_assert(isnan(bench_record_percent(&record)));
}

Test(record, same_is_the_measurement_and_not_when_it_was_made)
{
    const bench_record record = bench_sample_record("kmeans", 5);
    bench_record other = record;
    other.commit[0] = other.date[0] = 'x';
    other.samples_ms[0] = 1;
    cr_assert(bench_record_same(&record, &other));
    other.params.n = 0; /* another order */
    bench_params_set_text(&other.params, "init", bench_params_text(&record.params, "init"));
    bench_params_set(&other.params, "scale", 0.1);
    bench_params_set(&other.params, "n", 1e6);
    cr_assert(bench_record_same(&record, &other));
    bench_params_set(&other.params, "n", 1e6 + 1);
    cr_assert_not(bench_record_same(&record, &other));
    bench_params_set_text(&other.params, "n", "1000000");
    cr_assert_not(bench_record_same(&record, &other));
    bench_record changed[] = {record, record, record, record, record, record, record, record};
    changed[0].kind[0]++;
    changed[1].name[0]++;
    changed[2].tool[0]++;
    changed[3].machine[0]++;
    changed[4].threads++;
    changed[5].quick = !record.quick;
    changed[6].params.n--;
    changed[7].size_of[0]++;
    for (int i = 0; i < 8; i++) cr_assert_not(bench_record_same(&record, &changed[i]), "%d", i);
}

Test(params, shown_and_found)
{
    bench_params params = {0};
    char buffer[64];
    cr_assert_str_eq(bench_params_show(&params, buffer, sizeof buffer), "");
    bench_params_set(&params, "n", 1000000);
    bench_params_set(&params, "d", 8);
    bench_params_set_text(&params, "init", "k-means++");
    bench_params_set(&params, "d", 0.5);
    cr_assert_str_eq(bench_params_show(&params, buffer, sizeof buffer), "n=1000000 d=0.5 init=k-means++");
    cr_assert_str_eq(bench_params_show(&params, buffer, 12), "n=1000000 d");
    cr_assert_eq(bench_params_get(&params, "d"), 0.5);
    cr_assert(isnan(bench_params_get(&params, "k")) && isnan(bench_params_get(&params, "init")));
    cr_assert_str_eq(bench_params_text(&params, "init"), "k-means++");
    cr_assert_null(bench_params_text(&params, "n"));
}

static void refused(const char *line, const char *message)
{
    bench_record record;
    shoal_error err = {0};
    cr_assert_eq(bench_record_parse(line, strlen(line), &record, &err), SHOAL_ERR_INPUT, "%s", line);
    cr_assert(strstr(err.message, message), "\"%s\" is not in \"%s\" about %s", message, err.message, line);
}

#define START "{\"schema\":\"shoal.bench/1\",\"kind\":\"size\",\"name\":\"rfm\",\"tool\":\"shoal\",\"machine\":\"m\""

Test(record, bad_lines_are_named)
{
    refused("", "no JSON");
    refused("garbage \x1b[31m\xff", "no JSON at column");
    refused("[1]", "no JSON object");
    refused("{}", "no \"schema\"");
    refused("{\"schema\":1}", "no \"schema\"");
    refused("{\"schema\":\"shoal.rfm/1\"}", "shoal.rfm/1, where shoal.bench/1 should be");
    refused("{\"schema\":\"shoal.bench/1x\"}", "shoal.bench/1x, where");
    refused("{\"schema\":\"shoal.bench/2\",\"kind\":3}", "shoal.bench/2 is newer than shoal.bench/1");
    refused("{\"schema\":\"shoal.bench/1\",\"kind\":3}", "\"kind\" is no text");
    refused("{\"schema\":\"shoal.bench/1\",\"kind\":\"sixteen letters!\"}", "\"kind\" is longer than 15 bytes");
    refused("{\"schema\":\"shoal.bench/1\",\"kind\":null}", "\"kind\" is missing");
    refused("{\"schema\":\"shoal.bench/1\",\"schema\":\"shoal.bench/1\"}", "duplicate");
    refused(START "}", "\"threads\" is missing");
    refused(START ",\"threads\":\"2\"}", "\"threads\" is no whole number");
    refused(START ",\"threads\":1.5}", "\"threads\" is no whole number");
    refused(START ",\"threads\":-1}", "\"threads\" is no whole number");
    refused(START ",\"threads\":99999999999}", "\"threads\" is no whole number");
    refused(START ",\"threads\":0}", "\"threads\" is 0");
    refused(START ",\"threads\":1}", "\"samples_ms\" is missing");
    refused(START ",\"threads\":1,\"samples_ms\":{}}", "\"samples_ms\" is no list");
    refused(START ",\"threads\":1,\"samples_ms\":[1,null]}", "\"samples_ms\" holds null");
    refused(START ",\"threads\":1,\"samples_ms\":[-1]}", "\"samples_ms\" holds null or a negative");
    refused(START ",\"threads\":1,\"samples_ms\":[\"1\"]}", "\"samples_ms\" is no number");
    refused(START ",\"threads\":1,\"samples_ms\":[1e999]}", "no JSON");
    refused(START ",\"threads\":1,\"quick\":1}", "\"quick\" is neither");
    refused(START ",\"threads\":1,\"bytes\":\"many\"}", "\"bytes\" is no number");
    refused(START ",\"threads\":1,\"params\":[]}", "\"params\" is no object");
    refused(START ",\"threads\":1,\"params\":{\"n\":true}}", "\"n\" is no number");
    refused(START ",\"threads\":1,\"params\":{\"\":1}}", "\"params\" has a name that is empty");
    refused(START ",\"threads\":1,\"params\":{\"a-name-that-is-longer-than-31-bytes\":1}}", "longer than 31 bytes");
    refused(START ",\"threads\":1,\"counters\":3}", "\"counters\" is no object");
    refused(START ",\"threads\":1,\"counters\":{\"cycles\":\"1\"}}", "\"cycles\" is no number");
    refused(START ",\"threads\":1,\"quality\":{\"a\":1}}", "entry of \"quality\"");
    refused(START ",\"threads\":1,\"quality\":{\"a\":{\"value\":1,\"best\":\"low \"}}}", "neither \"low\" nor");
    refused(START ",\"threads\":1,\"quality\":{\"a\":{\"value\":1}}}", "\"best\"");
}

Test(record, too_many_entries_are_refused)
{
    char line[8192];
    int used = snprintf(line, sizeof line, "%s,\"threads\":1,\"samples_ms\":[1", START);
    for (int i = 0; i < BENCH_MAX_SAMPLES; i++) used += snprintf(line + used, sizeof line - (size_t)used, ",1");
    snprintf(line + used, sizeof line - (size_t)used, "]}");
    refused(line, "\"samples_ms\" has 201 entries; at most 200");
    used = snprintf(line, sizeof line, "%s,\"threads\":1,\"params\":{\"a\":1", START);
    for (int i = 0; i < BENCH_MAX_PARAMS; i++)
        used += snprintf(line + used, sizeof line - (size_t)used, ",\"%d\":1", i);
    snprintf(line + used, sizeof line - (size_t)used, "}}");
    refused(line, "\"params\" has 17 entries; at most 16");
}

Test(record, unknown_keys_are_passed_over)
{
    bench_record record;
    shoal_error err = {0};
    const char *line =
        START ",\"threads\":1,\"future\":{\"a\":[1]},\"samples_ms\":[1.5],\"params\":null,\"bytes\":null}";
    cr_assert_eq(bench_record_parse(line, strlen(line), &record, &err), SHOAL_OK, "%s", err.message);
    cr_assert_eq(record.n_samples, 1);
    cr_assert_eq(record.params.n, 0);
    cr_assert(isnan(record.bytes) && isnan(record.counters.joules));
}

/* Whatever bytes change: a record or an error with a message. */
Test(record, damaged_lines_never_crash)
{
    const bench_record record = bench_sample_record("kmeans", 5);
    const bench_machine machine = bench_sample_machine();
    const bench_limits limits = bench_sample_limits();
    char *lines[] = {bench_record_print(&record), bench_machine_print(&machine, &limits)};
    shoal_rng rng = shoal_rng_start(3, 1);
    for (int i = 0; i < 20000; i++) {
        const size_t length = strlen(lines[i % 2]);
        char *line = malloc(length); /* of its very size, so that reading past it is seen */
        memcpy(line, lines[i % 2], length);
        for (int change = 0; change <= i % 3; change++)
            line[shoal_rng_below(&rng, length)] = "0-\"{}[],:e.\\\0x"[shoal_rng_below(&rng, 14)];
        bench_record parsed;
        bench_machine parsed_machine;
        bench_limits parsed_limits;
        shoal_error err = {0};
        const size_t kept = i % 5 == 0 ? shoal_rng_below(&rng, length) : length;
        const shoal_status status = i % 2 == 0 ? bench_record_parse(line, kept, &parsed, &err)
                                               : bench_machine_parse(line, kept, &parsed_machine, &parsed_limits, &err);
        cr_assert(status == SHOAL_OK || (status == SHOAL_ERR_INPUT && err.message[0] != '\0'));
        free(line);
    }
    free(lines[0]);
    free(lines[1]);
}

Test(machine, comes_back)
{
    const bench_machine machine = bench_sample_machine();
    const bench_limits limits = bench_sample_limits();
    bench_machine back;
    bench_limits limits_back;
    shoal_error err = {0};
    char *line = bench_machine_print(&machine, &limits);
    cr_assert_eq(bench_machine_parse(line, strlen(line), &back, &limits_back, &err), SHOAL_OK, "%s", err.message);
    cr_assert_str_eq(back.cpu, machine.cpu);
    cr_assert_str_eq(back.commit, machine.commit);
    cr_assert_eq(back.memory_bytes, machine.memory_bytes);
    cr_assert_eq(back.n_caches, 3);
    cr_assert(back.caches[2].bytes == 110100480 && back.caches[2].instances == 1 && back.caches[2].level == 3);
    cr_assert_eq(limits_back.n, 2);
    cr_assert(same_bits(limits_back.limit[0].read_gbs[BENCH_MEMORY], 1.0 / 3));
    cr_assert(isnan(limits_back.limit[0].read_gbs[BENCH_L3]) && isnan(limits_back.limit[0].dgemm_gflops));
    cr_assert(same_bits(limits_back.limit[1].sgemm_gflops, 1e-300));
    char *again = bench_machine_print(&back, &limits_back);
    cr_assert_str_eq(again, line);
    free(again);
    free(line);
}

static void machine_refused(const char *line, const char *message)
{
    bench_machine machine;
    bench_limits limits;
    shoal_error err = {0};
    cr_assert_eq(bench_machine_parse(line, strlen(line), &machine, &limits, &err), SHOAL_ERR_INPUT, "%s", line);
    cr_assert(strstr(err.message, message), "\"%s\" is not in \"%s\"", message, err.message);
}

Test(machine, bad_lines_are_named)
{
    machine_refused("{\"schema\":\"shoal.bench/1\"}", "shoal.bench/1, where shoal.bench.machine/1 should be");
    machine_refused("{\"schema\":\"shoal.bench.machine/12\"}", "shoal.bench.machine/12 is newer");
    machine_refused("{\"schema\":\"shoal.bench.machine/1\"}", "\"machine\" is missing");
    machine_refused("{\"schema\":\"shoal.bench.machine/1\",\"machine\":\"m\",\"caches\":[1]}",
                    "\"caches\" holds something");
    machine_refused("{\"schema\":\"shoal.bench.machine/1\",\"machine\":\"m\",\"limits\":[{}]}",
                    "\"threads\" is missing");
    machine_refused("{\"schema\":\"shoal.bench.machine/1\",\"machine\":\"m\",\"caches\":[1,2,3,4,5,6,7,8,9]}",
                    "\"caches\" has 9 entries; at most 8");
    machine_refused("{\"schema\":\"shoal.bench.machine/1\",\"machine\":\"m\",\"memory_bytes\":-1}", "\"memory_bytes\"");
}

Test(params, match_in_any_order_but_for_one)
{
    bench_params a = {0}, b = {0};
    bench_params_set(&a, "n", 10);
    bench_params_set_text(&a, "init", "random");
    bench_params_set_text(&b, "init", "random");
    bench_params_set(&b, "n", 20);
    cr_assert(!bench_params_match(&a, &b, NULL));
    cr_assert(bench_params_match(&a, &b, "n"));
    bench_params_set(&b, "n", 10);
    cr_assert(bench_params_match(&a, &b, NULL));
    bench_params_set(&b, "n", NAN);
    cr_assert(!bench_params_match(&a, &b, NULL) && !bench_params_match(&b, &a, NULL));
    bench_params_set(&a, "n", NAN);
    cr_assert(bench_params_match(&a, &b, ""));
    bench_params_set(&b, "d", 1);
    cr_assert(!bench_params_match(&a, &b, "d"));
}

Test(record, scaling_counts_the_fewest_threads_as_ideal_and_leaves_oversubscribed_rows_out)
{
    const double ms[] = {60, 35, 1000}; /* 10 + 100 / p, and one row that says nothing */
    const int threads[] = {2, 4, 8};
    bench_record row[3];
    const bench_record *rows[3];
    for (int i = 0; i < 3; i++) {
        row[i] = bench_sample_record("kmeans", 1);
        row[i].threads = threads[i];
        row[i].oversubscribed = i == 2;
        row[i].samples_ms[0] = ms[i];
        rows[i] = &row[i];
    }
    cr_assert_float_eq(bench_record_speed_up(rows[0], rows[0]), 2, 1e-12);
    cr_assert_float_eq(bench_record_speed_up(rows[0], rows[1]), 2 * 60 / 35.0, 1e-12);
    cr_assert_float_eq(bench_record_serial_fraction(rows, 3), 10 / 110.0, 1e-9);
}
