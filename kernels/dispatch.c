#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "closest.h"
#include "fill.h"
#include "label.h"
#include "lead.h"
#include "mark.h"
#include "move.h"
#include "nearest.h"
#include "side.h"
#include "some.h"
#include "square.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

static const shoal_kernels scalar_table = {"scalar",
                                           shoal_k_nearest_f32_scalar,
                                           shoal_k_nearest_f64_scalar,
                                           shoal_k_assign_f32_scalar,
                                           shoal_k_assign_some_f32_scalar,
                                           shoal_k_label_f32_scalar,
                                           shoal_k_square_f32_scalar,
                                           shoal_k_square_f64_scalar,
                                           shoal_k_closest_f32_scalar,
                                           shoal_k_move_f32_scalar,
                                           shoal_k_lead_f64_scalar,
                                           shoal_k_side_f32_scalar,
                                           shoal_k_fill_f32_scalar,
                                           shoal_k_mark_u8_scalar};

#if defined(__x86_64__)
static const shoal_kernels avx2_table = {"avx2",
                                         shoal_k_nearest_f32_avx2,
                                         shoal_k_nearest_f64_avx2,
                                         shoal_k_assign_f32_avx2,
                                         shoal_k_assign_some_f32_avx2,
                                         shoal_k_label_f32_avx2,
                                         shoal_k_square_f32_avx2,
                                         shoal_k_square_f64_avx2,
                                         shoal_k_closest_f32_avx2,
                                         shoal_k_move_f32_scalar,
                                         shoal_k_lead_f64_avx2,
                                         shoal_k_side_f32_avx2,
                                         shoal_k_fill_f32_avx2,
                                         shoal_k_mark_u8_avx2};
static const shoal_kernels avx512_table = {"avx512",
                                           shoal_k_nearest_f32_avx512,
                                           shoal_k_nearest_f64_avx512,
                                           shoal_k_assign_f32_avx512,
                                           shoal_k_assign_some_f32_avx512,
                                           shoal_k_label_f32_avx512,
                                           shoal_k_square_f32_avx512,
                                           shoal_k_square_f64_avx512,
                                           shoal_k_closest_f32_avx512,
                                           shoal_k_move_f32_avx512,
                                           shoal_k_lead_f64_avx512,
                                           shoal_k_side_f32_avx512,
                                           shoal_k_fill_f32_avx512,
                                           shoal_k_mark_u8_avx512};

/* Register state that the operating system saves: XCR0 (Intel SDM vol. 1, 13.3). 0 where XGETBV is not allowed. */
static unsigned long long saved_state(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (unsigned long long)high << 32 | low;
}

static bool has_avx2(void)
{
    const unsigned long long ymm = 0x6; /* SSE and AVX state */
    unsigned a, b, c, d;
    if ((saved_state() & ymm) != ymm) return false;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_FMA)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX2);
}

static bool has_avx512(void)
{
    const unsigned long long zmm = 0xE6; /* and opmask, upper halves, upper registers */
    const unsigned needed = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
    unsigned a, b, c, d;
    if (!has_avx2() || (saved_state() & zmm) != zmm) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & needed) == needed;
}
#endif

const shoal_kernels *shoal_kernels_for(const char *isa)
{
    if (strcmp(isa, "scalar") == 0) return &scalar_table;
#if defined(__x86_64__)
    if (strcmp(isa, "avx2") == 0) return has_avx2() ? &avx2_table : NULL;
    if (strcmp(isa, "avx512") == 0) return has_avx512() ? &avx512_table : NULL;
#endif
    return NULL;
}

static const shoal_kernels *chosen;

static void choose(void)
{
    const char *wanted = getenv("SHOAL_CPU");
    if (wanted != NULL) chosen = shoal_kernels_for(wanted);
    if (chosen == NULL) chosen = shoal_kernels_for("avx512");
    if (chosen == NULL) chosen = shoal_kernels_for("avx2");
    if (chosen == NULL) chosen = &scalar_table;
}

const shoal_kernels *shoal_kernels_get(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose);
    return chosen;
}
