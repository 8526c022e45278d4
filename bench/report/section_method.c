#include "sections.h"

void bench_section_method(bench_document *document)
{
    bench_section_begin(document, "method", "Method");
    bench_paragraph(document, "Every row is run until it is warm, then until its time budget is used up and at least "
                              "five samples are taken. Times are medians; the middle half runs from the first to the "
                              "third quartile. Threads are pinned, one to a core.");
    bench_paragraph(document, "A result is compared with an independent one before its time counts; rows without such "
                              "a check are marked. Rows marked (quick) use small sizes and short budgets.");
    bench_paragraph(document, "The limits are the machine's own, measured with the same threads: reading from memory "
                              "and caches, fused multiply-adds in registers, and OpenBLAS. The percentage of the limit "
                              "is the least time that the row's bytes and operations can take, over its time.");
    bench_paragraph(document, "Ratios are ratios of medians; their 95% intervals come from the ranks of all ratios of "
                              "two samples (Hodges and Lehmann). Counters are read where the kernel gives them.");
    bench_paragraph(document, "Times of different machines are not comparable; ratios and percentages are.");
    bench_section_end(document);
}
