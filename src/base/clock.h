/* Monotonic time for phase timings. */
#ifndef SHOAL_BASE_CLOCK_H
#define SHOAL_BASE_CLOCK_H

double shoal_clock_ms(void);

#endif
