/* SPDX-License-Identifier: GPL-2.0-only */
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "slurp.h"
#include "tracefs.h"

#define BTF "/sys/kernel/btf/vmlinux"

/* What is read of trace_pipe and is not a whole line yet. */
struct lines {
	char text[1 << 16];
	size_t len;
};

static char *read_symbols(const char *file, struct tcpoom_error *e)
{
	size_t len;
	char *text = tcpoom_slurp(file, &len);

	*e = (struct tcpoom_error){ .file = text ? NULL : file };
	if (!text)
		tcpoom_fail(e, 0, "%s", strerror(errno));
	return text;
}

bool tcpoom_session_prepare(struct tcpoom_session *s, struct tcpoom_error *e)
{
	const char *file = s->offsets ? s->offsets : BTF;
	char *kallsyms, *map;
	bool ok;

	if (!tcpoom_host_ask(&s->host, e))
		return false;
	if (!s->offsets && access(BTF, R_OK))
		return tcpoom_fail(e, 0,
				   BTF ": %s: the kernel has no BTF; give --offsets FILE "
				       "(traces/recorders/README.md says how to make it)",
				   strerror(errno));
	if (!tcpoom_layout_read(&s->layout, file, e))
		return false;
	kallsyms = read_symbols("/proc/kallsyms", e);
	map = kallsyms && s->symbols ? read_symbols(s->symbols, e) : NULL;
	ok = kallsyms && (map || !s->symbols) &&
	     tcpoom_probes_make(&s->probes, &s->layout, kallsyms, map, s->host.machine, e);
	free(kallsyms);
	free(map);
	if (ok)
		tcpoom_host_settings(&s->host, &s->layout, &s->probes);
	return ok;
}

/* The header says what can be in the trace, so that nobody takes the unseen for what never was. */
static void write_header(const struct tcpoom_session *s, FILE *out)
{
	fprintf(out, "# recorded by tcpoom record " TCPOOM_VERSION ", uname -r: %s\n",
		s->host.release);
	fprintf(out, "# entries seen: timer%s\n", s->probes.sees_close ? ", close" : "");
	for (const char *line = s->probes.unseen; *line; line = strchr(line, '\n') + 1)
		fprintf(out, "# %.*s\n", (int)strcspn(line, "\n"), line);
	if (s->kills_only)
		fputs("# --kills-only: where a socket was kept there is no event\n", out);
}

static bool take_lines(struct tcpoom_ftrace *f, struct lines *l)
{
	char *at = l->text, *end;

	while ((end = memchr(at, '\n', l->len - (size_t)(at - l->text))) != NULL) {
		*end = '\0';
		if (!tcpoom_ftrace_line(f, at))
			return false;
		at = end + 1;
	}
	l->len -= (size_t)(at - l->text);
	memmove(l->text, at, l->len);
	if (l->len == sizeof(l->text)) /* no line of ours is as long */
		l->len = 0;
	return true;
}

/* Reads all that is there now. */
static bool drain(const struct tcpoom_tracefs *t, struct tcpoom_ftrace *f, struct lines *l,
		  struct tcpoom_error *e)
{
	for (;;) {
		const ssize_t got = read(t->pipe, l->text + l->len, sizeof(l->text) - l->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno != EAGAIN)
			return tcpoom_fail(e, 0, "trace_pipe: %s", strerror(errno));
		if (got <= 0)
			return true;
		l->len += (size_t)got;
		if (!take_lines(f, l))
			return tcpoom_fail(e, 0, "out of memory");
	}
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The trace on its way: what was made of the events that are read, and how much there was of it. */
struct output {
	FILE *out, *made;
	char *text;
	size_t len;
	uint64_t written;
};

static bool output_open(struct output *o, FILE *out)
{
	*o = (struct output){ .out = out };
	o->made = open_memstream(&o->text, &o->len);
	return o->made != NULL;
}

static bool output_flush(struct output *o, struct tcpoom_error *e)
{
	const long made = fflush(o->made) ? -1 : ftell(o->made);

	/* o->len is what the text is long at the most, also that of the last time */
	if (made < 0 || fwrite(o->text, 1, (size_t)made, o->out) != (size_t)made || fflush(o->out))
		return tcpoom_fail(e, 0, "cannot write: %s", strerror(errno));
	o->written += (uint64_t)made;
	rewind(o->made);
	return true;
}

static void output_close(struct output *o)
{
	fclose(o->made);
	free(o->text);
}

/* trace_pipe tells of a poll only when a page is full, so it is looked at ten times a second. */
static bool record(const struct tcpoom_session *s, const struct tcpoom_tracefs *t, int signals,
		   struct tcpoom_ftrace *f, struct output *o, struct tcpoom_error *e)
{
	const int64_t end = now_ms() + (int64_t)s->duration * 1000;
	struct pollfd stop = { .fd = signals, .events = POLLIN };
	struct lines *lines = calloc(1, sizeof(*lines));
	bool ok = lines || tcpoom_fail(e, 0, "out of memory");

