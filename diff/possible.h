/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may happen where fields are unknown: every verdict that some values of them lead to. The
 * values tried are the critical ones, which stand for all others.
 */
#ifndef TCPOOM_DIFF_POSSIBLE_H
#define TCPOOM_DIFF_POSSIBLE_H

#include "cause.h"

#define TCPOOM_POSSIBLE_MOST 16
#define TCPOOM_TRIED_MOST 100000 /* states tried for one event */

/* The verdicts of one kernel, each with the first state that leads to it. */
struct tcpoom_possible {
	unsigned verdicts;
	struct tcpoom_verdict verdict[TCPOOM_POSSIBLE_MOST];
	struct tcpoom_state state[TCPOOM_POSSIBLE_MOST];
	enum tcpoom_status refused; /* where there is no verdict at all: why */
	uint8_t blame;
	bool cut; /* there are more values to try, or more verdicts */
};

/* A state in which all that the kernel needs is known has one verdict. */
void tcpoom_possible_find(const struct tcpoom_kernel *kernel, const struct tcpoom_state *state,
			  struct tcpoom_possible *to);

/* How two kernels relate where fields are unknown. */
enum tcpoom_relation {
	TCPOOM_AGREE,	     /* whatever the values are */
	TCPOOM_MAY_DIFFER,   /* for some values */
	TCPOOM_DIFFER,	     /* whatever the values are */
	TCPOOM_INCOMPARABLE, /* one of them never has a verdict */
	TCPOOM_RELATIONS
};

#define TCPOOM_DIVERGENCES_MOST 8
#define TCPOOM_CAUSES_TRIED_MOST 1000 /* causes found for one event */

struct tcpoom_divergence {
	enum tcpoom_kind kind;
	struct tcpoom_cause cause;
};

/* What values of unknown fields lead to; `more`: not all of it is here. */
struct tcpoom_divergences {
	unsigned count;
	bool more;
	struct tcpoom_divergence of[TCPOOM_DIVERGENCES_MOST];
};

bool tcpoom_divergences_same(const struct tcpoom_divergences *a,
			     const struct tcpoom_divergences *b);

/*
 * Where they differ or may differ, *example is the first state that was met in which they do; none
 * was met if it gives nothing that *state does not. *divergences begins with that of the example;
 * `every` asks for all others too, which takes longer.
 */
enum tcpoom_relation tcpoom_relation_find(const struct tcpoom_kernel *a,
					  const struct tcpoom_kernel *b,
					  const struct tcpoom_state *state, bool every,
					  struct tcpoom_state *example,
					  struct tcpoom_divergences *divergences);

#endif
