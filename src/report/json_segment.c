#include <math.h>
#include <stdlib.h>

#include <shoal/report.h>

#include "report/json_parts.h"

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static void put_centroid(shoal_json *json, json_t *object, const shoal_kmeans_run *run, int c)
{
    for (int j = 0; j < run->d; j++)
        shoal_json_real(json, object, run->scalers[j].name, run->centroids[(int64_t)c * run->d + j]);
}

static void put_segment(shoal_json *json, json_t *item, const shoal_segment_run *run, int s)
{
    const shoal_profile *profile = &run->profile;
    const shoal_profile_segment *segment = &profile->segments[s];
    const bool money = run->import.report.has_amount, value = run->has_clv && run->clv.has_spend;
    shoal_json_int(json, item, "id", s);
    shoal_json_text(json, item, "name", segment->name);
    shoal_json_int(json, item, "customers", segment->customers);
    shoal_json_real(json, item, "share_customers", share((double)segment->customers, (double)profile->customers));
    shoal_json_money(json, item, "revenue", money ? segment->revenue : NAN);
    shoal_json_real(json, item, "share_revenue", money ? share(segment->revenue, profile->revenue) : NAN);
    shoal_json_money(json, item, "clv", value ? segment->clv : NAN);
    shoal_json_real(json, item, "share_clv", value ? share(segment->clv, profile->clv) : NAN);
    put_centroid(json, shoal_json_object(json, item, "centroid"), &run->kmeans, s);
}

static void put_segmentation(shoal_json *json, json_t *object, const shoal_segment_run *run)
{
    const shoal_kmeans_run *kmeans = &run->kmeans;
    shoal_json_int(json, object, "k", kmeans->k);
    shoal_json_int(json, object, "n", kmeans->n);
    shoal_json_int(json, object, "n_missing", kmeans->n_missing);
    shoal_json_seed(json, object, "seed", kmeans->seed);
    shoal_json_bool(json, object, "converged", kmeans->converged);
    shoal_json_real(json, object, "inertia", kmeans->inertia);
    shoal_json_real(json, object, "silhouette", kmeans->silhouette);
    shoal_json_put_course(json, object, kmeans);
    shoal_json_put_alignment(json, object, "alignment", kmeans);
    shoal_json_put_choice(json, object, "choice", kmeans);
    json_t *segments = shoal_json_array(json, object, "segments");
    for (int s = 0; s < run->profile.n_segments; s++) put_segment(json, shoal_json_item(json, segments), run, s);
}

char *shoal_segment_json(const shoal_segment_run *run)
{
    shoal_json json = shoal_json_begin("shoal.segment/1");
    shoal_json_put_input(&json, shoal_json_object(&json, json.root, "input"), &run->import.report);
    shoal_json_put_totals(&json, json.root, &run->import.report);
    shoal_json_put_rfm(&json, shoal_json_object(&json, json.root, "rfm"), &run->rfm);
    if (run->has_clv) shoal_json_put_clv(&json, shoal_json_object(&json, json.root, "clv"), &run->clv);
    else shoal_json_null(&json, json.root, "clv");
    put_segmentation(&json, shoal_json_object(&json, json.root, "segmentation"), run);
    shoal_json_text(&json, json.root, "output", run->output);
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, run->n_warnings, run->warnings);
}

void shoal_string_free(char *string)
{
    free(string);
}
