/* Fails each allocation of an import in turn: the status is MEMORY, nothing is made, nothing leaks. The linker sends
 * the calls of shoal's own code through the __wrap_ functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/import.h>

#include "import_case.h"

static long calls, fail_at, live;

void *__real_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);

static int fails(void)
{
    return ++calls == fail_at;
}

void *__wrap_malloc(size_t size)
{
    if (fails()) return NULL;
    live++;
    return __real_malloc(size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    if (fails()) return NULL;
    live++;
    return __real_aligned_alloc(alignment, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (fails()) return NULL;
    live += memory == NULL;
    return __real_realloc(memory, size);
}

void __wrap_free(void *memory)
{
    live -= memory != NULL;
    __real_free(memory);
}

static int check(const char *what, const char *path, const shoal_import_opts *opts)
{
    for (fail_at = 1;; fail_at++) {
        const shoal_ctx ctx = {.threads = 1}; /* the same allocations in the same order each time */
        import_case c = {0};
        calls = 0;
        live = 0;
        c.status = shoal_import_read(&ctx, path, opts, &c.data, &c.report, &c.err);
        const long made = calls;
        if (c.status == SHOAL_OK) {
            import_case_free(&c);
            if (live != 0 || made >= fail_at) {
                fprintf(stderr, "%s: done, but %ld blocks are left, or a failed allocation went unnoticed\n", what,
                        live);
                return 1;
            }
            printf("%s: %ld allocations failed in turn\n", what, fail_at - 1);
            return 0;
        }
        if (c.status != SHOAL_ERR_MEMORY || live != 0 || c.data.keys.columns != NULL) {
            fprintf(stderr, "%s: allocation %ld: status %d (%s), %ld blocks left\n", what, fail_at, c.status,
                    c.err.message, live);
            return 1;
        }
    }
}

int main(void)
{
    static const char sales[] = "customer,date,quantity,price,order,product,channel,cost\n"
                                "a-customer-of-a-long-name,01/02/2024,1,2,o,p,,3\nb,01/01/2024,1,2,,p,web,\n"
                                "c,01/01/2024,-1,2,o,gone,web,\nb,31/12/2023,3,4,o,p,web,\n";
    static const char people[] = "customer_id,age,plan\na,1,gold\nb,,silver\nc,3,\n";
    int failed = 0;
    shoal_import_opts opts = shoal_import_opts_default();
    opts.date_format = "%d/%m/%Y";
    char *path = import_temporary(sales, strlen(sales));
    failed |= check("transactions", path, &opts);
    remove(path);
    free(path);
    opts.date_format = NULL;
    opts.columns = "customer,_,date,_,amount";
    failed |= check("by position", SHOAL_DATASETS "/CDNOW_sample.txt", &opts);
    opts.columns = NULL;
    opts.kind = SHOAL_IMPORT_CUSTOMERS;
    path = import_temporary(people, strlen(people));
    failed |= check("customers", path, &opts);
    remove(path);
    free(path);
    return failed;
}
