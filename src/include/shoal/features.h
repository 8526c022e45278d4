/* Feature scaling: fitted once, stored with the model, replayed on new customers. */
#ifndef SHOAL_FEATURES_H
#define SHOAL_FEATURES_H

#include <stdbool.h>

#include <shoal/context.h>
#include <shoal/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum shoal_scale {
    SHOAL_SCALE_NONE,
    SHOAL_SCALE_STANDARD, /* (v - mean) / standard deviation (divisor n, as scikit-learn's StandardScaler) */
    SHOAL_SCALE_ROBUST,   /* (v - median) / (q75 - q25) */
    SHOAL_SCALE_MINMAX,   /* (v - min) / (max - min) */
} shoal_scale;

/* One feature's way into the matrix: transform, then centre, then scale. */
typedef struct shoal_scaler {
    char name[64]; /* of the column */
    bool log1p;    /* sign(v) ln(1 + |v|) first */
    double center;
    double scale; /* never 0: a constant column gets 1 */
} shoal_scaler;

/* Learns one scaler a column of x; log1p[j] (d flags, or NULL for none) says which columns are transformed first.
 * Errors: INPUT where a value is missing or infinite (names column and row). O(n d). */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_scaler_fit(const shoal_ctx *ctx, const shoal_matrix *x, shoal_scale method,
                                                       const bool *log1p, shoal_scaler *scalers, shoal_error *err);
/* Writes the scaled columns as float32 to `out`, an empty table ({0}); out gets one column a column of x, in order.
 * Errors: INPUT as above, MEMORY. O(n d). */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_scaler_apply(const shoal_ctx *ctx, const shoal_matrix *x,
                                                         const shoal_scaler *scalers, shoal_table *out,
                                                         shoal_error *err);
/* One value of the column, scaled; and a scaled value back in the column's own units. */
SHOAL_API double shoal_scaler_value(const shoal_scaler *scaler, double value);
SHOAL_API double shoal_scaler_invert(const shoal_scaler *scaler, double scaled);

/* "none", "standard" … and back; -1 where unknown. */
SHOAL_API const char *shoal_scale_name(shoal_scale method);
SHOAL_API int shoal_scale_parse(const char *name);

#ifdef __cplusplus
}
#endif
#endif
