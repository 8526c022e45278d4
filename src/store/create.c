/* What a new store begins with. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <shoal/version.h>

#include "base/date.h"
#include "base/memory.h"
#include "store/store_internal.h"

/* A random UUID (RFC 4122, version 4). */
static void uuid_make(char text[37])
{
    unsigned char bytes[16] = {0};
    const ssize_t got = getrandom(bytes, sizeof bytes, 0);
    (void)got; /* up to 256 bytes are never cut short (getrandom(2)) */
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    char *to = text;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
        to += snprintf(to, 3, "%02x", bytes[i]);
    }
}

static shoal_status root_attributes(const shoal_store *store, shoal_error *err)
{
    char uuid[37], created[SHOAL_DATE_SIZE];
    const int32_t version = SHOAL_STORE_VERSION;
    uuid_make(uuid);
    SHOAL_TRY(shoal_attribute_write_text(store, store->file, "format", "shoal", err));
    SHOAL_TRY(
        shoal_attribute_write(store, store->file, "format_version", H5T_STD_I32LE, H5T_NATIVE_INT32, &version, err));
    SHOAL_TRY(shoal_attribute_write_text(store, store->file, "uuid", uuid, err));
    SHOAL_TRY(shoal_attribute_write_text(store, store->file, "created", shoal_date_now(created), err));
    SHOAL_TRY(shoal_attribute_write_text(store, store->file, "creator", "shoal " SHOAL_VERSION, err));
    return shoal_attribute_write_text(store, store->file, "Conventions", "CF-1.10", err);
}

static shoal_status numbers_write(const shoal_store *store, hid_t dataset, const char *path, shoal_error *err)
{
    enum { SLAB = 1 << 20 };
    const int64_t n = store->n_customers;
    int64_t *numbers;
    shoal_status status = SHOAL_OK;
    SHOAL_TRY(shoal_alloc(n < SLAB ? n : SLAB, sizeof *numbers, &numbers, err));
    for (int64_t first = 0; first < n; first += SLAB) {
        const int64_t count = n - first < SLAB ? n - first : SLAB;
        for (int64_t i = 0; i < count; i++) numbers[i] = first + i;
        SHOAL_TRY_OUT(shoal_rows_write(store, dataset, path, H5T_NATIVE_INT64, first, count, numbers, err));
    }
out:
    free(numbers);
    return status;
}

static shoal_status customer_id_create(const shoal_store *store, shoal_error *err)
{
    const char *path = "customers/" SHOAL_CUSTOMER_ID;
    const hsize_t length = (hsize_t)store->n_customers;
    hid_t dataset = H5I_INVALID_HID;
    shoal_status status;
    /* 0, 1, 2 … nobody reads at speed: the one column worth compressing */
    SHOAL_TRY_OUT(shoal_dataset_create(store, path, H5T_STD_I64LE, 1, &length, true, &dataset, err));
    SHOAL_TRY_OUT(numbers_write(store, dataset, path, err));
    SHOAL_TRY_OUT(shoal_scale_make(store, dataset, err));
    SHOAL_TRY_OUT(shoal_attribute_write_text(store, dataset, "long_name", "number of the customer in this store", err));
    SHOAL_TRY_OUT(shoal_attribute_write_text(store, dataset, "role", "index", err));
out:
    if (dataset >= 0 && H5Dclose(dataset) < 0 && status == SHOAL_OK)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write %s", path);
    return status;
}

shoal_status shoal_layout_create(const shoal_store *store, shoal_error *err)
{
    SHOAL_TRY(root_attributes(store, err));
    SHOAL_TRY(shoal_group_ensure(store, "customers", err));
    SHOAL_TRY(customer_id_create(store, err));
    return shoal_disk_status(store, err);
}
