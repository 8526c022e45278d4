/* `label`: with a lead above what rounding may do to two scores, label and second are the nearest centroids in long
 * double arithmetic; ordinary rows have such a lead. `square`: the same bits as the plain loop, in every version. */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "check.h"

enum { MAX_D = 40, MAX_K = 70, ROWS = 4 * SHOAL_LABEL_ROWS, CANARIES = 32, G = SHOAL_ASSIGN_GROUP };

static struct label_case {
    float columns[MAX_D][ROWS], centroids[MAX_K * MAX_D], packed[(MAX_K + G) * MAX_D], half_norm[MAX_K + G];
    double doubt; /* of a lead */
} given;

static struct label_answer {
    int32_t label[ROWS + CANARIES], second[ROWS + CANARIES];
    float lead[ROWS + CANARIES], square;
} answer;

static long double squared(int row, int c, int d)
{
    long double sum = 0;
    for (int j = 0; j < d; j++) {
        const long double difference = (long double)given.columns[j][row] - (long double)given.centroids[c * d + j];
        sum += difference * difference;
    }
    return sum;
}

static double square_of(const float *values, ptrdiff_t stride, int d)
{
    double square = 0;
    for (int j = 0; j < d; j++) square += (double)values[j * stride] * (double)values[j * stride];
    return square;
}

/* As assign_rows.c derives it: a chain of d steps over terms that sum up to |c|^2 / 2 + |x||c|, the rounding of the
 * half norm, and the index in the low bits of the score. */
static void prepare(int rows, int d, int k)
{
    double n = 0, largest = 0;
    for (int i = 0; i < rows; i++) n = fmax(n, sqrt(square_of(&given.columns[0][i], ROWS, d)));
    memset(given.packed, 0, sizeof given.packed);
    for (int c = 0; c < MAX_K + G; c++) {
        given.half_norm[c] = FLT_MAX;
        if (c >= k) continue;
        for (int j = 0; j < d; j++) given.packed[(c / G * d + j) * G + c % G] = given.centroids[c * d + j];
        const double square = square_of(given.centroids + (ptrdiff_t)c * d, 1, d);
        given.half_norm[c] = (float)(square / 2);
        largest = fmax(largest, sqrt(square));
    }
    const double relative = (d + 8 + 2 * ldexp(1, shoal_label_bits(k))) * 0x1p-24 * 1.02;
    given.doubt = 2 * relative * (largest * largest / 2 + n * largest) + 1e-40;
}

/* Whether, beside those left out, no centroid is nearer than c. */
static bool is_nearest(int row, int c, int without, int d, int k)
{
    if (c < 0 || c >= k || c == without) return false;
    const long double own = squared(row, c, d);
    for (int other = 0; other < k; other++)
        if (other != without && other != c && !(own < squared(row, other, d))) return false;
    return true;
}

static bool canaries_live(int rows, bool seconds)
{
    const int from = seconds ? rows : 0;
    for (int i = 0; i < CANARIES; i++) {
        const unsigned char *bytes[] = {(const unsigned char *)(answer.label + rows + i),
                                        (const unsigned char *)(answer.lead + rows + i),
                                        (const unsigned char *)(answer.second + from + i)};
        for (int b = 0; b < 3; b++)
            for (int byte = 0; byte < 4; byte++)
                if (bytes[b][byte] != 0xA5) return false;
    }
    return true;
}

