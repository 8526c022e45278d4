/* `measure`: against the contract's words in plain C, bit for bit, on every instruction set. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "check.h"

enum { MAX_D = 33, MAX_K = 40, T = SHOAL_TILE_ROWS, CANARIES = 16 };

static struct measure_case {
    float tile[MAX_D * T], next[T];
    double centroids[MAX_K * MAX_D];
    int32_t label[T];
} given;

typedef struct measure_answer {
    double own[T + CANARIES], distance[T + CANARIES], lead[T + CANARIES];
} measure_answer;

static measure_answer expected, answer;

static void draw(shoal_rng *rng, int d, int k)
{
    for (int at = 0; at < d * T; at++) given.tile[at] = (float)shoal_rng_normal(rng);
    for (int at = 0; at < k * d; at++) given.centroids[at] = shoal_rng_normal(rng);
    for (int i = 0; i < T; i++) {
        given.label[i] = (int32_t)shoal_rng_below(rng, (uint64_t)k);
        given.next[i] = (float)(d * shoal_rng_uniform(rng) * 4);
        if (shoal_rng_below(rng, 8) > 0) continue;
        given.next[i] = 0; /* on its centroid: no distance at all */
        for (int j = 0; j < d; j++) given.tile[j * T + i] = (float)(given.centroids[given.label[i] * d + j] = 0.5);
    }
}

static void expect(int rows, int d)
{
    for (int i = 0; i < rows; i++) {
        double own = 0;
        for (int j = 0; j < d; j++) {
            const double difference = (double)given.tile[j * T + i] - given.centroids[given.label[i] * d + j];
            own += difference * difference;
        }
        const double a = sqrt(own), b = sqrt(fmax((double)given.next[i], own));
        expected.own[i] = own;
        expected.distance[i] = a;
        expected.lead[i] = b > 0 ? (b - a) / b : 0;
    }
}

int check_measure(shoal_rng *rng)
{
    static const int rows[] = {1, 7, 8, 31, 32, 100, 255, 256};
    int cases = 0;
    for (int d = 1; d <= MAX_D; d++)
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++, cases++) {
            const int k = 1 + (int)shoal_rng_below(rng, MAX_K);
            draw(rng, d, k);
            memset(&expected, 0xA5, sizeof expected);
            expect(rows[r], d);
            for (int isa = 0; isa < N_ISAS; isa++) {
                const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
                if (kernels == NULL) continue;
                memset(&answer, 0xA5, sizeof answer);
                kernels->measure_f32(given.tile, rows[r], d, given.centroids, given.label, given.next, answer.own,
                                     answer.distance, answer.lead);
                if (memcmp(&answer, &expected, sizeof answer) != 0) fail("measure_f32", isas[isa], rows[r], d, k);
            }
        }
    return cases;
}
