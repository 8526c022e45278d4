/* The command's option table, parser, numbers, texts and tables. */
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/number.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "cli/text.h"

static shoal_cli_args args;
static shoal_error err;

enum { MOST_WORDS = 16 };

/* Parses words that are separated by blanks. */
static shoal_status parse(shoal_cli_verb_id verb, const char *line)
{
    static char words[1024];
    char *argv[MOST_WORDS], *rest = words;
    int argc = 0;
    err = (shoal_error){0};
    snprintf(words, sizeof words, "%s", line);
    for (char *word; (word = strsep(&rest, " ")) != NULL && argc < MOST_WORDS;)
        if (*word != '\0') argv[argc++] = word;
    return shoal_cli_parse(verb, argc, argv, &args, &err);
}

#define ACCEPTED(verb, line) cr_assert_eq(parse(verb, line), SHOAL_OK, "%s: %s", line, err.message)
#define REFUSED(verb, line, part)                                                                                      \
    do {                                                                                                               \
        cr_assert_eq(parse(verb, line), SHOAL_ERR_USAGE, "accepted: %s", line);                                        \
        cr_assert_eq(err.status, SHOAL_ERR_USAGE);                                                                     \
        cr_assert(strstr(err.message, part) != NULL, "%s: %s", line, err.message);                                     \
    } while (0)

/* --- the table ---------------------------------------------------------------------------------------------------- */

Test(cli_options, names_and_letters_are_unique_within_a_verb)
{
    for (int verb = 0; verb < SHOAL_CLI_N_VERBS; verb++) {
        const shoal_cli_option *a = NULL;
        while ((a = shoal_cli_option_next((shoal_cli_verb_id)verb, a)) != NULL) {
            cr_assert_eq(shoal_cli_option_by_name((shoal_cli_verb_id)verb, a->name, strlen(a->name)), a,
                         "%s --%s is there twice", shoal_cli_verbs[verb].name, a->name);
            if (a->letter != 0)
                cr_assert_eq(shoal_cli_option_by_letter((shoal_cli_verb_id)verb, a->letter), a, "-%c", a->letter);
        }
    }
}

Test(cli_options, every_option_is_complete)
{
    for (size_t i = 0; i < shoal_cli_n_options; i++) {
        const shoal_cli_option *o = &shoal_cli_options[i];
        cr_assert(o->name != NULL && o->help != NULL && o->verbs != 0);
        cr_assert(o->target < sizeof(shoal_cli_args), "--%s", o->name);
        cr_assert_eq(o->placeholder == NULL, o->type == SHOAL_CLI_FLAG, "--%s", o->name);
        if (o->type == SHOAL_CLI_CHOICE) cr_assert(o->choices != NULL, "--%s", o->name);
        if (o->type == SHOAL_CLI_INT || o->type == SHOAL_CLI_REAL) cr_assert(o->min < o->max, "--%s", o->name);
    }
}

Test(cli_options, defaults_lie_in_their_ranges)
{
    char text[128];
    for (int verb = 0; verb < SHOAL_CLI_N_VERBS; verb++) {
        const shoal_cli_option *o = NULL;
        while ((o = shoal_cli_option_next((shoal_cli_verb_id)verb, o)) != NULL) {
            const bool valued = o->type == SHOAL_CLI_INT || o->type == SHOAL_CLI_REAL || o->type == SHOAL_CLI_CHOICE;
            if (!valued || o->by_itself != NULL) continue;
            shoal_cli_option_default((shoal_cli_verb_id)verb, o, text, sizeof text);
            args = shoal_cli_args_default((shoal_cli_verb_id)verb);
            cr_assert_eq(shoal_cli_value(o, text, &args, &err), SHOAL_OK, "--%s %s: %s", o->name, text, err.message);
        }
    }
}

Test(cli_options, choices_are_the_names_of_the_library)
{
    ACCEPTED(SHOAL_CLI_RFM, "s --unit month");
    cr_assert_str_eq(shoal_unit_name(args.summary.unit), "month");
    for (int scale = SHOAL_SCALE_NONE; scale <= SHOAL_SCALE_MINMAX; scale++) {
        char line[64];
        snprintf(line, sizeof line, "s --scale %s", shoal_scale_name((shoal_scale)scale));
        ACCEPTED(SHOAL_CLI_KMEANS, line);
        cr_assert_eq((int)args.kmeans.scale, scale);
    }
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        char line[64];
        snprintf(line, sizeof line, "t.csv -o d --%s here", shoal_role_name((shoal_role)role));
        ACCEPTED(SHOAL_CLI_SEGMENT, line);
        cr_assert_str_eq(args.import.column[role], "here");
    }
}

