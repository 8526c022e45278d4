#include "cases/check_rfm.h"

#include <inttypes.h>
#include <math.h>

#include "base/date.h"
#include "base/memory.h"

/* One customer, counted. */
typedef struct tally {
    int64_t days, first, last;  /* midnights */
    int64_t cents, later_cents; /* later: on other days than the first */
} tally;

static tally count_customer(const shoal_transactions *t, int64_t customer)
{
    tally counted = {0};
    for (int64_t i = t->first_row[customer]; i < t->first_row[customer + 1]; i++) {
        const int64_t day = t->time[i] - t->time[i] % SHOAL_DAY_SECONDS, cents = llround(t->amount[i] * 100);
        if (counted.days == 0) counted.first = day;
        if (counted.days == 0 || day != counted.last) counted.days++;
        counted.last = day;
        counted.cents += cents;
        if (day != counted.first) counted.later_cents += cents;
    }
    return counted;
}

static bool is_right(const shoal_summary *s, int64_t c, const tally *counted, int64_t end)
{
    const double day = SHOAL_DAY_SECONDS;
    if (s->frequency[c] != counted->days || s->x[c] != counted->days - 1) return false;
    if (s->first_purchase[c] != counted->first || s->last_purchase[c] != counted->last) return false;
    if (s->recency_days[c] != (double)(end - counted->last) / day) return false;
    if (s->t_x[c] != (double)(counted->last - counted->first) / day) return false;
    if (s->T[c] != (double)(end - counted->first) / day) return false;
    if (!bench_is_money(s->monetary[c], counted->cents)) return false;
    if (s->x[c] == 0) return isnan(s->mean_repeat_spend[c]);
    return bench_is_money(s->mean_repeat_spend[c] * s->x[c], counted->later_cents);
}

shoal_status bench_check_summary(const bench_rfm_state *s, shoal_error *err)
{
    const shoal_transactions *t = &s->transactions;
    if (s->summary.n != t->n_customers)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%" PRId64 " customers; %" PRId64 " were made", s->summary.n,
                          t->n_customers);
    int64_t end = INT64_MIN;
    for (int64_t i = 0; i < t->n; i++)
        if (t->time[i] > end) end = t->time[i];
    end -= end % SHOAL_DAY_SECONDS;
    for (int64_t c = 0; c < t->n_customers; c++) {
        const tally counted = count_customer(t, c);
        if (!is_right(&s->summary, c, &counted, end))
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "customer %" PRId64
                              ": frequency %d, recency %.9g days, monetary %.9g and repeat spend %.9g "
                              "are not those of %" PRId64 " days with %" PRId64 " cents",
                              c, s->summary.frequency[c], s->summary.recency_days[c], s->summary.monetary[c],
                              s->summary.mean_repeat_spend[c], counted.days, counted.cents);
    }
    return SHOAL_OK;
}

static int by_value(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static shoal_status check_cuts(const shoal_column *column, const shoal_rfm_cuts *cuts, shoal_error *err)
{
    const int64_t n = column->length;
    double *sorted;
    SHOAL_TRY(shoal_alloc(n, sizeof *sorted, &sorted, err));
    for (int64_t i = 0; i < n; i++) sorted[i] = shoal_column_f64(column, i);
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    shoal_status status = SHOAL_OK;
    for (int64_t j = 1; j < BENCH_N_SCORES && status >= 0; j++) {
        const int64_t rank = (j * n + BENCH_N_SCORES - 1) / BENCH_N_SCORES;
        if (cuts->cut[j - 1] != sorted[rank - 1])
            status = shoal_fail(err, SHOAL_ERR_INPUT, "%s: cut %d is %.17g; the value of rank %" PRId64 " is %.17g",
                                column->name, (int)j, cuts->cut[j - 1], rank, sorted[rank - 1]);
    }
    free(sorted);
    return status;
}

static shoal_status check_score(const shoal_column *column, const shoal_rfm_cuts *cuts, bool low_is_best,
                                const int8_t *score, shoal_error *err)
{
    for (int64_t i = 0; i < column->length; i++) {
        int bin = 1;
        for (int j = 0; j < BENCH_N_SCORES - 1; j++) bin += cuts->cut[j] < shoal_column_f64(column, i);
        const int right = low_is_best ? BENCH_N_SCORES + 1 - bin : bin;
        if (score[i] != right)
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s: customer %" PRId64 " has score %d; %.9g makes %d",
                              column->name, i, score[i], shoal_column_f64(column, i), right);
    }
    return SHOAL_OK;
}

shoal_status bench_check_scores(const bench_rfm_state *s, shoal_error *err)
{
    for (int part = 0; part < BENCH_RFM_PARTS; part++) {
        const shoal_column column = bench_rfm_column(s, part);
        SHOAL_TRY(check_cuts(&column, &s->cuts[part], err));
        SHOAL_TRY(check_score(&column, &s->cuts[part], part == 0, s->score[part], err));
    }
    return SHOAL_OK;
}
