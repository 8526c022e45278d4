#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "commands.h"
#include "sections.h"

/* An output must replace neither an input nor the other output. */
static shoal_status check_outputs(const bench_opts *opts, shoal_error *err)
{
    const bool markdown_file = opts->markdown != NULL && strcmp(opts->markdown, "-") != 0;
    if (opts->output == NULL && opts->markdown == NULL)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "an output is missing: give -o PAGE.html, --markdown FILE, or "
                          "--markdown - for standard output");
    for (int i = 0; i < opts->n_inputs; i++) {
        if (opts->output != NULL) SHOAL_TRY(shoal_check_distinct(opts->inputs[i], opts->output, err));
        if (markdown_file) SHOAL_TRY(shoal_check_distinct(opts->inputs[i], opts->markdown, err));
    }
    if (markdown_file && opts->output != NULL && strcmp(opts->markdown, opts->output) == 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "-o and --markdown name the same file: %s", opts->output);
    return SHOAL_OK;
}

static shoal_status write_markdown(const bench_opts *opts, const shoal_text *markdown, shoal_error *err)
{
    if (strcmp(opts->markdown, "-") != 0)
        return shoal_file_write(opts->markdown, markdown->data, markdown->length, err);
    if (fwrite(markdown->data, 1, markdown->length, stdout) != markdown->length)
        return shoal_fail(err, SHOAL_ERR_IO, "cannot write to standard output");
    return SHOAL_OK;
}

shoal_status bench_report(const bench_opts *opts, shoal_error *err)
{
    bench_book book = {0};
    bench_document document = {0};
    shoal_text page = {0};
    shoal_status status = check_outputs(opts, err);
    if (status >= 0) status = bench_rows_read(opts, 0, opts->n_inputs, &book, err);
    if (status >= 0) status = bench_page(&book, opts, &document, &page, err);
    if (status >= 0 && opts->output != NULL) status = shoal_file_write(opts->output, page.data, page.length, err);
    if (status >= 0 && opts->markdown != NULL) status = write_markdown(opts, &document.markdown, err);
    if (status >= 0 && !opts->quiet && opts->output != NULL) fprintf(stderr, "%s: written\n", opts->output);
    shoal_text_free(&page);
    shoal_text_free(&document.html);
    shoal_text_free(&document.markdown);
    bench_book_free(&book);
    return status;
}
