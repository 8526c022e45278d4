#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "measure/describe.h"

enum { MAX_WORDS = 3 };

void bench_tag_clean(const char *text, char *tag, size_t size)
{
    size_t n = 0;
    for (; *text != '\0' && n + 1 < size; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < 128 && isalnum(c) != 0) tag[n++] = (char)tolower(c);
        else if (n > 0 && tag[n - 1] != '-') tag[n++] = '-';
    }
    while (n > 0 && tag[n - 1] == '-') n--;
    tag[n] = '\0';
}

/* Words that say nothing about which CPU it is. */
static bool is_filler(const char *word)
{
    static const char *const fillers[] = {"intel",     "amd", "cpu", "processor", "genuine",
                                          "authentic", "r",   "tm",  "with"};
    for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++)
        if (shoal_text_equal_nocase(word, fillers[i])) return true;
    return strstr(word, "-Core") != NULL;
}

/* "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz": "Xeon Platinum 8481C". true: there is a number in it. */
static bool telling_words(const char *cpu, char *words, size_t size)
{
    char copy[sizeof((bench_machine *)0)->cpu];
    shoal_text_copy(copy, sizeof copy, cpu);
    copy[strcspn(copy, "@")] = '\0';
    words[0] = '\0';
    char *rest = copy;
    size_t used = 0;
    for (int n = 0; n < MAX_WORDS;) {
        const char *word = strtok_r(rest, " ()", &rest);
        if (word == NULL) break;
        if (is_filler(word)) continue;
        const int length = snprintf(words + used, size - used, "%s%s", n > 0 ? "-" : "", word);
        if (length < 0 || (size_t)length >= size - used) break;
        used += (size_t)length;
        n++;
    }
    return strpbrk(words, "0123456789") != NULL;
}

void bench_tag_make(bench_machine *machine, int family, int model)
{
    char words[40], number[32] = "", whole[128];
    const bool numbered = telling_words(machine->cpu, words, sizeof words);
    if (!numbered && family >= 0 && model >= 0) snprintf(number, sizeof number, "-%d-%d", family, model);
    snprintf(whole, sizeof whole, "%s%s-%dc-%s", words[0] != '\0' ? words : "cpu", number, machine->usable,
             machine->isa);
    bench_tag_clean(whole, machine->tag, sizeof machine->tag);
}
