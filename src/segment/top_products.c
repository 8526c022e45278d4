#include <math.h>
#include <omp.h>
#include <string.h>

#include <shoal/profile.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"

typedef struct sales {
    const shoal_transactions *t;
    const int32_t *product;
    int32_t n_products;
    const int32_t *labels;
} sales;

/* Adds the rows of one segment (-1: of every customer in a segment) by product, in row order; *total gets rows without
 * a product as well. */
static void add_up(const sales *s, int segment, shoal_sum *by_product, shoal_sum *total)
{
    memset(by_product, 0, (size_t)s->n_products * sizeof *by_product);
    *total = (shoal_sum){0};
    for (int64_t c = 0; c < s->t->n_customers; c++) {
        if (s->labels[c] < 0 || (segment >= 0 && s->labels[c] != segment)) continue;
        for (int64_t row = s->t->first_row[c]; row < s->t->first_row[c + 1]; row++) {
            const double amount = s->t->amount == NULL ? 1 : s->t->amount[row];
            if (isnan(amount)) continue;
            shoal_sum_add(total, amount);
            if (s->product[row] >= 0 && s->product[row] < s->n_products)
                shoal_sum_add(&by_product[s->product[row]], amount);
        }
    }
}

/* The products of largest positive revenue, descending; equal ones by code. */
static void choose_best(const shoal_sum *by_product, int32_t n_products, double total, shoal_top_product *top)
{
    int found = 0;
    for (int32_t p = 0; p < n_products; p++) {
        const double revenue = shoal_sum_value(by_product[p]);
        if (!(revenue > 0)) continue;
        int at = found;
        while (at > 0 && top[at - 1].revenue < revenue) at--;
        if (at == SHOAL_TOP_PRODUCTS) continue;
        if (found < SHOAL_TOP_PRODUCTS) found++;
        memmove(&top[at + 1], &top[at], (size_t)(found - 1 - at) * sizeof *top);
        top[at] = (shoal_top_product){
            .product = p, .revenue = revenue, .share = total > 0 ? revenue / total : NAN, .index = NAN};
    }
    for (int i = found; i < SHOAL_TOP_PRODUCTS; i++)
        top[i] = (shoal_top_product){.product = -1, .share = NAN, .index = NAN};
}

static void set_indices(const shoal_sum *base, double total, int64_t n, shoal_top_product *top)
{
    for (int64_t i = 0; i < n; i++) {
        if (top[i].product < 0) continue;
        const double share = shoal_sum_value(base[top[i].product]) / total;
        if (total > 0 && share > 0) top[i].index = 100 * top[i].share / share;
    }
}

shoal_status shoal_top_products_run(const shoal_ctx *ctx, const shoal_transactions *t, const int32_t *product,
                                    int32_t n_products, const int32_t *labels, int n_segments, shoal_top_product *top,
                                    shoal_error *err)
{
    shoal_status status = SHOAL_OK;
    const sales s = {t, product, n_products, labels};
    const int most = n_segments + 1, threads = shoal_ctx_threads(ctx) < most ? shoal_ctx_threads(ctx) : most;
    shoal_sum *base, *work = NULL, all = {0};
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    SHOAL_TRY(shoal_alloc(n_products, sizeof *base, &base, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)threads * n_products, sizeof *work, &work, err));
    /* the base line is the longest part: it goes first */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int segment = -1; segment < n_segments; segment++) {
        if (segment < 0) {
            add_up(&s, segment, base, &all);
            continue;
        }
        shoal_sum *mine = work + (int64_t)omp_get_thread_num() * n_products, total;
        add_up(&s, segment, mine, &total);
        choose_best(mine, n_products, shoal_sum_value(total), top + (int64_t)segment * SHOAL_TOP_PRODUCTS);
    }
    set_indices(base, shoal_sum_value(all), (int64_t)n_segments * SHOAL_TOP_PRODUCTS, top);
out:
    free(base);
    free(work);
    return status;
}
