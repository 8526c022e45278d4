#include <shoal/context.h>

#include "kernels.h"

const char *shoal_isa_name(void)
{
    return shoal_kernels_get()->isa;
}
