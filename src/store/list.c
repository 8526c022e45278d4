/* What is in the store. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

typedef struct column_list {
    shoal_store_column_info *items;
    int64_t count, capacity;
} column_list;

static shoal_status links_of(const shoal_store *store, const char *group, shoal_links *links, shoal_error *err)
{
    *links = (shoal_links){0};
    if (shoal_object_type(store, group) != H5O_TYPE_GROUP) return SHOAL_OK;
    const hid_t id = H5Gopen2(store->file, group, H5P_DEFAULT);
    if (id < 0) return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot open the group %s", group);
    const shoal_status status = shoal_links_read(store, id, links, err);
    H5Gclose(id);
    return status;
}

static shoal_status add_column(const shoal_store *store, const char *group, const char *name, column_list *list,
                               shoal_error *err)
{
    char path[SHOAL_STORE_PATH_SIZE];
    shoal_dataset d;
    SHOAL_TRY(shoal_store_join(group, name, path, err));
    if (shoal_object_type(store, path) != H5O_TYPE_DATASET) return SHOAL_OK;
    /* in a result it is another link to the one in customers */
    if (shoal_section_of(group) == SHOAL_SECTION_RESULT && strcmp(name, SHOAL_CUSTOMER_ID) == 0) return SHOAL_OK;
    SHOAL_TRY(shoal_grow(&list->items, &list->capacity, list->count, list->count + 1, sizeof *list->items, err));
    SHOAL_TRY(shoal_dataset_open(store, path, &d, err));
    if (d.rank == 1 && d.unsupported == NULL) {
        shoal_store_column_info *info = &list->items[list->count++];
        *info = (shoal_store_column_info){.type = d.type, .width = d.width, .length = (int64_t)d.dims[0]};
        shoal_text_copy(info->group, sizeof info->group, group);
        shoal_text_copy(info->name, sizeof info->name, name);
        shoal_attribute_text(store, d.id, "units", info->units, sizeof info->units);
        shoal_attribute_text(store, d.id, "role", info->role, sizeof info->role);
    }
    shoal_dataset_close(&d);
    return SHOAL_OK;
}

static shoal_status add_group(const shoal_store *store, const char *group, column_list *list, shoal_error *err)
{
    shoal_links links;
    shoal_status status = links_of(store, group, &links, err);
    for (int64_t i = 0; status == SHOAL_OK && i < links.count; i++)
        status = add_column(store, group, links.items[i].name, list, err);
    shoal_links_free(&links);
    return status;
}

static shoal_status add_results(const shoal_store *store, column_list *list, shoal_error *err)
{
    shoal_links links;
    shoal_status status = links_of(store, "results", &links, err);
    for (int64_t i = 0; status == SHOAL_OK && i < links.count; i++) {
        char path[SHOAL_STORE_PATH_SIZE];
        status = shoal_store_join("results", links.items[i].name, path, err);
        if (status == SHOAL_OK) status = add_group(store, path, list, err);
    }
    shoal_links_free(&links);
    return status;
}

static shoal_status add_all(const shoal_store *store, column_list *list, shoal_error *err)
{
    static const char *const groups[] = {"customers", "keys", "transactions", "dictionaries"};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) SHOAL_TRY(add_group(store, groups[i], list, err));
    return add_results(store, list, err);
}

shoal_status shoal_store_list(shoal_store *store, const char *group, int *count, shoal_store_column_info **infos,
                              shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    column_list list = {0};
    *count = 0;
    *infos = NULL;
    SHOAL_TRY(shoal_read_begin(store, err));
    SHOAL_TRY(shoal_store_path_ok(group, err));
    shoal_status status = *group == '\0' ? add_all(store, &list, err) : add_group(store, group, &list, err);
    if (status == SHOAL_OK) status = shoal_disk_status(store, err);
    if (status < 0 || list.count > INT32_MAX) {
        free(list.items);
        return status < 0 ? status : shoal_fail_memory(err);
    }
    *count = (int)list.count;
    *infos = list.items;
    return SHOAL_OK;
}

shoal_status shoal_store_children(shoal_store *store, const char *group, int *count, char (**names)[64],
                                  shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    shoal_links links;
    *count = 0;
    *names = NULL;
    SHOAL_TRY(shoal_read_begin(store, err));
    SHOAL_TRY(shoal_store_path_ok(group, err));
    SHOAL_TRY(links_of(store, group, &links, err));
    const shoal_status status = shoal_alloc(links.count, sizeof **names, names, err);
    for (int64_t i = 0; status == SHOAL_OK && i < links.count; i++)
        shoal_text_copy((*names)[i], sizeof **names, links.items[i].name);
    if (status == SHOAL_OK) *count = (int)links.count;
    shoal_links_free(&links);
    return status;
}

bool shoal_store_has(shoal_store *store, const char *path)
{
    SHOAL_QUIET_HDF5;
    return store->file >= 0 && shoal_link_exists(store, path);
}
