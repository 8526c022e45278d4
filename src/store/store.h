/* The columnar customer store in HDF5, format version 1. No other folder includes hdf5.h.
 *
 * Layout:
 *   /                     @format="shoal" @format_version=1 @uuid @created @creator @Conventions="CF-1.10"
 *   /customers/customer_id   int64 0..N-1, the dimension scale of the group's columns; then one 1-D column a feature
 *   /keys/external_id        fixed-length UTF-8, the customer's own key
 *   /transactions/…          1-D columns of length M, sorted by customer, then time
 *   /dictionaries/<name>     fixed-length UTF-8: code to text
 *   /models/<name>           attributes and small arrays
 *   /results/<name>/…        columns of length N
 * Columns carry @units, @long_name, @role and, for integers with missing values, @_FillValue (the type's minimum);
 * category columns carry @flag_values and @flag_meanings. Chunks have fletcher32 checksums. customer_id (role "index")
 * is the store's own; each result has a second link to it, which is not listed. Texts live in keys, dictionaries and
 * models: netCDF readers crash on them elsewhere.
 *
 * A store open for update is a copy beside the file; shoal_store_commit puts it in place at once, closing without
 * commit leaves the file as it was. A commit over a file that another program replaced meanwhile is refused (IO). A
 * handle belongs to one thread at a time; reads use the context's threads inside. Groups and paths are relative to the
 * root without a leading slash: "customers", "results/rfm", "customers/x". Errors everywhere: INPUT (damaged, hostile,
 * no such column), IO (names the file; HDF5_USE_FILE_LOCKING where a lock was refused), MEMORY. */
#ifndef SHOAL_STORE_STORE_H
#define SHOAL_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

typedef struct shoal_store shoal_store;

enum { SHOAL_STORE_VERSION = 1 };

typedef enum shoal_store_mode { SHOAL_STORE_READ, SHOAL_STORE_UPDATE } shoal_store_mode;

/* A new, empty store of n_customers that will replace path on commit: root attributes, /customers/customer_id. */
SHOAL_MUST_USE shoal_status shoal_store_create(const char *path, int64_t n_customers, shoal_store **store,
                                               shoal_error *err);
/* Opens and checks the whole structure before anything is allocated by what the file says: format and version; no
 * external storage, external or soft links, virtual datasets, filters other than deflate, shuffle and fletcher32;
 * no size that the file cannot hold; columns of the right length and type. */
SHOAL_MUST_USE shoal_status shoal_store_open(const char *path, shoal_store_mode mode, shoal_store **store,
                                             shoal_error *err);
/* Flushes, closes, syncs and renames into place; the handle is gone afterwards, also on an error. */
SHOAL_MUST_USE shoal_status shoal_store_commit(shoal_store **store, shoal_error *err);
/* The two halves of commit, for several files that change together: after finish the new file lies complete beside the
 * old one, shoal_store_commit then only renames. */
SHOAL_MUST_USE shoal_status shoal_store_finish(shoal_store *store, shoal_error *err);
/* Closes, discarding what was not committed. NULL is fine. */
void shoal_store_close(shoal_store *store);

int64_t shoal_store_customers(const shoal_store *store);
int64_t shoal_store_transactions(const shoal_store *store); /* 0 where there are none */

typedef struct shoal_store_column_info {
    char group[160], name[64], units[48], role[32];
    shoal_type type;
    size_t width;
    int64_t length;
} shoal_store_column_info;

/* The columns under `group` ("" for all groups that hold columns: customers, keys, transactions, dictionaries,
 * results/…), in creation order where the file tracks it, else by name. *infos is malloc'ed. */
SHOAL_MUST_USE shoal_status shoal_store_list(shoal_store *store, const char *group, int *count,
                                             shoal_store_column_info **infos, shoal_error *err);
/* Names of the direct children of a group ("models", "results"); 0 names where the group is missing. *names is one
 * malloc'ed block of count x 64 characters. */
