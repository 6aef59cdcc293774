/* SPDX-License-Identifier: GPL-2.0-only */
#include "workload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../model/orphan.h"
#include "line.h"
#include "value.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)
#define DAY (86400 * SECOND)

const struct tcpoom_workload_key tcpoom_settings[TCPOOM_SETTINGS] = {
#define NUMBER false
#define TIME true
#define SETTING(name_, is_time_, least_, most_, absent_, meaning_)                                 \
	[TCPOOM_S_##name_] = { .name = #name_,                                                     \
			       .meaning = meaning_,                                                \
			       .is_time = is_time_,                                                \
			       .least = least_,                                                    \
			       .most = most_,                                                      \
			       .absent = absent_ },
#define SOCKET(...)
#include "workload.def"
#undef SETTING
#undef SOCKET
};

const struct tcpoom_workload_key tcpoom_socket_keys[TCPOOM_SOCKET_KEYS] = {
#define SETTING(...)
#define SOCKET(name_, is_time_, least_, most_, absent_, meaning_)                                  \
	[TCPOOM_C_##name_] = { .name = #name_,                                                     \
			       .meaning = meaning_,                                                \
			       .is_time = is_time_,                                                \
			       .least = least_,                                                    \
			       .most = most_,                                                      \
			       .absent = absent_ },
#include "workload.def"
#undef SETTING
#undef SOCKET
};

const char *const tcpoom_peer_names[] = { "dead", "icmp", "closed" };

#define ONCE (1u << TCPOOM_S_hz | 1u << TCPOOM_S_cpus | 1u << TCPOOM_S_page_size)

struct reader {
	struct tcpoom_line line;
	struct tcpoom_workload *w;
	char *at;     /* in the line */
	int64_t time; /* of the last line that had one; -1 = none had */
	bool ended;
};

static struct tcpoom_span span_at(const struct reader *r, char *from, size_t len)
{
	return (struct tcpoom_span){ from, len, (unsigned long)(from - r->line.text) + 1 };
}

/* The next word; a value in quotes may have blanks in it. */
static struct tcpoom_span next_word(struct reader *r)
{
	char *from = r->at + strspn(r->at, " \t");
	size_t len = strcspn(from, " \t\"");

	if (from[len] == '"') {
		const char *end = strchr(from + len + 1, '"');

		len = end ? (size_t)(end - from) + 1 : strlen(from);
	}
	r->at = from + len;
	return span_at(r, from, len);
}

static bool split_pair(struct tcpoom_span word, struct tcpoom_span *key, struct tcpoom_span *value,
		       struct tcpoom_error *e)
{
	const char *equals = memchr(word.text, '=', word.len);

	*key = *value = word;
	if (!equals || equals == word.text)
		return tcpoom_fail_found(e, word, "key=value");
	key->len = (size_t)(equals - word.text);
	*value = (struct tcpoom_span){ equals + 1, word.len - key->len - 1,
				       word.column + key->len + 1 };
	return true;
}

/* How many ns a unit has; 0: it is none. */
static int64_t unit_of(struct tcpoom_span unit)
{
	return !unit.len || tcpoom_span_is(unit, "s") ? SECOND
	       : tcpoom_span_is(unit, "ms")	      ? MS
	       : tcpoom_span_is(unit, "us")	      ? 1000
	       : tcpoom_span_is(unit, "ns")	      ? 1
						      : 0;
}

static bool is_digit(struct tcpoom_span text, size_t i)
{
	return i < text.len && text.text[i] >= '0' && text.text[i] <= '9';
}

/* Digits, at most nine behind a dot, and a unit. */
static bool read_time(struct tcpoom_span text, int64_t most, int64_t *ns, struct tcpoom_error *e)
{
	int64_t whole = 0, fraction = 0, scale = SECOND, unit;
	size_t i = 0;

	for (; is_digit(text, i) && whole <= INT64_MAX / 100; i++)
		whole = whole * 10 + (text.text[i] - '0');
	if (i && i < text.len && text.text[i] == '.' && is_digit(text, i + 1))
		for (i++; is_digit(text, i) && scale > 1; i++) {
			scale /= 10;
			fraction += scale * (text.text[i] - '0');
		}
	unit = unit_of((struct tcpoom_span){ text.text + i, text.len - i, text.column });
	if (!i || !unit || whole > most / unit)
		return tcpoom_fail_found(e, text, "a time such as 5, 1.5s, 200ms or 10us");
	*ns = whole * unit + fraction * unit / SECOND;
	return true;
}

