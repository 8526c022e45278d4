#include "model/kmeans/merge_words.h"

#include <string.h>

enum { R = SHOAL_WORDS_ROWS, WORD_BITS = 64 };

/* Where the next column goes. */
typedef struct words_place {
    int word, shift;
} words_place;

static words_place place_column(const shoal_column *column, int *word, int *used)
{
    const int bits = 8 * (int)shoal_type_size(column->type, column->width);
    if (*used + bits > WORD_BITS) {
        ++*word;
        *used = 0;
    }
    const words_place place = {*word, *used};
    *used += bits;
    return place;
}

int shoal_words_count(const shoal_matrix *x)
{
    int word = 0, used = 0;
    for (int j = 0; j < x->d; j++) place_column(&x->columns[j], &word, &used);
    return word + 1;
}

/* Loops without branches, for the compiler to vectorise. Adding 0 turns -0 into 0 and leaves every other value; adding
 * 1 to the exponent carries into the sign where all its bits are set. */
static bool pack_f32(const float *data, int rows, int shift, uint64_t *words)
{
    const uint32_t exponent = UINT32_C(0x7F800000), one = UINT32_C(1) << 23;
    float plain[R] = {0};
    uint32_t bits[R], carry = 0;
    for (int i = 0; i < rows; i++) plain[i] = data[i] + 0.0F;
    memcpy(bits, plain, (size_t)rows * sizeof *bits);
    for (int i = 0; i < rows; i++) carry |= (bits[i] & exponent) + one;
    for (int i = 0; i < rows; i++) words[i] |= (uint64_t)bits[i] << shift;
    return carry >> 31 == 0;
}

static bool pack_f64(const double *data, int rows, uint64_t *words)
{
    const uint64_t exponent = UINT64_C(0x7FF) << 52, one = UINT64_C(1) << 52;
    double plain[R] = {0};
    uint64_t carry = 0;
    for (int i = 0; i < rows; i++) plain[i] = data[i] + 0.0;
    memcpy(words, plain, (size_t)rows * sizeof *words);
    for (int i = 0; i < rows; i++) carry |= (words[i] & exponent) + one;
    return carry >> 63 == 0;
}

/* Integers of a type by the bits of its unsigned one. */
#define PACK(type, unsigned_type)                                                                                      \
    for (int i = 0; i < rows; i++) words[i] |= (uint64_t)(unsigned_type)((const type *)column->data)[begin + i] << shift

/* Values begin..begin+rows-1 of a column into words that are 0 from bit `shift` on. */
static bool pack_column(const shoal_column *column, int64_t begin, int rows, int shift, uint64_t *words)
{
    switch (column->type) {
    case SHOAL_F32: return pack_f32((const float *)column->data + begin, rows, shift, words);
    case SHOAL_F64: return pack_f64((const double *)column->data + begin, rows, words);
    case SHOAL_I8: PACK(int8_t, uint8_t); break;
    case SHOAL_I16: PACK(int16_t, uint16_t); break;
    case SHOAL_I32: PACK(int32_t, uint32_t); break;
    case SHOAL_I64: PACK(int64_t, uint64_t); break;
    case SHOAL_TEXT: return false;
    }
    return column->valid == NULL || memchr(column->valid + begin, 0, (size_t)rows) == NULL;
}

bool shoal_words_pack(const shoal_matrix *x, int64_t begin, int rows, uint64_t *words)
{
    int word = 0, used = 0;
    bool good = true;
    for (int j = 0; j < x->d && good; j++) {
        const words_place place = place_column(&x->columns[j], &word, &used);
        uint64_t *into = words + (int64_t)place.word * R;
        if (place.shift == 0) memset(into, 0, (size_t)rows * sizeof *into);
        good = pack_column(&x->columns[j], begin, rows, place.shift, into);
    }
    return good;
}
