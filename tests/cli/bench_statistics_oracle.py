"""The statistics of shoal-bench against numpy, scipy and brute force, on samples from 1 to 200 values."""

import itertools
import math
import subprocess
import sys

try:
    import numpy as np
    from scipy import optimize, stats
except ImportError as missing:
    print(f"skipped: {missing}; the Debian packages are python3-numpy and python3-scipy")
    sys.exit(77)

RUN = sys.argv[1]
draw = np.random.default_rng(20240607)
asked, expected = [], []  # lines for the program; (what, values, relative tolerance)


def words(values):
    return f"{len(values)} " + " ".join(repr(float(v)) for v in values)


def ask(line, what, values, tolerance):
    asked.append(line)
    expected.append((what, values, tolerance))


def times(n, scale=1.0):
    """As benchmarks give them: skewed, a floor and a tail."""
    return scale * (10 + draw.gamma(1.5, 0.8, n))


def quantiles():
    for n in (1, 2, 3, 4, 5, 10, 37, 200, 1024):
        values = times(n)
        for q in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1):
            ask(f"quantile {q} {words(values)}", f"quantile {q} of {n}", [np.quantile(values, q)], 1e-14)


def rank_tests():
    for n, m in ((1, 1), (1, 5), (2, 3), (5, 5), (5, 9), (8, 8), (20, 20), (3, 37), (37, 3), (39, 1)):
        for scale in (1, 1.03, 1.2):
            a, b = times(n), times(m, scale)
            p = stats.mannwhitneyu(a, b, alternative="two-sided", method="exact").pvalue
            ask(f"rank {words(a)} {words(b)}", f"exact rank test {n}, {m}, x {scale}", [p], 1e-12)
    for n, m in ((20, 21), (40, 60), (200, 200), (1, 40)):
        for scale in (1, 1.03, 1.2):
            a, b = times(n), times(m, scale)
            p = stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic").pvalue
            ask(f"rank {words(a)} {words(b)}", f"asymptotic rank test {n}, {m}, x {scale}", [p], 1e-10)
    for n, m, decimals in ((5, 5, 0), (9, 7, 0), (30, 30, 1), (200, 150, 1)):
        a, b = np.round(times(n), decimals), np.round(times(m, 1.05), decimals)
        b[0] = a[0]
        p = stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic").pvalue
        ask(f"rank {words(a)} {words(b)}", f"rank test with ties {n}, {m}", [p], 1e-10)
    ask("rank 3 2 2 2 4 2 2 2 2", "rank test of equal values", [1], 0)


