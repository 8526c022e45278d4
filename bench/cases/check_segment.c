#include "cases/check_segment.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cases/scratch.h"

enum { MAX_K = SHOAL_CHOOSE_K_MAX };

int64_t bench_cents_of(double money)
{
    return llround(money * 100);
}

static shoal_status check_files(const bench_segment_state *s, shoal_error *err)
{
    static const char *const names[] = {"store.h5", "segments.csv", "report.html", "summary.json"};
    for (int i = 0; i < 4; i++) {
        char *path;
        SHOAL_TRY(shoal_path_join(s->output, names[i], &path, err));
        const int64_t bytes = bench_file_bytes(path);
        free(path);
        if (bytes == 0) return shoal_fail(err, SHOAL_ERR_INPUT, "%s is missing or empty", names[i]);
    }
    return SHOAL_OK;
}

static shoal_status check_counts(const bench_segment_state *s, shoal_error *err)
{
    const shoal_import_report *report = &s->run.import.report;
    if (report->rows_read != s->transactions || report->rows_kept + report->rows_rejected != report->rows_read ||
        report->rows_rejected != 0 || report->customers != s->customers || s->run.rfm.customers != s->customers)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%" PRId64 " rows read, %" PRId64 " kept, %" PRId64 " customers, %" PRId64
                          " of them scored; %" PRId64 " rows of %" PRId64 " customers were written",
                          report->rows_read, report->rows_kept, report->customers, s->run.rfm.customers,
                          s->transactions, s->customers);
    if (!bench_is_money(report->revenue, s->cents))
        return shoal_fail(err, SHOAL_ERR_INPUT, "revenue %.2f; %" PRId64 " cents were written", report->revenue,
                          s->cents);
    return s->run.has_clv ? SHOAL_OK : shoal_fail(err, SHOAL_ERR_INPUT, "the job left customer lifetime value out");
}

static shoal_status check_sums(const bench_segment_state *s, shoal_error *err)
{
    const shoal_kmeans_run *kmeans = &s->run.kmeans;
    const shoal_profile *profile = &s->run.profile;
    int64_t labelled = kmeans->n_missing, profiled = 0, cents = 0, scored = 0;
    for (int c = 0; c < kmeans->k; c++) labelled += kmeans->sizes[c];
    for (int c = 0; c < profile->n_segments; c++) {
        profiled += profile->segments[c].customers;
        cents += bench_cents_of(profile->segments[c].revenue);
    }
    for (int i = 0; i < s->run.rfm.n_segments; i++) scored += s->run.rfm.segments[i].customers;
    if (labelled != s->customers || profiled + kmeans->n_missing != s->customers || scored != s->customers)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "k-means counts %" PRId64 " customers, the profile %" PRId64 ", RFM %" PRId64 " of %" PRId64,
                          labelled, profiled, scored, s->customers);
    if (kmeans->n_missing == 0 && cents != s->cents)
        return shoal_fail(err, SHOAL_ERR_INPUT, "the segments' money is %" PRId64 " cents of %" PRId64, cents,
                          s->cents);
    return SHOAL_OK;
}

/* Counts the second field (the segment) of every line and digests all bytes. */
static shoal_status read_segments(FILE *file, int64_t counted[MAX_K], int64_t *rows, uint64_t *digest, shoal_error *err)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    shoal_status status = SHOAL_OK;
    *rows = -1; /* the header */
    while (status >= 0 && (length = getline(&line, &capacity, file)) > 0) {
        *digest = bench_digest(*digest, line, (size_t)length);
        if ((*rows)++ < 0) continue;
        const char *field = strchr(line, ',');
        const long segment = field != NULL ? strtol(field + 1, NULL, 10) : -1;
        if (segment < 0 || segment >= MAX_K)
            status = shoal_fail(err, SHOAL_ERR_INPUT, "segments.csv: row %" PRId64 " has no segment", *rows);
        else counted[segment]++;
    }
    free(line);
    return status;
}

static shoal_status check_csv(bench_segment_state *s, shoal_error *err)
{
    char *path;
    int64_t counted[MAX_K] = {0}, rows;
    uint64_t digest = 0;
    SHOAL_TRY(shoal_path_join(s->output, "segments.csv", &path, err));
    FILE *file = fopen(path, "re");
    free(path);
    if (file == NULL) return shoal_fail_errno(err, errno, "cannot open segments.csv");
    const shoal_status status = read_segments(file, counted, &rows, &digest, err);
    fclose(file);
    SHOAL_TRY(status);
    if (rows != s->customers)
        return shoal_fail(err, SHOAL_ERR_INPUT, "segments.csv has %" PRId64 " rows for %" PRId64 " customers", rows,
                          s->customers);
    for (int c = 0; c < s->run.kmeans.k; c++)
        if (counted[c] != s->run.kmeans.sizes[c])
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "segment %d is said to have %" PRId64 " customers; segments.csv has "
                              "%" PRId64,
                              c, s->run.kmeans.sizes[c], counted[c]);
    SHOAL_TRY(bench_verdict_compare(&s->verdict, digest, "segments.csv", err));
    bench_verdict_right(&s->verdict, digest);
    return SHOAL_OK;
}

shoal_status bench_check_segment(bench_segment_state *s, shoal_error *err)
{
    SHOAL_TRY(check_files(s, err));
    SHOAL_TRY(check_counts(s, err));
    SHOAL_TRY(check_sums(s, err));
    return check_csv(s, err);
}
