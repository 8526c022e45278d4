/* The segment step, the main job: a transactions CSV to store, segments, report and summary. */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"
#include "report/table_write.h"

shoal_segment_opts shoal_segment_opts_default(void)
{
    return (shoal_segment_opts){.import = shoal_import_opts_default(),
                                .rfm = shoal_rfm_opts_default(),
                                .clv = shoal_clv_step_opts_default(),
                                .kmeans = shoal_kmeans_step_opts_default()};
}

void shoal_segment_run_free(shoal_segment_run *run)
{
    shoal_rfm_run_free(&run->rfm);
    shoal_kmeans_run_free(&run->kmeans);
    shoal_profile_free(&run->profile);
    for (int i = 0; i < run->n_warnings; i++) free(run->warnings[i]);
    free(run->warnings);
    *run = (shoal_segment_run){0};
}

/* --- segments.csv --- */

/* One column of segments.csv, read for it; columns that the job did not make are left out. */
typedef struct csv_source {
    const char *group, *name, *header;
    int decimals;
} csv_source;

shoal_status shoal_segments_csv_write(const shoal_ctx *ctx, shoal_store *store, const shoal_segment_run *run, FILE *out,
                                      shoal_error *err)
{
    char rfm[SHOAL_GROUP_SIZE], clv[SHOAL_GROUP_SIZE], kmeans[SHOAL_GROUP_SIZE];
    snprintf(rfm, sizeof rfm, "results/%s", run->rfm.name);
    snprintf(clv, sizeof clv, "results/%s", run->clv.name);
    snprintf(kmeans, sizeof kmeans, "results/%s", run->kmeans.name);
    const csv_source sources[] = {{"keys", "external_id", "customer", SHOAL_SHORTEST},
                                  {kmeans, "label", "segment", SHOAL_SHORTEST},
                                  {kmeans, "label", "segment_name", SHOAL_SHORTEST},
                                  {rfm, "r", "r", SHOAL_SHORTEST},
                                  {rfm, "f", "f", SHOAL_SHORTEST},
                                  {rfm, "m", "m", SHOAL_SHORTEST},
                                  {rfm, "segment", "rfm_segment", SHOAL_SHORTEST},
                                  {clv, "p_alive", "p_alive", 6},
                                  {clv, "expected_purchases", "expected_purchases", 4},
                                  {clv, "clv", "clv", 2}};
    enum { COLUMNS = sizeof sources / sizeof sources[0] };
    shoal_table table = {0}, rfm_names = {0};
    shoal_out_column columns[COLUMNS];
    int n = 0;
    const csv_source *used[COLUMNS];
    const shoal_column segment_names = {.name = "names",
                                        .type = SHOAL_TEXT,
                                        .width = SHOAL_SEGMENT_NAME_SIZE,
                                        .length = run->kmeans.k,
                                        .data = run->kmeans.names};
    shoal_status status = SHOAL_OK;
    for (int i = 0; i < COLUMNS; i++) {
        char path[SHOAL_GROUP_SIZE + 32];
        snprintf(path, sizeof path, "%s/%s", sources[i].group, sources[i].name);
        if (!shoal_store_has(store, path)) continue;
        SHOAL_TRY_OUT(shoal_store_read_native(ctx, store, sources[i].group, sources[i].name, &table, err));
        used[n++] = &sources[i];
    }
    if (shoal_store_has(store, "dictionaries/rfm_segment"))
        SHOAL_TRY_OUT(shoal_store_read_native(ctx, store, "dictionaries", "rfm_segment", &rfm_names, err));
    for (int j = 0; j < n; j++) {
        columns[j] =
            (shoal_out_column){.header = used[j]->header, .values = &table.columns[j], .decimals = used[j]->decimals};
        if (strcmp(used[j]->header, "segment_name") == 0) columns[j].texts = &segment_names;
        if (strcmp(used[j]->header, "rfm_segment") == 0) columns[j].texts = &rfm_names.columns[0];
    }
    SHOAL_TRY_OUT(shoal_table_write_csv(ctx, out, table.n_rows, n, columns, err));
out:
    shoal_table_free(&table);
    shoal_table_free(&rfm_names);
    return status;
}

