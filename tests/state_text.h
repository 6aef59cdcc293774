/* SPDX-License-Identifier: GPL-2.0-only */
/* States and outcomes as one line of text, for tables of known answers. */
#ifndef TCPOOM_TESTS_STATE_TEXT_H
#define TCPOOM_TESTS_STATE_TEXT_H

#include "../kernels/release.h"

/*
 * A complete state from "close orphans=11 ...", on top of a socket that every kernel keeps:
 * hz=1000, at tick 10,000,000, data sent 1000 ticks ago, limits of 10 orphans and 100 pages,
 * nothing used.
 */
struct tcpoom_state state_of(const char *text);

/* Every field given, and room for this socket: what state_of starts from. */
extern const char *const state_base;

/*
 * What a kernel decides: `killed reset "..."`, for the timers with do_reset=N, then `sum` where the
 * exact sum was taken and `undefined` where a shift was; or why there is no verdict.
 */
void outcome_of(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
		char text[static 200]);

/* The row that a release string resolves to; its evidence is not looked at. */
const struct tcpoom_kernel *kernel_of(const char *release);

#endif
