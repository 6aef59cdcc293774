/* SPDX-License-Identifier: GPL-2.0-only */
/* What diff says of two kernels, in its table and in the reports for a CI. */
#ifndef TCPOOM_CLI_DIFF_H
#define TCPOOM_CLI_DIFF_H

#include "../diff/compare.h"

/* The smallest state that shows the group's divergence, as a command that explains it. */
void diff_witness_text(const struct tcpoom_compare *c, char *const *named,
		       const struct tcpoom_group *group, char *text, size_t size);

/* "not decided: max_orphans unknown; they differ all the same" */
void diff_open_text(const struct tcpoom_open_group *open, char *text, size_t size);

/* "err_soft=1 ...": what was unknown, with values that make a difference. */
void diff_example_text(const struct tcpoom_open_group *open, char *text, size_t size);

/* "close message text path -> cause": the i-th divergence that is left open, as in a ledger. */
void diff_divergence_text(const struct tcpoom_compare *c, const struct tcpoom_open_group *open,
			  unsigned i, char *text, size_t size);

/* A comparison as tests: what makes the exit status is a case that fails. */
struct diff_report {
	const struct tcpoom_compare *compare;
	char *const *named; /* the two kernels, as the user named them */
	bool certain;	    /* what may differ does not fail */
	bool trouble;	    /* not all could be read */
};

void diff_print_ktap(const struct diff_report *r);

/* STATUS_SAME, or STATUS_TROUBLE after an error was printed. */
int diff_write_junit(const struct diff_report *r, const char *file);

#endif
