#include "model/kmeans/merge_look.h"

#include <math.h>
#include <string.h>

#include "model/kmeans/merge_words.h"

enum { LEAST_ROWS = 1024, MOST_SAMPLED = 1024, FEWEST_COPIES = 16, MOST_DIFFERENT = 65536 };
enum { SLOT_BITS = 11, SLOTS = 1 << SLOT_BITS };

int64_t shoal_merge_limit(int64_t n)
{
    return n / FEWEST_COPIES < MOST_DIFFERENT ? n / FEWEST_COPIES : MOST_DIFFERENT;
}

/* One row from each of `count` equal stretches, at a place that its number fixes but no period of the data meets. */
static void draw_rows(int64_t n, int count, int64_t *rows)
{
    int64_t begin = 0;
    for (int i = 0; i < count; i++) {
        const int64_t end = n / count * (i + 1) + n % count * (i + 1) / count;
        rows[i] = begin + (int64_t)(shoal_words_hash(0, (uint64_t)i + 1) >> 1) % (end - begin);
        begin = end;
    }
}

/* How many different rows a sample with these hashes speaks for. */
static double estimate(const uint64_t *hash, int count)
{
    int16_t slot[SLOTS] = {0}, copies[MOST_SAMPLED + 1] = {0}; /* slot: 1 + the first with that hash */
    int different = 0, once = 0, twice = 0;
    for (int i = 0; i < count; i++) {
        int at = (int)(hash[i] >> (64 - SLOT_BITS));
        while (slot[at] != 0 && hash[slot[at] - 1] != hash[i]) at = (at + 1) % SLOTS;
        if (slot[at] == 0) slot[at] = (int16_t)(i + 1);
        const int seen = ++copies[slot[at]];
        different += seen == 1;
        once += seen == 1 ? 1 : seen == 2 ? -1 : 0;
        twice += seen == 2 ? 1 : seen == 3 ? -1 : 0;
    }
    return different + (double)once * (once - 1) / (2.0 * (twice + 1));
}

bool shoal_merge_look(const shoal_matrix *x)
{
    if (x->n < LEAST_ROWS) return false;
    const int64_t share = x->n / FEWEST_COPIES;
    const int count = share < MOST_SAMPLED ? (int)share : MOST_SAMPLED;
    int64_t rows[MOST_SAMPLED];
    uint64_t hash[MOST_SAMPLED] = {0};
    draw_rows(x->n, count, rows);
    for (int j = 0; j < x->d; j++) {
        for (int i = 0; i < count; i++) {
            const double value = shoal_column_f64(&x->columns[j], rows[i]) + 0.0; /* -0 becomes 0 */
            uint64_t bits;
            if (!isfinite(value)) return false;
            memcpy(&bits, &value, sizeof bits);
            hash[i] = shoal_words_hash(hash[i], bits);
        }
        if (estimate(hash, count) > (double)shoal_merge_limit(x->n)) return false;
    }
    return true;
}
