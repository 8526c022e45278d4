/* Names, links and groups. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

static herr_t take_link(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
    (void)group;
    shoal_links *links = data;
    char *copy = shoal_text_dup(name);
    if (copy == NULL ||
        shoal_grow(&links->items, &links->capacity, links->count, links->count + 1, sizeof *links->items, NULL) < 0) {
        free(copy);
        links->failed = true;
        return -1;
    }
    links->items[links->count++] = (shoal_link){copy, info->type};
    return 0;
}

static bool tracks_order(hid_t group)
{
    unsigned flags = 0;
    const hid_t properties = H5Gget_create_plist(group);
    const herr_t failed = properties < 0 ? -1 : H5Pget_link_creation_order(properties, &flags);
    if (properties >= 0) H5Pclose(properties);
    return failed >= 0 && (flags & H5P_CRT_ORDER_TRACKED) != 0;
}

shoal_status shoal_links_read(const shoal_store *store, hid_t group, shoal_links *links, shoal_error *err)
{
    *links = (shoal_links){0};
    const H5_index_t index = tracks_order(group) ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    hsize_t at = 0;
    if (H5Literate(group, index, H5_ITER_INC, &at, take_link, links) >= 0) return SHOAL_OK;
    const bool memory = links->failed;
    shoal_links_free(links);
    return memory ? shoal_fail_memory(err) : shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot list a group");
}

void shoal_links_free(shoal_links *links)
{
    for (int64_t i = 0; i < links->count; i++) free(links->items[i].name);
    free(links->items);
    *links = (shoal_links){0};
}

static bool name_ok(const char *name, size_t length)
{
    if (length == 0 || length >= SHOAL_STORE_NAME_SIZE || !shoal_text_is_utf8(name, length)) return false;
    if (name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'))) return false;
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)name[i];
        if (c < 0x20 || c == 0x7F || c == '/') return false;
        if (c == 0xC2 && (unsigned char)name[i + 1] < 0xA0) return false; /* C1 controls */
    }
    return true;
}

bool shoal_store_name_ok(const char *name)
{
    return name_ok(name, strlen(name));
}

shoal_status shoal_store_path_ok(const char *path, shoal_error *err)
{
    bool ok = strlen(path) < SHOAL_STORE_PATH_SIZE;
    for (const char *part = path; ok && *path != '\0';) {
        const char *end = strchrnul(part, '/');
        ok = name_ok(part, (size_t)(end - part));
        if (*end == '\0') break;
        part = end + 1;
    }
    if (ok) return SHOAL_OK;
    char shown[300];
    return shoal_fail(err, SHOAL_ERR_USAGE,
                      "'%s' cannot be a name in a store: use 1 to 63 bytes of UTF-8 without '/' and control characters",
                      shoal_text_quote(path, strlen(path), shown, sizeof shown));
}

const char *shoal_store_leaf(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

shoal_status shoal_store_join(const char *group, const char *name, char buffer[SHOAL_STORE_PATH_SIZE], shoal_error *err)
{
    SHOAL_TRY(shoal_store_path_ok(group, err));
    if (name == NULL || !shoal_store_name_ok(name)) {
        /* a slash would be read as a path */
        char shown[300];
        const char *text = name == NULL ? "" : name;
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "'%s' cannot be the name of a column: use 1 to 63 bytes of UTF-8 without '/' and control "
                          "characters",
                          shoal_text_quote(text, strlen(text), shown, sizeof shown));
    }
    const int length = snprintf(buffer, SHOAL_STORE_PATH_SIZE, "%s%s%s", group, *group == '\0' ? "" : "/", name);
    if (length < 0 || length >= SHOAL_STORE_PATH_SIZE)
        return shoal_fail(err, SHOAL_ERR_USAGE, "the path to column '%s' is too long for a store", name);
    return SHOAL_OK;
}

bool shoal_link_exists(const shoal_store *store, const char *path)
{
    char prefix[SHOAL_STORE_PATH_SIZE];
    if (*path == '\0') return true;
    const size_t length = strlen(path);
    if (length >= sizeof prefix) return false;
    /* HDF5 fails where a part above the last is missing or no group: ask for one after the other */
    for (const char *slash = strchrnul(path, '/');; slash = strchrnul(slash + 1, '/')) {
        const size_t used = (size_t)(slash - path);
        memcpy(prefix, path, used);
        prefix[used] = '\0';
        if (H5Lexists(store->file, prefix, H5P_DEFAULT) <= 0) return false;
        if (*slash == '\0') return true;
    }
}

H5O_type_t shoal_object_type(const shoal_store *store, const char *path)
{
    H5O_info_t info;
    const char *name = *path == '\0' ? "/" : path;
    if (!shoal_link_exists(store, path) ||
        H5Oget_info_by_name2(store->file, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return H5O_TYPE_UNKNOWN;
    return info.type;
}

hid_t shoal_group_properties(void)
{
    const hid_t properties = H5Pcreate(H5P_GROUP_CREATE);
    if (properties >= 0 && H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0) {
        H5Pclose(properties);
        return H5I_INVALID_HID;
    }
    return properties;
}

static shoal_status group_create(const shoal_store *store, const char *path, shoal_error *err)
{
    const hid_t properties = shoal_group_properties();
    const hid_t group =
        properties < 0 ? H5I_INVALID_HID : H5Gcreate2(store->file, path, H5P_DEFAULT, properties, H5P_DEFAULT);
    shoal_status status = SHOAL_OK;
    if (group < 0 || H5Gclose(group) < 0)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot make the group %s", path);
    if (properties >= 0) H5Pclose(properties);
    return status;
}

shoal_status shoal_group_ensure(const shoal_store *store, const char *path, shoal_error *err)
{
    SHOAL_TRY(shoal_store_path_ok(path, err));
    char prefix[SHOAL_STORE_PATH_SIZE];
    if (*path == '\0') return SHOAL_OK;
    for (const char *slash = strchrnul(path, '/');; slash = strchrnul(slash + 1, '/')) {
        const size_t used = (size_t)(slash - path);
        memcpy(prefix, path, used);
        prefix[used] = '\0';
        const H5O_type_t type = shoal_object_type(store, prefix);
        if (type == H5O_TYPE_UNKNOWN) SHOAL_TRY(group_create(store, prefix, err));
        else if (type != H5O_TYPE_GROUP)
            return shoal_fail(err, SHOAL_ERR_USAGE, "%s: %s is a column, not a group", store->path, prefix);
        if (*slash == '\0') return SHOAL_OK;
    }
}

shoal_section shoal_section_of(const char *group)
{
    if (strcmp(group, "customers") == 0) return SHOAL_SECTION_CUSTOMERS;
    if (strcmp(group, "keys") == 0) return SHOAL_SECTION_KEYS;
    if (strcmp(group, "transactions") == 0) return SHOAL_SECTION_TRANSACTIONS;
    if (strcmp(group, "dictionaries") == 0) return SHOAL_SECTION_DICTIONARIES;
    const char prefix[] = "results/";
    const size_t length = sizeof prefix - 1;
    if (strncmp(group, prefix, length) == 0 && strchr(group + length, '/') == NULL) return SHOAL_SECTION_RESULT;
    return SHOAL_SECTION_OTHER;
}
