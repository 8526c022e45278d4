/* Checks every version of every kernel against the scalar reference, bit for bit, and the reference against long
 * double arithmetic; with --bench times them.
 *   check_kernels             check, exit status 1 on any difference
 *   check_kernels --bench     then ns a row and GFLOP/s (3 floating-point operations a term) on one thread */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "check.h"

enum { MAX_D = 64, MAX_K = 128, CANARIES = 32, MAX_SHIFT = 16 };
const char *const isas[N_ISAS] = {"scalar", "avx2", "avx512"};

static int failures;

void fail(const char *what, const char *isa, int rows, int d, int k)
{
    if (failures++ < 20) fprintf(stderr, "FAIL %s %s: rows %d, d %d, k %d\n", isa, what, rows, d, k);
}

/* Everything a call reads and writes, in both precisions, with room to shift the bases and canaries behind. */
typedef struct bench_data {
    float tile32[MAX_D * SHOAL_TILE_ROWS + MAX_SHIFT], centroids32[MAX_K * MAX_D + MAX_SHIFT];
    double tile64[MAX_D * SHOAL_TILE_ROWS + MAX_SHIFT], centroids64[MAX_K * MAX_D + MAX_SHIFT];
} bench_data;

typedef struct answers {
    int32_t label[SHOAL_TILE_ROWS + CANARIES];
    float best32[SHOAL_TILE_ROWS + CANARIES], second32[SHOAL_TILE_ROWS + CANARIES];
    double best64[SHOAL_TILE_ROWS + CANARIES], second64[SHOAL_TILE_ROWS + CANARIES];
} answers;

static bench_data data;
static answers reference, tested;

/* mode 0: continuous; 1: small integers, full of exact ties; 2: all rows and centroids equal; 3: wide magnitudes */
static double draw(shoal_rng *rng, int mode)
{
    switch (mode) {
    case 1: return (double)shoal_rng_below(rng, 3);
    case 2: return 1.25;
    case 3: return ldexp(shoal_rng_normal(rng), (int)shoal_rng_below(rng, 40) - 20);
    default: return shoal_rng_normal(rng);
    }
}

static void fill(shoal_rng *rng, int mode, int rows, int d, int k, int shift)
{
    memset(&data, 0, sizeof data);
    for (int j = 0; j < d; j++)
        for (int i = 0; i < rows; i++) {
            const float value = (float)draw(rng, mode);
            data.tile32[shift + j * SHOAL_TILE_ROWS + i] = value;
            data.tile64[shift + j * SHOAL_TILE_ROWS + i] = mode == 0 ? draw(rng, mode) : (double)value;
        }
    for (int c = 0; c < k * d; c++) {
        data.centroids32[shift + c] = (float)draw(rng, mode);
        data.centroids64[shift + c] = mode == 0 ? draw(rng, mode) : (double)data.centroids32[shift + c];
    }
}

static void call(const shoal_kernels *kernels, bool wide, int rows, int d, int k, int shift, answers *out)
{
    memset(out, 0xA5, sizeof *out);
    if (wide)
        kernels->nearest_f64(data.tile64 + shift, rows, d, data.centroids64 + shift, k, out->label, out->best64,
                             out->second64);
    else
        kernels->nearest_f32(data.tile32 + shift, rows, d, data.centroids32 + shift, k, out->label, out->best32,
                             out->second32);
}

static bool canaries_live(const void *from, size_t bytes)
{
    const unsigned char *byte = from;
    for (size_t i = 0; i < bytes; i++)
        if (byte[i] != 0xA5) return false;
    return true;
}

static bool same_bits(const void *a, const void *b, size_t bytes)
{
    return memcmp(a, b, bytes) == 0;
}

static bool same_answers(const answers *a, const answers *b)
{
    return same_bits(a->label, b->label, sizeof a->label) && same_bits(a->best32, b->best32, sizeof a->best32) &&
           same_bits(a->second32, b->second32, sizeof a->second32) &&
           same_bits(a->best64, b->best64, sizeof a->best64) && same_bits(a->second64, b->second64, sizeof a->second64);
}

