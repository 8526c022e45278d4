#define LOOPS_BYTES 32
#define LOOPS_TABLE bench_loops_avx2
#include "measure/loops_body.h"
