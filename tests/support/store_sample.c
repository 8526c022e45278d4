/* Writes, reads and updates stores for the script tests.
 *
 *   store_sample write PATH [CUSTOMERS]      a store with something of everything
 *   store_sample dump PATH                   everything that can be read, as text: equal texts mean equal stores
 *   store_sample update PATH                 adds results/again
 *   store_sample grow PATH CUSTOMERS COLUMNS a new store of that many float64 columns
 *
 * The exit status is that of the command: 3 bad input, 4 input/output …; the message goes to stderr. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/store.h"

static shoal_status put(shoal_store *store, const char *group, shoal_column column, const char *role, shoal_error *err)
{
    return shoal_store_write(store, group, &column, role, err);
}

static shoal_status write_customers(shoal_store *store, int64_t n, shoal_error *err)
{
    float *f = NULL;
    int32_t *codes = NULL;
    int64_t *days = NULL;
    uint8_t *valid = NULL;
    char *keys = NULL;
    shoal_status status;
    enum { WIDTH = 12 };
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *f, &f, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *codes, &codes, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *days, &days, err));
    SHOAL_TRY_OUT(shoal_alloc(n, 1, &valid, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(n, WIDTH, &keys, err));
    for (int64_t i = 0; i < n; i++) {
        f[i] = i % 7 == 3 ? NAN : (float)i * 0.5f;
        codes[i] = (int32_t)(i % 3);
        days[i] = 1000 - i;
        valid[i] = i % 5 != 4;
        char key[32];
        snprintf(key, sizeof key, "k\xC3\xA9y-%lld", (long long)(i % 10000000));
        memcpy(keys + i * WIDTH, key, strnlen(key, WIDTH));
    }
    SHOAL_TRY_OUT(put(
        store, "customers",
        (shoal_column){
            .name = "monetary", .type = SHOAL_F32, .length = n, .data = f, .units = "EUR", .long_name = "money spent"},
        "feature", err));
    SHOAL_TRY_OUT(
        put(store, "customers",
            (shoal_column){
                .name = "recency_days", .type = SHOAL_I64, .length = n, .data = days, .valid = valid, .units = "day"},
            "feature", err));
    SHOAL_TRY_OUT(put(store, "customers",
                      (shoal_column){.name = "region", .type = SHOAL_I32, .length = n, .data = codes}, "category",
                      err));
    static const char regions[3][16] = {"north west", "south", "\xC3\x96st, rest"};
    const shoal_column texts = {.name = "region", .type = SHOAL_TEXT, .width = 16, .length = 3, .data = regions};
    SHOAL_TRY_OUT(put(store, "dictionaries", texts, NULL, err));
    SHOAL_TRY_OUT(shoal_store_write_flags(store, "customers", "region", &texts, err));
    SHOAL_TRY_OUT(
        put(store, "keys",
            (shoal_column){.name = "external_id", .type = SHOAL_TEXT, .width = WIDTH, .length = n, .data = keys}, "key",
            err));
    SHOAL_TRY_OUT(put(store, "results/kmeans",
                      (shoal_column){.name = "label", .type = SHOAL_I32, .length = n, .data = codes}, "label", err));
out:
    free(f);
    free(codes);
    free(days);
    free(valid);
    free(keys);
    return status;
}

static shoal_status write_rest(shoal_store *store, int64_t n, shoal_error *err)
{
    enum { LINES = 3 };
    int64_t *customer = NULL, *time = NULL;
    double *amount = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(n * LINES, sizeof *customer, &customer, err));
    SHOAL_TRY_OUT(shoal_alloc(n * LINES, sizeof *time, &time, err));
    SHOAL_TRY_OUT(shoal_alloc(n * LINES, sizeof *amount, &amount, err));
    for (int64_t i = 0; i < n * LINES; i++) {
        customer[i] = i / LINES;
        time[i] = 852076800 + i % LINES * 86400;
        amount[i] = (double)i / 8;
    }
    SHOAL_TRY_OUT(put(store, "transactions",
                      (shoal_column){.name = "customer", .type = SHOAL_I64, .length = n * LINES, .data = customer},
                      NULL, err));
    SHOAL_TRY_OUT(put(
        store, "transactions",
        (shoal_column){
            .name = "time", .type = SHOAL_I64, .length = n * LINES, .data = time, .units = "seconds since 1970-01-01"},
        NULL, err));
    SHOAL_TRY_OUT(put(store, "transactions",
                      (shoal_column){.name = "amount", .type = SHOAL_F64, .length = n * LINES, .data = amount}, NULL,
                      err));
    static const double centroids[] = {1, 2, 3, 4, 5, 6};
    static const char *const names[] = {"champions", "at risk"};
    SHOAL_TRY_OUT(shoal_store_set_text(store, "models/kmeans", "kind", "kmeans", err));
    SHOAL_TRY_OUT(shoal_store_set_i64(store, "models/kmeans", "seed", 42, err));
    SHOAL_TRY_OUT(shoal_store_set_f64(store, "models/kmeans", "inertia", 0.1, err));
    SHOAL_TRY_OUT(shoal_store_write_array(store, "models/kmeans/centroids", 3, 2, centroids, err));
    SHOAL_TRY_OUT(shoal_store_write_texts(store, "models/kmeans/names", 2, names, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, "results/kmeans", "model", "kmeans", err));
out:
    free(customer);
    free(time);
    free(amount);
    return status;
}

static shoal_status command_write(const char *path, int64_t n, shoal_error *err)
{
    shoal_store *store;
    shoal_status status;
    SHOAL_TRY(shoal_store_create(path, n, &store, err));
    SHOAL_TRY_OUT(write_customers(store, n, err));
    SHOAL_TRY_OUT(write_rest(store, n, err));
    return shoal_store_commit(&store, err);
out:
    shoal_store_close(store);
    return status;
}

static uint64_t fnv1a(const void *data, size_t length, uint64_t hash)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return hash;
}

static void print_column(const shoal_store_column_info *info, const shoal_column *c)
{
    const size_t size = shoal_type_size(c->type, c->width);
    uint64_t hash = fnv1a(c->data, (size_t)c->length * size, 0xcbf29ce484222325u);
    if (c->valid != NULL) hash = fnv1a(c->valid, (size_t)c->length, hash);
    printf("%s/%s %s[%lld] width %zu units '%s' role '%s' long '%s' valid %d hash %016llx", info->group, info->name,
           shoal_type_name(c->type), (long long)c->length, c->width, info->units, info->role,
           c->long_name == NULL ? "" : c->long_name, c->valid != NULL, (unsigned long long)hash);
    for (int64_t i = 0; i < c->length && i < 3; i++) {
        if (c->type != SHOAL_TEXT) printf(" %.17g", shoal_column_f64(c, i));
        else printf(" '%.*s'", (int)c->width, (const char *)c->data + (size_t)i * c->width);
    }
    printf("\n");
}

static shoal_status dump_model(shoal_store *store, const char *name, shoal_error *err)
{
    char path[128], text[64];
    double inertia;
    int64_t seed, rows, columns;
    double *values;
    int n;
    char(*texts)[64];
    snprintf(path, sizeof path, "models/%s", name);
    SHOAL_TRY(shoal_store_get_text(store, path, "kind", text, sizeof text, err));
    SHOAL_TRY(shoal_store_get_i64(store, path, "seed", &seed, err));
    SHOAL_TRY(shoal_store_get_f64(store, path, "inertia", &inertia, err));
    printf("model %s kind %s seed %lld inertia %.17g", name, text, (long long)seed, inertia);
    snprintf(path, sizeof path, "models/%s/centroids", name);
    SHOAL_TRY(shoal_store_read_array(store, path, &rows, &columns, &values, err));
    printf(" centroids %lldx%lld", (long long)rows, (long long)columns);
    for (int64_t i = 0; i < rows * columns; i++) printf(" %.17g", values[i]);
    free(values);
    snprintf(path, sizeof path, "models/%s/names", name);
    SHOAL_TRY(shoal_store_read_texts(store, path, &n, &texts, err));
    for (int i = 0; i < n; i++) printf(" '%s'", texts[i]);
    free(texts);
    printf("\n");
    return SHOAL_OK;
}

static shoal_status dump_columns(shoal_store *store, shoal_error *err)
{
    int n;
    shoal_store_column_info *infos;
    shoal_status status = SHOAL_OK;
    SHOAL_TRY(shoal_store_list(store, "", &n, &infos, err));
    for (int i = 0; i < n && status == SHOAL_OK; i++) {
        shoal_table table = {0};
        status = shoal_store_read_native(NULL, store, infos[i].group, infos[i].name, &table, err);
        if (status == SHOAL_OK) print_column(&infos[i], &table.columns[0]);
        shoal_table_free(&table);
    }
    free(infos);
    return status;
}

static shoal_status command_dump(const char *path, shoal_error *err)
{
    shoal_store *store;
    shoal_status status;
    int n = 0;
    char(*names)[64] = NULL;
    SHOAL_TRY(shoal_store_open(path, SHOAL_STORE_READ, &store, err));
    printf("%lld customers, %lld transactions\n", (long long)shoal_store_customers(store),
           (long long)shoal_store_transactions(store));
    SHOAL_TRY_OUT(dump_columns(store, err));
    SHOAL_TRY_OUT(shoal_store_children(store, "models", &n, &names, err));
    for (int i = 0; i < n; i++) SHOAL_TRY_OUT(dump_model(store, names[i], err));
out:
    free(names);
    shoal_store_close(store);
    return status;
}

static shoal_status command_update(const char *path, shoal_error *err)
{
    shoal_store *store;
    shoal_status status;
    double *scores = NULL;
    SHOAL_TRY(shoal_store_open(path, SHOAL_STORE_UPDATE, &store, err));
    const int64_t n = shoal_store_customers(store);
    SHOAL_TRY_OUT(shoal_alloc_zero(n, sizeof *scores, &scores, err));
    SHOAL_TRY_OUT(put(store, "results/again",
                      (shoal_column){.name = "score", .type = SHOAL_F64, .length = n, .data = scores}, "score", err));
    free(scores);
    return shoal_store_commit(&store, err);
out:
    free(scores);
    shoal_store_close(store);
    return status;
}

static shoal_status command_grow(const char *path, int64_t n, int columns, shoal_error *err)
{
    shoal_store *store;
    shoal_status status;
    double *values = NULL;
    SHOAL_TRY(shoal_store_create(path, n, &store, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *values, &values, err));
    for (int64_t i = 0; i < n; i++) values[i] = sin((double)i);
    for (int i = 0; i < columns; i++) {
        char name[32];
        snprintf(name, sizeof name, "c%d", i);
        SHOAL_TRY_OUT(put(store, "customers",
                          (shoal_column){.name = name, .type = SHOAL_F64, .length = n, .data = values}, "feature",
                          err));
    }
    free(values);
    return shoal_store_commit(&store, err);
out:
    free(values);
    shoal_store_close(store);
    return status;
}

int main(int argc, char **argv)
{
    shoal_error err = {0};
    shoal_status status = SHOAL_ERR_USAGE;
    const char *command = argc > 2 ? argv[1] : "";
    const int64_t n = argc > 3 ? strtoll(argv[3], NULL, 10) : 1000;
    if (strcmp(command, "write") == 0) status = command_write(argv[2], n, &err);
    else if (strcmp(command, "dump") == 0) status = command_dump(argv[2], &err);
    else if (strcmp(command, "update") == 0) status = command_update(argv[2], &err);
    else if (strcmp(command, "grow") == 0 && argc > 4)
        status = command_grow(argv[2], n, (int)strtol(argv[4], NULL, 10), &err);
    if (status < 0) fprintf(stderr, "%s: %s\n", shoal_status_name(status), err.message);
    return status < 0 ? -status : 0;
}
