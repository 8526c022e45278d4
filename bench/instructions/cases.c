#include <stddef.h>
#include <string.h>

#include "instructions/case.h"

const bench_counted *bench_counted_at(int index)
{
    const struct {
        const bench_counted *cases;
        int n;
    } groups[] = {
        {bench_kernel_cases, bench_n_kernel_cases}, {bench_kmeans_cases, bench_n_kmeans_cases},
        {bench_rfm_cases, bench_n_rfm_cases},       {bench_clv_cases, bench_n_clv_cases},
        {bench_data_cases, bench_n_data_cases},
    };
    int left = index;
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; left -= groups[g++].n)
        if (left >= 0 && left < groups[g].n) return &groups[g].cases[left];
    return NULL;
}

int bench_n_counted(void)
{
    return bench_n_kernel_cases + bench_n_kmeans_cases + bench_n_rfm_cases + bench_n_clv_cases + bench_n_data_cases;
}

const bench_counted *bench_counted_find(const char *name)
{
    for (int i = 0; i < bench_n_counted(); i++)
        if (strcmp(bench_counted_at(i)->name, name) == 0) return bench_counted_at(i);
    return NULL;
}
