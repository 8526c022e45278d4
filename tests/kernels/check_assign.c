/* `assign` and `assign_some`: every gap above 0 is proved true in long double arithmetic, and ordinary rows do get one.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "check.h"

enum { MAX_D = 130, MAX_K = 300, CANARIES = 32, G = SHOAL_ASSIGN_GROUP, T = SHOAL_TILE_ROWS };

static struct assign_case {
    float tile[MAX_D * T], centroids[MAX_K * MAX_D], packed[(MAX_K + G) * MAX_D], half_norm[MAX_K + G];
    shoal_assign_error error;
} given;

static struct assign_answer {
    int32_t label[T + CANARIES];
    float gap[T + CANARIES], set_gap[SHOAL_SOME_SETS + 1];
} answer;

/* Centroids as the kernel wants them, and bounds on its rounding: a chain of d steps from |c|^2 / 2 over terms that sum
 * up to |x||c|, and the place in the group in the low bits of the score. */
static void prepare(int rows, int d, int k)
{
    const double u = 0x1p-24;
    double n = 0, c2 = 0;
    for (int i = 0; i < rows; i++) {
        double square = 0;
        for (int j = 0; j < d; j++) square += pow((double)given.tile[j * T + i], 2);
        n = fmax(n, sqrt(square));
    }
    memset(given.packed, 0, sizeof given.packed);
    memset(given.half_norm, 0, sizeof given.half_norm);
    for (int c = 0; c < k; c++) {
        double square = 0;
        for (int j = 0; j < d; j++) {
            const float value = given.centroids[c * d + j];
            given.packed[(c / G * d + j) * G + c % G] = value;
            square += (double)value * (double)value;
        }
        given.half_norm[c] = (float)(square / 2);
        c2 = fmax(c2, square);
    }
    const double most = c2 / 2 + n * sqrt(c2);
    const double relative = (d + 8 + 2 * SHOAL_ASSIGN_GROUP) * u * 1.02;
    given.error.score = (float)(relative * c2 / 2 + 1e-40);
    given.error.score_norm = (float)(relative * sqrt(c2));
    given.error.square = (float)((d + 8) * u * (n * n + 2 * most) * 1.01 + 1e-40);
    given.error.gap = 0;
}

static long double distance(int row, int c, int d)
{
    long double sum = 0;
    for (int j = 0; j < d; j++) {
        const long double difference = (long double)given.tile[j * T + row] - (long double)given.centroids[c * d + j];
        sum += difference * difference;
    }
    return sqrtl(sum);
}

static bool gap_is_true(int row, int d, int k)
{
    if (!(answer.gap[row] > 0)) return true;
    const int label = answer.label[row];
    if (label < 0 || label >= k) return false;
    const long double own = distance(row, label, d);
    for (int c = 0; c < k; c++)
        if (c != label && distance(row, c, d) - own < (long double)answer.gap[row]) return false;
    return true;
}

static bool canaries_live(int rows)
{
    const unsigned char *label = (const unsigned char *)(answer.label + rows);
    const unsigned char *gap = (const unsigned char *)(answer.gap + rows);
    for (size_t i = 0; i < CANARIES * sizeof(float); i++)
        if (label[i] != 0xA5 || gap[i] != 0xA5) return false;
    return true;
}

static void run(int isa, int rows, int d, int k, bool ordinary)
{
    const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
    if (kernels == NULL) return;
    memset(&answer, 0xA5, sizeof answer);
    const float least = kernels->assign_f32(given.tile, rows, d, given.packed, given.half_norm, k, &given.error,
                                            answer.label, answer.gap);
    float expected = answer.gap[0];
    for (int i = 1; i < rows; i++) expected = fminf(expected, answer.gap[i]);
    if (least != expected) fail("assign_f32 gives another least gap", isas[isa], rows, d, k);
    if (!canaries_live(rows)) fail("assign_f32 wrote behind its output", isas[isa], rows, d, k);
    int proved = 0;
    for (int i = 0; i < rows; i++) {
        proved += answer.gap[i] > 0;
        if (!gap_is_true(i, d, k)) {
            fail("assign_f32 claims a gap that is none", isas[isa], rows, d, k);
            return;
        }
    }
    if (ordinary && proved < rows - 2 - rows / 20) fail("assign_f32 proves too little", isas[isa], rows, d, k);
}

/* Sets of centroids of which some are looked at. */
typedef struct some_sets {
    int width, count;
    uint8_t number[SHOAL_SOME_SETS];
} some_sets;

