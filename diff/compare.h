/* SPDX-License-Identifier: GPL-2.0-only */
/* Two kernels over many events: the divergences in groups of one entry, kind and cause. */
#ifndef TCPOOM_DIFF_COMPARE_H
#define TCPOOM_DIFF_COMPARE_H

#include "../traces/trace.h"
#include "log.h"
#include "possible.h"

/* Where an event stands. */
struct tcpoom_place {
	char *file;
	unsigned long line;
};

struct tcpoom_group {
	enum tcpoom_entry entry;
	enum tcpoom_kind kind;
	struct tcpoom_cause cause;
	uint64_t events;
	struct tcpoom_place first;
	struct tcpoom_state state;	  /* of the first event */
	struct tcpoom_verdict verdict;	  /* kind log: of both kernels there */
	struct tcpoom_log_lines lines[2]; /* kind log: what appears of it, on a and on b */
	bool known;			  /* it stands in a ledger */
};

/* Events that a field leaves open, or whose value a kernel cannot hold or does not model. */
struct tcpoom_open_group {
	enum tcpoom_status status;
	tcpoom_fieldset fields;
	enum tcpoom_relation relation; /* of the kernels, for what is unknown */
	uint64_t events;
	struct tcpoom_place first;
	struct tcpoom_state example; /* values with which the first event makes a difference */
	struct tcpoom_divergences divergences; /* the example's; with every_cause all that may be */
	enum tcpoom_entry entry;	       /* status UNKNOWN: of all its events */
	bool known;			       /* all of them stand in a ledger */
};

/*
 * The logs of two kernels, a and b, from trace to trace. From where they do not ask for the same,
 * also what either asks through the limiter of the other, which tells the causes apart.
 */
struct tcpoom_logs {
	struct tcpoom_log own[2], crossed[2]; /* crossed: a's requests to b's limiter, b's to a's */
	const char *file;
	bool parted;	       /* they did not ask for the same */
	tcpoom_ruleset before; /* the rules that made them part */
};

struct tcpoom_compare {
	const struct tcpoom_kernel *a, *b;
	bool every_cause; /* find all divergences that unknown fields leave possible: for a ledger
			   */
	uint64_t events, same, differ, undecided, incomparable;
	uint64_t differ_anyway, may_differ; /* of the undecided ones */
	uint64_t log_unknown;		    /* of the same ones: whether the log is too */
	struct tcpoom_place log_first;	    /* of them */
	struct tcpoom_logs logs;
	uint64_t assumed; /* decided events with an orphan count that was taken from another */
	struct tcpoom_group *group;
	size_t groups;
	struct tcpoom_open_group *open;
	size_t opens;
};

/* Both kernels must have rules. The machine has 32 or 64 bits, which only the limiters see. */
void tcpoom_compare_init(struct tcpoom_compare *c, const struct tcpoom_kernel *a,
			 const struct tcpoom_kernel *b, unsigned bits);

/* Returns false if memory runs out. */
bool tcpoom_compare_event(struct tcpoom_compare *c, const char *file,
			  const struct tcpoom_event *event);

/* Orders the groups: the gravest kind first, then the most frequent. */
void tcpoom_compare_sort(struct tcpoom_compare *c);

void tcpoom_compare_free(struct tcpoom_compare *c);

#endif
