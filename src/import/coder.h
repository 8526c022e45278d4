/* Texts to codes for many threads at once.
 *
 * The texts are spread over shards by their hash, each a dictionary with a lock of its own. Which code a text gets
 * first depends on the threads; what does not is the row it first stood in, so in the end the codes are ranked by that.
 */
#ifndef SHOAL_IMPORT_CODER_H
#define SHOAL_IMPORT_CODER_H

#include <pthread.h>

#include <shoal/context.h>

#include "import/dictionary.h"
#include "import/record.h"

enum { SHOAL_CODER_BITS = 4, SHOAL_CODER_SHARDS = 1 << SHOAL_CODER_BITS };

/* Start it with shoal_coder_start. */
typedef struct shoal_coder {
    struct shoal_shard {
        pthread_mutex_t lock;
        shoal_dictionary dictionary; /* an entry's mark: the first row of the text */
    } shard[SHOAL_CODER_SHARDS];
} shoal_coder;

enum { SHOAL_RECENT_BITS = 10, SHOAL_RECENT = 1 << SHOAL_RECENT_BITS };

/* A text that is looked for. */
typedef struct shoal_coder_query {
    uint64_t hash;
    uint32_t row;
} shoal_coder_query;

/* One column of one thread: room for a batch, used again for the next, and texts that were met not long ago, found
 * without looking into the shards. Batches come in the order of their rows. Start it as {0}. */
typedef struct shoal_coder_room {
    shoal_coder_query *queries, *sorted;
    int64_t queries_capacity, sorted_capacity;
    int64_t found, looked_for; /* among the recent, lately */
    struct shoal_recent {
        uint64_t words[2];
        uint32_t length; /* 0: none */
        int32_t code;
    } * recent;
    int64_t converted;     /* texts of the batch that were not UTF-8 */
    int64_t converted_row; /* the first of them */
} shoal_coder_room;

void shoal_coder_start(shoal_coder *coder);
/* codes[i]: of fields[i], at most SHOAL_MAX_TEXT bytes; -1 where it is empty. The fields are rows first_row,
 * first_row + 1 … Text that is not UTF-8 is read as Windows-1252. Expected O(n). Errors: MEMORY; INPUT for more texts
 * than codes. */
SHOAL_MUST_USE shoal_status shoal_coder_code(shoal_coder *coder, const shoal_field *fields, int64_t n,
                                             int64_t first_row, shoal_coder_room *room, int32_t *codes,
                                             shoal_error *err);
void shoal_coder_room_free(shoal_coder_room *room);

/* All codes are below. */
int64_t shoal_coder_limit(const shoal_coder *coder);
/* The first row of a code; SHOAL_CODER_NONE takes the text out of the ranking. */
#define SHOAL_CODER_NONE INT64_MAX
int64_t *shoal_coder_first(shoal_coder *coder, int32_t code);
void shoal_coder_forget_rows(shoal_coder *coder); /* all first rows become NONE */
/* Ranks the texts by their first rows: rank[code], -1 for those taken out, room for the limit; *codes: the code of each
 * rank, malloc'ed. O(texts). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_coder_rank(shoal_coder *coder, int32_t *rank, int32_t **codes, int64_t *n,
                                             shoal_error *err);
/* Fills an empty table with one text column: row i is the text of codes[i]. */
SHOAL_MUST_USE shoal_status shoal_coder_table(const shoal_ctx *ctx, const shoal_coder *coder, const int32_t *codes,
                                              int64_t n, const char *name, shoal_table *table, shoal_error *err);
void shoal_coder_free(shoal_coder *coder);

#endif
