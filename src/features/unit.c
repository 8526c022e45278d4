#include <shoal/rfm.h>

#include <string.h>

static const struct {
    const char *name;
    double days;
} units[] = {
    [SHOAL_DAY] = {"day", 1},
    [SHOAL_WEEK] = {"week", 7},
    [SHOAL_MONTH] = {"month", 365.25 / 12},
};

double shoal_unit_days(shoal_unit unit)
{
    return units[unit].days;
}

const char *shoal_unit_name(shoal_unit unit)
{
    return units[unit].name;
}

int shoal_unit_parse(const char *name)
{
    for (int i = 0; i < (int)(sizeof units / sizeof units[0]); i++)
        if (strcmp(name, units[i].name) == 0) return i;
    return -1;
}
