/* SPDX-License-Identifier: GPL-2.0-only */
/* The states that are timed: half from golden vectors, half random. */
#ifndef TCPOOM_BENCH_STATES_H
#define TCPOOM_BENCH_STATES_H

#include "../kernels/table.h"

#define STATES 65536

struct states {
	uint32_t hz;	 /* the same in all states: a kernel has it compiled in */
	uint64_t random; /* state of the generator, not 0 */
	size_t rows;	 /* how many rows of the vectors serve */
	unsigned kernels;
	const struct tcpoom_kernel *kernel[TCPOOM_KERNELS]; /* each decides every state */
	struct tcpoom_state *at;			    /* STATES of them */
};

/*
 * Fills *to, of which `hz`, `random` and the kernels are given; the caller frees `at`. False: said
 * why on stderr.
 */
bool states_make(struct states *to, const char *vectors);

/* Moves the states to other places, so that no pass finds the order of the one before. */
void states_shuffle(struct states *states);

#endif
