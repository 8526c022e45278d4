#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/store.h"

static char folder[] = "/tmp/shoal-store-XXXXXX";
static char path[64];
static shoal_error err;

static void setup(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store.h5", folder);
}

static int files_in_folder(void)
{
    int n = 0;
    DIR *dir = opendir(folder);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) n++;
    closedir(dir);
    return n;
}

static void teardown(void)
{
    chmod(folder, 0700);
    unlink(path);
    cr_expect_eq(rmdir(folder), 0, "something was left in %s", folder);
}

#define ok(call) cr_assert_eq((call), SHOAL_OK, "%s", err.message)
#define fails(status, words, call)                                                                                     \
    do {                                                                                                               \
        err.message[0] = '\0';                                                                                         \
        cr_assert_eq((call), (status), "%s", err.message);                                                             \
        cr_assert_not_null(strstr(err.message, words), "'%s' is not in: %s", words, err.message);                      \
    } while (0)

static shoal_store *create(int64_t n)
{
    shoal_store *store;
    ok(shoal_store_create(path, n, &store, &err));
    return store;
}

static shoal_store *open_store(shoal_store_mode mode)
{
    shoal_store *store;
    ok(shoal_store_open(path, mode, &store, &err));
    return store;
}

static shoal_table read_as(shoal_store *store, const char *group, const char *name, shoal_type as)
{
    shoal_table table = {0};
    ok(shoal_store_read(NULL, store, group, name, as, &table, &err));
    return table;
}

TestSuite(store, .init = setup, .fini = teardown);

