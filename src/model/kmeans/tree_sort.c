#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "model/kmeans/tree_parts.h"

enum { LANES = 8, FEW_BINS = 64, MANY_BINS = 256, LARGE = 512 };

shoal_status shoal_tree_sorter_make(int d, int capacity, shoal_tree_sorter *sorter, shoal_error *err)
{
    *sorter = (shoal_tree_sorter){.d = d, .capacity = capacity};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc((int64_t)d * capacity, sizeof *sorter->key, &sorter->key, err));
    SHOAL_TRY_OUT(shoal_alloc(capacity, sizeof *sorter->row, &sorter->row, err));
    SHOAL_TRY_OUT(shoal_alloc(capacity, sizeof *sorter->spare_row, &sorter->spare_row, err));
    SHOAL_TRY_OUT(shoal_alloc(capacity, sizeof *sorter->chosen, &sorter->chosen, err));
    SHOAL_TRY_OUT(shoal_alloc(capacity, sizeof *sorter->bin, &sorter->bin, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *sorter->low, &sorter->low, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *sorter->high, &sorter->high, err));
out:
    if (status < 0) shoal_tree_sorter_free(sorter);
    return status;
}

void shoal_tree_sorter_free(shoal_tree_sorter *sorter)
{
    free(sorter->key);
    free(sorter->row);
    free(sorter->spare_row);
    free(sorter->chosen);
    free(sorter->bin);
    free(sorter->low);
    free(sorter->high);
    *sorter = (shoal_tree_sorter){0};
}

/* Bins of equal width between low and high; keys outside lie in the outer ones. */
typedef struct key_bins {
    float low, scale;
    int count;
} key_bins;

static void find_bins(const key_bins *bins, const float *key, int count, int32_t *bin)
{
    const float last = (float)(bins->count - 1), low = bins->low, scale = bins->scale;
    for (int i = 0; i < count; i++) {
        float at = (key[i] - low) * scale;
        at = at > 0 ? at : 0; /* also where it is not a number */
        at = at < last ? at : last;
        bin[i] = (int32_t)at;
    }
}

static key_bins bins_between(float low, float high, int count)
{
    const float width = high - low;
    return (key_bins){.low = low, .scale = width > 0 ? (float)count / width : 0, .count = count};
}

static void range_of(const float *key, int count, float *low, float *high)
{
    float least[LANES], greatest[LANES];
    for (int l = 0; l < LANES; l++) least[l] = greatest[l] = key[0];
    int i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int l = 0; l < LANES; l++) {
            least[l] = key[i + l] < least[l] ? key[i + l] : least[l];
            greatest[l] = key[i + l] > greatest[l] ? key[i + l] : greatest[l];
        }
    for (; i < count; i++) {
        least[0] = key[i] < least[0] ? key[i] : least[0];
        greatest[0] = key[i] > greatest[0] ? key[i] : greatest[0];
    }
    for (int l = 1; l < LANES; l++) {
        least[0] = least[l] < least[0] ? least[l] : least[0];
        greatest[0] = greatest[l] > greatest[0] ? greatest[l] : greatest[0];
    }
    *low = least[0];
    *high = greatest[0];
}

/* The bin in which the key lies that `rank` others come before, and how many keys lie in lower bins. */
static int middle_bin(const int32_t *bin, int count, int rank, int *below, int *inside)
{
    int32_t rows[MANY_BINS] = {0};
    for (int i = 0; i < count; i++) rows[bin[i]]++;
    int middle = 0;
    *below = 0;
    while (*below + rows[middle] <= rank) *below += rows[middle++];
    *inside = rows[middle];
    return middle;
}

/* bin: of each key, in bins so narrow, as far as a few rounds allow, that few keys share one with the key of that rank.
 */
static key_bins narrow_bins(const float *key, int count, int rank, int32_t *bin, int *middle, int *below)
{
    enum { ROUNDS = 4, SHARE = 8 };
    float low, high;
    range_of(key, count, &low, &high);
    key_bins bins = {0};
    for (int round = 0; round < ROUNDS; round++) {
        int inside;
        bins = bins_between(low, high, count < LARGE ? FEW_BINS : MANY_BINS);
        find_bins(&bins, key, count, bin);
        *middle = middle_bin(bin, count, rank, below, &inside);
        if (inside <= count / SHARE || bins.scale == 0) break;
        /* One bin more on either side, since the outer ones hold what lies outside. */
        const float width = 1 / bins.scale;
        low = bins.low + (float)(*middle - 1) * width;
        high = low + 3 * width;
    }
    return bins;
}

/* The first `half` places get rows with the least chosen keys, as far as bins tell; rows stay in order otherwise. Gives
 * about the greatest key among them. */
static float split(shoal_tree_sorter *sorter, uint16_t *row, int rows, int half)
{
    const int32_t *bin = sorter->bin;
    int middle, below;
    const key_bins bins = narrow_bins(sorter->chosen, rows, half - 1, sorter->bin, &middle, &below);
    int equal = half - below; /* rows of the middle bin that go to the lower half */
    uint16_t *upper = sorter->spare_row;
    int lower_count = 0, upper_count = 0;
    for (int i = 0; i < rows; i++) {
        const int ties = bin[i] == middle, lower = (bin[i] < middle) | (ties & (equal > 0));
        const uint16_t own = row[i];
        equal -= ties;
        row[lower_count] = own;
        upper[upper_count] = own;
        lower_count += lower;
        upper_count += 1 - lower;
    }
    memcpy(row + half, upper, (size_t)(rows - half) * sizeof *row);
    return bins.scale == 0 ? bins.low : bins.low + (float)(middle + 1) / bins.scale;
}

static int longest(const shoal_tree_sorter *sorter)
{
    int column = 0;
    for (int j = 1; j < sorter->d; j++)
        if (sorter->high[j] - sorter->low[j] > sorter->high[column] - sorter->low[column]) column = j;
    return column;
}

static void sort_range(shoal_tree_sorter *sorter, uint16_t *row, int rows, int levels, int heap)
{
    if (levels == 0 || rows < 2) return;
    const int half = rows / 2, column = longest(sorter);
    const float *key = sorter->key + (int64_t)column * sorter->capacity;
    for (int i = 0; i < rows; i++) sorter->chosen[i] = key[row[i]];
    const float limit = split(sorter, row, rows, half);
    if (sorter->cut != NULL) {
        sorter->cut[heap] = limit;
        sorter->cut_column[heap] = column;
    }
    const float low = sorter->low[column], high = sorter->high[column];
    sorter->high[column] = limit;
    sort_range(sorter, row, half, levels - 1, 2 * heap);
    sorter->high[column] = high;
    sorter->low[column] = limit;
    sort_range(sorter, row + half, rows - half, levels - 1, 2 * heap + 1);
    sorter->low[column] = low;
}

void shoal_tree_sort(shoal_tree_sorter *sorter, int rows, int levels)
{
    for (int i = 0; i < rows; i++) sorter->row[i] = (uint16_t)i;
    if (levels == 0) return;
    for (int j = 0; j < sorter->d; j++)
        range_of(sorter->key + (int64_t)j * sorter->capacity, rows, &sorter->low[j], &sorter->high[j]);
    sort_range(sorter, sorter->row, rows, levels, 1);
}
