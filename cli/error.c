/* SPDX-License-Identifier: GPL-2.0-only */
/* What goes to standard error, and whether standard output could be written. */
#include <inttypes.h>
#include <stdarg.h>

#include "cli.h"
#include "../traces/ftrace.h"

int cli_error(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("tcpoom: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return STATUS_TROUBLE;
}

int cli_input_error(const struct tcpoom_error *e)
{
	if (!e->line)
		return cli_error("%s: %s", e->file, e->text);
	if (!e->column)
		return cli_error("%s:%lu: %s", e->file, e->line, e->text);
	return cli_error("%s:%lu:%lu: %s", e->file, e->line, e->column, e->text);
}

int cli_close_stdout(int status)
{
	if (fflush(stdout) || ferror(stdout))
		return cli_error("cannot write to standard output");
	return status;
}

void cli_say_counts(const char *file, const struct tcpoom_ftrace_counts *counts)
{
	if (counts->lost)
		fprintf(stderr, "tcpoom: %s: %" PRIu64 " events were lost in recording\n", file,
			counts->lost);
	if (counts->open)
		fprintf(stderr, "tcpoom: %s: of %" PRIu64 " decisions no outcome was seen\n", file,
			counts->open);
}
