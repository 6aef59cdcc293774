/* SPDX-License-Identifier: GPL-2.0-only */
#include "import.h"

#include <errno.h>
#include <string.h>

#include "../traces/input.h"
#include "../traces/line.h"
#include "cli.h"

static int import_lines(struct tcpoom_ftrace *f, struct tcpoom_line *line)
{
	enum tcpoom_line_result got;
	struct tcpoom_error e = { 0 };

	while ((got = tcpoom_line_next(line, &e)) == TCPOOM_LINE_READ)
		if (!tcpoom_ftrace_line(f, line->text))
			return cli_error("out of memory");
	return got == TCPOOM_LINE_BAD ? cli_input_error(&e) : STATUS_SAME;
}

int cli_import(FILE *out, const char *file, const struct tcpoom_ftrace_options *options)
{
	FILE *in = tcpoom_input_open(file);
	struct tcpoom_ftrace_counts counts;
	struct tcpoom_ftrace *f;
	struct tcpoom_line line;
	int status;

	if (!in)
		return cli_error("%s: %s", file, strerror(errno));
	f = tcpoom_ftrace_begin(out, options);
	if (!f) {
		tcpoom_input_close(in);
		return cli_error("out of memory");
	}
	tcpoom_line_open(&line, in, file);
	status = import_lines(f, &line);
	tcpoom_ftrace_end(f, &counts);
	tcpoom_line_close(&line);
	tcpoom_input_close(in);
	cli_say_counts(file, &counts);
	if (!status && !counts.events)
		return cli_error("%s: found no event of a probe, expected the text of ftrace, "
				 "trace-cmd report, perf script or a script in traces/recorders",
				 file);
	return status;
}
