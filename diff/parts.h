/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of a decision that can be looked at one by one. Each reads fields of its own, and the
 * rest of the decision sees a few answers of it only:
 *
 *   clock     now, lsndtime                            idle too long? recent?
 *   argument  do_reset, or what the retransmission     a reset wanted? given up?
 *             or the probe timer reads
 *   orphans   max_orphans and the counts               too many, at each shift? without the exact
 *                                                      sum, too, which hides what else counts
 *   memory    the queue, the counter, the limit        too much?
 *   peer      snd_wnd, packets_out                     window closed and nothing out?
 *   netns     net_alive                                exiting?
 *
 * Clock and argument also read hz, rto_max and err_soft, which are their context.
 */
#ifndef TCPOOM_DIFF_PARTS_H
#define TCPOOM_DIFF_PARTS_H

#include "cause.h"

enum tcpoom_part {
	TCPOOM_PART_CLOCK,
	TCPOOM_PART_ARGUMENT,
	TCPOOM_PART_ORPHANS,
	TCPOOM_PART_MEMORY,
	TCPOOM_PART_PEER,
	TCPOOM_PART_NETNS,
	TCPOOM_PARTS
};

/* Whether the decision at this entry has this part. */
bool tcpoom_part_used(enum tcpoom_part part, enum tcpoom_entry entry);

/* The rules that can change the answers of a part at this entry. */
tcpoom_ruleset tcpoom_part_rules(enum tcpoom_part part, enum tcpoom_entry entry);

/* The comparisons that a part makes, a bit each. */
uint32_t tcpoom_part_tests(enum tcpoom_part part);

/*
 * What a part answers by these rules, a bit for each question above. The rules must be able to hold
 * the values of the state, as all mixtures of two kernels are that can.
 */
unsigned tcpoom_part_answers(enum tcpoom_part part, const struct tcpoom_rules *rules,
			     const struct tcpoom_state *state);

/* Gives *to the part's fields of *from. */
void tcpoom_part_copy(enum tcpoom_part part, const struct tcpoom_state *from,
		      struct tcpoom_state *to);

/* What the walks go over, for two kernels at an entry. */
struct tcpoom_walk {
	const struct tcpoom_kernel *a, *b;
	struct tcpoom_state state;
	void (*visit)(struct tcpoom_walk *walk); /* called for each candidate */
	/* equal for states that no kernel tells apart in this part */
	uint64_t (*key)(struct tcpoom_walk *walk);
};

/* Contexts: each hz, rto_max and err_soft at which other relations can be met. */
void tcpoom_walk_contexts(struct tcpoom_walk *walk);

/*
 * Candidates of a part: states that hold every combination of relations that the comparisons of any
 * variant of its rules can meet. The fields of the other parts are left as they are.
 */
void tcpoom_walk_part(struct tcpoom_walk *walk, enum tcpoom_part part);

#endif