/* --- parsing ------------------------------------------------------------------------------------------------------ */

Test(cli_parse, values_may_be_attached_or_follow)
{
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 --n-clusters=6");
    cr_assert_eq(args.n_clusters, 6);
    ACCEPTED(SHOAL_CLI_KMEANS, "--n-clusters 7 s.h5");
    cr_assert_eq(args.n_clusters, 7);
    cr_assert_str_eq(args.input, "s.h5");
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 -k8");
    cr_assert_eq(args.n_clusters, 8);
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 -k 9");
    cr_assert_eq(args.n_clusters, 9);
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 -k auto");
    cr_assert_eq(args.n_clusters, 0);
}

Test(cli_parse, letters_combine)
{
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 -qk5");
    cr_assert(args.quiet);
    cr_assert_eq(args.n_clusters, 5);
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 -qk 5");
    cr_assert_eq(args.n_clusters, 5);
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 -qz", "'-z'");
}

Test(cli_parse, dashes)
{
    ACCEPTED(SHOAL_CLI_SEGMENT, "- -o out");
    cr_assert_str_eq(args.input, "-");
    ACCEPTED(SHOAL_CLI_INFO, "-- --json");
    cr_assert_str_eq(args.input, "--json");
    cr_assert_not(args.json);
    ACCEPTED(SHOAL_CLI_EXPORT, "s.h5 -o -");
    cr_assert_str_eq(args.output, "-");
    ACCEPTED(SHOAL_CLI_REPORT, "s.h5 -o r.html --title=--");
    cr_assert_str_eq(args.report.title, "--");
    ACCEPTED(SHOAL_CLI_REPORT, "s.h5 -o r.html --title=a=b");
    cr_assert_str_eq(args.report.title, "a=b");
    REFUSED(SHOAL_CLI_RFM, "s.h5 --name --json", "--name needs a value");
    REFUSED(SHOAL_CLI_RFM, "s.h5 --name", "--name needs a value");
    REFUSED(SHOAL_CLI_RFM, "s.h5 --name=", "empty");
}

Test(cli_parse, negative_numbers_are_values)
{
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --tol -1", "--tol: '-1' is out of range");
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --tol -.5", "'-.5' is out of range");
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 -k -3", "'-3' is out of range");
}

Test(cli_parse, the_last_of_repeated_options_counts)
{
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 -k 3 --n-clusters 4 --seed 1 --seed 2");
    cr_assert_eq(args.n_clusters, 4);
    cr_assert_eq(args.kmeans.kmeans.seed, 2);
    ACCEPTED(SHOAL_CLI_IMPORT, "a.csv -o s.h5 --header --no-header");
    cr_assert_eq(args.import.header, 0);
    ACCEPTED(SHOAL_CLI_KMEANS, "s.h5 --init c.csv --init random");
    cr_assert_null(args.kmeans.init_file);
    cr_assert_eq(args.kmeans.kmeans.init, SHOAL_INIT_RANDOM);
}

Test(cli_parse, unknown_options_name_their_neighbours)
{
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --n-cluster 4", "did you mean --n-clusters?");
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --max-itre=4", "did you mean --max-iter?");
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --wholly-different", "unknown option '--wholly-different'");
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --title x", "unknown option '--title'"); /* another verb's */
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --json=yes", "--json takes no value");
    REFUSED(SHOAL_CLI_KMEANS, "s.h5 --seed\x1b[31m 4", "\\x1B[31m");
}

Test(cli_parse, operands)
{
    REFUSED(SHOAL_CLI_INFO, "", "STORE is missing");
    REFUSED(SHOAL_CLI_INFO, "a b", "'b' is one more");
    REFUSED(SHOAL_CLI_SEGMENT, "t.csv", "--output DIR is missing");
    REFUSED(SHOAL_CLI_IMPORT, "t.csv", "--output STORE.h5 is missing");
    REFUSED(SHOAL_CLI_REPORT, "s.h5", "--output FILE.html is missing");
    ACCEPTED(SHOAL_CLI_EXPORT, "s.h5");
}

