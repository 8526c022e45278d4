#include <shoal/rfm.h>

#include <stddef.h>

enum {
    CHAMPIONS,
    LOYAL,
    POTENTIAL_LOYALIST,
    NEW,
    PROMISING,
    NEED_ATTENTION,
    ABOUT_TO_SLEEP,
    AT_RISK,
    CANNOT_LOSE,
    HIBERNATING,
};

static const char *const names[SHOAL_RFM_SEGMENTS] = {
    [CHAMPIONS] = "Champions",
    [LOYAL] = "Loyal",
    [POTENTIAL_LOYALIST] = "Potential Loyalist",
    [NEW] = "New",
    [PROMISING] = "Promising",
    [NEED_ATTENTION] = "Need Attention",
    [ABOUT_TO_SLEEP] = "About to Sleep",
    [AT_RISK] = "At Risk",
    [CANNOT_LOSE] = "Can't Lose",
    [HIBERNATING] = "Hibernating",
};

/* [R - 1][F - 1] */
static const signed char map[5][5] = {
    {HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANNOT_LOSE},
    {HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANNOT_LOSE},
    {ABOUT_TO_SLEEP, ABOUT_TO_SLEEP, NEED_ATTENTION, LOYAL, LOYAL},
    {PROMISING, POTENTIAL_LOYALIST, POTENTIAL_LOYALIST, LOYAL, LOYAL},
    {NEW, POTENTIAL_LOYALIST, POTENTIAL_LOYALIST, CHAMPIONS, CHAMPIONS},
};

const char *shoal_rfm_segment_name(int segment)
{
    return segment >= 0 && segment < SHOAL_RFM_SEGMENTS ? names[segment] : NULL;
}

int shoal_rfm_segment(int r, int f)
{
    if (r < 1 || r > 5 || f < 1 || f > 5) return -1;
    return map[r - 1][f - 1];
}
