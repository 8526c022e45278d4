/* `lead`: the contract's words in plain C, bit for bit, on every instruction set. */
#include <math.h>
#include <string.h>

#include "check.h"

enum { T = SHOAL_TILE_ROWS, CANARIES = 16 };

typedef struct lead_answer {
    double distance[T + CANARIES], lead[T + CANARIES];
} lead_answer;

int check_lead(shoal_rng *rng)
{
    static lead_answer expected, answer;
    double own[T];
    float next[T];
    int cases = 0;
    for (int rows = 0; rows <= T; rows += rows < 40 ? 1 : 27, cases++) {
        memset(&expected, 0xA5, sizeof expected);
        for (int i = 0; i < rows; i++) {
            own[i] = shoal_rng_below(rng, 8) == 0 ? 0 : shoal_rng_uniform(rng);
            next[i] = shoal_rng_below(rng, 8) == 0 ? 0 : (float)(2 * shoal_rng_uniform(rng));
            const double a = sqrt(own[i]), b = sqrt(fmax((double)next[i], own[i]));
            expected.distance[i] = a;
            expected.lead[i] = b > 0 ? (b - a) / b : 0;
        }
        for (int isa = 0; isa < N_ISAS; isa++) {
            const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
            if (kernels == NULL) continue;
            memset(&answer, 0xA5, sizeof answer);
            kernels->lead_f64(own, next, rows, answer.distance, answer.lead);
            if (memcmp(&answer, &expected, sizeof answer) != 0) fail("lead_f64", isas[isa], rows, 1, 2);
        }
    }
    return cases;
}
