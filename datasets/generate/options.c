#include "generate/options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

const char *const shoal_generate_help =
    "Usage: shoal-generate -o FILE [options]\n"
    "\n"
    "Draws customers and their transactions from known distributions: latent segments that differ in purchase rate "
    "and\n"
    "dropout (BG/NBD), spend (Gamma-Gamma), products, channels, discounts, acquisition, region and company size.\n"
    "The same options give the same bytes for any number of threads.\n"
    "\n"
    "Output (\"-\" is standard output, for one CSV)\n"
    "  -o, --output FILE      transactions: CSV, or a shoal store where FILE ends in .h5 or .hdf5\n"
    "      --attributes FILE  CSV, a row a customer: region, company size, acquisition channel, cost and date\n"
    "      --truth FILE       CSV, a row a customer: segment, purchase rate, dropout, mean spend, alive at the end\n"
    "      --parameters FILE  CSV, a row a segment: the parameters that everything is drawn from\n"
    "      --columns LIST     transaction columns, in this order; default customer_id,date,amount,product,channel,\n"
    "                         order,discount\n"
    "      --sort date|customer  order of the rows; default date\n"
    "\n"
    "Population\n"
    "      --customers N      default 10000\n"
    "      --transactions M   about so many in all; without it the segments' own rates decide (7 or so a customer\n"
    "                         in two years)\n"
    "      --seed S           default 1\n"
    "      --start DATE       first day, ISO 8601; default 2023-01-01\n"
    "      --days D           length of the period; default 730\n"
    "      --segment NAME     everyone is of this segment: \"bargain hunters\", \"loyal regulars\", \"big spenders\",\n"
    "                         \"occasional buyers\" or \"passers-by\"\n"
    "\n"
    "      --threads N        default: as many as the machine allows\n"
    "  -q, --quiet            no progress\n"
    "  -h, --help             this text\n"
    "      --version          the version\n"
    "\n"
    "Memory: 20 bytes a transaction for CSV, 90 or so for a store.\n"
    "Exit status: 0 done, 2 usage, 4 input/output, 5 memory, 6 interrupted.\n"
    "\n"
    "Examples\n"
    "  shoal-generate --customers 1000 -o - | head\n"
    "  shoal-generate --customers 1000000 --transactions 20000000 --seed 7 -o big.csv --truth truth.csv\n"
    "  shoal-generate --customers 100000 --attributes customers.csv -o store.h5\n"
    "  shoal-generate --segment \"loyal regulars\" --columns customer_id,date,amount -o loyal.csv\n";

enum {
    OPT_ATTRIBUTES = 256,
    OPT_TRUTH,
    OPT_PARAMETERS,
    OPT_COLUMNS,
    OPT_SORT,
    OPT_CUSTOMERS,
    OPT_TRANSACTIONS,
    OPT_SEED,
    OPT_START,
    OPT_DAYS,
    OPT_SEGMENT,
    OPT_THREADS,
    OPT_VERSION
};

static const struct option options[] = {
    {"output", required_argument, NULL, 'o'},
    {"attributes", required_argument, NULL, OPT_ATTRIBUTES},
    {"truth", required_argument, NULL, OPT_TRUTH},
    {"parameters", required_argument, NULL, OPT_PARAMETERS},
    {"columns", required_argument, NULL, OPT_COLUMNS},
    {"sort", required_argument, NULL, OPT_SORT},
    {"customers", required_argument, NULL, OPT_CUSTOMERS},
    {"transactions", required_argument, NULL, OPT_TRANSACTIONS},
    {"seed", required_argument, NULL, OPT_SEED},
    {"start", required_argument, NULL, OPT_START},
    {"days", required_argument, NULL, OPT_DAYS},
    {"segment", required_argument, NULL, OPT_SEGMENT},
    {"threads", required_argument, NULL, OPT_THREADS},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

enum { MAX_DAYS = 36525, MAX_THREADS = 1024 };
static const int64_t max_transactions = INT64_C(1) << 40;

/* "option VALUE": a whole number in low..high. */
static shoal_status parse_number(const char *option, const char *text, int64_t low, int64_t high, int64_t *number,
                                 shoal_error *err)
{
    char *end;
    char quoted[128];
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < low || value > high)
        return shoal_fail(err, SHOAL_ERR_USAGE, "--%s \"%s\": give a whole number from %" PRId64 " to %" PRId64, option,
                          shoal_text_quote(text, strlen(text), quoted, sizeof quoted), low, high);
    *number = value;
    return SHOAL_OK;
}

static shoal_status parse_start(const char *text, int64_t *first_day, shoal_error *err)
{
    char quoted[128];
    int64_t time;
    if (!shoal_date_parse(text, strlen(text), &time))
        return shoal_fail(err, SHOAL_ERR_USAGE, "--start \"%s\": give a date such as 2023-01-01",
                          shoal_text_quote(text, strlen(text), quoted, sizeof quoted));
    *first_day = shoal_day_floor(time) / SHOAL_DAY_SECONDS;
    return SHOAL_OK;
}

static shoal_status parse_segment(const char *text, int *segment, shoal_error *err)
{
    const char *names[SHOAL_N_SEGMENTS];
    char quoted[128], nearest[128];
    for (int i = 0; i < SHOAL_N_SEGMENTS; i++) {
        names[i] = shoal_latent_segments[i].name;
        if (!shoal_text_equal_nocase(text, names[i])) continue;
        *segment = i;
        return SHOAL_OK;
    }
    return shoal_fail(err, SHOAL_ERR_USAGE, "--segment \"%s\": no such segment; did you mean %s?",
                      shoal_text_quote(text, strlen(text), quoted, sizeof quoted),
                      shoal_text_nearest(text, names, SHOAL_N_SEGMENTS, nearest, sizeof nearest));
}

