#include "import/transactions.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "import/sales.h"
#include "import/values.h"

struct shoal_intake {
    shoal_job *job;
    shoal_dates dates;
    bool has_amount, from_price; /* amount = price x quantity */
    shoal_draft draft;
};

static shoal_field field_of(const shoal_intake *in, const shoal_record *record, shoal_role role)
{
    return shoal_layout_field(&in->job->layout, record, role);
}

static bool has_role(const shoal_job *job, shoal_role role)
{
    return job->layout.role[role] >= 0;
}

bool shoal_intake_has_amount(const shoal_job *job)
{
    return has_role(job, SHOAL_ROLE_AMOUNT) || (has_role(job, SHOAL_ROLE_PRICE) && has_role(job, SHOAL_ROLE_QUANTITY));
}

shoal_status shoal_intake_new(shoal_job *job, shoal_sales *sales, shoal_intake **intake)
{
    shoal_intake *in;
    *intake = NULL;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *in, &in, job->err));
    in->job = job;
    in->from_price = !has_role(job, SHOAL_ROLE_AMOUNT) && shoal_intake_has_amount(job);
    in->has_amount = shoal_intake_has_amount(job);
    shoal_draft_start(&in->draft, sales);
    const shoal_status status = shoal_dates_start(&in->dates, job->opts->date_format, job->err);
    if (status < 0) shoal_intake_free(in);
    else *intake = in;
    return status;
}

void shoal_intake_free(shoal_intake *in)
{
    if (in == NULL) return;
    shoal_dates_end(&in->dates);
    shoal_draft_free(&in->draft);
    free(in);
}

static shoal_reason reason_of(shoal_role role)
{
    switch (role) {
    case SHOAL_ROLE_AMOUNT: return SHOAL_REASON_BAD_AMOUNT;
    case SHOAL_ROLE_QUANTITY: return SHOAL_REASON_BAD_QUANTITY;
    case SHOAL_ROLE_PRICE: return SHOAL_REASON_BAD_PRICE;
    default: return SHOAL_REASON_BAD_NUMBER;
    }
}

/* The message for a field that is no number, or is empty. */
static shoal_status bad_number(const shoal_intake *in, shoal_role role, const shoal_record *record)
{
    const shoal_reason reason = reason_of(role);
    const shoal_field field = field_of(in, record, role);
    const int64_t column = in->job->layout.role[role];
    char shown[256];
    if (field.length == 0)
        return shoal_job_bad_row(in->job, reason, record, column, "the %s is empty", shoal_role_name(role));
    return shoal_job_bad_row(in->job, reason, record, column,
                             "\"%s\" is no finite number for the %s: digits with a point before the decimals, no "
                             "thousands separators, no currency sign",
                             shoal_text_quote(field.text, field.length, shown, sizeof shown), shoal_role_name(role));
}

static shoal_status bad_date(const shoal_intake *in, const shoal_record *record)
{
    const shoal_field field = field_of(in, record, SHOAL_ROLE_DATE);
    const int64_t column = in->job->layout.role[SHOAL_ROLE_DATE];
    char shown[256], format[256];
    if (field.length == 0)
        return shoal_job_bad_row(in->job, SHOAL_REASON_BAD_DATE, record, column, "the date is empty");
    shoal_text_quote(field.text, field.length, shown, sizeof shown);
    if (in->dates.format != NULL)
        return shoal_job_bad_row(in->job, SHOAL_REASON_BAD_DATE, record, column,
                                 "\"%s\" is no date in the years 1 to 9999 of the format \"%s\"", shown,
                                 shoal_text_quote(in->dates.format, strlen(in->dates.format), format, sizeof format));
    return shoal_job_bad_row(in->job, SHOAL_REASON_BAD_DATE, record, column,
                             "\"%s\" is no date such as 2011-12-09, 2011-12-09 08:26:00 or 20111209, in the years 1 to "
                             "9999: give other forms with --date-format, such as \"%%d/%%m/%%Y\"",
                             shown);
}

/* The numbers of the row. *use is false where the row is bad; the status then says what comes of it. */
static shoal_status read_numbers(const shoal_intake *in, const shoal_record *record, shoal_sale *r, bool *use)
{
    *use = false;
    for (int i = 0; i < SHOAL_SALE_NUMBERS; i++) {
        const shoal_role role = shoal_number_roles[i];
        const shoal_field field = field_of(in, record, role);
        const bool needed = in->from_price && (role == SHOAL_ROLE_QUANTITY || role == SHOAL_ROLE_PRICE);
        r->number[i] = NAN;
        if (field.length == 0 && !needed) continue;
        if (!shoal_number_parse(field, &r->number[i])) return bad_number(in, role, record);
    }
    r->amount = 0;
    if (in->from_price) {
        if (!shoal_product_parse(field_of(in, record, SHOAL_ROLE_PRICE), field_of(in, record, SHOAL_ROLE_QUANTITY),
                                 &r->amount))
            return shoal_job_bad_row(in->job, SHOAL_REASON_BAD_AMOUNT, record, in->job->layout.role[SHOAL_ROLE_PRICE],
                                     "price x quantity is no finite number");
    } else if (in->has_amount && !shoal_number_parse(field_of(in, record, SHOAL_ROLE_AMOUNT), &r->amount))
        return bad_number(in, SHOAL_ROLE_AMOUNT, record);
    r->amount += 0.0; /* no negative zero */
    *use = true;
    return SHOAL_OK;
}