Test(cli_parse, help_wins_over_errors)
{
    ACCEPTED(SHOAL_CLI_SEGMENT, "--no-such --help");
    cr_assert(args.help);
    ACCEPTED(SHOAL_CLI_SEGMENT, "-qh");
    cr_assert(args.help);
    REFUSED(SHOAL_CLI_INFO, "-- a --help", "one more");
}

Test(cli_parse, whole_numbers)
{
    REFUSED(SHOAL_CLI_KMEANS, "s -k 0", "at least 1");
    REFUSED(SHOAL_CLI_KMEANS, "s -k 2147483648", "at most 2147483647");
    REFUSED(SHOAL_CLI_KMEANS, "s -k 99999999999999999999", "out of range");
    REFUSED(SHOAL_CLI_KMEANS, "s -k 5x", "'5x'");
    REFUSED(SHOAL_CLI_KMEANS, "s -k 5.0", "'5.0'");
    REFUSED(SHOAL_CLI_KMEANS, "s -k 0x10", "'0x10'");
    REFUSED(SHOAL_CLI_RFM, "s --n-scores 1", "at least 2");
    REFUSED(SHOAL_CLI_RFM, "s --n-scores 101", "at most 100");
    REFUSED(SHOAL_CLI_RFM, "s --threads 0", "at least 1");
    ACCEPTED(SHOAL_CLI_KMEANS, "s -k 2147483647");
    ACCEPTED(SHOAL_CLI_KMEANS, "s --seed 18446744073709551615");
    cr_assert_eq(args.kmeans.kmeans.seed, UINT64_MAX);
    REFUSED(SHOAL_CLI_KMEANS, "s --seed 18446744073709551616", "below 2^64");
    REFUSED(SHOAL_CLI_KMEANS, "s --seed -1", "'-1'");
    REFUSED(SHOAL_CLI_KMEANS, "s --seed=", "''");
}

Test(cli_parse, real_numbers)
{
    ACCEPTED(SHOAL_CLI_KMEANS, "s --tol 1e-6");
    cr_assert_eq(args.kmeans.kmeans.tol, 1e-6);
    ACCEPTED(SHOAL_CLI_CLV, "s --discount-rate 0 --horizon 0.5");
    cr_assert_eq(args.clv.discount_rate, 0);
    cr_assert_eq(args.clv.horizon_days, 0.5);
    REFUSED(SHOAL_CLI_CLV, "s --horizon 0", "above 0");
    for (size_t i = 0; i < 6; i++) {
        static const char *const lines[] = {"s --tol nan", "s --tol inf",    "s --tol 0x1p3",
                                            "s --tol 1,5", "s --tol 1e-6 7", "s --tol=1e999"};
        cr_assert_eq(parse(SHOAL_CLI_KMEANS, lines[i]), SHOAL_ERR_USAGE, "%s", lines[i]);
    }
}

Test(cli_parse, dates)
{
    ACCEPTED(SHOAL_CLI_RFM, "s --as-of 2011-12-09");
    cr_assert_eq(args.as_of, 1323388800); /* date -u -d 2011-12-09 +%s */
    ACCEPTED(SHOAL_CLI_RFM, "s --as-of 20111209");
    cr_assert_eq(args.as_of, 1323388800);
    ACCEPTED(SHOAL_CLI_RFM, "s --as-of 2012-02-29");
    static const char *const bad[] = {"2011-02-29", "2011-13-01", "2011-00-10", "2011-1-1",    "09.12.2011",
                                      "2011-12-9x", "0000-01-01", "2011/12/09", "2011-12-091", "today"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char line[64];
        snprintf(line, sizeof line, "s --as-of %s", bad[i]);
        REFUSED(SHOAL_CLI_RFM, line, "is no date");
    }
    REFUSED(SHOAL_CLI_CLV, "s --calibration-end 1998-06-30 --observation-end 1997-09-30", "is after");
    REFUSED(SHOAL_CLI_CLV, "s --calibration-end 1998-06-30 --as-of 1998-06-30", "--as-of ends all data");
}

