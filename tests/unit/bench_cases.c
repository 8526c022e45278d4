/* Every case of shoal-bench at a tiny size: prepared, run with 1 and 2 threads, judged; and every judgement fails where
 * the result is spoilt. */
#include <criterion/criterion.h>

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cases/plain.h"
#include "cases/states.h"

static char folder[] = "/tmp/bench_cases.XXXXXX";

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

/* Cases remove their own files: an empty folder must be left. */
static void remove_folder(void)
{
    cr_assert_eq(rmdir(folder), 0, "a case left files behind");
}

TestSuite(cases, .init = make_folder, .fini = remove_folder, .timeout = 120);

static const struct {
    const char *name, *params;
} tiny[] = {
    {"import", "transactions=2000 per_customer=20"},
    {"store_load", "n=9000 d=3"},
    {"file_read", "n=9000 d=3"},
    {"rfm", "transactions=4000 per_customer=20"},
    {"kmeans", "n=5000 d=3 k=4 iterations=6"},
    {"kmeans_w5", "n=4000 d=2 k=3 iterations=2"},
    {"kmeans_w7", "n=2000 d=9 k=40 iterations=2"},
    {"kmeans_dense_w1", "n=5000 d=3 k=5 iterations=4"},
    {"kmeans_dense_w2", "n=5000 d=8 k=8 iterations=4"},
    {"kmeans_dense_w3", "n=5000 d=16 k=16 iterations=4"},
    {"kmeans_dense_w4", "n=3000 d=16 k=64 iterations=3"},
    {"kmeans_dense_w5", "n=5000 d=8 k=8 iterations=4"},
    {"kmeans_dense_w6", "n=2000 d=32 k=100 iterations=2"},
    {"kmeans_dense_w7", "n=2000 d=64 k=100 iterations=2"},
    {"assign", "n=5000 d=3 k=4"},
    {"assign_all", "n=5000 d=3 k=4"},
    {"choose_k", "n=600 d=2 k_max=4"},
    {"kmeans_scores", "n=3000 k_max=4"},
    {"clv_fit_purchases", "n=3000"},
    {"clv_fit_spend", "n=3000"},
    {"clv_predict", "n=800"},
    {"profile", "n=9000 d=3 k=4"},
    {"segment", "transactions=6000 per_customer=20"},
};

static bench_params params_of(const bench_case *c)
{
    for (size_t i = 0; i < sizeof tiny / sizeof tiny[0]; i++)
        if (strcmp(tiny[i].name, c->name) == 0) return bench_params_read(tiny[i].params);
    cr_assert_fail("no tiny size of %s", c->name);
    return (bench_params){0};
}

static void *prepared(const bench_case *c)
{
    const bench_params params = params_of(c);
    shoal_error err = {0};
    void *state = NULL;
    cr_assert_eq(bench_case_prepare(c, &params, folder, &state, &err), SHOAL_OK, "%s: %s", c->name, err.message);
    return state;
}

static void run(const bench_case *c, void *state, int threads)
{
    const shoal_ctx ctx = {.threads = threads};
    double phase_ms[BENCH_MAX_PHASES] = {0};
    shoal_error err = {0};
    cr_assert_geq(c->run(state, &ctx, phase_ms, &err), 0, "%s: %s", c->name, err.message);
    for (int phase = 0; c->phases[phase] != NULL; phase++)
        cr_assert_geq(phase_ms[phase], 0, "%s/%s", c->name, c->phases[phase]);
}

static void expect_right(const bench_case *c, void *state)
{
    shoal_error err = {0};
    cr_assert_eq(c->check(state, &err), SHOAL_OK, "%s: %s", c->name, err.message);
}

static void expect_wrong(const bench_case *c, void *state, const char *message)
{
    shoal_error err = {0};
    cr_assert_eq(c->check(state, &err), SHOAL_ERR_INPUT, "%s: a spoilt result passed", c->name);
    cr_assert_not_null(strstr(err.message, message), "%s: \"%s\" does not say \"%s\"", c->name, err.message, message);
}

