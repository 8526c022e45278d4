/* A column of texts to a column of codes, a batch of rows at a time so that the searches overlap in memory. */
#ifndef SHOAL_IMPORT_CODER_H
#define SHOAL_IMPORT_CODER_H

#include "import/job.h"
#include "import/series.h"

enum { SHOAL_CODER_BATCH = 64 };

/* Start it with shoal_coder_start. */
typedef struct shoal_coder {
    shoal_job *job;
    shoal_dictionary dictionary;
    shoal_series codes; /* int32, -1 where the text is empty; without the rows that wait */
    int waiting;
    struct {
        uint64_t hash;
        int64_t line;
        size_t length;
        char text[SHOAL_MAX_TEXT];
    } batch[SHOAL_CODER_BATCH];
} shoal_coder;

void shoal_coder_start(shoal_coder *coder, shoal_job *job);
/* The text of the next row, at most SHOAL_MAX_TEXT bytes. */
SHOAL_MUST_USE shoal_status shoal_coder_push(shoal_coder *coder, shoal_field field, int64_t line);
/* Codes the rows that wait; codes is complete afterwards. */
SHOAL_MUST_USE shoal_status shoal_coder_flush(shoal_coder *coder);
void shoal_coder_free(shoal_coder *coder);

#endif
