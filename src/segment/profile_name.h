/* Names for segments, and what to do about them. */
#ifndef SHOAL_SEGMENT_PROFILE_NAME_H
#define SHOAL_SEGMENT_PROFILE_NAME_H

/* One line of advice for a name that shoal_profile_name gave (with or without its distinguishing word), or NULL. */
const char *shoal_profile_advice(const char *name);

#endif
