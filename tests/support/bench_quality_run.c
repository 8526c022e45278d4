/* Figures of quality of rows read from standard input, for the script that compares them with other programs.
 *   rand N K_A K_B        then N rows of two labels: the adjusted Rand index
 *   gini N                then N rows of predicted, actual: raw and normalised
 *   clusters N D K        then N rows of a label and D values: silhouette, Davies-Bouldin, scatter about the mean
 * Prints the figures on one line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/kmeans/adjusted_rand.h"
#include "variants/gini.h"
#include "variants/silhouette.h"

static double next(void)
{
    double value;
    if (scanf("%lf", &value) != 1) {
        fprintf(stderr, "too few numbers\n");
        exit(3);
    }
    return value;
}

static void *room(size_t count, size_t size)
{
    void *data = calloc(count, size);
    if (data == NULL) exit(5);
    return data;
}

static void require(shoal_status status)
{
    if (status < 0) exit(-(int)status);
}

static void show_rand(void)
{
    const int n = (int)next(), k_a = (int)next(), k_b = (int)next();
    int32_t *a = room((size_t)n, sizeof *a), *b = room((size_t)n, sizeof *b);
    double index;
    for (int i = 0; i < n; i++) {
        a[i] = (int32_t)next();
        b[i] = (int32_t)next();
    }
    require(shoal_adjusted_rand(n, a, k_a, b, k_b, NULL, &index, NULL));
    printf("%.17g\n", index);
    free(a);
    free(b);
}

static void show_gini(void)
{
    const int n = (int)next();
    double *predicted = room((size_t)n, sizeof *predicted), *actual = room((size_t)n, sizeof *actual);
    double raw, normalised;
    for (int i = 0; i < n; i++) {
        predicted[i] = next();
        actual[i] = next();
    }
    require(bench_gini(n, predicted, actual, &raw, &normalised, NULL));
    printf("%.17g %.17g\n", raw, normalised);
    free(predicted);
    free(actual);
}

static void show_clusters(void)
{
    const int n = (int)next(), d = (int)next(), k = (int)next();
    int32_t *labels = room((size_t)n, sizeof *labels);
    double *rows = room((size_t)n * (size_t)d, sizeof *rows);
    shoal_table table = {.n_rows = n};
    double silhouette, davies_bouldin, *columns[64];
    for (int j = 0; j < d; j++) {
        void *data;
        require(shoal_table_add(&table, "c", SHOAL_F64, 0, NULL, NULL, &data, NULL));
        columns[j] = data;
    }
    for (int i = 0; i < n; i++) {
        labels[i] = (int32_t)next();
        for (int j = 0; j < d; j++) rows[i * d + j] = columns[j][i] = next();
    }
    const shoal_matrix x = {.n = n, .d = d, .columns = table.columns};
    require(bench_silhouette(n, d, rows, labels, k, &silhouette, NULL));
    require(bench_davies_bouldin(&x, NULL, labels, k, &davies_bouldin, NULL));
    printf("%.17g %.17g %.17g\n", silhouette, davies_bouldin, bench_total_scatter(&x, NULL));
    shoal_table_free(&table);
    free(labels);
    free(rows);
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "rand") == 0) show_rand();
    else if (strcmp(what, "gini") == 0) show_gini();
    else if (strcmp(what, "clusters") == 0) show_clusters();
    else return 2;
    return 0;
}
