#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/sum.h"
#include "base/text.h"
#include "base/threads.h"

Test(random, philox_known_answers)
{
    /* Random123's kat_vectors: key and counter of zeros, of ones, and of the digits of pi */
    uint32_t out[4];
    shoal_philox(0, 0, 0, out);
    cr_assert(out[0] == 0x6627e8d5 && out[1] == 0xe169c58d && out[2] == 0xbc57ac4c && out[3] == 0x9b00dbd8);
    shoal_philox(UINT64_MAX, UINT64_MAX, UINT64_MAX, out);
    cr_assert(out[0] == 0x408f276d && out[1] == 0x41c83b0e && out[2] == 0xa20bc7c6 && out[3] == 0x6d5451fd);
    shoal_philox(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, out);
    cr_assert(out[0] == 0xd16cfe09 && out[1] == 0x94fdcceb && out[2] == 0x5001e420 && out[3] == 0x24126ea1);
}

Test(random, moments)
{
    shoal_rng rng = shoal_rng_start(7, 1);
    enum { N = 200000 };
    double uniform = 0, normal = 0, normal2 = 0, gamma = 0, small_gamma = 0, beta = 0;
    for (int i = 0; i < N; i++) {
        uniform += shoal_rng_uniform(&rng);
        const double z = shoal_rng_normal(&rng);
        normal += z;
        normal2 += z * z;
        gamma += shoal_rng_gamma(&rng, 2.5);
        small_gamma += shoal_rng_gamma(&rng, 0.3);
        beta += shoal_rng_beta(&rng, 0.8, 2.4);
    }
    /* five standard errors each */
    cr_assert_float_eq(uniform / N, 0.5, 5 * 0.2887 / sqrt(N));
    cr_assert_float_eq(normal / N, 0, 5 / sqrt(N));
    cr_assert_float_eq(normal2 / N, 1, 5 * sqrt(2.0 / N));
    cr_assert_float_eq(gamma / N, 2.5, 5 * sqrt(2.5 / N));
    cr_assert_float_eq(small_gamma / N, 0.3, 5 * sqrt(0.3 / N));
    cr_assert_float_eq(beta / N, 0.25, 5 * 0.25 / sqrt(N));
}

Test(random, below_is_in_range_and_even)
{
    shoal_rng rng = shoal_rng_start(1, 2);
    int count[7] = {0};
    for (int i = 0; i < 70000; i++) count[shoal_rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++) cr_assert(count[i] > 9500 && count[i] < 10500);
}

static bool parses_to(const char *text, int64_t expected)
{
    int64_t time = -1;
    return shoal_date_parse(text, strlen(text), &time) && time == expected;
}

static bool refused(const char *text)
{
    int64_t time;
    return !shoal_date_parse(text, strlen(text), &time);
}

Test(date, parses_what_exists)
{
    cr_assert(parses_to("1970-01-01", 0));
    cr_assert(parses_to("19970101", 852076800));
    cr_assert(parses_to("2011-12-09 08:26:00", 1323419160));
    cr_assert(parses_to("2011-12-09T08:26", 1323419160));
    cr_assert(parses_to("2011-12-09T08:26:00.123Z", 1323419160));
    cr_assert(parses_to("2011-12-09T10:26:00+02:00", 1323419160));
    cr_assert(parses_to("2000-02-29", 951782400));
    cr_assert(parses_to("1969-12-31", -86400));
    cr_assert(refused("2001-02-29"));
    cr_assert(refused("1900-02-29"));
    cr_assert(refused("2011-13-01"));
    cr_assert(refused("2011-00-01"));
    cr_assert(refused("2011-12-32"));
    cr_assert(refused("99999-01-01"));
    cr_assert(refused("2011-12-09 25:00"));
    cr_assert(refused("2011-1209"));
    cr_assert(refused("2011-12-09x"));
    cr_assert(refused("0000-01-01"));
    cr_assert(refused(""));
}

Test(date, round_trip_of_every_day)
{
    char text[SHOAL_DATE_SIZE];
    for (int64_t day = shoal_days_from_civil(1, 1, 1); day <= shoal_days_from_civil(9999, 12, 31); day++) {
        int64_t back;
        shoal_date_format(day * SHOAL_DAY_SECONDS, false, text);
        cr_assert(shoal_date_parse(text, strlen(text), &back) && back == day * SHOAL_DAY_SECONDS, "%s", text);
    }
    cr_assert_eq(shoal_day_floor(-1), -SHOAL_DAY_SECONDS);
}

