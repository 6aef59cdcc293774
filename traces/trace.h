/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace format 1, as text: states with their times, what was recorded and what is expected. */
#ifndef TCPOOM_TRACES_TRACE_H
#define TCPOOM_TRACES_TRACE_H

#include <stdio.h>

#include "../model/state.h"
#include "error.h"

#define TCPOOM_LINES_MOST 8	   /* log lines of one outcome */
#define TCPOOM_ALTERNATIVES_MOST 8 /* outcomes of one `expect` */

/* What `=>` or one alternative of `expect` says. */
struct tcpoom_stated {
	int outcome; /* enum tcpoom_outcome, or -1 for `?` */
	unsigned lines;
	const char *line[TCPOOM_LINES_MOST];
	int64_t suppressed; /* asked messages that the limiter held back; -1 = not said */
	bool uncounted;	    /* `snmp=0`: TCPAbortOnMemory was not counted */
};

struct tcpoom_expect {
	const char *kernel; /* a release string */
	unsigned long line;
	unsigned alternatives;
	struct tcpoom_stated alternative[TCPOOM_ALTERNATIVES_MOST];
};

struct tcpoom_event {
	unsigned long line;
	int64_t time;		   /* ns */
	struct tcpoom_state state; /* complete */
	tcpoom_fieldset assumed;   /* orphan counts that were taken from another one */
	const char *sk;		   /* NULL = not said */
	int64_t cpu, id;	   /* -1 = not said */
	bool has_recorded;
	struct tcpoom_stated recorded;
	unsigned expects;
	struct tcpoom_expect *expect;
};

struct tcpoom_trace;

/* Reads the version line. NULL: *e says why. The file stays the caller's. */
struct tcpoom_trace *tcpoom_trace_open(FILE *in, const char *name, struct tcpoom_error *e);

enum tcpoom_trace_result { TCPOOM_TRACE_EVENT, TCPOOM_TRACE_END, TCPOOM_TRACE_BAD };

/*
 * Reads the next event with all that is said under it. What an event points to is valid until the
 * next call. After TCPOOM_TRACE_BAD the next call goes on behind the event that was bad.
 */
enum tcpoom_trace_result tcpoom_trace_next(struct tcpoom_trace *trace, struct tcpoom_event *event,
					   struct tcpoom_error *e);

/* The release that the directive `kernel` named last, or NULL; the sum of the directives `lost`. */
const char *tcpoom_trace_kernel(const struct tcpoom_trace *trace);
int64_t tcpoom_trace_lost(const struct tcpoom_trace *trace);

void tcpoom_trace_close(struct tcpoom_trace *trace);

#endif
