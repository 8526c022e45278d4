/* The least that a program needs of the installed library: a header, a call, a result. */
#include <shoal/shoal.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const shoal_bgnbd p = {.r = 0.25, .alpha = 4, .a = 0.8, .b = 2.5};
    printf("%s %.4f\n", shoal_version(), shoal_bgnbd_log_likelihood(&p, 0, 0, 40));
    return strcmp(shoal_version(), SHOAL_VERSION) != 0;
}
