/* Draws seeds from a raw matrix, for the script that compares them with other programs'.
 *   seed_run MATRIX n d k plusplus|parallel|random draws [WEIGHTS]
 * MATRIX: n x d float32 values, column after column; WEIGHTS: n float64. Prints the inertia of each draw's centroids,
 * one a line. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/kmeans/seed.h"

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

static double inertia_of(const shoal_tiles *tiles, const shoal_centroids *centroids)
{
    double inertia = 0;
    for (int64_t row = 0; row < tiles->n; row++) {
        double least = INFINITY;
        for (int c = 0; c < centroids->k; c++) {
            double distance = 0;
            for (int j = 0; j < tiles->d; j++)
                distance += pow(shoal_tiles_value(tiles, row, j) - centroids->wide[c * tiles->d + j], 2);
            least = fmin(least, distance);
        }
        inertia += shoal_tiles_weight(tiles, row) * least;
    }
    return inertia;
}

static shoal_status draw(const char *how, const shoal_tiles *tiles, uint64_t stream, shoal_centroids *centroids,
                         shoal_error *err)
{
    if (strcmp(how, "parallel") == 0) return shoal_seed_parallel(NULL, tiles, 1, stream, centroids, err);
    if (strcmp(how, "random") == 0) return shoal_seed_random(tiles, 1, stream, centroids, err);
    return shoal_seed_plusplus(NULL, tiles, 1, stream, centroids, err);
}

int main(int argc, char **argv)
{
    if (argc < 7) {
        fprintf(stderr, "usage: seed_run MATRIX n d k plusplus|parallel|random draws [WEIGHTS]\n");
        return 2;
    }
    const int64_t n = strtoll(argv[2], NULL, 10);
    const int d = whole(argv[3]), draws = whole(argv[6]);
    float *data = read_file(argv[1], (size_t)n * (size_t)d * sizeof *data);
    double *weight = argc > 7 ? read_file(argv[7], (size_t)n * sizeof *weight) : NULL;
    shoal_column *columns = calloc((size_t)d, sizeof *columns);
    if (columns == NULL) return 5;
    for (int j = 0; j < d; j++)
        columns[j] = (shoal_column){.name = "x", .type = SHOAL_F32, .length = n, .data = data + j * n};
    const shoal_matrix x = {.n = n, .d = d, .columns = columns};
    shoal_tiles tiles;
    shoal_centroids centroids;
    shoal_error error = {0};
    shoal_status status = shoal_tiles_build(NULL, &x, weight, &tiles, &error);
    if (status == SHOAL_OK) status = shoal_centroids_make(&tiles, whole(argv[4]), &centroids, &error);
    for (int i = 0; i < draws && status == SHOAL_OK; i++) {
        status = draw(argv[5], &tiles, (uint64_t)i, &centroids, &error);
        if (status == SHOAL_OK) printf("%.17g\n", inertia_of(&tiles, &centroids));
    }
    if (status != SHOAL_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 3;
    }
    shoal_centroids_free(&centroids);
    shoal_tiles_free(&tiles);
    free(columns);
    free(weight);
    free(data);
    return 0;
}
