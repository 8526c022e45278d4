/* RFM cuts and scores against sorting and counting. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/rfm.h>

#include "base/random.h"

enum { LONG = 150000, KINDS = 9 };

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Columns that bits, ties, signs, gaps and outliers make hard. */
static double draw(int kind, shoal_rng *rng)
{
    const double u = shoal_rng_uniform(rng);
    switch (kind) {
    case 0: return shoal_rng_exponential(rng);
    case 1: return (double)shoal_rng_below(rng, 5);
    case 2: return shoal_rng_normal(rng) * 1e6;
    case 3: return u < 0.6 ? 1 : (double)shoal_rng_below(rng, 300); /* one value that most share */
    case 4: return 1 + u * 1e-12;                                   /* all in one bucket beside the outlier */
    case 5: return u < 0.5 ? -0.0 : 0.0;
    case 6: return u < 0.3 ? NAN : u < 0.35 ? -INFINITY : u < 0.4 ? INFINITY : exp(700 * (u - 0.5));
    case 7: return 42;
    default: return u < 0.001 ? DBL_MAX : u < 0.002 ? -DBL_MAX : floor(u * 1000) / 100;
    }
}

static double *draw_column(int kind, int64_t n, uint64_t trial)
{
    double *values = malloc((size_t)n * sizeof *values);
    cr_assert_not_null(values);
    shoal_rng rng = shoal_rng_start(77, trial * KINDS + (uint64_t)kind);
    for (int64_t i = 0; i < n; i++) values[i] = draw(kind, &rng);
    if (kind == 4) values[n / 2] = 0;
    return values;
}

/* The cuts of the values that are no NaN, by sorting all of them. */
static int64_t sort_cuts(const double *values, int64_t n, int n_scores, double *cuts)
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++)
        if (!isnan(values[i])) sorted[m++] = values[i];
    qsort(sorted, (size_t)m, sizeof *sorted, ascending);
    for (int64_t j = 1; j < n_scores && m > 0; j++) cuts[j - 1] = sorted[(j * m + n_scores - 1) / n_scores - 1];
    free(sorted);
    return m;
}

static int8_t count_score(const double *cuts, int n_scores, double value)
{
    int below = 0;
    for (int j = 0; j < n_scores - 1; j++) below += cuts[j] < value;
    return (int8_t)(isnan(value) ? 0 : 1 + below);
}

static void check_column(const double *values, int64_t n, int n_scores, int threads)
{
    const shoal_ctx ctx = {.threads = threads};
    const shoal_column column = {.name = "value", .type = SHOAL_F64, .length = n, .data = values};
    double expected[SHOAL_RFM_MAX_SCORES - 1];
    int8_t *score = malloc((size_t)n);
    shoal_rfm_cuts cuts = {0};
    sort_cuts(values, n, n_scores, expected);
    cr_assert_eq(shoal_rfm_cuts_fit(&ctx, &column, n_scores, &cuts, NULL), SHOAL_OK);
    for (int j = 0; j < n_scores - 1; j++) {
        cr_assert_eq(cuts.cut[j], expected[j], "%d scores, cut %d: %.17g, not %.17g", n_scores, j, cuts.cut[j],
                     expected[j]);
        cr_assert(cuts.cut[j] != 0 || !signbit(cuts.cut[j]));
    }
    for (int low = 0; low < 2; low++) {
        shoal_rfm_score(&ctx, &column, &cuts, low == 1, score);
        for (int64_t i = 0; i < n; i++) {
            const int right = count_score(expected, n_scores, values[i]);
            cr_assert_eq(score[i], low == 1 && right > 0 ? n_scores + 1 - right : right, "row %d", (int)i);
        }
    }
    free(score);
}

Test(rfm_naive, long_columns_of_every_kind)
{
    static const int scores[] = {2, 5, 10, 13, 14, 100};
    for (int kind = 0; kind < KINDS; kind++) {
        double *values = draw_column(kind, LONG, 1);
        check_column(values, LONG, scores[kind % 6], 1 + kind % 4);
        check_column(values, LONG, scores[(kind + 3) % 6], 7);
        free(values);
    }
}

Test(rfm_naive, short_columns)
{
    for (uint64_t trial = 0; trial < 200; trial++) {
        shoal_rng rng = shoal_rng_start(78, trial);
        const int64_t n = 3 + (int64_t)shoal_rng_below(&rng, trial % 10 == 0 ? 3000 : 30);
        double *values = draw_column((int)(trial % KINDS), n, trial);
        values[0] = 1; /* one at least that is there */
        check_column(values, n, 2 + (int)shoal_rng_below(&rng, 99), 2);
        free(values);
    }
}

