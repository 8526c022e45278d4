/* What a figure was measured on. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdint.h>

#include "base/error.h"

enum { BENCH_MAX_CACHES = 8, BENCH_TAG_SIZE = 64 };

typedef struct bench_cache {
    int level;
    int64_t bytes; /* of one instance */
    int instances;
    int line_bytes;
} bench_cache;

/* Texts are "-" where the machine does not tell. */
typedef struct bench_machine {
    char tag[BENCH_TAG_SIZE]; /* "xeon-2c-avx512": CPU family, cores, instruction set; letters, digits and dashes */
    char cpu[128], kernel[128], governor[32], system[64] /* /etc/os-release */, virtualisation[32];
    int sockets, cores, hardware_threads, numa_nodes; /* as hwloc sees them */
    int usable;                                       /* what affinity, quota and SLURM leave */
    int n_caches;
    bench_cache caches[BENCH_MAX_CACHES]; /* data and unified, by level */
    int64_t memory_bytes;
    char isa[16]; /* kernels in use */
    char openblas[128], openblas_core[32],
        openblas_parallel[16]; /* version; core; "sequential", "pthreads", "openmp" */
    char compiler[64], flags[256], build_type[32],
        commit[64]; /* commit: "-dirty.HASH" added where the tree was changed */
} bench_machine;

/* tag: in place of the one made from the rest, or NULL. Errors: MEMORY (hwloc). */
SHOAL_MUST_USE shoal_status bench_machine_describe(const char *tag, bench_machine *machine, shoal_error *err);

/* Bytes of all caches of that level that `threads` pinned threads reach; 0 where unknown. */
int64_t bench_machine_cache_bytes(const bench_machine *machine, int level, int threads);

#endif