bool tcpoom_duration(struct tcpoom_span text, int64_t *ns, struct tcpoom_error *e)
{
	return read_time(text, DAY, ns, e);
}

static bool read_value(const struct tcpoom_workload_key *k, struct tcpoom_span text, int64_t *value,
		       struct tcpoom_error *e)
{
	if (!k->is_time)
		return tcpoom_number(text, k->least, k->most, value, e);
	if (!read_time(text, DAY, value, e))
		return false;
	if (*value >= k->least && *value <= k->most)
		return true;
	return tcpoom_fail_found(e, text, "a time from %" PRId64 " ms to %" PRId64 " ms",
				 k->least / MS, k->most / MS);
}

/* VALUE or LEAST..MOST */
static bool read_range(const struct tcpoom_workload_key *k, struct tcpoom_span text,
		       struct tcpoom_range *range, struct tcpoom_error *e)
{
	struct tcpoom_span least = text, most = text;

	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.text[i] == '.' && text.text[i + 1] == '.') {
			least.len = i;
			most = (struct tcpoom_span){ text.text + i + 2, text.len - i - 2,
						     text.column + i + 2 };
			break;
		}
	if (!read_value(k, least, &range->least, e) || !read_value(k, most, &range->most, e))
		return false;
	return range->least <= range->most ||
	       tcpoom_fail_found(e, text, "the smaller value before ..");
}

static bool no_such_key(struct tcpoom_span key, struct tcpoom_error *e)
{
	return tcpoom_fail_found(e, key, "a key (see tcpoom run --help)");
}

/* max_orphans=N, or tcp_mem=A,B,C */
static bool read_setting(struct tcpoom_span key, struct tcpoom_span value, int64_t *values,
			 uint32_t *given, struct tcpoom_error *e)
{
	struct tcpoom_state s = { 0 };
	struct tcpoom_tcp_mem mem;

	if (tcpoom_span_is(key, "tcp_mem")) {
		if (tcpoom_span_is(value, "?"))
			return tcpoom_fail_found(e, value,
						 "three numbers with commas between them");
		*given |=
			1u << TCPOOM_S_tcp_mem0 | 1u << TCPOOM_S_tcp_mem1 | 1u << TCPOOM_S_tcp_mem2;
		if (!tcpoom_tcp_mem_read(&s, value, &mem, e))
			return false;
		/* -1 says that they are not known */
		if (mem.low < 0 || mem.pressure < 0)
			return tcpoom_fail_found(e, value,
						 "first two values that are not negative");
		values[TCPOOM_S_tcp_mem0] = mem.low;
		values[TCPOOM_S_tcp_mem1] = mem.pressure;
		values[TCPOOM_S_tcp_mem2] = s.tcp_mem2;
		return true;
	}
	for (int i = 0; i < TCPOOM_SETTINGS; i++) {
		if (!tcpoom_span_is(key, tcpoom_settings[i].name))
			continue;
		*given |= 1u << i;
		if (!read_value(&tcpoom_settings[i], value, &values[i], e))
			return false;
		if (i == TCPOOM_S_page_size && (values[i] & (values[i] - 1)))
			return tcpoom_fail_found(e, value, "a power of two");
		return true;
	}
	return no_such_key(key, e);
}

static bool read_set(struct reader *r, int64_t *values, uint32_t *given, struct tcpoom_error *e)
{
	struct tcpoom_span word, key, value;

	for (word = next_word(r); word.len; word = next_word(r)) {
		if (!split_pair(word, &key, &value, e) ||
		    !read_setting(key, value, values, given, e))
			return false;
		if (r->time >= 0 && (*given & ONCE))
			return tcpoom_fail_found(e, key, "it before the first time");
	}
	return true;
}

