/* SPDX-License-Identifier: GPL-2.0-only */
#include "agree.h"

#include <string.h>

static bool is_subsequence(const struct tcpoom_verdict *v, const struct tcpoom_stated *stated)
{
	unsigned line = 0;

	for (unsigned i = 0; i < v->messages && line < stated->lines; i++)
		line += !strcmp(tcpoom_message_texts[v->message[i]], stated->line[line]);
	return line == stated->lines;
}

/* TCPAbortOnMemory is counted with every kill but that of a dying namespace. */
static bool agrees_count(const struct tcpoom_verdict *v, const struct tcpoom_stated *stated)
{
	const bool killed =
		stated->outcome == TCPOOM_KILLED_RESET || stated->outcome == TCPOOM_KILLED_SILENT;

	return killed ? stated->uncounted == !v->snmp : !stated->uncounted || !v->snmp;
}

bool tcpoom_agrees_recorded(const struct tcpoom_verdict *v, const struct tcpoom_stated *recorded)
{
	/* equivalent: <= or 1, for 0 is 0 */
	const int64_t suppressed = recorded->suppressed < 0 ? 0 : recorded->suppressed;

	if (!is_subsequence(v, recorded) || !agrees_count(v, recorded))
		return false;
	if (recorded->outcome < 0)
		return true;
	return recorded->outcome == v->outcome && recorded->lines + suppressed == v->messages;
}

bool tcpoom_agrees_log(const struct tcpoom_verdict *v, const struct tcpoom_log_lines *lines,
		       const struct tcpoom_stated *recorded)
{
	unsigned line = 0;

	for (unsigned i = 0; i < v->messages; i++) {
		if (!lines->printed[i])
			continue;
		if (line == recorded->lines ||
		    strcmp(tcpoom_message_texts[v->message[i]], recorded->line[line]))
			return false;
		line++;
	}
	return line == recorded->lines;
}

bool tcpoom_agrees_expected(const struct tcpoom_verdict *v, const struct tcpoom_expect *expect)
{
	for (unsigned i = 0; i < expect->alternatives; i++) {
		const struct tcpoom_stated *a = &expect->alternative[i];

		if ((a->outcome < 0 || (a->outcome == v->outcome && a->lines == v->messages)) &&
		    is_subsequence(v, a) && agrees_count(v, a))
			return true;
	}
	return false;
}
