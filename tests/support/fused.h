/* For the arithmetic of slow references: fma in one instruction where the processor has it, by the C library where it
 * has not. Both round alike; the call is some ten times slower. */
#ifndef SHOAL_TESTS_FUSED_H
#define SHOAL_TESTS_FUSED_H

#ifdef __x86_64__
#define FUSED __attribute__((target_clones("fma", "default")))
#else
#define FUSED
#endif

#endif
