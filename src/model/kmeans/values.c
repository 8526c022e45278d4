#include "model/kmeans/values.h"

#include <math.h>
#include <string.h>

static void read_f32(const float *data, int rows, double *values)
{
    for (int i = 0; i < rows; i++) values[i] = (double)data[i];
}

static void read_i8(const int8_t *data, int rows, double *values)
{
    for (int i = 0; i < rows; i++) values[i] = (double)data[i];
}

static void read_i16(const int16_t *data, int rows, double *values)
{
    for (int i = 0; i < rows; i++) values[i] = (double)data[i];
}

static void read_i32(const int32_t *data, int rows, double *values)
{
    for (int i = 0; i < rows; i++) values[i] = (double)data[i];
}

static void read_i64(const int64_t *data, int rows, double *values)
{
    for (int i = 0; i < rows; i++) values[i] = (double)data[i];
}

void shoal_values_read(const shoal_column *column, int64_t begin, int rows, double *values)
{
    switch (column->type) {
    case SHOAL_F32: read_f32((const float *)column->data + begin, rows, values); break;
    case SHOAL_F64: memcpy(values, (const double *)column->data + begin, (size_t)rows * sizeof *values); break;
    case SHOAL_I8: read_i8((const int8_t *)column->data + begin, rows, values); break;
    case SHOAL_I16: read_i16((const int16_t *)column->data + begin, rows, values); break;
    case SHOAL_I32: read_i32((const int32_t *)column->data + begin, rows, values); break;
    case SHOAL_I64: read_i64((const int64_t *)column->data + begin, rows, values); break;
    case SHOAL_TEXT: return;
    }
    if (column->valid == NULL) return;
    for (int i = 0; i < rows; i++)
        if (!column->valid[begin + i]) values[i] = (double)NAN;
}

bool shoal_values_usable(const double *values, int rows)
{
    int unusable = 0;
    for (int i = 0; i < rows; i++) unusable |= !(fabs(values[i]) <= SHOAL_VALUE_MAX);
    return !unusable;
}
