#include "peers/tasks.h"

#include <stdio.h>

const bench_task *const bench_tasks[] = {
    &bench_task_iteration, &bench_task_converge,    &bench_task_assign,     &bench_task_seed,
    &bench_task_choose_k,  &bench_task_rfm_csv,     &bench_task_rfm_memory, &bench_task_scores,
    &bench_task_bgnbd,     &bench_task_gamma_gamma, &bench_task_predict,    &bench_task_load,
};
const int bench_n_tasks = sizeof bench_tasks / sizeof bench_tasks[0];

bool bench_right_size(const bench_values *theirs, int64_t n, char *differs)
{
    if (theirs->n == n) return true;
    snprintf(differs, BENCH_DIFFERS_SIZE, "%lld values where %lld are due", (long long)theirs->n, (long long)n);
    return false;
}
