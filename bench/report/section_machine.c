#include <stdio.h>
#include <string.h>

#include "figure.h"
#include "sections.h"

static void add_fact(shoal_cli_table *table, const char *name, const char *value)
{
    if (value[0] == '\0' || strcmp(value, "-") == 0) return;
    shoal_cli_cell(table, name);
    shoal_cli_cell(table, value);
}

static void add_cores(shoal_cli_table *table, const bench_machine *m)
{
    char text[160];
    snprintf(text, sizeof text, "%d in %d socket%s, %d hardware threads, %d NUMA node%s; %d usable", m->cores,
             m->sockets, m->sockets == 1 ? "" : "s", m->hardware_threads, m->numa_nodes, m->numa_nodes == 1 ? "" : "s",
             m->usable);
    add_fact(table, "cores", text);
}

static void add_caches(shoal_cli_table *table, const bench_machine *m)
{
    char text[512] = "";
    for (int i = 0; i < m->n_caches; i++) {
        const bench_cache *cache = &m->caches[i];
        const size_t used = strlen(text);
        const double kib = (double)cache->bytes / 1024;
        snprintf(text + used, sizeof text - used, "%sL%d %d × %s", used == 0 ? "" : ", ", cache->level,
                 cache->instances, bench_significant(kib >= 1024 ? kib / 1024 : kib, 3).text);
        const size_t now = strlen(text);
        snprintf(text + now, sizeof text - now, " %s", kib >= 1024 ? "MiB" : "KiB");
    }
    add_fact(table, "caches", text);
}

static shoal_status describe(bench_document *document, const bench_machine *m, shoal_error *err)
{
    static const char *const heads[] = {"machine", ""};
    shoal_cli_table table = shoal_cli_table_start("ll", (const char *[]){heads[0], m->tag});
    char text[512];
    add_fact(&table, "CPU", m->cpu);
    add_cores(&table, m);
    add_caches(&table, m);
    if (m->memory_bytes > 0) add_fact(&table, "memory", bench_size((double)m->memory_bytes).text);
    add_fact(&table, "kernels in use", m->isa);
    add_fact(&table, "system", m->system);
    add_fact(&table, "Linux", m->kernel);
    add_fact(&table, "governor", m->governor);
    add_fact(&table, "virtualisation", m->virtualisation);
    snprintf(text, sizeof text, "%s, core %s, %s", m->openblas, m->openblas_core, m->openblas_parallel);
    add_fact(&table, "OpenBLAS", m->openblas[0] == '\0' ? "" : text);
    snprintf(text, sizeof text, "%s %s %s", m->compiler, m->build_type, m->flags);
    add_fact(&table, "compiler", m->compiler[0] == '\0' ? "" : text);
    add_fact(&table, "commit", m->commit);
    return bench_table_end(document, NULL, &table, err);
}

static shoal_status show_limits(bench_document *document, const bench_limits *limits, shoal_error *err)
{
    static const char *const heads[] = {"threads",     "memory GB/s", "L3 GB/s", "L2 GB/s", "FMA float32 GFLOP/s",
                                        "FMA float64", "sgemm",       "dgemm"};
    if (limits->n == 0) return SHOAL_OK;
    shoal_cli_table table = shoal_cli_table_start("rrrrrrrr", heads);
    for (int i = 0; i < limits->n; i++) {
        const bench_limit *limit = &limits->limit[i];
        const double figures[] = {
            limit->read_gbs[BENCH_MEMORY], limit->read_gbs[BENCH_L3], limit->read_gbs[BENCH_L2], limit->fma32_gflops,
            limit->fma64_gflops,           limit->sgemm_gflops,       limit->dgemm_gflops};
        shoal_cli_cell_count(&table, limit->threads);
        for (size_t j = 0; j < sizeof figures / sizeof figures[0]; j++)
            shoal_cli_cell(&table, bench_significant(figures[j], 3).text);
    }
    return bench_table_end(document, "Measured limits: reading, and multiplying and adding", &table, err);
}

shoal_status bench_section_machine(bench_document *document, const bench_machine_entry *machine, shoal_error *err)
{
    if (machine == NULL) return SHOAL_OK;
    bench_section_begin(document, "machine", "Machine");
    SHOAL_TRY(describe(document, &machine->machine, err));
    SHOAL_TRY(show_limits(document, &machine->limits, err));
    bench_section_end(document);
    return SHOAL_OK;
}