SHOAL_MUST_USE shoal_status shoal_store_children(shoal_store *store, const char *group, int *count, char (**names)[64],
                                                 shoal_error *err);
bool shoal_store_has(shoal_store *store, const char *path);

/* Reads group/name and appends it to `table` (table->n_rows must be 0 with no columns, or the column's length), as type
 * `as`; SHOAL_TEXT only for text. Numbers convert if every value survives (else INPUT); integer fill values become NaN
 * when read as a float, and a `valid` mask when read as an integer.
 * Chunks whose filters shoal knows are read and checked in parallel, past HDF5's lock. */
SHOAL_MUST_USE shoal_status shoal_store_read(const shoal_ctx *ctx, shoal_store *store, const char *group,
                                             const char *name, shoal_type as, shoal_table *table, shoal_error *err);
/* The same in the type that is stored. */
SHOAL_MUST_USE shoal_status shoal_store_read_native(const shoal_ctx *ctx, shoal_store *store, const char *group,
                                                    const char *name, shoal_table *table, shoal_error *err);

/* Creates or replaces group/column->name, making the group where missing. role: "feature", "key", "category", "label",
 * "score" … or NULL. Columns in customers and results/… must have the store's number of customers. */
SHOAL_MUST_USE shoal_status shoal_store_write(shoal_store *store, const char *group, const shoal_column *column,
                                              const char *role, shoal_error *err);
/* Codes into the dictionary `dictionary` (a table of one text column): sets @flag_values and @flag_meanings on an
 * existing category column, or none where it has more than 1,000 codes: then the dictionary alone tells. */
SHOAL_MUST_USE shoal_status shoal_store_write_flags(shoal_store *store, const char *group, const char *name,
                                                    const shoal_column *texts, shoal_error *err);
/* Removes a group or column with all below it; no error where it is missing. */
SHOAL_MUST_USE shoal_status shoal_store_remove(shoal_store *store, const char *path, shoal_error *err);

/* Attributes of the group or column at path ("" is the root). Setting replaces and makes the group where missing. */
SHOAL_MUST_USE shoal_status shoal_store_set_text(shoal_store *store, const char *path, const char *name,
                                                 const char *value, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_store_set_f64(shoal_store *store, const char *path, const char *name, double value,
                                                shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_store_set_i64(shoal_store *store, const char *path, const char *name, int64_t value,
                                                shoal_error *err);
bool shoal_store_has_attribute(shoal_store *store, const char *path, const char *name);
/* INPUT where missing or of another type. Text is NUL-terminated and cut to size. */
SHOAL_MUST_USE shoal_status shoal_store_get_text(shoal_store *store, const char *path, const char *name, char *value,
                                                 size_t size, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_store_get_f64(shoal_store *store, const char *path, const char *name, double *value,
                                                shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_store_get_i64(shoal_store *store, const char *path, const char *name, int64_t *value,
                                                shoal_error *err);

/* Small float64 arrays of a model, of rows x columns (columns = 1: a vector). */
SHOAL_MUST_USE shoal_status shoal_store_write_array(shoal_store *store, const char *path, int64_t rows, int64_t columns,
                                                    const double *values, shoal_error *err);
/* *values is malloc'ed. */
SHOAL_MUST_USE shoal_status shoal_store_read_array(shoal_store *store, const char *path, int64_t *rows,
                                                   int64_t *columns, double **values, shoal_error *err);
/* A list of texts, as a fixed-length string dataset. */
SHOAL_MUST_USE shoal_status shoal_store_write_texts(shoal_store *store, const char *path, int n,
                                                    const char *const *texts, shoal_error *err);
/* *texts is one malloc'ed block of n x 64 characters, cut at 63. */
SHOAL_MUST_USE shoal_status shoal_store_read_texts(shoal_store *store, const char *path, int *n, char (**texts)[64],
                                                   shoal_error *err);

#endif