/* --- the stages on the open store --- */

/* CLV needs repeat buyers; without them the job goes on and says so. */
static shoal_status run_clv(const shoal_ctx *ctx, shoal_store *store, const shoal_clv_step_opts *opts,
                            shoal_segment_run *run, shoal_error *err)
{
    shoal_error why = {0};
    const shoal_status status = shoal_clv_on_store(ctx, store, opts, &run->clv, &why);
    run->has_clv = status >= 0;
    if (status == SHOAL_ERR_INPUT) {
        shoal_notice(ctx, "no customer lifetime value: %s", why.message);
        run->clv = (shoal_clv_run){0};
        return SHOAL_OK;
    }
    return status < 0 ? shoal_fail(err, status, "%s", why.message) : SHOAL_OK;
}

/* k cannot exceed the number of customers. */
static shoal_status run_kmeans(const shoal_ctx *ctx, shoal_store *store, const shoal_segment_opts *opts,
                               shoal_segment_run *run, shoal_error *err)
{
    shoal_kmeans_step_opts kmeans = opts->kmeans;
    kmeans.clv = opts->clv.name;
    const int64_t n = run->rfm.customers;
    if (kmeans.k_min != kmeans.k_max) {
        if (kmeans.k_max > n) kmeans.k_max = (int)n;
        if (kmeans.k_min > kmeans.k_max) kmeans.k_min = kmeans.k_max;
    }
    return shoal_kmeans_on_store(ctx, store, &kmeans, &run->kmeans, err);
}

static shoal_status run_stages(const shoal_ctx *ctx, shoal_store *store, const shoal_segment_opts *opts,
                               shoal_segment_run *run, shoal_error *err)
{
    double since = shoal_clock_ms();
    SHOAL_TRY(shoal_rfm_on_store(ctx, store, &opts->rfm, &run->rfm, err));
    if (!run->rfm.has_amount) shoal_notice(ctx, "no amount column: the job runs on recency and frequency alone");
    since = shoal_times_add(&run->times, "rfm", since);
    SHOAL_TRY(run_clv(ctx, store, &opts->clv, run, err));
    since = shoal_times_add(&run->times, "clv", since);
    SHOAL_TRY(run_kmeans(ctx, store, opts, run, err));
    since = shoal_times_add(&run->times, "kmeans", since);

    char group[SHOAL_GROUP_SIZE];
    shoal_table labels = {0};
    snprintf(group, sizeof group, "results/%s", run->kmeans.name);
    SHOAL_TRY(shoal_store_read(ctx, store, group, "label", SHOAL_I32, &labels, err));
    const shoal_status status =
        shoal_profile_on_store(ctx, store, labels.columns[0].data, run->kmeans.k, run->has_clv ? run->clv.name : NULL,
                               run->kmeans.scalers, run->kmeans.d, &run->profile, err);
    shoal_table_free(&labels);
    shoal_times_add(&run->times, "profile", since);
    return status;
}

/* --- the four files --- */

enum { STORE_FILE, CSV_FILE, HTML_FILE, JSON_FILE, N_FILES };

typedef struct outputs {
    char *path[N_FILES];
    shoal_store *store;
    shoal_outfile file[N_FILES]; /* STORE_FILE is the store's own */
    bool made_folder;
    const char *folder;
} outputs;

static shoal_status outputs_begin(outputs *o, const char *csv, const char *folder, shoal_error *err)
{
    static const char *const names[N_FILES] = {"store.h5", "segments.csv", "report.html", "summary.json"};
    o->folder = folder;
    SHOAL_TRY(shoal_folder_make(folder, &o->made_folder, err));
    for (int i = 0; i < N_FILES; i++) {
        SHOAL_TRY(shoal_path_join(folder, names[i], &o->path[i], err));
        SHOAL_TRY(shoal_check_distinct(csv, o->path[i], err));
    }
    for (int i = CSV_FILE; i < N_FILES; i++) SHOAL_TRY(shoal_outfile_begin(&o->file[i], o->path[i], err));
    return SHOAL_OK;
}

