#include "import/coder.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "import/job.h"
#include "import/radix.h"
#include "import/values.h"

enum { SHARD_MASK = SHOAL_CODER_SHARDS - 1 };

typedef struct shoal_shard shard;

void shoal_coder_start(shoal_coder *coder)
{
    memset(coder, 0, sizeof *coder);
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++) pthread_mutex_init(&coder->shard[s].lock, NULL);
}

void shoal_coder_free(shoal_coder *coder)
{
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++) shoal_dictionary_free(&coder->shard[s].dictionary);
}

void shoal_coder_room_free(shoal_coder_room *room)
{
    free(room->queries);
    free(room->sorted);
    free(room->recent);
    *room = (shoal_coder_room){0};
}

static int shard_of(uint64_t hash)
{
    return (int)(hash >> (64 - SHOAL_CODER_BITS));
}

/* --- recent texts --- */

/* Whether the column has few enough texts for looking among the recent ones to pay. */
static bool has_few_texts(shoal_coder_room *room)
{
    enum { TRIAL = 1 << 14 };
    if (room->looked_for < TRIAL) return true;
    return 2 * room->found >= room->looked_for;
}

static struct shoal_recent *recent_of(const shoal_coder_room *room, const uint64_t words[2], size_t length)
{
    const uint64_t hash = (words[0] ^ words[1] << 29 ^ length) * 0x9E3779B97F4A7C15;
    return &room->recent[hash >> (64 - SHOAL_RECENT_BITS)];
}

/* Gives codes to rows whose texts are recent; the first row of those was seen before. */
static int64_t find_recent(shoal_coder_room *room, const shoal_field *fields, int64_t n, int32_t *codes)
{
    int64_t left = 0;
    const bool look = room->recent != NULL && has_few_texts(room);
    for (int64_t i = 0; i < n; i++) {
        const size_t length = fields[i].length;
        codes[i] = -1;
        if (length == 0) continue;
        if (look && length <= 16) {
            uint64_t words[2];
            shoal_text_words(fields[i].text, length, words);
            const struct shoal_recent *r = recent_of(room, words, length);
            if (r->length == length && r->words[0] == words[0] && r->words[1] == words[1]) {
                codes[i] = r->code;
                continue;
            }
        }
        room->queries[left++] = (shoal_coder_query){shoal_dictionary_hash(fields[i].text, length), (uint32_t)i};
    }
    if (look) {
        room->looked_for += n;
        room->found += n - left;
    }
    return left;
}

static void remember(shoal_coder_room *room, const shoal_field *fields, int64_t n, const int32_t *codes)
{
    if (!has_few_texts(room)) return;
    for (int64_t k = 0; k < n; k++) {
        const uint32_t i = room->queries[k].row;
        if (fields[i].length > 16 || codes[i] < 0) continue;
        uint64_t words[2];
        shoal_text_words(fields[i].text, fields[i].length, words);
        *recent_of(room, words, fields[i].length) =
            (struct shoal_recent){{words[0], words[1]}, (uint32_t)fields[i].length, codes[i]};
    }
}

/* --- shards --- */

/* Brings the queries into the order of their shards; begin: SHOAL_CODER_SHARDS + 1 offsets. */
static void spread(const shoal_coder_room *room, int64_t n, uint32_t *begin)
{
    uint32_t next[SHOAL_CODER_SHARDS + 1] = {0};
    for (int64_t i = 0; i < n; i++) next[shard_of(room->queries[i].hash) + 1]++;
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++) next[s + 1] += next[s];
    memcpy(begin, next, sizeof next);
    for (int64_t i = 0; i < n; i++) room->sorted[next[shard_of(room->queries[i].hash)]++] = room->queries[i];
}

static shoal_status add_text(shard *at, shoal_field field, uint64_t hash, int32_t *code, shoal_error *err)
{
    shoal_dictionary *d = &at->dictionary;
    if (d->count >= INT32_MAX >> SHOAL_CODER_BITS)
        return shoal_fail(err, SHOAL_ERR_INPUT, "more than 2,000,000,000 different texts in one column");
    return shoal_dictionary_add(d, field.text, field.length, hash, code, err);
}

