/* SPDX-License-Identifier: GPL-2.0-only */
#include "trace_text.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

void print_error(const struct tcpoom_error *e, char text[static 400])
{
	snprintf(text, 400, "%s:%lu:%lu: %s", e->file, e->line, e->column, e->text);
}

void read_trace(const char *input, char text[static 400])
{
	struct tcpoom_error e = { .file = "" };
	FILE *in = open_text(input);
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	struct tcpoom_event event;
	unsigned events = 0;
	bool bad = !trace;

	for (;;) {
		const enum tcpoom_trace_result got =
			trace ? tcpoom_trace_next(trace, &event, &e) : TCPOOM_TRACE_END;

		if (got == TCPOOM_TRACE_END)
			break;
		events += got == TCPOOM_TRACE_EVENT;
		bad |= got == TCPOOM_TRACE_BAD;
		if (got == TCPOOM_TRACE_BAD)
			print_error(&e, text);
	}
	if (!trace)
		print_error(&e, text);
	if (!bad)
		snprintf(text, 400, "%u events", events);
	if (trace)
		tcpoom_trace_close(trace);
	fclose(in);
}

char *convert_trace(const char *input, enum tcpoom_form form, struct tcpoom_writer *w)
{
	FILE *in = open_text(input), *out;
	char *text = NULL;
	size_t size;
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	enum tcpoom_trace_result got;
	struct tcpoom_event event;

	out = open_memstream(&text, &size);
	tcpoom_write_begin(w, out, form);
	CHECK_SAY(trace != NULL, "%s", input);
	if (trace) {
		tcpoom_trace_keep(trace);
		while ((got = tcpoom_trace_next(trace, &event, &e)) != TCPOOM_TRACE_END)
			tcpoom_write_items(w, trace, &event);
		tcpoom_trace_close(trace);
	}
	fclose(in);
	fclose(out);
	return text;
}
