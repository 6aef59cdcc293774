/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace format 1: states with their times, what was recorded and what is expected. There are three
 * forms of it; the first line tells which one it is. All say the same of an event.
 *
 * Text, a line an event, begins with `# tcpoom trace 1`.
 *
 * JSON Lines begin with {"tcpoom_trace":1}. An event is an object for itself:
 *   {"time":9014.450011,"entry":"timer","sk":"1","cpu":0,"id":7,"orphans":21564,"snd_wnd":null,
 *    "tcp_mem":[1,2,3],"recorded":{"verdict":"killed silent","lines":["..."],"suppressed":1,
 *    "snmp":0},"expect":[{"kernel":"2.6.18","any":[{"verdict":"kept","lines":[]}]}]}
 * What the text writes as `?` is null. A byte of a string that is not UTF-8 is \udc80 to \udcff, as
 * in PEP 383. The directives and comments are {"kernel":"2.6.38","arch":"x86_64","cpus":16},
 * {"lost":3} and {"comment":"# ..."}.
 *
 * CSV begins with a line of column names (csv.h): the fields and time, sk, cpu, id, recorded (the
 * verdict or `?`), recorded_messages (with `|` between them, and \ | and control characters as \xHH
 * in them), suppressed, expect (`KERNEL: OUTCOME | OUTCOME ; KERNEL: ...`, as in text). Without a
 * time it is 0.
 */
#ifndef TCPOOM_TRACES_TRACE_H
#define TCPOOM_TRACES_TRACE_H

#include <stdio.h>

#include "../model/state.h"
#include "error.h"
#include "value.h"

#define TCPOOM_LINES_MOST 8	   /* log lines of one outcome */
#define TCPOOM_ALTERNATIVES_MOST 8 /* outcomes of one `expect` */
#define TCPOOM_EXPECTS_MOST 1000   /* of one event */

enum tcpoom_form { TCPOOM_TEXT, TCPOOM_JSONL, TCPOOM_CSV, TCPOOM_FORMS };

/* "text", "jsonl", "csv" */
extern const char *const tcpoom_form_names[TCPOOM_FORMS];

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
	int64_t time;		       /* ns */
	struct tcpoom_state state;     /* complete */
	struct tcpoom_state said;      /* what the event and the `set` before it say, no more */
	struct tcpoom_tcp_mem tcp_mem; /* that tcp_mem2 was said so, and with what */
	tcpoom_fieldset assumed;       /* orphan counts that were taken from another one */
	const char *sk;		       /* NULL = not said */
	int64_t cpu, id;	       /* -1 = not said */
	bool has_recorded;
	struct tcpoom_stated recorded; /* where there is one */
	unsigned expects;
	struct tcpoom_expect *expect;
};

struct tcpoom_trace;

/* Reads the first line. NULL: *e says why. The file stays the caller's. */
struct tcpoom_trace *tcpoom_trace_open(FILE *in, const char *name, struct tcpoom_error *e);

enum tcpoom_trace_result {
	TCPOOM_TRACE_EVENT,
	TCPOOM_TRACE_END,
	TCPOOM_TRACE_BAD,
	TCPOOM_TRACE_LINE, /* no event; only after tcpoom_trace_keep */
};

/*
 * Reads the next event with all that is said under it. What an event points to is valid until the
 * next call. After TCPOOM_TRACE_BAD the next call goes on behind the event that was bad.
 */
enum tcpoom_trace_result tcpoom_trace_next(struct tcpoom_trace *trace, struct tcpoom_event *event,
					   struct tcpoom_error *e);

/* The release that the directive `kernel` named last, or NULL; the sum of the directives `lost`. */
const char *tcpoom_trace_kernel(const struct tcpoom_trace *trace);
int64_t tcpoom_trace_lost(const struct tcpoom_trace *trace);
/* What it said of that kernel: NULL and 0 = not said. */
const char *tcpoom_trace_arch(const struct tcpoom_trace *trace);
int64_t tcpoom_trace_cpus(const struct tcpoom_trace *trace);
enum tcpoom_form tcpoom_trace_form(const struct tcpoom_trace *trace);

/* A line of the trace, or what would be one if it were text. */
enum tcpoom_item_kind {
	TCPOOM_I_COMMENT, /* or a blank line */
	TCPOOM_I_SET,
	TCPOOM_I_KERNEL,
	TCPOOM_I_LOST,
	TCPOOM_I_EVENT,
	TCPOOM_I_UNDER, /* `=>` or `expect` */
};

struct tcpoom_item {
	enum tcpoom_item_kind kind;
	char *text; /* NULL for an event that was no text */
};

/*
 * For those who write the trace again: from now on tcpoom_trace_next also returns lines that are no
 * events, and tcpoom_trace_items says what the last call read, in its order: one line, or an event
 * and the comments between and behind what stands under it. What was bad is not among them; where
 * that was a `set`, one that says what is unknown since is.
 */
void tcpoom_trace_keep(struct tcpoom_trace *trace);
const struct tcpoom_item *tcpoom_trace_items(const struct tcpoom_trace *trace, size_t *count);

void tcpoom_trace_close(struct tcpoom_trace *trace);

#endif
