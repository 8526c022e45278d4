#include "model/kmeans/sets.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { T = SHOAL_TILE_ROWS, B = SHOAL_STRIP_ROWS, G = SHOAL_ASSIGN_GROUP };

/* Roundings of float32 sums of a few terms, and of differences. */
static const float UP = 1 + 0x1p-20F, OFF = 0x1p-22F;

bool shoal_sets_useful(const shoal_tiles *tiles, int k)
{
    enum { LEAST_CLUSTERS = 128 };
    return !tiles->wide && k >= LEAST_CLUSTERS;
}

/* Splits the centroids begin..end-1 across their widest column until each part is a set. */
static void split(const shoal_centroids *centroids, int d, int begin, int end, shoal_sets *sets)
{
    if (sets->width < 1 || end - begin <= sets->width) return;
    int widest = 0;
    double width = -1;
    for (int j = 0; j < d; j++) {
        double low = INFINITY, high = -INFINITY;
        for (int at = begin; at < end; at++) {
            const double value = centroids->wide[(int64_t)sets->centroid[at] * d + j];
            low = fmin(low, value);
            high = fmax(high, value);
        }
        if (high - low > width) {
            width = high - low;
            widest = j;
        }
    }
    for (int at = begin + 1; at < end; at++) { /* insertion sort: few, and stable */
        const int32_t c = sets->centroid[at];
        int to = at;
        for (; to > begin; to--) {
            const int32_t before = sets->centroid[to - 1];
            if (!(centroids->wide[(int64_t)before * d + widest] > centroids->wide[(int64_t)c * d + widest])) break;
            sets->centroid[to] = before;
        }
        sets->centroid[to] = c;
    }
    const int whole = (end - begin + sets->width - 1) / sets->width, middle = begin + whole / 2 * sets->width;
    split(centroids, d, begin, middle, sets);
    split(centroids, d, middle, end, sets);
}

static shoal_status allocate(const shoal_tiles *tiles, int k, shoal_sets *sets, shoal_error *err)
{
    const int64_t padded = (int64_t)((k + G - 1) / G) * G;
    SHOAL_TRY(shoal_alloc(k, sizeof *sets->centroid, &sets->centroid, err));
    SHOAL_TRY(shoal_alloc(k, sizeof *sets->place, &sets->place, err));
    SHOAL_TRY(shoal_alloc(k, sizeof *sets->set, &sets->set, err));
    SHOAL_TRY(shoal_alloc_zero(padded * tiles->d, sizeof *sets->packed, &sets->packed, err));
    SHOAL_TRY(shoal_alloc(k, sizeof *sets->half_norm, &sets->half_norm, err));
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *sets->moved, &sets->moved, err));
    SHOAL_TRY(shoal_alloc_zero(sets->count, sizeof *sets->most, &sets->most, err));
    SHOAL_TRY(shoal_alloc(sets->strips * sets->count, sizeof *sets->gap, &sets->gap, err));
    SHOAL_TRY(shoal_alloc(sets->strips, sizeof *sets->until, &sets->until, err));
    return shoal_alloc(sets->strips, sizeof *sets->seen, &sets->seen, err);
}

shoal_status shoal_sets_make(const shoal_tiles *tiles, const shoal_centroids *centroids, shoal_sets *sets,
                             shoal_error *err)
{
    const int k = centroids->k, groups = (k + G - 1) / G;
    const int width = (groups + SHOAL_SOME_SETS - 1) / SHOAL_SOME_SETS * G;
    *sets = (shoal_sets){.width = width, .count = (k + width - 1) / width, .strips = tiles->count * SHOAL_TILE_STRIPS};
    const shoal_status status = allocate(tiles, k, sets, err);
    if (status < 0) {
        shoal_sets_free(sets);
        return status;
    }
    for (int c = 0; c < k; c++) sets->centroid[c] = c;
    split(centroids, tiles->d, 0, k, sets);
    for (int at = 0; at < k; at++) {
        sets->place[sets->centroid[at]] = at;
        sets->set[sets->centroid[at]] = (uint8_t)(at / width);
    }
    shoal_sets_reset(sets);
    return SHOAL_OK;
}

void shoal_sets_free(shoal_sets *sets)
{
    free(sets->centroid);
    free(sets->place);
    free(sets->set);
    free(sets->packed);
    free(sets->half_norm);
    free(sets->moved);
    free(sets->most);
    free(sets->gap);
    free(sets->until);
    free(sets->seen);
    *sets = (shoal_sets){0};
}

/* The strip is looked at in the next pass, at all sets. */
static void forget(shoal_sets *sets, int64_t strip)
{
    sets->until[strip] = -INFINITY;
    sets->seen[strip] = 0;
    for (int s = 0; s < sets->count; s++) sets->gap[strip * sets->count + s] = -FLT_MAX;
}

void shoal_sets_reset(shoal_sets *sets)
{
    for (int64_t strip = 0; strip < sets->strips; strip++) forget(sets, strip);
}

