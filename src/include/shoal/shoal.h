/* Everything public. */
#ifndef SHOAL_SHOAL_H
#define SHOAL_SHOAL_H

#include <shoal/clv.h>
#include <shoal/context.h>
#include <shoal/features.h>
#include <shoal/import.h>
#include <shoal/kmeans.h>
#include <shoal/profile.h>
#include <shoal/report.h>
#include <shoal/rfm.h>
#include <shoal/status.h>
#include <shoal/steps.h>
#include <shoal/table.h>
#include <shoal/version.h>

#endif
