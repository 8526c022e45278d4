/* One thread of the reading, and what it shares with the others. */
#ifndef SHOAL_IMPORT_WORKER_H
#define SHOAL_IMPORT_WORKER_H

#include <pthread.h>

#include "import/read.h"
#include "import/skim.h"
#include "import/transactions.h"

/* What goes from turn to turn. */
typedef struct shoal_chain {
    const shoal_reading *reading;
    shoal_job fresh;  /* the job without counts */
    pthread_t caller; /* who is told of progress */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int64_t next; /* the block whose turn it is */
    bool over;    /* by the end of the input or an error */
    shoal_status status;
    shoal_error err;

    char *carry; /* the record that the last block left unfinished */
    int64_t carry_length, carry_capacity;
    int64_t line; /* of the file, where it begins */
    bool after_cr;
    int64_t rows;  /* kept so far */
    bool skimming; /* that record is too long: only its end is looked for */
    shoal_skim skim;
    shoal_record long_record;
} shoal_chain;

/* Records before the guess, and from there on. */
enum { SHOAL_SEAM, SHOAL_BODY, SHOAL_STRETCHES };

typedef struct shoal_stretch {
    shoal_job job; /* counts of this block */
    shoal_intake *intake;
    shoal_cutter cutter;
    shoal_cut end;            /* why the cutter stopped */
    shoal_record last_record; /* that it saw */
    shoal_status status;
    int64_t first_line; /* that the lines of its rows count from */
} shoal_stretch;

typedef struct shoal_worker {
    shoal_chain *chain;
    const shoal_reading *reading;
    shoal_error err;
    shoal_stretch stretch[SHOAL_STRETCHES];
    char *block, *seam;
    size_t length;
    int64_t number, guess; /* of the block; where its first record seems to begin */
    int64_t seam_length, seam_capacity, first_row;
    double last_ms;
} shoal_worker;

/* Cuts bytes into records and takes the rows; the status is also the stretch's. */
shoal_status shoal_stretch_read(shoal_worker *worker, int which, const char *bytes, int64_t n, bool last, int64_t line,
                                bool after_cr);
/* Undoes it. Not for attributes. */
void shoal_stretch_clear(shoal_worker *worker, int which);
/* One record, as a row. */
shoal_status shoal_stretch_row(shoal_worker *worker, int which, const shoal_record *record);

/* The turn of the worker's block, whose body was read: see read.h. Needs the lock. */
SHOAL_MUST_USE shoal_status shoal_worker_turn(shoal_worker *worker);

#endif
