/* From argv to arguments, by the table of options. */
#ifndef SHOAL_CLI_PARSE_H
#define SHOAL_CLI_PARSE_H

#include "cli/options.h"

/* Reads the words after the verb. --name value and --name=value, -k 5 and -k5, letters of flags together; options and
 * the operand in any order; "--" ends the options; of an option given twice the last counts. A value that begins with
 * a dash and is no number must be given as --name=value. With --help nothing else is checked.
 * Errors: USAGE. */
SHOAL_MUST_USE shoal_status shoal_cli_parse(shoal_cli_verb_id verb, int argc, char *const *argv, shoal_cli_args *args,
                                            shoal_error *err);

/* Stores the value of one option. Errors: USAGE, naming option, value and what is allowed. */
SHOAL_MUST_USE shoal_status shoal_cli_value(const shoal_cli_option *option, const char *text, shoal_cli_args *args,
                                            shoal_error *err);

/* Writes the message and returns USAGE. */
shoal_status shoal_cli_usage(shoal_error *err, const char *format, ...) SHOAL_PRINTF(2, 3);

#endif
