/* What the files of the store share. */
#ifndef SHOAL_STORE_INTERNAL_H
#define SHOAL_STORE_INTERNAL_H

#define H5_USE_110_API
#include <hdf5.h>

#include <sys/stat.h>

#include "base/error.h"
#include "store/store.h"

#define SHOAL_DAMAGED "the file is damaged: restore it from a backup or import again"
#define SHOAL_CUSTOMER_ID "customer_id"

enum {
    SHOAL_STORE_NAME_SIZE = 64, /* of a column, group or attribute, with the NUL */
    SHOAL_STORE_PATH_SIZE = 256,
    SHOAL_INFLATE_FACTOR = 1032, /* deflate's best ratio (zlib.h, "Maximum compression factor"): 1032:1 */
};

/* A file that HDF5 reads and writes through shoal's own driver; see disk.c. */
typedef struct shoal_disk {
    int fd;
    int code; /* errno of the first read or write that failed, 0 while all went well */
    bool writable;
} shoal_disk;

struct shoal_store {
    hid_t file;
    shoal_disk disk;
    char *path;      /* as the caller gave it */
    char *temporary; /* the file being written; NULL when reading and once it is renamed */
    bool writable;
    bool unflushed;     /* HDF5 may hold data that are not in the file yet */
    bool replaces;      /* `origin` is what path named when it was opened for update */
    struct stat origin; /* to notice that another program changed it meanwhile */
    int64_t n_customers, n_transactions;
};

/* --- hdf5_error.c --- */

typedef struct shoal_quiet {
    H5E_auto2_t function;
    void *data;
    bool failed; /* a call of HDF5 failed meanwhile */
} shoal_quiet;
void shoal_quiet_begin(shoal_quiet *quiet);
void shoal_quiet_end(shoal_quiet *quiet);
/* HDF5 prints its errors by default: silences this thread until the end of the scope, and for good after a failure. */
#define SHOAL_QUIET_HDF5                                                                                               \
    shoal_quiet shoal_quiet_ __attribute__((cleanup(shoal_quiet_end)));                                                \
    shoal_quiet_begin(&shoal_quiet_)

/* After a call of HDF5 failed: "PATH: what: HDF5's innermost words", and for INPUT how to mend it. The status becomes
 * IO or MEMORY where HDF5 was refused by the system. */
shoal_status shoal_hdf5_fail(const shoal_store *store, shoal_error *err, shoal_status status, const char *format, ...)
    SHOAL_PRINTF(4, 5);
/* INPUT: "PATH: …; the file is damaged …"; both: IO where the disk failed, which may be why something is missing. */
shoal_status shoal_damaged(const shoal_store *store, shoal_error *err, const char *format, ...) SHOAL_PRINTF(3, 4);
/* INPUT: "PATH: …". */
shoal_status shoal_refused(const shoal_store *store, shoal_error *err, const char *format, ...) SHOAL_PRINTF(3, 4);
/* IO if the disk failed since the store was opened, else OK. */
SHOAL_MUST_USE shoal_status shoal_disk_status(const shoal_store *store, shoal_error *err);
/* The guard at the head of every writing call: USAGE where the store is not open for writing. */
SHOAL_MUST_USE shoal_status shoal_write_begin(shoal_store *store, shoal_error *err);
/* The guard at the head of every reading call: USAGE after shoal_store_finish. */
SHOAL_MUST_USE shoal_status shoal_read_begin(const shoal_store *store, shoal_error *err);

/* --- disk.c --- */

/* An access property list by which H5Fopen and H5Fcreate use `disk`, which must outlive the file. */
hid_t shoal_disk_access(shoal_disk *disk);

/* --- lock.c --- */

/* Takes HDF5's shared lock without waiting. Errors: IO, naming HDF5_USE_FILE_LOCKING. */
SHOAL_MUST_USE shoal_status shoal_lock_shared(int fd, const char *path, shoal_error *err);

/* --- links.c --- */

typedef struct shoal_link {
    char *name;
    H5L_type_t type;
} shoal_link;
typedef struct shoal_links {
    int64_t count, capacity;
    shoal_link *items;
    bool failed; /* memory ran out */
} shoal_links;
/* The links of a group in creation order where the file tracks it, else by name. */
SHOAL_MUST_USE shoal_status shoal_links_read(const shoal_store *store, hid_t group, shoal_links *links,
                                             shoal_error *err);
void shoal_links_free(shoal_links *links);

