/* Notices of a run: told on standard error as they come and kept for the JSON document. */
#ifndef SHOAL_CLI_NOTICES_H
#define SHOAL_CLI_NOTICES_H

#include <stdbool.h>

typedef struct shoal_cli_notices {
    int n, capacity;
    char **messages;
    bool quiet;
} shoal_cli_notices;

/* Prints "note: message" unless quiet. A message that was told before is not told again. Where memory runs out the
 * message is printed but not kept. */
void shoal_cli_notices_add(shoal_cli_notices *notices, const char *message);
void shoal_cli_notices_free(shoal_cli_notices *notices);

#endif
