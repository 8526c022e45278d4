#include "model/kmeans/merge.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/merge_look.h"
#include "model/kmeans/merge_table.h"
#include "model/kmeans/tiles.h"

enum { R = SHOAL_WORDS_ROWS, PART_ROWS = 65536, MOST_PARTS = 32 };

/* The rows, cut into parts by their number alone; each has a table, and these are merged in order. */
typedef struct merging {
    const shoal_ctx *ctx;
    const shoal_matrix *x;
    const double *weight;
    int64_t limit, part_rows;
    int parts, words;
    int32_t *place;
    shoal_row_table table[MOST_PARTS], all;
    int32_t *number[MOST_PARTS]; /* of the rows of each table in `all` */
    bool refused;                /* nothing is merged: too many different rows, or one that is not to be used */
} merging;

static bool is_refused(const merging *m)
{
    bool refused;
#pragma omp atomic read
    refused = m->refused;
    return refused;
}

static void refuse(merging *m)
{
#pragma omp atomic write
    m->refused = true;
}

static bool usable_weights(const double *weight, int rows)
{
    int bad = 0;
    for (int i = 0; i < rows; i++) bad |= !(weight[i] > 0) | !(weight[i] <= SHOAL_WEIGHT_MAX);
    return bad == 0;
}

static int64_t part_end(const merging *m, int part)
{
    const int64_t end = (part + 1) * m->part_rows;
    return end < m->x->n ? end : m->x->n;
}

static shoal_status read_part(merging *m, int part, shoal_error *err)
{
    shoal_row_table *table = &m->table[part];
    *table = (shoal_row_table){.words = m->words, .weighted = m->weight != NULL};
    uint64_t *words;
    SHOAL_TRY(shoal_alloc(m->words, R * sizeof *words, &words, err));
    shoal_status status = SHOAL_OK;
    const int64_t end = part_end(m, part);
    for (int64_t at = part * m->part_rows; at < end && !is_refused(m) && !shoal_cancelled(m->ctx); at += R) {
        const int rows = end - at < R ? (int)(end - at) : R;
        const double *weight = m->weight == NULL ? NULL : m->weight + at;
        if (!shoal_words_pack(m->x, at, rows, words) || (weight != NULL && !usable_weights(weight, rows))) refuse(m);
        else SHOAL_TRY_OUT(shoal_row_table_add(table, words, at, rows, weight, m->place + at, err));
        if (table->count > m->limit) refuse(m);
    }
out:
    free(words);
    shoal_row_table_close(table);
    return status;
}

static shoal_status read_parts(merging *m, shoal_error *err)
{
    bool failed = false;
#pragma omp parallel for num_threads(shoal_ctx_threads(m->ctx)) schedule(dynamic, 1) if (m->parts > 1)
    for (int part = 0; part < m->parts; part++)
        if (read_part(m, part, NULL) < 0) {
#pragma omp atomic write
            failed = true;
        }
    if (failed) return shoal_fail_memory(err);
    return shoal_cancelled(m->ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static shoal_status merge_parts(merging *m, shoal_error *err)
{
    m->all = (shoal_row_table){.words = m->words, .weighted = m->weight != NULL};
    for (int part = 0; part < m->parts && !m->refused; part++) {
        SHOAL_TRY(shoal_alloc(m->table[part].count, sizeof *m->number[part], &m->number[part], err));
        SHOAL_TRY(shoal_row_table_merge(&m->all, &m->table[part], m->number[part], err));
        m->refused = m->all.count > m->limit;
    }
    return SHOAL_OK;
}

typedef struct numbered_row {
    int64_t first;
    int32_t number;
} numbered_row;

static int compare_first(const void *a, const void *b)
{
    const int64_t x = ((const numbered_row *)a)->first, y = ((const numbered_row *)b)->first;
    return (x > y) - (x < y);
}

static void number_rows(const merging *m, const int32_t *rank)
{
#pragma omp parallel for num_threads(shoal_ctx_threads(m->ctx)) schedule(dynamic, 1) if (m->parts > 1)
    for (int part = 0; part < m->parts; part++) {
        int32_t *number = m->number[part];
        for (int32_t row = 0; row < m->table[part].count; row++) number[row] = rank[number[row]];
        for (int64_t row = part * m->part_rows; row < part_end(m, part); row++) m->place[row] = number[m->place[row]];
    }
}

/* The rows of `all` in the order of `first`; rank: the new number of each. */
static void order_rows(const merging *m, numbered_row *row, int32_t *rank, shoal_merged *merged)
{
    const shoal_row_table *all = &m->all;
    for (int32_t i = 0; i < all->count; i++) row[i] = (numbered_row){all->first[i], i};
    qsort(row, (size_t)all->count, sizeof *row, compare_first);
    for (int32_t i = 0; i < all->count; i++) {
        const int32_t from = row[i].number;
        rank[from] = i;
        merged->first[i] = row[i].first;
        merged->copies[i] = all->copies[from];
        merged->weight[i] = m->weight == NULL ? (double)all->copies[from] : shoal_sum_value(all->weight[from]);
    }
}

/* Hands the rows of `all` over, unless they weigh more than a row may. */
static shoal_status hand_over(merging *m, shoal_merged *merged, shoal_error *err)
{
    const int32_t n = m->all.count;
    numbered_row *row = NULL;
    int32_t *rank = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *row, &row, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *rank, &rank, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *merged->first, &merged->first, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *merged->copies, &merged->copies, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *merged->weight, &merged->weight, err));
    order_rows(m, row, rank, merged);
    if (!usable_weights(merged->weight, n)) m->refused = true;
    else {
        number_rows(m, rank);
        merged->n = n;
        merged->place = m->place;
        m->place = NULL;
    }
out:
    free(row);
    free(rank);
    return status;
}

static bool is_numeric(const shoal_matrix *x)
{
    for (int j = 0; j < x->d; j++)
        if (x->columns[j].type == SHOAL_TEXT || x->columns[j].length != x->n) return false;
    return x->d > 0;
}

static merging plan(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight)
{
    const int64_t wanted = (x->n + PART_ROWS - 1) / PART_ROWS, parts = wanted < MOST_PARTS ? wanted : MOST_PARTS;
    const int64_t rows = (x->n + parts - 1) / parts;
    merging m = {.ctx = ctx, .x = x, .weight = weight, .limit = shoal_merge_limit(x->n), .words = shoal_words_count(x)};
    m.part_rows = (rows + R - 1) / R * R;
    m.parts = (int)((x->n + m.part_rows - 1) / m.part_rows);
    return m;
}

shoal_status shoal_rows_merge(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight, shoal_merged *merged,
                              shoal_error *err)
{
    *merged = (shoal_merged){0};
    if (!is_numeric(x) || !shoal_merge_look(x)) return SHOAL_OK;
    merging m = plan(ctx, x, weight);
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(x->n, sizeof *m.place, &m.place, err));
    SHOAL_TRY_OUT(read_parts(&m, err));
    SHOAL_TRY_OUT(merge_parts(&m, err));
    if (!m.refused) SHOAL_TRY_OUT(hand_over(&m, merged, err));
out:
    free(m.place);
    shoal_row_table_free(&m.all);
    for (int part = 0; part < m.parts; part++) {
        shoal_row_table_free(&m.table[part]);
        free(m.number[part]);
    }
    if (status < 0 || m.refused) shoal_merged_free(merged);
    return status;
}

void shoal_merged_free(shoal_merged *merged)
{
    free(merged->place);
    free(merged->first);
    free(merged->copies);
    free(merged->weight);
    *merged = (shoal_merged){0};
}
