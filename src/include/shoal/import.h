/* CSV to transactions or customer attributes, in memory.
 *
 * Grammar: RFC 4180 with the usual liberties: comma, semicolon, tab, pipe or runs of blanks between fields, double
 * quotes, LF, CRLF or CR line ends, a UTF-8 byte order mark, gzip around it, "-" for standard input, a first line
 * "sep=;", one empty field too many at the end of a row or of the header. Blanks around a field are taken off, also
 * within quotes; a quote within an unquoted field stands for itself. rows_read = rows_kept + rows_rejected, always; the
 * header and blank lines are no rows.
 *
 * Keys and categories of up to 255 bytes are kept as written, leading zeros too, with two exceptions, each told in a
 * notice: "17850.0" is the key 17850, and text that is not UTF-8 is read as Windows-1252. Numbers are decimals with a
 * point; amounts from price and quantity are the double nearest to the exact product. */
#ifndef SHOAL_IMPORT_H
#define SHOAL_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum shoal_import_kind {
    SHOAL_IMPORT_TRANSACTIONS, /* one row a transaction line */
    SHOAL_IMPORT_CUSTOMERS,    /* one row a customer: every numeric column a feature, every other a category */
} shoal_import_kind;

/* What a column of the input means. */
typedef enum shoal_role {
    SHOAL_ROLE_CUSTOMER,
    SHOAL_ROLE_DATE,
    SHOAL_ROLE_AMOUNT,
    SHOAL_ROLE_PRICE, /* per piece; amount = price x quantity where there is no amount column */
    SHOAL_ROLE_QUANTITY,
    SHOAL_ROLE_ORDER,
    SHOAL_ROLE_PRODUCT,
    SHOAL_ROLE_CHANNEL,
    SHOAL_ROLE_COUNTRY,
    SHOAL_ROLE_COST,
    SHOAL_ROLE_DISCOUNT,
    SHOAL_N_ROLES
} shoal_role;

SHOAL_API const char *shoal_role_name(shoal_role role); /* "customer", "date" … as in --customer, --date */

typedef enum shoal_returns { SHOAL_RETURNS_NET, SHOAL_RETURNS_DROP, SHOAL_RETURNS_ERROR } shoal_returns;
typedef enum shoal_bad_rows { SHOAL_BAD_ROWS_REJECT, SHOAL_BAD_ROWS_SKIP } shoal_bad_rows;

typedef struct shoal_import_opts {
    shoal_import_kind kind;
    char delimiter;      /* ',', ';', '\t', '|', ' ' (runs of blanks) or 0: found from the first lines */
    int header;          /* 1 yes, 0 no, -1: found out; default -1 */
    const char *columns; /* without a header: roles by position, "customer,date,_,amount"; or NULL. Of kind
                            customers: "customer" for the key, "_" to leave out, else a column's name */
    const char *column[SHOAL_N_ROLES]; /* the header of that role, or NULL: recognised by common names */
    const char *date_format;           /* strptime format, or NULL: ISO 8601 or yyyymmdd */
    shoal_returns returns;             /* default net */
    shoal_bad_rows bad_rows;           /* default reject: the first bad row ends the import with an error */
} shoal_import_opts;

SHOAL_API shoal_import_opts shoal_import_opts_default(void);

enum { SHOAL_NAME_SIZE = 64, SHOAL_MAX_REASONS = 16 };

typedef struct shoal_import_report {
    char source[256];  /* the file's name without its folders, or "standard input" */
    char delimiter[8]; /* ",", "tab", "blanks" … */
    bool header, gzip;
    shoal_returns returns;
    char column[SHOAL_N_ROLES][SHOAL_NAME_SIZE]; /* header (or "#3") taken for each role, "" where none */
    int64_t rows_read, rows_kept, rows_rejected;
    int n_reasons;
    struct {
        char reason[32]; /* by policy: missing_customer, cancelled, return, no_price, return_without_purchase; bad rows:
                            ragged, bad_date, bad_amount, bad_quantity, bad_price, bad_number, nul_byte, bad_quote,
                            too_long, duplicate_customer */
        int64_t rows;
    } rejected[SHOAL_MAX_REASONS];
    int64_t rows_returned;           /* kept rows with a negative amount (policy net) */
    int64_t customers, transactions; /* transactions = rows_kept for that kind, else 0 */
    bool has_amount;
    double revenue;     /* sum of amounts, exact to the cent */
    int64_t start, end; /* first and last time, seconds since 1970-01-01 */
} shoal_import_report;

/* Everything that was read; owned, start it as {0}. Customers are numbered by first appearance among kept rows. */
typedef struct shoal_import_data {
    shoal_table transactions; /* customer i64, time i64, then as given: amount f64, quantity f64, price f64, cost f64,
                                 discount f64, order, product, channel, country (i32 codes into a dictionary);
                                 sorted by customer, time, input order */
    shoal_table customers;    /* kind customers: features f64 and categories i32; else only n_rows is set */
    shoal_table keys;         /* one text column "external_id" */
    int n_dictionaries;
    shoal_table *dictionaries; /* one text column each, named after the category; row = code */
} shoal_import_data;

/* Reads path ("-": standard input). Returns net: amount < 0 (or quantity < 0) rows are kept and lower the customer's
 * money; drop: they are rejected as "return"; error: the first is an error. An order number that begins with 'C' before
 * a digit marks a cancellation, as in UCI Online Retail, and counts as a return. A unit price of 0 or less is no sale
 * and is rejected as "no_price" under every policy, a row without customer as "missing_customer". Customers with
 * returns but no purchase are rejected as "return_without_purchase". Without amounts net is as drop. A returned row
 * that is written with a positive amount counts as negative, with a notice; one of amount 0 is rejected as "return". Of
 * kind customers, columns without a name or without values and texts over 255 bytes are left out, a column of numbers
 * and texts is a category; each is told in a notice. Missing categories have code -1 and valid 0. Errors: INPUT with
 * line, column and text of the first bad value; a missing column with the nearest names; IO; MEMORY; INTERRUPTED. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_import_read(const shoal_ctx *ctx, const char *path,
                                                        const shoal_import_opts *opts, shoal_import_data *data,
                                                        shoal_import_report *report, shoal_error *err);
SHOAL_API void shoal_import_data_free(shoal_import_data *data);

#ifdef __cplusplus
}
#endif
#endif