/* 1..63 bytes of UTF-8 without '/' and control characters, not "." or "..". */
bool shoal_store_name_ok(const char *name);
/* USAGE unless every part of path is such a name; "" is the root. */
SHOAL_MUST_USE shoal_status shoal_store_path_ok(const char *path, shoal_error *err);
/* The part after the last slash. */
const char *shoal_store_leaf(const char *path);
/* "group/name" into buffer; USAGE where too long or not made of names. */
SHOAL_MUST_USE shoal_status shoal_store_join(const char *group, const char *name, char buffer[SHOAL_STORE_PATH_SIZE],
                                             shoal_error *err);
bool shoal_link_exists(const shoal_store *store, const char *path);
H5O_type_t shoal_object_type(const shoal_store *store, const char *path); /* H5O_TYPE_UNKNOWN where missing */
/* Makes the group and those above it. */
SHOAL_MUST_USE shoal_status shoal_group_ensure(const shoal_store *store, const char *path, shoal_error *err);
/* Property list of a group that remembers the order of its links. */
hid_t shoal_group_properties(void);

/* What the layout says about a place. */
typedef enum shoal_section {
    SHOAL_SECTION_OTHER,
    SHOAL_SECTION_CUSTOMERS,
    SHOAL_SECTION_KEYS,
    SHOAL_SECTION_TRANSACTIONS,
    SHOAL_SECTION_DICTIONARIES,
    SHOAL_SECTION_RESULT, /* results/NAME */
} shoal_section;
shoal_section shoal_section_of(const char *group);

/* --- dataset.c --- */

typedef struct shoal_dataset {
    hid_t id, file_type, properties;
    shoal_type type;         /* the nearest of ours */
    size_t width;            /* bytes of a fixed-length text */
    int rank;                /* 0, 1 or 2 */
    hsize_t dims[2];         /* 1 where beyond rank */
    bool same_bytes;         /* the file's values have the bytes that memory has */
    bool unsigned64;         /* may not fit int64 */
    bool variable;           /* variable-length text */
    const char *unsupported; /* why no column can hold this type, or NULL */
} shoal_dataset;
/* What shoal_dataset_open needs to be closed safely at any time. */
#define SHOAL_DATASET_CLOSED                                                                                           \
    (shoal_dataset)                                                                                                    \
    {                                                                                                                  \
        .id = H5I_INVALID_HID, .file_type = H5I_INVALID_HID, .properties = H5I_INVALID_HID                             \
    }
/* Opens and describes; refuses storage that is virtual, external, filtered by others or larger than the file can hold,
 * and more than two dimensions. */
SHOAL_MUST_USE shoal_status shoal_dataset_open(const shoal_store *store, const char *path, shoal_dataset *dataset,
                                               shoal_error *err);
void shoal_dataset_close(shoal_dataset *dataset);
/* INPUT where the dataset cannot be a column: more than one dimension or a type that shoal does not know. */
SHOAL_MUST_USE shoal_status shoal_dataset_is_column(const shoal_store *store, const char *path,
                                                    const shoal_dataset *dataset, shoal_error *err);
hid_t shoal_memory_type(shoal_type type); /* not for SHOAL_TEXT; a constant, not to be closed */
hid_t shoal_file_type(shoal_type type);   /* likewise */
/* Padded with NUL; width H5T_VARIABLE for variable length. To be closed. For reading, charset is the file type's: HDF5
 * does not convert between ASCII and UTF-8. */
hid_t shoal_text_type(size_t width, H5T_cset_t charset);

/* Creates a dataset at path (where nothing is yet) with checksummed chunks. */
SHOAL_MUST_USE shoal_status shoal_dataset_create(const shoal_store *store, const char *path, hid_t type, int rank,
                                                 const hsize_t *dims, bool deflate, hid_t *dataset, shoal_error *err);
int64_t shoal_chunk_rows(int64_t length, size_t value_bytes);
/* Writes rows first .. first + count - 1. */
SHOAL_MUST_USE shoal_status shoal_rows_write(const shoal_store *store, hid_t dataset, const char *path, hid_t type,
                                             int64_t first, int64_t count, const void *data, shoal_error *err);

/* --- check.c --- */

/* The whole structure; sets n_customers and n_transactions. */
SHOAL_MUST_USE shoal_status shoal_store_check(shoal_store *store, shoal_error *err);

/* --- checksum.c --- */

