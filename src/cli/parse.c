#include "cli/parse.h"

#include <stdio.h>
#include <string.h>

#include "cli/number.h"
#include "cli/text.h"

typedef struct parser {
    int argc, at; /* argv[at] is the next word */
    char *const *argv;
    shoal_cli_args *args;
    shoal_error *err;
    bool options_ended;
} parser;

static shoal_status unknown_option(const parser *p, const char *word, size_t length)
{
    const char *names[128];
    char given[128], near[256], shown[256];
    size_t n = 0;
    const shoal_cli_option *option = NULL;
    while ((option = shoal_cli_option_next(p->args->verb, option)) != NULL && n < sizeof names / sizeof names[0])
        names[n++] = option->name;
    snprintf(given, sizeof given, "%.*s", (int)length, word);
    return shoal_cli_usage(p->err, "unknown option '--%s'%s", shoal_cli_escape(given, shown, sizeof shown),
                           shoal_cli_nearest(given, names, n, "--", near, sizeof near));
}

/* A word that stands where a value is due but looks like an option. */
static bool looks_like_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && strchr("0123456789.", word[1]) == NULL;
}

/* The value in the next word. */
static shoal_status value_after(parser *p, const shoal_cli_option *option)
{
    if (p->at == p->argc) return shoal_cli_usage(p->err, "--%s needs a value: %s", option->name, option->placeholder);
    const char *word = p->argv[p->at];
    if (looks_like_option(word)) {
        char shown[256];
        return shoal_cli_usage(p->err, "--%s needs a value: %s; a value that begins with a dash is written --%s=%s",
                               option->name, option->placeholder, option->name,
                               shoal_cli_escape(word, shown, sizeof shown));
    }
    p->at++;
    return shoal_cli_value(option, word, p->args, p->err);
}

/* --name, --name=value or --name value */
static shoal_status take_long(parser *p, const char *word)
{
    const size_t length = strcspn(word, "=");
    const shoal_cli_option *option = shoal_cli_option_by_name(p->args->verb, word, length);
    if (option == NULL) return unknown_option(p, word, length);
    const bool has_value = word[length] == '=';
    if (option->type == SHOAL_CLI_FLAG) {
        if (has_value) return shoal_cli_usage(p->err, "--%s takes no value", option->name);
        return shoal_cli_value(option, "", p->args, p->err);
    }
    if (has_value) return shoal_cli_value(option, word + length + 1, p->args, p->err);
    return value_after(p, option);
}

/* -q, -k5, -k 5, -qk5 */
static shoal_status take_letters(parser *p, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        const shoal_cli_option *option = shoal_cli_option_by_letter(p->args->verb, *letters);
        if (option == NULL) {
            char letter[2] = {*letters, '\0'}, shown[32];
            return shoal_cli_usage(p->err, "unknown option '-%s'", shoal_cli_escape(letter, shown, sizeof shown));
        }
        if (option->type == SHOAL_CLI_FLAG) {
            const shoal_status status = shoal_cli_value(option, "", p->args, p->err);
            if (status < 0) return status;
        } else if (letters[1] != '\0') return shoal_cli_value(option, letters + 1, p->args, p->err);
        else return value_after(p, option);
    }
    return SHOAL_OK;
}

static shoal_status take_operand(parser *p, const char *word)
{
    char shown[512];
    if (word[0] == '\0') return shoal_cli_usage(p->err, "%s is empty", shoal_cli_verbs[p->args->verb].operand);
    if (p->args->input != NULL)
        return shoal_cli_usage(p->err, "one %s is expected, and '%s' is one more",
                               shoal_cli_verbs[p->args->verb].operand, shoal_cli_escape(word, shown, sizeof shown));
    p->args->input = word;
    return SHOAL_OK;
}

static shoal_status take_word(parser *p)
{
    const char *word = p->argv[p->at++];
    if (p->options_ended || word[0] != '-' || word[1] == '\0') return take_operand(p, word);
    if (word[1] != '-') return take_letters(p, word + 1);
    if (word[2] != '\0') return take_long(p, word + 2);
    p->options_ended = true;
    return SHOAL_OK;
}

