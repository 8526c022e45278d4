/* Numbers from one type to another, if every value survives. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "store/store_internal.h"

int64_t shoal_type_min(shoal_type type)
{
    switch (type) {
    case SHOAL_I8: return INT8_MIN;
    case SHOAL_I16: return INT16_MIN;
    case SHOAL_I32: return INT32_MIN;
    default: return INT64_MIN;
    }
}

static bool is_float(shoal_type type)
{
    return type == SHOAL_F32 || type == SHOAL_F64;
}

static bool is_missing(const shoal_column *column, int64_t row)
{
    return column->valid != NULL && !column->valid[row];
}

static int64_t integer_at(const shoal_column *column, int64_t row)
{
    switch (column->type) {
    case SHOAL_I8: return ((const int8_t *)column->data)[row];
    case SHOAL_I16: return ((const int16_t *)column->data)[row];
    case SHOAL_I32: return ((const int32_t *)column->data)[row];
    default: return ((const int64_t *)column->data)[row];
    }
}

static bool integer_fits(int64_t value, shoal_type type)
{
    switch (type) {
    case SHOAL_I8: return value >= INT8_MIN && value <= INT8_MAX;
    case SHOAL_I16: return value >= INT16_MIN && value <= INT16_MAX;
    case SHOAL_I32: return value >= INT32_MIN && value <= INT32_MAX;
    default: return true;
    }
}

static void integer_put(void *data, shoal_type type, int64_t row, int64_t value)
{
    switch (type) {
    case SHOAL_I8: ((int8_t *)data)[row] = (int8_t)value; break;
    case SHOAL_I16: ((int16_t *)data)[row] = (int16_t)value; break;
    case SHOAL_I32: ((int32_t *)data)[row] = (int32_t)value; break;
    default: ((int64_t *)data)[row] = value; break;
    }
}

/* NaN for a missing one; false where rounding would change the value. */
static bool float_put(void *data, shoal_type type, int64_t row, double value)
{
    if (type == SHOAL_F64) {
        ((double *)data)[row] = value;
        return true;
    }
    const float rounded = (float)value;
    ((float *)data)[row] = rounded;
    return (double)rounded == value || isnan(value);
}

/* 2^63 is a double, INT64_MAX is not. */
static bool to_integer(double value, int64_t *integer)
{
    const double limit = 9223372036854775808.0;
    if (!(value >= -limit && value < limit) || value != trunc(value)) return false;
    *integer = (int64_t)value;
    return true;
}

static bool integer_to_double(int64_t integer, double *value)
{
    int64_t back;
    *value = (double)integer;
    return to_integer(*value, &back) && back == integer;
}

/* One value; *missing is set where it is missing. */
static bool convert_one(const shoal_column *from, int64_t row, shoal_type type, void *data, bool *missing)
{
    *missing = is_missing(from, row);
    if (is_float(from->type)) {
        const double value =
            from->type == SHOAL_F32 ? (double)((const float *)from->data)[row] : ((const double *)from->data)[row];
        if (is_float(type)) return float_put(data, type, row, value);
        int64_t integer = 0;
        *missing = isnan(value);
        if (!*missing && (!to_integer(value, &integer) || !integer_fits(integer, type))) return false;
        integer_put(data, type, row, integer);
        return true;
    }
    const int64_t integer = *missing ? 0 : integer_at(from, row);
    if (is_float(type)) {
        double value = NAN;
        return (*missing || integer_to_double(integer, &value)) && float_put(data, type, row, value);
    }
    integer_put(data, type, row, integer);
    return integer_fits(integer, type);
}

static shoal_status lost(const shoal_column *from, int64_t row, shoal_type type, shoal_error *err)
{
    char shown[32];
    if (is_float(from->type)) snprintf(shown, sizeof shown, "%.17g", shoal_column_f64(from, row));
    else snprintf(shown, sizeof shown, "%lld", (long long)integer_at(from, row));
    return shoal_fail(err, SHOAL_ERR_INPUT, "column %s, row %lld: %s does not fit %s", from->name, (long long)row,
                      shown, shoal_type_name(type));
}

shoal_status shoal_convert(const shoal_column *from, shoal_type type, void *data, uint8_t **valid, shoal_error *err)
{
    uint8_t *mask = NULL;
    *valid = NULL;
    for (int64_t row = 0; row < from->length; row++) {
        bool missing;
        if (!convert_one(from, row, type, data, &missing)) {
            free(mask);
            return lost(from, row, type, err);
        }
        if (!missing || is_float(type)) continue;
        if (mask == NULL) {
            SHOAL_TRY(shoal_alloc(from->length, 1, &mask, err));
            memset(mask, 1, (size_t)from->length);
        }
        mask[row] = 0;
    }
    *valid = mask;
    return SHOAL_OK;
}