static bool read_change(struct reader *r, struct tcpoom_error *e)
{
	struct tcpoom_workload *w = r->w;
	struct tcpoom_change *more = realloc(w->change, (w->changes + 1) * sizeof(*more));

	if (!more)
		return tcpoom_fail(e, 0, "out of memory");
	w->change = more;
	more += w->changes++;
	*more = (struct tcpoom_change){ .time = r->time };
	return read_set(r, more->value, &more->given, e);
}

static bool read_peer(struct tcpoom_span value, uint8_t *peer, struct tcpoom_error *e)
{
	for (*peer = 0; *peer < TCPOOM_PEERS; ++*peer)
		if (tcpoom_span_is(value, tcpoom_peer_names[*peer]))
			return true;
	return tcpoom_fail_found(e, value, "dead, icmp or closed");
}

/* text="...": what the other user of the limiter prints */
static bool read_text(struct tcpoom_span value, char **text, struct tcpoom_error *e)
{
	if (value.len < 2 || value.text[0] != '"' || value.text[value.len - 1] != '"')
		return tcpoom_fail_found(e, value, "a text in double quotes");
	free(*text);
	*text = strndup(value.text + 1, value.len - 2);
	return *text || tcpoom_fail(e, 0, "out of memory");
}

static bool read_pair(struct reader *r, struct tcpoom_arrivals *a, struct tcpoom_span key,
		      struct tcpoom_span value, uint64_t *given, struct tcpoom_error *e)
{
	if (a->is_noise && tcpoom_span_is(key, "text"))
		return read_text(value, &a->text, e);
	if (!a->is_noise && tcpoom_span_is(key, "peer"))
		return read_peer(value, &a->peer, e);
	for (int i = 0; i < TCPOOM_SOCKET_KEYS; i++) {
		if (!tcpoom_span_is(key, tcpoom_socket_keys[i].name) ||
		    (a->is_noise && i != TCPOOM_C_n && i != TCPOOM_C_every))
			continue;
		*given |= UINT64_C(1) << i;
		if (!read_range(&tcpoom_socket_keys[i], value, &a->value[i], e))
			return false;
		if (i == TCPOOM_C_n && a->value[i].least < a->value[i].most)
			return tcpoom_fail_found(e, value, "one number");
		if (i == TCPOOM_C_cpu && a->value[i].most >= r->w->value[TCPOOM_S_cpus])
			return tcpoom_fail_found(e, value, "a CPU of %" PRId64,
						 r->w->value[TCPOOM_S_cpus]);
		return true;
	}
	return no_such_key(key, e);
}

/* What follows from the peer, where it is not said. */
static void complete(struct tcpoom_arrivals *a, uint64_t given)
{
	const struct tcpoom_range none = { 0, 0 }, unreachable = { 113, 113 };

	if (a->peer == TCPOOM_PEER_CLOSED && !(given >> TCPOOM_C_packets_out & 1))
		a->value[TCPOOM_C_packets_out] = none;
	if (a->peer == TCPOOM_PEER_CLOSED && !(given >> TCPOOM_C_snd_wnd & 1))
		a->value[TCPOOM_C_snd_wnd] = none;
	if (a->peer == TCPOOM_PEER_ICMP && !(given >> TCPOOM_C_err_soft & 1))
		a->value[TCPOOM_C_err_soft] = unreachable; /* EHOSTUNREACH */
}

static bool read_arrivals(struct reader *r, bool is_noise, struct tcpoom_error *e)
{
	struct tcpoom_workload *w = r->w;
	struct tcpoom_arrivals *a = realloc(w->arrivals, (w->lines + 1) * sizeof(*a));
	struct tcpoom_span word, key, value;
	uint64_t given = 0;

	if (!a)
		return tcpoom_fail(e, 0, "out of memory");
	w->arrivals = a;
	a += w->lines++;
	*a = (struct tcpoom_arrivals){ .time = r->time, .is_noise = is_noise };
	for (int i = 0; i < TCPOOM_SOCKET_KEYS; i++)
		a->value[i].least = a->value[i].most = tcpoom_socket_keys[i].absent;
	for (word = next_word(r); word.len; word = next_word(r))
		if (!split_pair(word, &key, &value, e) || !read_pair(r, a, key, value, &given, e))
			return false;
	if (is_noise && !a->text)
		a->text = strdup("a message of someone else");
	if (is_noise && !a->text)
		return tcpoom_fail(e, 0, "out of memory");
	complete(a, given);
	return true;
}

