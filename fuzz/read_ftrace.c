/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no raw text of probes makes the importer crash, leak or hang, that it writes as many
 * events as it counts, and that what it writes is a trace without an error that survives being
 * written and read again.
 */
#include <inttypes.h>
#include <string.h>

#include "../traces/ftrace.h"
#include "../traces/input.h"
#include "../traces/line.h"
#include "reading.h"

static void import(FILE *in, FILE *out, const struct tcpoom_ftrace_options *options,
		   struct tcpoom_ftrace_counts *counts)
{
	struct tcpoom_ftrace *f = tcpoom_ftrace_begin(out, options);
	enum tcpoom_line_result got;
	struct tcpoom_error e = { .file = NULL };
	struct tcpoom_line line;

	tcpoom_line_open(&line, in, "input");
	while ((got = tcpoom_line_next(&line, &e)) == TCPOOM_LINE_READ)
		ASSERT(tcpoom_ftrace_line(f, line.text));
	if (got == TCPOOM_LINE_BAD)
		check_error(&e);
	tcpoom_line_close(&line);
	tcpoom_ftrace_end(f, counts);
}

/* All of it is good, and there are as many events. */
static void check_events(FILE *in, uint64_t events)
{
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "imported", &e);
	enum tcpoom_trace_result got;
	struct tcpoom_event event;

	ASSERT(trace);
	while ((got = tcpoom_trace_next(trace, &event, &e)) == TCPOOM_TRACE_EVENT)
		events--;
	ASSERT(got == TCPOOM_TRACE_END && !events);
	tcpoom_trace_close(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tcpoom_ftrace_options options = {
		.kernel = size & 8 ? "6.1.192" : NULL,
		.raw = size & 1,
		.kills_only = size & 2,
		.resets_unseen = size & 4,
	};
	struct tcpoom_ftrace_counts counts;
	FILE *in = open_input(data, size), *out, *back;
	char *text = NULL;
	size_t written;

	if (!in)
		return 0;
	out = open_memstream(&text, &written);
	import(in, out, &options, &counts);
	tcpoom_input_close(in);
	fclose(out);
	back = fmemopen(text, written, "r");
	check_events(back, counts.decisions);
	fclose(back);
	check_trace((const uint8_t *)text, written);
	free(text);
	return 0;
}
