/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernels that the differential target compares. TCPOOM_FUZZ_KERNELS="A B" names them, each a
 * release or the path of a loadable model (it has a slash). Without it the input chooses among the
 * rows of the table that are neighbours.
 */
#ifndef TCPOOM_FUZZ_PAIR_H
#define TCPOOM_FUZZ_PAIR_H

#include "../kernels/table.h"
#include "record.h"

struct pair {
	const struct tcpoom_kernel *a, *b;
	struct narrow narrow;
	bool row[2];	 /* a, b: one of the table, and no model */
	unsigned number; /* among the pairs */
};

struct pairs {
	struct pair pair[TCPOOM_KERNELS - 1];
	unsigned count;
};

/* Ends the program where the environment names no kernels that there are. */
void pairs_open(struct pairs *pairs);

#endif
