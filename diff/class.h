/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Classes of divergence. Two states are of one class of a pair of kernels if they have the entry,
 * the kind, the direction (what of both verdicts the kind is about), the cause, and the relation at
 * each threshold at which the kernels part. That is, of the comparisons on which the rules of the
 * cause act,
 *
 *   - those that both kernels make and that turn out differently;
 *   - those that one of them makes and the other one does not have.
 *
 * Of the orphan count where the rules act on it through the penalties alone, only how often it is
 * doubled and the relation.
 *
 * A relation is below, at or above; whether doubling wrapped; whether what is compared is negative;
 * and how often it was doubled.
 */
#ifndef TCPOOM_DIFF_CLASS_H
#define TCPOOM_DIFF_CLASS_H

#include "cause.h"

enum tcpoom_relation_at { TCPOOM_BELOW, TCPOOM_AT, TCPOOM_ABOVE };

/* One comparison that a kernel makes, without its numbers; in all less than eight bytes. */
struct tcpoom_threshold {
	uint8_t has;  /* this kernel has such a comparison */
	uint8_t made; /* and gets as far */
	uint8_t relation, shift, wrapped, negative, truth;
};

struct tcpoom_class {
	uint8_t entry, kind;
	struct tcpoom_verdict a, b; /* only what the kind is about; `killed silent` is any kill */
	struct tcpoom_cause cause;
	struct tcpoom_threshold at[2][TCPOOM_TESTS]; /* of A and of B; has = 0: no part of it */
};

/*
 * The class of a complete state. False: the kernels do not diverge there, or one of them does not
 * decide it.
 */
bool tcpoom_class_find(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       const struct tcpoom_state *state, struct tcpoom_class *c);

/* The same for a divergence whose cause is known. */
void tcpoom_class_of_cause(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
			   const struct tcpoom_state *state, const struct tcpoom_cause *cause,
			   struct tcpoom_class *c);

/* The comparisons on which the rules of a cause act, a bit each. */
struct tcpoom_governed {
	uint32_t own;	  /* of which they are, or whose operands they choose */
	uint32_t through; /* on which they act through the penalties */
};

struct tcpoom_governed tcpoom_cause_governs(const struct tcpoom_cause *cause);

/*
 * Whether the kernels part at this comparison. Leaves of both sides what a class holds of it, which
 * is nothing where they do not.
 */
bool tcpoom_threshold_keep(unsigned id, struct tcpoom_threshold *a, struct tcpoom_threshold *b,
			   struct tcpoom_governed governed);

/*
 * The direction in words, "killed -> kept"; and the thresholds, "orphans <<1 above | below", with
 * a bar between the kernels and - where one of them has no such comparison.
 */
void tcpoom_class_direction(const struct tcpoom_class *c, char *text, size_t size);
void tcpoom_class_thresholds(const struct tcpoom_class *c, char *text, size_t size);

/* Hashes; the first one is added to another. */
uint64_t tcpoom_threshold_hash(uint64_t hash, const struct tcpoom_threshold *t);
uint64_t tcpoom_class_hash(const struct tcpoom_class *c);

/* An order by kind, entry, cause (few rules first), direction and thresholds; 0 for the same class.
 */
int tcpoom_class_compare(const struct tcpoom_class *c, const struct tcpoom_class *d);

/* The comparisons of a kernel without their numbers. */
void tcpoom_thresholds(const struct tcpoom_tests *tests,
		       struct tcpoom_threshold at[static TCPOOM_TESTS]);

#endif
