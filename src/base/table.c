#include <shoal/table.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

size_t shoal_type_size(shoal_type type, size_t width)
{
    switch (type) {
    case SHOAL_F32: return 4;
    case SHOAL_F64: return 8;
    case SHOAL_I8: return 1;
    case SHOAL_I16: return 2;
    case SHOAL_I32: return 4;
    case SHOAL_I64: return 8;
    case SHOAL_TEXT: return width;
    }
    return 0;
}

const char *shoal_type_name(shoal_type type)
{
    static const char *const names[] = {"float32", "float64", "int8", "int16", "int32", "int64", "text"};
    return (size_t)type < sizeof names / sizeof names[0] ? names[type] : "unknown";
}

double shoal_column_f64(const shoal_column *column, int64_t row)
{
    if (column->valid != NULL && !column->valid[row]) return NAN;
    switch (column->type) {
    case SHOAL_F32: return (double)((const float *)column->data)[row];
    case SHOAL_F64: return ((const double *)column->data)[row];
    case SHOAL_I8: return (double)((const int8_t *)column->data)[row];
    case SHOAL_I16: return (double)((const int16_t *)column->data)[row];
    case SHOAL_I32: return (double)((const int32_t *)column->data)[row];
    case SHOAL_I64: return (double)((const int64_t *)column->data)[row];
    case SHOAL_TEXT: break;
    }
    return NAN;
}

static char *dup_or_null(const char *string)
{
    return string == NULL ? NULL : shoal_text_dup(string);
}

static void column_free(shoal_column *column)
{
    free((void *)column->name);
    free((void *)column->data);
    free((void *)column->valid);
    free((void *)column->units);
    free((void *)column->long_name);
}

shoal_status shoal_table_add(shoal_table *table, const char *name, shoal_type type, size_t width, const char *units,
                             const char *long_name, void **data, shoal_error *err)
{
    *data = NULL;
    shoal_column column = {.type = type, .width = width, .length = table->n_rows};
    column.name = shoal_text_dup(name);
    column.units = dup_or_null(units);
    column.long_name = dup_or_null(long_name);
    shoal_status status = shoal_alloc(table->n_rows, shoal_type_size(type, width), &column.data, err);
    if (status == SHOAL_OK && (column.name == NULL || (units != NULL && column.units == NULL) ||
                               (long_name != NULL && column.long_name == NULL)))
        status = shoal_fail_memory(err);
    if (status == SHOAL_OK) {
        const size_t bytes = ((size_t)table->n_columns + 1) * sizeof *table->columns;
        shoal_column *columns = realloc(table->columns, bytes);
        if (columns != NULL) table->columns = columns;
        else status = shoal_fail_memory(err);
    }
    if (status < 0) {
        column_free(&column);
        return status;
    }
    table->columns[table->n_columns++] = column;
    *data = (void *)column.data;
    return SHOAL_OK;
}

const shoal_column *shoal_table_find(const shoal_table *table, const char *name)
{
    for (int i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].name, name) == 0) return &table->columns[i];
    return NULL;
}

void shoal_table_free(shoal_table *table)
{
    for (int i = 0; i < table->n_columns; i++) column_free(&table->columns[i]);
    free(table->columns);
    *table = (shoal_table){0};
}
