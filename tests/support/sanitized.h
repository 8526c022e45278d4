/* What a sanitizer looks for is found by one run of each path. Where a test repeats a path to compare figures, which
 * other builds compare as well, it may do so less often here. */
#ifndef SHOAL_TESTS_SANITIZED_H
#define SHOAL_TESTS_SANITIZED_H

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

#endif