Test(cases, prepare_run_and_check_with_one_and_two_threads)
{
    for (int i = 0; i < bench_n_cases; i++) {
        const bench_case *c = bench_cases[i];
        void *state = prepared(c);
        for (int threads = 1; threads <= 2; threads++) {
            run(c, state, threads);
            expect_right(c, state);
        }
        const bench_cost cost = c->cost(state, -1);
        cr_assert_gt(cost.bytes, 0, "%s", c->name);
        c->release(state);
    }
}

/* What the harness reads of a case. */
Test(cases, sizes_and_weak_parameters_are_among_the_parameters)
{
    for (int i = 0; i < bench_n_cases; i++) {
        const bench_case *c = bench_cases[i];
        const bench_params params = bench_params_read(c->params), quick = bench_params_read(c->quick);
        cr_assert_eq(params.n, quick.n);
        cr_assert(c->weak == NULL || bench_params_get(&params, c->weak) >= 1, "%s", c->name);
        for (int j = 0; c->sizes[j] != NULL; j++)
            cr_assert_geq(bench_params_get(&params, c->sizes[j]), 1, "%s", c->name);
        for (int j = 0; j < params.n; j++) {
            const char *name = params.param[j].name;
            cr_assert_geq(bench_params_get(&params, name), bench_params_get(&quick, name), "%s %s", c->name, name);
        }
    }
}

Test(cases, parameters_are_read_in_order)
{
    const bench_params params = bench_params_read("n=1000 d=8 tol=0.5");
    char text[BENCH_TEXT_SIZE];
    cr_assert_eq(params.n, 3);
    cr_assert_str_eq(bench_params_show(&params, text, sizeof text), "n=1000 d=8 tol=0.5");
}

/* --- spoilt results --- */

static void *ran(const bench_case *c)
{
    void *state = prepared(c);
    run(c, state, 2);
    return state;
}

Test(cases, kmeans_wrong_label)
{
    bench_kmeans_state *s = ran(&bench_case_kmeans);
    const int32_t label = s->result.labels[0];
    s->result.labels[0] = (label + 1) % s->k;
    s->result.sizes[label]--;
    s->result.sizes[s->result.labels[0]]++;
    expect_wrong(&bench_case_kmeans, s, "row 0 has label");
    bench_case_kmeans.release(s);
}

Test(cases, kmeans_wrong_size)
{
    bench_kmeans_state *s = ran(&bench_case_kmeans);
    s->result.sizes[1]++;
    expect_wrong(&bench_case_kmeans, s, "cluster 1 is said to have");
    bench_case_kmeans.release(s);
}

Test(cases, kmeans_wrong_inertia)
{
    bench_kmeans_state *s = ran(&bench_case_kmeans);
    s->result.inertia *= 1 + 1e-6;
    expect_wrong(&bench_case_kmeans, s, "summed over the rows");
    bench_case_kmeans.release(s);
}

/* Consistent in itself, but no k-means: every row belongs to the nearest of poor centroids. */
Test(cases, kmeans_poor_centroids)
{
    bench_kmeans_state *s = ran(&bench_case_kmeans);
    const shoal_matrix x = bench_matrix_of(&s->x);
    shoal_kmeans_result *result = &s->result;
    for (int at = 0; at < result->k * result->d; at++) result->centroids[at] = 0.01 * at;
    memset(result->sizes, 0, (size_t)result->k * sizeof *result->sizes);
    const shoal_kmeans_assignment out = {.labels = result->labels};
    cr_assert_eq(shoal_kmeans_assign(NULL, &x, result->k, result->centroids, &out, NULL), SHOAL_OK);
    for (int64_t i = 0; i < x.n; i++) result->sizes[result->labels[i]]++;
    result->inertia = bench_plain_inertia(&x, result->centroids, result->labels);
    expect_wrong(&bench_case_kmeans, s, "plain Lloyd");
    bench_case_kmeans.release(s);
}

