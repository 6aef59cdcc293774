/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The writer of traces, in any form (trace.h). An event is written as it was said: no default and
 * no assumed count stands in it. What was text is written as text with its comments, blank lines
 * and `set` lines; in the other forms an event says all that holds for it by itself.
 */
#ifndef TCPOOM_TRACES_WRITE_H
#define TCPOOM_TRACES_WRITE_H

#include "trace.h"

/* What CSV has no place for. */
enum tcpoom_drop {
	TCPOOM_DROP_COMMENTS, /* and blank lines */
	TCPOOM_DROP_KERNELS,
	TCPOOM_DROP_LOST,
	TCPOOM_DROP_SNMP,
	TCPOOM_DROP_TCP_MEM, /* the first two values of it */
	TCPOOM_DROPS
};

extern const char *const tcpoom_drop_texts[TCPOOM_DROPS];

struct tcpoom_writer {
	FILE *out; /* where it fails, its ferror says so */
	enum tcpoom_form form;
	uint64_t dropped[TCPOOM_DROPS];
};

/* Writes the first line. The file stays the caller's. */
void tcpoom_write_begin(struct tcpoom_writer *w, FILE *out, enum tcpoom_form form);

/*
 * Writes what the last call of tcpoom_trace_next read of a trace that keeps items: a line, or
 * `event`, which may be NULL otherwise.
 */
void tcpoom_write_items(struct tcpoom_writer *w, const struct tcpoom_trace *trace,
			const struct tcpoom_event *event);

/* Writes an event alone. */
void tcpoom_write_event(struct tcpoom_writer *w, const struct tcpoom_event *event);

/* Parts of the forms. */

/* "12.050000", with as many digits as the time has, six at least; returns the length. */
size_t tcpoom_time_text(int64_t ns, char text[static 24]);

/* `killed silent "Out of socket memory" suppressed=1 snmp=0` */
void tcpoom_text_stated(FILE *out, const struct tcpoom_stated *stated);

/* A string of JSON; bytes that are no UTF-8 become \udc80 to \udcff. */
void tcpoom_json_text(FILE *out, const char *text);

#endif
