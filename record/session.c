/* SPDX-License-Identifier: GPL-2.0-only */
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "slurp.h"
#include "stream.h"
#include "tracefs.h"

#define BTF "/sys/kernel/btf/vmlinux"

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

static bool write_trace(const struct tcpoom_session *s, const struct tcpoom_tracefs *t,
			const struct tcpoom_ftrace_options *options, struct tcpoom_stream *stream,
			struct tcpoom_ftrace_counts *counts, struct tcpoom_error *e)
{
	unsigned long long missed;
	bool ok;

	stream->ftrace = tcpoom_ftrace_begin(stream->made, options);
	if (!stream->ftrace)
		return tcpoom_fail(e, 0, "out of memory");
	write_header(s, stream->made);
	/* the kernel takes its time to arm the probes: who sees the header finds all armed */
	ok = tcpoom_tracefs_switch(t, true, e) && tcpoom_stream_flush(stream, e) &&
	     tcpoom_stream_record(stream, s->duration, e) && tcpoom_tracefs_switch(t, false, e) &&
	     tcpoom_stream_rest(stream, e);
	missed = tcpoom_tracefs_missed(t, &s->probes);
	tcpoom_ftrace_end(stream->ftrace, counts);
	if (missed)
		fprintf(stream->made, "lost %llu\n", missed);
	counts->lost += missed;
	return ok && tcpoom_stream_flush(stream, e);
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
	struct tcpoom_stream *stream;
	bool ok;

	if (!tcpoom_tracefs_open(&t, &s->probes, s->buffer_kb, e))
		return false;
	stream = tcpoom_stream_open(out);
	ok = stream || tcpoom_fail(e, 0, "out of memory");
	if (ok) {
		stream->pipe = t.pipe;
		stream->signals = signals;
		stream->max_size = s->max_size;
		ok = write_trace(s, &t, &options, stream, counts, e);
		tcpoom_stream_close(stream);
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