static some_sets draw_sets(shoal_rng *rng, int k)
{
    some_sets sets = {.width = G * (1 + (int)shoal_rng_below(rng, 3))};
    while ((k + sets.width - 1) / sets.width > SHOAL_SOME_SETS) sets.width += G;
    for (int s = 0; s < (k + sets.width - 1) / sets.width; s++)
        if (shoal_rng_below(rng, 2) == 0) sets.number[sets.count++] = (uint8_t)s;
    if (sets.count == 0) sets.count = 1; /* the first */
    return sets;
}

/* Whether the label is one of those looked at, and no centroid looked at contradicts the gaps of row `begin + i`. */
static bool some_gap_is_true(const some_sets *sets, int begin, int i, int d, int k, float least)
{
    const int label = answer.label[i];
    bool among = false;
    for (int s = 0; s < sets->count; s++) {
        const int first = sets->number[s] * sets->width, end = first + sets->width < k ? first + sets->width : k;
        among |= label >= first && label < end;
        if (!(answer.gap[i] > 0)) continue;
        const long double own = distance(begin + i, label, d);
        for (int c = first; c < end; c++) {
            const long double farther = distance(begin + i, c, d) - own;
            if (c != label && farther < (long double)answer.gap[i]) return false;
            if (c != label && least > 0 && farther < (long double)answer.set_gap[s]) return false;
        }
    }
    return among;
}

static void run_some(int isa, int begin, int rows, int d, int k, const some_sets *sets, bool ordinary)
{
    const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
    if (kernels == NULL) return;
    memset(&answer, 0xA5, sizeof answer);
    const float least =
        kernels->assign_some_f32(given.tile + begin, rows, d, given.packed, given.half_norm, k, sets->width,
                                 sets->number, sets->count, &given.error, answer.label, answer.gap, answer.set_gap);
    float expected = answer.gap[0], most = 0;
    for (int i = 1; i < rows; i++) expected = fminf(expected, answer.gap[i]);
    if (least != expected) fail("assign_some_f32 gives another least gap", isas[isa], rows, d, k);
    if (!canaries_live(rows)) fail("assign_some_f32 wrote behind its output", isas[isa], rows, d, k);
    for (int i = 0; i < rows; i++)
        if (!some_gap_is_true(sets, begin, i, d, k, least)) {
            fail("assign_some_f32 claims a gap that is none", isas[isa], rows, d, k);
            return;
        }
    for (int s = 0; s < sets->count; s++) most = fmaxf(most, answer.set_gap[s]);
    if (ordinary && least > 0 && !(most > 0)) fail("assign_some_f32 proves nothing of any set", isas[isa], rows, d, k);
}

/* Sets of the rows of a tile that begin at a strip. */
static void check_some(shoal_rng *rng, int rows, int d, int k, bool ordinary)
{
    const int begin = (rows - 1) / SHOAL_SOME_ROWS * SHOAL_SOME_ROWS;
    const some_sets sets = draw_sets(rng, k);
    for (int isa = 0; isa < N_ISAS; isa++) run_some(isa, begin, rows - begin, d, k, &sets, ordinary);
}

/* mode 0: continuous; 1: small integers, full of ties; 2: all equal; 3: wide magnitudes */
static float draw(shoal_rng *rng, int mode)
{
    switch (mode) {
    case 1: return (float)shoal_rng_below(rng, 3);
    case 2: return 1.25F;
    case 3: return (float)ldexp(shoal_rng_normal(rng), (int)shoal_rng_below(rng, 40) - 20);
    default: return (float)shoal_rng_normal(rng);
    }
}

int check_assign(shoal_rng *rng)
{
    static const int rows[] = {1, 2, 15, 16, 17, 63, 64, 65, 255, 256};
    static const int ds[] = {1, 2, 3, 7, 8, 16, 31, 33, 64, 130};
    static const int ks[] = {2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 64, 70, 300};
    int cases = 0;
    for (int mode = 0; mode < 4; mode++)
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
            for (size_t at = 0; at < sizeof ks / sizeof ks[0]; at++, cases++) {
                const int d = ds[shoal_rng_below(rng, sizeof ds / sizeof ds[0])], k = ks[at];
                memset(given.tile, 0, sizeof given.tile);
                for (int j = 0; j < d; j++)
                    for (int i = 0; i < rows[r]; i++) given.tile[j * T + i] = draw(rng, mode);
                for (int c = 0; c < k * d; c++) given.centroids[c] = draw(rng, mode);
                prepare(rows[r], d, k);
                for (int isa = 0; isa < N_ISAS; isa++) run(isa, rows[r], d, k, mode == 0 && d >= 3);
                check_some(rng, rows[r], d, k, mode == 0 && d >= 3);
            }
    return cases;
}
