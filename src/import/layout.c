#include "import/layout.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "import/recognise.h"
#include "import/values.h"

typedef struct deciding {
    shoal_layout *layout;
    const char *name;
    const shoal_import_opts *opts;
    const shoal_record *first;
    uint8_t *taken; /* by a role */
    shoal_error *err;
} deciding;

/* No field is a number or a date, and one at least is not empty. */
static shoal_status looks_like_header(const deciding *d, bool *header)
{
    shoal_dates dates;
    SHOAL_TRY(shoal_dates_start(&dates, d->opts->date_format, d->err));
    bool text = false, value = false;
    for (int64_t i = 0; i < d->first->n_fields && !value; i++) {
        const shoal_field field = d->first->fields[i];
        double number;
        int64_t time;
        text = text || field.length > 0;
        value = shoal_text_to_double(field.text, field.length, &number) || shoal_dates_parse(&dates, field, &time);
    }
    shoal_dates_end(&dates);
    *header = text && !value;
    return SHOAL_OK;
}

static bool has_named_column(const shoal_import_opts *opts)
{
    for (int role = 0; role < SHOAL_N_ROLES; role++)
        if (opts->column[role] != NULL) return true;
    return false;
}

static shoal_status decide_header(deciding *d)
{
    const shoal_import_opts *opts = d->opts;
    const bool named = has_named_column(opts);
    if (named && opts->columns != NULL)
        return shoal_fail(d->err, SHOAL_ERR_USAGE, "columns are either given by position or by name, not both");
    if (named && opts->header == 0)
        return shoal_fail(d->err, SHOAL_ERR_USAGE, "columns can only be named where there is a header");
    if (opts->header >= 0 || named) {
        d->layout->header = named || opts->header > 0;
        return SHOAL_OK;
    }
    return looks_like_header(d, &d->layout->header);
}

static shoal_status set_name(const deciding *d, int64_t column, const char *text, size_t length)
{
    char *to;
    const bool utf8 = shoal_text_is_utf8(text, length);
    SHOAL_TRY(shoal_alloc((int64_t)length * (utf8 ? 1 : 3) + 1, 1, &to, d->err));
    if (utf8) memcpy(to, text, length);
    else length = shoal_utf8_from_windows1252(text, length, to);
    to[length] = '\0';
    d->layout->names[column] = to;
    return SHOAL_OK;
}

static shoal_status take_names(const deciding *d)
{
    shoal_layout *layout = d->layout;
    /* a delimiter at the end of the header makes no column */
    if (layout->n_columns > 1 && d->first->fields[layout->n_columns - 1].length == 0) layout->n_columns--;
    SHOAL_TRY(shoal_alloc_zero(layout->n_columns, sizeof *layout->names, &layout->names, d->err));
    for (int64_t i = 0; i < layout->n_columns; i++)
        SHOAL_TRY(set_name(d, i, d->first->fields[i].text, d->first->fields[i].length));
    return SHOAL_OK;
}

static shoal_status fail_without_header(const deciding *d)
{
    shoal_text row = {0};
    for (int64_t i = 0; i < d->first->n_fields && i < 8; i++) {
        char shown[256];
        shoal_text_quote(d->first->fields[i].text, d->first->fields[i].length, shown, sizeof shown);
        shoal_text_addf(&row, "%s%s", i > 0 ? " | " : "", shown);
    }
    const shoal_status status =
        row.failed ? shoal_fail_memory(d->err)
                   : shoal_fail(d->err, SHOAL_ERR_INPUT,
                                "%s has no header; its first row is: %s. Say by position what the columns are, such as "
                                "--columns customer,date,_,amount, where _ is a column to leave out",
                                d->name, row.data);
    shoal_text_free(&row);
    return status;
}

/* --- by position --- */

static int role_of(const char *text, size_t length)
{
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        const char *name = shoal_role_name((shoal_role)role);
        if (strlen(name) == length && strncmp(name, text, length) == 0) return role;
    }
    return -1;
}

static shoal_status fail_unknown_role(const deciding *d, const char *text, size_t length)
{
    const char *names[SHOAL_N_ROLES];
    char shown[256], nearest[512], to[SHOAL_NAME_SIZE];
    for (int role = 0; role < SHOAL_N_ROLES; role++) names[role] = shoal_role_name((shoal_role)role);
    snprintf(to, sizeof to, "%.*s", (int)(length < sizeof to ? length : sizeof to - 1), text);
    return shoal_fail(d->err, SHOAL_ERR_USAGE, "no role is called \"%s\" in --columns: did you mean %s? _ leaves out",
                      shoal_text_quote(text, length, shown, sizeof shown),
                      shoal_text_nearest(to, names, SHOAL_N_ROLES, nearest, sizeof nearest));
}

