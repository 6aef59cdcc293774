/* SPDX-License-Identifier: GPL-2.0-only */
/* Fields as a trace has them: "orphans=99 wmem_queued=5664", and nothing else in the line. */
#include <string.h>

#include "../traces/value.h"
#include "reading.h"

/* Splits key=value; false: it is none, or no fact has that name. */
static bool split(struct tcpoom_span word, unsigned *fact, struct tcpoom_span *value)
{
	const char *equals = word.len ? memchr(word.text, '=', word.len) : NULL;
	const size_t len = equals ? (size_t)(equals - word.text) : 0;

	*fact = equals ? tcpoom_fact_find(word.text, len) : TCPOOM_FACTS;
	if (*fact == TCPOOM_FACTS || *fact == TCPOOM_F_entry)
		return false;
	*value = (struct tcpoom_span){ equals + 1, word.len - len - 1, word.column + len + 1 };
	return true;
}

enum tcpoom_taken tcpoom_take_values(struct tcpoom_reading *r, const char *text)
{
	const char *at = text;
	struct tcpoom_span word = tcpoom_word(text, &at), value;
	unsigned fact;

	if (!word.len)
		return TCPOOM_NOT_MINE;
	for (; word.len; word = tcpoom_word(text, &at))
		if (!split(word, &fact, &value))
			return TCPOOM_NOT_MINE;
	for (at = text; (word = tcpoom_word(text, &at)).len;) {
		split(word, &fact, &value);
		/* what is unknown needs not be said */
		if (!tcpoom_span_is(value, "?") && !tcpoom_fact_read(r->facts, fact, value, &r->e))
			return TCPOOM_BAD;
	}
	return TCPOOM_TAKEN;
}