/* set ..., or TIME and what happens then */
static bool read_line(struct reader *r, struct tcpoom_error *e)
{
	struct tcpoom_span word;
	uint32_t given = 0;
	int64_t time;

	r->at = r->line.text;
	word = next_word(r);
	if (!word.len || *word.text == '#')
		return true;
	if (r->ended)
		return tcpoom_fail_found(e, word, "nothing after the end");
	if (tcpoom_span_is(word, "set")) {
		if (r->time >= 0)
			return tcpoom_fail_found(e, word, "a time before it");
		return read_set(r, r->w->value, &given, e);
	}
	if (!read_time(word, INT64_MAX / 4, &time, e))
		return false;
	if (time < r->time)
		return tcpoom_fail_found(e, word, "no time before that of an earlier line");
	r->time = time;
	word = next_word(r);
	if (tcpoom_span_is(word, "set"))
		return read_change(r, e);
	if (tcpoom_span_is(word, "close") || tcpoom_span_is(word, "noise"))
		return read_arrivals(r, *word.text == 'n', e);
	if (!tcpoom_span_is(word, "end"))
		return tcpoom_fail_found(e, word, "set, close, noise or end");
	r->ended = true;
	r->w->end = time;
	word = next_word(r);
	return !word.len || tcpoom_fail_found(e, word, "nothing after the end");
}

static bool read_lines(struct reader *r, struct tcpoom_error *e)
{
	static const char version[] = "# tcpoom workload 1";
	enum tcpoom_line_result got = tcpoom_line_next(&r->line, e);

	if (got == TCPOOM_LINE_END)
		return tcpoom_fail(e, 0, "found nothing, expected \"%s\"", version);
	if (got == TCPOOM_LINE_READ && strcmp(r->line.text, version))
		return tcpoom_fail_found(e, span_at(r, r->line.text, r->line.length),
					 "\"%s\" as the first line", version);
	while (got == TCPOOM_LINE_READ && (got = tcpoom_line_next(&r->line, e)) == TCPOOM_LINE_READ)
		if (!read_line(r, e))
			return false;
	if (got == TCPOOM_LINE_BAD)
		return false;
	return r->ended || tcpoom_fail(e, 0, "found no end, expected a line \"TIME end\"");
}

bool tcpoom_workload_read(FILE *in, const char *name, struct tcpoom_workload *w,
			  struct tcpoom_error *e)
{
	struct reader r = { .w = w, .time = -1 };
	bool good;

	*w = (struct tcpoom_workload){ .change = NULL };
	*e = (struct tcpoom_error){ .file = name };
	for (int i = 0; i < TCPOOM_SETTINGS; i++)
		w->value[i] = tcpoom_settings[i].absent;
	tcpoom_line_open(&r.line, in, name);
	good = read_lines(&r, e);
	tcpoom_line_close(&r.line);
	return good;
}

bool tcpoom_workload_has(struct tcpoom_span key)
{
	for (int i = 0; i < TCPOOM_SETTINGS; i++)
		if (tcpoom_span_is(key, tcpoom_settings[i].name))
			return true;
	return tcpoom_span_is(key, "tcp_mem");
}

bool tcpoom_workload_set(struct tcpoom_workload *w, struct tcpoom_span key,
			 struct tcpoom_span value, struct tcpoom_error *e)
{
	uint32_t given = 0;

	if (!read_setting(key, value, w->value, &given, e))
		return false;
	for (size_t i = 0; i < w->changes; i++)
		w->change[i].given &= ~given;
	for (size_t i = 0; i < w->lines; i++)
		if (w->arrivals[i].value[TCPOOM_C_cpu].most >= w->value[TCPOOM_S_cpus])
			return tcpoom_fail_found(e, value, "as many CPUs as the sockets have");
	return true;
}

void tcpoom_workload_free(struct tcpoom_workload *w)
{
	for (size_t i = 0; i < w->lines; i++)
		free(w->arrivals[i].text);
	free(w->arrivals);
	free(w->change);
}
