/* shoal kmeans: how k was chosen, the clusters and their centroids. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

shoal_kmeans_step_opts shoal_cli_kmeans_opts(const shoal_cli_args *args)
{
    shoal_kmeans_step_opts opts = args->kmeans;
    if (args->name != NULL) opts.name = args->name;
    opts.kmeans.mini_batch = args->mini_batch != 0;
    if (args->n_clusters != 0) opts.k_min = opts.k_max = args->n_clusters;
    return opts;
}

shoal_status shoal_cli_show_choice(shoal_cli_session *session, const shoal_kmeans_run *run)
{
    static const char *const headings[] = {
        "", "k", "Inertia", "Silhouette", "Calinski-Harabasz", "Davies-Bouldin", "Gap", "Stability"};
    if (run->n_candidates == 0) return SHOAL_OK;
    shoal_cli_heading(session, false, "Number of clusters: %d of %d to %d", run->k, run->candidates[0].k,
                      run->candidates[run->n_candidates - 1].k);
    shoal_cli_table table = shoal_cli_table_start("lrrrrrrr", headings);
    for (int i = 0; i < run->n_candidates; i++) {
        const shoal_choose_k_candidate *candidate = &run->candidates[i];
        shoal_cli_cell(&table, candidate->k == run->k ? "*" : "");
        shoal_cli_cell_count(&table, candidate->k);
        shoal_cli_cell_fixed(&table, candidate->inertia, 2);
        shoal_cli_cell_fixed(&table, candidate->silhouette, 4);
        shoal_cli_cell_fixed(&table, candidate->calinski_harabasz, 2);
        shoal_cli_cell_fixed(&table, candidate->davies_bouldin, 4);
        shoal_cli_cell_fixed(&table, candidate->gap, 4);
        shoal_cli_cell_fixed(&table, candidate->stability, 3);
    }
    const shoal_status status = shoal_cli_show(session, &table);
    char reason[1024];
    for (int i = 0; status == SHOAL_OK && i < run->n_reasons; i++)
        printf("  %s\n", shoal_cli_escape(run->reasons[i], reason, sizeof reason));
    return status;
}

enum { FIXED_COLUMNS = 4 }; /* number, name, customers, share; then one a feature */

static shoal_status fill_clusters(shoal_cli_session *session, const shoal_kmeans_run *run, char *align,
                                  const char **headings)
{
    const int columns = run->d + FIXED_COLUMNS;
    headings[0] = "";
    headings[1] = "Cluster";
    headings[2] = "Customers";
    headings[3] = "Share";
    for (int j = 0; j < run->d; j++) headings[j + FIXED_COLUMNS] = run->scalers[j].name;
    for (int j = 0; j < columns; j++) align[j] = j == 1 ? 'l' : 'r';
    align[columns] = '\0';
    shoal_cli_table table = shoal_cli_table_start(align, headings);
    for (int i = 0; i < run->k; i++) {
        shoal_cli_cell_count(&table, i);
        shoal_cli_cell(&table, run->names[i]);
        shoal_cli_cell_count(&table, run->sizes[i]);
        shoal_cli_cell_share(&table, (double)run->sizes[i], (double)run->n);
        for (int j = 0; j < run->d; j++)
            shoal_cli_cell_general(&table, run->centroids[(size_t)i * (size_t)run->d + (size_t)j], 5);
    }
    return shoal_cli_show(session, &table);
}

static shoal_status show_clusters(shoal_cli_session *session, const shoal_kmeans_run *run)
{
    const size_t columns = (size_t)run->d + FIXED_COLUMNS;
    char *align = malloc(columns + 1);
    const char **headings = malloc(columns * sizeof *headings);
    shoal_status status = SHOAL_ERR_MEMORY;
    if (align != NULL && headings != NULL) {
        shoal_cli_heading(session, false, "Clusters, with centroids in the units of the data");
        status = fill_clusters(session, run, align, headings);
    } else session->err = (shoal_error){status, "out of memory while printing the result"};
    free(align);
    free(headings);
    return status;
}

