/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The golden vectors in tests/vectors: states, and what the real code of many kernels made of them.
 * vectors/compact.py says how the files were made.
 */
#ifndef TCPOOM_TESTS_GOLDEN_H
#define TCPOOM_TESTS_GOLDEN_H

#include <stdio.h>

#include "../model/kernel.h"

#define STATES_MOST 3000
#define OUTCOMES_MOST 128

struct inputs {
	unsigned count;
	struct tcpoom_state state[STATES_MOST];
	char id[STATES_MOST][8];
};

/* What one kernel did: a letter for each state, '.' where it has no row, and what each stands for.
 */
struct vectors {
	char letters[STATES_MOST + 1];
	char outcome[OUTCOMES_MOST][256];
};

/* The file's name for a kernel, and the release string that it stands for. */
struct golden_name {
	const char *file, *release;
};

/* In the order of their releases; not each has vectors of the check, nor each of the timers. */
extern const struct golden_name golden_names[];
extern const size_t golden_kernels;

/* `what` is decide or callers. NULL: there is no such file. */
FILE *open_vectors(const char *what, const char *name, const char *suffix);

/* Ends the tests where there are none. */
struct inputs *read_inputs(const char *what);

/* Returns false if that kernel has no such vectors. */
bool read_vectors(const char *what, const char *name, struct vectors *v);

/* The kernel that goes by this release; it must be a verified one. */
const struct tcpoom_kernel *resolve_verified(const char *release);

/* What the kernel did with state `i`, as a line of CSV; NULL where it has no row. */
static inline const char *outcome_of(const struct vectors *v, unsigned i)
{
	return v->letters[i] == '.' ? NULL : v->outcome[(unsigned char)v->letters[i]];
}

#endif