void shoal_sets_pack(const shoal_tiles *tiles, const shoal_centroids *centroids, const double *moved, shoal_sets *sets)
{
    const int d = tiles->d;
    for (int s = 0; s < sets->count; s++) sets->most[s] = 0;
    for (int at = 0; at < centroids->k; at++) {
        const int c = sets->centroid[at], s = sets->set[c];
        for (int j = 0; j < d; j++)
            sets->packed[((int64_t)(at / G) * d + j) * G + at % G] =
                centroids->packed[((int64_t)(c / G) * d + j) * G + c % G];
        sets->half_norm[at] = centroids->half_norm[c];
        sets->moved[c] = (float)moved[c] * UP;
        sets->most[s] = sets->moved[c] > sets->most[s] ? sets->moved[c] : sets->most[s];
    }
}

/* Brings the gaps of a strip up to date. */
static void shrink(const shoal_bounds *bounds, const int32_t *labels, int rows, int64_t strip, shoal_sets *sets)
{
    float *gap = sets->gap + strip * sets->count, own = 0;
    const double before = bounds->moved - bounds->last - sets->seen[strip]; /* iterations that passed it over */
    const float skipped = before > 0 ? (float)before * UP : 0;
    for (int i = 0; i < rows; i++) own = sets->moved[labels[i]] > own ? sets->moved[labels[i]] : own;
    for (int s = 0; s < sets->count; s++) {
        const float left = gap[s] - (skipped + own + sets->most[s]) * UP;
        gap[s] = left - fabsf(left) * OFF;
    }
    sets->seen[strip] = bounds->moved;
}

static void set_until(const shoal_bounds *bounds, int64_t strip, shoal_sets *sets)
{
    const float *gap = sets->gap + strip * sets->count;
    float least = gap[0];
    for (int s = 1; s < sets->count; s++) least = gap[s] < least ? gap[s] : least;
    sets->until[strip] = bounds->moved + (double)least;
}

/* The sets in doubt and, where there are any, those of the labels. */
static int list_sets(const shoal_sets *sets, const float *gap, const int32_t *labels, int rows, uint8_t *list)
{
    uint32_t wanted = 0, own = 0;
    for (int s = 0; s < sets->count; s++) wanted |= (uint32_t) !(gap[s] > 0) << s;
    if (wanted == 0) return 0;
    for (int i = 0; i < rows; i++) own |= UINT32_C(1) << sets->set[labels[i]];
    int count = 0;
    for (uint32_t left = wanted | own; left != 0; left &= left - 1) list[count++] = (uint8_t)__builtin_ctz(left);
    return count;
}

/* Looks at those sets and notes what they prove; false where some row had to be looked at closer. */
static bool look(const shoal_tiles *tiles, const shoal_centroids *centroids, int64_t row, int rows, const uint8_t *list,
                 int count, shoal_sets *sets, shoal_nearest *nearest)
{
    const int64_t tile = row / T;
    const int at = (int)(row % T);
    const shoal_assign_error error = shoal_nearest_error(tiles, centroids, tile);
    int32_t *label = nearest->label + at;
    float *gap = sets->gap + row / B * sets->count, found[SHOAL_SOME_SETS], least = FLT_MAX;
    const bool proved =
        shoal_kernels_get()->assign_some_f32(tiles->narrow_data + tile * tiles->d * T + at, rows, tiles->d,
                                             sets->packed, sets->half_norm, centroids->k, sets->width, list, count,
                                             &error, label, nearest->gap + at, found) > 0;
    for (int s = 0, i = 0; s < sets->count; s++) {
        if (i < count && list[i] == s) i++;
        else least = gap[s] < least ? gap[s] : least; /* of those passed over, above 0 */
    }
    for (int i = 0; i < rows; i++) {
        label[i] = sets->centroid[label[i]];
        nearest->gap[at + i] = nearest->gap[at + i] < least ? nearest->gap[at + i] : least;
    }
    if (!proved) {
        shoal_nearest_look_closer(tiles, centroids, tile, at, rows, nearest);
        return false;
    }
    for (int i = 0; i < count; i++) gap[list[i]] = found[i];
    return true;
}

int shoal_sets_label(const shoal_tiles *tiles, const shoal_centroids *centroids, const shoal_bounds *bounds,
                     int64_t row, const int32_t *labels, shoal_sets *sets, shoal_nearest *nearest)
{
    const int64_t strip = row / B;
    const int at = (int)(row % T), left = shoal_tiles_rows(tiles, row / T) - at, rows = left < B ? left : B;
    int count = 0;
    if (!(bounds->moved < sets->until[strip])) {
        uint8_t list[SHOAL_SOME_SETS];
        shrink(bounds, labels, rows, strip, sets);
        count = list_sets(sets, sets->gap + strip * sets->count, labels, rows, list);
        if (count > 0 && !look(tiles, centroids, row, rows, list, count, sets, nearest)) {
            forget(sets, strip);
            return count;
        }
        set_until(bounds, strip, sets);
    }
    if (count == 0) {
        const float least = (float)(sets->until[strip] - bounds->moved) * (1 - 0x1p-20F);
        for (int i = 0; i < rows; i++) nearest->gap[at + i] = least;
    }
    return count;
}

void shoal_sets_sorted(const shoal_bounds *bounds, int64_t row, int rows, const float *gap, shoal_sets *sets)
{
    for (int begin = 0; begin < rows; begin += B) {
        const int64_t strip = (row + begin) / B;
        float least = shoal_least_gap(gap + begin, rows - begin < B ? rows - begin : B);
        for (int s = 0; s < sets->count; s++) sets->gap[strip * sets->count + s] = least;
        sets->seen[strip] = bounds->moved;
        sets->until[strip] = bounds->moved + (double)least;
    }
}
