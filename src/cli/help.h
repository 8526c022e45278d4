/* Documents made from the table of options, to standard output. */
#ifndef SHOAL_CLI_HELP_H
#define SHOAL_CLI_HELP_H

#include <stdio.h>

#include "cli/options.h"

void shoal_cli_help(FILE *out);                         /* shoal --help */
void shoal_cli_help_verb(FILE *out, shoal_cli_verb_id); /* shoal VERB --help */
void shoal_cli_man(FILE *out);                          /* shoal(1), in the man macros */
void shoal_cli_man_verb(FILE *out, shoal_cli_verb_id);  /* shoal-VERB(1) */
/* "bash", "zsh" or "fish"; false for another shell. */
bool shoal_cli_completion(FILE *out, const char *shell);

/* What every exit status means: "0", "done" … */
typedef struct shoal_cli_exit {
    int status;
    const char *meaning;
} shoal_cli_exit;
enum { SHOAL_CLI_N_EXITS = 6 };
extern const shoal_cli_exit shoal_cli_exits[SHOAL_CLI_N_EXITS];

/* Words that help and manual pages add to an option: ": required", " (default: 10)", or "". */
const char *shoal_cli_help_remark(shoal_cli_verb_id verb, const shoal_cli_option *option, char *buffer, size_t size);

#endif
