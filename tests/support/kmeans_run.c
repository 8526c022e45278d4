/* Runs shoal_kmeans_fit on a raw matrix, for the scripts that compare it with other programs.
 *   kmeans_run MATRIX n d f32|f64 k tol max_iter LABELS [CENTROIDS [WEIGHTS]]
 * MATRIX: n x d values, column after column; CENTROIDS: k x d float64, row-major, the start (else k-means++, n_init 1);
 * WEIGHTS: n float64.
 * LABELS: receives n int32. Prints one line of JSON. KMEANS_ALGORITHM in the environment: auto (default),
 * lloyd, bounded or tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/kmeans.h>

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

static int whole(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static shoal_kmeans_algorithm asked_algorithm(void)
{
    const char *asked = getenv("KMEANS_ALGORITHM");
    int algorithm = SHOAL_KMEANS_TREE;
    while (asked != NULL && algorithm > SHOAL_KMEANS_AUTO &&
           strcmp(asked, shoal_kmeans_algorithm_name((shoal_kmeans_algorithm)algorithm)) != 0)
        algorithm--;
    return asked == NULL ? SHOAL_KMEANS_AUTO : (shoal_kmeans_algorithm)algorithm;
}

static void print_result(const shoal_kmeans_result *result)
{
    printf("{\"isa\": \"%s\", \"algorithm\": \"%s\", \"inertia\": %.17g, \"iterations\": %d, \"converged\": %s, "
           "\"silhouette\": %.17g, "
           "\"prepare_ms\": %.3f, \"seed_ms\": %.3f, \"iterate_ms\": %.3f, \"centroids\": [",
           shoal_isa_name(), shoal_kmeans_algorithm_name(result->algorithm), result->inertia, result->iterations,
           result->converged ? "true" : "false", result->k == 1 ? 0 : result->silhouette, result->time.prepare_ms,
           result->time.seed_ms, result->time.iterate_ms);
    for (int at = 0; at < result->k * result->d; at++) printf("%s%.17g", at == 0 ? "" : ", ", result->centroids[at]);
    printf("]}\n");
}

int main(int argc, char **argv)
{
    if (argc < 9) {
        fprintf(stderr, "usage: kmeans_run MATRIX n d f32|f64 k tol max_iter LABELS [CENTROIDS [WEIGHTS]]\n");
        return 2;
    }
    const int64_t n = strtoll(argv[2], NULL, 10);
    const int d = whole(argv[3]), k = whole(argv[5]);
    const shoal_type type = strcmp(argv[4], "f32") == 0 ? SHOAL_F32 : SHOAL_F64;
    const size_t column_bytes = (size_t)n * shoal_type_size(type, 0);
    char *data = read_file(argv[1], column_bytes * (size_t)d);
    shoal_column *columns = calloc((size_t)d, sizeof *columns);
    if (columns == NULL) return 5;
    for (int j = 0; j < d; j++)
        columns[j] = (shoal_column){.name = "x", .type = type, .length = n, .data = data + (size_t)j * column_bytes};
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = k;
    opts.n_init = 1;
    opts.algorithm = asked_algorithm();
    opts.tol = strtod(argv[6], NULL);
    opts.max_iter = whole(argv[7]);
    double *centroids = argc > 9 ? read_file(argv[9], (size_t)k * (size_t)d * sizeof *centroids) : NULL;
    if (centroids != NULL) {
        opts.init = SHOAL_INIT_GIVEN;
        opts.centroids = centroids;
    }
    double *weight = argc > 10 ? read_file(argv[10], (size_t)n * sizeof *weight) : NULL;
    opts.weight = weight;
    const shoal_matrix x = {.n = n, .d = d, .columns = columns};
    shoal_kmeans_result result;
    shoal_error error = {0};
    if (shoal_kmeans_fit(NULL, &x, &opts, &result, &error) < 0) {
        fprintf(stderr, "%s\n", error.message);
        return 3;
    }
    print_result(&result);
    FILE *out = fopen(argv[8], "wb");
    if (out == NULL || fwrite(result.labels, sizeof *result.labels, (size_t)n, out) != (size_t)n || fclose(out) != 0)
        return 4;
    shoal_kmeans_result_free(&result);
    free(columns);
    free(centroids);
    free(weight);
    free(data);
    return 0;
}
