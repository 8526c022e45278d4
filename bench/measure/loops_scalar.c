#define LOOPS_BYTES 16
#define LOOPS_TABLE bench_loops_scalar
#include "measure/loops_body.h"
