/* The context of a call: how many threads, whom to tell, whether to stop.
 *
 * A context is a plain struct, owned by the caller and only read by the library, so any number of
 * threads may call with contexts of their own. NULL stands for shoal_ctx_default(). */
#ifndef SHOAL_CONTEXT_H
#define SHOAL_CONTEXT_H

#include <signal.h>
#include <stdbool.h>

#include <shoal/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* fraction: 0..1 of the phase, or negative while the amount of work is unknown.
 * detail: a short text such as "iteration 12, inertia 4.61e6", or NULL. Called from the calling thread. */
typedef void (*shoal_progress_fn)(void *user, const char *phase, double fraction, const char *detail);

/* A sentence worth telling that is no error, such as "no amount column: the job runs on recency and frequency". */
typedef void (*shoal_notice_fn)(void *user, const char *message);

typedef struct shoal_ctx {
    int threads;                         /* 0: as many as affinity, cgroup quota and SLURM_CPUS_PER_TASK allow */
    shoal_progress_fn progress;          /* or NULL */
    shoal_notice_fn notice;              /* or NULL */
    void *user;                          /* handed to both */
    const volatile sig_atomic_t *cancel; /* or NULL; nonzero makes the call end with SHOAL_ERR_INTERRUPTED */
} shoal_ctx;

SHOAL_API shoal_ctx shoal_ctx_default(void);

/* The number of threads that a call with this context uses, at least 1. */
SHOAL_API int shoal_ctx_threads(const shoal_ctx *ctx);

/* The instruction set in use: "scalar", "avx2" or "avx512"; SHOAL_CPU overrides what was detected. */
SHOAL_API const char *shoal_isa_name(void);

/* The OpenBLAS that is loaded. It chooses kernels by the CPU's model number when it is loaded, and has none newer than
 * those of 2004 (Prescott) for a model that it does not know: matrix products then take several times longer. shoal
 * asks it for the eigenvalues of matrices of at most 8 x 8 alone, some microseconds either way. */
typedef struct shoal_blas_info {
    char version[32], core[32]; /* "0.3.21", "SkylakeX"; "-" where it does not tell */
    const char *threading;      /* "sequential", "pthreads", "openmp" or "-" */
    const char *better_core;    /* OPENBLAS_CORETYPE for kernels that fit this CPU, where those at hand lack its AVX2;
                                   else NULL */
} shoal_blas_info;
SHOAL_API shoal_blas_info shoal_blas_get(void);

#ifdef __cplusplus
}
#endif
#endif
