/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a claim expects of an experiment: an outcome, a message, a line of the log, that nothing
 * changes, or a comparison of numbers, and whether what came out is so.
 */
#ifndef TCPOOM_ADVICE_EXPECT_H
#define TCPOOM_ADVICE_EXPECT_H

#include "../diff/run.h"
#include "../traces/stated.h"

/* Numbers with a name. Behind those that a run counts: */
enum tcpoom_quantity {
	TCPOOM_Q_FIRST = TCPOOM_RUN_COUNTS - 1,
#define QUANTITY(id, name, meaning) TCPOOM_Q_##id,
#include "quantities.def"
#undef QUANTITY
	TCPOOM_QUANTITIES
};

const char *tcpoom_quantity_name(unsigned quantity);

/* A number of which only bounds may be known. */
struct tcpoom_bounds {
	double least, most;
};

#define TCPOOM_MOMENTS_MOST 8

/* What came out, in one world. */
struct tcpoom_shown {
	uint64_t known; /* quantities, a bit each */
	struct tcpoom_bounds quantity[TCPOOM_QUANTITIES];
	unsigned moments; /* of a run */
	int64_t moment[TCPOOM_MOMENTS_MOST];
	struct tcpoom_run_result then[TCPOOM_MOMENTS_MOST];
	uint32_t logged; /* of the wishes that ask for a text of the log: a bit for each */
};

struct tcpoom_term {
	char op; /* + - * / to what stands before it */
	bool before;
	int quantity; /* -1: a number */
	double number;
	int64_t at; /* ns, or -1 */
};

#define TCPOOM_TERMS_MOST 6

struct tcpoom_sum {
	unsigned terms;
	struct tcpoom_term term[TCPOOM_TERMS_MOST];
};

enum tcpoom_expect_kind {
	TCPOOM_X_OUTCOME,
	TCPOOM_X_MESSAGE,
	TCPOOM_X_LOG,
	TCPOOM_X_UNCHANGED,
	TCPOOM_X_COMPARE,
};

struct tcpoom_wish {
	enum tcpoom_expect_kind kind;
	unsigned long line;
	unsigned outcomes; /* OUTCOME: bits of enum tcpoom_outcome */
	bool none;	   /* MESSAGE, LOG: that there is none */
	const char *text;  /* NULL = any */
	struct tcpoom_sum side[2];
	char relation[6];
	bool units; /* bytes on both sides */
};

enum tcpoom_holds { TCPOOM_FAILS, TCPOOM_MAY, TCPOOM_HOLDS };

/* Reads what follows on `expect`. What it points to is the line's. */
bool tcpoom_wish_read(struct tcpoom_cursor *c, struct tcpoom_wish *to, struct tcpoom_error *e);

/* `unchanged` needs what was before; so does a number of before. */
bool tcpoom_wish_needs_before(const struct tcpoom_wish *w);

/* Whether one verdict is as expected, OUTCOME and MESSAGE only; the others are true here. */
bool tcpoom_wish_verdict(const struct tcpoom_wish *w, const struct tcpoom_verdict *v);

/* COMPARE. False: a quantity is not known in this experiment, and *unknown names it. */
bool tcpoom_wish_compare(const struct tcpoom_wish *w, const struct tcpoom_shown *before,
			 const struct tcpoom_shown *now, enum tcpoom_holds *holds,
			 const char **unknown);

/* The value of a side, where it is one number. */
double tcpoom_sum_value(const struct tcpoom_sum *sum, const struct tcpoom_shown *before,
			const struct tcpoom_shown *now);

#endif
