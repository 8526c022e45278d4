/* Runs shoal_choose_k on a raw matrix, for the scripts that compare its figures with other programs.
 *   choose_k_run MATRIX n d f32|f64 k_min k_max n_init references bootstraps tol seed threads [LABELS]
 * MATRIX: n x d values, column after column. LABELS: receives n int32, of the recommended k. Prints one line of JSON.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "base/clock.h"

static int whole(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static void *read_file(const char *path, size_t bytes)
{
    FILE *file = fopen(path, "rb");
    void *data = malloc(bytes);
    if (file == NULL || data == NULL || fread(data, 1, bytes, file) != bytes) {
        fprintf(stderr, "%s: cannot read %zu bytes\n", path, bytes);
        exit(4);
    }
    fclose(file);
    return data;
}

/* JSON has no infinities. */
static void print_number(const char *name, double value)
{
    if (isfinite(value)) printf(", \"%s\": %.17g", name, value);
    else printf(", \"%s\": null", name);
}

static void print_result(const shoal_choose_k_result *result, double elapsed_ms)
{
    printf("{\"k\": %d, \"gap_k\": %d, \"elapsed_ms\": %.1f", result->k, result->gap_k, elapsed_ms);
    print_number("gap_one", result->gap_one);
    print_number("gap_one_error", result->gap_one_error);
    printf(", \"candidates\": [");
    for (int i = 0; i < result->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &result->candidates[i];
        printf("%s{\"k\": %d", i == 0 ? "" : ", ", c->k);
        print_number("inertia", c->inertia);
        print_number("silhouette", c->silhouette);
        print_number("calinski_harabasz", c->calinski_harabasz);
        print_number("davies_bouldin", c->davies_bouldin);
        print_number("gap", c->gap);
        print_number("gap_error", c->gap_error);
        print_number("stability", c->stability);
        printf("}");
    }
    printf("], \"reasons\": [");
    for (int i = 0; i < result->n_reasons; i++) printf("%s\"%s\"", i == 0 ? "" : ", ", result->reasons[i]);
    printf("]}\n");
}

static int write_labels(const char *path, const shoal_kmeans_result *best)
{
    FILE *out = fopen(path, "wb");
    const size_t n = (size_t)best->n;
    return out != NULL && fwrite(best->labels, sizeof *best->labels, n, out) == n && fclose(out) == 0 ? 0 : 4;
}

int main(int argc, char **argv)
{
    if (argc < 13) {
        fprintf(stderr,
                "usage: choose_k_run MATRIX n d f32|f64 k_min k_max n_init references bootstraps tol seed threads "
                "[LABELS]\n");
        return 2;
    }
    const int64_t n = strtoll(argv[2], NULL, 10);
    const int d = whole(argv[3]);
    const shoal_type type = strcmp(argv[4], "f32") == 0 ? SHOAL_F32 : SHOAL_F64;
    const size_t column_bytes = (size_t)n * shoal_type_size(type, 0);
    char *data = read_file(argv[1], column_bytes * (size_t)d);
    shoal_column *columns = calloc((size_t)d, sizeof *columns);
    if (columns == NULL) return 5;
    for (int j = 0; j < d; j++)
        columns[j] = (shoal_column){.name = "x", .type = type, .length = n, .data = data + (size_t)j * column_bytes};
    shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    opts.k_min = whole(argv[5]);
    opts.k_max = whole(argv[6]);
    opts.kmeans.n_init = whole(argv[7]);
    opts.n_references = whole(argv[8]);
    opts.n_bootstraps = whole(argv[9]);
    opts.kmeans.tol = strtod(argv[10], NULL);
    opts.kmeans.seed = strtoull(argv[11], NULL, 10);
    const shoal_ctx ctx = {.threads = whole(argv[12])};
    const shoal_matrix x = {.n = n, .d = d, .columns = columns};
    shoal_choose_k_result result;
    shoal_error error = {0};
    const double start = shoal_clock_ms();
    if (shoal_choose_k(&ctx, &x, &opts, &result, &error) < 0) {
        fprintf(stderr, "%s\n", error.message);
        return 3;
    }
    print_result(&result, shoal_clock_ms() - start);
    const int status = argc > 13 ? write_labels(argv[13], &result.best) : 0;
    shoal_choose_k_result_free(&result);
    free(columns);
    free(data);
    return status;
}