static int32_t found_in(shard *at, int32_t code, int64_t row, uint64_t hash)
{
    int64_t *first = &at->dictionary.entries[code].mark;
    if (row < *first) *first = row;
    return (int32_t)((uint32_t)code << SHOAL_CODER_BITS) | shard_of(hash);
}

/* A text that is not UTF-8: its shard is that of what it is converted to. */
static shoal_status convert(shoal_coder *coder, shoal_field field, int64_t row, int32_t *code, shoal_error *err)
{
    char utf8[3 * SHOAL_MAX_TEXT];
    field = (shoal_field){utf8, shoal_utf8_from_windows1252(field.text, field.length, utf8)};
    const uint64_t hash = shoal_dictionary_hash(field.text, field.length);
    shard *at = &coder->shard[shard_of(hash)];
    pthread_mutex_lock(&at->lock);
    const shoal_status status = add_text(at, field, hash, code, err);
    if (status == SHOAL_OK) *code = found_in(at, *code, row, hash);
    pthread_mutex_unlock(&at->lock);
    return status;
}

/* The n queries of one shard, whose lock is held. Each search reads a slot and an entry, which are asked for some
 * queries ahead. Texts that are not UTF-8 keep the code -1. */
static shoal_status code_shard(shard *at, const shoal_field *fields, const shoal_coder_query *queries, int64_t n,
                               int64_t first_row, int32_t *codes, shoal_error *err)
{
    enum { SLOT_AHEAD = 16, ENTRY_AHEAD = 8 };
    const shoal_dictionary *d = &at->dictionary;
    for (int64_t k = 0; k < n && k < SLOT_AHEAD; k++) shoal_dictionary_fetch_slot(d, queries[k].hash);
    for (int64_t k = 0; k < n && k < ENTRY_AHEAD; k++) shoal_dictionary_fetch_entry(d, queries[k].hash);
    for (int64_t k = 0; k < n; k++) {
        if (k + SLOT_AHEAD < n) shoal_dictionary_fetch_slot(d, queries[k + SLOT_AHEAD].hash);
        if (k + ENTRY_AHEAD < n) shoal_dictionary_fetch_entry(d, queries[k + ENTRY_AHEAD].hash);
        const uint32_t i = queries[k].row;
        const shoal_field field = fields[i];
        int32_t code = shoal_dictionary_find(d, field.text, field.length, queries[k].hash);
        if (code < 0) {
            if (!shoal_text_is_utf8(field.text, field.length)) continue;
            SHOAL_TRY(add_text(at, field, queries[k].hash, &code, err));
        }
        codes[i] = found_in(at, code, first_row + i, queries[k].hash);
    }
    return SHOAL_OK;
}

static shoal_status make_room(shoal_coder_room *room, int64_t n, shoal_error *err)
{
    SHOAL_TRY(shoal_grow(&room->queries, &room->queries_capacity, 0, n, sizeof *room->queries, err));
    SHOAL_TRY(shoal_grow(&room->sorted, &room->sorted_capacity, 0, n, sizeof *room->sorted, err));
    if (room->recent == NULL) SHOAL_TRY(shoal_alloc_zero(SHOAL_RECENT, sizeof *room->recent, &room->recent, err));
    return SHOAL_OK;
}

