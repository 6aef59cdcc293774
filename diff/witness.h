/* SPDX-License-Identifier: GPL-2.0-only */
/* Witnesses: the smallest state that shows a divergence. */
#ifndef TCPOOM_DIFF_WITNESS_H
#define TCPOOM_DIFF_WITNESS_H

#include "cause.h"

/*
 * Shrinks a complete state on which two kernels diverge to the fewest fields and the roundest
 * numbers that show the same kind with the same cause. In the result only the fields that must be
 * said are given: the others have their defaults.
 */
struct tcpoom_state tcpoom_witness(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
				   const struct tcpoom_state *state);

#endif
