#include "axis.h"

#include <float.h>
#include <math.h>

#include "report/svg.h"

void bench_range_add(double *least, double *most, double value, bool log)
{
    if (!isfinite(value) || (log && !(value > 0))) return;
    *least = fmin(*least, value); /* fmin and fmax give the other value for NAN */
    *most = fmax(*most, value);
}

bench_axis bench_axis_over(double least, double most, bool log, double from, double to)
{
    enum { ROOM = 25 }; /* the ends stay a 25th of the range free */
    bench_axis axis = {log, 0, 1, from, to};
    if (isnan(least)) axis.low = log ? 1 : 0, axis.high = log ? 10 : 1;
    else if (log) {
        const double room = fmax((log10(most) - log10(least)) / ROOM, most > least ? 0 : 0.3);
        axis.low = fmax(least / pow(10, room), DBL_MIN);
        axis.high = fmin(most * pow(10, room), DBL_MAX);
    } else {
        const double room = most > least ? (most - least) / ROOM : fmax(fabs(most) / 10, 1e-9);
        axis.low = least - room;
        axis.high = most + room;
    }
    return axis;
}

double bench_axis_at(const bench_axis *axis, double value)
{
    const double share = axis->log ? (log(value) - log(axis->low)) / (log(axis->high) - log(axis->low))
                                   : (value - axis->low) / (axis->high - axis->low);
    return axis->from + share * (axis->to - axis->from);
}

static void add_tick(bench_ticks *ticks, const bench_axis *axis, double value)
{
    const double slack = 1e-9 * fabs(axis->to - axis->from), place = bench_axis_at(axis, value);
    const double first = fmin(axis->from, axis->to), last = fmax(axis->from, axis->to);
    if (place >= first - slack && place <= last + slack && ticks->n < BENCH_MAX_TICKS) ticks->at[ticks->n++] = value;
}

static bench_ticks even_ticks(const bench_axis *axis, int most)
{
    bench_ticks ticks = {0};
    const double step = shoal_axis_step(axis->high - axis->low, most);
    const double first = ceil(axis->low / step - 1e-9);
    for (int i = 0; i <= most; i++) {
        const double value = (first + i) * step;
        add_tick(&ticks, axis, fabs(value) < step / 1e6 ? 0 : value);
    }
    return ticks;
}

bench_ticks bench_axis_ticks(const bench_axis *axis, int most)
{
    static const double within[] = {1, 2, 5};
    if (!axis->log) return even_ticks(axis, most);
    const double decades = log10(axis->high) - log10(axis->low);
    if (decades < 0.8) return even_ticks(axis, most);
    bench_ticks ticks = {0};
    const int parts = 3 * decades <= most ? 3 : 1, stride = parts == 1 ? (int)ceil(decades / most) : 1;
    const int first = (int)floor(log10(axis->low)), last = (int)ceil(log10(axis->high));
    for (int power = first; power <= last; power++)
        for (int i = 0; i < parts && power % stride == 0; i++) add_tick(&ticks, axis, within[i] * pow(10, power));
    return ticks;
}

void bench_spread_apart(double *place, int n, double gap, double low, double high)
{
    for (int i = 0; i < n; i++) place[i] = fmax(place[i], i == 0 ? low : place[i - 1] + gap);
    for (int i = n - 1; i >= 0; i--) {
        const double most = i == n - 1 ? high : place[i + 1] - gap;
        if (place[i] > most) place[i] = most;
    }
}
