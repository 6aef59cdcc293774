/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernels: one row for each set of rules that a release has had. */
#ifndef TCPOOM_KERNELS_TABLE_H
#define TCPOOM_KERNELS_TABLE_H

#include "rules.h"

enum tcpoom_kernel_id {
#define RULES(...)
#define KERNEL(id, ...) TCPOOM_K_##id,
#include "table.def"
#undef RULES
#undef KERNEL
	TCPOOM_KERNELS
};

/* Oldest first; a row is named after the first mainline release that behaves so, if there is one */
extern const struct tcpoom_kernel tcpoom_kernels[TCPOOM_KERNELS];

#endif