/* HDF5's Fletcher-32 of its fletcher32 filter: big-endian 16-bit words, an odd last byte as the high one. */
uint32_t shoal_fletcher32(const void *data, size_t length);

/* --- chunk_read.c --- */

/* Reads a whole 1-D dataset of same_bytes into out, chunks in parallel. *done is false, with nothing wrong, where its
 * storage is not of the kind this knows. */
SHOAL_MUST_USE shoal_status shoal_chunks_read(const shoal_ctx *ctx, shoal_store *store, const char *path,
                                              const shoal_dataset *dataset, void *out, bool *done, shoal_error *err);

/* --- heap.c --- */

/* Where a variable-length text lies. */
typedef struct shoal_reference {
    uint32_t length, index;
    uint64_t address;
} shoal_reference;
/* The references in a dataset or an attribute of n variable-length texts; *references is malloc'ed. */
SHOAL_MUST_USE shoal_status shoal_references_read(const shoal_store *store, hid_t object, bool is_attribute, int64_t n,
                                                  shoal_reference **references, shoal_error *err);
typedef struct shoal_heap shoal_heap;
SHOAL_MUST_USE shoal_status shoal_heap_open(const shoal_store *store, shoal_heap **heap, shoal_error *err);
void shoal_heap_close(shoal_heap *heap);
/* The text up to its first NUL; it lives as long as the heap. */
SHOAL_MUST_USE shoal_status shoal_heap_text(shoal_heap *heap, const shoal_reference *reference, const char **text,
                                            size_t *length, shoal_error *err);

/* --- text_read.c --- */

/* Reads a whole text dataset into *data of *width bytes a value, padded with NUL, and checks that it is UTF-8. */
SHOAL_MUST_USE shoal_status shoal_texts_read(const shoal_ctx *ctx, shoal_store *store, const char *path,
                                             const shoal_dataset *dataset, char **data, size_t *width,
                                             shoal_error *err);

/* --- column_read.c --- */

/* Reads a whole numeric dataset in its own type. */
SHOAL_MUST_USE shoal_status shoal_numbers_read(const shoal_ctx *ctx, shoal_store *store, const char *path,
                                               const shoal_dataset *dataset, void *data, shoal_error *err);

/* --- convert.c --- */

/* One numeric column to another type: NaN and `valid` = 0 carry over as missing values. *valid is malloc'ed or NULL.
 * Errors: INPUT where a value does not survive (names row and value). */
SHOAL_MUST_USE shoal_status shoal_convert(const shoal_column *from, shoal_type type, void *data, uint8_t **valid,
                                          shoal_error *err);
int64_t shoal_type_min(shoal_type type); /* of an integer type: the value that stands for a missing one */

/* --- attribute.c --- */

typedef enum shoal_found { SHOAL_FOUND_NONE, SHOAL_FOUND_OTHER, SHOAL_FOUND_VALUE } shoal_found;
/* Attributes of an open object. OTHER: it is there, but not one text or number. */
shoal_found shoal_attribute_text(const shoal_store *store, hid_t object, const char *name, char *value, size_t size);
shoal_found shoal_attribute_f64(hid_t object, const char *name, double *value);
shoal_found shoal_attribute_i64(hid_t object, const char *name, int64_t *value);
/* One value, or `count` of them as a vector; replaces what was there. */
SHOAL_MUST_USE shoal_status shoal_attribute_write(const shoal_store *store, hid_t object, const char *name,
                                                  hid_t file_type, hid_t memory_type, const void *value,
                                                  shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_attribute_write_list(const shoal_store *store, hid_t object, const char *name,
                                                       hid_t file_type, hid_t memory_type, hsize_t count,
                                                       const void *values, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_attribute_write_text(const shoal_store *store, hid_t object, const char *name,
                                                       const char *value, shoal_error *err);

/* --- scale.c --- */

/* Makes the column one over the dimension customer_id, as netCDF readers want it, in the groups that have it. */
SHOAL_MUST_USE shoal_status shoal_scale_attach(const shoal_store *store, const char *group, hid_t dataset,
                                               shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_scale_make(const shoal_store *store, hid_t dataset, shoal_error *err);

/* --- remove.c --- */

SHOAL_MUST_USE shoal_status shoal_remove(shoal_store *store, const char *path, shoal_error *err);

/* --- create.c --- */

/* Root attributes, groups and /customers/customer_id of a new file. */
SHOAL_MUST_USE shoal_status shoal_layout_create(const shoal_store *store, shoal_error *err);

#endif