/* Everything is complete and on disk beside the old files before the first rename. */
static shoal_status outputs_commit(outputs *o, shoal_error *err)
{
    SHOAL_TRY(shoal_store_finish(o->store, err));
    for (int i = CSV_FILE; i < N_FILES; i++) SHOAL_TRY(shoal_outfile_finish(&o->file[i], err));
    SHOAL_TRY(shoal_store_commit(&o->store, err));
    for (int i = CSV_FILE; i < N_FILES; i++) SHOAL_TRY(shoal_outfile_commit(&o->file[i], err));
    o->made_folder = false; /* it stays */
    return SHOAL_OK;
}

static void outputs_end(outputs *o)
{
    shoal_store_close(o->store);
    for (int i = CSV_FILE; i < N_FILES; i++) shoal_outfile_abort(&o->file[i]);
    for (int i = 0; i < N_FILES; i++) free(o->path[i]);
    if (o->made_folder) rmdir(o->folder);
}

static shoal_status write_documents(const shoal_ctx *ctx, outputs *o, const shoal_segment_opts *opts,
                                    shoal_segment_run *run, const shoal_notice_list *notices, shoal_error *err)
{
    double since = shoal_clock_ms();
    SHOAL_TRY(shoal_segments_csv_write(ctx, o->store, run, o->file[CSV_FILE].stream, err));
    since = shoal_times_add(&run->times, "csv", since);
    const shoal_report_opts report_opts = {.title = opts->title,
                                           .rfm = run->rfm.name,
                                           .clv = run->has_clv ? run->clv.name : NULL,
                                           .segmentation = run->kmeans.name};
    shoal_report_run report = {0};
    char *html;
    SHOAL_TRY(shoal_report_from_store(ctx, o->store, &report_opts, notices->n, notices->messages, &html, &report, err));
    fputs(html, o->file[HTML_FILE].stream); /* errors stay in the stream until the commit */
    shoal_string_free(html);
    shoal_times_add(&run->times, "report", since);
    return SHOAL_OK;
}

static shoal_status write_summary(outputs *o, shoal_segment_run *run, shoal_error *err)
{
    char *json = shoal_segment_json(run);
    if (json == NULL) return shoal_fail_memory(err);
    fputs(json, o->file[JSON_FILE].stream);
    shoal_string_free(json);
    return SHOAL_OK;
}

shoal_status shoal_step_segment(const shoal_ctx *outer, const char *csv, const shoal_segment_opts *opts,
                                const char *directory, shoal_segment_run *run, shoal_error *err)
{
    *run = (shoal_segment_run){0};
    shoal_notice_list notices;
    const shoal_ctx ctx = shoal_notice_list_context(&notices, outer);
    shoal_import_data data = {0};
    outputs files = {0};
    shoal_status status;
    double since = shoal_clock_ms();
    shoal_text_copy(run->output, sizeof run->output, directory);
    SHOAL_TRY_OUT(outputs_begin(&files, csv, directory, err));
    SHOAL_TRY_OUT(shoal_import_read(&ctx, csv, &opts->import, &data, &run->import.report, err));
    since = shoal_times_add(&run->times, "import", since);
    SHOAL_TRY_OUT(shoal_store_create(files.path[STORE_FILE], data.customers.n_rows, &files.store, err));
    SHOAL_TRY_OUT(shoal_import_save(&ctx, files.store, &data, &run->import.report, err));
    shoal_import_data_free(&data);
    shoal_times_add(&run->times, "store", since);
    SHOAL_TRY_OUT(run_stages(&ctx, files.store, opts, run, err));
    SHOAL_TRY_OUT(write_documents(&ctx, &files, opts, run, &notices, err));
    run->n_warnings = notices.n;
    run->warnings = notices.messages;
    notices.n = 0;
    notices.messages = NULL;
    SHOAL_TRY_OUT(write_summary(&files, run, err));
    if (shoal_cancelled(outer)) {
        status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        goto out;
    }
    since = shoal_clock_ms();
    SHOAL_TRY_OUT(outputs_commit(&files, err));
    shoal_times_add(&run->times, "commit", since);
out:
    outputs_end(&files);
    shoal_import_data_free(&data);
    shoal_notice_list_free(&notices);
    if (status < 0) shoal_segment_run_free(run);
    return status;
}
