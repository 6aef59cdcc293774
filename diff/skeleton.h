/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the skeleton of the decision makes of the answers of its parts: a verdict for every
 * combination of answers, got from the decision itself.
 */
#ifndef TCPOOM_DIFF_SKELETON_H
#define TCPOOM_DIFF_SKELETON_H

#include "../kernels/rules.h"

/* Answers, a bit each. */
enum {
	TCPOOM_SK_RESET = 1,	  /* the argument: a reset is wanted */
	TCPOOM_SK_RECENT = 2,	  /* data was sent within 60 s */
	TCPOOM_SK_CLOSED = 4,	  /* the window is closed, and nothing out */
	TCPOOM_SK_MANY = 8,	  /* too many orphans */
	TCPOOM_SK_MUCH = 16,	  /* too much memory */
	TCPOOM_SK_EXITING = 32,	  /* the network namespace is exiting */
	TCPOOM_SK_TEXT = 64,	  /* the text is selected as B selects it, not as A does */
	TCPOOM_SK_GIVEN_UP = 128, /* the timer never asked; alone */
	TCPOOM_SK_ANSWERS = 129
};

struct tcpoom_skeleton {
	struct tcpoom_verdict verdict[TCPOOM_SK_ANSWERS];
	uint8_t same[TCPOOM_SK_ANSWERS]; /* the first answers with the same verdict */
};

/* For an entry, and the texts of two kernels that have rules. */
void tcpoom_skeleton_make(struct tcpoom_skeleton *skeleton, enum tcpoom_entry entry,
			  const struct tcpoom_kernel *a, const struct tcpoom_kernel *b);

#endif
