/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One event in two worlds, before and after a change of settings or of the kernel. What is unknown
 * in both is the same in both: so it is a set of pairs of verdicts that is possible.
 */
#ifndef TCPOOM_ADVICE_CONTRAST_H
#define TCPOOM_ADVICE_CONTRAST_H

#include "../diff/possible.h"

struct tcpoom_world {
	const struct tcpoom_kernel *kernel;
	struct tcpoom_state state; /* complete */
};

struct tcpoom_pair {
	struct tcpoom_verdict verdict[2];
	struct tcpoom_state state[2]; /* the first that lead there, without odd numbers if so */
};

#define TCPOOM_PAIRS_MOST 48

struct tcpoom_contrast {
	unsigned pairs;
	struct tcpoom_pair pair[TCPOOM_PAIRS_MOST];
	enum tcpoom_status refused; /* a kernel has no verdict, for some values at least: why */
	uint8_t blame;
	bool cut; /* too many values for all of them to be tried */
};

void tcpoom_contrast_find(const struct tcpoom_world world[2], struct tcpoom_contrast *to);

/* Whether a number that counts something is below 0. */
bool tcpoom_state_is_odd(const struct tcpoom_state *s);

/* How many of the pairs kill in that world: none, some or all. */
enum tcpoom_share { TCPOOM_NONE, TCPOOM_SOME, TCPOOM_EACH };
enum tcpoom_share tcpoom_contrast_kills(const struct tcpoom_contrast *c, int world);

#endif
