/* SPDX-License-Identifier: GPL-2.0-only */
/* /proc/meminfo, and the line of /proc/slabinfo on TCP sockets: "TCP 12 30 2240 ..." */
#include <string.h>

#include "../traces/value.h"
#include "reading.h"

enum tcpoom_taken tcpoom_take_memory(struct tcpoom_reading *r, const char *text)
{
	const char *at = text;
	const struct tcpoom_span name = tcpoom_word(text, &at);
	unsigned fact;

	if (tcpoom_span_is(name, "MemTotal:")) {
		fact = TCPOOM_FACT_mem_total;
	} else if (tcpoom_span_is(name, "TCP") && strstr(text, ": tunables ")) {
		tcpoom_word(text, &at);
		tcpoom_word(text, &at);
		fact = TCPOOM_FACT_tcp_size;
	} else {
		return TCPOOM_NOT_MINE;
	}
	return tcpoom_fact_read(r->facts, fact, tcpoom_word(text, &at), &r->e) ? TCPOOM_TAKEN
									       : TCPOOM_BAD;
}
