#include "segment/profile_name.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <shoal/profile.h>

#include "base/text.h"

/* How a segment stands to the average of all customers. */
typedef enum activity { UNKNOWN, ACTIVE, COOLING, LAPSED } activity;
/* Levels of frequency and money; ONCE is a frequency below LOW: hardly anyone bought twice. */
enum { ONCE = -1, LOW, MIDDLE, HIGH };

typedef struct standing {
    activity activity;
    int frequency, money;
} standing;

/* The first rule that fits names the segment; ANY fits all. */
enum { ANY = 100 };
typedef struct rule {
    activity activity;
    int frequency, money;
    const char *name, *advice;
} rule;

static const rule rules[] = {
    {ACTIVE, HIGH, HIGH, "Loyal big spenders", "Protect them: personal service, early access, no blanket discounts."},
    {ACTIVE, HIGH, LOW, "Frequent small spenders", "Raise the basket: bundles, free delivery from a higher amount."},
    {ACTIVE, HIGH, ANY, "Active regulars", "Keep the habit: loyalty rewards, and show them the next category."},
    {ACTIVE, MIDDLE, HIGH, "Active big spenders", "Turn them into regulars: invite the next purchase soon, in person."},
    {ACTIVE, MIDDLE, LOW, "Active small spenders", "Grow them at low cost: recommendations and set offers."},
    {ACTIVE, MIDDLE, ANY, "Active core customers", "Develop them: a second category and a reason to come back sooner."},
    {ACTIVE, ANY, HIGH, "Promising big spenders", "Welcome them well: win the second purchase while they remember."},
    {ACTIVE, ANY, ANY, "New or occasional buyers", "Win the second purchase: a welcome series and a timely offer."},
    {COOLING, HIGH, HIGH, "Slipping top customers", "Call them first: ask why they buy less and mend it."},
    {COOLING, ANY, HIGH, "Slipping big spenders", "Win them back now: a personal offer while the relation is warm."},
    {COOLING, HIGH, ANY, "Slipping regulars", "Remind them: replenishment notes, news since their last visit."},
    {COOLING, ONCE, ANY, "Quiet one-time buyers", "One well-timed offer for a second purchase, then leave it."},
    {COOLING, ANY, ANY, "Cooling customers", "Re-engage with a light touch: reminders and seasonal offers."},
    {LAPSED, HIGH, HIGH, "Lapsed top customers", "Worth a personal win-back: find the cause before the offer."},
    {LAPSED, ANY, HIGH, "Lapsed big spenders", "One strong win-back offer; then only the big occasions."},
    {LAPSED, HIGH, ANY, "Lapsed regulars", "Test a win-back campaign; learn from them why customers leave."},
    {LAPSED, ONCE, ANY, "Lapsed one-time buyers", "Spend little: automated contact only, no sales time."},
    {LAPSED, LOW, ANY, "Lapsed occasional buyers", "Low-cost reactivation; stop when it does not pay."},
    {LAPSED, ANY, ANY, "Lapsed customers", "Low-cost reactivation; stop when it does not pay."},
    {UNKNOWN, HIGH, HIGH, "Frequent big spenders", "Protect them: personal service and early access."},
    {UNKNOWN, HIGH, ANY, "Frequent buyers", "Raise the basket: bundles and the next category."},
    {UNKNOWN, ANY, HIGH, "Big spenders", "Turn them into regulars: invite the next purchase."},
    {UNKNOWN, ONCE, ANY, "One-time buyers", "Win the second purchase with one timely offer."},
    {UNKNOWN, ANY, LOW, "Small spenders", "Serve them at low cost; offer sets and recommendations."},
    {UNKNOWN, ANY, ANY, "Average customers", "Develop them: a second category, a reason to come back sooner."},
};
enum { N_RULES = sizeof rules / sizeof rules[0] };

/* --- the variables ------------------------------------------------------------------------------------------------ */

/* Column of that name, also as "clv/p_alive"; -1 where there is none. */
static int find(const shoal_profile *profile, const char *name)
{
    for (int v = 0; v < profile->n_variables; v++) {
        const char *slash = strrchr(profile->variables[v], '/');
        if (strcmp(slash == NULL ? profile->variables[v] : slash + 1, name) == 0) return v;
    }
    return -1;
}

static double mean_of(const shoal_profile *profile, int segment, int v)
{
    return profile->mean[(int64_t)segment * profile->n_variables + v];
}

static double z_of(const shoal_profile *profile, int segment, int v)
{
    const double std = profile->overall_std[v];
    return std > 0 ? (mean_of(profile, segment, v) - profile->overall_mean[v]) / std : 0;
}

static double ratio_of(const shoal_profile *profile, int segment, int v)
{
    return profile->overall_mean[v] > 0 ? mean_of(profile, segment, v) / profile->overall_mean[v] : NAN;
}

