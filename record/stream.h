/* SPDX-License-Identifier: GPL-2.0-only */
/* The text of probes on its way from the kernel's pipe to the trace. */
#ifndef TCPOOM_RECORD_STREAM_H
#define TCPOOM_RECORD_STREAM_H

#include "../traces/error.h"
#include "../traces/ftrace.h"

struct tcpoom_stream {
	int pipe;	   /* where the text comes from */
	int signals;	   /* can be read when it is to end */
	uint64_t max_size; /* bytes written, about, with which it ends; 0 = any */
	FILE *out, *made;  /* made is what was made of the text and is not in out yet */
	struct tcpoom_ftrace *ftrace;

	char *text; /* of made */
	size_t text_len;
	uint64_t written;
	char line[1 << 16]; /* what was read and is not a whole line yet */
	size_t line_len;
};

/* NULL: out of memory. The caller then sets pipe, signals, max_size, and an ftrace to `made`. */
struct tcpoom_stream *tcpoom_stream_open(FILE *out);

/* Takes text until the time or size is over or a signal comes, however much there is of it. */
bool tcpoom_stream_record(struct tcpoom_stream *s, unsigned seconds, struct tcpoom_error *e);

/* Takes what is left where no more comes, up to the size. */
bool tcpoom_stream_rest(struct tcpoom_stream *s, struct tcpoom_error *e);

/* Writes what was made. */
bool tcpoom_stream_flush(struct tcpoom_stream *s, struct tcpoom_error *e);

void tcpoom_stream_close(struct tcpoom_stream *s);

#endif
