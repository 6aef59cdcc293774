/* SPDX-License-Identifier: GPL-2.0-only */
/* Divergences: what differs between two verdicts, and which rules make the difference. */
#ifndef TCPOOM_DIFF_CAUSE_H
#define TCPOOM_DIFF_CAUSE_H

#include "../kernels/rules.h"

/*
 * What differs, the gravest first: a socket's fate, its reset, the messages, TCPAbortOnMemory; and
 * where all of that is the same, which lines appear in the log.
 */
enum tcpoom_kind {
	TCPOOM_SAME,
	TCPOOM_KIND_KILL,
	TCPOOM_KIND_RESET,
	TCPOOM_KIND_MESSAGE,
	TCPOOM_KIND_COUNT,
	TCPOOM_KIND_LOG,
	TCPOOM_KINDS
};

extern const char *const tcpoom_kind_names[TCPOOM_KINDS];

/* Of two verdicts; a log is that of many events: see log.h. */
enum tcpoom_kind tcpoom_kind_of(const struct tcpoom_verdict *a, const struct tcpoom_verdict *b);

/* A set of rules, a bit each. */
typedef uint32_t tcpoom_ruleset;

static inline unsigned tcpoom_ruleset_size(tcpoom_ruleset set)
{
	unsigned size = 0;

	for (; set; set &= set - 1)
		size++;
	return size;
}

#define TCPOOM_CAUSES_MOST 16

/*
 * The smallest sets of rules which, exchanged from a's to b's, turn a's verdict into b's. One set
 * without a rule: no rule explains it, for a loaded model decides otherwise than its rules.
 */
struct tcpoom_cause {
	unsigned sets;
	tcpoom_ruleset set[TCPOOM_CAUSES_MOST];
};

/*
 * Finds the cause of a divergence of two kernels that have rules: of_a and of_b are their verdicts
 * on the state, and differ. A mixture reads no field that neither of them reads, for each rule has
 * its own.
 */
void tcpoom_cause_find(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       const struct tcpoom_state *state, const struct tcpoom_verdict *of_a,
		       const struct tcpoom_verdict *of_b, struct tcpoom_cause *cause);

/* The same where both verdicts are what the rules give, as those of every row of the table are. */
void tcpoom_cause_of_rules(const struct tcpoom_rules *a, const struct tcpoom_rules *b,
			   const struct tcpoom_state *state, const struct tcpoom_verdict *of_b,
			   struct tcpoom_cause *cause);

/* Whether both have the same sets, in the same order, as one search finds them. */
bool tcpoom_cause_same(const struct tcpoom_cause *a, const struct tcpoom_cause *b);

/* Every rule that is in one of its sets. */
tcpoom_ruleset tcpoom_cause_rules(const struct tcpoom_cause *cause);

/* What the text of any cause fits into. */
#define TCPOOM_CAUSE_TEXT 16384

/*
 * The cause in words, "limit ge -> gt": the rules of a set with " + " between them, sets with
 * " or ". Where it does not fit into `size` bytes, at least 14, it ends in "...".
 */
void tcpoom_cause_text(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       const struct tcpoom_cause *cause, char *text, size_t size);

#endif
