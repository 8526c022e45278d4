#include "cli/notices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text.h"

static bool has_room(shoal_cli_notices *notices)
{
    if (notices->n < notices->capacity) return true;
    const int capacity = notices->capacity == 0 ? 8 : notices->capacity * 2;
    char **messages = realloc(notices->messages, (size_t)capacity * sizeof *messages);
    if (messages == NULL) return false;
    notices->messages = messages;
    notices->capacity = capacity;
    return true;
}

void shoal_cli_notices_add(shoal_cli_notices *notices, const char *message)
{
    for (int i = 0; i < notices->n; i++)
        if (strcmp(notices->messages[i], message) == 0) return;
    char shown[2048];
    if (!notices->quiet) fprintf(stderr, "note: %s\n", shoal_cli_escape(message, shown, sizeof shown));
    char *copy = has_room(notices) ? strdup(message) : NULL;
    if (copy != NULL) notices->messages[notices->n++] = copy;
}

void shoal_cli_notices_free(shoal_cli_notices *notices)
{
    for (int i = 0; i < notices->n; i++) free(notices->messages[i]);
    free(notices->messages);
    *notices = (shoal_cli_notices){0};
}
