/* Imports a text as if it were a file. */
#ifndef SHOAL_TESTS_IMPORT_CASE_H
#define SHOAL_TESTS_IMPORT_CASE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shoal/import.h>

typedef struct import_case {
    shoal_status status;
    shoal_import_data data;
    shoal_import_report report;
    shoal_error err;
    char notices[4096];
} import_case;

static inline void import_case_notice(void *user, const char *message)
{
    import_case *c = user;
    const size_t used = strlen(c->notices);
    snprintf(c->notices + used, sizeof c->notices - used, "%s\n", message);
}

static inline void import_file(const char *path, const shoal_import_opts *opts, import_case *c)
{
    shoal_ctx ctx = shoal_ctx_default();
    ctx.notice = import_case_notice;
    ctx.user = c;
    memset(c, 0, sizeof *c);
    c->status = shoal_import_read(&ctx, path, opts, &c->data, &c->report, &c->err);
}

/* Writes the bytes to a new file; free the path and remove the file afterwards. */
static inline char *import_temporary(const char *bytes, size_t length)
{
    const char *folder = getenv("TMPDIR");
    char *path = NULL;
    if (asprintf(&path, "%s/shoal-import-XXXXXX", folder != NULL ? folder : "/tmp") < 0) abort();
    const int fd = mkstemp(path);
    if (fd < 0) abort();
    for (size_t at = 0; at < length;) {
        const ssize_t wrote = write(fd, bytes + at, length - at);
        if (wrote <= 0) abort();
        at += (size_t)wrote;
    }
    close(fd);
    return path;
}

static inline void import_bytes(const char *bytes, size_t length, const shoal_import_opts *opts, import_case *c)
{
    char *path = import_temporary(bytes, length);
    import_file(path, opts, c);
    remove(path);
    free(path);
}

static inline void import_text(const char *text, const shoal_import_opts *opts, import_case *c)
{
    import_bytes(text, strlen(text), opts, c);
}

static inline void import_case_free(import_case *c)
{
    shoal_import_data_free(&c->data);
}

static inline int64_t import_rejected(const import_case *c, const char *reason)
{
    for (int i = 0; i < c->report.n_reasons; i++)
        if (strcmp(c->report.rejected[i].reason, reason) == 0) return c->report.rejected[i].rows;
    return 0;
}

/* The text in row `row` of a table of one text column; a buffer that is used again. */
static inline const char *import_table_text(const shoal_table *table, int64_t row)
{
    static char text[1024];
    const shoal_column *column = &table->columns[0];
    const size_t width = column->width < sizeof text - 1 ? column->width : sizeof text - 1;
    memcpy(text, (const char *)column->data + (size_t)row * column->width, width);
    text[width] = '\0';
    return text;
}

static inline const char *import_key(const import_case *c, int64_t row)
{
    return import_table_text(&c->data.keys, row);
}

static inline const shoal_table *import_dictionary(const import_case *c, const char *name)
{
    for (int i = 0; i < c->data.n_dictionaries; i++)
        if (shoal_table_find(&c->data.dictionaries[i], name) != NULL) return &c->data.dictionaries[i];
    return NULL;
}

static inline double import_value(const import_case *c, const char *name, int64_t row)
{
    return shoal_column_f64(shoal_table_find(&c->data.transactions, name), row);
}

#endif