static bool asks_for_help(int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

static shoal_status check_required(const shoal_cli_args *args, shoal_error *err)
{
    if (args->input == NULL) return shoal_cli_usage(err, "%s is missing", shoal_cli_verbs[args->verb].operand);
    const shoal_cli_option *option = NULL;
    while ((option = shoal_cli_option_next(args->verb, option)) != NULL) {
        const void *target = (const char *)args + option->target;
        if (option->required && *(const char *const *)target == NULL)
            return shoal_cli_usage(err, "--%s %s is missing", option->name, option->placeholder);
    }
    return SHOAL_OK;
}

static shoal_status check_clusters(const shoal_cli_args *args, shoal_error *err)
{
    const shoal_cli_args defaults = shoal_cli_args_default(args->verb);
    const int k_min = args->kmeans.k_min, k_max = args->kmeans.k_max;
    if (args->n_clusters != 0) {
        if (k_min == defaults.kmeans.k_min && k_max == defaults.kmeans.k_max) return SHOAL_OK;
        return shoal_cli_usage(err,
                               "--k-min and --k-max choose the number of clusters, --n-clusters %d sets it: give "
                               "one or the other",
                               args->n_clusters);
    }
    if (k_min > k_max) return shoal_cli_usage(err, "--k-min %d is above --k-max %d", k_min, k_max);
    if (k_max - k_min >= SHOAL_CHOOSE_K_MAX)
        return shoal_cli_usage(err, "--k-min %d to --k-max %d are more than %d numbers to choose from", k_min, k_max,
                               (int)SHOAL_CHOOSE_K_MAX);
    return SHOAL_OK;
}

static shoal_status check_numbers(const shoal_cli_args *args, shoal_error *err)
{
    const shoal_kmeans_step_opts *kmeans = &args->kmeans;
    if (kmeans->align_to != NULL && kmeans->label_order != NULL)
        return shoal_cli_usage(err,
                               "--align-to keeps the numbers of an older model, --label-order makes new ones: give "
                               "one or the other");
    if (kmeans->align_to == NULL && kmeans->model_store != NULL)
        return shoal_cli_usage(err, "--model-store says where the model of --align-to is, which is not given");
    if (kmeans->align_to != NULL && kmeans->model_store == NULL && args->verb == SHOAL_CLI_SEGMENT)
        return shoal_cli_usage(err, "--align-to needs --model-store: segment writes a new store, without older models");
    return SHOAL_OK;
}

static shoal_status check_dates(const shoal_cli_args *args, shoal_error *err)
{
    const int64_t calibration = args->summary.calibration_end, observation = args->summary.observation_end;
    if (args->as_of != SHOAL_NO_DATE && (calibration != SHOAL_NO_DATE || observation != SHOAL_NO_DATE))
        return shoal_cli_usage(err, "--as-of ends all data; it cannot go with --calibration-end or --observation-end");
    if (observation != SHOAL_NO_DATE && calibration > observation) {
        char first[SHOAL_CLI_DATE_SIZE], second[SHOAL_CLI_DATE_SIZE];
        return shoal_cli_usage(err, "--calibration-end %s is after --observation-end %s",
                               shoal_cli_date(calibration, first), shoal_cli_date(observation, second));
    }
    return SHOAL_OK;
}

/* Standard output holds one document. */
static shoal_status check_export(const shoal_cli_args *args, shoal_error *err)
{
    const bool to_stdout = args->output == NULL || strcmp(args->output, "-") == 0;
    if (args->json && to_stdout && args->export_format == SHOAL_EXPORT_CSV)
        return shoal_cli_usage(err, "--json and --format csv both want standard output: write the table to -o FILE");
    return SHOAL_OK;
}

shoal_status shoal_cli_parse(shoal_cli_verb_id verb, int argc, char *const *argv, shoal_cli_args *args,
                             shoal_error *err)
{
    *args = shoal_cli_args_default(verb);
    if (asks_for_help(argc, argv)) {
        args->help = 1;
        return SHOAL_OK;
    }
    parser p = {.argc = argc, .argv = argv, .args = args, .err = err};
    shoal_status status = SHOAL_OK;
    while (status == SHOAL_OK && p.at < argc) status = take_word(&p);
    if (status == SHOAL_OK && args->help) return status; /* -qh */
    if (status == SHOAL_OK) status = check_required(args, err);
    if (status == SHOAL_OK) status = check_dates(args, err);
    if (status == SHOAL_OK) status = check_clusters(args, err);
    if (status == SHOAL_OK) status = check_numbers(args, err);
    if (status == SHOAL_OK) status = check_export(args, err);
    return status;
}
