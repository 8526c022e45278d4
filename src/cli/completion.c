/* Completion scripts: words of the verbs, their options, the choices of options, files. */
#include <string.h>

#include "cli/help.h"

static const char *const shells[] = {"bash", "zsh", "fish"};

static void put_words(FILE *out, const char *const *words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) fprintf(out, "%s%s", i == 0 ? "" : " ", words[i]);
}

static bool is_path(const shoal_cli_option *option)
{
    return option->type == SHOAL_CLI_FILE || option->type == SHOAL_CLI_INIT;
}

/* --- bash --------------------------------------------------------------------------------------------------------- */

static void bash_verb(FILE *out, shoal_cli_verb_id verb)
{
    const shoal_cli_option *option = NULL;
    fprintf(out, "    %s)\n        options=\"", shoal_cli_verbs[verb].name);
    while ((option = shoal_cli_option_next(verb, option)) != NULL) fprintf(out, " --%s", option->name);
    fputs("\"\n        case \"$previous\" in\n", out);
    while ((option = shoal_cli_option_next(verb, option)) != NULL) {
        if (option->type == SHOAL_CLI_FLAG) continue;
        fputs("        ", out);
        if (option->letter != 0) fprintf(out, "-%c | ", option->letter);
        fprintf(out, "--%s) words=\"", option->name);
        put_words(out, option->choices);
        fprintf(out, "\" kind=%s ;;\n",
                is_path(option)                       ? "file"
                : option->type == SHOAL_CLI_DIRECTORY ? "directory"
                                                      : "word");
    }
    fputs("        esac\n        ;;\n", out);
}

static void bash(FILE *out)
{
    fputs("# Completion of shoal for bash.\n"
          "_shoal() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    local options=\"\" words=\"\" kind=operand\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"--help --version --completion",
          out);
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++) fprintf(out, " %s", shoal_cli_verbs[i].name);
    fputs("\" -- \"$current\")\n        return\n    fi\n    case \"${COMP_WORDS[1]}\" in\n", out);
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++) bash_verb(out, (shoal_cli_verb_id)i);
    fputs("    --completion) words=\"bash zsh fish\" kind=word ;;\n"
          "    *) return ;;\n"
          "    esac\n"
          "    if [[ $kind == operand && $current == -* ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
          "        return\n"
          "    fi\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
          "    case $kind in\n"
          "    file | operand) mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
          "    directory) mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -d -- \"$current\") ;;\n"
          "    esac\n"
          "}\n"
          "complete -o filenames -o bashdefault -F _shoal shoal\n",
          out);
}

/* --- zsh ---------------------------------------------------------------------------------------------------------- */

/* Inside a single-quoted argument of _arguments: ' ends the quotes, [ ] : are its own signs. */
static void zsh_put(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') fputs("'\\''", out);
        else if (strchr("[]:\\", *text) != NULL) fprintf(out, "\\%c", *text);
        else fputc(*text, out);
    }
}

static void zsh_option(FILE *out, const shoal_cli_option *option)
{
    fputs("      ", out);
    if (option->letter != 0)
        fprintf(out, "'(-%c --%s)'{-%c%s,--%s", option->letter, option->name, option->letter,
                option->type == SHOAL_CLI_FLAG ? "" : "+", option->name);
    else fprintf(out, "'--%s", option->name);
    if (option->type != SHOAL_CLI_FLAG) fputc('=', out);
    fputs(option->letter != 0 ? "}'[" : "[", out);
    zsh_put(out, option->help);
    fputc(']', out);
    if (option->type != SHOAL_CLI_FLAG) {
        fputc(':', out);
        zsh_put(out, option->placeholder);
        fputc(':', out);
        if (is_path(option)) fputs("_files", out);
        else if (option->type == SHOAL_CLI_DIRECTORY) fputs("_files -/", out);
        else if (option->choices != NULL) {
            fputc('(', out);
            put_words(out, option->choices);
            fputc(')', out);
        }
    }
    fputs("' \\\n", out);
}

static void zsh(FILE *out)
{
    fputs("#compdef shoal\n# Completion of shoal for zsh.\n_shoal() {\n  local -a verbs\n  verbs=(\n", out);
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++) {
        fprintf(out, "    '%s:", shoal_cli_verbs[i].name);
        zsh_put(out, shoal_cli_verbs[i].purpose);
        fputs("'\n", out);
    }
    fputs("  )\n  if ((CURRENT == 2)); then\n    _describe verb verbs\n    _arguments '--help[show help]' "
          "'--version[show the version]' '--completion[a completion script]:shell:(bash zsh fish)'\n    return\n  fi\n"
          "  local verb=${words[2]}\n  shift words\n  ((CURRENT--))\n  case $verb in\n",
          out);
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++) {
        fprintf(out, "  %s)\n    _arguments -s \\\n", shoal_cli_verbs[i].name);
        const shoal_cli_option *option = NULL;
        while ((option = shoal_cli_option_next((shoal_cli_verb_id)i, option)) != NULL) zsh_option(out, option);
        fprintf(out, "      '1:%s:_files'\n    ;;\n", shoal_cli_verbs[i].operand);
    }
    fputs("  esac\n}\n_shoal \"$@\"\n", out);
}

/* --- fish --------------------------------------------------------------------------------------------------------- */

static void fish_quote(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

static void fish_option(FILE *out, const char *verb, const shoal_cli_option *option)
{
    fprintf(out, "complete -c shoal -n '__fish_seen_subcommand_from %s' -l %s", verb, option->name);
    if (option->letter != 0) fprintf(out, " -s %c", option->letter);
    if (option->type != SHOAL_CLI_FLAG) fputs(is_path(option) ? " -rF" : " -x", out);
    if (option->type == SHOAL_CLI_DIRECTORY) fputs(" -a '(__fish_complete_directories)'", out);
    if (option->choices != NULL) {
        fputs(" -a '", out);
        put_words(out, option->choices);
        fputc('\'', out);
    }
    fputs(" -d ", out);
    fish_quote(out, option->help);
    fputc('\n', out);
}

static void fish(FILE *out)
{
    fputs("# Completion of shoal for fish.\n"
          "complete -c shoal -n __fish_use_subcommand -f -l help -s h -d 'show help'\n"
          "complete -c shoal -n __fish_use_subcommand -f -l version -s V -d 'show the version'\n"
          "complete -c shoal -n __fish_use_subcommand -x -l completion -a 'bash zsh fish' -d 'a completion script'\n",
          out);
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++) {
        const shoal_cli_verb *verb = &shoal_cli_verbs[i];
        fprintf(out, "complete -c shoal -n __fish_use_subcommand -f -a %s -d ", verb->name);
        fish_quote(out, verb->purpose);
        fputc('\n', out);
        const shoal_cli_option *option = NULL;
        while ((option = shoal_cli_option_next((shoal_cli_verb_id)i, option)) != NULL)
            fish_option(out, verb->name, option);
    }
}

bool shoal_cli_completion(FILE *out, const char *shell)
{
    static void (*const writers[])(FILE *) = {bash, zsh, fish};
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i], shell) != 0) continue;
        writers[i](out);
        return true;
    }
    return false;
}
