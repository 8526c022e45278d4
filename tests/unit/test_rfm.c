#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/rfm.h>

#include "base/random.h"

static shoal_column column_f64(const double *data, int64_t n)
{
    return (shoal_column){.name = "value", .type = SHOAL_F64, .length = n, .data = data};
}

static shoal_rfm_cuts fit(const shoal_column *column, int n_scores)
{
    shoal_rfm_cuts cuts = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_rfm_cuts_fit(NULL, column, n_scores, &cuts, &err), SHOAL_OK, "%s", err.message);
    return cuts;
}

Test(rfm, quintiles_by_hand)
{
    /* sorted 1..11: ranks ceil(11 j / 5) = 3, 5, 7, 9 */
    const double values[] = {11, 3, 9, 1, 7, 5, 2, 10, 4, 8, 6};
    const shoal_column column = column_f64(values, 11);
    const shoal_rfm_cuts cuts = fit(&column, 5);
    cr_assert(cuts.cut[0] == 3 && cuts.cut[1] == 5 && cuts.cut[2] == 7 && cuts.cut[3] == 9);
    int8_t score[11];
    shoal_rfm_score(NULL, &column, &cuts, false, score);
    const int8_t expected[] = {5, 1, 4, 1, 3, 2, 1, 5, 2, 4, 3};
    cr_assert_arr_eq(score, expected, 11);
    shoal_rfm_score(NULL, &column, &cuts, true, score);
    for (int i = 0; i < 11; i++) cr_assert_eq(score[i], 6 - expected[i]);
}

Test(rfm, ties_share_a_bin_and_missing_values_have_none)
{
    const double values[] = {1, NAN, 1, 1, 1, 1, 1, 2, NAN, 3};
    const shoal_column column = column_f64(values, 10);
    const shoal_rfm_cuts cuts = fit(&column, 5); /* ranks 2, 4, 5, 7 of 8 */
    cr_assert(cuts.cut[0] == 1 && cuts.cut[1] == 1 && cuts.cut[2] == 1 && cuts.cut[3] == 2);
    int8_t score[10];
    shoal_rfm_score(NULL, &column, &cuts, false, score);
    const int8_t expected[] = {1, 0, 1, 1, 1, 1, 1, 4, 0, 5};
    cr_assert_arr_eq(score, expected, 10);
    /* cuts are reusable on new data: below and above everything seen, and exactly on a cut */
    const double fresh[] = {-1e300, 2, 2.5, INFINITY};
    const shoal_column new_column = column_f64(fresh, 4);
    shoal_rfm_score(NULL, &new_column, &cuts, false, score);
    cr_assert(score[0] == 1 && score[1] == 4 && score[2] == 5 && score[3] == 5);
}

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

Test(rfm, cuts_are_the_values_of_their_ranks)
{
    enum { N = 5000 };
    static double values[N], sorted[N];
    for (int trial = 0; trial < 60; trial++) {
        shoal_rng rng = shoal_rng_start(9, (uint64_t)trial);
        const int64_t m = 1 + (int64_t)shoal_rng_below(&rng, trial < 20 ? 12 : N);
        const int n_scores = 2 + (int)shoal_rng_below(&rng, 99);
        const uint64_t distinct = 1 + shoal_rng_below(&rng, trial % 3 == 0 ? 5 : 100000);
        for (int64_t i = 0; i < m; i++) values[i] = sorted[i] = (double)shoal_rng_below(&rng, distinct) - 10;
        qsort(sorted, (size_t)m, sizeof *sorted, ascending);
        const shoal_column column = column_f64(values, m);
        const shoal_rfm_cuts cuts = fit(&column, n_scores);
        for (int j = 1; j < n_scores; j++) {
            const int64_t rank = (j * m + n_scores - 1) / n_scores;
            cr_assert_eq(cuts.cut[j - 1], sorted[rank - 1], "trial %d cut %d", trial, j);
        }
    }
}

Test(rfm, integer_columns)
{
    const int32_t values[] = {5, 1, 4, 2, 3, 100};
    const uint8_t valid[] = {1, 1, 1, 1, 1, 0};
    const shoal_column column = {.name = "frequency", .type = SHOAL_I32, .length = 6, .data = values, .valid = valid};
    const shoal_rfm_cuts cuts = fit(&column, 5);
    int8_t score[6];
    const shoal_ctx ctx = {.threads = 3};
    shoal_rfm_score(&ctx, &column, &cuts, false, score);
    const int8_t expected[] = {5, 1, 4, 2, 3, 0};
    cr_assert_arr_eq(score, expected, 6);
}

Test(rfm, refusals)
{
    const double values[] = {NAN, NAN};
    const shoal_column column = column_f64(values, 2);
    shoal_rfm_cuts cuts;
    shoal_error err = {0};
    cr_assert_eq(shoal_rfm_cuts_fit(NULL, &column, 5, &cuts, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "\"value\"") != NULL);
    cr_assert_eq(shoal_rfm_cuts_fit(NULL, &column, 1, &cuts, &err), SHOAL_ERR_USAGE);
    cr_assert_eq(shoal_rfm_cuts_fit(NULL, &column, 101, &cuts, &err), SHOAL_ERR_USAGE);
    const shoal_column empty = column_f64(values, 0);
    cr_assert_eq(shoal_rfm_cuts_fit(NULL, &empty, 5, &cuts, &err), SHOAL_ERR_INPUT);
}

/* The table of segments, spelt as ranges of R and F. */
static const struct {
    const char *name;
    int r_low, r_high, f_low, f_high;
} ranges[] = {
    {"Hibernating", 1, 2, 1, 2},        {"At Risk", 1, 2, 3, 4},
    {"Can't Lose", 1, 2, 5, 5},         {"About to Sleep", 3, 3, 1, 2},
    {"Need Attention", 3, 3, 3, 3},     {"Loyal", 3, 4, 4, 5},
    {"Promising", 4, 4, 1, 1},          {"New", 5, 5, 1, 1},
    {"Potential Loyalist", 4, 5, 2, 3}, {"Champions", 5, 5, 4, 5},
};

Test(rfm, segments_are_disjoint_and_complete)
{
    int used[SHOAL_RFM_SEGMENTS] = {0};
    for (int r = 1; r <= 5; r++)
        for (int f = 1; f <= 5; f++) {
            const int segment = shoal_rfm_segment(r, f);
            cr_assert(segment >= 0 && segment < SHOAL_RFM_SEGMENTS);
            used[segment]++;
            int holding = 0;
            for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
                if (r >= ranges[i].r_low && r <= ranges[i].r_high && f >= ranges[i].f_low && f <= ranges[i].f_high) {
                    holding++;
                    cr_assert_str_eq(shoal_rfm_segment_name(segment), ranges[i].name);
                }
            cr_assert_eq(holding, 1, "R%d F%d", r, f);
        }
    for (int i = 0; i < SHOAL_RFM_SEGMENTS; i++) cr_assert_gt(used[i], 0);
    cr_assert_str_eq(shoal_rfm_segment_name(0), "Champions");
    cr_assert_null(shoal_rfm_segment_name(-1));
    cr_assert_null(shoal_rfm_segment_name(SHOAL_RFM_SEGMENTS));
    cr_assert(shoal_rfm_segment(0, 3) == -1 && shoal_rfm_segment(3, 6) == -1 && shoal_rfm_segment(6, 1) == -1);
}
