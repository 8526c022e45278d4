#include <shoal/context.h>

#include "base/text.h"
#include "measure/commit.h"
#include "measure/describe.h"

static void put(char *to, size_t size, const char *text)
{
    if (text != NULL && text[0] != '\0') shoal_text_copy(to, size, text);
}

void bench_build_describe(bench_machine *machine)
{
    const shoal_blas_info blas = shoal_blas_get();
    put(machine->openblas, sizeof machine->openblas, blas.version);
    put(machine->openblas_core, sizeof machine->openblas_core, blas.core);
    put(machine->openblas_parallel, sizeof machine->openblas_parallel, blas.threading);
    put(machine->compiler, sizeof machine->compiler, BENCH_COMPILER);
    put(machine->flags, sizeof machine->flags, BENCH_FLAGS);
    put(machine->build_type, sizeof machine->build_type, BENCH_BUILD_TYPE);
    put(machine->commit, sizeof machine->commit, bench_commit);
}