Test(cli_parse, delimiters)
{
    static const struct {
        const char *word;
        char meant;
    } good[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}, {"blank", ' '},
                {"auto", 0},    {",", ','},         {";", ';'},    {"\t", '\t'},  {"|", '|'}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char line[64];
        snprintf(line, sizeof line, "a.csv -o s --delimiter=%s", good[i].word);
        ACCEPTED(SHOAL_CLI_IMPORT, line);
        cr_assert_eq(args.import.delimiter, good[i].meant, "%s", good[i].word);
    }
    REFUSED(SHOAL_CLI_IMPORT, "a.csv -o s --delimiter x", "no delimiter");
    REFUSED(SHOAL_CLI_IMPORT, "a.csv -o s --delimiter=", "no delimiter");
    REFUSED(SHOAL_CLI_IMPORT, "a.csv -o s --delimiter ,,", "no delimiter");
}

Test(cli_parse, clusters_are_given_or_chosen)
{
    REFUSED(SHOAL_CLI_KMEANS, "s -k 4 --k-max 8", "one or the other");
    REFUSED(SHOAL_CLI_KMEANS, "s --k-min 12", "--k-min 12 is above --k-max 10");
    REFUSED(SHOAL_CLI_KMEANS, "s --k-max 66", "more than 64");
    ACCEPTED(SHOAL_CLI_KMEANS, "s --k-max 65");
    ACCEPTED(SHOAL_CLI_KMEANS, "s -k auto --k-min 3 --k-max 3");
    REFUSED(SHOAL_CLI_KMEANS, "s --init kmean++", "none of kmeans++, kmeans-parallel, random and sample");
    ACCEPTED(SHOAL_CLI_KMEANS, "s --init c.csv");
    cr_assert_str_eq(args.kmeans.init_file, "c.csv");
}

Test(cli_parse, words_of_k_means)
{
    static const struct {
        const char *line;
        shoal_kmeans_init init;
    } inits[] = {{"s --init kmeans++", SHOAL_INIT_KMEANSPP},
                 {"s --init kmeans-parallel", SHOAL_INIT_PARALLEL},
                 {"s --init kmeans||", SHOAL_INIT_PARALLEL},
                 {"s --init random", SHOAL_INIT_RANDOM},
                 {"s --init c.csv --init sample", SHOAL_INIT_SAMPLE}};
    for (size_t i = 0; i < sizeof inits / sizeof inits[0]; i++) {
        ACCEPTED(SHOAL_CLI_KMEANS, inits[i].line);
        cr_assert(args.kmeans.kmeans.init == inits[i].init && args.kmeans.init_file == NULL, "%s", inits[i].line);
    }
    ACCEPTED(SHOAL_CLI_SEGMENT,
             "a.csv -o out --algorithm tree --mini-batch --label-order log(monetary) --order invoice");
    cr_assert(args.kmeans.kmeans.algorithm == SHOAL_KMEANS_TREE && args.mini_batch == 1);
    cr_assert_str_eq(args.kmeans.label_order, "log(monetary)");
    REFUSED(SHOAL_CLI_KMEANS, "s --algorithm elkan", "use auto, lloyd, bounded or tree");
}

Test(cli_parse, numbers_are_made_or_kept)
{
    ACCEPTED(SHOAL_CLI_KMEANS, "s --align-to april");
    cr_assert(args.kmeans.model_store == NULL && args.kmeans.label_order == NULL);
    ACCEPTED(SHOAL_CLI_SEGMENT, "a.csv -o out --align-to kmeans --model-store april.h5");
    cr_assert_str_eq(args.kmeans.model_store, "april.h5");
    ACCEPTED(SHOAL_CLI_ASSIGN, "s --model-store april.h5");
    REFUSED(SHOAL_CLI_KMEANS, "s --align-to april --label-order size", "one or the other");
    REFUSED(SHOAL_CLI_KMEANS, "s --model-store april.h5", "--align-to");
    REFUSED(SHOAL_CLI_SEGMENT, "a.csv -o out --align-to kmeans", "needs --model-store");
}

