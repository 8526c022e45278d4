#include "report/table_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/version.h>

#include "base/date.h"
#include "base/text.h"
#include "base/threads.h"
#include "report/json_string.h"
#include "report/number_text.h"

enum { ROWS_BETWEEN_CHECKS = 65536 };

/* What stands in one cell. */
typedef struct cell {
    enum { CELL_MISSING, CELL_NUMBER, CELL_TIME, CELL_TEXT } kind;
    const char *text;
    size_t length;
} cell;

static size_t text_length(const shoal_column *texts, int64_t row)
{
    return strnlen((const char *)texts->data + (size_t)row * texts->width, texts->width);
}

static cell text_cell(const shoal_column *texts, int64_t row)
{
    return (cell){.kind = CELL_TEXT,
                  .text = (const char *)texts->data + (size_t)row * texts->width,
                  .length = text_length(texts, row)};
}

static bool is_integer(shoal_type type)
{
    return type != SHOAL_F32 && type != SHOAL_F64 && type != SHOAL_TEXT;
}

static int64_t integer_at(const shoal_column *column, int64_t row)
{
    if (column->type == SHOAL_I64) return ((const int64_t *)column->data)[row];
    return (int64_t)shoal_column_f64(column, row);
}

/* Numbers and times are written to buffer (SHOAL_NUMBER_SIZE). */
static cell cell_at(const shoal_out_column *column, int64_t row, char *buffer)
{
    const shoal_column *values = column->values;
    if (values->type == SHOAL_TEXT) return text_cell(values, row);
    if (values->valid != NULL && !values->valid[row]) return (cell){.kind = CELL_MISSING};
    if (is_integer(values->type)) {
        const int64_t value = integer_at(values, row);
        if (column->texts != NULL) {
            if (value < 0 || value >= column->texts->length) return (cell){.kind = CELL_MISSING};
            return text_cell(column->texts, value);
        }
        if (column->is_time) {
            shoal_date_format(value, !column->date_only, buffer);
            return (cell){.kind = CELL_TIME, .text = buffer, .length = strlen(buffer)};
        }
        return (cell){.kind = CELL_NUMBER, .text = buffer, .length = shoal_number_integer(value, buffer)};
    }
    const double value = shoal_column_f64(values, row);
    if (!isfinite(value)) return (cell){.kind = CELL_MISSING};
    const size_t length = column->decimals == SHOAL_SHORTEST ? shoal_number_shortest(value, buffer)
                                                             : shoal_number_fixed(value, column->decimals, buffer);
    return (cell){.kind = CELL_NUMBER, .text = buffer, .length = length};
}

static shoal_status check_interrupt(const shoal_ctx *ctx, int64_t row, int64_t n_rows, shoal_error *err)
{
    if (row % ROWS_BETWEEN_CHECKS != 0) return SHOAL_OK;
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    shoal_progress(ctx, "write", n_rows > 0 ? (double)row / (double)n_rows : 1, NULL);
    return SHOAL_OK;
}

/* --- CSV --- */

static void write_csv_text(FILE *out, const char *text, size_t length)
{
    double number;
    const bool formula =
        length > 0 && strchr("=+-@\t\r", text[0]) != NULL && !shoal_text_to_double(text, length, &number);
    bool quote = formula;
    for (size_t i = 0; i < length && !quote; i++) quote = strchr(",\"\n\r", text[i]) != NULL && text[i] != '\0';
    if (!quote) {
        fwrite_unlocked(text, 1, length, out);
        return;
    }
    putc_unlocked('"', out);
    if (formula) putc_unlocked('\'', out);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') putc_unlocked('"', out);
        putc_unlocked(text[i], out);
    }
    putc_unlocked('"', out);
}

