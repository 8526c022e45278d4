#include "segment/column_block.h"

#include <math.h>

#define COPY(type)                                                                                                     \
    for (int64_t i = 0; i < rows; i++) buffer[i] = (double)((const type *)column->data)[begin + i]

const double *shoal_column_block(const shoal_column *column, int64_t begin, int64_t rows, double *buffer)
{
    if (column->type == SHOAL_F64 && column->valid == NULL) return (const double *)column->data + begin;
    switch (column->type) {
    case SHOAL_F32: COPY(float); break;
    case SHOAL_F64: COPY(double); break;
    case SHOAL_I8: COPY(int8_t); break;
    case SHOAL_I16: COPY(int16_t); break;
    case SHOAL_I32: COPY(int32_t); break;
    case SHOAL_I64: COPY(int64_t); break;
    case SHOAL_TEXT:
        for (int64_t i = 0; i < rows; i++) buffer[i] = NAN;
        break;
    }
    for (int64_t i = 0; column->valid != NULL && i < rows; i++)
        if (!column->valid[begin + i]) buffer[i] = NAN;
    return buffer;
}
