/* The statistics of samples and of rows. All are order statistics or fits of few points: times are skewed by noise
 * that only ever adds. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

/* Quantile q (0..1) by linear interpolation of the order statistics (Hyndman & Fan 1996, type 7); values may be in any
 * order and stay as they are; NAN for n = 0. n <= 1024. */
double bench_quantile(const double *values, int n, double q);
double bench_median(const double *values, int n);

/* Mann-Whitney rank test of two samples (two-sided p): exact for n + m <= 40 without ties, else by the normal
 * approximation with correction for ties and continuity. NAN where a sample is empty. */
double bench_rank_test(const double *a, int n, const double *b, int m);

/* The ratio median(b) / median(a) with its 95% interval by Hodges-Lehmann of the logarithms: order statistics of all
 * ln(b_j / a_i) at the ranks of the Mann-Whitney distribution. ratio itself is the ratio of medians. low and high are
 * NAN where the samples are too small for 95% (3 and 3 are), all where one is empty or has a value not above 0. */
typedef struct bench_ratio {
    double ratio, low, high;
} bench_ratio;
bench_ratio bench_ratio_of(const double *a, int n, const double *b, int m);

/* Amdahl's law fitted to times t of p threads: t = t1 (s + (1 - s) / p) by least squares of relative errors, s within
 * 0..1. NAN where all have the same p, or a time or p is not above 0. */
double bench_serial_fraction(const double *threads, const double *ms, int n);
/* Slope of ln ms over ln size by least squares: 1 is linear. NAN where fewer than 2 sizes, or
 * one is not above 0. */
double bench_exponent(const double *size, const double *ms, int n);

#endif
