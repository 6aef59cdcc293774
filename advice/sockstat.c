/* SPDX-License-Identifier: GPL-2.0-only */
/* /proc/net/sockstat and sockstat6 (net/ipv4/proc.c): "TCP: inuse 7 orphan 0 tw 0 alloc 9 mem 1" */
#include <string.h>

#include "../traces/value.h"
#include "reading.h"

static const struct {
	const char *name;
	unsigned fact;
} keys[] = {
	{ "inuse", TCPOOM_FACT_inuse }, { "orphan", TCPOOM_F_orphans },	   { "tw", TCPOOM_FACT_tw },
	{ "alloc", TCPOOM_FACT_alloc }, { "mem", TCPOOM_F_mem_allocated },
};

static enum tcpoom_taken take_pairs(struct tcpoom_reading *r, const char *line, const char *at)
{
	for (;;) {
		const struct tcpoom_span key = tcpoom_word(line, &at);
		struct tcpoom_span value;
		size_t k = 0;

		while (k < sizeof(keys) / sizeof(*keys) && !tcpoom_span_is(key, keys[k].name))
			k++;
		if (!key.len || k == sizeof(keys) / sizeof(*keys))
			return TCPOOM_TAKEN;
		value = tcpoom_word(line, &at);
		if (!tcpoom_fact_read(r->facts, keys[k].fact, value, &r->e))
			return TCPOOM_BAD;
	}
}

enum tcpoom_taken tcpoom_take_sockstat(struct tcpoom_reading *r, const char *text)
{
	const char *at = strstr(text, "TCP: inuse "), *at6 = strstr(text, "TCP6: inuse ");

	if (!at) /* as some quote it */
		at = strstr(text, "TCP inuse ");
	if (at)
		return take_pairs(r, text, strstr(at, "inuse"));
	if (!at6)
		return TCPOOM_NOT_MINE;
	at6 += strlen("TCP6: inuse");
	return tcpoom_fact_read(r->facts, TCPOOM_FACT_inuse6, tcpoom_word(text, &at6), &r->e)
		       ? TCPOOM_TAKEN
		       : TCPOOM_BAD;
}