static shoal_status write_csv(const shoal_ctx *ctx, FILE *out, int64_t n_rows, int n_columns,
                              const shoal_out_column *columns, shoal_error *err)
{
    char buffer[SHOAL_NUMBER_SIZE];
    for (int j = 0; j < n_columns; j++) {
        if (j > 0) putc_unlocked(',', out);
        write_csv_text(out, columns[j].header, strlen(columns[j].header));
    }
    putc_unlocked('\n', out);
    for (int64_t i = 0; i < n_rows; i++) {
        SHOAL_TRY(check_interrupt(ctx, i, n_rows, err));
        for (int j = 0; j < n_columns; j++) {
            if (j > 0) putc_unlocked(',', out);
            const cell c = cell_at(&columns[j], i, buffer);
            if (c.kind == CELL_TEXT) write_csv_text(out, c.text, c.length);
            else if (c.kind != CELL_MISSING) fwrite_unlocked(c.text, 1, c.length, out);
        }
        putc_unlocked('\n', out);
    }
    return SHOAL_OK;
}

/* --- JSON --- */

static shoal_status write_json_text(FILE *out, const char *text, size_t length, shoal_error *err)
{
    char *quoted = shoal_json_string(text, length);
    if (quoted == NULL) return shoal_fail_memory(err);
    fputs(quoted, out);
    free(quoted);
    return SHOAL_OK;
}

static shoal_status write_json(const shoal_ctx *ctx, FILE *out, const char *table, int64_t n_rows, int n_columns,
                               const shoal_out_column *columns, shoal_error *err)
{
    char buffer[SHOAL_NUMBER_SIZE];
    fprintf(out, "{\"schema\": \"shoal.export/1\", \"version\": \"%s\", \"table\": ", shoal_version());
    SHOAL_TRY(write_json_text(out, table, strlen(table), err));
    fputs(", \"input\": {\"table\": ", out);
    SHOAL_TRY(write_json_text(out, table, strlen(table), err));
    fputs("}, \"columns\": [", out);
    for (int j = 0; j < n_columns; j++) {
        if (j > 0) fputs(", ", out);
        SHOAL_TRY(write_json_text(out, columns[j].header, strlen(columns[j].header), err));
    }
    fputs("], \"warnings\": [], \"rows\": [", out);
    for (int64_t i = 0; i < n_rows; i++) {
        SHOAL_TRY(check_interrupt(ctx, i, n_rows, err));
        fputs(i == 0 ? "\n[" : ",\n[", out);
        for (int j = 0; j < n_columns; j++) {
            if (j > 0) putc_unlocked(',', out);
            const cell c = cell_at(&columns[j], i, buffer);
            switch (c.kind) {
            case CELL_MISSING: fputs("null", out); break;
            case CELL_NUMBER: fwrite_unlocked(c.text, 1, c.length, out); break;
            case CELL_TIME: fprintf(out, "\"%s\"", c.text); break;
            case CELL_TEXT: SHOAL_TRY(write_json_text(out, c.text, c.length, err)); break;
            }
        }
        putc_unlocked(']', out);
    }
    fputs(n_rows > 0 ? "\n]}\n" : "]}\n", out);
    return SHOAL_OK;
}

shoal_status shoal_table_write_csv(const shoal_ctx *ctx, FILE *out, int64_t n_rows, int n_columns,
                                   const shoal_out_column *columns, shoal_error *err)
{
    shoal_locale locale;
    SHOAL_TRY(shoal_locale_pin(&locale, err));
    const shoal_status status = write_csv(ctx, out, n_rows, n_columns, columns, err);
    shoal_locale_release(&locale);
    return status;
}

shoal_status shoal_table_write_json(const shoal_ctx *ctx, FILE *out, const char *table, int64_t n_rows, int n_columns,
                                    const shoal_out_column *columns, shoal_error *err)
{
    shoal_locale locale;
    SHOAL_TRY(shoal_locale_pin(&locale, err));
    const shoal_status status = write_json(ctx, out, table, n_rows, n_columns, columns, err);
    shoal_locale_release(&locale);
    return status;
}