Test(cli_parse, export_puts_one_document_on_standard_output)
{
    REFUSED(SHOAL_CLI_EXPORT, "s --json --format csv", "both want standard output");
    ACCEPTED(SHOAL_CLI_EXPORT, "s --json");
    ACCEPTED(SHOAL_CLI_EXPORT, "s --json --format csv -o t.csv");
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

Test(cli_number, thousands)
{
    char b[SHOAL_CLI_NUMBER_SIZE];
    cr_assert_str_eq(shoal_cli_count(0, b), "0");
    cr_assert_str_eq(shoal_cli_count(999, b), "999");
    cr_assert_str_eq(shoal_cli_count(1000, b), "1,000");
    cr_assert_str_eq(shoal_cli_count(-123456, b), "-123,456");
    cr_assert_str_eq(shoal_cli_count(INT64_MIN, b), "-9,223,372,036,854,775,808");
    cr_assert_str_eq(shoal_cli_fixed(8911407.904, 2, b), "8,911,407.90");
    cr_assert_str_eq(shoal_cli_fixed(-0.001, 2, b), "0.00");
    cr_assert_str_eq(shoal_cli_fixed(-1234.5, 1, b), "-1,234.5");
    cr_assert_str_eq(shoal_cli_fixed(NAN, 2, b), "-");
    cr_assert_str_eq(shoal_cli_fixed(1e300, 2, b), "1e+300");
    cr_assert_str_eq(shoal_cli_share(1, 3, b), "33.3%");
    cr_assert_str_eq(shoal_cli_share(0, 0, b), "-");
}

Test(cli_number, durations_and_sizes)
{
    char b[SHOAL_CLI_NUMBER_SIZE];
    cr_assert_str_eq(shoal_cli_duration(12.4, b), "12 ms");
    cr_assert_str_eq(shoal_cli_duration(999.6, b), "1.0 s");
    cr_assert_str_eq(shoal_cli_duration(119600, b), "2 min 00 s");
    cr_assert_str_eq(shoal_cli_bytes(999, b), "999 bytes");
    cr_assert_str_eq(shoal_cli_bytes(999999, b), "1.0 MB");
    cr_assert_str_eq(shoal_cli_bytes(INT64_MAX, b), "9.2 EB");
}

Test(cli_number, dates)
{
    char b[SHOAL_CLI_DATE_SIZE];
    cr_assert_str_eq(shoal_cli_date(1323388800 + 86399, b), "2011-12-09");
    cr_assert_str_eq(shoal_cli_date(-1, b), "1969-12-31");
    cr_assert_str_eq(shoal_cli_date(SHOAL_NO_DATE, b), "-");
}

/* --- text and tables ---------------------------------------------------------------------------------------------- */

Test(cli_text, harmful_bytes_are_escaped)
{
    char b[64];
    cr_assert_str_eq(shoal_cli_escape("\033[31mred\007", b, sizeof b), "\\x1B[31mred\\x07");
    cr_assert_str_eq(shoal_cli_escape("Müller 名前 €", b, sizeof b), "Müller 名前 €");
    cr_assert_str_eq(shoal_cli_escape("a\xC2\x9B"
                                      "b",
                                      b, sizeof b),
                     "a\\xC2\\x9Bb"); /* C1: CSI */
    cr_assert_str_eq(shoal_cli_escape("\xE2\x80\xAE"
                                      "abc",
                                      b, sizeof b),
                     "\\xE2\\x80\\xAE"
                     "abc"); /* override */
    cr_assert_str_eq(shoal_cli_escape("\xFFz\xC3", b, sizeof b), "\\xFFz\\xC3");
    cr_assert_str_eq(shoal_cli_escape("\xC0\xAF", b, sizeof b), "\\xC0\\xAF"); /* overlong */
}

Test(cli_text, long_texts_are_cut_between_characters)
{
    char b[32];
    shoal_cli_escape("éééééééééééééééééééééééééééééé", b, sizeof b);
    cr_assert(strlen(b) < sizeof b);
    cr_assert_str_eq(b + strlen(b) - 3, "…");
    cr_assert_eq((strlen(b) - 3) % 2, 0);
}

static char *shown(shoal_cli_table *table, bool bold)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(shoal_cli_table_end(table, out, bold, &err), SHOAL_OK);
    fclose(out);
    return text;
}

