#include <math.h>
#include <omp.h>
#include <time.h>

#include "base/clock.h"
#include "measure/probe.h"

static double processor_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* The clock starts before the second barrier, so that a first thread that is held up makes a run look slow, not fast.
 */
bench_together bench_run_together(int threads, bench_part_fn part, const void *state, int64_t rounds)
{
    double begin = 0, busy = 0;
#pragma omp parallel num_threads(threads)
    {
#pragma omp barrier
#pragma omp master
        begin = shoal_clock_ms();
#pragma omp barrier
        const double before = processor_ms();
        part(state, omp_get_thread_num(), rounds);
#pragma omp master
        busy = processor_ms() - before;
    }
    return (bench_together){.wall_ms = shoal_clock_ms() - begin, .busy_ms = busy};
}

/* Whether a run is long enough is judged by processor time: on a busy machine a short one takes long as well. */
double bench_best_rate(int threads, bench_part_fn part, const void *state, double budget_ms)
{
    enum { SHORTEST_MS = 4, MIN_RUNS = 3 };
    const double until = shoal_clock_ms() + budget_ms;
    int64_t rounds = 1;
    double best = 0;
    for (int runs = 0; runs < MIN_RUNS || shoal_clock_ms() < until;) {
        const bench_together took = bench_run_together(threads, part, state, rounds);
        best = fmax(best, (double)rounds / took.wall_ms);
        if (took.busy_ms < SHORTEST_MS) rounds *= 2;
        else runs++;
    }
    return best;
}
