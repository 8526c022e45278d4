/* Text of numbers and names, written forward into a buffer that is large enough; each returns the end. */
#ifndef SHOAL_GENERATE_FORMAT_H
#define SHOAL_GENERATE_FORMAT_H

#include <stdint.h>

enum { SHOAL_KEY_SIZE = 11, SHOAL_PRODUCT_SIZE = 16, SHOAL_ORDER_SIZE = 24 }; /* bytes at most, without a NUL */

char *shoal_put_text(char *to, const char *text);
char *shoal_put_number(char *to, uint64_t number);
/* At least `digits` digits, with leading zeros. */
char *shoal_put_padded(char *to, uint64_t number, int digits);
char *shoal_put_cents(char *to, uint64_t cents);  /* "12.34" */
char *shoal_put_date(char *to, int64_t day);      /* days since 1970-01-01, as "2023-01-31" */
char *shoal_put_double(char *to, double value);   /* enough digits to read the same value back */
char *shoal_put_key(char *to, uint64_t customer); /* "C0001234567" */
char *shoal_put_product(char *to, int product);   /* "kitchen-017" */
/* Unique, and no 'C' before a digit, which would read as a cancellation: "1234567-3". */
char *shoal_put_order(char *to, uint64_t customer, uint64_t purchase);

#endif
