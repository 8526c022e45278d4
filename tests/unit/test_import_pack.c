/* Narrow columns, sorting and coding: the parts of the import that keep its memory small. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "import/coder.h"
#include "import/pack.h"
#include "import/radix.h"

enum { N = 300 };

static void check_whole(const int64_t *values, int64_t n, bool days, int width)
{
    char to[N * 8];
    int64_t back[N];
    const shoal_packing p = shoal_packing_choose(values, n, days, false);
    cr_assert_eq(p.width, width, "%d", p.width);
    shoal_pack(&p, values, n, to, 0);
    shoal_unpack(&p, to, 0, n, back);
    cr_assert_arr_eq(back, values, (size_t)n * sizeof *values);
}

Test(import_pack, whole_numbers)
{
    check_whole((const int64_t[]){5}, 1, false, 1);
    check_whole((const int64_t[]){-1, 254}, 2, false, 1);
    check_whole((const int64_t[]){-1, 255}, 2, false, 2);
    check_whole((const int64_t[]){1000000, 1065535}, 2, false, 2);
    check_whole((const int64_t[]){0, 65536}, 2, false, 4);
    check_whole((const int64_t[]){0, INT64_C(1) << 32}, 2, false, 8);
    check_whole((const int64_t[]){INT64_MIN, INT64_MAX, 0}, 3, false, 8);
    check_whole((const int64_t[]){-86400, 86400 * 254}, 2, true, 1);
    check_whole((const int64_t[]){-86400, 86400 * 254 + 1}, 2, true, 4);
}

Test(import_pack, doubles_come_back_bit_for_bit)
{
    static const struct {
        double values[4];
        bool wide;
    } cases[] = {
        {{0.01, 0.07, 1.15, -19.99}, false},
        {{1e13, 0, -1e13, 0.29}, false},
        {{0.001, 1, 2, 3}, true},
        {{NAN, 1, 2, 3}, true},
        {{-0.0, 1, 2, 3}, true},
        {{INFINITY, 1, 2, 3}, true},
        {{1e300, 1, 2, 3}, true},
        {{0.1 + 0.2, 1, 2, 3}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t values[4];
        double back[4];
        const bool wide = shoal_pack_doubles(cases[i].values, 4, values);
        cr_assert_eq(wide, cases[i].wide, "case %zu", i);
        shoal_pack_to_doubles(values, 4, wide, back);
        cr_assert_arr_eq(back, cases[i].values, sizeof back);
        if (wide) continue;
        shoal_pack_widen(values, 4);
        shoal_pack_to_doubles(values, 4, true, back);
        cr_assert_arr_eq(back, cases[i].values, sizeof back);
    }
}

Test(import_pack, joined_packings_hold_both)
{
    shoal_rng rng = shoal_rng_start(3, 1);
    for (int round = 0; round < 2000; round++) {
        int64_t all[N];
        const int bits = 1 + (int)shoal_rng_below(&rng, 62);
        const bool days = round % 2;
        for (int i = 0; i < N; i++)
            all[i] = (int64_t)(shoal_rng_below(&rng, UINT64_C(1) << bits)) * (days && bits < 40 ? 86400 : 1) - 86400;
        const shoal_packing a = shoal_packing_choose(all, N / 2, days, false);
        const shoal_packing b = shoal_packing_choose(all + N / 2, N - N / 2, days, false);
        const shoal_packing p = shoal_packing_join(shoal_packing_join((shoal_packing){0}, a), b);
        char to[N * 8];
        int64_t back[N], place[N];
        uint32_t rows[N];
        for (int i = 0; i < N; i++) {
            place[i] = (i * 7) % N;
            rows[i] = (uint32_t)place[i];
        }
        shoal_pack_at(&p, all, N, to, place);
        shoal_unpack_at(&p, to, rows, N, back);
        cr_assert_arr_eq(back, all, sizeof all);
        cr_assert(p.width <= shoal_packing_choose(all, N, days, false).width);
    }
}

Test(import_radix, as_an_insertion_sort)
{
    shoal_rng rng = shoal_rng_start(3, 2);
    for (int round = 0; round < 300; round++) {
        shoal_radix_pair pairs[N], sorted[N];
        const int n = (int)shoal_rng_below(&rng, N + 1);
        const uint64_t most = UINT64_C(1) << shoal_rng_below(&rng, 63);
        for (int i = 0; i < n; i++) {
            pairs[i] = (shoal_radix_pair){shoal_rng_below(&rng, most), i};
            int at = i;
            for (; at > 0 && sorted[at - 1].key > pairs[i].key; at--) sorted[at] = sorted[at - 1];
            sorted[at] = pairs[i];
        }
        cr_assert_eq(shoal_radix_sort(pairs, n, NULL), SHOAL_OK);
        for (int i = 0; i < n; i++) cr_assert(pairs[i].key == sorted[i].key && pairs[i].value == sorted[i].value);
    }
}

/* Batches that come in any order get the ranks of the rows' order. */
Test(import_coder, ranks_are_those_of_first_rows)
{
    enum { ROWS = 5000, TEXTS = 700, BATCH = 100 };
    shoal_rng rng = shoal_rng_start(3, 3);
    static char texts[ROWS][24];
    static int number[ROWS];
    static shoal_field fields[ROWS];
    static int32_t codes[ROWS], rank[1 << 16];
    int expected[TEXTS], next = 0;
    for (int i = 0; i < TEXTS; i++) expected[i] = -1;
    for (int i = 0; i < ROWS; i++) {
        number[i] = (int)shoal_rng_below(&rng, TEXTS);
        const int length = number[i] == 0 ? 0 : sprintf(texts[i], number[i] % 2 ? "%d" : "a longer text %d", number[i]);
        fields[i] = (shoal_field){texts[i], (size_t)length};
        if (number[i] > 0 && expected[number[i]] < 0) expected[number[i]] = next++;
    }
    shoal_coder coder;
    shoal_coder_room rooms[2] = {{0}}; /* one thread has the second half, and is ahead */
    shoal_coder_start(&coder);
    for (int half = 1; half >= 0; half--)
        for (int at = half * ROWS / 2; at < (half + 1) * ROWS / 2; at += BATCH)
            cr_assert_eq(shoal_coder_code(&coder, fields + at, BATCH, at, &rooms[half], codes + at, NULL), SHOAL_OK);
    int32_t *by_rank;
    int64_t n;
    cr_assert(shoal_coder_limit(&coder) <= 1 << 16);
    cr_assert_eq(shoal_coder_rank(&coder, rank, &by_rank, &n, NULL), SHOAL_OK);
    cr_assert_eq(n, next);
    for (int i = 0; i < ROWS; i++) {
        cr_assert_eq(codes[i] < 0, number[i] == 0);
        if (number[i] > 0) cr_assert_eq(rank[codes[i]], expected[number[i]]);
    }
    free(by_rank);
    for (int half = 0; half < 2; half++) shoal_coder_room_free(&rooms[half]);
    shoal_coder_free(&coder);
}