static void check_canaries(const char *isa, const answers *out, int rows, int d, int k)
{
    enum { BEHIND = CANARIES };
    if (!canaries_live(out->label + rows, BEHIND * sizeof *out->label) ||
        !canaries_live(out->best32 + rows, BEHIND * sizeof *out->best32) ||
        !canaries_live(out->second32 + rows, BEHIND * sizeof *out->second32) ||
        !canaries_live(out->best64 + rows, BEHIND * sizeof *out->best64) ||
        !canaries_live(out->second64 + rows, BEHIND * sizeof *out->second64))
        fail("wrote behind its output", isa, rows, d, k);
}

/* The reference against sums in long double: the documented (d + 2) u, and the label's distance is the least. */
static void check_reference(bool wide, int rows, int d, int k, int shift)
{
    const double u = wide ? 0x1p-53 : 0x1p-24;
    for (int i = 0; i < rows; i++) {
        long double least = INFINITY, own = 0;
        for (int c = 0; c < k; c++) {
            long double sum = 0;
            for (int j = 0; j < d; j++) {
                const int cell = shift + j * SHOAL_TILE_ROWS + i, at = shift + c * d + j;
                const long double difference = wide ? (long double)data.tile64[cell] - data.centroids64[at]
                                                    : (long double)data.tile32[cell] - data.centroids32[at];
                sum += difference * difference;
            }
            if (sum < least) least = sum;
            if (c == reference.label[i]) own = sum;
        }
        const double best = wide ? reference.best64[i] : (double)reference.best32[i];
        const double second = wide ? reference.second64[i] : (double)reference.second32[i];
        const long double bound = (d + 2) * u * own + 0x1p-140L;
        if (fabsl(own - best) > bound || own - least > 2 * bound || second < best || (k == 1) != isinf(second)) {
            fail("is not the nearest", "scalar", rows, d, k);
            return;
        }
    }
}

static void check_case(shoal_rng *rng, int mode, int rows, int d, int k, int shift)
{
    fill(rng, mode, rows, d, k, shift);
    for (int wide = 0; wide < 2; wide++) {
        call(shoal_kernels_for("scalar"), wide, rows, d, k, shift, &reference);
        check_canaries("scalar", &reference, rows, d, k);
        check_reference(wide, rows, d, k, shift);
        for (int isa = 1; isa < N_ISAS; isa++) {
            const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
            if (kernels == NULL) continue;
            call(kernels, wide, rows, d, k, shift, &tested);
            if (!same_answers(&tested, &reference))
                fail(wide ? "nearest_f64 differs from scalar" : "nearest_f32 differs from scalar", isas[isa], rows, d,
                     k);
        }
    }
}

/* Ties go to the lowest index: two equal centroids, and a row halfway between two others. */
static void check_ties(void)
{
    enum { D = 2, K = 4 };
    memset(&data, 0, sizeof data);
    const double centroids[K][D] = {{9, 9}, {-1, 0}, {1, 0}, {-1, 0}};
    for (int c = 0; c < K; c++)
        for (int j = 0; j < D; j++) {
            data.centroids32[c * D + j] = (float)centroids[c][j];
            data.centroids64[c * D + j] = centroids[c][j];
        }
    for (int isa = 0; isa < N_ISAS; isa++) {
        const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
        if (kernels == NULL) continue;
        for (int wide = 0; wide < 2; wide++) {
            call(kernels, wide, SHOAL_TILE_ROWS, D, K, 0, &tested); /* all rows at the origin */
            for (int i = 0; i < SHOAL_TILE_ROWS; i++) {
                const double best = wide ? tested.best64[i] : (double)tested.best32[i];
                const double second = wide ? tested.second64[i] : (double)tested.second32[i];
                if (tested.label[i] != 1 || best != 1 || second != 1) {
                    fail("ties", isas[isa], SHOAL_TILE_ROWS, D, K);
                    break;
                }
            }
        }
    }
}

