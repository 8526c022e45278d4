#include "cli/options.h"

#include <float.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/number.h"

/* enumerations are parsed as int */
_Static_assert(sizeof(shoal_returns) == sizeof(int) && sizeof(shoal_unit) == sizeof(int) &&
                   sizeof(shoal_scale) == sizeof(int) && sizeof(shoal_import_kind) == sizeof(int) &&
                   sizeof(shoal_bad_rows) == sizeof(int) && sizeof(shoal_kmeans_algorithm) == sizeof(int),
               "an enumeration is not an int");

const char *const shoal_cli_group_names[SHOAL_CLI_N_GROUPS] = {
    [SHOAL_CLI_GROUP_INPUT] = "Input",
    [SHOAL_CLI_GROUP_MODEL] = "Model",
    [SHOAL_CLI_GROUP_OUTPUT] = "Output",
    [SHOAL_CLI_GROUP_GENERAL] = "General",
};

/* in the order of their enumerations */
static const char *const kinds[] = {"transactions", "customers", NULL};
static const char *const returns[] = {"net", "drop", "error", NULL};
static const char *const bad_rows[] = {"reject", "skip", NULL};
static const char *const units[] = {"day", "week", "month", NULL};
static const char *const scales[] = {"none", "standard", "robust", "minmax", NULL};
static const char *const formats[] = {"csv", "json", NULL};
static const char *const algorithms[] = {"auto", "lloyd", "bounded", "tree", NULL};
static const char *const binnings[] = {"independent", "nested", NULL};
static const char *const purchase_models[] = {"bgnbd", NULL};
/* words among other values */
static const char *const delimiters[] = {"auto", "comma", "semicolon", "tab", "pipe", "blank", NULL};
static const char *const clusters[] = {"auto", NULL};
static const char *const inits[] = {"kmeans++", "kmeans-parallel", "random", "sample", NULL};
static const char *const orders[] = {"size", "as-fitted", NULL};

#define V(verb) (1U << SHOAL_CLI_##verb)
#define EVERY ((1U << SHOAL_CLI_N_VERBS) - 1)
#define READS_CSV (V(SEGMENT) | V(IMPORT))
#define SUMMARISES (V(SEGMENT) | V(RFM) | V(CLV))
#define CLUSTERS (V(SEGMENT) | V(KMEANS))
#define AT(member) .target = offsetof(shoal_cli_args, member)

#define INPUT(long_name, argument, what)                                                                               \
    .name = (long_name), .placeholder = (argument), .help = (what), .group = SHOAL_CLI_GROUP_INPUT
#define MODEL(long_name, argument, what)                                                                               \
    .name = (long_name), .placeholder = (argument), .help = (what), .group = SHOAL_CLI_GROUP_MODEL
#define OUTPUT(long_name, argument, what)                                                                              \
    .name = (long_name), .placeholder = (argument), .help = (what), .group = SHOAL_CLI_GROUP_OUTPUT
#define GENERAL(long_name, argument, what)                                                                             \
    .name = (long_name), .placeholder = (argument), .help = (what), .group = SHOAL_CLI_GROUP_GENERAL