static shoal_status place(const deciding *d, int64_t column, const char *text, size_t length)
{
    shoal_layout *layout = d->layout;
    if (length == 1 && text[0] == '_') {
        layout->left_out[column] = 1;
        return SHOAL_OK;
    }
    const int role = role_of(text, length);
    const bool customers = d->opts->kind == SHOAL_IMPORT_CUSTOMERS;
    if (customers && role != SHOAL_ROLE_CUSTOMER) return layout->header ? SHOAL_OK : set_name(d, column, text, length);
    if (role < 0) return fail_unknown_role(d, text, length);
    if (layout->role[role] >= 0)
        return shoal_fail(d->err, SHOAL_ERR_USAGE, "--columns names \"%s\" twice", shoal_role_name((shoal_role)role));
    layout->role[role] = column;
    d->taken[column] = 1;
    return customers && !layout->header ? set_name(d, column, text, length) : SHOAL_OK;
}

static shoal_status decide_by_position(const deciding *d)
{
    shoal_layout *layout = d->layout;
    SHOAL_TRY(shoal_alloc_zero(layout->n_columns, 1, &layout->left_out, d->err));
    if (d->opts->kind == SHOAL_IMPORT_CUSTOMERS && !layout->header)
        SHOAL_TRY(shoal_alloc_zero(layout->n_columns, sizeof *layout->names, &layout->names, d->err));
    int64_t given = 0;
    for (const char *at = d->opts->columns; at != NULL; given++) {
        const char *comma = strchr(at, ',');
        size_t length = comma != NULL ? (size_t)(comma - at) : strlen(at);
        const char *text = at;
        while (length > 0 && *text == ' ') text++, length--;
        while (length > 0 && text[length - 1] == ' ') length--;
        if (given < layout->n_columns) SHOAL_TRY(place(d, given, text, length));
        at = comma != NULL ? comma + 1 : NULL;
    }
    for (int64_t i = 0; layout->names != NULL && i < layout->n_columns; i++)
        if (layout->names[i] == NULL) SHOAL_TRY(set_name(d, i, "", 0));
    if (given == layout->n_columns) return SHOAL_OK;
    return shoal_fail(d->err, SHOAL_ERR_USAGE,
                      "--columns names %lld columns, but %s has %lld: use _ for those to leave out", (long long)given,
                      d->name, (long long)layout->n_columns);
}

/* --- by name --- */

static shoal_status fail_no_such_column(const deciding *d, shoal_role role, const char *wanted)
{
    char nearest[512], shown[256];
    return shoal_fail(d->err, SHOAL_ERR_INPUT,
                      "%s has no column \"%s\" for the %s; the nearest of its %lld columns: %s", d->name,
                      shoal_text_quote(wanted, strlen(wanted), shown, sizeof shown), shoal_role_name(role),
                      (long long)d->layout->n_columns,
                      shoal_text_nearest(wanted, (const char *const *)d->layout->names, (size_t)d->layout->n_columns,
                                         nearest, sizeof nearest));
}

static shoal_status fail_twice(const deciding *d, shoal_role role, const char *header)
{
    char shown[256];
    return shoal_fail(
        d->err, SHOAL_ERR_INPUT,
        "%s has two columns called \"%s\", which could both be the %s: rename one, or give the columns by "
        "position with --columns",
        d->name, shoal_text_quote(header, strlen(header), shown, sizeof shown), shoal_role_name(role));
}

/* The column called so: exactly, or else by its plain name. */
static shoal_status find_named(const deciding *d, shoal_role role, int64_t *column)
{
    const char *wanted = d->opts->column[role];
    char plain[SHOAL_PLAIN_SIZE], other[SHOAL_PLAIN_SIZE];
    shoal_plain_name(wanted, plain);
    for (int exactly = 1; exactly >= 0; exactly--) {
        *column = -1;
        for (int64_t i = 0; i < d->layout->n_columns; i++) {
            const char *name = d->layout->names[i];
            if (exactly ? strcmp(name, wanted) != 0 : strcmp(shoal_plain_name(name, other), plain) != 0) continue;
            if (*column >= 0) return fail_twice(d, role, name);
            *column = i;
        }
        if (*column >= 0) return SHOAL_OK;
    }
    return fail_no_such_column(d, role, wanted);
}

/* A customer table's key must be meant as one: "member" alone may well be an attribute. */
static bool is_key_name(const char *name)
{
    static const char *const endings[] = {"id", "no", "number", "key", "code", "customer"};
    char plain[SHOAL_PLAIN_SIZE];
    const size_t length = strlen(shoal_plain_name(name, plain));
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t n = strlen(endings[i]);
        if (length >= n && strcmp(plain + length - n, endings[i]) == 0) return true;
    }
    return false;
}

