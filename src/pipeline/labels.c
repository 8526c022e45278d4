/* Labels, distances and second-nearest segments as columns of a result. */
#include <math.h>

#include "base/memory.h"
#include "pipeline/steps.h"

shoal_status shoal_assignment_make(int64_t n, shoal_kmeans_assignment *out, shoal_error *err)
{
    *out = (shoal_kmeans_assignment){0};
    SHOAL_TRY(shoal_alloc(n, sizeof *out->labels, &out->labels, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *out->distance, &out->distance, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *out->second, &out->second, err));
    return shoal_alloc(n, sizeof *out->second_distance, &out->second_distance, err);
}

void shoal_assignment_free(shoal_kmeans_assignment *assignment)
{
    free(assignment->labels);
    free(assignment->distance);
    free(assignment->second);
    free(assignment->second_distance);
    *assignment = (shoal_kmeans_assignment){0};
}

shoal_status shoal_assignment_spread(const shoal_kmeans_assignment *from, const int64_t *rows, int64_t n, int64_t n_all,
                                     shoal_kmeans_assignment *out, shoal_error *err)
{
    SHOAL_TRY(shoal_assignment_make(n_all, out, err));
    for (int64_t i = 0; i < n_all; i++) {
        out->labels[i] = out->second[i] = -1;
        out->distance[i] = out->second_distance[i] = NAN;
    }
    for (int64_t i = 0; i < n; i++) {
        out->labels[rows[i]] = from->labels[i];
        out->distance[rows[i]] = from->distance[i];
        out->second[rows[i]] = from->second[i];
        out->second_distance[rows[i]] = from->second_distance[i];
    }
    return SHOAL_OK;
}

static shoal_status write_labels(shoal_store *store, const char *group, const shoal_column *labels, int k,
                                 char (*names)[SHOAL_SEGMENT_NAME_SIZE], shoal_error *err)
{
    const shoal_column texts = {
        .name = "names", .type = SHOAL_TEXT, .width = SHOAL_SEGMENT_NAME_SIZE, .length = k, .data = names};
    SHOAL_TRY(shoal_store_write(store, group, labels, "label", err));
    return shoal_store_write_flags(store, group, labels->name, &texts, err);
}

shoal_status shoal_labels_write(shoal_store *store, const char *group, int64_t n,
                                const shoal_kmeans_assignment *assignment, int k,
                                char (*names)[SHOAL_SEGMENT_NAME_SIZE], shoal_error *err)
{
    shoal_column column = {.name = "label",
                           .type = SHOAL_I32,
                           .length = n,
                           .data = assignment->labels,
                           .long_name = "segment, -1 where a feature is missing"};
    SHOAL_TRY(write_labels(store, group, &column, k, names, err));
    column.name = "second";
    column.data = assignment->second;
    column.long_name = "second-nearest segment, -1 where a feature is missing or there is one segment alone";
    SHOAL_TRY(write_labels(store, group, &column, k, names, err));
    column = (shoal_column){.name = "distance",
                            .type = SHOAL_F64,
                            .length = n,
                            .data = assignment->distance,
                            .units = "1",
                            .long_name = "distance to the own centroid in scaled units"};
    SHOAL_TRY(shoal_store_write(store, group, &column, "score", err));
    column.name = "second_distance";
    column.data = assignment->second_distance;
    column.long_name = "distance to the centroid of the second-nearest segment in scaled units";
    return shoal_store_write(store, group, &column, "score", err);
}
