/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decisions out of the text of probes (raw_event.h), as a trace with recorded outcomes. The
 * recorder and `tcpoom convert --from` share it.
 */
#ifndef TCPOOM_TRACES_FTRACE_H
#define TCPOOM_TRACES_FTRACE_H

#include <stdio.h>

#include "raw_event.h"

/* What the raw text does not say itself. */
struct tcpoom_ftrace_options {
	const char *kernel; /* what stands behind the directive `kernel`, or NULL */
	const char *set;    /* what stands behind a first `set`, or NULL */
	bool raw;	    /* sk is address:port instead of a number */
	bool kills_only;    /* only events at which a socket is known to be killed */
	bool resets_unseen; /* no `rst` can come, so that nothing tells a silent kill from a reset
			     */
};

struct tcpoom_ftrace;

/*
 * Writes the first lines of a trace to `out`, which stays the caller's. NULL: out of memory.
 * Comments of the caller may follow at once.
 */
struct tcpoom_ftrace *tcpoom_ftrace_begin(FILE *out, const struct tcpoom_ftrace_options *options);

/*
 * Takes the next line of raw text, terminated and without its newline, and writes what is complete
 * with it. Returns false without memory.
 */
bool tcpoom_ftrace_line(struct tcpoom_ftrace *f, const char *line);

struct tcpoom_ftrace_counts {
	uint64_t decisions; /* those that were written */
	uint64_t open;	    /* of them: those of which no outcome was seen */
	uint64_t lost;	    /* events that the raw text says were lost */
	uint64_t events;    /* events of probes, of any kind */
};

/* What was counted so far. */
const struct tcpoom_ftrace_counts *tcpoom_ftrace_counts(const struct tcpoom_ftrace *f);

/* Writes what is not complete without its outcome, and frees all. */
void tcpoom_ftrace_end(struct tcpoom_ftrace *f, struct tcpoom_ftrace_counts *counts);

#endif