/* --- the standing ------------------------------------------------------------------------------------------------- */

/* Repeat buyers whose P(alive) tells something: in BG/NBD whoever bought once counts as alive forever, and where the
 * data show no dropout everybody does. */
static bool alive_tells(const shoal_profile *profile, int segment, int alive)
{
    const int frequency = find(profile, "frequency");
    const bool repeaters = frequency < 0 || mean_of(profile, segment, frequency) >= 1.5;
    return alive >= 0 && repeaters && profile->overall_std[alive] > 0.02;
}

/* Recency against the average, corrected by P(alive): a short silence may be long for a frequent buyer. */
static activity activity_of(const shoal_profile *profile, int segment)
{
    const int recency = find(profile, "recency_days"), alive = find(profile, "p_alive");
    activity found = UNKNOWN;
    if (recency >= 0) {
        const double z = z_of(profile, segment, recency);
        const double ratio = ratio_of(profile, segment, recency);
        found = z <= -0.4 && ratio <= 0.8 ? ACTIVE : z >= 0.6 && ratio >= 1.25 ? LAPSED : COOLING;
    }
    if (!alive_tells(profile, segment, alive)) return found;
    const double p = mean_of(profile, segment, alive);
    if (p < 0.35) return LAPSED;
    if (p < 0.6) return found == LAPSED ? LAPSED : COOLING;
    return p >= 0.75 && found != LAPSED ? ACTIVE : found == UNKNOWN ? COOLING : found;
}

/* A variable's level by its ratio to the average; MIDDLE where it is not known. */
static int level_of(const shoal_profile *profile, int segment, int v, double low, double high)
{
    const double ratio = v >= 0 ? ratio_of(profile, segment, v) : NAN;
    return ratio >= high ? HIGH : ratio <= low ? LOW : MIDDLE;
}

static int frequency_of(const shoal_profile *profile, int segment)
{
    static const char *const names[] = {"frequency", "expected_purchases"};
    const int v = find(profile, names[0]);
    if (v < 0) return level_of(profile, segment, find(profile, names[1]), 0.6, 1.4);
    return mean_of(profile, segment, v) < 1.25 ? ONCE : level_of(profile, segment, v, 0.6, 1.4);
}

static int money_variable(const shoal_profile *profile)
{
    static const char *const names[] = {"monetary", "clv", "mean_repeat_spend", "expected_spend"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const int v = find(profile, names[i]);
        if (v >= 0) return v;
    }
    return -1;
}

static const rule *rule_of(const standing *s)
{
    for (int i = 0; i < N_RULES; i++) {
        const rule *r = &rules[i];
        if (r->activity == s->activity && (r->frequency == ANY || r->frequency == s->frequency) &&
            (r->money == ANY || r->money == s->money))
            return r;
    }
    return &rules[N_RULES - 1];
}

/* --- names -------------------------------------------------------------------------------------------------------- */

enum { NAME_LENGTH = 40 };

static bool knows_customers(const shoal_profile *profile)
{
    return find(profile, "recency_days") >= 0 || find(profile, "p_alive") >= 0 || find(profile, "frequency") >= 0 ||
           find(profile, "expected_purchases") >= 0 || money_variable(profile) >= 0;
}

/* Variables that no rule knows: the one that stands out most. */
static void name_by_variable(const shoal_profile *profile, int segment, char *name, size_t size)
{
    int most = -1;
    for (int v = 0; v < profile->n_variables; v++)
        if (most < 0 || fabs(z_of(profile, segment, v)) > fabs(z_of(profile, segment, most))) most = v;
    const double z = most < 0 ? 0 : z_of(profile, segment, most);
    if (!(fabs(z) >= 0.3)) shoal_text_copy(name, size, "Average");
    else {
        char whole[sizeof profile->variables[0] + 8];
        snprintf(whole, sizeof whole, "%s %s", z > 0 ? "High" : "Low", profile->variables[most]);
        shoal_text_copy(name, size, whole);
    }
}

static void name_one(const shoal_profile *profile, int segment, char *name, size_t size)
{
    if (profile->segments[segment].customers == 0) {
        shoal_text_copy(name, size, "Empty");
        return;
    }
    if (!knows_customers(profile)) {
        name_by_variable(profile, segment, name, size);
        return;
    }
    const standing s = {activity_of(profile, segment), frequency_of(profile, segment),
                        level_of(profile, segment, money_variable(profile), 0.6, 1.5)};
    shoal_text_copy(name, size, rule_of(&s)->name);
}

/* The two ends of a variable, for telling two segments of one name apart; they differ by a tenth of a standard
 * deviation at least. */
