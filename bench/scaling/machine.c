#include <stdio.h>

#include "cli/number.h"
#include "cli/table.h"
#include "cli/text.h"
#include "scaling/scaling.h"

static void print_caches(const bench_machine *m)
{
    for (int i = 0; i < m->n_caches; i++) {
        const double kib = (double)m->caches[i].bytes / 1024;
        printf(", L%d %d x %g %s", m->caches[i].level, m->caches[i].instances, kib >= 1024 ? kib / 1024 : kib,
               kib >= 1024 ? "MiB" : "KiB");
    }
}

static shoal_status print_limits(const bench_session *session, shoal_error *err)
{
    static const char *const heads[] = {"threads",     "memory GB/s", "L3 GB/s", "L2 GB/s", "FMA float32 GFLOP/s",
                                        "FMA float64", "sgemm",       "dgemm"};
    shoal_cli_table table = shoal_cli_table_start("rrrrrrrr", heads);
    for (int i = 0; i < session->limits.n; i++) {
        const bench_limit *limit = &session->limits.limit[i];
        const double figures[] = {
            limit->read_gbs[BENCH_MEMORY], limit->read_gbs[BENCH_L3], limit->read_gbs[BENCH_L2], limit->fma32_gflops,
            limit->fma64_gflops,           limit->sgemm_gflops,       limit->dgemm_gflops};
        shoal_cli_cell_count(&table, limit->threads);
        for (size_t j = 0; j < sizeof figures / sizeof figures[0]; j++)
            shoal_cli_cell_fixed(&table, figures[j], figures[j] < 100 ? 1 : 0);
    }
    return shoal_cli_table_end(&table, stdout, session->bold, err);
}

shoal_status bench_machine_show(const bench_session *session, shoal_error *err)
{
    const bench_machine *m = &session->machine;
    char number[SHOAL_CLI_NUMBER_SIZE], shown[1024];
    printf("Machine %s: %s, ", m->tag, shoal_cli_escape(m->cpu, shown, sizeof shown));
    printf("%d core%s, %d usable, %d NUMA node%s", m->cores, m->cores == 1 ? "" : "s", m->usable, m->numa_nodes,
           m->numa_nodes == 1 ? "" : "s");
    print_caches(m);
    printf(", %s\n", shoal_cli_bytes(m->memory_bytes, number));
    printf("  %s, governor %s; kernels for %s; OpenBLAS %s, core %s, %s\n", m->kernel, m->governor, m->isa, m->openblas,
           m->openblas_core, m->openblas_parallel);
    printf("  %s %s %s; commit %s\n\n", m->compiler, m->build_type, m->flags, m->commit);
    SHOAL_TRY(print_limits(session, err));
    printf("\n");
    fflush(stdout);
    return SHOAL_OK;
}
