#include "cases/verdict.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ (digest >> 29);
}

uint64_t bench_digest(uint64_t digest, const void *data, size_t bytes)
{
    const char *at = data;
    digest = mix(digest, bytes);
    for (; bytes > 0;) {
        uint64_t word = 0;
        const size_t taken = bytes < sizeof word ? bytes : sizeof word;
        memcpy(&word, at, taken);
        digest = mix(digest, word);
        at += taken;
        bytes -= taken;
    }
    return digest;
}

shoal_status bench_verdict_compare(const bench_verdict *verdict, uint64_t digest, const char *what, shoal_error *err)
{
    if (!verdict->judged || verdict->digest == digest) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "%s: the result differs from that of an earlier run (digest %016" PRIx64 ", before %016" PRIx64
                      "); it must be the same for any number of threads",
                      what, digest, verdict->digest);
}

void bench_verdict_right(bench_verdict *verdict, uint64_t digest)
{
    *verdict = (bench_verdict){.judged = true, .digest = digest};
}

bool bench_close(double a, double b, double relative)
{
    if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
    return a == b || fabs(a - b) <= relative * fmax(fabs(a), fabs(b));
}

bool bench_is_money(double money, int64_t cents)
{
    return fabs(money * 100 - (double)cents) <= 1e-6 + 1e-15 * fabs((double)cents);
}
