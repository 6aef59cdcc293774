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

bool cli_is_workload(const char *file, bool *is)
{
	static const char begins[] = "# tcpoom workload";
	char line[sizeof(begins)] = "";
	FILE *in;

	*is = false;
	if (!strcmp(file, "-"))
		return true;
	in = tcpoom_input_open(file);
	if (!in)
		return cli_error("%s: %s", file, strerror(errno)), false;
	if (fgets(line, sizeof(line), in))
		*is = !strcmp(line, begins);
	tcpoom_input_close(in);
	return true;
}

int cli_read_workload(const char *file, struct tcpoom_workload *w)
{
	struct tcpoom_error e;
	FILE *in = tcpoom_input_open(file);
	bool good;

	if (!in)
		return cli_error("%s: %s", file, strerror(errno));
	good = tcpoom_workload_read(in, file, w, &e);
	tcpoom_input_close(in);
	return good ? STATUS_SAME : cli_input_error(&e);
}

/* How files are read, and what each event is given to. */
struct reading {
	bool keep_going, items;
	cli_event_fn *each;
	void *context;
	struct progress progress;
};

/* An event, or what tcpoom_write_items is to write of what was read. */
static bool give(struct reading *r, const char *file, struct tcpoom_trace *trace,
		 enum tcpoom_trace_result got, const struct tcpoom_event *event)
{
	progress_step(&r->progress, file);
	if (r->items || got == TCPOOM_TRACE_EVENT)
		return r->each(r->context, file, trace, got == TCPOOM_TRACE_EVENT ? event : NULL);
	return true;
}

static int read_events(struct reading *r, const char *file, struct tcpoom_trace *trace)
{
	struct tcpoom_error e = { .file = file };
	enum tcpoom_trace_result got;
	struct tcpoom_event event;
	int status = STATUS_SAME;

	while ((got = tcpoom_trace_next(trace, &event, &e)) != TCPOOM_TRACE_END) {
		if (got == TCPOOM_TRACE_BAD) {
			progress_end(&r->progress);
			status = cli_input_error(&e);
			if (!r->keep_going)
				break;
		}
		if (give(r, file, trace, got, &event))
			continue;
		progress_end(&r->progress);
		if (!r->items && !ferror(stdout))
			cli_error("out of memory");
		return STATUS_TROUBLE;
	}
	return status;
}

static int read_file(struct reading *r, const char *file)
{
	FILE *in = tcpoom_input_open(file);
	struct tcpoom_error e = { .file = file };
	struct tcpoom_trace *trace;
	int status;

	if (!in)
		return cli_error("%s: %s", file, strerror(errno));
	trace = tcpoom_trace_open(in, file, &e);
	if (!trace) {
		tcpoom_input_close(in);
		return cli_input_error(&e);
	}
	if (r->items)
		tcpoom_trace_keep(trace);
	status = read_events(r, file, trace);
	progress_end(&r->progress);
	if (tcpoom_trace_lost(trace))
		fprintf(stderr, "tcpoom: %s: %" PRId64 " events were lost in recording\n", file,
			tcpoom_trace_lost(trace));
	tcpoom_trace_close(trace);
	tcpoom_input_close(in);
	return status;
}

static int read_files(struct reading *r, char *const *files, int count)
{
	int status = STATUS_SAME;

	r->progress = (struct progress){ .wanted = isatty(STDERR_FILENO), .last = time(NULL) };
	for (int i = 0; i < count && (r->keep_going || !status); i++)
		if (read_file(r, files[i]))
			status = STATUS_TROUBLE;
	return status;
}

int cli_each_event(char *const *files, int count, bool keep_going, cli_event_fn *each,
		   void *context)
{
	struct reading r = { .keep_going = keep_going, .each = each, .context = context };

	return read_files(&r, files, count);
}

int cli_each_item(char *file, bool keep_going, cli_event_fn *each, void *context)
{
	struct reading r = {
		.keep_going = keep_going, .items = true, .each = each, .context = context
	};

	return read_files(&r, &file, 1);
}

static bool compare_event(void *context, const char *file, const struct tcpoom_trace *trace,
			  const struct tcpoom_event *event)
{
	(void)trace;
	return tcpoom_compare_event(context, file, event);
}

bool cli_compare(struct tcpoom_compare *c, char *const *argv, int argc, bool keep_going,
		 bool every_cause, unsigned bits, int *status)
{
	struct tcpoom_resolution resolution;
	const struct tcpoom_kernel *a = cli_kernel(argv[0], &resolution);
	const struct tcpoom_kernel *b = cli_kernel(argv[1], &resolution);

	if (!a || !b)
		return false;
	tcpoom_compare_init(c, a, b, bits);
	c->every_cause = every_cause;
	*status = cli_each_event(argv + 2, argc - 2, keep_going, compare_event, c);
	tcpoom_compare_sort(c);
	return true;
}
