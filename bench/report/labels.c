#include "labels.h"

#include <math.h>

enum { LINE_HEIGHT = 14 };

double bench_text_width(int characters)
{
    return 7.2 * characters;
}

int bench_characters(const char *text, int most)
{
    int n = 0;
    for (; *text != '\0' && n < most; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

void bench_labels_take(bench_labels *labels, bench_box box)
{
    if (labels->n < BENCH_MAX_BOXES) labels->taken[labels->n++] = box;
}

static bool is_free(const bench_labels *labels, bench_box box)
{
    const bench_box frame = labels->frame;
    if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom)
        return false;
    for (int i = 0; i < labels->n; i++) {
        const bench_box *other = &labels->taken[i];
        if (box.left < other->right && other->left < box.right && box.top < other->bottom && other->top < box.bottom)
            return false;
    }
    return true;
}

/* At that distance and direction of the point: to the right and left the text begins and ends there, above and below
 * it is centred. */
static bench_label_place at(double x, double y, double distance, int direction)
{
    static const double dx[] = {1, -1, 0.8, 0.8, -0.8, -0.8, 0, 0}, dy[] = {0, 0, -0.8, 0.8, -0.8, 0.8, -1.2, 1.2};
    bench_label_place place = {x + distance * dx[direction], y + distance * dy[direction] + 4, SHOAL_MIDDLE,
                               distance > 16};
    if (dx[direction] > 0) place.anchor = SHOAL_START;
    if (dx[direction] < 0) place.anchor = SHOAL_END;
    return place;
}

static bench_box box_of(const bench_label_place *place, double width)
{
    const double left = place->anchor == SHOAL_START    ? place->x
                        : place->anchor == SHOAL_MIDDLE ? place->x - width / 2
                                                        : place->x - width;
    return (bench_box){left, place->y - LINE_HEIGHT + 3, left + width, place->y + 3};
}

bool bench_labels_place(bench_labels *labels, double x, double y, int characters, bench_label_place *place)
{
    const double width = bench_text_width(characters);
    static const double distances[] = {9, 12, 16, 22, 30, 40, 54, 72};
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++)
        for (int direction = 0; direction < 8; direction++) {
            *place = at(x, y, distances[i], direction);
            const bench_box box = box_of(place, width);
            if (!is_free(labels, box)) continue;
            bench_labels_take(labels, box);
            return true;
        }
    return false;
}
