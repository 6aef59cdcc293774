/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Boundary states: where the rules of some release decide otherwise than those of another. Around
 * some thousand states that lead to every outcome, each field takes in turn every critical value
 * that it has there, and those at and beside numbers of the caller. Two kernels that agree on all
 * of them may still part where two fields are off at once, and at thresholds that nobody named.
 */
#ifndef TCPOOM_DIFF_BOUNDARY_H
#define TCPOOM_DIFF_BOUNDARY_H

#include "../model/state.h"

/* Numbers at which a kernel may part from all releases, in the unit of any field, or seconds. */
struct tcpoom_numbers {
	const int64_t *number;
	unsigned count;
};

/* Calls `visit` with complete, sound states, always the same and in the same order. */
void tcpoom_boundary_walk(const struct tcpoom_numbers *numbers,
			  void (*visit)(void *context, const struct tcpoom_state *state),
			  void *context);

#endif
