/* Parts of the BG/NBD predictions that do not depend on t_x, to be shared between customers. */
#ifndef SHOAL_MODEL_BGNBD_H
#define SHOAL_MODEL_BGNBD_H

#include <shoal/clv.h>

/* Purchases expected in (T, T + t] of a customer with x repeat purchases who is alive at T. */
double shoal_bgnbd_expected_alive(const shoal_bgnbd *p, double t, double x, double T);

#endif
