/* SPDX-License-Identifier: GPL-2.0-only */
/* What all parts of the decision share: inlining per kernel, and the record of tests. */
#ifndef TCPOOM_KERNELS_LOOK_H
#define TCPOOM_KERNELS_LOOK_H

#include "../model/ticks.h"
#include "rules.h"

/*
 * Each row of the table is compiled on its own, with its variants as constants: that makes a
 * decision several times faster. Without optimisation there is one copy for all rows.
 */
#ifdef __OPTIMIZE__
#define PER_KERNEL static inline __attribute__((always_inline))
#else
#define PER_KERNEL static inline
#endif

/* Makes the comparison, and records it where someone wants to read it. */
PER_KERNEL bool test(struct tcpoom_tests *record, struct tcpoom_test x)
{
	x.truth = tcpoom_compare(x.lhs, x.op, x.rhs);
	if (!x.shift)
		x.base = x.lhs;
	if (record)
		record->test[record->count++] = x;
	return x.truth;
}

/* A test by the names of its parts; `base` is given where `lhs` was shifted. */
#define TEST(record, ...) test(record, (struct tcpoom_test){ __VA_ARGS__ })

#endif
