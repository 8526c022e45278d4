#include "import/sales.h"

#include <string.h>

#include "base/memory.h"
#include "import/values.h"

const shoal_role shoal_number_roles[SHOAL_SALE_NUMBERS] = {SHOAL_ROLE_QUANTITY, SHOAL_ROLE_PRICE, SHOAL_ROLE_COST,
                                                           SHOAL_ROLE_DISCOUNT};
const shoal_role shoal_code_roles[SHOAL_SALE_CODES] = {SHOAL_ROLE_ORDER, SHOAL_ROLE_PRODUCT, SHOAL_ROLE_CHANNEL,
                                                       SHOAL_ROLE_COUNTRY};

shoal_status shoal_sales_new(const shoal_job *job, bool has_amount, shoal_sales **sales, shoal_error *err)
{
    shoal_sales *s;
    *sales = NULL;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    s->job = job;
    s->has_amount = has_amount;
    s->has[SHOAL_SALES_CUSTOMER] = s->has[SHOAL_SALES_TIME] = true;
    s->has[SHOAL_SALES_AMOUNT] = has_amount;
    for (int i = 0; i < SHOAL_SALE_NUMBERS; i++)
        s->has[SHOAL_SALES_NUMBER + i] = job->layout.role[shoal_number_roles[i]] >= 0;
    for (int i = 0; i < SHOAL_SALE_CODES; i++)
        s->has[SHOAL_SALES_CODE + i] = job->layout.role[shoal_code_roles[i]] >= 0;
    shoal_coder_start(&s->customer);
    for (int i = 0; i < SHOAL_SALE_CODES; i++) shoal_coder_start(&s->code[i]);
    pthread_mutex_init(&s->lock, NULL);
    *sales = s;
    return SHOAL_OK;
}

