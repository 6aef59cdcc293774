/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which classes of the atlas were reached. Every divergence that an input shows must be of one.
 */
#ifndef TCPOOM_FUZZ_CLASSES_H
#define TCPOOM_FUZZ_CLASSES_H

#include "../diff/atlas.h"
#include "pair.h"

struct classes {
	struct tcpoom_atlas atlas;
	bool *reached;
	size_t count; /* of those that were reached */
};

/* Makes the atlas of the pair. Ends the program where memory runs out. */
void classes_open(struct classes *classes, const struct pair *pair);

/* The number of its class in the atlas; if it is of none, the number of all classes. */
size_t classes_reach(struct classes *classes, const struct pair *pair, const struct tcpoom_state *s,
		     const struct tcpoom_cause *cause);

#endif
