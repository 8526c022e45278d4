#include "options.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/threads.h"

enum { MAX_THREADS = 4096 };

enum {
    OPT_QUICK = 256,
    OPT_LIST,
    OPT_FILTER,
    OPT_THREADS,
    OPT_MARKDOWN,
    OPT_MACHINE,
    OPT_BUDGET,
    OPT_THRESHOLD,
    OPT_EXAMPLE_GRID,
    OPT_UPDATE,
    OPT_GRID,
    OPT_BASELINE,
    OPT_RUN_CASE,
    OPT_VERSION
};

static const struct option options[] = {
    {"quick", no_argument, NULL, OPT_QUICK},
    {"list", no_argument, NULL, OPT_LIST},
    {"filter", required_argument, NULL, OPT_FILTER},
    {"threads", required_argument, NULL, OPT_THREADS},
    {"output", required_argument, NULL, 'o'},
    {"markdown", required_argument, NULL, OPT_MARKDOWN},
    {"machine", required_argument, NULL, OPT_MACHINE},
    {"budget", required_argument, NULL, OPT_BUDGET},
    {"threshold", required_argument, NULL, OPT_THRESHOLD},
    {"example-grid", no_argument, NULL, OPT_EXAMPLE_GRID},
    {"update", no_argument, NULL, OPT_UPDATE},
    {"grid", required_argument, NULL, OPT_GRID},
    {"baseline", required_argument, NULL, OPT_BASELINE},
    {"run-case", required_argument, NULL, OPT_RUN_CASE},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static const char *const command_names[BENCH_N_COMMANDS] = {"scaling", "variants", "peers",
                                                            "report",  "compare",  "instructions"};

/* What each command takes beside the common ones, and how many operands. */
static const struct command_rule {
    const char *options; /* names, each followed by a blank */
    int min_inputs, max_inputs;
    const char *operands;
} rules[BENCH_N_COMMANDS] = {
    [BENCH_SCALING] = {"list machine budget ", 0, 0, ""},
    [BENCH_VARIANTS] = {"grid example-grid machine budget ", 1, 1, "STORE"},
    [BENCH_PEERS] = {"list machine budget ", 0, 0, ""},
    [BENCH_REPORT] = {"markdown ", 1, BENCH_MAX_INPUTS, "FILE…"},
    [BENCH_COMPARE] = {"threshold ", 2, 2, "OLD NEW"},
    [BENCH_INSTRUCTIONS] = {"list threshold update baseline run-case ", 0, 0, ""},
};

const char *bench_command_name(bench_command command)
{
    return command_names[command];
}

static shoal_status parse_real(const char *option, const char *text, double low, double high, double *value,
                               shoal_error *err)
{
    char quoted[128];
    if (!shoal_text_to_double(text, strlen(text), value) || !(*value >= low && *value <= high))
        return shoal_fail(err, SHOAL_ERR_USAGE, "--%s \"%s\": give a number from %g to %g", option,
                          shoal_text_quote(text, strlen(text), quoted, sizeof quoted), low, high);
    return SHOAL_OK;
}

static int by_value(const void *a, const void *b)
{
    const int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

static void sort_counts(bench_opts *opts)
{
    qsort(opts->thread_counts, (size_t)opts->n_thread_counts, sizeof opts->thread_counts[0], by_value);
    int kept = 0;
    for (int i = 0; i < opts->n_thread_counts; i++)
        if (kept == 0 || opts->thread_counts[kept - 1] != opts->thread_counts[i])
            opts->thread_counts[kept++] = opts->thread_counts[i];
    opts->n_thread_counts = kept;
}

/* "1,2,4" */
static shoal_status parse_threads(const char *text, bench_opts *opts, shoal_error *err)
{
    const char *at = text;
    opts->n_thread_counts = 0;
    for (;;) {
        char *end, quoted[128];
        errno = 0;
        const long count = strtol(at, &end, 10);
        if (end == at || errno != 0 || count < 1 || count > MAX_THREADS || (*end != ',' && *end != '\0') ||
            opts->n_thread_counts == BENCH_MAX_THREAD_COUNTS)
            return shoal_fail(
                err, SHOAL_ERR_USAGE, "--threads \"%s\": give up to %d whole numbers from 1 to %d, such as 1,2,4",
                shoal_text_quote(text, strlen(text), quoted, sizeof quoted), BENCH_MAX_THREAD_COUNTS, MAX_THREADS);
        opts->thread_counts[opts->n_thread_counts++] = (int)count;
        if (*end == '\0') break;
        at = end + 1;
    }
    sort_counts(opts);
    return SHOAL_OK;
}

/* 1, 2, 4 … and all cores. */
static void default_threads(bench_opts *opts)
{
    const int all = shoal_threads_available();
    for (int count = 1; count < all && opts->n_thread_counts < BENCH_MAX_THREAD_COUNTS - 1; count *= 2)
        opts->thread_counts[opts->n_thread_counts++] = count;
    opts->thread_counts[opts->n_thread_counts++] = all;
}

static shoal_status parse_machine(const char *text, bench_opts *opts, shoal_error *err)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const size_t length = strlen(text);
    if (length == 0 || length > 60 || strspn(text, allowed) != length)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "--machine: give up to 60 letters, digits, dots and dashes, such as epyc-64c");
    opts->machine = text;
    return SHOAL_OK;
}

