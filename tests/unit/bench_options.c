#include <criterion/criterion.h>
#include <string.h>

#include "options.h"

static shoal_error err;

static shoal_status parse(bench_opts *opts, const char *const *words, int n)
{
    char *argv[16] = {(char *)"shoal-bench"};
    for (int i = 0; i < n; i++) argv[i + 1] = (char *)words[i];
    err = (shoal_error){0};
    return bench_opts_parse(n + 1, argv, opts, &err);
}

#define PARSE(opts, ...)                                                                                               \
    parse(opts, (const char *const[]){__VA_ARGS__}, (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

Test(bench_options, thread_counts_are_sorted_and_unique)
{
    bench_opts opts;
    cr_assert_eq(PARSE(&opts, "scaling", "--threads", "4,1,4,2"), SHOAL_OK);
    cr_assert_eq(opts.n_thread_counts, 3);
    cr_assert_eq(opts.thread_counts[0], 1);
    cr_assert_eq(opts.thread_counts[1], 2);
    cr_assert_eq(opts.thread_counts[2], 4);
}

Test(bench_options, thread_counts_begin_with_one_by_default)
{
    bench_opts opts;
    cr_assert_eq(PARSE(&opts, "scaling"), SHOAL_OK);
    cr_assert_geq(opts.n_thread_counts, 1);
    cr_assert_eq(opts.thread_counts[0], 1);
    for (int i = 1; i < opts.n_thread_counts; i++) cr_assert_gt(opts.thread_counts[i], opts.thread_counts[i - 1]);
}

Test(bench_options, quick_has_a_shorter_budget_unless_one_is_given)
{
    bench_opts full, quick, given;
    cr_assert_eq(PARSE(&full, "peers"), SHOAL_OK);
    cr_assert_eq(PARSE(&quick, "peers", "--quick"), SHOAL_OK);
    cr_assert_eq(PARSE(&given, "peers", "--quick", "--budget", "3"), SHOAL_OK);
    cr_assert_lt(quick.budget_s, full.budget_s);
    cr_assert_float_eq(given.budget_s, 3, 0);
}

Test(bench_options, operands_and_options_in_any_order)
{
    bench_opts opts;
    cr_assert_eq(PARSE(&opts, "compare", "a.jsonl", "--threshold", "0.1", "b.jsonl"), SHOAL_OK);
    cr_assert_eq(opts.n_inputs, 2);
    cr_assert_str_eq(opts.inputs[0], "a.jsonl");
    cr_assert_str_eq(opts.inputs[1], "b.jsonl");
    cr_assert_float_eq(opts.threshold, 0.1, 0);
}

Test(bench_options, wrong_words_name_what_is_allowed)
{
    bench_opts opts;
    cr_assert_eq(PARSE(&opts, "scalin"), SHOAL_ERR_USAGE);
    cr_assert(strstr(err.message, "scaling") != NULL, "%s", err.message);
    cr_assert_eq(PARSE(&opts, "scaling", "--thread", "x"), SHOAL_ERR_USAGE); /* getopt takes the prefix */
    cr_assert(strstr(err.message, "whole numbers") != NULL, "%s", err.message);
    cr_assert_eq(PARSE(&opts, "scaling", "--threads", "0"), SHOAL_ERR_USAGE);
    cr_assert_eq(PARSE(&opts, "scaling", "--threads", "1,"), SHOAL_ERR_USAGE);
    cr_assert_eq(PARSE(&opts, "scaling", "--grid", "x"), SHOAL_ERR_USAGE);
    cr_assert(strstr(err.message, "scaling takes no option") != NULL, "%s", err.message);
    cr_assert_eq(PARSE(&opts, "scaling", "--fliter", "x"), SHOAL_ERR_USAGE);
    cr_assert(strstr(err.message, "did you mean --filter") != NULL, "%s", err.message);
    cr_assert(strstr(err.message, "Known: --quick, --list,") != NULL, "%s", err.message);
    cr_assert_eq(PARSE(&opts, "scaling", "--output"), SHOAL_ERR_USAGE);
    cr_assert_eq(PARSE(&opts, "scaling", "-o", "-"), SHOAL_ERR_USAGE);
    cr_assert_eq(PARSE(&opts, "scaling", "-o", ""), SHOAL_ERR_USAGE);
    cr_assert_eq(PARSE(&opts, "scaling", "extra"), SHOAL_ERR_USAGE);
    cr_assert_eq(PARSE(&opts, "compare", "one"), SHOAL_ERR_USAGE);
    cr_assert(strstr(err.message, "OLD NEW") != NULL, "%s", err.message);
    cr_assert_eq(PARSE(&opts, "scaling", "--machine", "a b"), SHOAL_ERR_USAGE);
    cr_assert_eq(PARSE(&opts, "scaling", "--budget", "nan"), SHOAL_ERR_USAGE);
}

Test(bench_options, filter_lets_through_what_begins_with_one_of_its_texts)
{
    const bench_opts all = {0}, some = {.filter = "kmeans,rfm/"}, any = {.filter = "*/rfm"};
    cr_assert(bench_wanted(&all, "anything"));
    cr_assert(bench_wanted(&some, "kmeans/seed"));
    cr_assert(bench_wanted(&some, "rfm/cuts"));
    cr_assert_not(bench_wanted(&some, "rfm"));
    cr_assert_not(bench_wanted(&some, "import"));
    cr_assert_not(bench_wanted(&some, "segment/kmeans"));
    cr_assert(bench_wanted(&any, "segment/rfm"));
    cr_assert_not(bench_wanted(&any, "rfm"));
}

Test(bench_options, filter_that_fits_nothing_lists_the_names)
{
    static const char *const names[] = {"kmeans", "rfm"};
    const bench_opts good = {.filter = "kme,*fm"}, bad = {.filter = "kmeans,clv"};
    cr_assert_eq(bench_check_filter(&good, names, 2, &err), SHOAL_OK);
    cr_assert_eq(bench_check_filter(&bad, names, 2, &err), SHOAL_ERR_USAGE);
    cr_assert(strstr(err.message, "\"clv\"") != NULL && strstr(err.message, "kmeans, rfm") != NULL, "%s", err.message);
}
