#include <hwloc.h>

#include "measure/describe.h"

static int count(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    const int n = hwloc_get_nbobjs_by_type(topology, type);
    return n > 0 ? n : 0;
}

static void add_caches(hwloc_topology_t topology, bench_machine *machine)
{
    static const hwloc_obj_type_t types[] = {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L4CACHE,
                                             HWLOC_OBJ_L5CACHE};
    for (int i = 0; i < (int)(sizeof types / sizeof types[0]) && machine->n_caches < BENCH_MAX_CACHES; i++) {
        const struct hwloc_obj *first = hwloc_get_obj_by_type(topology, types[i], 0);
        if (first == NULL) continue;
        machine->caches[machine->n_caches++] = (bench_cache){.level = i + 1,
                                                             .bytes = (int64_t)first->attr->cache.size,
                                                             .instances = count(topology, types[i]),
                                                             .line_bytes = (int)first->attr->cache.linesize};
    }
}

shoal_status bench_topology_describe(bench_machine *machine, shoal_error *err)
{
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) != 0) return shoal_fail_memory(err);
    if (hwloc_topology_load(topology) != 0) {
        hwloc_topology_destroy(topology);
        return shoal_fail_memory(err);
    }
    machine->sockets = count(topology, HWLOC_OBJ_PACKAGE);
    machine->cores = count(topology, HWLOC_OBJ_CORE);
    machine->hardware_threads = count(topology, HWLOC_OBJ_PU);
    machine->numa_nodes = count(topology, HWLOC_OBJ_NUMANODE);
    add_caches(topology, machine);
    hwloc_topology_destroy(topology);
    return SHOAL_OK;
}

int64_t bench_machine_cache_bytes(const bench_machine *machine, int level, int threads)
{
    for (int i = 0; i < machine->n_caches; i++) {
        const bench_cache *cache = &machine->caches[i];
        if (cache->level != level || cache->instances < 1) continue;
        const int sharing = machine->cores > cache->instances ? machine->cores / cache->instances : 1;
        int reached = (threads + sharing - 1) / sharing;
        if (reached < 1) reached = 1;
        if (reached > cache->instances) reached = cache->instances;
        return reached * cache->bytes;
    }
    return 0;
}
