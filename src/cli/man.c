/* Manual pages in the man macros of groff (man(7)). */
#include <ctype.h>
#include <string.h>

#include "cli/help.h"
#include <shoal/version.h>

/* Escapes what roff would read as a request or a typographic sign. */
static void put(FILE *out, const char *text)
{
    if (text[0] == '.' || text[0] == '\'') fputs("\\&", out);
    for (; *text != '\0'; text++) {
        if (*text == '\\') fputs("\\e", out);
        else if (*text == '-') fputs("\\-", out);
        else if (*text == '\'') fputs("\\(aq", out);
        else if (*text == '^') fputs("\\(ha", out);
        else if (*text == '~') fputs("\\(ti", out);
        else fputc(*text, out);
    }
}

static void put_upper(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) fputc(toupper((unsigned char)*text), out);
}

static void begin(FILE *out, const char *verb, const char *purpose)
{
    fputs(".TH SHOAL", out);
    if (verb != NULL) fputs("\\-", out);
    put_upper(out, verb == NULL ? "" : verb);
    fprintf(out, " 1 \"\" \"shoal %s\" \"User Commands\"\n.nh\n.SH NAME\nshoal", SHOAL_VERSION);
    if (verb != NULL) fprintf(out, "\\-%s", verb);
    fputs(" \\- ", out);
    put(out, purpose);
    fputc('\n', out);
}

static void put_exits(FILE *out)
{
    fputs(".SH EXIT STATUS\n", out);
    for (int i = 0; i < SHOAL_CLI_N_EXITS; i++) {
        fprintf(out, ".TP\n.B %d\n", shoal_cli_exits[i].status);
        put(out, shoal_cli_exits[i].meaning);
        fputc('\n', out);
    }
}

static void put_option(FILE *out, shoal_cli_verb_id verb, const shoal_cli_option *option)
{
    char remark[192];
    fputs(".TP\n", out);
    if (option->letter != 0) fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", out);
    put(out, option->name);
    fputs("\\fR", out);
    if (option->placeholder != NULL) {
        fputs(" \\fI", out);
        put(out, option->placeholder);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put(out, option->help);
    put(out, shoal_cli_help_remark(verb, option, remark, sizeof remark));
    fputs(".\n", out);
}

static void put_synopsis(FILE *out, shoal_cli_verb_id verb)
{
    const shoal_cli_verb *v = &shoal_cli_verbs[verb];
    fprintf(out, ".SH SYNOPSIS\n.B shoal %s\n.I ", v->name);
    put(out, v->operand);
    fputc('\n', out);
    const shoal_cli_option *option = NULL;
    while ((option = shoal_cli_option_next(verb, option)) != NULL) {
        if (!option->required) continue;
        fprintf(out, ".BI \\-\\-%s \" ", option->name);
        put(out, option->placeholder);
        fputs("\"\n", out);
    }
    fputs(".RI [ option ].\\|.\\|.\n", out);
}

void shoal_cli_man_verb(FILE *out, shoal_cli_verb_id verb)
{
    const shoal_cli_verb *v = &shoal_cli_verbs[verb];
    begin(out, v->name, v->purpose);
    put_synopsis(out, verb);
    fputs(".SH DESCRIPTION\n", out);
    put(out, v->about);
    fputs(v->operand_is_csv ? "\nThe file may be gzipped; \\- is standard input.\n.SH OPTIONS\n" : "\n.SH OPTIONS\n",
          out);
    const shoal_cli_option *option = NULL;
    for (int group = 0; group < SHOAL_CLI_N_GROUPS; group++) {
        bool titled = false;
        while ((option = shoal_cli_option_next(verb, option)) != NULL) {
            if ((int)option->group != group) continue;
            if (!titled) fprintf(out, ".SS %s\n", shoal_cli_group_names[group]);
            titled = true;
            put_option(out, verb, option);
        }
    }
    put_exits(out);
    fputs(".SH EXAMPLES\n.nf\n", out);
    for (size_t i = 0; i < sizeof v->examples / sizeof v->examples[0] && v->examples[i] != NULL; i++) {
        put(out, v->examples[i]);
        fputc('\n', out);
    }
    fputs(".fi\n.SH SEE ALSO\n.BR shoal (1)\n", out);
}

void shoal_cli_man(FILE *out)
{
    begin(out, NULL, "customer segments from transactions");
    fputs(".SH SYNOPSIS\n.B shoal\n.I verb\n.RI [ option ].\\|.\\|.\n.br\n.B shoal\n.I verb\n.B \\-\\-help\n.br\n"
          ".B shoal \\-\\-version\n.br\n.B shoal \\-\\-completion\n.BR bash | zsh | fish\n"
          ".SH DESCRIPTION\n"
          "Turns a file of transactions into segments of customers: scores of recency, frequency and money, lifetime\n"
          "value, clusters and a report. Results go to standard output, notes and progress to standard error.\n"
          "The same data, options and seed give the same results for any number of threads.\n"
          ".SH VERBS\n",
          out);
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++) {
        fprintf(out, ".TP\n.BR shoal\\-%s (1)\n", shoal_cli_verbs[i].name);
        put(out, shoal_cli_verbs[i].purpose);
        fputc('\n', out);
    }
    fputs(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo bold headings.\n.TP\n.B SHOAL_CPU\nscalar, avx2 or avx512: the\n"
          "instruction set to use instead of the best one found.\n",
          out);
    put_exits(out);
    fputs(".SH EXAMPLES\n.nf\n", out);
    put(out, shoal_cli_verbs[SHOAL_CLI_SEGMENT].examples[0]);
    fputs("\n.fi\n", out);
}
