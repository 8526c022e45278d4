#include <cblas.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "measure/commit.h"
#include "measure/describe.h"

static void put(char *to, size_t size, const char *text)
{
    if (text != NULL && text[0] != '\0') shoal_text_copy(to, size, text);
}

static const char *parallel_name(void)
{
    switch (openblas_get_parallel()) {
    case OPENBLAS_SEQUENTIAL: return "sequential";
    case OPENBLAS_THREAD: return "pthreads";
    case OPENBLAS_OPENMP: return "openmp";
    default: return "-";
    }
}

/* "OpenBLAS 0.3.21 NO_AFFINITY …": the number. */
static void put_version(bench_machine *machine)
{
    char version[32];
    const char *config = openblas_get_config();
    if (config != NULL && sscanf(config, "OpenBLAS %31s", version) == 1) config = version;
    put(machine->openblas, sizeof machine->openblas, config);
}

void bench_build_describe(bench_machine *machine)
{
    put_version(machine);
    put(machine->openblas_core, sizeof machine->openblas_core, openblas_get_corename());
    put(machine->openblas_parallel, sizeof machine->openblas_parallel, parallel_name());
    put(machine->compiler, sizeof machine->compiler, BENCH_COMPILER);
    put(machine->flags, sizeof machine->flags, BENCH_FLAGS);
    put(machine->build_type, sizeof machine->build_type, BENCH_BUILD_TYPE);
    put(machine->commit, sizeof machine->commit, bench_commit);
}

const char *bench_machine_openblas_core(const bench_machine *machine)
{
    if (strcmp(machine->openblas_core, "Prescott") != 0) return NULL;
    if (strcmp(machine->isa, "avx512") == 0) return "SkylakeX";
    return strcmp(machine->isa, "avx2") == 0 ? "Haswell" : NULL;
}
