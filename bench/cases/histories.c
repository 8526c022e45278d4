#include "cases/histories.h"

#include <math.h>

#include "base/memory.h"
#include "base/random.h"

enum { SEED = 2, SHORTEST_DAYS = 90, LONGEST_DAYS = 730 };

const shoal_bgnbd bench_true_purchase = {.r = 0.9, .alpha = 30, .a = 0.8, .b = 2.5};
const shoal_gamma_gamma bench_true_spend = {.p = 6, .q = 4, .gamma = 60};

static void draw(bench_histories *h, int64_t i)
{
    const shoal_bgnbd *purchase = &bench_true_purchase;
    const shoal_gamma_gamma *spend = &bench_true_spend;
    shoal_rng rng = shoal_rng_start(SEED, (uint64_t)i);
    const double rate = shoal_rng_gamma(&rng, purchase->r) / purchase->alpha;
    const double dropout = shoal_rng_beta(&rng, purchase->a, purchase->b);
    const double nu = shoal_rng_gamma(&rng, spend->q) / spend->gamma;
    const double end = SHORTEST_DAYS + (LONGEST_DAYS - SHORTEST_DAYS) * shoal_rng_uniform(&rng);
    double clock = 0;
    int32_t x = 0;
    for (bool alive = true; alive;) {
        const double next = clock + shoal_rng_exponential(&rng) / rate;
        if (!(next <= end)) break;
        clock = next;
        x++;
        alive = shoal_rng_uniform(&rng) >= dropout;
    }
    h->x[i] = x;
    h->t_x[i] = clock;
    h->T[i] = end;
    h->mean_spend[i] = x > 0 ? shoal_rng_gamma(&rng, spend->p * x) / (nu * x) : NAN;
}

static shoal_status allocate(bench_histories *made, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(made->n, sizeof *made->x, &made->x, err));
    SHOAL_TRY(shoal_alloc(made->n, sizeof *made->t_x, &made->t_x, err));
    SHOAL_TRY(shoal_alloc(made->n, sizeof *made->T, &made->T, err));
    return shoal_alloc(made->n, sizeof *made->mean_spend, &made->mean_spend, err);
}

shoal_status bench_histories_make(const shoal_ctx *ctx, int64_t n, bench_histories *made, shoal_error *err)
{
    *made = (bench_histories){.n = n};
    const shoal_status status = allocate(made, err);
    if (status < 0) {
        bench_histories_free(made);
        return status;
    }
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t i = 0; i < n; i++) draw(made, i);
    return SHOAL_OK;
}

void bench_histories_free(bench_histories *made)
{
    free(made->x);
    free(made->t_x);
    free(made->T);
    free(made->mean_spend);
    *made = (bench_histories){0};
}
