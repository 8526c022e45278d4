/* Which role a header stands for. */
#ifndef SHOAL_IMPORT_RECOGNISE_H
#define SHOAL_IMPORT_RECOGNISE_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/import.h>

enum { SHOAL_PLAIN_SIZE = 64 };

/* Lower-case letters and digits of a header, so that "Invoice No", "invoice_no" and "InvoiceNo" are one; buffer of
 * SHOAL_PLAIN_SIZE bytes is returned. */
const char *shoal_plain_name(const char *name, char *buffer);

/* The column among n names that means the role by the commonest name, leftmost of equals; taken[i] != 0 are passed
 * over. -1: none. *twice: another column has the same plain name. */
int64_t shoal_recognise(shoal_role role, char *const *names, int64_t n, const uint8_t *taken, bool *twice);

#endif
