#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cases/states.h"

const bench_case *const bench_cases[] = {
    &bench_case_import,          &bench_case_store_load,      &bench_case_file_read,       &bench_case_rfm,
    &bench_case_kmeans,          &bench_case_kmeans_w5,       &bench_case_kmeans_w7,       &bench_case_kmeans_dense_w1,
    &bench_case_kmeans_dense_w2, &bench_case_kmeans_dense_w3, &bench_case_kmeans_dense_w4, &bench_case_kmeans_dense_w5,
    &bench_case_kmeans_dense_w6, &bench_case_kmeans_dense_w7, &bench_case_assign,          &bench_case_assign_all,
    &bench_case_choose_k,        &bench_case_kmeans_scores,   &bench_case_fit_purchases,   &bench_case_fit_spend,
    &bench_case_predict,         &bench_case_profile,         &bench_case_segment,
};
const int bench_n_cases = sizeof bench_cases / sizeof bench_cases[0];

shoal_status bench_case_prepare(const bench_case *c, const bench_params *params, const char *folder, void **state,
                                shoal_error *err)
{
    char *made;
    SHOAL_TRY(shoal_alloc_zero(1, c->state_size, &made, err));
    const shoal_status status = c->fill(made, params, folder, err);
    if (status < 0) c->release(made);
    else *state = made;
    return status;
}

bench_params bench_params_read(const char *text)
{
    bench_params params = {0};
    while (*text != '\0') {
        char name[32];
        const size_t length = strcspn(text, "=");
        snprintf(name, sizeof name, "%.*s", (int)length, text);
        char *end;
        bench_params_set(&params, name, strtod(text + length + 1, &end));
        text = end + strspn(end, " ");
    }
    return params;
}

int64_t bench_params_count(const bench_params *params, const char *name)
{
    const double value = bench_params_get(params, name);
    return value >= 1 ? (int64_t)value : 1;
}

int64_t bench_customers_of(const bench_params *params)
{
    const int64_t customers = bench_params_count(params, "transactions") / bench_params_count(params, "per_customer");
    return customers > 0 ? customers : 1;
}
