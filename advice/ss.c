/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ss -s: "TCP:   1634 (estab 1556, closed 39, orphaned 40, timewait 39/0), ports 0"; and the
 * sockets in CLOSE_WAIT of a list that ss or netstat printed.
 */
#include <string.h>

#include "../traces/value.h"
#include "reading.h"

static const struct {
	const char *name;
	unsigned fact;
} keys[] = {
	{ "estab ", TCPOOM_FACT_estab },
	{ "orphaned ", TCPOOM_F_orphans },
	{ "timewait ", TCPOOM_FACT_tw },
};

static enum tcpoom_taken take_summary(struct tcpoom_reading *r, const char *text)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *at = strstr(text, keys[i].name);
		struct tcpoom_span value;

		if (!at)
			continue;
		at += strlen(keys[i].name);
		value = (struct tcpoom_span){ at, strspn(at, "0123456789"),
					      (unsigned long)(at - text) + 1 };
		if (!tcpoom_fact_read(r->facts, keys[i].fact, value, &r->e))
			return TCPOOM_BAD;
	}
	return TCPOOM_TAKEN;
}

/* "CLOSE-WAIT 1 0 ..." of ss, with tcp before it or not; "tcp 1 0 here there CLOSE_WAIT" */
static bool is_close_wait(const char *text)
{
	const char *at = text;
	struct tcpoom_span word = tcpoom_word(text, &at);

	if (word.len >= 3 && !strncmp(word.text, "tcp", 3)) {
		if (strstr(at, " CLOSE_WAIT"))
			return true;
		word = tcpoom_word(text, &at);
	}
	return tcpoom_span_is(word, "CLOSE-WAIT");
}

enum tcpoom_taken tcpoom_take_ss(struct tcpoom_reading *r, const char *text)
{
	const struct tcpoom_source source = { r->e.file, r->e.line };
	struct tcpoom_facts *f = r->facts;
	const char *at = strstr(text, "TCP:");

	if (at && strstr(at, "(estab "))
		return take_summary(r, at);
	if (!is_close_wait(text))
		return TCPOOM_NOT_MINE;
	/* the same list goes on */
	if (f->known[TCPOOM_FACT_close_wait] &&
	    f->source[TCPOOM_FACT_close_wait].file == source.file)
		f->value[TCPOOM_FACT_close_wait]++;
	else
		tcpoom_fact_set(f, TCPOOM_FACT_close_wait, 1, source);
	return TCPOOM_TAKEN;
}
