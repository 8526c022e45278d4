#include "instructions/counter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/interrupt.h"
#include "folder.h"
#include "instructions/callgrind.h"

shoal_status bench_counter_start(bool quiet, bench_counter *counter, shoal_error *err)
{
    *counter = (bench_counter){.cancel = shoal_cli_catch_signals(), .progress = shoal_cli_progress_start(quiet)};
    const ssize_t length = readlink("/proc/self/exe", counter->program, sizeof counter->program - 1);
    if (length < 0) return shoal_fail_errno(err, errno, "cannot find this program through /proc/self/exe");
    counter->program[length] = '\0';
    return bench_folder_make(counter->folder, sizeof counter->folder, err);
}

static shoal_status count_case(const bench_counter *counter, int number, const bench_counted *counted,
                               int64_t *instructions, shoal_error *err)
{
    char name[BENCH_FOLDER_LENGTH], *folder;
    bool made;
    snprintf(name, sizeof name, "%0*d", BENCH_FOLDER_LENGTH - (int)strlen(counter->folder) - 1, number);
    SHOAL_TRY(shoal_path_join(counter->folder, name, &folder, err));
    shoal_status status = shoal_folder_make(folder, &made, err);
    if (status >= 0)
        status = bench_callgrind_count(folder, counter->program, counted, counter->cancel, instructions, err);
    if (status < 0) shoal_error_prefix(err, "%s", counted->name);
    free(folder);
    return status;
}

shoal_status bench_counter_run(bench_counter *counter, int children, int n, const bench_counted *const *cases,
                               int64_t *instructions, shoal_error *err)
{
    shoal_status status = SHOAL_OK;
    int done = 0;
#pragma omp parallel for num_threads(children) schedule(dynamic, 1)
    for (int i = 0; i < n; i++) {
        shoal_error own = {0};
        shoal_status before;
#pragma omp atomic read
        before = status;
        if (before < 0) continue;
        const shoal_status mine = count_case(counter, i, cases[i], &instructions[i], &own);
#pragma omp critical(bench_counter)
        {
            if (mine < 0 && status >= 0) {
#pragma omp atomic write
                status = mine;
                if (err != NULL) *err = own;
            }
            shoal_cli_progress_show(&counter->progress, "instructions", (double)++done / n, cases[i]->name);
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