Test(rfm_naive, a_long_column_without_values)
{
    double *values = malloc(LONG * sizeof *values);
    for (int i = 0; i < LONG; i++) values[i] = NAN;
    const shoal_column column = {.name = "value", .type = SHOAL_F64, .length = LONG, .data = values};
    shoal_rfm_cuts cuts;
    cr_assert_eq(shoal_rfm_cuts_fit(NULL, &column, 5, &cuts, NULL), SHOAL_ERR_INPUT);
    volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.cancel = &cancel};
    cr_assert_eq(shoal_rfm_cuts_fit(&ctx, &column, 5, &cuts, NULL), SHOAL_ERR_INTERRUPTED);
    free(values);
}

Test(rfm_naive, integers_with_holes)
{
    int32_t *values = malloc(LONG * sizeof *values);
    uint8_t *valid = malloc(LONG);
    double *plain = malloc(LONG * sizeof *plain);
    shoal_rng rng = shoal_rng_start(79, 0);
    for (int i = 0; i < LONG; i++) {
        values[i] = (int32_t)shoal_rng_below(&rng, 1000) - 500;
        valid[i] = shoal_rng_below(&rng, 4) > 0;
        plain[i] = valid[i] ? (double)values[i] : (double)NAN;
    }
    const shoal_column column = {.name = "value", .type = SHOAL_I32, .length = LONG, .data = values, .valid = valid};
    shoal_rfm_cuts cuts = {0};
    double expected[9];
    sort_cuts(plain, LONG, 10, expected);
    cr_assert_eq(shoal_rfm_cuts_fit(NULL, &column, 10, &cuts, NULL), SHOAL_OK);
    for (int j = 0; j < 9; j++) cr_assert_eq(cuts.cut[j], expected[j]);
    free(values);
    free(valid);
    free(plain);
}

/* --- nested --- */

static void check_nested(int64_t n, int n_scores, int n_cells, int kind, int threads)
{
    const shoal_ctx ctx = {.threads = threads};
    double *values = draw_column(kind, n, 5), *within = malloc((size_t)n * sizeof *within);
    int32_t *cell = malloc((size_t)n * sizeof *cell);
    int8_t *score = malloc((size_t)n);
    double *cuts = malloc((size_t)(n_cells * (n_scores - 1)) * sizeof *cuts);
    double expected[SHOAL_RFM_MAX_SCORES - 1];
    shoal_rng rng = shoal_rng_start(80, 0);
    for (int64_t i = 0; i < n; i++)
        cell[i] = (int32_t)shoal_rng_below(&rng, (uint64_t)n_cells) - 1; /* the last: empty */
    const shoal_column column = {.name = "value", .type = SHOAL_F64, .length = n, .data = values};
    shoal_rfm_cuts all = {0};
    cr_assert_eq(shoal_rfm_cuts_fit(&ctx, &column, n_scores, &all, NULL), SHOAL_OK);
    cr_assert_eq(shoal_rfm_nested_fit(&ctx, &column, cell, n_cells, &all, cuts, NULL), SHOAL_OK);
    shoal_rfm_nested_score(&ctx, &column, cell, n_scores, cuts, score);
    for (int c = 0; c < n_cells; c++) {
        for (int64_t i = 0; i < n; i++) within[i] = cell[i] == c ? values[i] : NAN;
        if (sort_cuts(within, n, n_scores, expected) == 0) memcpy(expected, all.cut, sizeof expected);
        cr_assert_arr_eq(cuts + c * (n_scores - 1), expected, (size_t)(n_scores - 1) * sizeof *expected, "cell %d", c);
        for (int64_t i = 0; i < n; i++)
            if (cell[i] == c) cr_assert_eq(score[i], count_score(expected, n_scores, values[i]));
    }
    for (int64_t i = 0; i < n; i++)
        if (cell[i] < 0) cr_assert_eq(score[i], 0);
    free(values);
    free(within);
    free(cell);
    free(score);
    free(cuts);
}

Test(rfm_naive, nested_cuts_are_those_of_the_cell_alone)
{
    check_nested(20, 5, 4, 1, 1);
    check_nested(5000, 3, 10, 3, 3);
    check_nested(5000, 100, 7, 0, 2);
    check_nested(LONG, 5, 26, 0, 4);
    check_nested(3000, 5, 26, 6, 2);
}

/* --- maps of one's own --- */

/* Splits the grid again and again: disjoint and complete by construction. */
static int split(shoal_rfm_box *boxes, int n, int n_scores, bool uses_m, shoal_rng *rng)
{
    boxes[0] = (shoal_rfm_box){.low = {1, 1, 1}, .high = {n_scores, n_scores, n_scores}};
    for (int made = 1; made < n; made++) {
        const int from = (int)shoal_rng_below(rng, (uint64_t)made), v = (int)shoal_rng_below(rng, uses_m ? 3 : 2);
        shoal_rfm_box *box = &boxes[from];
        if (box->low[v] == box->high[v]) return made;
        const int at = box->low[v] + (int)shoal_rng_below(rng, (uint64_t)(box->high[v] - box->low[v]));
        boxes[made] = *box;
        boxes[made].segment = made % 7;
        boxes[made].low[v] = at + 1;
        box->high[v] = at;
    }
    return n;
}

