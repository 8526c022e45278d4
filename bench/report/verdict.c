#include "verdict.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

static const double level = 0.01;

bool bench_comparable(const bench_record *a, const bench_record *b)
{
    return strcmp(a->kind, b->kind) == 0 && strcmp(a->name, b->name) == 0 && strcmp(a->tool, b->tool) == 0 &&
           a->threads == b->threads && a->quick == b->quick && strcmp(a->size_of, b->size_of) == 0 &&
           bench_params_match(&a->params, &b->params, NULL);
}

static bool is_judged(const bench_record *row)
{
    return strcmp(row->tool, "shoal") == 0 && strcmp(row->kind, "noise") != 0 && row->n_samples > 0;
}

typedef struct ranked {
    double p;
    int row;
} ranked;

static int by_p(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    if (left->p < right->p) return -1;
    if (left->p > right->p) return 1;
    return (left->row > right->row) - (left->row < right->row);
}

shoal_status bench_holm(int n, const double *p, double *corrected, shoal_error *err)
{
    ranked *order;
    SHOAL_TRY(shoal_alloc(n, sizeof *order, &order, err));
    for (int i = 0; i < n; i++) order[i] = (ranked){p[i], i};
    if (n > 0) qsort(order, (size_t)n, sizeof *order, by_p);
    double least = 0;
    for (int i = 0; i < n; i++) {
        least = fmax(least, fmin(1, order[i].p * (n - i)));
        corrected[order[i].row] = least;
    }
    free(order);
    return SHOAL_OK;
}

/* The smallest p that the rank test can give: all samples of the one below all of the other. */
static double smallest_p(int n, int m)
{
    return 2 * exp(lgamma(n + 1.0) + lgamma(m + 1.0) - lgamma(n + m + 1.0));
}

static bool is_enough(int n, int m, int n_rows)
{
    return smallest_p(n, m) * n_rows < level;
}

int bench_samples_enough(int n_rows)
{
    int n = 1;
    while (n < BENCH_MAX_SAMPLES && !is_enough(n, n, n_rows)) n++;
    return n;
}

static bench_row_verdict judge(const bench_pairing *pair, int n_rows, double threshold)
{
    const double ratio = pair->ratio.ratio;
    const bool slower = ratio > 1 + threshold, faster = ratio < 1 / (1 + threshold);
    if (!slower && !faster) return BENCH_NO_DIFFERENCE;
    if (pair->p < level) return slower ? BENCH_SLOWER : BENCH_FASTER;
    return is_enough(pair->old_row->n_samples, pair->new_row->n_samples, n_rows) ? BENCH_NO_DIFFERENCE : BENCH_TOO_FEW;
}

/* The row of the same measurement: on the same machine, or else on any. -1 without one. */
static int find(const bench_rows *rows, const bench_record *wanted)
{
    int found = -1;
    for (int i = 0; i < rows->n; i++) {
        if (!bench_comparable(rows->row[i], wanted) || !is_judged(rows->row[i])) continue;
        if (strcmp(rows->row[i]->machine, wanted->machine) == 0) return i;
        if (found < 0 || strcmp(rows->row[i]->date, rows->row[found]->date) > 0) found = i;
    }
    return found;
}

static void match(const bench_rows *old_rows, const bench_rows *new_rows, bool *used, bench_comparison *c)
{
    for (int i = 0; i < new_rows->n; i++) {
        const bench_record *row = new_rows->row[i];
        if (!is_judged(row)) continue;
        const int at = find(old_rows, row);
        if (at < 0) {
            c->only_new[c->n_only_new++] = row;
            continue;
        }
        used[at] = true;
        c->n_machines += strcmp(old_rows->row[at]->machine, row->machine) != 0;
        c->pairs[c->n++] = (bench_pairing){.old_row = old_rows->row[at], .new_row = row};
    }
    for (int i = 0; i < old_rows->n; i++)
        if (is_judged(old_rows->row[i]) && !used[i]) c->only_old[c->n_only_old++] = old_rows->row[i];
}

static shoal_status judge_all(bench_comparison *c, double threshold, shoal_error *err)
{
    double *p;
    SHOAL_TRY(shoal_alloc(2 * (int64_t)c->n, sizeof *p, &p, err));
    for (int i = 0; i < c->n; i++) {
        const bench_record *a = c->pairs[i].old_row, *b = c->pairs[i].new_row;
        c->pairs[i].ratio = bench_ratio_of(a->samples_ms, a->n_samples, b->samples_ms, b->n_samples);
        p[i] = bench_rank_test(a->samples_ms, a->n_samples, b->samples_ms, b->n_samples);
        if (isnan(p[i])) p[i] = 1;
    }
    const shoal_status status = bench_holm(c->n, p, p + c->n, err);
    for (int i = 0; i < c->n && status >= 0; i++) {
        c->pairs[i].p = p[c->n + i];
        c->pairs[i].verdict = judge(&c->pairs[i], c->n, threshold);
        c->count[c->pairs[i].verdict]++;
    }
    free(p);
    return status;
}

shoal_status bench_comparison_make(const bench_rows *old_rows, const bench_rows *new_rows, double threshold,
                                   bench_comparison *comparison, shoal_error *err)
{
    bool *used = NULL;
    shoal_status status = SHOAL_OK;
    *comparison = (bench_comparison){0};
    SHOAL_TRY_OUT(shoal_alloc(new_rows->n, sizeof *comparison->pairs, &comparison->pairs, err));
    SHOAL_TRY_OUT(shoal_alloc(new_rows->n, sizeof *comparison->only_new, &comparison->only_new, err));
    SHOAL_TRY_OUT(shoal_alloc(old_rows->n, sizeof *comparison->only_old, &comparison->only_old, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(old_rows->n, sizeof *used, &used, err));
    match(old_rows, new_rows, used, comparison);
    SHOAL_TRY_OUT(judge_all(comparison, threshold, err));
out:
    free(used);
    if (status < 0) bench_comparison_free(comparison);
    return status;
}

void bench_comparison_free(bench_comparison *comparison)
{
    free(comparison->pairs);
    free(comparison->only_old);
    free(comparison->only_new);
    *comparison = (bench_comparison){0};
}
