/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernels that a claim is judged on. */
#ifndef TCPOOM_ADVICE_SUBJECTS_H
#define TCPOOM_ADVICE_SUBJECTS_H

#include "../kernels/release.h"
#include "../traces/error.h"

#define TCPOOM_SUBJECTS_MOST 96

struct tcpoom_subject {
	char name[64];
	struct tcpoom_resolution release; /* one row */
	bool mainline;			  /* no vendor's, and no stable release */
};

struct tcpoom_subjects {
	unsigned count;
	bool spans; /* there is a range among them: what holds is said in spans */
	struct tcpoom_subject subject[TCPOOM_SUBJECTS_MOST];
};

/*
 * All rows of the table, and the mainline releases at which boot defaults change; by version, those
 * of vendors behind their base.
 */
void tcpoom_subjects_all(struct tcpoom_subjects *to);

/* `2.6.18, 3.3..4.4, 5.16..`: releases, and ranges with both their ends. */
bool tcpoom_subjects_read(struct tcpoom_span text, struct tcpoom_subjects *to,
			  struct tcpoom_error *e);

/*
 * Those whose bit is set, in words: "before 3.3, 4.5 on before 4.10, also 2.6.32.23"; "" if all
 * are.
 */
void tcpoom_subjects_say(const struct tcpoom_subjects *s, const bool set[], char *text,
			 size_t size);

#endif