static int holding(const shoal_rfm_box *boxes, int n, const int at[3], int *segment)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        bool inside = true;
        for (int v = 0; v < 3; v++) inside = inside && at[v] >= boxes[i].low[v] && at[v] <= boxes[i].high[v];
        if (!inside) continue;
        *segment = boxes[i].segment;
        found++;
    }
    return found;
}

static void check_map(const shoal_rfm_box *boxes, int n, int n_scores, bool uses_m)
{
    char names[7][SHOAL_RFM_NAME_SIZE] = {"a", "b", "c", "d", "e", "f", "g"};
    shoal_rfm_map map = {0};
    shoal_error err = {0};
    int least = INT32_MAX, most = 0, segment = -1;
    for (int r = 1; r <= n_scores; r++)
        for (int f = 1; f <= n_scores; f++)
            for (int m = 1; m <= (uses_m ? n_scores : 1); m++) {
                const int found = holding(boxes, n, (const int[]){r, f, m}, &segment);
                if (found < least) least = found;
                if (found > most) most = found;
            }
    const shoal_status status = shoal_rfm_map_make(n_scores, uses_m, 7, names, boxes, n, &map, &err);
    cr_assert_eq(status, least == 1 && most == 1 ? SHOAL_OK : SHOAL_ERR_INPUT, "%s", err.message);
    if (most > 1) cr_assert(strstr(err.message, "overlap") != NULL, "%s", err.message);
    else if (least < 1) cr_assert(strstr(err.message, "no segment holds") != NULL, "%s", err.message);
    for (int r = 0; status == SHOAL_OK && r <= n_scores + 1; r++)
        for (int f = 1; f <= n_scores; f++)
            for (int m = 1; m <= (uses_m ? n_scores : 1); m++) {
                const bool inside = holding(boxes, n, (const int[]){r, f, m}, &segment) == 1;
                cr_assert_eq(shoal_rfm_map_segment(&map, r, f, m), inside ? segment : -1);
            }
    shoal_rfm_map_free(&map);
}

Test(rfm_naive, maps_are_disjoint_and_complete_or_refused)
{
    enum { MOST = 12 };
    for (uint64_t trial = 0; trial < 300; trial++) {
        shoal_rng rng = shoal_rng_start(81, trial);
        shoal_rfm_box boxes[MOST];
        const int n_scores = 2 + (int)shoal_rng_below(&rng, 6);
        const bool uses_m = trial % 2 == 1;
        const int n = split(boxes, MOST, n_scores, uses_m, &rng), changed = (int)shoal_rng_below(&rng, (uint64_t)n);
        check_map(boxes, n, n_scores, uses_m);
        int *end = trial % 4 < 2 ? &boxes[changed].high[0] : &boxes[changed].low[1];
        *end += *end > 1 && trial % 3 == 0 ? -1 : *end < n_scores ? 1 : 0;
        if (boxes[changed].low[0] <= boxes[changed].high[0] && boxes[changed].low[1] <= boxes[changed].high[1])
            check_map(boxes, n, n_scores, uses_m);
    }
}

Test(rfm_naive, refusals_name_the_cells)
{
    char names[2][SHOAL_RFM_NAME_SIZE] = {"Best", "Rest"};
    shoal_rfm_box boxes[2] = {{0, {3, 3, 1}, {3, 3, 3}}, {1, {1, 1, 1}, {3, 2, 3}}};
    shoal_rfm_map map = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_rfm_map_make(3, false, 2, names, boxes, 2, &map, &err), SHOAL_ERR_INPUT);
    cr_assert_str_eq(err.message, "no segment holds R1 F3, R2 F3: every cell needs one");
    boxes[1].high[1] = 3;
    cr_assert_eq(shoal_rfm_map_make(3, false, 2, names, boxes, 2, &map, &err), SHOAL_ERR_INPUT);
    cr_assert_str_eq(err.message, "segments \"Best\" and \"Rest\" overlap in R3 F3: each cell belongs to one");
    cr_assert_eq(shoal_rfm_map_make(3, true, 2, names, boxes, 2, &map, &err), SHOAL_ERR_INPUT);
    cr_assert_str_eq(
        err.message,
        "segments \"Best\" and \"Rest\" overlap in R3 F3 M1, R3 F3 M2, R3 F3 M3: each cell belongs to one");
    boxes[0].high[0] = 4;
    cr_assert_eq(shoal_rfm_map_make(3, false, 2, names, boxes, 2, &map, &err), SHOAL_ERR_INPUT);
    cr_assert_str_eq(err.message, "segment \"Best\": R from 3 to 4; scores go from 1 to 3");
    cr_assert(map.cell == NULL);
    cr_assert_eq(shoal_rfm_map_segment(&map, 5, 5, 0), 0);
    cr_assert_str_eq(shoal_rfm_map_name(&map, 0), "Champions");
}