static void run(const shoal_kernels *kernels, int rows, int d, int k, bool seconds, bool ordinary)
{
    const float *columns[MAX_D];
    for (int j = 0; j < d; j++) columns[j] = given.columns[j];
    memset(&answer, 0xA5, sizeof answer);
    const float least = kernels->label_f32(columns, rows, d, given.packed, given.half_norm, k, answer.label,
                                           seconds ? answer.second : NULL, answer.lead, &answer.square);
    float expected = FLT_MAX;
    double largest = 0;
    int proved = 0;
    for (int i = 0; i < rows; i++) {
        expected = fminf(expected, answer.lead[i]);
        largest = fmax(largest, square_of(&given.columns[0][i], ROWS, d));
        if (!((double)answer.lead[i] > given.doubt)) continue;
        proved++;
        if (!is_nearest(i, answer.label[i], -1, d, k)) fail("label_f32 is wrong", kernels->isa, rows, d, k);
        if (seconds && !is_nearest(i, answer.second[i], answer.label[i], d, k))
            fail("label_f32 has a wrong second", kernels->isa, rows, d, k);
    }
    if (least != expected) fail("label_f32 gives another least lead", kernels->isa, rows, d, k);
    if (!(fabs((double)answer.square - largest) <= (d + 2) * 0x1p-24 * largest))
        fail("label_f32 gives another largest square", kernels->isa, rows, d, k);
    if (!canaries_live(rows, seconds)) fail("label_f32 wrote elsewhere", kernels->isa, rows, d, k);
    if (ordinary && proved < rows - 2 - rows / 20) fail("label_f32 leads too little", kernels->isa, rows, d, k);
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

/* A value that is not finite shows in the square, wherever it lies. */
static void check_bad(const shoal_kernels *kernels, float bad, int row)
{
    enum { D = 3, K = 4 };
    const float good = given.columns[1][row];
    given.columns[1][row] = bad;
    const float *columns[] = {given.columns[0], given.columns[1], given.columns[2]};
    kernels->label_f32(columns, ROWS, D, given.packed, given.half_norm, K, answer.label, NULL, answer.lead,
                       &answer.square);
    if (isfinite(answer.square)) fail("label_f32 hides a value that is not finite", kernels->isa, ROWS, D, K);
    given.columns[1][row] = good;
}

/* wide: values in float64 */
static void check_square(const shoal_kernels *kernels, shoal_rng *rng, int rows, int k, bool wide)
{
    double values[ROWS], coordinates[MAX_K] = {0}, sums[ROWS + CANARIES], plain[ROWS + CANARIES];
    float narrow[ROWS];
    int32_t label[ROWS];
    for (int c = 0; c < k; c++) coordinates[c] = shoal_rng_normal(rng);
    for (int i = 0; i < ROWS + CANARIES; i++) sums[i] = plain[i] = shoal_rng_uniform(rng);
    for (int i = 0; i < rows; i++) {
        narrow[i] = (float)shoal_rng_normal(rng);
        values[i] = wide ? shoal_rng_normal(rng) : (double)narrow[i];
        label[i] = (int32_t)shoal_rng_below(rng, (uint64_t)k);
        const volatile double square = (values[i] - coordinates[label[i]]) * (values[i] - coordinates[label[i]]);
        plain[i] += square;
    }
    if (wide) kernels->square_f64(values, rows, coordinates, k, label, sums);
    else kernels->square_f32(narrow, rows, coordinates, k, label, sums);
    for (int i = 0; i < ROWS + CANARIES; i++)
        if (sums[i] != plain[i]) fail(wide ? "square_f64 differs" : "square_f32 differs", kernels->isa, rows, 1, k);
}

static void check_all(const shoal_kernels *kernels, shoal_rng *rng, int rows, int d, int k, int mode)
{
    run(kernels, rows, d, k, false, mode == 0 && d >= 3);
    run(kernels, rows, d, k, true, false);
    check_square(kernels, rng, rows - (int)shoal_rng_below(rng, 20), k, false);
    check_square(kernels, rng, rows - (int)shoal_rng_below(rng, 20), k, true);
    if (mode != 0 || d < 3) return;
    check_bad(kernels, NAN, (int)shoal_rng_below(rng, ROWS));
    check_bad(kernels, -NAN, (int)shoal_rng_below(rng, ROWS));
    check_bad(kernels, -INFINITY, (int)shoal_rng_below(rng, ROWS));
}

int check_label(shoal_rng *rng)
{
    static const int ds[] = {1, 2, 3, 7, 8, 16, 33, 40}, ks[] = {2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64, 70};
    int cases = 0;
    for (int mode = 0; mode < 4; mode++)
        for (int rows = SHOAL_LABEL_ROWS; rows <= ROWS; rows += SHOAL_LABEL_ROWS)
            for (size_t at = 0; at < sizeof ks / sizeof ks[0]; at++, cases++) {
                const int d = ds[shoal_rng_below(rng, sizeof ds / sizeof ds[0])], k = ks[at];
                for (int j = 0; j < d; j++)
                    for (int i = 0; i < ROWS; i++) given.columns[j][i] = draw(rng, mode);
                for (int c = 0; c < k * d; c++) given.centroids[c] = draw(rng, mode);
                prepare(rows, d, k);
                for (int isa = 0; isa < N_ISAS; isa++)
                    if (shoal_kernels_for(isas[isa]) != NULL)
                        check_all(shoal_kernels_for(isas[isa]), rng, rows, d, k, mode);
            }
    return cases;
}
