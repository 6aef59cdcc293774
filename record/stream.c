/* SPDX-License-Identifier: GPL-2.0-only */
#include "stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct tcpoom_stream *tcpoom_stream_open(FILE *out)
{
	struct tcpoom_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->out = out;
	s->made = open_memstream(&s->text, &s->text_len);
	if (s->made)
		return s;
	free(s);
	return NULL;
}

void tcpoom_stream_close(struct tcpoom_stream *s)
{
	fclose(s->made);
	free(s->text);
	free(s);
}

bool tcpoom_stream_flush(struct tcpoom_stream *s, struct tcpoom_error *e)
{
	const long made = fflush(s->made) ? -1 : ftell(s->made);

	/* text_len is what the text is long at the most, also that of the last time */
	if (made < 0 || fwrite(s->text, 1, (size_t)made, s->out) != (size_t)made || fflush(s->out))
		return tcpoom_fail(e, 0, "cannot write: %s", strerror(errno));
	s->written += (uint64_t)made;
	rewind(s->made);
	return true;
}

static bool take_lines(struct tcpoom_stream *s)
{
	char *at = s->line, *end;

	while ((end = memchr(at, '\n', s->line_len - (size_t)(at - s->line))) != NULL) {
		*end = '\0';
		if (!tcpoom_ftrace_line(s->ftrace, at))
			return false;
		at = end + 1;
	}
	s->line_len -= (size_t)(at - s->line);
	memmove(s->line, at, s->line_len);
	if (s->line_len == sizeof(s->line)) /* no line of ours is as long */
		s->line_len = 0;
	return true;
}

/* One reading, of which *more says whether there was anything. */
static bool take(struct tcpoom_stream *s, bool *more, struct tcpoom_error *e)
{
	const ssize_t got = read(s->pipe, s->line + s->line_len, sizeof(s->line) - s->line_len);

	*more = got > 0 || (got < 0 && errno == EINTR);
	if (got < 0 && errno != EAGAIN && errno != EINTR)
		return tcpoom_fail(e, 0, "trace_pipe: %s", strerror(errno));
	if (got <= 0)
		return true;
	s->line_len += (size_t)got;
	return (take_lines(s) || tcpoom_fail(e, 0, "out of memory")) && tcpoom_stream_flush(s, e);
}

static bool is_full(const struct tcpoom_stream *s)
{
	return s->max_size && s->written >= s->max_size;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * trace_pipe tells of a poll only when a page is full, so it is looked at ten times a second. A
 * kernel that decides faster than is read would never leave it empty: what ends the recording is
 * asked at each reading.
 */
bool tcpoom_stream_record(struct tcpoom_stream *s, unsigned seconds, struct tcpoom_error *e)
{
	const int64_t end = now_ms() + (int64_t)seconds * 1000;
	struct pollfd stop = { .fd = s->signals, .events = POLLIN };
	bool more = false;

	for (;;) {
		const int64_t left = end - now_ms();
		const int wait = more ? 0 : left < 100 ? (int)left : 100;

		if (left <= 0 || is_full(s) || poll(&stop, 1, wait) > 0)
			return true;
		if (!take(s, &more, e))
			return false;
	}
}

bool tcpoom_stream_rest(struct tcpoom_stream *s, struct tcpoom_error *e)
{
	bool more = true;

	while (more && !is_full(s))
		if (!take(s, &more, e))
			return false;
	return true;
}
