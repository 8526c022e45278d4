#include "model/kmeans/data.h"

#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/merge.h"

static void free_columns(shoal_matrix *rows, shoal_column *columns)
{
    for (int j = 0; j < rows->d; j++) free((void *)columns[j].data);
    free(columns);
    *rows = (shoal_matrix){0};
}

static shoal_status copy_column(const shoal_column *from, const int64_t *row, int64_t n, shoal_column *to,
                                shoal_error *err)
{
    const size_t size = shoal_type_size(from->type, from->width);
    char *values;
    SHOAL_TRY(shoal_alloc(n, size, &values, err));
    for (int64_t i = 0; i < n; i++)
        memcpy(values + (size_t)i * size, (const char *)from->data + (size_t)row[i] * size, size);
    *to = (shoal_column){.name = from->name, .type = from->type, .length = n, .data = values};
    return SHOAL_OK;
}

static shoal_status build_merged(const shoal_ctx *ctx, const shoal_matrix *x, bool weighted, const shoal_merged *merged,
                                 shoal_tiles *tiles, shoal_error *err)
{
    shoal_column *columns;
    SHOAL_TRY(shoal_alloc_zero(x->d, sizeof *columns, &columns, err));
    shoal_matrix rows = {.n = merged->n, .d = x->d, .columns = columns};
    shoal_status status = SHOAL_OK;
    for (int j = 0; j < x->d; j++)
        SHOAL_TRY_OUT(copy_column(&x->columns[j], merged->first, merged->n, &columns[j], err));
    if (weighted) SHOAL_TRY_OUT(shoal_tiles_build(ctx, &rows, merged->weight, tiles, err));
    else SHOAL_TRY_OUT(shoal_tiles_build_copies(ctx, &rows, merged->weight, tiles, err));
out:
    free_columns(&rows, columns);
    return status;
}

static bool all_ones(const double *weight, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (weight[i] != 1) return false;
    return true;
}

shoal_status shoal_kmeans_data_build(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight, bool merge,
                                     shoal_kmeans_data *data, shoal_error *err)
{
    if (weight != NULL && all_ones(weight, x->n)) weight = NULL;
    *data = (shoal_kmeans_data){.n = x->n};
    shoal_merged merged = {0};
    if (merge) SHOAL_TRY(shoal_rows_merge(ctx, x, weight, &merged, err));
    if (merged.n == 0) return shoal_tiles_build(ctx, x, weight, &data->tiles, err);
    const shoal_status status = build_merged(ctx, x, weight != NULL, &merged, &data->tiles, err);
    if (status == SHOAL_OK) {
        data->place = merged.place;
        data->copies = merged.copies;
        merged.place = NULL;
        merged.copies = NULL;
    }
    shoal_merged_free(&merged);
    return status;
}

void shoal_kmeans_data_finish(const shoal_ctx *ctx, shoal_kmeans_data *data, shoal_kmeans_result *result)
{
    result->distinct = data->tiles.n;
    if (data->place == NULL) return;
    memset(result->sizes, 0, (size_t)result->k * sizeof *result->sizes);
    for (int64_t row = 0; row < data->tiles.n; row++) result->sizes[result->labels[row]] += data->copies[row];
    const int32_t *label = result->labels;
    int32_t *place = data->place;
#pragma omp parallel for num_threads(shoal_threads_for(ctx, (double)data->n)) schedule(static)
    for (int64_t row = 0; row < data->n; row++) place[row] = label[place[row]];
    free(result->labels);
    result->labels = place;
    result->n = data->n;
    data->place = NULL;
}

void shoal_kmeans_data_free(shoal_kmeans_data *data)
{
    shoal_tiles_free(&data->tiles);
    free(data->place);
    free(data->copies);
    *data = (shoal_kmeans_data){0};
}