static shoal_status decide_by_name(const deciding *d)
{
    shoal_layout *layout = d->layout;
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        if (d->opts->column[role] == NULL) continue;
        SHOAL_TRY(find_named(d, (shoal_role)role, &layout->role[role]));
        if (d->taken[layout->role[role]])
            return shoal_fail(d->err, SHOAL_ERR_USAGE, "column \"%s\" is named for two roles", d->opts->column[role]);
        d->taken[layout->role[role]] = 1;
    }
    const bool customers = d->opts->kind == SHOAL_IMPORT_CUSTOMERS;
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        if (layout->role[role] >= 0 || (customers && role != SHOAL_ROLE_CUSTOMER)) continue;
        bool twice;
        const int64_t column = shoal_recognise((shoal_role)role, layout->names, layout->n_columns, d->taken, &twice);
        if (column < 0 || (customers && !is_key_name(layout->names[column]))) continue;
        if (twice) return fail_twice(d, (shoal_role)role, layout->names[column]);
        layout->role[role] = column;
        d->taken[column] = 1;
    }
    return SHOAL_OK;
}

static shoal_status require(const deciding *d, shoal_role role)
{
    if (d->layout->role[role] >= 0) return SHOAL_OK;
    const char *name = shoal_role_name(role);
    if (d->opts->columns != NULL)
        return shoal_fail(d->err, SHOAL_ERR_USAGE, "--columns names no column for the %s", name);
    shoal_text list = {0};
    for (int64_t i = 0; i < d->layout->n_columns && i < 12; i++) {
        char shown[256];
        shoal_text_quote(d->layout->names[i], strlen(d->layout->names[i]), shown, sizeof shown);
        shoal_text_addf(&list, "%s%s", i > 0 ? ", " : "", shown);
    }
    if (d->layout->n_columns > 12) shoal_text_add(&list, " …");
    const shoal_status status = list.failed ? shoal_fail_memory(d->err)
                                            : shoal_fail(d->err, SHOAL_ERR_INPUT,
                                                         "no column of %s is recognised as the %s: name it with --%s; "
                                                         "its columns: %s",
                                                         d->name, name, name, list.data);
    shoal_text_free(&list);
    return status;
}

static shoal_status choose_wanted(const deciding *d)
{
    shoal_layout *layout = d->layout;
    SHOAL_TRY(shoal_alloc_zero(layout->n_columns + 1, 1, &layout->wanted, d->err));
    for (int64_t i = 0; i < layout->n_columns; i++)
        layout->wanted[i] =
            d->opts->kind == SHOAL_IMPORT_CUSTOMERS ? layout->left_out == NULL || !layout->left_out[i] : d->taken[i];
    layout->wanted[layout->n_columns] = 1;
    return SHOAL_OK;
}

static shoal_status decide(deciding *d)
{
    shoal_layout *layout = d->layout;
    for (int role = 0; role < SHOAL_N_ROLES; role++) layout->role[role] = -1;
    SHOAL_TRY(decide_header(d));
    if (!layout->header && d->opts->columns == NULL) return fail_without_header(d);
    layout->n_columns = d->first->n_fields;
    if (layout->header) SHOAL_TRY(take_names(d));
    SHOAL_TRY(shoal_alloc_zero(layout->n_columns, 1, &d->taken, d->err));
    SHOAL_TRY(d->opts->columns != NULL ? decide_by_position(d) : decide_by_name(d));
    if (d->opts->kind == SHOAL_IMPORT_TRANSACTIONS) {
        SHOAL_TRY(require(d, SHOAL_ROLE_CUSTOMER));
        SHOAL_TRY(require(d, SHOAL_ROLE_DATE));
        /* a price without a quantity is the money of the row */
        if (layout->role[SHOAL_ROLE_AMOUNT] < 0 && layout->role[SHOAL_ROLE_QUANTITY] < 0) {
            layout->role[SHOAL_ROLE_AMOUNT] = layout->role[SHOAL_ROLE_PRICE];
            layout->role[SHOAL_ROLE_PRICE] = -1;
        }
    }
    return choose_wanted(d);
}

shoal_status shoal_layout_decide(shoal_layout *layout, const char *name, const shoal_import_opts *opts,
                                 const shoal_record *first, shoal_error *err)
{
    deciding d = {.layout = layout, .name = name, .opts = opts, .first = first, .err = err};
    const shoal_status status = decide(&d);
    free(d.taken);
    return status;
}

bool shoal_layout_extra_is_empty(const shoal_layout *layout, const shoal_record *record)
{
    return record->fields[layout->n_columns].length == 0;
}

void shoal_layout_fill_report(const shoal_layout *layout, shoal_import_report *report)
{
    report->header = layout->header;
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        const int64_t column = layout->role[role];
        if (column < 0) continue;
        if (layout->names != NULL) shoal_text_copy(report->column[role], SHOAL_NAME_SIZE, layout->names[column]);
        else snprintf(report->column[role], SHOAL_NAME_SIZE, "#%lld", (long long)column + 1);
    }
}

void shoal_layout_free(shoal_layout *layout)
{
    for (int64_t i = 0; layout->names != NULL && i < layout->n_columns; i++) free(layout->names[i]);
    free(layout->names);
    free(layout->left_out);
    free(layout->wanted);
    *layout = (shoal_layout){0};
}
