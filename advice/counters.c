/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters of TcpExt: /proc/net/netstat, nstat, and the words of `netstat -s`. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../traces/value.h"
#include "reading.h"

static const struct counter {
	const char *name;	    /* in /proc/net/netstat */
	const char *before, *after; /* what net-tools print around the number */
	unsigned fact;
} counters[] = {
	{ "TCPAbortOnMemory", "", "connections aborted due to memory pressure",
	  TCPOOM_FACT_abort_on_memory },
	{ "TCPAbortOnTimeout", "", "connections aborted due to timeout",
	  TCPOOM_FACT_abort_on_timeout },
	{ "TCPMemoryPressures", "TCP ran low on memory ", "times", TCPOOM_FACT_memory_pressures },
};
enum { COUNTERS = sizeof(counters) / sizeof(*counters) };

static enum tcpoom_taken take(struct tcpoom_reading *r, const struct counter *c,
			      struct tcpoom_span value)
{
	return tcpoom_fact_read(r->facts, c->fact, value, &r->e) ? TCPOOM_TAKEN : TCPOOM_BAD;
}

/* A line of names, then a line of values. */
static enum tcpoom_taken take_pair(struct tcpoom_reading *r, const char *text)
{
	const char *names = r->header, *values = text;
	struct tcpoom_span name = tcpoom_word(names, &names), value = tcpoom_word(text, &values);

	value = tcpoom_word(text, &values);
	if (!value.len)
		return TCPOOM_NOT_MINE;
	if (!isdigit((unsigned char)*value.text) && *value.text != '-') {
		strncpy(r->header, text, sizeof(r->header) - 1);
		return TCPOOM_TAKEN;
	}
	while ((name = tcpoom_word(r->header, &names)).len && value.len) {
		for (int i = 0; i < COUNTERS; i++)
			if (tcpoom_span_is(name, counters[i].name) &&
			    take(r, &counters[i], value) == TCPOOM_BAD)
				return TCPOOM_BAD;
		value = tcpoom_word(text, &values);
	}
	r->header[0] = '\0';
	return TCPOOM_TAKEN;
}

static enum tcpoom_taken take_words(struct tcpoom_reading *r, const char *text)
{
	const char *start = text + strspn(text, " \t");

	for (int i = 0; i < COUNTERS; i++) {
		const struct counter *c = &counters[i];
		const size_t before = strlen(c->before);
		const char *at = start + before;
		struct tcpoom_span value;

		if (strncmp(start, c->before, before) || !isdigit((unsigned char)*at))
			continue;
		value = tcpoom_word(text, &at);
		if (!strncmp(at, " ", 1) && !strncmp(at + 1, c->after, strlen(c->after)))
			return take(r, c, value);
	}
	return TCPOOM_NOT_MINE;
}

enum tcpoom_taken tcpoom_take_counters(struct tcpoom_reading *r, const char *text)
{
	const char *at = text;
	struct tcpoom_span name = tcpoom_word(text, &at);

	if (tcpoom_span_is(name, "TcpExt:") && at[strspn(at, " \t")])
		return take_pair(r, text);
	if (name.len > 6 && !strncmp(name.text, "TcpExt", 6)) {
		name.text += 6;
		name.len -= 6;
	}
	/* nstat, and what `netstat -s` has no words for */
	if (name.len && name.text[name.len - 1] == ':')
		name.len--;
	for (int i = 0; i < COUNTERS; i++)
		if (tcpoom_span_is(name, counters[i].name))
			return take(r, &counters[i], tcpoom_word(text, &at));
	return take_words(r, text);
}
