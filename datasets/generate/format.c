#include "generate/format.h"

#include <stdio.h>

#include "base/date.h"
#include "generate/population.h"

char *shoal_put_text(char *to, const char *text)
{
    while (*text != '\0') *to++ = *text++;
    return to;
}

char *shoal_put_padded(char *to, uint64_t number, int digits)
{
    char reversed[20];
    int n = 0;
    do {
        reversed[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (int i = n; i < digits; i++) *to++ = '0';
    while (n > 0) *to++ = reversed[--n];
    return to;
}

char *shoal_put_number(char *to, uint64_t number)
{
    return shoal_put_padded(to, number, 1);
}

char *shoal_put_cents(char *to, uint64_t cents)
{
    to = shoal_put_number(to, cents / 100);
    *to++ = '.';
    return shoal_put_padded(to, cents % 100, 2);
}

char *shoal_put_date(char *to, int64_t day)
{
    char text[SHOAL_DATE_SIZE];
    return shoal_put_text(to, shoal_date_format(day * SHOAL_DAY_SECONDS, false, text));
}

char *shoal_put_double(char *to, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.17g", value);
    return shoal_put_text(to, text);
}

char *shoal_put_key(char *to, uint64_t customer)
{
    *to++ = 'C';
    return shoal_put_padded(to, customer, SHOAL_KEY_SIZE - 1);
}

char *shoal_put_product(char *to, int product)
{
    to = shoal_put_text(to, shoal_category_names[product / SHOAL_CATEGORY_PRODUCTS]);
    *to++ = '-';
    return shoal_put_padded(to, (uint64_t)(product % SHOAL_CATEGORY_PRODUCTS) + 1, 3);
}

char *shoal_put_order(char *to, uint64_t customer, uint64_t purchase)
{
    to = shoal_put_number(to, customer + 1);
    *to++ = '-';
    return shoal_put_number(to, purchase + 1);
}
