/* The verbs and the one table of their options. Parser, help, manual pages and shell completion are made from it. */
#ifndef SHOAL_CLI_OPTIONS_H
#define SHOAL_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <shoal/steps.h>

typedef enum shoal_cli_verb_id {
    SHOAL_CLI_SEGMENT,
    SHOAL_CLI_IMPORT,
    SHOAL_CLI_INFO,
    SHOAL_CLI_RFM,
    SHOAL_CLI_CLV,
    SHOAL_CLI_KMEANS,
    SHOAL_CLI_ASSIGN,
    SHOAL_CLI_REPORT,
    SHOAL_CLI_EXPORT,
    SHOAL_CLI_N_VERBS
} shoal_cli_verb_id;

/* What the command line asked for. Texts point into argv. Where the public options of a step have a field it is used
 * here, so that defaults are the library's. */
typedef struct shoal_cli_args {
    shoal_cli_verb_id verb;
    const char *input;  /* the operand */
    const char *output; /* --output, or NULL */
    const char *name;   /* --name, or NULL */
    int help, json, quiet, threads;

    shoal_import_opts import;
    int64_t as_of;
    shoal_summary_opts summary;
    shoal_rfm_opts rfm;
    int binning;
    int purchase_model;
    shoal_clv_step_opts clv;
    int mini_batch;
    int n_clusters; /* 0: chosen between kmeans.k_min and kmeans.k_max */
    shoal_kmeans_step_opts kmeans;
    shoal_assign_opts assign;
    shoal_report_opts report;
    shoal_export_opts export;
    int export_format; /* -1: --format was not given */
} shoal_cli_args;

/* The defaults of that verb. */
shoal_cli_args shoal_cli_args_default(shoal_cli_verb_id verb);

typedef struct shoal_cli_verb {
    const char *name;
    const char *operand; /* "STORE" */
    bool operand_is_csv; /* a text file, gzipped or not, or "-"; else a store */
    const char *purpose; /* one line */
    const char *about;   /* a paragraph */
    const char *examples[4];
} shoal_cli_verb;

extern const shoal_cli_verb shoal_cli_verbs[SHOAL_CLI_N_VERBS]; /* by shoal_cli_verb_id */

typedef enum shoal_cli_type {
    SHOAL_CLI_FLAG,      /* int: value */
    SHOAL_CLI_TEXT,      /* const char * */
    SHOAL_CLI_FILE,      /* const char *, completed as a path */
    SHOAL_CLI_DIRECTORY, /* the same for a directory */
    SHOAL_CLI_INT,       /* int */
    SHOAL_CLI_UINT64,    /* uint64_t */
    SHOAL_CLI_REAL,      /* double */
    SHOAL_CLI_CHOICE,    /* int: index into choices; C enumerations of the public headers have this size */
    SHOAL_CLI_DATE,      /* int64_t, seconds since 1970-01-01 */
    SHOAL_CLI_DELIMITER, /* char; 0: found out */
    SHOAL_CLI_CLUSTERS,  /* int; 0: "auto" */
    SHOAL_CLI_INIT,      /* the shoal_kmeans_step_opts: method or file of centroids */
} shoal_cli_type;

typedef enum shoal_cli_group {
    SHOAL_CLI_GROUP_INPUT,
    SHOAL_CLI_GROUP_MODEL,
    SHOAL_CLI_GROUP_OUTPUT,
    SHOAL_CLI_GROUP_GENERAL,
    SHOAL_CLI_N_GROUPS
} shoal_cli_group;

extern const char *const shoal_cli_group_names[SHOAL_CLI_N_GROUPS];

typedef struct shoal_cli_option {
    const char *name; /* without dashes */
    const char *help; /* a phrase; the default is added to it */
    const char *placeholder;
    const char *by_itself;      /* the default in words, where the value in the defaults does not tell */
    const char *const *choices; /* CHOICE: by value, then NULL; else words to complete with, then NULL */
    size_t target;              /* offset in shoal_cli_args */
    double min, max;            /* INT, REAL, CLUSTERS */
    shoal_cli_type type;
    shoal_cli_group group;
    unsigned verbs; /* bit 1 << shoal_cli_verb_id */
    int value;      /* FLAG */
    char letter;    /* or 0 */
    bool above_min; /* REAL: min itself is excluded */
    bool required;  /* a text that has no default */
} shoal_cli_option;

extern const shoal_cli_option shoal_cli_options[];
extern const size_t shoal_cli_n_options;

/* The next option of a verb after `previous` (NULL: the first) in the order of the table; NULL at the end. */
const shoal_cli_option *shoal_cli_option_next(shoal_cli_verb_id verb, const shoal_cli_option *previous);
const shoal_cli_option *shoal_cli_option_by_name(shoal_cli_verb_id verb, const char *name, size_t length);
const shoal_cli_option *shoal_cli_option_by_letter(shoal_cli_verb_id verb, char letter);
/* The default as shown to people, "" where there is none. */
const char *shoal_cli_option_default(shoal_cli_verb_id verb, const shoal_cli_option *option, char *buffer, size_t size);

/* -1 where unknown. */
int shoal_cli_verb_by_name(const char *name);

#endif