	while (ok) {
		const int64_t left = end - now_ms();

		if (left <= 0 || poll(&stop, 1, left < 100 ? (int)left : 100) > 0 ||
		    (s->max_size && o->written >= s->max_size))
			break;
		ok = drain(t, f, lines, e) && output_flush(o, e);
	}
	ok = ok && tcpoom_tracefs_switch(t, false, e) && drain(t, f, lines, e);
	free(lines);
	return ok;
}

static int take_signals(sigset_t *before)
{
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGHUP);
	sigaddset(&stops, SIGPIPE); /* or a reader that is gone would leave the probes behind */
	sigprocmask(SIG_BLOCK, &stops, before);
	sigdelset(&stops, SIGPIPE);
	return signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool write_trace(const struct tcpoom_session *s, const struct tcpoom_tracefs *t, int signals,
			const struct tcpoom_ftrace_options *options, struct output *o,
			struct tcpoom_ftrace_counts *counts, struct tcpoom_error *e)
{
	struct tcpoom_ftrace *f = tcpoom_ftrace_begin(o->made, options);
	unsigned long long missed;
	bool ok;

	if (!f)
		return tcpoom_fail(e, 0, "out of memory");
	write_header(s, o->made);
	/* the kernel takes its time to arm each probe: who sees the header finds all of them armed */
	ok = tcpoom_tracefs_switch(t, true, e) && output_flush(o, e) &&
	     record(s, t, signals, f, o, e);
	missed = tcpoom_tracefs_missed(t, &s->probes);
	tcpoom_ftrace_end(f, counts);
	if (missed)
		fprintf(o->made, "lost %llu\n", missed);
	counts->lost += missed;
	return ok && output_flush(o, e);
}

static bool run(const struct tcpoom_session *s, int signals, FILE *out,
		struct tcpoom_ftrace_counts *counts, struct tcpoom_error *e)
{
	const struct tcpoom_ftrace_options options = {
		.kernel = s->host.kernel,
		.set = s->host.set,
		.raw = s->raw,
		.kills_only = s->kills_only,
		.resets_unseen = !s->probes.sees_reset,
	};
	struct tcpoom_error left;
	struct tcpoom_tracefs t;
	struct output o;
	bool ok;

	if (!tcpoom_tracefs_open(&t, &s->probes, s->buffer_kb, e))
		return false;
	ok = output_open(&o, out) || tcpoom_fail(e, 0, "out of memory");
	if (ok) {
		ok = write_trace(s, &t, signals, &options, &o, counts, e);
		output_close(&o);
	}
	if (tcpoom_tracefs_close(&t, &left))
		return ok;
	if (ok)
		*e = left;
	return false;
}

bool tcpoom_session_run(struct tcpoom_session *s, FILE *out, struct tcpoom_ftrace_counts *counts,
			struct tcpoom_error *e)
{
	sigset_t before;
	const int signals = take_signals(&before);
	struct signalfd_siginfo taken;
	bool ok;

	*counts = (struct tcpoom_ftrace_counts){ 0 };
	*e = (struct tcpoom_error){ 0 };
	ok = signals >= 0 ? run(s, signals, out, counts, e)
			  : tcpoom_fail(e, 0, "signalfd: %s", strerror(errno));
	if (signals >= 0) { /* what it was stopped with is done with */
		while (read(signals, &taken, sizeof(taken)) > 0)
			;
		close(signals);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ok;
}
