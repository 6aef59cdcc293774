/* SPDX-License-Identifier: GPL-2.0-only */
/* Witnesses: the smallest state that shows a divergence. */
#ifndef TCPOOM_DIFF_WITNESS_H
#define TCPOOM_DIFF_WITNESS_H

#include "class.h"

/* Whether a complete state shows what a witness must show. */
typedef bool tcpoom_shows_fn(const void *what, const struct tcpoom_state *state);

/*
 * Shrinks a complete state to the fewest fields and the roundest numbers that are accepted. In
 * the result only the fields that must be said are given: the others have their defaults.
 */
struct tcpoom_state tcpoom_shrink(const struct tcpoom_state *state, tcpoom_shows_fn *accept,
				  const void *what);

/* Shrinks a state on which two kernels diverge to one with the same kind and the same cause. */
struct tcpoom_state tcpoom_witness(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
				   const struct tcpoom_state *state);

/* To one of the same class. */
struct tcpoom_state tcpoom_class_witness(const struct tcpoom_kernel *a,
					 const struct tcpoom_kernel *b,
					 const struct tcpoom_state *state);

#endif
