#include "generate/write_csv.h"

#include <string.h>

#include "base/memory.h"
#include "generate/format.h"
#include "generate/lines.h"

enum { DATE_LENGTH = 10, LINE_BYTES = 192, HEADER_BYTES = 128 };

typedef struct transactions {
    const shoal_rows *rows;
    shoal_columns columns;
    char (*date)[DATE_LENGTH]; /* text of each day of the period */
} transactions;

static char *put_field(const transactions *t, const shoal_row *row, shoal_output_column column, char *to)
{
    switch (column) {
    case SHOAL_COLUMN_CUSTOMER: return shoal_put_key(to, row->customer);
    case SHOAL_COLUMN_DATE: memcpy(to, t->date[row->day], DATE_LENGTH); return to + DATE_LENGTH;
    case SHOAL_COLUMN_AMOUNT: return shoal_put_cents(to, row->item.cents);
    case SHOAL_COLUMN_PRODUCT: return shoal_put_product(to, row->item.product);
    case SHOAL_COLUMN_CHANNEL: return shoal_put_text(to, shoal_channel_names[row->item.channel]);
    case SHOAL_COLUMN_ORDER: return shoal_put_order(to, row->customer, row->purchase);
    case SHOAL_COLUMN_DISCOUNT:
    default: return shoal_put_cents(to, row->item.discount_percent);
    }
}

static char *transaction_line(const void *user, int64_t index, char *to)
{
    const transactions *t = user;
    const shoal_row *row = &t->rows->row[index];
    for (int i = 0; i < t->columns.n; i++) {
        to = put_field(t, row, t->columns.column[i], to);
        *to++ = i + 1 < t->columns.n ? ',' : '\n';
    }
    return to;
}

shoal_status shoal_write_transactions(const shoal_ctx *ctx, const shoal_population *population, const shoal_rows *rows,
                                      const shoal_columns *columns, FILE *stream, const char *name, shoal_error *err)
{
    transactions t = {.rows = rows, .columns = *columns};
    SHOAL_TRY(shoal_alloc(population->days, sizeof *t.date, &t.date, err));
    for (int32_t day = 0; day < population->days; day++) shoal_put_date(t.date[day], population->first_day + day);
    char header[HEADER_BYTES];
    char *to = header;
    for (int i = 0; i < columns->n; i++) {
        to = shoal_put_text(to, shoal_column_headers[columns->column[i]]);
        *to++ = i + 1 < columns->n ? ',' : '\n';
    }
    *to = '\0';
    const shoal_lines lines = {
        .header = header, .n = rows->n, .max_bytes = LINE_BYTES, .line = transaction_line, .user = &t, .name = name};
    const shoal_status status = shoal_lines_write(ctx, &lines, stream, err);
    free(t.date);
    return status;
}

static char *attribute_line(const void *user, int64_t index, char *to)
{
    const shoal_population *population = user;
    const shoal_customer customer = shoal_customer_draw(population, index);
    to = shoal_put_key(to, (uint64_t)index);
    *to++ = ',';
    to = shoal_put_text(to, shoal_region_names[customer.region]);
    *to++ = ',';
    to = shoal_put_text(to, shoal_size_names[customer.size]);
    *to++ = ',';
    to = shoal_put_text(to, shoal_acquisition_names[customer.acquisition]);
    *to++ = ',';
    to = shoal_put_cents(to, customer.acquisition_cents);
    *to++ = ',';
    to = shoal_put_date(to, population->first_day + customer.acquisition_day);
    *to++ = '\n';
    return to;
}

shoal_status shoal_write_attributes(const shoal_ctx *ctx, const shoal_population *population, FILE *stream,
                                    const char *name, shoal_error *err)
{
    const shoal_lines lines = {
        .header = "customer_id,region,company_size,acquisition_channel,acquisition_cost,acquisition_date\n",
        .n = population->n_customers,
        .max_bytes = LINE_BYTES,
        .line = attribute_line,
        .user = population,
        .name = name};
    return shoal_lines_write(ctx, &lines, stream, err);
}

static char *truth_line(const void *user, int64_t index, char *to)
{
    const shoal_population *population = user;
    const shoal_customer customer = shoal_customer_draw(population, index);
    shoal_purchases purchases = shoal_purchases_start(population, &customer);
    int32_t day;
    while (shoal_purchases_next(&purchases, &day)) continue;
    to = shoal_put_key(to, (uint64_t)index);
    *to++ = ',';
    to = shoal_put_text(to, shoal_latent_segments[customer.segment].name);
    *to++ = ',';
    to = shoal_put_double(to, customer.rate);
    *to++ = ',';
    to = shoal_put_double(to, customer.dropout);
    *to++ = ',';
    to = shoal_put_double(to, shoal_customer_mean_spend(&customer));
    *to++ = ',';
    to = shoal_put_number(to, (uint64_t)purchases.count - 1);
    *to++ = ',';
    *to++ = purchases.left ? '0' : '1';
    *to++ = '\n';
    return to;
}

shoal_status shoal_write_truth(const shoal_ctx *ctx, const shoal_population *population, FILE *stream, const char *name,
                               shoal_error *err)
{
    const shoal_lines lines = {.header =
                                   "customer_id,segment,purchases_per_day,dropout,mean_spend,repeat_purchases,alive\n",
                               .n = population->n_customers,
                               .max_bytes = LINE_BYTES,
                               .line = truth_line,
                               .user = population,
                               .name = name};
    return shoal_lines_write(ctx, &lines, stream, err);
}

static char *parameter_line(const void *user, int64_t index, char *to)
{
    const shoal_population *population = user;
    const shoal_latent_segment *s = &shoal_latent_segments[index];
    const bool only = population->segment == index;
    const double share = population->segment == SHOAL_EVERY_SEGMENT ? s->share : only;
    const double value[] = {share,    s->r,         s->alpha / population->rate_scale, s->a, s->b, s->p, s->q,
                            s->gamma, s->discounted};
    to = shoal_put_text(to, s->name);
    for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
        *to++ = ',';
        to = shoal_put_double(to, value[i]);
    }
    *to++ = '\n';
    return to;
}

shoal_status shoal_write_parameters(const shoal_ctx *ctx, const shoal_population *population, FILE *stream,
                                    const char *name, shoal_error *err)
{
    enum { PARAMETER_BYTES = 512 };
    const shoal_lines lines = {.header = "segment,share,r,alpha,a,b,p,q,gamma,discounted\n",
                               .n = SHOAL_N_SEGMENTS,
                               .max_bytes = PARAMETER_BYTES,
                               .line = parameter_line,
                               .user = population,
                               .name = name};
    return shoal_lines_write(ctx, &lines, stream, err);
}