/* A later run that gives other bits, however right. */
Test(cases, kmeans_other_bits_later)
{
    bench_kmeans_state *s = ran(&bench_case_kmeans);
    expect_right(&bench_case_kmeans, s);
    s->result.inertia = s->result.inertia * (1 + 3e-16);
    expect_wrong(&bench_case_kmeans, s, "any number of threads");
    bench_case_kmeans.release(s);
}

Test(cases, dense_wrong_centroid)
{
    bench_dense_state *s = ran(&bench_case_kmeans_dense_w2);
    const double far[] = {50, 51, 52, 53, 54, 55, 56, 57, 58};
    for (int c = 0; c < s->k; c++) shoal_centroids_set(&s->tiles, &s->lloyd.centroids, c, far + c % 2);
    expect_wrong(&bench_case_kmeans_dense_w2, s, "plain Lloyd");
    bench_case_kmeans_dense_w2.release(s);
}

Test(cases, dense_too_few_iterations)
{
    bench_dense_state *s = ran(&bench_case_kmeans_dense_w4);
    s->iterations++;
    expect_wrong(&bench_case_kmeans_dense_w4, s, "iterations");
    bench_case_kmeans_dense_w4.release(s);
}

Test(cases, assign_wrong_distance)
{
    bench_assign_state *s = ran(&bench_case_assign_all);
    s->out.distance[0] += 1e-3;
    expect_wrong(&bench_case_assign_all, s, "row 0 has distance");
    bench_case_assign_all.release(s);
}

Test(cases, assign_wrong_second)
{
    bench_assign_state *s = ran(&bench_case_assign_all);
    const int32_t right = s->out.second[0];
    s->out.second[0] = s->out.labels[0];
    expect_wrong(&bench_case_assign_all, s, "row 0 has second");
    for (int32_t c = 0; c < 4; c++) /* a third, at the distance of the second */
        if (c != right && c != s->out.labels[0]) s->out.second[0] = c;
    expect_wrong(&bench_case_assign_all, s, "row 0 has second");
    bench_case_assign_all.release(s);
}

Test(cases, choose_k_wrong_index)
{
    bench_choose_k_state *s = ran(&bench_case_choose_k);
    s->result.candidates[s->result.k - 2].calinski_harabasz *= 1.001;
    expect_wrong(&bench_case_choose_k, s, "Calinski-Harabasz");
    bench_case_choose_k.release(s);
}

Test(cases, kmeans_scores_wrong_size)
{
    bench_choose_k_state *s = ran(&bench_case_kmeans_scores);
    s->result.best.sizes[0]--;
    expect_wrong(&bench_case_kmeans_scores, s, "rows");
    bench_case_kmeans_scores.release(s);
}

Test(cases, rfm_one_cent_too_much)
{
    bench_rfm_state *s = ran(&bench_case_rfm);
    s->summary.monetary[s->summary.n - 1] += 0.01;
    expect_wrong(&bench_case_rfm, s, "monetary");
    bench_case_rfm.release(s);
}

Test(cases, rfm_wrong_frequency)
{
    bench_rfm_state *s = ran(&bench_case_rfm);
    s->summary.frequency[3]++;
    expect_wrong(&bench_case_rfm, s, "customer 3: frequency");
    bench_case_rfm.release(s);
}

Test(cases, rfm_wrong_cut)
{
    bench_rfm_state *s = ran(&bench_case_rfm);
    s->cuts[2].cut[1] += 0.01;
    expect_wrong(&bench_case_rfm, s, "monetary: cut 2");
    bench_case_rfm.release(s);
}

Test(cases, rfm_wrong_score)
{
    bench_rfm_state *s = ran(&bench_case_rfm);
    s->score[0][5] = (int8_t)(6 - s->score[0][5] == s->score[0][5] ? 1 : 6 - s->score[0][5]);
    expect_wrong(&bench_case_rfm, s, "customer 5 has score");
    bench_case_rfm.release(s);
}

