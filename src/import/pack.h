/* Columns of whole numbers and of money in as few bytes as hold them exactly.
 *
 * In transit all values are int64: times and codes as they are, a double as its hundredths where all doubles of the
 * column are the nearest to a whole number of them, else (`wide`) as its bits. */
#ifndef SHOAL_IMPORT_PACK_H
#define SHOAL_IMPORT_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* value = base + unit x what is stored, in 1, 2, 4 or 8 bytes without sign. */
typedef struct shoal_packing {
    int width; /* 0: of no values */
    bool wide;
    int64_t base, top, unit; /* least and largest value */
} shoal_packing;

enum { SHOAL_CENTS = 100 };

/* Fills values[n] from doubles; gives whether they are wide. -0 and NaN are. */
bool shoal_pack_doubles(const double *doubles, int64_t n, int64_t *values);
/* As if they had been wide from the start. */
void shoal_pack_widen(int64_t *values, int64_t n);
void shoal_pack_to_doubles(const int64_t *values, int64_t n, bool wide, double *doubles);

/* The narrowest that holds the values; days: all may be multiples of 86,400 from each other. */
shoal_packing shoal_packing_choose(const int64_t *values, int64_t n, bool days, bool wide);
/* One that holds what either holds; wide if either is. */
shoal_packing shoal_packing_join(shoal_packing a, shoal_packing b);

/* Stores n values from row `first` of `to` on; stores value i in row place[i]; reads rows first .. first + n - 1. */
void shoal_pack(const shoal_packing *packing, const int64_t *values, int64_t n, void *to, int64_t first);
void shoal_pack_at(const shoal_packing *packing, const int64_t *values, int64_t n, void *to, const int64_t *place);
void shoal_unpack(const shoal_packing *packing, const void *from, int64_t first, int64_t n, int64_t *values);
/* values[i] = row[rows[i]]. */
void shoal_unpack_at(const shoal_packing *packing, const void *from, const uint32_t *rows, int64_t n, int64_t *values);

#endif
