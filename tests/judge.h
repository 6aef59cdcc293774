/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A judge of the atlas: random states, made by code that knows nothing of the atlas' own. It finds
 * what the atlas lacks, and what of it no state is ever of.
 */
#ifndef TCPOOM_TESTS_JUDGE_H
#define TCPOOM_TESTS_JUDGE_H

#include "../diff/atlas.h"

struct random {
	uint64_t state;
};

/* A complete and sound state of any entry, near thresholds more often than not. */
struct tcpoom_state judge_state(struct random *r);

struct judgement {
	uint64_t states, differ;
	bool outside; /* a state was of a class that the atlas lacks; it ended there */
	struct tcpoom_state example; /* that state */
	size_t unhit;		     /* classes that no state was of */
};

/* Says in hit[] which entries of the atlas were met. */
struct judgement judge(const struct tcpoom_atlas *atlas, uint64_t states, uint64_t seed, bool *hit);

#endif
