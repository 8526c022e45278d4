#include "label.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stddef.h>

typedef struct nearest_three {
    float best, next, third;
    int32_t label, second;
} nearest_three;

static void meet(float score, int32_t index, nearest_three *kept)
{
    if (score < kept->best) {
        kept->third = kept->next;
        kept->next = kept->best;
        kept->second = kept->label;
        kept->best = score;
        kept->label = index;
    } else if (score < kept->next) {
        kept->third = kept->next;
        kept->next = score;
        kept->second = index;
    } else if (score < kept->third) {
        kept->third = score;
    }
}

float shoal_k_label_f32_scalar(const float *const *columns, int rows, int d, const float *packed,
                               const float *half_norm, int k, int32_t *label, int32_t *second, float *lead,
                               float *square)
{
    enum { G = SHOAL_ASSIGN_GROUP };
    assert(rows >= 1 && rows % SHOAL_LABEL_ROWS == 0 && d >= 1 && k >= 2);
    float least = FLT_MAX;
    *square = 0;
    for (int i = 0; i < rows; i++) {
        nearest_three kept = {.best = FLT_MAX, .next = FLT_MAX, .third = FLT_MAX};
        float norm = 0;
        for (ptrdiff_t j = 0; j < d; j++) norm = fmaf(columns[j][i], columns[j][i], norm);
        if (isnan(norm) || norm > *square) *square = norm;
        for (int32_t c = 0; c < k; c++) {
            const float *centroid = packed + (size_t)(c / G) * (size_t)d * G + c % G;
            float score = half_norm[c];
            for (ptrdiff_t j = 0; j < d; j++) score = fmaf(-centroid[j * G], columns[j][i], score);
            meet(score, c, &kept);
        }
        label[i] = kept.label;
        lead[i] = kept.next - kept.best;
        if (second != NULL) {
            second[i] = kept.second;
            lead[i] = fminf(lead[i], kept.third - kept.next);
        }
        least = fminf(least, lead[i]);
    }
    return least;
}
