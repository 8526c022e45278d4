/* The parts of bench_machine_describe. Each fills its own fields; all texts are "-" before. */
#ifndef BENCH_DESCRIBE_H
#define BENCH_DESCRIBE_H

#include <stddef.h>

#include "measure/machine.h"

/* sockets, cores, hardware_threads, numa_nodes, caches. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_topology_describe(bench_machine *machine, shoal_error *err);
/* openblas*, compiler, flags, build_type, commit. */
void bench_build_describe(bench_machine *machine);
/* tag: out of CPU, usable cores and instruction set. family, model: as /proc/cpuinfo numbers them, or negative; they
 * stand in for a model name without a number. */
void bench_tag_make(bench_machine *machine, int family, int model);
/* The same characters a tag of the user's own is held to: lower-case letters, digits, single dashes. */
void bench_tag_clean(const char *text, char *tag, size_t size);

#endif