Test(store, every_type_comes_back)
{
    const float f32[] = {1.5f, -0.0f, NAN, INFINITY, 1e-45f};
    const double f64[] = {0.1, NAN, -INFINITY, 5e-324, 1e308};
    const int8_t i8[] = {-128, -1, 0, 1, 127};
    const int16_t i16[] = {INT16_MIN, -1, 0, 1, INT16_MAX};
    const int32_t i32[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
    const int64_t i64[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    const shoal_column columns[] = {
        {.name = "f32",
         .type = SHOAL_F32,
         .length = 5,
         .data = f32,
         .units = "EUR",
         .long_name = "Gr\xC3\xB6\xC3\x9F"
                      "e"},
        {.name = "f64", .type = SHOAL_F64, .length = 5, .data = f64},
        {.name = "i8", .type = SHOAL_I8, .length = 5, .data = i8},
        {.name = "i16", .type = SHOAL_I16, .length = 5, .data = i16},
        {.name = "i32", .type = SHOAL_I32, .length = 5, .data = i32},
        {.name = "i64", .type = SHOAL_I64, .length = 5, .data = i64},
    };
    const int n = (int)(sizeof columns / sizeof columns[0]);
    shoal_store *store = create(5);
    for (int i = 0; i < n; i++) ok(shoal_store_write(store, "customers", &columns[i], "feature", &err));
    ok(shoal_store_commit(&store, &err));
    cr_assert_null(store);
    store = open_store(SHOAL_STORE_READ);
    cr_assert_eq(shoal_store_customers(store), 5);
    cr_assert_eq(shoal_store_transactions(store), 0);
    shoal_table table = {0};
    for (int i = 0; i < n; i++) ok(shoal_store_read_native(NULL, store, "customers", columns[i].name, &table, &err));
    cr_assert_eq(table.n_columns, n);
    cr_assert_eq(table.n_rows, 5);
    for (int i = 0; i < n; i++) {
        const shoal_column *c = &table.columns[i];
        cr_assert_eq(c->type, columns[i].type);
        cr_assert_str_eq(c->name, columns[i].name);
        cr_assert_eq(memcmp(c->data, columns[i].data, 5 * shoal_type_size(c->type, 0)), 0, "%s", c->name);
        cr_assert_null(c->valid);
    }
    cr_assert_str_eq(table.columns[0].units, "EUR");
    cr_assert_str_eq(table.columns[0].long_name, columns[0].long_name);
    cr_assert_null(table.columns[1].units);
    shoal_table_free(&table);
    shoal_store_close(store);
}

Test(store, texts_come_back)
{
    const char texts[4][8] = {"a", "\xC3\xA4\xC3\xA4\xF0\x9F\x90\x9F", "", "12345678"}; /* the last two fill all */
    shoal_store *store = create(4);
    const shoal_column key = {.name = "external_id", .type = SHOAL_TEXT, .width = 8, .length = 4, .data = texts};
    ok(shoal_store_write(store, "keys", &key, "key", &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    shoal_table table = read_as(store, "keys", "external_id", SHOAL_TEXT);
    cr_assert_eq(table.columns[0].width, 8);
    cr_assert_eq(memcmp(table.columns[0].data, texts, sizeof texts), 0);
    shoal_table_free(&table);
    fails(SHOAL_ERR_INPUT, "text", shoal_store_read(NULL, store, "keys", "external_id", SHOAL_F64, &table, &err));
    shoal_store_close(store);
}

Test(store, missing_integers)
{
    const int32_t values[] = {7, 8, 9};
    const uint8_t valid[] = {1, 0, 1};
    const shoal_column column = {.name = "visits", .type = SHOAL_I32, .length = 3, .data = values, .valid = valid};
    shoal_store *store = create(3);
    ok(shoal_store_write(store, "customers", &column, NULL, &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    shoal_table table = {0};
    ok(shoal_store_read_native(NULL, store, "customers", "visits", &table, &err));
    cr_assert(table.columns[0].valid[0] && !table.columns[0].valid[1] && table.columns[0].valid[2]);
    ok(shoal_store_read(NULL, store, "customers", "visits", SHOAL_F32, &table, &err));
    const float *f = table.columns[1].data;
    cr_assert(f[0] == 7 && isnan(f[1]) && f[2] == 9);
    cr_assert_null(table.columns[1].valid);
    ok(shoal_store_read(NULL, store, "customers", "visits", SHOAL_I8, &table, &err));
    const int8_t *i = table.columns[2].data;
    cr_assert(i[0] == 7 && i[2] == 9 && !table.columns[2].valid[1]);
    shoal_table_free(&table);
    double fill;
    ok(shoal_store_get_f64(store, "customers/visits", "_FillValue", &fill, &err));
    cr_assert_eq(fill, (double)INT32_MIN);
    shoal_store_close(store);
}

Test(store, the_value_that_stands_for_missing_is_refused)
{
    const int8_t values[] = {1, INT8_MIN};
    const uint8_t valid[] = {0, 1};
    const shoal_column column = {.name = "x", .type = SHOAL_I8, .length = 2, .data = values, .valid = valid};
    shoal_store *store = create(2);
    fails(SHOAL_ERR_INPUT, "row 1: -128", shoal_store_write(store, "customers", &column, NULL, &err));
    shoal_store_close(store);
}

Test(store, conversions_keep_every_value_or_fail)
{
    const double halves[] = {1.5, NAN}, whole[] = {300, NAN}, fine[] = {0.1, 1};
    const int64_t large[] = {(INT64_C(1) << 53) + 1, 0}, end[] = {INT64_MAX, 0};
    shoal_store *store = create(2);
    const shoal_column columns[] = {
        {.name = "halves", .type = SHOAL_F64, .length = 2, .data = halves},
        {.name = "whole", .type = SHOAL_F64, .length = 2, .data = whole},
        {.name = "fine", .type = SHOAL_F64, .length = 2, .data = fine},
        {.name = "large", .type = SHOAL_I64, .length = 2, .data = large},
        {.name = "end", .type = SHOAL_I64, .length = 2, .data = end},
    };
    for (int i = 0; i < 5; i++) ok(shoal_store_write(store, "customers", &columns[i], NULL, &err));
    shoal_table table = read_as(store, "customers", "halves", SHOAL_F32);
    cr_assert_eq(((const float *)table.columns[0].data)[0], 1.5f);
    ok(shoal_store_read(NULL, store, "customers", "whole", SHOAL_I16, &table, &err));
    cr_assert_eq(((const int16_t *)table.columns[1].data)[0], 300);
    cr_assert_eq(table.columns[1].valid[1], 0);
    const int before = table.n_columns;
    fails(SHOAL_ERR_INPUT, "1.5 does not fit int32",
          shoal_store_read(NULL, store, "customers", "halves", SHOAL_I32, &table, &err));
    fails(SHOAL_ERR_INPUT, "300 does not fit int8",
          shoal_store_read(NULL, store, "customers", "whole", SHOAL_I8, &table, &err));
    fails(SHOAL_ERR_INPUT, "row 0", shoal_store_read(NULL, store, "customers", "fine", SHOAL_F32, &table, &err));
    fails(SHOAL_ERR_INPUT, "9007199254740993 does not fit float64",
          shoal_store_read(NULL, store, "customers", "large", SHOAL_F64, &table, &err));
    fails(SHOAL_ERR_INPUT, "9223372036854775807 does not fit float64",
          shoal_store_read(NULL, store, "customers", "end", SHOAL_F64, &table, &err));
    cr_assert_eq(table.n_columns, before, "a failed read leaves the table as it was");
    shoal_table_free(&table);
    shoal_store_close(store);
}

/* lengths around the chunk, which is 128 Ki rows of 4 bytes */
Test(store, lengths_around_the_chunk)
{
    const int64_t lengths[] = {1, 131071, 131072, 131073, 262144, 300001};
    for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
        const int64_t n = lengths[k];
        float *values;
        ok(shoal_alloc(n, sizeof *values, &values, &err));
        for (int64_t i = 0; i < n; i++) values[i] = (float)(i * 7 % 1000) / 3;
        shoal_store *store = create(n);
        const shoal_column column = {.name = "v", .type = SHOAL_F32, .length = n, .data = values};
        ok(shoal_store_write(store, "customers", &column, NULL, &err));
        ok(shoal_store_commit(&store, &err));
        for (int threads = 1; threads <= 3; threads++) {
            shoal_ctx ctx = shoal_ctx_default();
            ctx.threads = threads;
            shoal_table table = {0};
            store = open_store(SHOAL_STORE_READ);
            ok(shoal_store_read(&ctx, store, "customers", "v", SHOAL_F32, &table, &err));
            ok(shoal_store_read(&ctx, store, "customers", "customer_id", SHOAL_I64, &table, &err));
            cr_assert_eq(memcmp(table.columns[0].data, values, (size_t)n * sizeof *values), 0);
            for (int64_t i = 0; i < n; i++) cr_assert_eq(((const int64_t *)table.columns[1].data)[i], i);
            shoal_table_free(&table);
            shoal_store_close(store);
        }
        free(values);
    }
}

Test(store, no_customers)
{
    shoal_store *store = create(0);
    const shoal_column x = {.name = "x", .type = SHOAL_F32, .length = 0, .data = ""};
    const shoal_column key = {.name = "external_id", .type = SHOAL_TEXT, .width = 3, .length = 0, .data = ""};
    ok(shoal_store_write(store, "customers", &x, NULL, &err));
    ok(shoal_store_write(store, "keys", &key, NULL, &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_UPDATE);
    cr_assert_eq(shoal_store_customers(store), 0);
    shoal_table table = read_as(store, "customers", "x", SHOAL_F32);
    ok(shoal_store_read(NULL, store, "keys", "external_id", SHOAL_TEXT, &table, &err));
    cr_assert_eq(table.n_columns, 2);
    shoal_table_free(&table);
    shoal_store_close(store);
}

Test(store, replacing_columns_does_not_grow_the_file)
{
    enum { N = 100000 };
    float *values;
    ok(shoal_alloc_zero(N, sizeof *values, &values, &err));
    shoal_store *store = create(N);
    shoal_column column = {.name = "score", .type = SHOAL_F32, .length = N, .data = values, .units = "1"};
    ok(shoal_store_write(store, "results/a", &column, "score", &err));
    ok(shoal_store_commit(&store, &err));
    struct stat before, after;
    cr_assert_eq(stat(path, &before), 0);
    for (int i = 0; i < 10; i++) {
        store = open_store(SHOAL_STORE_UPDATE);
        values[0] = (float)i;
        column.units = i % 2 == 0 ? "1" : "day";
        ok(shoal_store_write(store, "results/a", &column, "score", &err));
        ok(shoal_store_commit(&store, &err));
    }
    cr_assert_eq(stat(path, &after), 0);
    cr_expect_lt(after.st_size, before.st_size + before.st_size / 4);
    store = open_store(SHOAL_STORE_READ);
    shoal_table table = read_as(store, "results/a", "score", SHOAL_F32);
    cr_assert_eq(((const float *)table.columns[0].data)[0], 9);
    cr_assert_str_eq(table.columns[0].units, "day");
    shoal_table_free(&table);
    shoal_store_close(store);
    free(values);
}

Test(store, what_is_written_can_be_read_before_the_commit)
{
    const double values[] = {1, 2, 3};
    shoal_store *store = create(3);
    const shoal_column column = {.name = "x", .type = SHOAL_F64, .length = 3, .data = values};
    for (int i = 0; i < 3; i++) {
        ok(shoal_store_write(store, "customers", &column, NULL, &err));
        shoal_table table = read_as(store, "customers", "x", SHOAL_F64);
        cr_assert_eq(memcmp(table.columns[0].data, values, sizeof values), 0);
        shoal_table_free(&table);
    }
    shoal_store_close(store);
}

Test(store, attributes)
{
    char text[32], tight[5];
    double f;
    int64_t i;
    shoal_store *store = create(1);
    ok(shoal_store_set_text(store, "models/m", "kind", "kmeans", &err));
    ok(shoal_store_set_text(store, "models/m", "kind", "rfm", &err));
    ok(shoal_store_set_text(store, "models/m", "empty", "", &err));
    ok(shoal_store_set_f64(store, "models/m", "tol", 1e-4, &err));
    ok(shoal_store_set_f64(store, "models/m", "nan", NAN, &err));
    ok(shoal_store_set_i64(store, "models/m", "seed", INT64_MIN, &err));
    ok(shoal_store_set_text(store, "", "note", "\xC3\xA4\xC3\xA4\xC3\xA4", &err));
    ok(shoal_store_set_text(store, "customers/customer_id", "comment", "here", &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    ok(shoal_store_get_text(store, "models/m", "kind", text, sizeof text, &err));
    cr_assert_str_eq(text, "rfm");
    ok(shoal_store_get_text(store, "models/m", "empty", text, sizeof text, &err));
    cr_assert_str_eq(text, "");
    ok(shoal_store_get_f64(store, "models/m", "tol", &f, &err));
    cr_assert_eq(f, 1e-4);
    ok(shoal_store_get_f64(store, "models/m", "nan", &f, &err));
    cr_assert(isnan(f));
    ok(shoal_store_get_i64(store, "models/m", "seed", &i, &err));
    cr_assert_eq(i, INT64_MIN);
    ok(shoal_store_get_text(store, "", "note", tight, sizeof tight, &err));
    cr_assert_str_eq(tight, "\xC3\xA4\xC3\xA4", "cut between letters");
    ok(shoal_store_get_text(store, "", "format", text, sizeof text, &err));
    cr_assert_str_eq(text, "shoal");
    cr_assert(shoal_store_has_attribute(store, "models/m", "tol"));
    cr_assert_not(shoal_store_has_attribute(store, "models/m", "nothing"));
    cr_assert_not(shoal_store_has_attribute(store, "models/none", "tol"));
    fails(SHOAL_ERR_INPUT, "no attribute nothing", shoal_store_get_f64(store, "models/m", "nothing", &f, &err));
    fails(SHOAL_ERR_INPUT, "not one number", shoal_store_get_f64(store, "models/m", "kind", &f, &err));
    fails(SHOAL_ERR_INPUT, "not one whole number", shoal_store_get_i64(store, "models/m", "tol", &i, &err));
    fails(SHOAL_ERR_INPUT, "not one text", shoal_store_get_text(store, "models/m", "tol", text, sizeof text, &err));
    fails(SHOAL_ERR_INPUT, "there is no", shoal_store_get_text(store, "models/x", "tol", text, sizeof text, &err));
    shoal_store_close(store);
}

Test(store, attributes_beyond_64_KiB)
{
    char *text = malloc(200001), *back = malloc(200001);
    memset(text, 'x', 200000);
    text[200000] = '\0';
    shoal_store *store = create(1);
    ok(shoal_store_set_text(store, "models/m", "long", text, &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    ok(shoal_store_get_text(store, "models/m", "long", back, 200001, &err));
    cr_assert_str_eq(back, text);
    shoal_store_close(store);
    free(text);
    free(back);
}

Test(store, arrays_and_texts)
{
    const double vector[] = {1, NAN, 3}, matrix[] = {1, 2, 3, 4, 5, 6};
    const char *const names[] = {"champions", "",
                                 "a name of more than sixty-three bytes is cut between its letters: \xC3\xA4\xC3\xA4"};
    shoal_store *store = create(1);
    ok(shoal_store_write_array(store, "models/m/v", 3, 1, vector, &err));
    ok(shoal_store_write_array(store, "models/m/w", 2, 3, matrix, &err));
    ok(shoal_store_write_array(store, "models/m/w", 3, 2, matrix, &err));
    ok(shoal_store_write_array(store, "models/m/none", 0, 2, matrix, &err));
    ok(shoal_store_write_texts(store, "models/m/names", 3, names, &err));
    ok(shoal_store_write_texts(store, "models/m/nobody", 0, NULL, &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    int64_t rows, columns;
    double *values;
    ok(shoal_store_read_array(store, "models/m/v", &rows, &columns, &values, &err));
    cr_assert(rows == 3 && columns == 1 && values[0] == 1 && isnan(values[1]) && values[2] == 3);
    free(values);
    ok(shoal_store_read_array(store, "models/m/w", &rows, &columns, &values, &err));
    cr_assert(rows == 3 && columns == 2 && memcmp(values, matrix, sizeof matrix) == 0);
    free(values);
    ok(shoal_store_read_array(store, "models/m/none", &rows, &columns, &values, &err));
    cr_assert(rows == 0 && columns == 2);
    free(values);
    int n;
    char(*texts)[64];
    ok(shoal_store_read_texts(store, "models/m/names", &n, &texts, &err));
    cr_assert_eq(n, 3);
    cr_assert_str_eq(texts[0], "champions");
    cr_assert_str_eq(texts[1], "");
    cr_assert(strlen(texts[2]) <= 63 && strncmp(texts[2], names[2], strlen(texts[2])) == 0);
    free(texts);
    ok(shoal_store_read_texts(store, "models/m/nobody", &n, &texts, &err));
    cr_assert_eq(n, 0);
    free(texts);
    fails(SHOAL_ERR_INPUT, "no list of texts", shoal_store_read_texts(store, "models/m/v", &n, &texts, &err));
    fails(SHOAL_ERR_INPUT, "no array", shoal_store_read_array(store, "models/m/names", &rows, &columns, &values, &err));
    fails(SHOAL_ERR_INPUT, "there is no", shoal_store_read_array(store, "models/x", &rows, &columns, &values, &err));
    shoal_store_close(store);
}

Test(store, list_children_has_remove)
{
    const int32_t values[] = {1, 2};
    const shoal_column z = {.name = "zebra", .type = SHOAL_I32, .length = 2, .data = values, .units = "1"};
    const shoal_column a = {.name = "ant", .type = SHOAL_I32, .length = 2, .data = values};
    shoal_store *store = create(2);
    ok(shoal_store_write(store, "customers", &z, "feature", &err));
    ok(shoal_store_write(store, "customers", &a, NULL, &err));
    ok(shoal_store_write(store, "results/two", &a, "label", &err));
    ok(shoal_store_write(store, "results/one", &z, "label", &err));
    ok(shoal_store_set_i64(store, "models/two", "seed", 1, &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_UPDATE);
    int n;
    shoal_store_column_info *infos;
    char(*names)[64];
    ok(shoal_store_list(store, "", &n, &infos, &err));
    const char *const expected[] = {"customers/customer_id", "customers/zebra", "customers/ant", "results/two/ant",
                                    "results/one/zebra"};
    cr_assert_eq(n, 5, "%d", n);
    for (int i = 0; i < n; i++) {
        char full[256];
        snprintf(full, sizeof full, "%s/%s", infos[i].group, infos[i].name);
        cr_assert_str_eq(full, expected[i], "in order of creation");
        cr_assert_eq(infos[i].length, 2);
    }
    cr_assert_str_eq(infos[1].units, "1");
    cr_assert_str_eq(infos[1].role, "feature");
    free(infos);
    ok(shoal_store_children(store, "results", &n, &names, &err));
    cr_assert(n == 2 && strcmp(names[0], "two") == 0 && strcmp(names[1], "one") == 0);
    free(names);
    ok(shoal_store_children(store, "nowhere", &n, &names, &err));
    cr_assert_eq(n, 0);
    free(names);
    cr_assert(shoal_store_has(store, "results/two/ant") && shoal_store_has(store, "models/two"));
    cr_assert_not(shoal_store_has(store, "results/two/bee"));
    cr_assert_not(shoal_store_has(store, "results/two/ant/below"));
    ok(shoal_store_remove(store, "results/two", &err));
    ok(shoal_store_remove(store, "results/two", &err));
    ok(shoal_store_remove(store, "customers/zebra", &err));
    fails(SHOAL_ERR_USAGE, "customers", shoal_store_remove(store, "customers/customer_id", &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    cr_assert_not(shoal_store_has(store, "results/two"));
    cr_assert_not(shoal_store_has(store, "customers/zebra"));
    cr_assert(shoal_store_has(store, "results/one/zebra"));
    shoal_store_close(store);
}

Test(store, flags)
{
    const int8_t codes[] = {1, 0};
    const char texts[2][8] = {"a b,c", ""};
    char meanings[64];
    const shoal_column region = {.name = "region", .type = SHOAL_I8, .length = 2, .data = codes};
    const shoal_column dictionary = {.name = "region", .type = SHOAL_TEXT, .width = 8, .length = 2, .data = texts};
    shoal_store *store = create(2);
    ok(shoal_store_write(store, "customers", &region, "category", &err));
    ok(shoal_store_write(store, "dictionaries", &dictionary, NULL, &err));
    ok(shoal_store_write_flags(store, "customers", "region", &dictionary, &err));
    ok(shoal_store_get_text(store, "customers/region", "flag_meanings", meanings, sizeof meanings, &err));
    cr_assert_str_eq(meanings, "a_b_c _");
    char *many = calloc(5000, 8);
    const shoal_column large = {.name = "region", .type = SHOAL_TEXT, .width = 8, .length = 5000, .data = many};
    ok(shoal_store_write_flags(store, "customers", "region", &large, &err));
    cr_assert_not(shoal_store_has_attribute(store, "customers/region", "flag_meanings"), "the dictionary says it");
    free(many);
    shoal_store_close(store);
}

Test(store, wrong_use_is_told)
{
    const float values[] = {1, 2};
    shoal_store *store = create(2);
    shoal_column column = {.name = "x", .type = SHOAL_F32, .length = 1, .data = values};
    fails(SHOAL_ERR_USAGE, "2 customers", shoal_store_write(store, "customers", &column, NULL, &err));
    fails(SHOAL_ERR_USAGE, "2 customers", shoal_store_write(store, "results/r", &column, NULL, &err));
    column.length = 2;
    column.name = "a/b";
    fails(SHOAL_ERR_USAGE, "a/b", shoal_store_write(store, "customers", &column, NULL, &err));
    column.name = "a\nb";
    fails(SHOAL_ERR_USAGE, "\\x0A", shoal_store_write(store, "customers", &column, NULL, &err));
    column.name = "";
    fails(SHOAL_ERR_USAGE, "name", shoal_store_write(store, "customers", &column, NULL, &err));
    column.name = "customer_id";
    fails(SHOAL_ERR_USAGE, "customer_id", shoal_store_write(store, "customers", &column, NULL, &err));
    const shoal_column text = {.name = "t", .type = SHOAL_TEXT, .width = 4, .length = 2, .data = "abc\0def"};
    fails(SHOAL_ERR_USAGE, "dictionaries", shoal_store_write(store, "customers", &text, NULL, &err));
    const int64_t three[] = {0, 0, 1};
    const shoal_column customer = {.name = "customer", .type = SHOAL_I64, .length = 3, .data = three};
    const shoal_column two = {.name = "time", .type = SHOAL_I64, .length = 2, .data = three};
    ok(shoal_store_write(store, "transactions", &customer, NULL, &err));
    cr_assert_eq(shoal_store_transactions(store), 3);
    fails(SHOAL_ERR_USAGE, "3 transactions", shoal_store_write(store, "transactions", &two, NULL, &err));
    ok(shoal_store_remove(store, "transactions", &err));
    ok(shoal_store_write(store, "transactions", &two, NULL, &err));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    column.name = "x";
    cr_assert_eq(shoal_store_transactions(store), 2);
    fails(SHOAL_ERR_USAGE, "reading", shoal_store_write(store, "customers", &column, NULL, &err));
    shoal_table table = {0};
    fails(SHOAL_ERR_INPUT, "no column customers/y",
          shoal_store_read(NULL, store, "customers", "y", SHOAL_F32, &table, &err));
    shoal_store_close(store);
    fails(SHOAL_ERR_USAGE, "-1", shoal_store_create(path, -1, &store, &err));
}

Test(store, without_commit_the_old_file_stays)
{
    const float values[] = {1, 2};
    const shoal_column column = {.name = "x", .type = SHOAL_F32, .length = 2, .data = values};
    shoal_store *store = create(2);
    shoal_store_close(store);
    cr_assert_eq(files_in_folder(), 0);
    store = create(2);
    ok(shoal_store_commit(&store, &err));
    chmod(path, 0600);
    store = open_store(SHOAL_STORE_UPDATE);
    ok(shoal_store_write(store, "customers", &column, NULL, &err));
    cr_assert_eq(files_in_folder(), 2);
    shoal_store_close(store);
    cr_assert_eq(files_in_folder(), 1);
    store = open_store(SHOAL_STORE_READ);
    cr_assert_not(shoal_store_has(store, "customers/x"));
    shoal_store_close(store);
    store = open_store(SHOAL_STORE_UPDATE);
    ok(shoal_store_commit(&store, &err));
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 07777, 0600, "a private store stays private");
    shoal_store_close(NULL);
}

Test(store, finish_then_commit)
{
    shoal_store *store = create(2);
    ok(shoal_store_finish(store, &err));
    cr_assert_neq(access(path, F_OK), 0, "not there before the commit");
    ok(shoal_store_finish(store, &err));
    fails(SHOAL_ERR_USAGE, "finished", shoal_store_set_i64(store, "", "x", 1, &err));
    cr_assert_not(shoal_store_has(store, "customers"));
    ok(shoal_store_commit(&store, &err));
    store = open_store(SHOAL_STORE_READ);
    shoal_store_close(store);
}

Test(store, two_writers_do_not_lose_work_silently)
{
    shoal_store *store = create(2);
    ok(shoal_store_commit(&store, &err));
    shoal_store *first = open_store(SHOAL_STORE_UPDATE), *second = open_store(SHOAL_STORE_UPDATE);
    ok(shoal_store_set_i64(first, "models/a", "seed", 1, &err));
    ok(shoal_store_set_i64(second, "models/b", "seed", 1, &err));
    ok(shoal_store_commit(&first, &err));
    fails(SHOAL_ERR_IO, "changed by another program", shoal_store_commit(&second, &err));
    cr_assert_null(second);
    store = open_store(SHOAL_STORE_READ);
    cr_assert(shoal_store_has(store, "models/a") && !shoal_store_has(store, "models/b"));
    shoal_store_close(store);
}

Test(store, several_readers_and_a_reader_while_it_is_replaced)
{
    shoal_store *store = create(3);
    ok(shoal_store_commit(&store, &err));
    shoal_store *a = open_store(SHOAL_STORE_READ), *b = open_store(SHOAL_STORE_READ);
    store = create(7);
    ok(shoal_store_commit(&store, &err));
    cr_assert_eq(shoal_store_customers(a), 3);
    shoal_table table = read_as(b, "customers", "customer_id", SHOAL_I64);
    cr_assert_eq(table.n_rows, 3, "an open store stays what it was");
    shoal_table_free(&table);
    shoal_store_close(a);
    shoal_store_close(b);
    a = open_store(SHOAL_STORE_READ);
    cr_assert_eq(shoal_store_customers(a), 7);
    shoal_store_close(a);
}

static void put_file(const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    cr_assert_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

Test(store, what_is_no_store_is_told)
{
    shoal_store *store;
    fails(SHOAL_ERR_IO, "No such file", shoal_store_open(path, SHOAL_STORE_READ, &store, &err));
    cr_assert_null(store);
    fails(SHOAL_ERR_IO, "not a file", shoal_store_open(folder, SHOAL_STORE_READ, &store, &err));
    fails(SHOAL_ERR_IO, "not a file", shoal_store_open("/dev/zero", SHOAL_STORE_READ, &store, &err));
    put_file("", 0);
    fails(SHOAL_ERR_INPUT, "is empty", shoal_store_open(path, SHOAL_STORE_READ, &store, &err));
    put_file("customer,date,amount\n", 21);
    fails(SHOAL_ERR_INPUT, "not an HDF5 file", shoal_store_open(path, SHOAL_STORE_UPDATE, &store, &err));
    put_file("\x89HDF\r\n\x1a\n", 8);
    fails(SHOAL_ERR_INPUT, "damaged", shoal_store_open(path, SHOAL_STORE_READ, &store, &err));
    cr_assert_eq(files_in_folder(), 1);
}

Test(store, a_newer_store_is_told)
{
    shoal_store *store = create(1);
    ok(shoal_store_set_i64(store, "", "format_version", 2, &err));
    ok(shoal_store_commit(&store, &err));
    fails(SHOAL_ERR_INPUT, "format version 2", shoal_store_open(path, SHOAL_STORE_READ, &store, &err));
    cr_assert_not_null(strstr(err.message, "up to 1"));
    cr_assert_not_null(strstr(err.message, "upgrade shoal"));
}

Test(store, folders_that_cannot_be_written)
{
    shoal_store *store;
    if (geteuid() != 0) {
        chmod(folder, 0500);
        fails(SHOAL_ERR_IO, "Permission denied", shoal_store_create(path, 1, &store, &err));
    }
    fails(SHOAL_ERR_IO, "No such file", shoal_store_create("/tmp/no-such-folder-here/s.h5", 1, &store, &err));
    fails(SHOAL_ERR_IO, "folder", shoal_store_create(folder, 1, &store, &err));
    fails(SHOAL_ERR_IO, "/proc", shoal_store_create("/proc/store.h5", 1, &store, &err));
}

Test(store, interrupted)
{
    const volatile sig_atomic_t stop = 1;
    shoal_ctx ctx = shoal_ctx_default();
    ctx.cancel = &stop;
    shoal_store *store = create(10);
    shoal_table table = {0};
    fails(SHOAL_ERR_INTERRUPTED, "interrupted",
          shoal_store_read(&ctx, store, "customers", "customer_id", SHOAL_I64, &table, &err));
    cr_assert_eq(table.n_columns, 0);
    shoal_store_close(store);
}
