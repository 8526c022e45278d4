#include "cli/help.h"

#include <string.h>

#include "cli/text.h"

enum { LINE = 80, INDENT = 28 };

const shoal_cli_exit shoal_cli_exits[SHOAL_CLI_N_EXITS] = {
    {0, "done"},
    {2, "the command line asks for what cannot be"},
    {3, "the data are wrong"},
    {4, "the system refused to read or write"},
    {5, "no memory"},
    {6, "interrupted"},
};

const char *shoal_cli_help_remark(shoal_cli_verb_id verb, const shoal_cli_option *option, char *buffer, size_t size)
{
    char value[128];
    if (option->required) snprintf(buffer, size, " (required)");
    else if (*shoal_cli_option_default(verb, option, value, sizeof value) != '\0')
        snprintf(buffer, size, " (default: %s)", value);
    else buffer[0] = '\0';
    return buffer;
}

/* Words of text from column `at` on, broken at LINE, following lines indented. */
static void wrap(FILE *out, const char *text, int at, int indent)
{
    const char *word = text;
    bool first = true;
    while (*word != '\0') {
        const int length = (int)strcspn(word, " ");
        if (!first && at + 1 + length > LINE) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", length, word);
        at += length;
        word += length;
        word += strspn(word, " ");
        first = false;
    }
    fputc('\n', out);
}

static void print_option(FILE *out, shoal_cli_verb_id verb, const shoal_cli_option *option)
{
    char remark[192], text[512];
    int at = option->letter != 0 ? fprintf(out, "  -%c, --%s", option->letter, option->name)
                                 : fprintf(out, "      --%s", option->name);
    if (option->placeholder != NULL) at += fprintf(out, " %s", option->placeholder);
    if (at + 2 > INDENT) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", INDENT - at, "");
    shoal_cli_help_remark(verb, option, remark, sizeof remark);
    snprintf(text, sizeof text, "%s%s", option->help, remark);
    wrap(out, text, INDENT, INDENT);
}

static void print_exits(FILE *out)
{
    fputs("\nExit status:\n", out);
    for (int i = 0; i < SHOAL_CLI_N_EXITS; i++)
        fprintf(out, "  %d  %s\n", shoal_cli_exits[i].status, shoal_cli_exits[i].meaning);
}

void shoal_cli_help_verb(FILE *out, shoal_cli_verb_id verb)
{
    const shoal_cli_verb *v = &shoal_cli_verbs[verb];
    fprintf(out, "shoal %s: %s\n\nUsage: shoal %s %s", v->name, v->purpose, v->name, v->operand);
    const shoal_cli_option *option = NULL;
    while ((option = shoal_cli_option_next(verb, option)) != NULL)
        if (option->required) fprintf(out, " --%s %s", option->name, option->placeholder);
    fputs(" [OPTION]...\n\n", out);
    wrap(out, v->about, 0, 0);
    if (v->operand_is_csv) fputs("The file may be gzipped; - is standard input.\n", out);
    for (int group = 0; group < SHOAL_CLI_N_GROUPS; group++) {
        bool titled = false;
        while ((option = shoal_cli_option_next(verb, option)) != NULL) {
            if ((int)option->group != group) continue;
            if (!titled) fprintf(out, "\n%s:\n", shoal_cli_group_names[group]);
            titled = true;
            print_option(out, verb, option);
        }
    }
    print_exits(out);
    fputs("\nExamples:\n", out);
    for (size_t i = 0; i < sizeof v->examples / sizeof v->examples[0] && v->examples[i] != NULL; i++)
        fprintf(out, "  %s\n", v->examples[i]);
}

void shoal_cli_help(FILE *out)
{
    fputs("shoal: customer segments from transactions\n\n"
          "Usage: shoal VERB [OPTION]...\n"
          "       shoal VERB --help\n"
          "       shoal --version\n"
          "       shoal --completion bash|zsh|fish\n\n"
          "Verbs:\n",
          out);
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++)
        fprintf(out, "  %-8s  %s\n", shoal_cli_verbs[i].name, shoal_cli_verbs[i].purpose);
    print_exits(out);
    fprintf(out, "\nExample:\n  %s\n", shoal_cli_verbs[SHOAL_CLI_SEGMENT].examples[0]);
}
