#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

typedef struct row {
    int64_t customer, time, order;
    double amount;
} row;

typedef struct rows {
    row *data;
    int64_t n, capacity;
} rows;

static void die(const char *what, const char *path)
{
    fprintf(stderr, "%s: %s\n", path, what);
    abort();
}

static void push(rows *all, int64_t customer, int64_t time, double amount)
{
    if (all->n == all->capacity) {
        all->capacity = all->capacity == 0 ? 1024 : 2 * all->capacity;
        all->data = realloc(all->data, (size_t)all->capacity * sizeof *all->data);
        if (all->data == NULL) abort();
    }
    all->data[all->n] = (row){customer, time, all->n, amount};
    all->n++;
}

static int by_customer_time(const void *left, const void *right)
{
    const row *a = left, *b = right;
    if (a->customer != b->customer) return a->customer < b->customer ? -1 : 1;
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

static loaded finish(rows *all)
{
    loaded d = {.n = all->n};
    qsort(all->data, (size_t)all->n, sizeof *all->data, by_customer_time);
    d.customer_key = malloc((size_t)all->n * sizeof *d.customer_key);
    d.first_row = malloc(((size_t)all->n + 1) * sizeof *d.first_row);
    d.time = malloc((size_t)all->n * sizeof *d.time);
    d.amount = malloc((size_t)all->n * sizeof *d.amount);
    for (int64_t i = 0; i < all->n; i++) {
        if (i == 0 || all->data[i].customer != all->data[i - 1].customer) {
            d.customer_key[d.n_customers] = all->data[i].customer;
            d.first_row[d.n_customers++] = i;
        }
        d.time[i] = all->data[i].time;
        d.amount[i] = all->data[i].amount;
    }
    d.first_row[d.n_customers] = all->n;
    d.view = (shoal_transactions){
        .n = d.n, .n_customers = d.n_customers, .first_row = d.first_row, .time = d.time, .amount = d.amount};
    free(all->data);
    return d;
}

loaded load_cdnow(const char *path, int n_columns)
{
    rows all = {0};
    char line[256];
    FILE *file = fopen(path, "r");
    if (file == NULL) die("cannot open", path);
    if (n_columns == 4 && fgets(line, sizeof line, file) == NULL) die("no header", path);
    while (fgets(line, sizeof line, file) != NULL) {
        long customer, master;
        char date[16];
        int cds;
        double amount;
        int64_t time;
        const int found = n_columns == 5
                              ? sscanf(line, "%ld %ld %15s %d %lf", &master, &customer, date, &cds, &amount) == 5
                              : sscanf(line, "%ld %15s %d %lf", &customer, date, &cds, &amount) == 4;
        if (!found || !shoal_date_parse(date, strlen(date), &time)) die(line, path);
        push(&all, customer, time, amount);
    }
    fclose(file);
    return finish(&all);
}

/* Cuts a CSV line at its commas, in place; quotes protect commas. */
static int split(char *line, char **field, int max)
{
    int n = 0, quoted = 0;
    field[n++] = line;
    for (char *c = line; *c != '\0'; c++) {
        if (*c == '"') quoted = !quoted;
        else if (*c == ',' && !quoted && n < max) {
            *c = '\0';
            field[n++] = c + 1;
        }
    }
    return n;
}

loaded load_online_retail(const char *path)
{
    rows all = {0};
    char command[4200], *line = NULL;
    size_t size = 0;
    snprintf(command, sizeof command, "gzip -dc '%s'", path);
    FILE *file = popen(command, "r");
    if (file == NULL || getline(&line, &size, file) < 0) die("cannot read", path);
    while (getline(&line, &size, file) >= 0) {
        /* InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country */
        char *field[8];
        if (split(line, field, 8) != 8) die(line, path);
        const double quantity = strtod(field[3], NULL), price = strtod(field[5], NULL);
        int64_t time;
        if (field[6][0] == '\0' || field[0][0] == 'C' || quantity <= 0 || price <= 0) continue;
        if (!shoal_date_parse(field[4], strlen(field[4]), &time)) die(field[4], path);
        push(&all, (int64_t)strtod(field[6], NULL), time, quantity * price);
    }
    free(line);
    if (pclose(file) != 0) die("gzip failed", path);
    return finish(&all);
}

void loaded_free(loaded *data)
{
    free(data->customer_key);
    free(data->first_row);
    free(data->time);
    free(data->amount);
    *data = (loaded){0};
}
