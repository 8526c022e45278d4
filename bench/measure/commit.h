/* The commit that was built; bench/commit.cmake writes the file that defines it. */
#ifndef BENCH_COMMIT_H
#define BENCH_COMMIT_H

extern const char bench_commit[];

#endif
