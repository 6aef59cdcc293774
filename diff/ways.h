/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ways: for each answer that some mixture of two kernels' rules gives, the smallest sets of rules
 * which, exchanged from A's variants to B's, lead to it. Parts share no rules, so the smallest sets
 * that turn a verdict are put together from the ways to the answers of its parts.
 */
#ifndef TCPOOM_DIFF_WAYS_H
#define TCPOOM_DIFF_WAYS_H

#include "cause.h"

#define TCPOOM_RULES_MOST 6 /* rules of an axis in which two kernels can differ */
#define TCPOOM_MIXTURES_MOST (1 << TCPOOM_RULES_MOST)

/* All mixtures of two kernels in some rules: mixture i has B's variant of rule[j] for bit j of i.
 */
struct tcpoom_mixtures {
	unsigned count, rules;
	enum tcpoom_rule rule[TCPOOM_RULES_MOST];
	struct tcpoom_rules of[TCPOOM_MIXTURES_MOST];
};

void tcpoom_mixtures_make(struct tcpoom_mixtures *m, const struct tcpoom_kernel *a,
			  const struct tcpoom_kernel *b, tcpoom_ruleset rules);

/* The rules that mixture i has of B. */
tcpoom_ruleset tcpoom_mixture_set(const struct tcpoom_mixtures *m, unsigned i);

/* The mixture of m that is i in the rules which m and `of` have in common. */
unsigned tcpoom_mixture_within(const struct tcpoom_mixtures *m, const struct tcpoom_mixtures *of,
			       unsigned i);

struct tcpoom_way {
	uint8_t answer, size;
	tcpoom_ruleset set;
};

struct tcpoom_ways {
	unsigned count; /* in the order of answers */
	struct tcpoom_way way[TCPOOM_MIXTURES_MOST];
};

/* answer[i] is that of mixture i. */
void tcpoom_ways_make(struct tcpoom_ways *ways, const struct tcpoom_mixtures *m,
		      const uint8_t *answer);

/* The first way to this answer, or NULL; *count says how many there are side by side. */
const struct tcpoom_way *tcpoom_ways_to(const struct tcpoom_ways *ways, uint8_t answer,
					unsigned *count);

#endif
