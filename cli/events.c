/* SPDX-License-Identifier: GPL-2.0-only */
#include "events.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../traces/input.h"

/* Tells how far a long job is, once a second, where someone looks at a terminal. */
struct progress {
	bool wanted, shown;
	time_t last;
	uint64_t events;
};

static void progress_step(struct progress *p, const char *file)
{
	time_t now;

	if (++p->events % 4096 || !p->wanted)
		return;
	now = time(NULL);
	if (now == p->last)
		return;
	p->last = now;
	p->shown = true;
	fprintf(stderr, "\r%" PRIu64 " events, %s\033[K", p->events, file);
}

static void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}

static int read_file(const char *file, bool keep_going, cli_event_fn *each, void *context,
		     struct progress *progress)
{
	FILE *in = tcpoom_input_open(file);
	struct tcpoom_error e = { .file = file };
	enum tcpoom_trace_result got;
	struct tcpoom_trace *trace;
	struct tcpoom_event event;
	int status = STATUS_SAME;

	if (!in)
		return cli_error("%s: %s", file, strerror(errno));
	trace = tcpoom_trace_open(in, file, &e);
	if (!trace) {
		tcpoom_input_close(in);
		return cli_input_error(&e);
	}
	while ((got = tcpoom_trace_next(trace, &event, &e)) != TCPOOM_TRACE_END) {
		progress_step(progress, file);
		if (got == TCPOOM_TRACE_EVENT && each(context, file, trace, &event))
			continue;
		progress_end(progress);
		if (got == TCPOOM_TRACE_EVENT) {
			if (!ferror(stdout))
				cli_error("out of memory");
			status = STATUS_TROUBLE;
			break;
		}
		status = cli_input_error(&e);
		if (!keep_going)
			break;
	}
	progress_end(progress);
	if (tcpoom_trace_lost(trace))
		fprintf(stderr, "tcpoom: %s: %" PRId64 " events were lost in recording\n", file,
			tcpoom_trace_lost(trace));
	tcpoom_trace_close(trace);
	tcpoom_input_close(in);
	return status;
}

int cli_each_event(char *const *files, int count, bool keep_going, cli_event_fn *each,
		   void *context)
{
	struct progress progress = { .wanted = isatty(STDERR_FILENO), .last = time(NULL) };
	int status = STATUS_SAME;

	for (int i = 0; i < count && (keep_going || !status); i++)
		if (read_file(files[i], keep_going, each, context, &progress))
			status = STATUS_TROUBLE;
	return status;
}

static bool compare_event(void *context, const char *file, const struct tcpoom_trace *trace,
			  const struct tcpoom_event *event)
{
	(void)trace;
	return tcpoom_compare_event(context, file, event);
}

bool cli_compare(struct tcpoom_compare *c, char *const *argv, int argc, bool keep_going,
		 int *status)
{
	struct tcpoom_resolution resolution;
	const struct tcpoom_kernel *a = cli_kernel(argv[0], &resolution);
	const struct tcpoom_kernel *b = cli_kernel(argv[1], &resolution);

	if (!a || !b)
		return false;
	tcpoom_compare_init(c, a, b);
	*status = cli_each_event(argv + 2, argc - 2, keep_going, compare_event, c);
	tcpoom_compare_sort(c);
	return true;
}

void cli_print_time(int64_t ns)
{
	int64_t fraction = ns % 1000000000;
	int digits = 9;

	while (digits > 6 && fraction % 10 == 0) {
		fraction /= 10;
		digits--;
	}
	printf("%" PRId64 ".%0*" PRId64, ns / 1000000000, digits, fraction);
}
