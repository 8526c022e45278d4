#define LOOPS_BYTES 64
#define LOOPS_TABLE bench_loops_avx512
#include "measure/loops_body.h"