/* Texts that are too long to be keys or categories. */
static shoal_status check_texts(const shoal_intake *in, const shoal_record *record, bool *use)
{
    static const shoal_role roles[] = {SHOAL_ROLE_CUSTOMER, SHOAL_ROLE_ORDER, SHOAL_ROLE_PRODUCT, SHOAL_ROLE_CHANNEL,
                                       SHOAL_ROLE_COUNTRY};
    *use = false;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (field_of(in, record, roles[i]).length > SHOAL_MAX_TEXT)
            return shoal_job_bad_row(in->job, SHOAL_REASON_TOO_LONG, record, in->job->layout.role[roles[i]],
                                     "the %s is longer than %d bytes", shoal_role_name(roles[i]), SHOAL_MAX_TEXT);
    *use = true;
    return SHOAL_OK;
}

/* "C536379": a cancellation in UCI Online Retail. */
static bool is_cancelled(shoal_field order)
{
    return order.length > 1 && order.text[0] == 'C' && order.text[1] >= '0' && order.text[1] <= '9';
}

static shoal_status refuse_return(const shoal_intake *in, const shoal_record *record, const shoal_sale *r,
                                  bool cancelled)
{
    const shoal_role role = cancelled                            ? SHOAL_ROLE_ORDER
                            : r->number[SHOAL_SALE_QUANTITY] < 0 ? SHOAL_ROLE_QUANTITY
                                                                 : SHOAL_ROLE_AMOUNT;
    const shoal_field field = field_of(in, record, role);
    char shown[256];
    return shoal_job_fail(
        in->job, record, in->job->layout.role[role],
        "\"%s\" is a %s: count returns against the customer with --returns net, or leave them out with "
        "--returns drop",
        shoal_text_quote(field.text, field.length, shown, sizeof shown), cancelled ? "cancelled order" : "return");
}

/* What becomes of the row by policy. *use is false where it is left out. */
static shoal_status apply_policy(shoal_intake *in, const shoal_record *record, shoal_sale *r, bool *use)
{
    shoal_job *job = in->job;
    *use = false;
    const bool cancelled = is_cancelled(field_of(in, record, SHOAL_ROLE_ORDER));
    const bool returned = cancelled || r->amount < 0 || r->number[SHOAL_SALE_QUANTITY] < 0;
    const shoal_reason reason = cancelled ? SHOAL_REASON_CANCELLED : SHOAL_REASON_RETURN;
    const double price = r->number[SHOAL_SALE_PRICE];
    if (returned) {
        if (job->opts->returns == SHOAL_RETURNS_ERROR) return refuse_return(in, record, r, cancelled);
        /* without money there is nothing to count a return against */
        const bool counts = job->opts->returns == SHOAL_RETURNS_NET && in->has_amount;
        if (!counts) return shoal_job_reject(job, reason);
    }
    if (price <= 0) return shoal_job_reject(job, SHOAL_REASON_NO_PRICE);
    if (returned) {
        if (r->amount == 0) return shoal_job_reject(job, reason);
        job->turned += r->amount > 0;
        r->amount = -fabs(r->amount);
    }
    *use = true;
    return SHOAL_OK;
}

shoal_status shoal_intake_row(shoal_intake *in, const shoal_record *record)
{
    shoal_job *job = in->job;
    shoal_status status = SHOAL_OK;
    if (!shoal_job_row_is_sound(job, record, &status)) return status;
    if (field_of(in, record, SHOAL_ROLE_CUSTOMER).length == 0)
        return shoal_job_reject(job, SHOAL_REASON_MISSING_CUSTOMER);
    shoal_sale sale;
    bool use;
    status = check_texts(in, record, &use);
    if (!use) return status;
    if (!shoal_dates_parse(&in->dates, field_of(in, record, SHOAL_ROLE_DATE), &sale.time)) return bad_date(in, record);
    status = read_numbers(in, record, &sale, &use);
    if (!use) return status;
    status = apply_policy(in, record, &sale, &use);
    if (!use) return status;
    return shoal_draft_push(&in->draft, job, record, &sale);
}

void shoal_intake_clear(shoal_intake *in)
{
    shoal_draft_clear(&in->draft);
}

int64_t shoal_intake_rows(const shoal_intake *in)
{
    return in->draft.n;
}

shoal_status shoal_intake_take(shoal_intake *in, int64_t order, int64_t first_row, int64_t first_line)
{
    return shoal_draft_take(&in->draft, in->job, order, first_row, first_line);
}
