#include "generate/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *const shoal_column_headers[SHOAL_N_COLUMNS] = {"customer_id", "date",  "amount",  "product",
                                                           "channel",     "order", "discount"};

shoal_columns shoal_columns_all(void)
{
    shoal_columns columns = {.n = SHOAL_N_COLUMNS};
    for (int i = 0; i < SHOAL_N_COLUMNS; i++) columns.column[i] = (shoal_output_column)i;
    return columns;
}

bool shoal_columns_have(const shoal_columns *columns, shoal_output_column column)
{
    for (int i = 0; i < columns->n; i++)
        if (columns->column[i] == column) return true;
    return false;
}

static shoal_status add_column(const char *name, shoal_columns *columns, shoal_error *err)
{
    char quoted[128], nearest[128];
    for (int i = 0; i < SHOAL_N_COLUMNS; i++) {
        if (strcmp(name, shoal_column_headers[i]) != 0) continue;
        if (shoal_columns_have(columns, (shoal_output_column)i))
            return shoal_fail(err, SHOAL_ERR_USAGE, "--columns: %s is named twice", name);
        columns->column[columns->n++] = (shoal_output_column)i;
        return SHOAL_OK;
    }
    return shoal_fail(err, SHOAL_ERR_USAGE, "--columns: no column \"%s\"; did you mean %s?",
                      shoal_text_quote(name, strlen(name), quoted, sizeof quoted),
                      shoal_text_nearest(name, shoal_column_headers, SHOAL_N_COLUMNS, nearest, sizeof nearest));
}

shoal_status shoal_columns_parse(const char *list, shoal_columns *columns, shoal_error *err)
{
    *columns = (shoal_columns){0};
    char *copy = shoal_text_dup(list);
    if (copy == NULL) return shoal_fail_memory(err);
    shoal_status status = SHOAL_OK;
    char *rest = copy;
    for (char *name = strsep(&rest, ","); name != NULL; name = strsep(&rest, ","))
        SHOAL_TRY_OUT(add_column(name, columns, err));
    if (!shoal_columns_have(columns, SHOAL_COLUMN_CUSTOMER) || !shoal_columns_have(columns, SHOAL_COLUMN_DATE))
        status = shoal_fail(err, SHOAL_ERR_USAGE, "--columns: customer_id and date cannot be left out");
out:
    free(copy);
    return status;
}
