/* How fast a store loads, against cat of the same file from the page cache.
 *
 *   store_load FILE [REPEATS [ROWS [COLUMNS]]]   makes FILE where it is missing: ROWS (1e6) x COLUMNS (16) of float32
 *
 * Each repeat runs both, one after the other: `cat FILE > /dev/null` as a child process, and opening the store, reading
 * every column of /customers with the role "feature" as float32 and closing it. Prints the medians. The share that the
 * design asks for is a quarter; the exit status is 1 below it. */
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "store/store.h"

enum { MOST_REPEATS = 1001 };

static shoal_status make_store(const char *path, int64_t rows, int columns, shoal_error *err)
{
    shoal_store *store;
    float *values = NULL;
    shoal_status status;
    SHOAL_TRY(shoal_store_create(path, rows, &store, err));
    SHOAL_TRY_OUT(shoal_alloc(rows, sizeof *values, &values, err));
    for (int j = 0; j < columns; j++) {
        char name[32];
        shoal_rng rng = shoal_rng_start(1, (uint64_t)j);
        for (int64_t i = 0; i < rows; i++) values[i] = (float)shoal_rng_uniform(&rng);
        snprintf(name, sizeof name, "feature_%d", j);
        const shoal_column column = {.name = name, .type = SHOAL_F32, .length = rows, .data = values};
        SHOAL_TRY_OUT(shoal_store_write(store, "customers", &column, "feature", err));
    }
    free(values);
    return shoal_store_commit(&store, err);
out:
    free(values);
    shoal_store_close(store);
    return status;
}

static shoal_status load(const char *path, double *bytes, shoal_error *err)
{
    shoal_store *store;
    shoal_store_column_info *infos = NULL;
    shoal_table table = {0};
    shoal_status status;
    int n;
    *bytes = 0;
    SHOAL_TRY(shoal_store_open(path, SHOAL_STORE_READ, &store, err));
    SHOAL_TRY_OUT(shoal_store_list(store, "customers", &n, &infos, err));
    for (int i = 0; i < n; i++) {
        if (strcmp(infos[i].role, "feature") != 0) continue;
        SHOAL_TRY_OUT(shoal_store_read(NULL, store, "customers", infos[i].name, SHOAL_F32, &table, err));
        *bytes += (double)infos[i].length * sizeof(float);
    }
out:
    shoal_table_free(&table);
    free(infos);
    shoal_store_close(store);
    return status;
}

static int cat(char *path)
{
    char *const arguments[] = {"cat", path, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1, 0);
    const int failed = posix_spawnp(&child, "cat", &actions, NULL, arguments, environ);
    if (failed == 0) waitpid(child, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

static int by_value(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static int measure(char *path, int repeats, shoal_error *err)
{
    static double cat_ms[MOST_REPEATS], load_ms[MOST_REPEATS];
    struct stat info;
    double bytes = 0;
    if (stat(path, &info) != 0 || cat(path) != 0) return 1;
    for (int i = 0; i < repeats; i++) {
        double start = shoal_clock_ms();
        if (cat(path) != 0) return 1;
        cat_ms[i] = shoal_clock_ms() - start;
        start = shoal_clock_ms();
        if (load(path, &bytes, err) < 0) return 1;
        load_ms[i] = shoal_clock_ms() - start;
    }
    const double size = (double)info.st_size, c = median(cat_ms, repeats), l = median(load_ms, repeats);
    const double cat_speed = size / c / 1e6, load_speed = bytes / l / 1e6;
    printf("%s: %.1f MB, %d repeats, %d threads\n", path, size / 1e6, repeats, shoal_ctx_threads(NULL));
    printf("cat   median %8.2f ms  min %8.2f  %6.2f GB/s\n", c, cat_ms[0], cat_speed);
    printf("load  median %8.2f ms  min %8.2f  %6.2f GB/s of values\n", l, load_ms[0], load_speed);
    printf("load / cat = %.2f (asked: at least 0.25)\n", load_speed / cat_speed);
    return load_speed / cat_speed >= 0.25 ? 0 : 1;
}

int main(int argc, char **argv)
{
    shoal_error err = {0};
    if (argc < 2) {
        fprintf(stderr, "usage: store_load FILE [REPEATS [ROWS [COLUMNS]]]\n");
        return 2;
    }
    long repeats = argc > 2 ? strtol(argv[2], NULL, 10) : 15;
    const int64_t rows = argc > 3 ? strtoll(argv[3], NULL, 10) : 1000000;
    const int columns = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 16;
    if (repeats < 1 || repeats > MOST_REPEATS) repeats = 15;
    if (access(argv[1], F_OK) != 0 && make_store(argv[1], rows, columns, &err) < 0) {
        fprintf(stderr, "store_load: %s\n", err.message);
        return 1;
    }
    const int result = measure(argv[1], (int)repeats, &err);
    if (err.message[0] != '\0') fprintf(stderr, "store_load: %s\n", err.message);
    return result;
}
