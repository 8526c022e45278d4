#include "instructions/region.h"

void bench_instructions_region(const bench_counted *counted, void *state, shoal_status *status, shoal_error *err)
{
    *status = counted->run(state, err);
}
