/* SPDX-License-Identifier: GPL-2.0-only */
/* What is timed, and what came of it. */
#ifndef TCPOOM_BENCH_BENCH_H
#define TCPOOM_BENCH_BENCH_H

#include "real/real.h"
#include "states.h"

#define ROUNDS 15
#define LOOPS (TCPOOM_KERNELS + 3)

/* A loop that goes once over all states. */
struct loop {
	char name[48];
	uint64_t (*pass)(const struct loop *loop); /* returns what it folded */
	const struct tcpoom_state *state;
	const struct tcpoom_kernel *kernel; /* for pass_model */
	struct real_socket *sockets;	    /* for pass_prepared */
	double ns[ROUNDS];		    /* per decision */
	uint64_t sum;			    /* the same in every pass */
};

struct bench {
	struct states states;
	unsigned passes; /* in a round */
	unsigned loops;
	struct loop loop[LOOPS]; /* first pass_read; pass_real and pass_prepared are the last two */
};

uint64_t pass_read(const struct loop *loop);	 /* only reads the states */
uint64_t pass_model(const struct loop *loop);	 /* a kernel, through the public interface */
uint64_t pass_real(const struct loop *loop);	 /* the text of a tree, from states */
uint64_t pass_prepared(const struct loop *loop); /* the same, from sockets made beforehand */

/* Times all loops. False, said on stderr: one folds differently in another order of the states. */
bool time_all(struct bench *b);

/* Sorts the times, and prints them. */
void print_table(struct bench *b);

/* Whether the text of a tree decides as its model on every state; prints where it does not. */
bool agree(const struct loop *model, const struct loop *real);

#endif
