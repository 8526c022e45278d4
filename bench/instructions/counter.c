#include "instructions/counter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/interrupt.h"
#include "folder.h"
#include "instructions/baseline.h"
#include "instructions/callgrind.h"

shoal_status bench_counter_start(bool quiet, bench_counter *counter, shoal_error *err)
{
    *counter = (bench_counter){.cancel = shoal_cli_catch_signals(), .progress = shoal_cli_progress_start(quiet)};
    const ssize_t length = readlink("/proc/self/exe", counter->program, sizeof counter->program - 1);
    if (length < 0) return shoal_fail_errno(err, errno, "cannot find this program through /proc/self/exe");
    counter->program[length] = '\0';
    return bench_folder_make(counter->folder, sizeof counter->folder, err);
}

static shoal_status make_folder(const bench_counter *counter, int number, char **folder, shoal_error *err)
{
    enum { DIGITS = 3 };
    char name[BENCH_FOLDER_LENGTH];
    bool made;
    const size_t zeros = sizeof name - strlen(counter->folder) - 1 - DIGITS;
    memset(name, '0', zeros);
    snprintf(name + zeros, DIGITS + 1, "%03u", (unsigned)number % 1000);
    SHOAL_TRY(shoal_path_join(counter->folder, name, folder, err));
    return shoal_folder_make(*folder, &made, err);
}

/* Every stride-th case from `first` on, by one child. */
static shoal_status count_share(const bench_counter *counter, int first, int stride, int n,
                                const bench_counted *const *cases, int64_t *instructions, shoal_error *err)
{
    const bench_counted *share[BENCH_MAX_COUNTS];
    int64_t counts[BENCH_MAX_COUNTS];
    char *folder = NULL;
    int own = 0;
    for (int i = first; i < n; i += stride) share[own++] = cases[i];
    shoal_status status = make_folder(counter, first, &folder, err);
    if (status >= 0) status = bench_callgrind_count(folder, counter->program, own, share, counter->cancel, counts, err);
    for (int i = 0; i < own && status >= 0; i++) instructions[first + i * stride] = counts[i];
    free(folder);
    return status;
}

shoal_status bench_counter_run(bench_counter *counter, int children, int n, const bench_counted *const *cases,
                               int64_t *instructions, shoal_error *err)
{
    shoal_status status = SHOAL_OK;
    int done = 0;
    shoal_cli_progress_show(&counter->progress, "instructions", 0, "valgrind runs");
#pragma omp parallel for num_threads(children) schedule(static, 1)
    for (int i = 0; i < children; i++) {
        shoal_error own = {0};
        const shoal_status mine = count_share(counter, i, children, n, cases, instructions, &own);
#pragma omp critical(bench_counter)
        {
            if (mine < 0 && status >= 0) {
                status = mine;
                if (err != NULL) *err = own;
            }
            shoal_cli_progress_show(&counter->progress, "instructions", (double)++done / children, "valgrind runs");
        }
    }
    shoal_cli_progress_erase(&counter->progress);
    return status;
}

void bench_counter_end(bench_counter *counter)
{
    shoal_cli_progress_erase(&counter->progress);
    bench_folder_remove(counter->folder);
    counter->folder[0] = '\0';
}