Test(cli_table, columns_align_by_width)
{
    cr_assert_not_null(setlocale(LC_CTYPE, "C.UTF-8"));
    static const char *const headings[] = {"Name", "Customers", "Note"};
    shoal_cli_table table = shoal_cli_table_start("lrl", headings);
    shoal_cli_cell(&table, "名前");
    shoal_cli_cell_count(&table, 1234567);
    shoal_cli_cell(&table, "");
    shoal_cli_cell(&table, "Zoë");
    shoal_cli_cell_count(&table, 5);
    shoal_cli_cell(&table, "x\ny");
    char *text = shown(&table, false);
    cr_assert_str_eq(text, "  Name  Customers  Note\n"
                           "  名前  1,234,567\n"
                           "  Zoë           5  x\\x0Ay\n");
    free(text);
}

Test(cli_table, only_the_heading_is_bold)
{
    static const char *const headings[] = {"A"};
    shoal_cli_table headed = shoal_cli_table_start("l", headings), plain = shoal_cli_table_start("l", NULL);
    shoal_cli_cell(&headed, "a");
    shoal_cli_cell(&plain, "a");
    char *with = shown(&headed, true), *without = shown(&plain, true);
    cr_assert_str_eq(with, "\033[1m  A\033[0m\n  a\n");
    cr_assert_str_eq(without, "  a\n");
    free(with);
    free(without);
}

Test(cli_table, grows)
{
    shoal_cli_table table = shoal_cli_table_start("rr", NULL);
    for (int i = 0; i < 1000; i++) shoal_cli_cell_count(&table, i);
    char *text = shown(&table, false);
    size_t lines = 0;
    for (const char *p = text; *p != '\0'; p++) lines += *p == '\n';
    cr_assert_eq(lines, 500);
    free(text);
}

/* --- progress ----------------------------------------------------------------------------------------------------- */

Test(cli_progress, lines)
{
    char line[512];
    cr_assert_not_null(setlocale(LC_CTYPE, "C.UTF-8"));
    shoal_cli_progress_line("read", 0.5, NULL, 10000, 0, 79, line, sizeof line);
    cr_assert_str_eq(line, "read [##########          ]  50%, 5%/s, 10.0 s left");
    shoal_cli_progress_line("read", -1, "row 7", 3456, 1, 79, line, sizeof line);
    cr_assert_str_eq(line, "read [ #                  ] 3.0 s  row 7");
    shoal_cli_progress_line("read", 2, "\033[2J", 10, 0, 79, line, sizeof line);
    cr_assert_str_eq(line, "read [####################] 100%  \\x1B[2J");
    shoal_cli_progress_line("read", 0.5, "a long tale of many rows", 10, 0, 40, line, sizeof line);
    cr_assert_eq(shoal_cli_width(line), 40);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

/* Everything that the table makes knows every option. */
Test(cli_help, every_document_names_every_option)
{
    for (int verb = 0; verb < SHOAL_CLI_N_VERBS; verb++) {
        char *text = NULL, name[64];
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        shoal_cli_help_verb(out, (shoal_cli_verb_id)verb);
        fclose(out);
        const shoal_cli_option *o = NULL;
        while ((o = shoal_cli_option_next((shoal_cli_verb_id)verb, o)) != NULL) {
            snprintf(name, sizeof name, "--%s", o->name);
            cr_assert(strstr(text, name) != NULL, "%s: %s", shoal_cli_verbs[verb].name, name);
        }
        cr_assert(strstr(text, "Examples:") != NULL && strstr(text, "Exit status:") != NULL);
        free(text);
    }
}

/* The examples that help shows are accepted by the parser. */
Test(cli_help, examples_parse)
{
    for (int verb = 0; verb < SHOAL_CLI_N_VERBS; verb++)
        for (size_t i = 0; i < 3 && shoal_cli_verbs[verb].examples[i] != NULL; i++) {
            char start[64];
            snprintf(start, sizeof start, "shoal %s ", shoal_cli_verbs[verb].name);
            const char *line = strstr(shoal_cli_verbs[verb].examples[i], start);
            cr_assert_not_null(line, "%s", shoal_cli_verbs[verb].examples[i]);
            if (strchr(line, '\'') != NULL) continue; /* quotes are the shell's: run in tests/cli */
            ACCEPTED((shoal_cli_verb_id)verb, line + strlen(start));
        }
}
