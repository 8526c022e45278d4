#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/store_internal.h"

/* HDF5 calls this instead of printing. */
static herr_t note_failure(hid_t stack, void *failed)
{
    (void)stack;
    *(bool *)failed = true;
    return 0;
}

void shoal_quiet_begin(shoal_quiet *quiet)
{
    *quiet = (shoal_quiet){0};
    H5Eget_auto2(H5E_DEFAULT, &quiet->function, &quiet->data);
    H5Eset_auto2(H5E_DEFAULT, note_failure, &quiet->failed);
}

/* After a failure it stays silent: HDF5 1.10.8 loses memory when it refuses damaged metadata, and would print about
 * that at exit ("infinite loop closing library"), which it does only where errors are printed. */
void shoal_quiet_end(shoal_quiet *quiet)
{
    if (quiet->failed) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    else H5Eset_auto2(H5E_DEFAULT, quiet->function, quiet->data);
}

typedef struct innermost {
    char text[256];
    bool memory;
} innermost;

static herr_t take_innermost(unsigned n, const H5E_error2_t *error, void *data)
{
    innermost *found = data;
    if (n == 0 && error->desc != NULL) {
        shoal_text_quote(error->desc, strlen(error->desc), found->text, sizeof found->text);
        found->memory = error->min_num == H5E_NOSPACE || error->min_num == H5E_CANTALLOC;
    }
    return 0;
}

static void set_message(const shoal_store *store, shoal_error *err, shoal_status status, const char *format,
                        va_list args) SHOAL_PRINTF(4, 0);

/* "PATH: " and the formatted words. */
static void set_message(const shoal_store *store, shoal_error *err, shoal_status status, const char *format,
                        va_list args)
{
    if (err == NULL) return;
    char what[SHOAL_ERROR_SIZE];
    vsnprintf(what, sizeof what, format, args);
    shoal_fail(err, status, "%s: %s", store->path, what);
}

static void add_message(shoal_error *err, const char *separator, const char *text)
{
    if (err == NULL) return;
    const size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, "%s%s", separator, text);
}

shoal_status shoal_hdf5_fail(const shoal_store *store, shoal_error *err, shoal_status status, const char *format, ...)
{
    innermost found = {0};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_innermost, &found);
    if (store->disk.code != 0) return shoal_disk_status(store, err);
    if (found.memory) return shoal_fail_memory(err);
    va_list args;
    va_start(args, format);
    set_message(store, err, status, format, args);
    va_end(args);
    if (found.text[0] != '\0') add_message(err, ": ", found.text);
    if (status == SHOAL_ERR_INPUT) add_message(err, "; ", SHOAL_DAMAGED);
    return status;
}

shoal_status shoal_damaged(const shoal_store *store, shoal_error *err, const char *format, ...)
{
    if (store->disk.code != 0) return shoal_disk_status(store, err);
    va_list args;
    va_start(args, format);
    set_message(store, err, SHOAL_ERR_INPUT, format, args);
    va_end(args);
    add_message(err, "; ", SHOAL_DAMAGED);
    return SHOAL_ERR_INPUT;
}

shoal_status shoal_refused(const shoal_store *store, shoal_error *err, const char *format, ...)
{
    if (store->disk.code != 0) return shoal_disk_status(store, err);
    va_list args;
    va_start(args, format);
    set_message(store, err, SHOAL_ERR_INPUT, format, args);
    va_end(args);
    return SHOAL_ERR_INPUT;
}

shoal_status shoal_disk_status(const shoal_store *store, shoal_error *err)
{
    if (store->disk.code == 0) return SHOAL_OK;
    return shoal_fail_errno(err, store->disk.code, "cannot %s %s", store->writable ? "write" : "read", store->path);
}

shoal_status shoal_read_begin(const shoal_store *store, shoal_error *err)
{
    if (store->file < 0) return shoal_fail(err, SHOAL_ERR_USAGE, "%s: the store is finished", store->path);
    return shoal_disk_status(store, err);
}

shoal_status shoal_write_begin(shoal_store *store, shoal_error *err)
{
    SHOAL_TRY(shoal_read_begin(store, err));
    if (!store->writable) return shoal_fail(err, SHOAL_ERR_USAGE, "%s: the store is open for reading", store->path);
    store->unflushed = true;
    return SHOAL_OK;
}
