/* Names beside points, where they hide neither each other nor a point. */
#ifndef BENCH_REPORT_LABELS_H
#define BENCH_REPORT_LABELS_H

#include "report/svg.h"

enum { BENCH_MAX_BOXES = 1024 };

typedef struct bench_box {
    double left, top, right, bottom;
} bench_box;

/* What is taken already within the frame. */
typedef struct bench_labels {
    bench_box frame;
    int n;
    bench_box taken[BENCH_MAX_BOXES];
} bench_labels;

typedef struct bench_label_place {
    double x, y; /* of the text's baseline at its anchor */
    shoal_anchor anchor;
    bool far; /* a line should lead to it */
} bench_label_place;

void bench_labels_take(bench_labels *labels, bench_box box);
/* A free place near the point for a text of so many characters, which is then taken. False where none is free. */
bool bench_labels_place(bench_labels *labels, double x, double y, int characters, bench_label_place *place);
/* Width of a text of so many characters in a chart, in units of the chart. */
double bench_text_width(int characters);
/* Characters of a UTF-8 text, at most `most`. */
int bench_characters(const char *text, int most);

#endif
