/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules: each is one behaviour that some commit changed. Its variants stand side by side in the
 * header named after its part of the decision (orphans.h, memory.h, ...), with their source.
 */
#ifndef TCPOOM_KERNELS_RULES_H
#define TCPOOM_KERNELS_RULES_H

#include "../model/kernel.h"

enum tcpoom_rule {
#define RULE(name, what) TCPOOM_R_##name,
#include "rules.def"
#undef RULE
	TCPOOM_RULES
};

/* A kernel: one variant for every rule, each a number into that rule's variants. */
struct tcpoom_rules {
#define RULE(name, what) uint8_t name;
#include "rules.def"
#undef RULE
};

struct tcpoom_variant {
	const char *name;   /* the cell in the table of kernels */
	const char *since;  /* first release that has it, or the bracket that is known */
	const char *source; /* file:function */
	const char *commit; /* id, or "" where it is not known */
	const char *what;   /* what it does, in words */
};

struct tcpoom_rule_info {
	const char *name, *what;
	const struct tcpoom_variant *variant;
	unsigned variants;
};

extern const struct tcpoom_rule_info tcpoom_rule_table[TCPOOM_RULES];

/* All members of the struct are uint8_t, so it is an array of them. */
static inline uint8_t tcpoom_rules_get(const struct tcpoom_rules *r, enum tcpoom_rule rule)
{
	return ((const uint8_t *)r)[rule];
}

static inline void tcpoom_rules_set(struct tcpoom_rules *r, enum tcpoom_rule rule, uint8_t variant)
{
	((uint8_t *)r)[rule] = variant;
}

/* The fields that `entry` needs under these rules, whatever a short circuit would skip. */
tcpoom_fieldset tcpoom_rules_need(const struct tcpoom_rules *r, enum tcpoom_entry entry);

/* Decides by these rules a state in which all is given that they need. */
enum tcpoom_status tcpoom_rules_decide(const struct tcpoom_rules *r,
				       const struct tcpoom_state *state,
				       struct tcpoom_verdict *verdict, struct tcpoom_tests *tests);

/*
 * What a timer does before the check, without the check: the argument that it asks with, and every
 * test made. False if it gives up before it asks.
 */
bool tcpoom_rules_ask(const struct tcpoom_rules *r, const struct tcpoom_state *state,
		      bool *do_reset, struct tcpoom_tests *tests);

/* A kernel of any mixture of variants; it points to *r. */
struct tcpoom_kernel tcpoom_kernel_of(const struct tcpoom_rules *r, const char *name);

#endif