static int check(void)
{
    static const int rows[] = {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 191, 255, 256};
    static const int ks[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 64, 70};
    static const int ds[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 31, 40};
    enum { N_ROWS = sizeof rows / sizeof rows[0], N_KS = sizeof ks / sizeof ks[0], N_DS = sizeof ds / sizeof ds[0] };
    shoal_rng rng = shoal_rng_start(20250101, 0);
    int cases = 0;
    for (int r = 0; r < N_ROWS; r++)
        for (int mode = 0; mode < 4; mode++)
            for (int c = 0; c < N_KS; c++) {
                const int d = ds[shoal_rng_below(&rng, N_DS)];
                check_case(&rng, mode, rows[r], d, ks[c], (int)shoal_rng_below(&rng, MAX_SHIFT));
                cases++;
            }
    for (int d = 1; d <= 40; d++, cases++) check_case(&rng, 0, SHOAL_TILE_ROWS - d, d, 6, d % MAX_SHIFT);
    for (int k = 1; k <= 70; k++, cases++) check_case(&rng, 0, 97, 3, k, k % MAX_SHIFT);
    check_ties();
    cases += check_assign(&rng) + check_closest(&rng) + check_fill(&rng) + check_label(&rng) + check_lead(&rng) +
             check_mark(&rng) + check_move(&rng) + check_side(&rng);
    for (int isa = 0; isa < N_ISAS; isa++)
        if (shoal_kernels_for(isas[isa]) == NULL) printf("%s: not on this machine, not checked\n", isas[isa]);
    printf("%d cases, %d failures\n", cases, failures);
    return failures == 0 ? 0 : 1;
}

/* The least of many short runs over a tile that stays in the first-level cache. */
static double time_row_ns(const shoal_kernels *kernels, bool wide, int d, int k)
{
    double least = INFINITY;
    const int repeats = 1 + 2000000 / (SHOAL_TILE_ROWS * d * k);
    for (int sample = 0; sample < 15; sample++) {
        const double start = shoal_clock_ms();
        for (int repeat = 0; repeat < repeats; repeat++)
            if (wide)
                kernels->nearest_f64(data.tile64, SHOAL_TILE_ROWS, d, data.centroids64, k, tested.label, tested.best64,
                                     tested.second64);
            else
                kernels->nearest_f32(data.tile32, SHOAL_TILE_ROWS, d, data.centroids32, k, tested.label, tested.best32,
                                     tested.second32);
        const double ns = (shoal_clock_ms() - start) * 1e6 / ((double)repeats * SHOAL_TILE_ROWS);
        if (ns < least) least = ns;
    }
    return least;
}

static void bench(void)
{
    static const int shapes[][2] = {{3, 5}, {4, 4}, {4, 10}, {8, 8}, {16, 16}, {16, 64}, {32, 64}, {64, 128}};
    shoal_rng rng = shoal_rng_start(1, 0);
    printf("%-8s %-4s %4s %4s %10s %10s\n", "isa", "type", "d", "k", "ns/row", "GFLOP/s");
    for (int isa = 0; isa < N_ISAS; isa++) {
        const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
        if (kernels == NULL) continue;
        for (int wide = 0; wide < 2; wide++)
            for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
                const int d = shapes[s][0], k = shapes[s][1];
                fill(&rng, 0, SHOAL_TILE_ROWS, d, k, 0);
                const double ns = time_row_ns(kernels, wide, d, k);
                printf("%-8s %-4s %4d %4d %10.3f %10.1f\n", isas[isa], wide ? "f64" : "f32", d, k, ns,
                       3.0 * d * k / ns);
            }
    }
}

int main(int argc, char **argv)
{
    const int status = check();
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) bench();
    return status;
}
