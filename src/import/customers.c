#include "import/customers.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "import/values.h"

/* A column whose type shows at the end only: until then its texts are kept, each with its NUL. */
typedef struct attribute {
    int64_t column; /* of the input */
    char name[SHOAL_NAME_SIZE];
    shoal_text cells;
    int64_t n_numbers, n_texts;
    int64_t first_text_line, endless_line; /* 0: none; endless: a number beyond the range of a double */
    bool too_long;                         /* a text is longer than a category may be */
} attribute;

struct shoal_attributes {
    shoal_job *job;
    int64_t key_column; /* -1: customers are known by their row */
    shoal_dictionary keys;
    int64_t n_rows, n_columns;
    attribute *columns;
};

/* A name that HDF5 takes: no '/' or '.', at most 63 bytes, and not the store's own. */
static void clean_name(const char *header, char *name)
{
    shoal_text_copy(name, SHOAL_NAME_SIZE, header);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '/' || *c == '.' || (unsigned char)*c < ' ') *c = '_';
    if (strcmp(name, "customer_id") == 0) shoal_text_copy(name, SHOAL_NAME_SIZE, "customer_id_");
}

static int compare_names(const void *a, const void *b)
{
    const attribute *const *x = a;
    const attribute *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static shoal_status check_names(const shoal_attributes *t)
{
    const attribute **sorted;
    SHOAL_TRY(shoal_alloc(t->n_columns, sizeof *sorted, &sorted, t->job->err));
    for (int64_t i = 0; i < t->n_columns; i++) sorted[i] = &t->columns[i];
    qsort(sorted, (size_t)t->n_columns, sizeof *sorted, compare_names);
    shoal_status status = SHOAL_OK;
    for (int64_t i = 1; i < t->n_columns && status == SHOAL_OK; i++) {
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0) continue;
        char shown[256];
        status = shoal_fail(t->job->err, SHOAL_ERR_INPUT, "%s has two columns called \"%s\": rename one", t->job->name,
                            shoal_text_quote(sorted[i]->name, strlen(sorted[i]->name), shown, sizeof shown));
    }
    free(sorted);
    return status;
}

shoal_status shoal_attributes_new(shoal_job *job, shoal_attributes **attributes)
{
    const shoal_layout *layout = &job->layout;
    shoal_attributes *t;
    *attributes = NULL;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *t, &t, job->err));
    t->job = job;
    t->key_column = layout->role[SHOAL_ROLE_CUSTOMER];
    shoal_status status = shoal_alloc_zero(layout->n_columns, sizeof *t->columns, &t->columns, job->err);
    for (int64_t i = 0; i < layout->n_columns && status == SHOAL_OK; i++) {
        if (i == t->key_column || !layout->wanted[i]) continue;
        if (layout->names[i][0] == '\0') {
            shoal_notice(job->ctx, "column %lld of %s has no name and is left out", (long long)i + 1, job->name);
            continue;
        }
        attribute *column = &t->columns[t->n_columns++];
        column->column = i;
        clean_name(layout->names[i], column->name);
    }
    if (status == SHOAL_OK) status = check_names(t);
    if (status < 0) shoal_attributes_free(t);
    else *attributes = t;
    return status;
}

void shoal_attributes_free(shoal_attributes *t)
{
    if (t == NULL) return;
    for (int64_t i = 0; i < t->n_columns; i++) shoal_text_free(&t->columns[i].cells);
    free(t->columns);
    shoal_dictionary_free(&t->keys);
    free(t);
}

static shoal_status take_key(shoal_attributes *t, const shoal_record *record, bool *use)
{
    shoal_job *job = t->job;
    shoal_field key = record->fields[t->key_column];
    *use = false;
    if (key.length == 0) return shoal_job_reject(job, SHOAL_REASON_MISSING_CUSTOMER);
    if (key.length > SHOAL_MAX_TEXT)
        return shoal_job_bad_row(job, SHOAL_REASON_TOO_LONG, record, t->key_column,
                                 "the customer is longer than %d bytes", SHOAL_MAX_TEXT);
    const size_t length = shoal_key_length(key);
    job->shortened_keys += length != key.length;
    key.length = length;
    int32_t code;
    const uint64_t hash = shoal_dictionary_hash(key.text, key.length);
    SHOAL_TRY(shoal_job_code(job, &t->keys, key, hash, record->line, &code));
    if (code != t->n_rows) {
        char shown[256];
        return shoal_job_bad_row(job, SHOAL_REASON_DUPLICATE_CUSTOMER, record, t->key_column,
                                 "customer \"%s\" is there twice: one row a customer is needed",
                                 shoal_text_quote(key.text, key.length, shown, sizeof shown));
    }
    *use = true;
    return SHOAL_OK;
}

static void take_cell(attribute *column, const shoal_record *record)
{
    const shoal_field field = record->fields[column->column];
    double value;
    if (field.length > 0 && shoal_text_to_double(field.text, field.length, &value)) {
        column->n_numbers++;
        if (isinf(value) && column->endless_line == 0) column->endless_line = record->line;
    } else if (field.length > 0) {
        column->n_texts++;
        if (column->first_text_line == 0) column->first_text_line = record->line;
    }
    column->too_long = column->too_long || field.length > SHOAL_MAX_TEXT;
    shoal_text_add_n(&column->cells, field.text, field.length);
    shoal_text_add_n(&column->cells, "", 1);
}