static shoal_status parse_output(const char *text, bench_opts *opts, shoal_error *err)
{
    if (text[0] == '\0' || strcmp(text, "-") == 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "-o \"%s\": name a file; tables go to standard output anyway", text);
    opts->output = text;
    return SHOAL_OK;
}

static shoal_status parse_option(int c, bench_opts *opts, shoal_error *err)
{
    switch (c) {
    case 'o': return parse_output(optarg, opts, err);
    case 'q': opts->quiet = true; return SHOAL_OK;
    case 'h': opts->help = true; return SHOAL_OK;
    case OPT_VERSION: opts->version = true; return SHOAL_OK;
    case OPT_QUICK: opts->quick = true; return SHOAL_OK;
    case OPT_LIST: opts->list = true; return SHOAL_OK;
    case OPT_FILTER: opts->filter = optarg; return SHOAL_OK;
    case OPT_THREADS: return parse_threads(optarg, opts, err);
    case OPT_MARKDOWN: opts->markdown = optarg; return SHOAL_OK;
    case OPT_MACHINE: return parse_machine(optarg, opts, err);
    case OPT_BUDGET: return parse_real("budget", optarg, 0.001, 3600, &opts->budget_s, err);
    case OPT_THRESHOLD: return parse_real("threshold", optarg, 0, 10, &opts->threshold, err);
    case OPT_EXAMPLE_GRID: opts->example_grid = true; return SHOAL_OK;
    case OPT_UPDATE: opts->update = true; return SHOAL_OK;
    case OPT_GRID: opts->grid = optarg; return SHOAL_OK;
    case OPT_BASELINE: opts->baseline = optarg; return SHOAL_OK;
    case OPT_RUN_CASE:
    default: opts->run_case = optarg; return SHOAL_OK;
    }
}

static const char *option_name(int c)
{
    for (const struct option *option = options; option->name != NULL; option++)
        if (option->val == c) return option->name;
    return "";
}

/* Whether the command knows the option: the common ones, or one of its own. */
static bool takes(bench_command command, int c)
{
    static const char common[] = "quick filter threads output quiet help version ";
    char name[32];
    snprintf(name, sizeof name, "%s ", option_name(c));
    const char *const lists[] = {common, rules[command].options};
    for (int i = 0; i < 2; i++)
        for (const char *at = strstr(lists[i], name); at != NULL; at = strstr(at + 1, name))
            if (at == lists[i] || at[-1] == ' ') return true;
    return false;
}

/* "--list, --quick"; as many as there is room for */
static void list_names(const char *const *names, int n, const char *before, char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < n && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s%s", i == 0 ? "" : ", ", before, names[i]);
}

static shoal_status bad_option(bench_command command, int c, char **argv, shoal_error *err)
{
    enum { N_OPTIONS = sizeof options / sizeof options[0] - 1 };
    const char *names[N_OPTIONS];
    char quoted[128], nearest[128];
    char foreign[32], known[256] = "";
    const char *given = argv[optind - 1], *name = command_names[command];
    if (c != '?' && c != ':') { /* of another command */
        snprintf(foreign, sizeof foreign, "--%s", option_name(c));
        given = foreign;
    }
    if (c == ':') return shoal_fail(err, SHOAL_ERR_USAGE, "%s needs a value; see shoal-bench %s --help", given, name);
    size_t n = 0;
    for (int i = 0; i < N_OPTIONS; i++)
        if (options[i].val != OPT_RUN_CASE && takes(command, options[i].val)) names[n++] = options[i].name;
    if (strncmp(given, "--", 2) != 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "no option -%c; see shoal-bench %s --help", optopt, name);
    list_names(names, (int)n, "--", known, sizeof known);
    return shoal_fail(err, SHOAL_ERR_USAGE, "%s takes no option \"%s\"; did you mean --%s? Known: %s", name,
                      shoal_text_quote(given, strlen(given), quoted, sizeof quoted),
                      shoal_text_nearest(given + 2, names, n, nearest, sizeof nearest), known);
}