def counts_by_enumeration(n, m):
    """How many arrangements have each U, by listing them all."""
    counts = [0] * (n * m + 1)
    for ranks in itertools.combinations(range(n + m), n):
        counts[sum(ranks) - n * (n - 1) // 2] += 1
    return counts


def interval(a, b, rank):
    logs = np.sort(np.log(np.asarray(b)[None, :] / np.asarray(a)[:, None]).ravel())
    return [np.median(b) / np.median(a), math.exp(logs[rank - 1]), math.exp(logs[-rank])]


def ratios():
    for n, m in ((4, 4), (5, 5), (5, 8), (9, 9), (7, 11), (2, 8)):
        counts = counts_by_enumeration(n, m)
        rank = max(c for c in range(n * m) if sum(counts[:c]) <= 0.025 * sum(counts))
        a, b = times(n), times(m, 1.1)
        ask(f"ratio {words(a)} {words(b)}", f"ratio {n}, {m}", interval(a, b, rank), 1e-12)
    for n, m in ((1, 1), (3, 3), (2, 7)):  # P(U = 0) is above 2.5%
        a, b = times(n), times(m)
        ratio = np.median(b) / np.median(a)
        ask(f"ratio {words(a)} {words(b)}", f"ratio {n}, {m}", [ratio, math.nan, math.nan], 1e-12)
    for n, m in ((25, 25), (200, 200), (30, 100), (21, 20), (36, 5), (50, 33), (77, 60), (38, 4)):
        spread = stats.norm.ppf(0.975) * math.sqrt(n * m * (n + m + 1) / 12)
        a, b = times(n), times(m, 0.9)
        rank = math.floor(n * m / 2 + 0.5 - spread)
        ask(f"ratio {words(a)} {words(b)}", f"ratio {n}, {m}", interval(a, b, rank), 1e-12)


def coverage():
    """Of intervals for samples of a known shift, some 95% must hold it; at 600 trials 93% is more than two errors away."""
    lines = []
    for _ in range(600):
        a, b = times(12), 1.25 * times(12)
        lines.append(f"ratio {words(a)} {words(b)}")
    answers = subprocess.run([RUN], input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    held = sum(low <= 1.25 <= high for _, low, high in (map(float, line.split()) for line in answers.splitlines()))
    assert 0.93 <= held / len(lines) <= 0.99, f"{held} of {len(lines)} intervals hold the true ratio"


def serial_fractions():
    cases = [([1, 2, 4, 8, 16], s, noise) for s in (0, 0.02, 0.3, 0.9, 1) for noise in (0, 0.05)]
    cases += [([1, 2], 0.2, 0), ([2, 3, 64], 0.01, 0.02), ([1, 1, 2, 2, 4, 4], 0.15, 0.05)]
    for p, s, noise in cases:
        p = np.array(p, dtype=float)
        t = 137 * (s + (1 - s) / p) * (1 + noise * draw.standard_normal(len(p)))
        fits = [optimize.least_squares(lambda x: x[0] * (x[1] + (1 - x[1]) / p) / t - 1, [t[0], start],
                                       bounds=([0, 0], [np.inf, 1]), xtol=1e-15, ftol=1e-15, gtol=1e-15,
                                       x_scale=[t[0], 1]) for start in (0.01, 0.5, 0.99)]
        best = min(fits, key=lambda fit: fit.cost)
        ask(f"serial {words(p)} {words(t)}", f"serial fraction {s}, noise {noise}, {list(p)}", [best.x[1]], 1e-5)
    # superlinear and slowing down: outside of 0..1 without the bound
    ask("serial 3 1 2 4 3 100 40 15", "superlinear", [0], 0)
    ask("serial 3 1 2 4 3 100 120 150", "slower with every thread", [1], 0)
    ask("serial 2 4 4 2 10 11", "one count of threads", [math.nan], 0)
    ask("serial 1 1 1 10", "one time", [math.nan], 0)


def exponents():
    for power in (0, 0.5, 1, 1.7, 3):
        for n in (2, 3, 6):
            x = 1000 * np.cumprod(draw.uniform(1.5, 4, n))
            t = 1e-4 * x ** power * draw.uniform(0.9, 1.1, n)
            slope = np.polyfit(np.log(x), np.log(t), 1)[0]
            ask(f"exponent {words(x)} {words(t)}", f"exponent {power} of {n}", [slope], 1e-9)
    ask("exponent 2 5 5 2 1 2", "exponent of one size", [math.nan], 0)
    ask("exponent 2 5 6 2 0 2", "exponent of no time", [math.nan], 0)


for part in (quantiles, rank_tests, ratios, serial_fractions, exponents, coverage):
    part()
output = subprocess.run([RUN], input="\n".join(asked), capture_output=True, text=True, check=True).stdout.splitlines()
assert len(output) == len(expected), f"{len(output)} answers to {len(expected)} questions"
wrong = 0
for line, (what, values, tolerance) in zip(output, expected):
    found = [float(word) for word in line.split()]
    near = [(math.isnan(f) and math.isnan(v)) or abs(f - v) <= tolerance * max(abs(v), 1e-300) or
            (tolerance >= 1e-9 and abs(f - v) <= tolerance)
            for f, v in zip(found, values)]
    if len(found) != len(values) or not all(near):
        print(f"{what}: found {found}, expected {[float(v) for v in values]}")
        wrong += 1
print(f"{len(expected) - wrong} of {len(expected)} agree")
sys.exit(1 if wrong else 0)