static const struct {
    const char *variable, *high, *low;
} ends[] = {
    {"monetary", "higher spend", "lower spend"},
    {"clv", "higher value", "lower value"},
    {"mean_repeat_spend", "big baskets", "small baskets"},
    {"expected_spend", "big baskets", "small baskets"},
    {"frequency", "more often", "less often"},
    {"expected_purchases", "more often", "less often"},
    {"recency_days", "longer ago", "more recent"},
    {"p_alive", "more alive", "less alive"},
};
enum { N_ENDS = sizeof ends / sizeof ends[0] };

static bool is_taken(const shoal_profile *profile, const char *name)
{
    for (int s = 0; s < profile->n_segments; s++)
        if (strcmp(profile->segments[s].name, name) == 0) return true;
    return false;
}

/* Two segments of one name: the first variable in which they differ gives each a word. */
static bool tell_apart_by_word(shoal_profile *profile, int a, int b)
{
    int end = -1, variable = -1;
    for (int e = 0; e < N_ENDS && end < 0; e++) {
        const int v = find(profile, ends[e].variable);
        if (v < 0 || !(fabs(z_of(profile, a, v) - z_of(profile, b, v)) > 0.1)) continue;
        end = e;
        variable = v;
    }
    if (end < 0) return false;
    const bool a_high = mean_of(profile, a, variable) > mean_of(profile, b, variable);
    char base[SHOAL_SEGMENT_NAME_SIZE], of_a[SHOAL_SEGMENT_NAME_SIZE], of_b[SHOAL_SEGMENT_NAME_SIZE];
    shoal_text_copy(base, NAME_LENGTH - 16 + 1, profile->segments[a].name);
    snprintf(of_a, sizeof of_a, "%.40s (%s)", base, a_high ? ends[end].high : ends[end].low);
    snprintf(of_b, sizeof of_b, "%.40s (%s)", base, a_high ? ends[end].low : ends[end].high);
    if (is_taken(profile, of_a) || is_taken(profile, of_b)) return false;
    shoal_text_copy(profile->segments[a].name, sizeof of_a, of_a);
    shoal_text_copy(profile->segments[b].name, sizeof of_b, of_b);
    return true;
}

/* Whether a comes before b where only a number is left: by money, by the variables in order, then by place. */
static bool comes_before(const shoal_profile *profile, int a, int b)
{
    const int money = money_variable(profile);
    if (money >= 0 && mean_of(profile, a, money) != mean_of(profile, b, money))
        return mean_of(profile, a, money) > mean_of(profile, b, money);
    for (int v = 0; v < profile->n_variables; v++)
        if (mean_of(profile, a, v) != mean_of(profile, b, v)) return mean_of(profile, a, v) > mean_of(profile, b, v);
    return a < b;
}

static void tell_apart_by_number(shoal_profile *profile, const char *name)
{
    char base[SHOAL_SEGMENT_NAME_SIZE];
    shoal_text_copy(base, NAME_LENGTH - 4 + 1, name);
    for (int number = 1;; number++) {
        int first = -1;
        for (int s = 0; s < profile->n_segments; s++) {
            const bool same = strcmp(profile->segments[s].name, name) == 0;
            if (same && (first < 0 || comes_before(profile, s, first))) first = s;
        }
        if (first < 0) return;
        char numbered[SHOAL_SEGMENT_NAME_SIZE];
        snprintf(numbered, sizeof numbered, "%.40s %d", base, number);
        if (!is_taken(profile, numbered)) shoal_text_copy(profile->segments[first].name, sizeof numbered, numbered);
    }
}

static void make_unique(shoal_profile *profile)
{
    for (int s = 0; s < profile->n_segments; s++) {
        int same = 0, other = -1;
        char name[SHOAL_SEGMENT_NAME_SIZE];
        shoal_text_copy(name, sizeof name, profile->segments[s].name);
        for (int t = s + 1; t < profile->n_segments; t++)
            if (strcmp(profile->segments[t].name, name) == 0) {
                same++;
                other = t;
            }
        if (same == 0 || (same == 1 && tell_apart_by_word(profile, s, other))) continue;
        tell_apart_by_number(profile, name);
    }
}

void shoal_profile_name(shoal_profile *profile)
{
    for (int s = 0; s < profile->n_segments; s++) name_one(profile, s, profile->segments[s].name, NAME_LENGTH + 1);
    make_unique(profile);
}

const char *shoal_profile_advice(const char *name)
{
    const rule *best = NULL;
    size_t longest = 0;
    for (int i = 0; i < N_RULES; i++) {
        const size_t length = strlen(rules[i].name);
        if (length <= longest || strncmp(name, rules[i].name, length) != 0) continue;
        if (name[length] != '\0' && name[length] != ' ') continue;
        best = &rules[i];
        longest = length;
    }
    return best == NULL ? NULL : best->advice;
}