static shoal_status take_operands(int argc, char **argv, bench_opts *opts, shoal_error *err)
{
    const struct command_rule *rule = &rules[opts->command];
    const char *name = command_names[opts->command];
    const int given = argc - optind, least = opts->example_grid ? 0 : rule->min_inputs;
    if (given > rule->max_inputs)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s takes %s: \"%s\" is one more; see shoal-bench %s --help", name,
                          rule->max_inputs == 0 ? "no operand" : rule->operands, argv[optind + rule->max_inputs], name);
    if (given < least)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s is missing: shoal-bench %s %s; see shoal-bench %s --help",
                          rule->operands, name, rule->operands, name);
    for (int i = 0; i < given; i++) opts->inputs[opts->n_inputs++] = argv[optind + i];
    return SHOAL_OK;
}

static shoal_status find_command(const char *word, bench_command *command, shoal_error *err)
{
    char quoted[128], nearest[128];
    for (int i = 0; i < BENCH_N_COMMANDS; i++)
        if (strcmp(word, command_names[i]) == 0) {
            *command = (bench_command)i;
            return SHOAL_OK;
        }
    return shoal_fail(err, SHOAL_ERR_USAGE,
                      "no command \"%s\"; did you mean %s? Known: scaling, variants, peers, report, compare, "
                      "instructions",
                      shoal_text_quote(word, strlen(word), quoted, sizeof quoted),
                      shoal_text_nearest(word, command_names, BENCH_N_COMMANDS, nearest, sizeof nearest));
}

shoal_status bench_opts_parse(int argc, char **argv, bench_opts *opts, shoal_error *err)
{
    *opts = (bench_opts){.command = BENCH_N_COMMANDS};
    if (argc < 2)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "a command is missing: scaling, variants, peers, report, compare or "
                          "instructions; see shoal-bench --help");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) opts->help = true;
    if (strcmp(argv[1], "--version") == 0) opts->version = true;
    if (opts->help || opts->version) return SHOAL_OK;
    SHOAL_TRY(find_command(argv[1], &opts->command, err));
    opts->threshold = opts->command == BENCH_INSTRUCTIONS ? 0.02 : 0.05;
    int c;
    optind = 0; /* glibc: start afresh */
    while ((c = getopt_long(argc - 1, argv + 1, ":o:qh", options, NULL)) != -1) {
        if (c == '?' || c == ':' || !takes(opts->command, c)) return bad_option(opts->command, c, argv + 1, err);
        SHOAL_TRY(parse_option(c, opts, err));
    }
    if (opts->help || opts->version) return SHOAL_OK;
    if (opts->n_thread_counts == 0) default_threads(opts);
    if (opts->budget_s == 0) opts->budget_s = opts->quick ? 0.15 : 1.5;
    return take_operands(argc - 1, argv + 1, opts, err);
}

/* https://no-color.org: set and not empty means plain */
bool bench_wants_bold(void)
{
    const char *plain = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (plain != NULL && plain[0] != '\0') return false;
    return terminal != NULL && strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO) == 1;
}

/* Calls visit for each comma-separated text of the filter; stops at the first that returns true. */
static bool any_text(const char *filter, bool (*visit)(const char *text, const void *user), const void *user)
{
    char text[128];
    for (const char *at = filter; *at != '\0';) {
        const size_t length = strcspn(at, ",");
        snprintf(text, sizeof text, "%.*s", (int)length, at);
        if (length > 0 && visit(text, user)) return true;
        at += length + (at[length] == ',');
    }
    return false;
}

/* fnmatch knows "*", "?" and "[...]"; what follows the text may be anything. */
static bool begins(const char *text, const void *name)
{
    char pattern[136];
    snprintf(pattern, sizeof pattern, "%s*", text);
    return fnmatch(pattern, name, 0) == 0;
}

bool bench_wanted(const bench_opts *opts, const char *name)
{
    return opts->filter == NULL || any_text(opts->filter, begins, name);
}

typedef struct name_list {
    const char *const *names;
    int n;
    char *missing;
    size_t size;
} name_list;

static bool begins_none(const char *text, const void *user)
{
    const name_list *list = user;
    for (int i = 0; i < list->n; i++)
        if (begins(text, list->names[i])) return false;
    snprintf(list->missing, list->size, "%s", text);
    return true;
}

shoal_status bench_check_filter(const bench_opts *opts, const char *const *names, int n, shoal_error *err)
{
    char missing[128] = "", quoted[256], known[640] = "";
    const name_list list = {names, n, missing, sizeof missing};
    if (opts->filter == NULL || !any_text(opts->filter, begins_none, &list)) return SHOAL_OK;
    list_names(names, n, "", known, sizeof known);
    return shoal_fail(err, SHOAL_ERR_USAGE, "--filter: no name begins with \"%s\" (* stands for anything); known: %s",
                      shoal_text_quote(missing, strlen(missing), quoted, sizeof quoted), known);
}
