/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two halves of the reader of claims share. */
#ifndef TCPOOM_ADVICE_CLAIM_LINES_H
#define TCPOOM_ADVICE_CLAIM_LINES_H

#include "claim.h"

struct tcpoom_claim_reader {
	struct tcpoom_claim *c;
	struct tcpoom_cursor at;
	struct tcpoom_experiment *x; /* the one that is read */
	struct tcpoom_state set;     /* of its events */
	/* of the values in the line that is read; 0: that field is not in it */
	unsigned long column[TCPOOM_FIELDS];
	bool has_kernels;
};

/* What is left of the line, without blanks at either end. */
struct tcpoom_span tcpoom_claim_rest(struct tcpoom_claim_reader *r);

/* The rest of a line, by its first word. */
bool tcpoom_claim_fields(struct tcpoom_claim_reader *r, struct tcpoom_state *s,
			 struct tcpoom_error *e);
bool tcpoom_claim_event(struct tcpoom_claim_reader *r, struct tcpoom_error *e);
bool tcpoom_claim_path(struct tcpoom_claim_reader *r, enum tcpoom_experiment_kind kind,
		       struct tcpoom_error *e);
bool tcpoom_claim_ram(struct tcpoom_claim_reader *r, struct tcpoom_error *e);

#endif