shoal_status shoal_coder_code(shoal_coder *coder, const shoal_field *fields, int64_t n, int64_t first_row,
                              shoal_coder_room *room, int32_t *codes, shoal_error *err)
{
    uint32_t begin[SHOAL_CODER_SHARDS + 1];
    room->converted = 0;
    SHOAL_TRY(make_room(room, n, err));
    const int64_t left = find_recent(room, fields, n, codes);
    spread(room, left, begin);
    const int from = shard_of((uint64_t)first_row * 0x9E3779B97F4A7C15); /* threads begin at different shards */
    for (int k = 0; k < SHOAL_CODER_SHARDS; k++) {
        const int s = (from + k) & SHARD_MASK;
        const int64_t count = (int64_t)begin[s + 1] - begin[s];
        if (count == 0) continue;
        pthread_mutex_lock(&coder->shard[s].lock);
        const shoal_status status =
            code_shard(&coder->shard[s], fields, room->sorted + begin[s], count, first_row, codes, err);
        pthread_mutex_unlock(&coder->shard[s].lock);
        SHOAL_TRY(status);
    }
    remember(room, fields, left, codes);
    for (int64_t k = 0; k < left; k++) {
        const uint32_t i = room->queries[k].row;
        if (codes[i] >= 0) continue;
        if (room->converted++ == 0) room->converted_row = i;
        SHOAL_TRY(convert(coder, fields[i], first_row + i, &codes[i], err));
    }
    return SHOAL_OK;
}

/* --- the end --- */

int64_t shoal_coder_limit(const shoal_coder *coder)
{
    int64_t most = 0;
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++)
        if (coder->shard[s].dictionary.count > most) most = coder->shard[s].dictionary.count;
    return most * SHOAL_CODER_SHARDS;
}

int64_t *shoal_coder_first(shoal_coder *coder, int32_t code)
{
    return &coder->shard[code & SHARD_MASK].dictionary.entries[code >> SHOAL_CODER_BITS].mark;
}

void shoal_coder_forget_rows(shoal_coder *coder)
{
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++)
        for (int64_t i = 0; i < coder->shard[s].dictionary.count; i++)
            coder->shard[s].dictionary.entries[i].mark = SHOAL_CODER_NONE;
}

static int64_t list_texts(const shoal_coder *coder, int32_t *rank, shoal_radix_pair *pairs)
{
    int64_t n = 0;
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++)
        for (int64_t i = 0; i < coder->shard[s].dictionary.count; i++) {
            const int32_t code = (int32_t)(i << SHOAL_CODER_BITS) | s;
            rank[code] = -1;
            const int64_t first = coder->shard[s].dictionary.entries[i].mark;
            if (first != SHOAL_CODER_NONE) pairs[n++] = (shoal_radix_pair){(uint64_t)first, code};
        }
    return n;
}

shoal_status shoal_coder_rank(shoal_coder *coder, int32_t *rank, int32_t **codes, int64_t *n, shoal_error *err)
{
    int64_t most = 0;
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++) most += coder->shard[s].dictionary.count;
    shoal_radix_pair *pairs = NULL;
    shoal_status status = SHOAL_OK;
    *codes = NULL;
    SHOAL_TRY_OUT(shoal_alloc(most, sizeof *pairs, &pairs, err));
    *n = list_texts(coder, rank, pairs);
    SHOAL_TRY_OUT(shoal_radix_sort(pairs, *n, err));
    SHOAL_TRY_OUT(shoal_alloc(*n, sizeof **codes, codes, err));
    for (int64_t i = 0; i < *n; i++) {
        (*codes)[i] = pairs[i].value;
        rank[pairs[i].value] = (int32_t)i;
    }
out:
    free(pairs);
    return status;
}

shoal_status shoal_coder_table(const shoal_ctx *ctx, const shoal_coder *coder, const int32_t *codes, int64_t n,
                               const char *name, shoal_table *table, shoal_error *err)
{
    size_t width = 1;
    void *data;
    for (int s = 0; s < SHOAL_CODER_SHARDS; s++)
        if (coder->shard[s].dictionary.longest > width) width = coder->shard[s].dictionary.longest;
    table->n_rows = n;
    SHOAL_TRY(shoal_table_add(table, name, SHOAL_TEXT, width, NULL, NULL, &data, err));
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx)) if (n > 10000)
    for (int64_t i = 0; i < n; i++) {
        size_t length;
        const char *text = shoal_dictionary_text(&coder->shard[codes[i] & SHARD_MASK].dictionary,
                                                 codes[i] >> SHOAL_CODER_BITS, &length);
        char *to = (char *)data + (size_t)i * width;
        memcpy(to, text, length);
        memset(to + length, 0, width - length);
    }
    return SHOAL_OK;
}
