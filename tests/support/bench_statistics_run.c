/* The statistics of shoal-bench for a script that compares them with other programs. Reads lines of standard input,
 * prints one line of results for each:
 *   quantile q n v1 … vn
 *   rank n a1 … an m b1 … bm
 *   ratio n a1 … an m b1 … bm
 *   serial n p1 … pn n t1 … tn
 *   exponent n x1 … xn n t1 … tn */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "record/statistics.h"

enum { LONGEST = 1024 };

typedef struct sample {
    int n;
    double values[LONGEST];
} sample;

static bool read_sample(sample *read)
{
    if (scanf("%d", &read->n) != 1 || read->n < 0 || read->n > LONGEST) return false;
    for (int i = 0; i < read->n; i++)
        if (scanf("%lf", &read->values[i]) != 1) return false;
    return true;
}

static bool answer_pair(const char *command, const sample *a, const sample *b)
{
    if (strcmp(command, "rank") == 0) printf("%.17g\n", bench_rank_test(a->values, a->n, b->values, b->n));
    else if (strcmp(command, "ratio") == 0) {
        const bench_ratio ratio = bench_ratio_of(a->values, a->n, b->values, b->n);
        printf("%.17g %.17g %.17g\n", ratio.ratio, ratio.low, ratio.high);
    } else if (a->n != b->n) return false;
    else if (strcmp(command, "serial") == 0) printf("%.17g\n", bench_serial_fraction(a->values, b->values, a->n));
    else if (strcmp(command, "exponent") == 0) printf("%.17g\n", bench_exponent(a->values, b->values, a->n));
    else return false;
    return true;
}

static bool answer(const char *command)
{
    static sample a, b;
    if (strcmp(command, "quantile") != 0) return read_sample(&a) && read_sample(&b) && answer_pair(command, &a, &b);
    double q;
    if (scanf("%lf", &q) != 1 || !read_sample(&a)) return false;
    printf("%.17g\n", bench_quantile(a.values, a.n, q));
    return true;
}

int main(void)
{
    char command[16];
    while (scanf("%15s", command) == 1)
        if (!answer(command)) {
            fprintf(stderr, "%s: cannot be read\n", command);
            return 2;
        }
    return 0;
}