void shoal_sales_free(shoal_sales *s)
{
    if (s == NULL) return;
    shoal_coder_free(&s->customer);
    for (int i = 0; i < SHOAL_SALE_CODES; i++) shoal_coder_free(&s->code[i]);
    for (int64_t i = 0; i < s->n_slabs; i++) free(s->slabs[i]);
    free(s->slabs);
    free(s->batches);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* --- drafts --- */

void shoal_draft_start(shoal_draft *draft, shoal_sales *sales)
{
    *draft = (shoal_draft){.sales = sales};
}

void shoal_draft_free(shoal_draft *d)
{
    free(d->line);
    free(d->time);
    free(d->values);
    for (int i = 0; i < 1 + SHOAL_SALE_NUMBERS; i++) free(d->number[i]);
    for (int i = 0; i < 1 + SHOAL_SALE_CODES; i++) {
        free(d->text[i]);
        shoal_coder_room_free(&d->room[i]);
    }
    free(d->codes);
    *d = (shoal_draft){0};
}

static shoal_status grow_one(const shoal_draft *d, void *array, size_t size, int64_t needed, shoal_error *err)
{
    int64_t capacity = d->capacity;
    return shoal_grow(array, &capacity, d->n, needed, size, err);
}

static shoal_status grow(shoal_draft *d, shoal_error *err)
{
    const int64_t needed = d->capacity < 256 ? 256 : 2 * d->capacity;
    SHOAL_TRY(grow_one(d, &d->line, sizeof *d->line, needed, err));
    SHOAL_TRY(grow_one(d, &d->time, sizeof *d->time, needed, err));
    SHOAL_TRY(grow_one(d, &d->values, sizeof *d->values, needed, err));
    SHOAL_TRY(grow_one(d, &d->codes, sizeof *d->codes, needed, err));
    for (int i = 0; i < 1 + SHOAL_SALE_NUMBERS; i++)
        if (d->sales->has[SHOAL_SALES_AMOUNT + i])
            SHOAL_TRY(grow_one(d, &d->number[i], sizeof *d->number[i], needed, err));
    SHOAL_TRY(grow_one(d, &d->text[0], sizeof *d->text[0], needed, err));
    for (int i = 0; i < SHOAL_SALE_CODES; i++)
        if (d->sales->has[SHOAL_SALES_CODE + i])
            SHOAL_TRY(grow_one(d, &d->text[1 + i], sizeof *d->text[1 + i], needed, err));
    d->capacity = needed;
    return SHOAL_OK;
}

shoal_status shoal_draft_push(shoal_draft *d, shoal_job *job, const shoal_record *record, const shoal_sale *sale)
{
    const shoal_sales *s = d->sales;
    if (d->n == d->capacity) SHOAL_TRY(grow(d, job->err));
    const int64_t i = d->n++;
    shoal_field key = shoal_layout_field(&job->layout, record, SHOAL_ROLE_CUSTOMER);
    const size_t length = shoal_key_length(key);
    job->shortened_keys += length != key.length;
    key.length = length;
    d->line[i] = record->line;
    d->time[i] = sale->time;
    d->text[0][i] = key;
    if (s->has_amount) d->number[0][i] = sale->amount;
    for (int j = 0; j < SHOAL_SALE_NUMBERS; j++)
        if (s->has[SHOAL_SALES_NUMBER + j]) d->number[1 + j][i] = sale->number[j];
    for (int j = 0; j < SHOAL_SALE_CODES; j++)
        if (s->has[SHOAL_SALES_CODE + j])
            d->text[1 + j][i] = shoal_layout_field(&job->layout, record, shoal_code_roles[j]);
    return SHOAL_OK;
}

/* --- batches --- */

/* A new slab; they double in size, up to one that the system takes back at once when it is freed. */
static shoal_status new_slab(shoal_draft *d, size_t needed, shoal_error *err)
{
    enum { FIRST = 64 << 10, MOST = 64 << 20 };
    shoal_sales *s = d->sales;
    size_t size = d->slab_size == 0 ? FIRST : d->slab_size < MOST ? 2 * d->slab_size : MOST;
    while (size < needed) size *= 2;
    SHOAL_TRY(shoal_alloc_huge((int64_t)size, 1, &d->slab, err));
    pthread_mutex_lock(&s->lock);
    const shoal_status status =
        shoal_grow(&s->slabs, &s->slabs_capacity, s->n_slabs, s->n_slabs + 1, sizeof *s->slabs, err);
    if (status == SHOAL_OK) s->slabs[s->n_slabs++] = d->slab;
    pthread_mutex_unlock(&s->lock);
    if (status < 0) free(d->slab);
    d->slab_size = size;
    d->slab_used = 0;
    return status;
}

static shoal_status pack_values(shoal_draft *d, bool days, bool wide, int column, shoal_batch *batch, shoal_error *err)
{
    const shoal_packing packing = shoal_packing_choose(d->values, d->n, days, wide);
    const size_t bytes = ((size_t)d->n * (size_t)packing.width + 7) / 8 * 8;
    if (d->slab == NULL || d->slab_size - d->slab_used < bytes) SHOAL_TRY(new_slab(d, bytes, err));
    batch->packing[column] = packing;
    batch->data[column] = d->slab + d->slab_used;
    d->slab_used += bytes;
    shoal_pack(&packing, d->values, d->n, batch->data[column], 0);
    return SHOAL_OK;
}

static shoal_status pack_texts(shoal_draft *d, shoal_job *job, int which, int64_t first_line, shoal_batch *batch)
{
    shoal_coder *coder = which == 0 ? &d->sales->customer : &d->sales->code[which - 1];
    shoal_coder_room *room = &d->room[which];
    SHOAL_TRY(shoal_coder_code(coder, d->text[which], d->n, batch->first_row, room, d->codes, job->err));
    if (room->converted > 0) {
        const int64_t line = first_line + d->line[room->converted_row];
        if (job->converted == 0 || line < job->converted_line) job->converted_line = line;
        job->converted += room->converted;
    }
    for (int64_t i = 0; i < d->n; i++) d->values[i] = d->codes[i];
    const int column = which == 0 ? SHOAL_SALES_CUSTOMER : SHOAL_SALES_CODE + which - 1;
    return pack_values(d, false, false, column, batch, job->err);
}

static shoal_status pack_columns(shoal_draft *d, shoal_job *job, int64_t first_line, shoal_batch *batch)
{
    const shoal_sales *s = d->sales;
    SHOAL_TRY(pack_texts(d, job, 0, first_line, batch));
    for (int i = 0; i < SHOAL_SALE_CODES; i++)
        if (s->has[SHOAL_SALES_CODE + i]) SHOAL_TRY(pack_texts(d, job, 1 + i, first_line, batch));
    memcpy(d->values, d->time, (size_t)d->n * sizeof *d->values);
    SHOAL_TRY(pack_values(d, true, false, SHOAL_SALES_TIME, batch, job->err));
    for (int i = 0; i < 1 + SHOAL_SALE_NUMBERS; i++) {
        if (!s->has[SHOAL_SALES_AMOUNT + i]) continue;
        const bool wide = shoal_pack_doubles(d->number[i], d->n, d->values);
        SHOAL_TRY(pack_values(d, false, wide, SHOAL_SALES_AMOUNT + i, batch, job->err));
    }
    return SHOAL_OK;
}

shoal_status shoal_draft_take(shoal_draft *d, shoal_job *job, int64_t order, int64_t first_row, int64_t first_line)
{
    shoal_sales *s = d->sales;
    shoal_batch batch = {.order = order, .first_row = first_row, .n = d->n};
    if (d->n == 0) return SHOAL_OK;
    SHOAL_TRY(pack_columns(d, job, first_line, &batch));
    int64_t returned = 0;
    for (int64_t i = 0; s->has_amount && i < d->n; i++) returned += d->number[0][i] < 0;
    shoal_draft_clear(d);
    pthread_mutex_lock(&s->lock);
    const shoal_status status =
        shoal_grow(&s->batches, &s->batches_capacity, s->n_batches, s->n_batches + 1, sizeof *s->batches, job->err);
    if (status == SHOAL_OK) s->batches[s->n_batches++] = batch;
    s->rows_returned += returned;
    pthread_mutex_unlock(&s->lock);
    return status;
}
