/* SPDX-License-Identifier: GPL-2.0-only */
#include "reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../traces/input.h"
#include "../traces/line.h"

/* net/core/utils.c: 5 s in every kernel */
#define MESSAGE_COST 5

struct tcpoom_span tcpoom_word(const char *line, const char **text)
{
	const char *start = *text + strspn(*text, " \t\r");
	const size_t len = strcspn(start, " \t\r");

	*text = start + len;
	return (struct tcpoom_span){ start, len, (unsigned long)(start - line) + 1 };
}

static bool take_log(struct tcpoom_reading *r, const char *text)
{
	const struct tcpoom_facts *f = r->facts;
	const int64_t window =
		f->known[TCPOOM_FACT_message_cost] && f->value[TCPOOM_FACT_message_cost] < 3600
			? f->value[TCPOOM_FACT_message_cost]
			: MESSAGE_COST;

	return tcpoom_klog_line(&r->facts->log, r->e.file, r->e.line, text, window);
}

static const struct {
	enum tcpoom_taken (*take)(struct tcpoom_reading *r, const char *text);
	enum tcpoom_held held;
} parsers[] = {
	{ tcpoom_take_sockstat, TCPOOM_HELD_SOCKSTAT },
	{ tcpoom_take_ss, TCPOOM_HELD_SS },
	{ tcpoom_take_sockets, TCPOOM_HELD_SOCKETS },
	{ tcpoom_take_counters, TCPOOM_HELD_COUNTERS },
	{ tcpoom_take_values, TCPOOM_HELD_VALUES },
	{ tcpoom_take_sysctl, TCPOOM_HELD_SYSCTL },
	{ tcpoom_take_kernel, TCPOOM_HELD_KERNEL },
	{ tcpoom_take_memory, TCPOOM_HELD_MEMORY },
};

static bool take_line(struct tcpoom_reading *r, const char *text)
{
	/* first, for a message of the check ends in the name of a sysctl */
	if (take_log(r, text)) {
		r->held |= TCPOOM_HELD_LOG;
		return true;
	}
	for (size_t i = 0; i < sizeof(parsers) / sizeof(*parsers); i++) {
		const enum tcpoom_taken taken = parsers[i].take(r, text);

		if (taken == TCPOOM_TAKEN)
			r->held |= parsers[i].held;
		if (taken != TCPOOM_NOT_MINE)
			return taken == TCPOOM_TAKEN;
	}
	return true;
}

bool tcpoom_read_text(struct tcpoom_facts *facts, FILE *in, const char *name, unsigned *held,
		      struct tcpoom_error *e)
{
	struct tcpoom_reading *r = calloc(1, sizeof(*r));
	struct tcpoom_line line;
	enum tcpoom_line_result got = TCPOOM_LINE_END;
	bool good = r != NULL;

	*held = 0;
	*e = (struct tcpoom_error){ .file = name };
	if (!r)
		return tcpoom_fail(e, 0, "out of memory");
	r->facts = facts;
	r->e = *e;
	tcpoom_sysctl_file(r, name);
	tcpoom_line_open(&line, in, name);
	while (good && (got = tcpoom_line_next(&line, e)) == TCPOOM_LINE_READ) {
		r->e.line = line.number;
		good = take_line(r, line.text);
		if (!good)
			*e = r->e;
	}
	tcpoom_line_close(&line);
	*held = r->held;
	free(r);
	return good && got == TCPOOM_LINE_END;
}

bool tcpoom_read_file(struct tcpoom_facts *facts, const char *path, unsigned *held,
		      struct tcpoom_error *e)
{
	const char *name = tcpoom_facts_name(facts, path);
	FILE *in = name ? tcpoom_input_open(path) : NULL;
	bool good;

	*held = 0;
	*e = (struct tcpoom_error){ .file = path };
	if (!in)
		return tcpoom_fail(e, 0, "%s", name ? strerror(errno) : "out of memory");
	good = tcpoom_read_text(facts, in, name, held, e);
	tcpoom_input_close(in);
	return good;
}
