/* What the checks of single kernels share. */
#ifndef CHECK_H
#define CHECK_H

#include "base/random.h"
#include "kernels.h"

enum { N_ISAS = 3 };
extern const char *const isas[N_ISAS]; /* "scalar" first */

/* Counts a failure and says which, for the first of them. */
void fail(const char *what, const char *isa, int rows, int d, int k);

/* Each gives the number of cases. */
int check_assign(shoal_rng *rng);
int check_closest(shoal_rng *rng);
int check_fill(shoal_rng *rng);
int check_label(shoal_rng *rng);
int check_lead(shoal_rng *rng);
int check_mark(shoal_rng *rng);
int check_move(shoal_rng *rng);
int check_side(shoal_rng *rng);

#endif