Test(cases, import_lost_row)
{
    bench_import_state *s = ran(&bench_case_import);
    s->run.report.rows_kept--;
    expect_wrong(&bench_case_import, s, "rows read");
    bench_case_import.release(s);
}

Test(cases, import_wrong_revenue)
{
    bench_import_state *s = ran(&bench_case_import);
    s->run.report.revenue += 0.01;
    expect_wrong(&bench_case_import, s, "revenue");
    bench_case_import.release(s);
}

/* The store holds what the CSV said, so another truth is another store. */
Test(cases, import_wrong_values_in_the_store)
{
    bench_import_state *s = ran(&bench_case_import);
    shoal_row *row = &s->rows.row[s->rows.n / 2];
    const shoal_row right = *row;
    row->item.product ^= 1;
    expect_wrong(&bench_case_import, s, "is not purchase");
    *row = right;
    row->item.channel ^= 1;
    expect_wrong(&bench_case_import, s, "is not purchase");
    *row = right;
    row->day++;
    expect_wrong(&bench_case_import, s, "is not purchase");
    *row = right;
    expect_right(&bench_case_import, s);
    row->item.cents++;
    s->run.report.revenue += 0.01;
    expect_wrong(&bench_case_import, s, "is not purchase");
    bench_case_import.release(s);
}

Test(cases, store_load_wrong_value)
{
    bench_store_state *s = ran(&bench_case_store_load);
    ((float *)s->truth.columns[2].data)[8999] += 1;
    expect_wrong(&bench_case_store_load, s, "column f2");
    bench_case_store_load.release(s);
}

Test(cases, file_read_too_little)
{
    bench_store_state *s = ran(&bench_case_file_read);
    s->read_bytes--;
    expect_wrong(&bench_case_file_read, s, "bytes");
    bench_case_file_read.release(s);
}

Test(cases, fit_wrong_likelihood)
{
    bench_fit_state *s = ran(&bench_case_fit_purchases);
    s->purchase.info.log_likelihood *= 1 + 1e-7;
    expect_wrong(&bench_case_fit_purchases, s, "summed over the rows");
    bench_case_fit_purchases.release(s);
    s = ran(&bench_case_fit_spend);
    s->spend.info.log_likelihood *= 1 + 1e-7;
    expect_wrong(&bench_case_fit_spend, s, "summed over the rows");
    bench_case_fit_spend.release(s);
}

/* Parameters beside the maximum, with their own right likelihood. */
Test(cases, fit_no_maximum)
{
    bench_fit_state *s = ran(&bench_case_fit_purchases);
    const bench_histories *h = &s->histories;
    s->purchase.params.alpha *= 1.02;
    s->purchase.info.log_likelihood = 0;
    for (int64_t i = 0; i < h->n; i++)
        s->purchase.info.log_likelihood += shoal_bgnbd_log_likelihood(&s->purchase.params, h->x[i], h->t_x[i], h->T[i]);
    expect_wrong(&bench_case_fit_purchases, s, "but ");
    bench_case_fit_purchases.release(s);
    s = ran(&bench_case_fit_spend);
    s->spend.params.q *= 1.02;
    s->spend.info.log_likelihood = 0;
    for (int64_t i = 0; i < s->histories.n; i++)
        if (s->histories.x[i] > 0)
            s->spend.info.log_likelihood +=
                shoal_gamma_gamma_log_likelihood(&s->spend.params, s->histories.x[i], s->histories.mean_spend[i]);
    expect_wrong(&bench_case_fit_spend, s, "but ");
    bench_case_fit_spend.release(s);
}

Test(cases, fit_far_from_the_truth)
{
    bench_fit_state *s = ran(&bench_case_fit_purchases);
    s->purchase.se.r = 1e-9;
    expect_wrong(&bench_case_fit_purchases, s, "far from the true");
    bench_case_fit_purchases.release(s);
}

