/* Keeping the notices of a run for its document. */
#include <stdlib.h>

#include "base/text.h"
#include "pipeline/steps.h"

static void keep(void *user, const char *message)
{
    shoal_notice_list *list = user;
    char **grown = realloc(list->messages, ((size_t)list->n + 1) * sizeof *grown);
    if (grown != NULL) {
        list->messages = grown;
        char *copy = shoal_text_dup(message);
        if (copy != NULL) list->messages[list->n++] = copy;
    }
    if (list->outer != NULL && list->outer->notice != NULL) list->outer->notice(list->outer->user, message);
}

static void pass_progress(void *user, const char *phase, double fraction, const char *detail)
{
    const shoal_notice_list *list = user;
    if (list->outer != NULL && list->outer->progress != NULL)
        list->outer->progress(list->outer->user, phase, fraction, detail);
}

shoal_ctx shoal_notice_list_context(shoal_notice_list *list, const shoal_ctx *outer)
{
    *list = (shoal_notice_list){.outer = outer};
    shoal_ctx ctx = outer != NULL ? *outer : shoal_ctx_default();
    ctx.notice = keep;
    ctx.progress = pass_progress;
    ctx.user = list;
    return ctx;
}

void shoal_notice_list_free(shoal_notice_list *list)
{
    for (int i = 0; i < list->n; i++) free(list->messages[i]);
    free(list->messages);
    *list = (shoal_notice_list){0};
}
