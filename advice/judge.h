/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A claim before the models: its experiments are made on every kernel that it speaks of, and what
 * they show is the judgement, with the commands that show it again.
 */
#ifndef TCPOOM_ADVICE_JUDGE_H
#define TCPOOM_ADVICE_JUDGE_H

#include "claim.h"

enum tcpoom_judgement_kind {
	TCPOOM_J_TRUE,
	TCPOOM_J_FALSE,
	TCPOOM_J_ONLY, /* on these kernels, on this path, or for some values of what is unknown */
	TCPOOM_J_UNIT,
	TCPOOM_J_NOEFFECT,
	TCPOOM_J_UNTESTABLE,
	TCPOOM_JUDGEMENTS
};

extern const char *const tcpoom_judgement_names[TCPOOM_JUDGEMENTS];

/* What an experiment shows, and where: at an entry, or TCPOOM_ENTRIES for all of a run. */
struct tcpoom_cell {
	uint8_t experiment, entry, subject;
	uint8_t holds; /* enum tcpoom_holds */
	bool changes;  /* something is otherwise after a change */
};

struct tcpoom_judgement {
	enum tcpoom_judgement_kind kind;
	char where[600];    /* ONLY: where it holds; else what there is to say, or "" */
	char holds[900];    /* a command that shows where it holds; "" if it does nowhere */
	char fails[900];    /* and where it does not */
	unsigned long line; /* of the experiment that fails, or 0 */
	struct tcpoom_cell *cell;
	size_t cells;
};

/* Another kernel in the place of one, for tests of the judge; NULL context and function: none. */
struct tcpoom_exchange {
	const struct tcpoom_kernel *(*of)(void *context, const struct tcpoom_kernel *kernel);
	void *context;
};

/* False: *e says why, an experiment that cannot be made. Free it in either case. */
bool tcpoom_judge(const struct tcpoom_claim *claim, const struct tcpoom_exchange *exchange,
		  struct tcpoom_judgement *to, struct tcpoom_error *e);
void tcpoom_judgement_free(struct tcpoom_judgement *j);

#endif