static shoal_status parse_sort(const char *text, shoal_row_order *order, shoal_error *err)
{
    char quoted[128];
    if (strcmp(text, "date") == 0) *order = SHOAL_BY_DATE;
    else if (strcmp(text, "customer") == 0) *order = SHOAL_BY_CUSTOMER;
    else
        return shoal_fail(err, SHOAL_ERR_USAGE, "--sort \"%s\": give date or customer",
                          shoal_text_quote(text, strlen(text), quoted, sizeof quoted));
    return SHOAL_OK;
}

static shoal_status bad_option(int c, char **argv, shoal_error *err)
{
    enum { N_OPTIONS = sizeof options / sizeof options[0] - 1 };
    const char *names[N_OPTIONS];
    char quoted[128], nearest[128];
    const char *given = argv[optind - 1];
    if (c == ':') return shoal_fail(err, SHOAL_ERR_USAGE, "%s needs a value; see shoal-generate --help", given);
    for (int i = 0; i < N_OPTIONS; i++) names[i] = options[i].name;
    if (strncmp(given, "--", 2) != 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "no option -%c; see shoal-generate --help", optopt);
    return shoal_fail(err, SHOAL_ERR_USAGE, "cannot use option \"%s\"; did you mean --%s? See shoal-generate --help",
                      shoal_text_quote(given, strlen(given), quoted, sizeof quoted),
                      shoal_text_nearest(given + 2, names, N_OPTIONS, nearest, sizeof nearest));
}

static shoal_status parse_population(int c, const char *value, shoal_generate_opts *opts, shoal_error *err)
{
    int64_t number = 0;
    switch (c) {
    case OPT_CUSTOMERS: return parse_number("customers", value, 1, SHOAL_MAX_CUSTOMERS, &opts->customers, err);
    case OPT_TRANSACTIONS: return parse_number("transactions", value, 1, max_transactions, &opts->transactions, err);
    case OPT_SEED:
        SHOAL_TRY(parse_number("seed", value, 0, INT64_MAX, &number, err));
        opts->seed = (uint64_t)number;
        return SHOAL_OK;
    case OPT_START: return parse_start(value, &opts->first_day, err);
    case OPT_DAYS:
        SHOAL_TRY(parse_number("days", value, 1, MAX_DAYS, &number, err));
        opts->days = (int32_t)number;
        return SHOAL_OK;
    case OPT_SEGMENT: return parse_segment(value, &opts->segment, err);
    case OPT_THREADS:
    default:
        SHOAL_TRY(parse_number("threads", value, 1, MAX_THREADS, &number, err));
        opts->threads = (int)number;
        return SHOAL_OK;
    }
}

static shoal_status parse_option(int c, char **argv, shoal_generate_opts *opts, shoal_error *err)
{
    switch (c) {
    case 'o': opts->output = optarg; return SHOAL_OK;
    case OPT_ATTRIBUTES: opts->attributes = optarg; return SHOAL_OK;
    case OPT_TRUTH: opts->truth = optarg; return SHOAL_OK;
    case OPT_PARAMETERS: opts->parameters = optarg; return SHOAL_OK;
    case OPT_COLUMNS: return shoal_columns_parse(optarg, &opts->columns, err);
    case OPT_SORT: return parse_sort(optarg, &opts->order, err);
    case 'q': opts->quiet = true; return SHOAL_OK;
    case 'h': opts->help = true; return SHOAL_OK;
    case OPT_VERSION: opts->version = true; return SHOAL_OK;
    case '?':
    case ':': return bad_option(c, argv, err);
    default: return parse_population(c, optarg, opts, err);
    }
}

/* What no single option can see. */
static shoal_status check_together(const shoal_generate_opts *opts, shoal_error *err)
{
    static const int64_t last_day = 2932896; /* 9999-12-31 */
    const char *path[] = {opts->output, opts->attributes, opts->truth, opts->parameters};
    enum { N_PATHS = sizeof path / sizeof path[0] };
    if (opts->output == NULL)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "name the file to write with -o FILE (\"-\" for standard output); see shoal-generate --help");
    for (int i = 0; i < N_PATHS; i++)
        for (int j = i + 1; j < N_PATHS; j++)
            if (path[i] != NULL && path[j] != NULL && strcmp(path[i], path[j]) == 0)
                return shoal_fail(err, SHOAL_ERR_USAGE, "two outputs go to %s; give each a file of its own", path[i]);
    if (opts->first_day + opts->days - 1 > last_day)
        return shoal_fail(err, SHOAL_ERR_USAGE, "the period ends after the year 9999; choose an earlier --start");
    return SHOAL_OK;
}

shoal_status shoal_generate_opts_parse(int argc, char **argv, shoal_generate_opts *opts, shoal_error *err)
{
    *opts = (shoal_generate_opts){.customers = 10000,
                                  .seed = 1,
                                  .first_day = shoal_days_from_civil(2023, 1, 1),
                                  .days = 730,
                                  .segment = SHOAL_EVERY_SEGMENT,
                                  .order = SHOAL_BY_DATE,
                                  .columns = shoal_columns_all()};
    int c;
    optind = 0; /* glibc: start afresh */
    while ((c = getopt_long(argc, argv, ":o:qh", options, NULL)) != -1) SHOAL_TRY(parse_option(c, argv, opts, err));
    if (opts->help || opts->version) return SHOAL_OK;
    if (optind < argc)
        return shoal_fail(err, SHOAL_ERR_USAGE, "unexpected argument %s; see shoal-generate --help", argv[optind]);
    return check_together(opts, err);
}
