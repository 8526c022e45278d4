/* From options to files. */
#ifndef SHOAL_GENERATE_RUN_H
#define SHOAL_GENERATE_RUN_H

#include "generate/options.h"

/* Draws and writes all outputs; either every file is replaced or, on an error, none.
 * Errors: USAGE, IO, MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_generate_run(const shoal_ctx *ctx, const shoal_generate_opts *opts, shoal_error *err);

#endif