Test(cases, predict_wrong_figures)
{
    bench_predict_state *s = ran(&bench_case_predict);
    double *const outputs[] = {s->p_alive, s->purchases, s->spend, s->clv};
    const char *const says[] = {"P(alive)", "expected purchases", "expected spend", "lifetime value"};
    for (int i = 0; i < 4; i++) {
        const double right = outputs[i][7];
        outputs[i][7] *= 1 + 1e-6;
        expect_wrong(&bench_case_predict, s, says[i]);
        outputs[i][7] = right;
    }
    expect_right(&bench_case_predict, s);
    bench_case_predict.release(s);
}

Test(cases, profile_wrong_figures)
{
    bench_profile_state *s = ran(&bench_case_profile);
    s->profile.segments[1].revenue += 0.01;
    expect_wrong(&bench_case_profile, s, "segment 1");
    s->profile.segments[1].revenue -= 0.01;
    s->profile.mean[0] += 1e-6;
    expect_wrong(&bench_case_profile, s, "segment 0");
    bench_case_profile.release(s);
}

Test(cases, segment_wrong_figures)
{
    bench_segment_state *s = ran(&bench_case_segment);
    s->run.kmeans.sizes[0]++;
    expect_wrong(&bench_case_segment, s, "k-means counts");
    s->run.kmeans.sizes[1]--;
    expect_wrong(&bench_case_segment, s, "segments.csv has");
    s->run.kmeans.sizes[0]--;
    s->run.kmeans.sizes[1]++;
    s->run.profile.segments[0].revenue += 0.01;
    expect_wrong(&bench_case_segment, s, "cents");
    s->run.profile.segments[0].revenue -= 0.01;
    expect_right(&bench_case_segment, s);
    char *path;
    cr_assert_eq(shoal_path_join(s->output, "summary.json", &path, NULL), SHOAL_OK);
    cr_assert_eq(unlink(path), 0);
    free(path);
    expect_wrong(&bench_case_segment, s, "summary.json is missing");
    bench_case_segment.release(s);
}

/* --- the workload --- */

Test(workload, is_the_same_for_any_number_of_threads_and_standardised)
{
    shoal_table one = {0}, three = {0};
    const shoal_ctx alone = {.threads = 1}, several = {.threads = 3};
    cr_assert_eq(bench_workload_make(&alone, 20000, 5, 4, 9, &one, NULL), SHOAL_OK);
    cr_assert_eq(bench_workload_make(&several, 20000, 5, 4, 9, &three, NULL), SHOAL_OK);
    for (int j = 0; j < 5; j++) {
        double sum = 0, squares = 0;
        cr_assert_eq(memcmp(one.columns[j].data, three.columns[j].data, 20000 * sizeof(float)), 0);
        for (int64_t i = 0; i < 20000; i++) {
            const double value = shoal_column_f64(&one.columns[j], i);
            sum += value;
            squares += value * value;
        }
        cr_assert_float_eq(sum / 20000, 0, 1e-6);
        cr_assert_float_eq(squares / 20000, 1, 1e-5);
    }
    double start[2 * 5];
    bench_workload_start(&one, 2, start);
    cr_assert_eq(start[5 + 3], shoal_column_f64(&one.columns[3], 1));
    shoal_table_free(&one);
    shoal_table_free(&three);
}

Test(workload, histories_follow_their_laws)
{
    bench_histories h = {0};
    cr_assert_eq(bench_histories_make(NULL, 4000, &h, NULL), SHOAL_OK);
    double expected = 0, bought = 0;
    for (int64_t i = 0; i < h.n; i++) {
        cr_assert(h.t_x[i] <= h.T[i] && (h.x[i] > 0) == (h.t_x[i] > 0));
        expected += shoal_bgnbd_expected_new(&bench_true_purchase, h.T[i]);
        bought += h.x[i];
    }
    cr_assert(bought > 0.9 * expected && bought < 1.1 * expected, "%g of %g", bought, expected);
    bench_histories_free(&h);
}