shoal_status shoal_attributes_row(shoal_attributes *t, const shoal_record *record)
{
    shoal_status status = SHOAL_OK;
    if (!shoal_job_row_is_sound(t->job, record, &status)) return status;
    if (t->key_column >= 0) {
        bool use;
        status = take_key(t, record, &use);
        if (!use) return status;
    }
    t->n_rows++;
    for (int64_t i = 0; i < t->n_columns; i++) {
        take_cell(&t->columns[i], record);
        if (t->columns[i].cells.failed) return shoal_fail_memory(t->job->err);
    }
    return SHOAL_OK;
}

/* --- the end --- */

static shoal_field next_cell(const char **at)
{
    const shoal_field cell = {*at, strlen(*at)};
    *at += cell.length + 1;
    return cell;
}

static shoal_status make_numbers(const shoal_attributes *t, const attribute *column, shoal_table *table)
{
    shoal_job *job = t->job;
    const char *header = job->layout.names[column->column];
    if (column->endless_line > 0) {
        const shoal_record at = {.line = column->endless_line};
        return shoal_job_fail(job, &at, column->column, "a number beyond the range of a double");
    }
    void *data;
    SHOAL_TRY(shoal_table_add(table, column->name, SHOAL_F64, 0, NULL, header, &data, job->err));
    double *value = data;
    const char *at = column->cells.data;
    for (int64_t i = 0; i < t->n_rows; i++) {
        const shoal_field cell = next_cell(&at);
        if (cell.length == 0 || !shoal_number_parse(cell, &value[i])) value[i] = NAN;
    }
    return SHOAL_OK;
}

static shoal_status fill_codes(const shoal_attributes *t, const attribute *column, shoal_dictionary *dictionary,
                               int32_t *code, uint8_t *valid)
{
    const char *at = column->cells.data;
    for (int64_t i = 0; i < t->n_rows; i++) {
        const shoal_field cell = next_cell(&at);
        const uint64_t hash = shoal_dictionary_hash(cell.text, cell.length);
        code[i] = -1;
        if (cell.length > 0)
            SHOAL_TRY(shoal_job_code(t->job, dictionary, cell, hash, column->first_text_line, &code[i]));
        if (valid != NULL) valid[i] = cell.length > 0;
    }
    return SHOAL_OK;
}

static shoal_status make_codes(const shoal_attributes *t, const attribute *column, shoal_import_data *data)
{
    shoal_error *err = t->job->err;
    shoal_table *table = &data->customers;
    shoal_dictionary dictionary = {0};
    uint8_t *valid = NULL;
    void *code;
    SHOAL_TRY(
        shoal_table_add(table, column->name, SHOAL_I32, 0, NULL, t->job->layout.names[column->column], &code, err));
    if (column->n_numbers + column->n_texts < t->n_rows) SHOAL_TRY(shoal_alloc(t->n_rows, 1, &valid, err));
    table->columns[table->n_columns - 1].valid = valid;
    shoal_status status = fill_codes(t, column, &dictionary, code, valid);
    if (status == SHOAL_OK) {
        shoal_table *texts = &data->dictionaries[data->n_dictionaries++]; /* room was made for all */
        status = shoal_dictionary_table(&dictionary, column->name, texts, err);
    }
    shoal_dictionary_free(&dictionary);
    return status;
}

static shoal_status make_column(const shoal_attributes *t, const attribute *column, shoal_import_data *data)
{
    const shoal_ctx *ctx = t->job->ctx;
    if (shoal_cancelled(ctx)) return shoal_fail(t->job->err, SHOAL_ERR_INTERRUPTED, "interrupted");
    if (column->n_numbers + column->n_texts == 0) {
        shoal_notice(ctx, "column %s is empty and is left out", column->name);
        return SHOAL_OK;
    }
    if (column->n_texts == 0) return make_numbers(t, column, &data->customers);
    if (column->too_long) {
        shoal_notice(ctx, "column %s holds texts of more than %d bytes, so it is no category and is left out",
                     column->name, SHOAL_MAX_TEXT);
        return SHOAL_OK;
    }
    if (column->n_numbers > 0)
        shoal_notice(ctx, "column %s is taken as a category: line %lld is the first that holds no number", column->name,
                     (long long)column->first_text_line);
    return make_codes(t, column, data);
}

/* "1", "2" … where the input has no keys. */
static shoal_status make_row_keys(const shoal_attributes *t, shoal_table *keys)
{
    char digits[24];
    const size_t width = (size_t)snprintf(digits, sizeof digits, "%" PRId64, t->n_rows);
    void *data;
    keys->n_rows = t->n_rows;
    SHOAL_TRY(shoal_table_add(keys, "external_id", SHOAL_TEXT, width, NULL, NULL, &data, t->job->err));
    memset(data, 0, (size_t)t->n_rows * width);
    for (int64_t i = 0; i < t->n_rows; i++) {
        const int length = snprintf(digits, sizeof digits, "%" PRId64, i + 1);
        memcpy((char *)data + (size_t)i * width, digits, (size_t)length);
    }
    return SHOAL_OK;
}

shoal_status shoal_attributes_finish(shoal_attributes *t, shoal_import_data *data, shoal_import_report *report)
{
    shoal_job *job = t->job;
    if (t->n_rows == 0) return shoal_job_fail_empty(job);
    data->customers.n_rows = t->n_rows;
    SHOAL_TRY(shoal_alloc_zero(t->n_columns, sizeof *data->dictionaries, &data->dictionaries, job->err));
    SHOAL_TRY(t->key_column >= 0 ? shoal_dictionary_table(&t->keys, "external_id", &data->keys, job->err)
                                 : make_row_keys(t, &data->keys));
    for (int64_t i = 0; i < t->n_columns; i++) {
        SHOAL_TRY(make_column(t, &t->columns[i], data));
        shoal_text_free(&t->columns[i].cells);
    }
    report->customers = t->n_rows;
    return SHOAL_OK;
}