static void show_run(const shoal_cli_session *session, const shoal_kmeans_run *run)
{
    char n[SHOAL_CLI_NUMBER_SIZE], inertia[SHOAL_CLI_NUMBER_SIZE], silhouette[SHOAL_CLI_NUMBER_SIZE], name[512];
    shoal_cli_heading(session, true, "k-means of %s customers by %d features, scale %s, saved as %s",
                      shoal_cli_count(run->n, n), run->d, shoal_scale_name(run->scale),
                      shoal_cli_escape(run->name, name, sizeof name));
    if (run->n_missing > 0)
        printf("  %s customers with a missing feature are left out\n", shoal_cli_count(run->n_missing, n));
    printf("  inertia %s, silhouette %s, %s after %d iterations, best of %d starts, seed %llu\n",
           shoal_cli_fixed(run->inertia, 4, inertia), shoal_cli_fixed(run->silhouette, 4, silhouette),
           run->converged ? "converged" : "NOT converged", run->iterations, run->n_init, (unsigned long long)run->seed);
    if (run->algorithm_reason[0] != '\0')
        printf("  algorithm %s: %s\n", shoal_kmeans_algorithm_name(run->algorithm), run->algorithm_reason);
    printf("  %d threads, %s\n", run->threads, run->isa);
}

shoal_status shoal_cli_show_alignment(shoal_cli_session *session, const shoal_kmeans_run *run)
{
    static const char *const headings[] = {"", "Cluster", "Older number", "Distance", "Relative"};
    char agreement[SHOAL_CLI_NUMBER_SIZE], rand[SHOAL_CLI_NUMBER_SIZE], name[512];
    if (run->alignment.matches == NULL) return SHOAL_OK;
    shoal_cli_heading(session, false, "Numbers of %s: %s%% of the customers agree, adjusted Rand index %s",
                      shoal_cli_escape(run->align_to, name, sizeof name),
                      shoal_cli_fixed(100 * run->alignment.agreement, 1, agreement),
                      shoal_cli_fixed(run->alignment.adjusted_rand, 4, rand));
    puts("  distances are to the older centroid; relative to that to the next older one: below 1 the match is the "
         "nearest");
    shoal_cli_table table = shoal_cli_table_start("rlrrr", headings);
    for (int i = 0; i < run->k; i++) {
        const shoal_kmeans_match *match = &run->alignment.matches[i];
        shoal_cli_cell_count(&table, i);
        shoal_cli_cell(&table, run->names[i]);
        if (match->old >= 0) shoal_cli_cell_count(&table, match->old);
        else shoal_cli_cell(&table, "new");
        shoal_cli_cell_fixed(&table, match->distance, 4);
        shoal_cli_cell_fixed(&table, match->relative, 4);
    }
    return shoal_cli_show(session, &table);
}

static shoal_status show(shoal_cli_session *session, const shoal_kmeans_run *run)
{
    if (session->args->json)
        return shoal_cli_document(session, shoal_kmeans_json(run, session->notices.n, session->notices.messages));
    show_run(session, run);
    shoal_status status = shoal_cli_show_choice(session, run);
    if (status == SHOAL_OK) status = show_clusters(session, run);
    if (status == SHOAL_OK) status = shoal_cli_show_alignment(session, run);
    if (status == SHOAL_OK) shoal_cli_show_times(&run->times);
    return status;
}

shoal_status shoal_cli_kmeans(shoal_cli_session *session)
{
    const shoal_kmeans_step_opts opts = shoal_cli_kmeans_opts(session->args);
    shoal_kmeans_run run = {0};
    shoal_status status = shoal_cli_step_done(
        session, shoal_step_kmeans(&session->ctx, session->args->input, &opts, &run, &session->err));
    if (status >= 0) status = show(session, &run);
    shoal_kmeans_run_free(&run);
    return status;
}