#define ROLE(long_name, role, what)                                                                                    \
    {                                                                                                                  \
        INPUT(long_name, "COL", what), .type = SHOAL_CLI_TEXT, .verbs = READS_CSV,                                     \
                                       AT(import.column[SHOAL_ROLE_##role])                                            \
    }

const shoal_cli_option shoal_cli_options[] = {
    {INPUT("kind", "KIND", "transactions or customers: what a row is"), .type = SHOAL_CLI_CHOICE, .verbs = V(IMPORT),
     .choices = kinds, AT(import.kind)},
    ROLE("customer", CUSTOMER, "column with the customer's key"),
    ROLE("date", DATE, "column with the date, or date and time"),
    ROLE("amount", AMOUNT, "column with the money of the row"),
    ROLE("price", PRICE, "column with the price of a piece; amount is price x quantity where there is no amount"),
    ROLE("quantity", QUANTITY, "column with the number of pieces"),
    ROLE("order", ORDER, "column with the order or invoice"),
    ROLE("product", PRODUCT, "column with the product"),
    ROLE("channel", CHANNEL, "column with the sales channel"),
    ROLE("country", COUNTRY, "column with the country"),
    ROLE("cost", COST, "column with the cost of the row"),
    ROLE("discount", DISCOUNT, "column with the discount of the row"),
    {INPUT("columns", "LIST", "what the columns hold, by position, such as customer,date,_,amount (_ is skipped)"),
     .type = SHOAL_CLI_TEXT, .verbs = READS_CSV, AT(import.columns)},
    {INPUT("delimiter", "CHAR", "comma, semicolon, tab, pipe, blank (runs of blanks), auto, or the character"),
     .type = SHOAL_CLI_DELIMITER, .verbs = READS_CSV, .choices = delimiters, .by_itself = "auto", AT(import.delimiter)},
    {INPUT("header", NULL, "the first line names the columns"), .type = SHOAL_CLI_FLAG, .verbs = READS_CSV, .value = 1,
     .by_itself = "found out", AT(import.header)},
    {INPUT("no-header", NULL, "the first line is data"), .type = SHOAL_CLI_FLAG, .verbs = READS_CSV, .value = 0,
     AT(import.header)},
    {INPUT("date-format", "FORMAT", "how dates are written, in the letters of strptime, such as %d.%m.%Y"),
     .type = SHOAL_CLI_TEXT, .verbs = READS_CSV, .by_itself = "ISO 8601 or yyyymmdd", AT(import.date_format)},
    {INPUT("returns", "POLICY",
           "negative or cancelled rows: net lowers the customer's money, drop rejects them, error "
           "ends the import"),
     .type = SHOAL_CLI_CHOICE, .verbs = READS_CSV, .choices = returns, AT(import.returns)},
    {INPUT("bad-rows", "POLICY", "rows that cannot be read: reject ends the import at the first, skip counts them"),
     .type = SHOAL_CLI_CHOICE, .verbs = READS_CSV, .choices = bad_rows, AT(import.bad_rows)},

    {MODEL("as-of", "DATE", "the day to look from; later transactions are left out"), .type = SHOAL_CLI_DATE,
     .verbs = SUMMARISES, .by_itself = "the day of the last transaction", AT(as_of)},
    {MODEL("calibration-end", "DATE", "last day of the data to learn from; later days check the forecast"),
     .type = SHOAL_CLI_DATE, .verbs = SUMMARISES, .by_itself = "all days", AT(summary.calibration_end)},
    {MODEL("observation-end", "DATE", "last day of the data to check against"), .type = SHOAL_CLI_DATE,
     .verbs = SUMMARISES, .by_itself = "the day of the last transaction", AT(summary.observation_end)},
    {MODEL("unit", "UNIT", "unit of time of the purchase model: day, week or month"), .type = SHOAL_CLI_CHOICE,
     .verbs = SUMMARISES, .choices = units, AT(summary.unit)},
    {MODEL("n-scores", "N", "scores 1 (worst) to N (best); the ten named segments need 5"), .type = SHOAL_CLI_INT,
     .verbs = V(SEGMENT), .min = 2, .max = SHOAL_RFM_MAX_SCORES, .by_itself = "5", AT(rfm.n_scores)},
    {MODEL("n-scores", "N", "scores 1 (worst) to N (best); the ten named segments need 5"), .type = SHOAL_CLI_INT,
     .verbs = V(RFM), .min = 2, .max = SHOAL_RFM_MAX_SCORES, .by_itself = "as the cuts or the map have them, else 5",
     AT(rfm.n_scores)},
    {MODEL("binning", "HOW",
           "independent: every variable over all customers; nested: frequency within each recency score, money "
           "within each recency and frequency score"),
     .type = SHOAL_CLI_CHOICE, .verbs = V(RFM), .choices = binnings, AT(binning)},
    {MODEL("weights", "R,F,M", "what recency, frequency and money count in the combined score, such as 2,1,1"),
     .type = SHOAL_CLI_TEXT, .verbs = V(RFM), .by_itself = "1,1,1", AT(rfm.weights)},
    {MODEL("recency-cuts", "LIST", "own cuts in days, such as 30,90,180,365; a value equal to one belongs below it"),
     .type = SHOAL_CLI_TEXT, .verbs = V(RFM), .by_itself = "quantiles", AT(rfm.cuts[0])},
    {MODEL("frequency-cuts", "LIST", "own cuts of the days with a purchase, such as 1,2,5,10"), .type = SHOAL_CLI_TEXT,
     .verbs = V(RFM), .by_itself = "quantiles", AT(rfm.cuts[1])},
    {MODEL("monetary-cuts", "LIST", "own cuts of the money"), .type = SHOAL_CLI_TEXT, .verbs = V(RFM),
     .by_itself = "quantiles", AT(rfm.cuts[2])},
    {MODEL("segment-map", "FILE.json", "named segments of one's own: every cell of R and F (and M) in exactly one"),
     .type = SHOAL_CLI_FILE, .verbs = V(RFM), .by_itself = "the ten segments", AT(rfm.segment_map)},
    {MODEL("model", "NAME", "score by the cuts, weights and map of this RFM model instead of learning cuts"),
     .type = SHOAL_CLI_TEXT, .verbs = V(RFM), AT(rfm.model)},
    {MODEL("model-store", "PATH", "store that holds the model"), .type = SHOAL_CLI_FILE, .verbs = V(RFM),
     .by_itself = "the same store", AT(rfm.model_store)},
    {MODEL("model", "MODEL", "model of purchases: bgnbd"), .type = SHOAL_CLI_CHOICE, .verbs = V(CLV),
     .choices = purchase_models, AT(purchase_model)},
    {MODEL("horizon", "DAYS", "days that the forecast looks ahead"), .type = SHOAL_CLI_REAL,
     .verbs = V(SEGMENT) | V(CLV), .min = 0, .max = 36525, .above_min = true, AT(clv.horizon_days)},
    {MODEL("discount-rate", "RATE", "yearly rate by which later money counts less"), .type = SHOAL_CLI_REAL,
     .verbs = V(SEGMENT) | V(CLV), .min = 0, .max = 100, AT(clv.discount_rate)},
    {MODEL("features", "LIST", "columns to cluster by, such as recency_days,log(monetary),clv/p_alive"),
     .type = SHOAL_CLI_TEXT, .verbs = V(KMEANS),
     .by_itself = "recency, frequency, money and activity, or every column of an imported table", AT(kmeans.features)},
    {MODEL("features", "LIST", "columns to cluster by, such as recency_days,log(monetary),clv/p_alive"),
     .type = SHOAL_CLI_TEXT, .verbs = V(SEGMENT), .by_itself = "recency, frequency, money and activity",
     AT(kmeans.features)},
    {MODEL("scale", "METHOD", "scaling of the features: none, standard, robust or minmax"), .type = SHOAL_CLI_CHOICE,
     .verbs = CLUSTERS, .choices = scales, AT(kmeans.scale)},
    {MODEL("n-clusters", "N|auto", "number of clusters; auto chooses from --k-min to --k-max"), .letter = 'k',
     .type = SHOAL_CLI_CLUSTERS, .verbs = CLUSTERS, .min = 1, .max = INT_MAX, .choices = clusters, .by_itself = "auto",
     AT(n_clusters)},
    {MODEL("k-min", "N", "smallest number of clusters to choose from"), .type = SHOAL_CLI_INT, .verbs = CLUSTERS,
     .min = 2, .max = INT_MAX, AT(kmeans.k_min)},
    {MODEL("k-max", "N", "largest number of clusters to choose from"), .type = SHOAL_CLI_INT, .verbs = CLUSTERS,
     .min = 2, .max = INT_MAX, AT(kmeans.k_max)},
    {MODEL("gap-references", "N", "uniform matrices for the gap statistic of each number of clusters; 0: without it"),
     .type = SHOAL_CLI_INT, .verbs = CLUSTERS, .min = 0, .max = 1000, AT(kmeans.n_references)},
    {MODEL("bootstraps", "N", "bootstrap samples for the stability of each number of clusters; 0: without it"),
     .type = SHOAL_CLI_INT, .verbs = CLUSTERS, .min = 0, .max = 1000, AT(kmeans.n_bootstraps)},
    {MODEL("init", "METHOD",
           "first centroids: kmeans++; kmeans-parallel, in fewer passes; random rows; sample, those of a fit to a "
           "sample; or a CSV file of centroids with the features' names"),
     .type = SHOAL_CLI_INIT, .verbs = CLUSTERS, .choices = inits, .by_itself = "kmeans++", AT(kmeans)},
    {MODEL("algorithm", "NAME",
           "how nearest centroids are found, with the same result: auto takes the fastest, lloyd looks at every "
           "customer, "
           "bounded at those that may change, tree at groups of customers"),
     .type = SHOAL_CLI_CHOICE, .verbs = CLUSTERS, .choices = algorithms, AT(kmeans.kmeans.algorithm)},
    {MODEL("mini-batch", NULL, "fit to samples, then at most 2 iterations over all: quicker, and nearly as good"),
     .type = SHOAL_CLI_FLAG, .verbs = CLUSTERS, .value = 1, AT(mini_batch)},
    {MODEL("label-order", "ORDER",
           "numbers of the clusters: size (largest first), as-fitted, or a feature such as monetary (highest first)"),
     .type = SHOAL_CLI_TEXT, .verbs = CLUSTERS, .choices = orders, .by_itself = "size; as-fitted with --init FILE",
     AT(kmeans.label_order)},
    {MODEL("align-to", "MODEL",
           "an older model, whose numbers the clusters keep, such as kmeans with --model-store "
           "april.h5"),
     .type = SHOAL_CLI_TEXT, .verbs = CLUSTERS, AT(kmeans.align_to)},
    {MODEL("model-store", "PATH", "store that holds the model of --align-to"), .type = SHOAL_CLI_FILE,
     .verbs = V(KMEANS), .by_itself = "the same store", AT(kmeans.model_store)},
    {MODEL("model-store", "PATH", "store that holds the model of --align-to"), .type = SHOAL_CLI_FILE,
     .verbs = V(SEGMENT), AT(kmeans.model_store)},
    {MODEL("n-init", "N", "restarts; the lowest inertia wins"), .type = SHOAL_CLI_INT, .verbs = CLUSTERS, .min = 1,
     .max = INT_MAX, AT(kmeans.kmeans.n_init)},
    {MODEL("max-iter", "N", "most iterations of a restart"), .type = SHOAL_CLI_INT, .verbs = CLUSTERS, .min = 1,
     .max = INT_MAX, AT(kmeans.kmeans.max_iter)},
    {MODEL("tol", "X", "stop when the centroids move less; 0: when no label changes"), .type = SHOAL_CLI_REAL,
     .verbs = CLUSTERS, .min = 0, .max = DBL_MAX, AT(kmeans.kmeans.tol)},
    {MODEL("seed", "N", "seed of the random numbers"), .type = SHOAL_CLI_UINT64, .verbs = CLUSTERS,
     AT(kmeans.kmeans.seed)},
    {MODEL("sample-weight", "COL", "column with the weight of each customer"), .type = SHOAL_CLI_TEXT,
     .verbs = V(KMEANS), AT(kmeans.weight_column)},
    {MODEL("model", "NAME", "the model to assign by"), .type = SHOAL_CLI_TEXT, .verbs = V(ASSIGN), AT(assign.model)},
    {MODEL("model-store", "PATH", "store that holds the model"), .type = SHOAL_CLI_FILE, .verbs = V(ASSIGN),
     .by_itself = "the same store", AT(assign.model_store)},
    {MODEL("rfm", "NAME", "name of the RFM result to show"), .type = SHOAL_CLI_TEXT, .verbs = V(REPORT),
     AT(report.rfm)},
    {MODEL("clv", "NAME", "name of the CLV result to show"), .type = SHOAL_CLI_TEXT, .verbs = V(REPORT),
     AT(report.clv)},
    {MODEL("segmentation", "NAME", "name of the clusters to show"), .type = SHOAL_CLI_TEXT, .verbs = V(REPORT),
     AT(report.segmentation)},

    {INPUT("table", "TABLE", "customers, transactions, or results/NAME"), .type = SHOAL_CLI_TEXT, .verbs = V(EXPORT),
     AT(export.table)},
    {INPUT("columns", "LIST", "columns of the table, separated by commas"), .type = SHOAL_CLI_TEXT, .verbs = V(EXPORT),
     .by_itself = "all", AT(export.columns)},

    {OUTPUT("output", "DIR", "directory for the results, made where missing"), .letter = 'o',
     .type = SHOAL_CLI_DIRECTORY, .verbs = V(SEGMENT), .required = true, AT(output)},
    {OUTPUT("output", "STORE.h5", "the store to write; an older one is replaced"), .letter = 'o',
     .type = SHOAL_CLI_FILE, .verbs = V(IMPORT), .required = true, AT(output)},
    {OUTPUT("output", "FILE.html", "the report to write"), .letter = 'o', .type = SHOAL_CLI_FILE, .verbs = V(REPORT),
     .required = true, AT(output)},
    {OUTPUT("output", "FILE", "file to write; - is standard output"), .letter = 'o', .type = SHOAL_CLI_FILE,
     .verbs = V(EXPORT), .by_itself = "-", AT(output)},
    {OUTPUT("format", "FORMAT", "csv or json"), .type = SHOAL_CLI_CHOICE, .verbs = V(EXPORT), .choices = formats,
     .by_itself = "csv", AT(export_format)},
    {OUTPUT("name", "NAME", "name of the model and its result in the store"), .type = SHOAL_CLI_TEXT, .verbs = V(RFM),
     .by_itself = "rfm", AT(name)},
    {OUTPUT("name", "NAME", "name of the model and its result in the store"), .type = SHOAL_CLI_TEXT, .verbs = V(CLV),
     .by_itself = "clv", AT(name)},
    {OUTPUT("name", "NAME", "name of the model and its result in the store"), .type = SHOAL_CLI_TEXT,
     .verbs = V(KMEANS), .by_itself = "kmeans", AT(name)},
    {OUTPUT("name", "NAME", "name of the result in the store"), .type = SHOAL_CLI_TEXT, .verbs = V(ASSIGN),
     .by_itself = "the model's name", AT(name)},
    {OUTPUT("title", "TEXT", "title of the report"), .type = SHOAL_CLI_TEXT, .verbs = V(SEGMENT) | V(REPORT),
     .by_itself = "Customer segments", AT(report.title)},
    {OUTPUT("json", NULL, "print one JSON document instead of tables"), .type = SHOAL_CLI_FLAG, .verbs = EVERY,
     .value = 1, AT(json)},

    {GENERAL("threads", "N", "threads to use"), .type = SHOAL_CLI_INT, .verbs = EVERY, .min = 1, .max = 4096,
     .by_itself = "all that the process may use", AT(threads)},
    {GENERAL("quiet", NULL, "no progress bar and no notes"), .letter = 'q', .type = SHOAL_CLI_FLAG, .verbs = EVERY,
     .value = 1, AT(quiet)},
    {GENERAL("help", NULL, "show this help"), .letter = 'h', .type = SHOAL_CLI_FLAG, .verbs = EVERY, .value = 1,
     AT(help)},
};

const size_t shoal_cli_n_options = sizeof shoal_cli_options / sizeof shoal_cli_options[0];

shoal_cli_args shoal_cli_args_default(shoal_cli_verb_id verb)
{
    shoal_cli_args args = {
        .verb = verb,
        .as_of = SHOAL_NO_DATE,
        .summary = shoal_summary_opts_default(),
        .import = shoal_import_opts_default(),
        .rfm = shoal_rfm_opts_default(),
        .clv = shoal_clv_step_opts_default(),
        .kmeans = shoal_kmeans_step_opts_default(),
        .assign = shoal_assign_opts_default(),
        .report = shoal_report_opts_default(),
        .export = shoal_export_opts_default(),
        .export_format = -1,
    };
    if (verb == SHOAL_CLI_SEGMENT) {
        const shoal_segment_opts segment = shoal_segment_opts_default();
        args.import = segment.import;
        args.summary = segment.clv.summary;
        args.rfm = segment.rfm;
        args.clv = segment.clv;
        args.kmeans = segment.kmeans;
        args.report.title = segment.title;
    }
    return args;
}

const shoal_cli_option *shoal_cli_option_next(shoal_cli_verb_id verb, const shoal_cli_option *previous)
{
    const shoal_cli_option *option = previous == NULL ? shoal_cli_options : previous + 1;
    for (; option < shoal_cli_options + shoal_cli_n_options; option++)
        if ((option->verbs >> verb & 1U) != 0) return option;
    return NULL;
}

const shoal_cli_option *shoal_cli_option_by_name(shoal_cli_verb_id verb, const char *name, size_t length)
{
    const shoal_cli_option *option = shoal_cli_option_next(verb, NULL);
    while (option != NULL && (strlen(option->name) != length || strncmp(option->name, name, length) != 0))
        option = shoal_cli_option_next(verb, option);
    return option;
}

const shoal_cli_option *shoal_cli_option_by_letter(shoal_cli_verb_id verb, char letter)
{
    const shoal_cli_option *option = letter == '\0' ? NULL : shoal_cli_option_next(verb, NULL);
    while (option != NULL && option->letter != letter) option = shoal_cli_option_next(verb, option);
    return option;
}

const char *shoal_cli_option_default(shoal_cli_verb_id verb, const shoal_cli_option *option, char *buffer, size_t size)
{
    const shoal_cli_args args = shoal_cli_args_default(verb);
    const void *at = (const char *)&args + option->target;
    buffer[0] = '\0';
    if (option->by_itself != NULL) snprintf(buffer, size, "%s", option->by_itself);
    else if (option->required || option->type == SHOAL_CLI_FLAG) return buffer;
    else if (option->type == SHOAL_CLI_INT) snprintf(buffer, size, "%d", *(const int *)at);
    else if (option->type == SHOAL_CLI_UINT64)
        snprintf(buffer, size, "%llu", (unsigned long long)*(const uint64_t *)at);
    else if (option->type == SHOAL_CLI_REAL) snprintf(buffer, size, "%g", *(const double *)at);
    else if (option->type == SHOAL_CLI_CHOICE) snprintf(buffer, size, "%s", option->choices[*(const int *)at]);
    else if (option->type == SHOAL_CLI_TEXT && *(const char *const *)at != NULL)
        snprintf(buffer, size, "%s", *(const char *const *)at);
    return buffer;
}
