/* SPDX-License-Identifier: GPL-2.0-only */
/* Which rules a kernel follows that is not built of them, found by asking it. */
#ifndef TCPOOM_DIFF_IDENTIFY_H
#define TCPOOM_DIFF_IDENTIFY_H

#include "../kernels/table.h"
#include "boundary.h"

enum tcpoom_finding {
	TCPOOM_HAS,	/* one variant agrees wherever the rule matters */
	TCPOOM_DIFFERS, /* none does, and no other rule is wrong as often where it matters */
	TCPOOM_UNTOLD,	/* the rule matters nowhere, or several variants agree */
	TCPOOM_FINDINGS
};

extern const char *const tcpoom_finding_names[TCPOOM_FINDINGS];

struct tcpoom_identity {
	uint64_t states;		     /* that it was asked */
	const struct tcpoom_kernel *nearest; /* the row that decides otherwise in the fewest, */
	uint64_t row_differs;		     /* so many */
	struct tcpoom_rules rules;	     /* the mixture of variants that comes nearest, */
	uint64_t differs;		     /* and decides otherwise in so many */
	struct tcpoom_state example;	     /* the first of these */
	enum tcpoom_finding finding[TCPOOM_RULES];
};

/*
 * Asks it in all boundary states. Of rows that are as near as each other the nearest is the one
 * that `release` stands for, if it is among them. The limiter, which no verdict shows, is that
 * row's. False if memory runs out.
 */
bool tcpoom_identify(const struct tcpoom_kernel *kernel, const struct tcpoom_numbers *numbers,
		     const char *release, struct tcpoom_identity *to);

#endif
