/* Whether a file is a store, and one that does no harm. Nothing is allocated by what the file says before it is known
 * that the file can hold it. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

enum { MOST_DEPTH = 8 };

typedef struct walk {
    shoal_store *store;
    int depth;
    int64_t transactions, customers; /* -1 until the first column */
    int64_t n_groups, capacity;
    haddr_t *groups; /* seen so far: a group that has two places would be walked twice, or for ever */
} walk;

static shoal_status check_root(const shoal_store *store, shoal_error *err)
{
    char format[16];
    int64_t version;
    const shoal_found found = shoal_attribute_text(store, store->file, "format", format, sizeof format);
    if (found != SHOAL_FOUND_VALUE || strcmp(format, "shoal") != 0)
        return shoal_refused(store, err,
                             "is an HDF5 file, but no shoal store: it lacks @format = \"shoal\" at its root");
    if (shoal_attribute_i64(store->file, "format_version", &version) != SHOAL_FOUND_VALUE || version < 1)
        return shoal_refused(store, err,
                             "the store has no @format_version: write 1 there if it follows format version 1");
    if (version > SHOAL_STORE_VERSION)
        return shoal_refused(store, err, "the store has format version %lld, this shoal reads up to %d: upgrade shoal",
                             (long long)version, (int)SHOAL_STORE_VERSION);
    return SHOAL_OK;
}

/* All columns of a section have one length; *length is -1 before the first. */
static shoal_status check_length(const walk *w, const char *path, int64_t length, int64_t *expected, const char *of,
                                 shoal_error *err)
{
    if (*expected < 0) *expected = length;
    if (length == *expected) return SHOAL_OK;
    return shoal_refused(w->store, err, "%s has %lld values, but the store has %lld %s", path, (long long)length,
                         (long long)*expected, of);
}

static shoal_status check_place(walk *w, const char *path, shoal_section section, const shoal_dataset *d,
                                shoal_error *err)
{
    if (section == SHOAL_SECTION_OTHER) return SHOAL_OK;
    SHOAL_TRY(shoal_dataset_is_column(w->store, path, d, err));
    const bool text = d->type == SHOAL_TEXT;
    if (text != (section == SHOAL_SECTION_KEYS || section == SHOAL_SECTION_DICTIONARIES))
        return shoal_refused(w->store, err, "%s holds %s; texts belong into keys and dictionaries, numbers elsewhere",
                             path, text ? "texts" : "numbers");
    const int64_t length = (int64_t)d->dims[0];
    if (section == SHOAL_SECTION_TRANSACTIONS)
        return check_length(w, path, length, &w->transactions, "transactions", err);
    if (section == SHOAL_SECTION_DICTIONARIES) return SHOAL_OK;
    return check_length(w, path, length, &w->customers, "customers", err);
}

static shoal_status check_dataset(walk *w, const char *path, shoal_section section, shoal_error *err)
{
    shoal_dataset d;
    SHOAL_TRY(shoal_dataset_open(w->store, path, &d, err));
    const shoal_status status = check_place(w, path, section, &d, err);
    shoal_dataset_close(&d);
    return status;
}

static shoal_status check_group(walk *w, const char *path, shoal_error *err);

static shoal_status check_seen(walk *w, const char *path, haddr_t address, shoal_error *err)
{
    if (w->depth > MOST_DEPTH) return shoal_refused(w->store, err, "%s: groups lie too deep", path);
    for (int64_t i = 0; i < w->n_groups; i++)
        if (w->groups[i] == address)
            return shoal_refused(w->store, err, "%s is a group that has another place too; a store has no such links",
                                 path);
    SHOAL_TRY(shoal_grow(&w->groups, &w->capacity, w->n_groups, w->n_groups + 1, sizeof *w->groups, err));
    w->groups[w->n_groups++] = address;
    return SHOAL_OK;
}

static shoal_status check_link(walk *w, const char *group, const shoal_link *link, shoal_error *err)
{
    char path[SHOAL_STORE_PATH_SIZE], shown[300];
    shoal_text_quote(link->name, strlen(link->name), shown, sizeof shown);
    if (link->type != H5L_TYPE_HARD)
        return shoal_refused(w->store, err, "%s/%s is a %s link; a store has none: copy its target in", group, shown,
                             link->type == H5L_TYPE_SOFT ? "soft" : "external");
    if (!shoal_store_name_ok(link->name))
        return shoal_refused(w->store, err,
                             "%s/%s: the name is longer than 63 bytes, no UTF-8 or has control characters; rename it",
                             group, shown);
    SHOAL_TRY(shoal_store_join(group, link->name, path, err));
    H5O_info_t info;
    if (H5Oget_info_by_name2(w->store->file, path, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return shoal_hdf5_fail(w->store, err, SHOAL_ERR_INPUT, "cannot open %s", path);
    if (info.type == H5O_TYPE_DATASET) return check_dataset(w, path, shoal_section_of(group), err);
    if (info.type == H5O_TYPE_NAMED_DATATYPE) return SHOAL_OK;
    if (info.type != H5O_TYPE_GROUP) return shoal_refused(w->store, err, "%s is of an unknown kind", path);
    SHOAL_TRY(check_seen(w, path, info.addr, err));
    return check_group(w, path, err);
}

static shoal_status check_group(walk *w, const char *path, shoal_error *err)
{
    shoal_links links;
    const hid_t group = H5Gopen2(w->store->file, *path == '\0' ? "/" : path, H5P_DEFAULT);
    if (group < 0) return shoal_hdf5_fail(w->store, err, SHOAL_ERR_INPUT, "cannot open the group %s", path);
    shoal_status status = shoal_links_read(w->store, group, &links, err);
    H5Gclose(group);
    w->depth++;
    for (int64_t i = 0; status == SHOAL_OK && i < links.count; i++) status = check_link(w, path, &links.items[i], err);
    w->depth--;
    shoal_links_free(&links);
    return status;
}

shoal_status shoal_store_check(shoal_store *store, shoal_error *err)
{
    SHOAL_TRY(check_root(store, err));
    if (shoal_object_type(store, "customers") != H5O_TYPE_GROUP)
        return shoal_refused(store, err, "the store has no group customers: import the data again");
    walk w = {.store = store, .transactions = -1, .customers = -1};
    H5O_info_t info;
    shoal_status status;
    if (H5Oget_info2(store->file, &info, H5O_INFO_BASIC) < 0)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot open the root group");
    SHOAL_TRY_OUT(check_seen(&w, "/", info.addr, err));
    SHOAL_TRY_OUT(check_group(&w, "", err));
    SHOAL_TRY_OUT(shoal_disk_status(store, err));
    if (w.customers < 0) {
        status = shoal_refused(store, err, "the store has no column in customers: import the data again");
        goto out;
    }
    store->n_customers = w.customers;
    store->n_transactions = w.transactions < 0 ? 0 : w.transactions;
out:
    free(w.groups);
    return status;
}
