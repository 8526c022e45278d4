#include "peers/roster.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

#define BY_BOOTSTRAP " (./bootstrap bench installs it)"

const bench_peer bench_peers_known[BENCH_N_PEERS] = {
    {"scikit-learn", "peer_sklearn.py", BY_BOOTSTRAP}, {"faiss", "peer_faiss.py", BY_BOOTSTRAP},
    {"OpenCV", "peer_opencv.py", BY_BOOTSTRAP},        {"numpy", "peer_numpy.py", BY_BOOTSTRAP},
    {"pandas", "peer_pandas.py", BY_BOOTSTRAP},        {"DuckDB", "peer_duckdb.mjs", BY_BOOTSTRAP},
    {"polars", "peer_polars.mjs", BY_BOOTSTRAP},       {"lifetimes", "peer_lifetimes.py", ""},
    {"scipy", "peer_scipy.py", BY_BOOTSTRAP},          {"h5py", "peer_h5py.py", BY_BOOTSTRAP},
    {"cat", "peer_coreutils.py", BY_BOOTSTRAP},
};

int bench_peer_index(const char *name)
{
    for (int i = 0; i < BENCH_N_PEERS; i++)
        if (strcmp(bench_peers_known[i].name, name) == 0) return i;
    return -1;
}

enum { N_OWN = 6, SETTING_SIZE = 64 };

static const char *const thread_settings[] = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS",
                                              "NUMEXPR_NUM_THREADS"};
enum { N_THREAD_SETTINGS = sizeof thread_settings / sizeof thread_settings[0] };

static int own_settings(int threads, char settings[N_OWN][SETTING_SIZE])
{
    int n = 0;
    for (int i = 0; i < N_THREAD_SETTINGS; i++)
        snprintf(settings[n++], SETTING_SIZE, "%s=%d", thread_settings[i], threads);
    snprintf(settings[n++], SETTING_SIZE, "PYTHONDONTWRITEBYTECODE=1");
    const char *core = getenv("OPENBLAS_CORETYPE") == NULL ? shoal_blas_get().better_core : NULL;
    if (core != NULL) snprintf(settings[n++], SETTING_SIZE, "OPENBLAS_CORETYPE=%s", core);
    return n;
}

static bool is_set_by(const char *entry, char settings[N_OWN][SETTING_SIZE], int n)
{
    const size_t length = strcspn(entry, "=");
    for (int i = 0; i < n; i++)
        if (strncmp(entry, settings[i], length + 1) == 0) return true;
    return false;
}

shoal_status bench_environment_make(int threads, char ***environment, shoal_error *err)
{
    char settings[N_OWN][SETTING_SIZE];
    const int n_own = own_settings(threads, settings);
    int64_t n = 0, n_given = 0;
    while (environ[n_given] != NULL) n_given++;
    SHOAL_TRY(shoal_alloc_zero(n_given + n_own + 1, sizeof **environment, environment, err));
    bool complete = true;
    for (int64_t i = 0; i < n_given && complete; i++)
        if (!is_set_by(environ[i], settings, n_own)) {
            (*environment)[n] = shoal_text_dup(environ[i]);
            complete = (*environment)[n++] != NULL;
        }
    for (int i = 0; i < n_own && complete; i++) {
        (*environment)[n] = shoal_text_dup(settings[i]);
        complete = (*environment)[n++] != NULL;
    }
    if (complete) return SHOAL_OK;
    bench_environment_free(*environment);
    return shoal_fail_memory(err);
}

void bench_environment_free(char **environment)
{
    for (int64_t i = 0; environment != NULL && environment[i] != NULL; i++) free(environment[i]);
    free(environment);
}