static bool number(const char *text, double expected)
{
    double value = NAN;
    return shoal_text_to_double(text, strlen(text), &value) && value == expected;
}

Test(text, numbers_are_correctly_rounded)
{
    cr_assert(number("0", 0) && number("-0.5", -0.5) && number("+2.", 2) && number(".25", 0.25));
    cr_assert(number("11.77", 11.77) && number("0.1", 0.1) && number("9007199254740993", 9007199254740992.0));
    cr_assert(number("123456789012345678901234567890", 123456789012345678901234567890.0));
    cr_assert(number("1e3", 1000) && number("1E-2", 0.01) && number("2.2250738585072014e-308", 0x1p-1022));
    double value;
    cr_assert(shoal_text_to_double("1e309", 5, &value) && isinf(value), "callers refuse infinities");
    const char *const bad[] = {"", "-", ".", "1,5", "1 ", " 1", "0x10", "nan", "inf", "1e", "1e+", "--1", "1.2.3"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(shoal_text_to_double(bad[i], strlen(bad[i]), &value), "%s", bad[i]);
}

Test(text, random_decimals_equal_strtod)
{
    shoal_rng rng = shoal_rng_start(3, 3);
    for (int i = 0; i < 100000; i++) {
        char text[64];
        const int digits = (int)shoal_rng_below(&rng, 20);
        snprintf(text, sizeof text, "%.*f", digits,
                 shoal_rng_normal(&rng) * pow(10, (double)shoal_rng_below(&rng, 12)));
        cr_assert(number(text, strtod(text, NULL)), "%s", text);
    }
}

Test(text, nearest_names)
{
    const char *const names[] = {"CustomerID", "InvoiceDate", "Quantity", "Country"};
    char buffer[256];
    shoal_text_nearest("customer_id", names, 4, buffer, sizeof buffer);
    cr_assert(strncmp(buffer, "CustomerID", 10) == 0, "%s", buffer);
}

Test(text, quote_shows_control_characters)
{
    char buffer[256];
    cr_assert_str_eq(shoal_text_quote("a\x1b[1m\xff", 6, buffer, sizeof buffer), "a\\x1B[1m\\xFF");
    cr_assert_str_eq(shoal_text_quote("Zoë", 4, buffer, sizeof buffer), "Zoë");
    char longer[300];
    memset(longer, 'x', sizeof longer);
    shoal_text_quote(longer, sizeof longer, buffer, sizeof buffer);
    cr_assert_eq(strlen(buffer), 60 + 3);
    char tiny[8];
    shoal_text_quote(longer, sizeof longer, tiny, sizeof tiny);
    cr_assert(strlen(tiny) < sizeof tiny);
}

Test(text, utf8)
{
    cr_assert(shoal_text_is_utf8("Zoë €𝄞", strlen("Zoë €𝄞")));
    cr_assert_not(shoal_text_is_utf8("\xc0\x80", 2));
    cr_assert_not(shoal_text_is_utf8("\xed\xa0\x80", 3));
    cr_assert_not(shoal_text_is_utf8("\xe2\x82", 2));
    char cut[4];
    shoal_text_copy(cut, sizeof cut, "ab€");
    cr_assert_str_eq(cut, "ab");
}

Test(sum, cents_are_exact)
{
    shoal_sum sum = {0};
    for (int i = 0; i < 1000000; i++) shoal_sum_add(&sum, 0.01);
    cr_assert_eq(shoal_sum_value(sum), 10000.0);
    shoal_sum cancelling = {0};
    shoal_sum_add(&cancelling, 1e17);
    shoal_sum_add(&cancelling, 0.01);
    shoal_sum_add(&cancelling, -1e17);
    cr_assert_eq(shoal_sum_value(cancelling), 0.01);
}

Test(memory, overflow_and_growth)
{
    void *memory;
    shoal_error err = {0};
    cr_assert_eq(shoal_alloc(INT64_MAX, 16, &memory, &err), SHOAL_ERR_MEMORY);
    cr_assert_null(memory);
    cr_assert_eq(shoal_alloc(-1, 1, &memory, &err), SHOAL_ERR_MEMORY);
    cr_assert_eq(shoal_alloc_huge(INT64_MAX, 16, &memory, &err), SHOAL_ERR_MEMORY);
    cr_assert_null(memory);
    cr_assert_eq(shoal_alloc_huge(-1, 1, &memory, &err), SHOAL_ERR_MEMORY);
    int32_t *array = NULL;
    int64_t capacity = 0;
    for (int32_t i = 0; i < 1000; i++) {
        cr_assert_eq(shoal_grow(&array, &capacity, i, i + 1, sizeof *array, &err), SHOAL_OK);
        array[i] = i;
    }
    for (int32_t i = 0; i < 1000; i++) cr_assert_eq(array[i], i);
    free(array);
}

Test(memory, huge_pages_hold_what_was_asked_for)
{
    static const int64_t sizes[] = {0, 1, 4096, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 5000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *bytes;
        cr_assert_eq(shoal_alloc_huge(sizes[i], 1, &bytes, NULL), SHOAL_OK);
        cr_assert_eq((uintptr_t)bytes % (sizes[i] < 2 << 20 ? 64 : 2 << 20), 0);
        memset(bytes, 0xA5, (size_t)sizes[i]);
        if (sizes[i] > 0) cr_assert(bytes[0] == 0xA5 && bytes[sizes[i] - 1] == 0xA5);
        free(bytes);
    }
}

Test(blocks, cover_all_rows_whatever_n)
{
    const int64_t sizes[] = {0, 1, 4095, 4096, 4097, 1048576, 1048577, 3000000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const shoal_blocks b = shoal_blocks_of(sizes[i]);
        int64_t covered = 0;
        for (int j = 0; j < b.count; j++) {
            cr_assert_eq(shoal_block_begin(&b, j), covered);
            cr_assert_gt(shoal_block_end(&b, j), covered);
            covered = shoal_block_end(&b, j);
        }
        cr_assert_eq(covered, sizes[i]);
        cr_assert_leq(b.count, SHOAL_MAX_BLOCKS);
    }
}

Test(threads, only_as_many_as_have_work)
{
    const shoal_ctx ctx = {.threads = 8};
    cr_assert_eq(shoal_threads_for(&ctx, 0), 1);
    cr_assert_eq(shoal_threads_for(&ctx, 3.5e6), 3);
    cr_assert_eq(shoal_threads_for(&ctx, 1e12), 8);
}

Test(file, only_regular_files_and_never_the_input)
{
    shoal_error err = {0};
    cr_assert_eq(shoal_file_write("/dev/full", "x", 1, &err), SHOAL_ERR_IO);
    cr_assert(strstr(err.message, "device") != NULL, "%s", err.message);
    cr_assert_eq(shoal_check_distinct("/dev/full", "/dev/../dev/full", &err), SHOAL_ERR_USAGE);
    cr_assert_eq(shoal_check_distinct("/dev/full", "/dev/zero", &err), SHOAL_OK);
    cr_assert_eq(shoal_check_distinct("-", "/nonexistent", &err), SHOAL_OK);
}

Test(date, extreme_times_stay_in_the_buffer)
{
    char text[SHOAL_DATE_SIZE];
    cr_assert_str_eq(shoal_date_format(INT64_MIN, false, text), "-9999-01-01");
    cr_assert_str_eq(shoal_date_format(INT64_MAX, false, text), "99999-12-31");
}

Test(file, old_or_new)
{
    char path[] = "/tmp/shoal-test-XXXXXX";
    close(mkstemp(path));
    shoal_error err = {0};
    cr_assert_eq(shoal_file_write(path, "one", 3, &err), SHOAL_OK, "%s", err.message);
    shoal_outfile file;
    cr_assert_eq(shoal_outfile_begin(&file, path, &err), SHOAL_OK);
    fputs("two", file.stream);
    shoal_outfile_abort(&file);
    char text[8] = {0};
    FILE *back = fopen(path, "r");
    cr_assert_eq(fread(text, 1, 7, back), 3);
    fclose(back);
    cr_assert_str_eq(text, "one");
    remove(path);
    cr_assert_eq(shoal_file_write("/nonexistent/file", "x", 1, &err), SHOAL_ERR_IO);
    cr_assert(strstr(err.message, "/nonexistent/file") != NULL, "%s", err.message);
}
