/* SPDX-License-Identifier: GPL-2.0-only */
#include "lint.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../kernels/defaults.h"
#include "../traces/stated.h"
#include "../traces/value.h"
#include "remedy.h"

const char *const tcpoom_lint_names[TCPOOM_LINT_KINDS] = {
	[TCPOOM_LINT_UNIT] = "unit error",	 [TCPOOM_LINT_ORDER] = "not ascending",
	[TCPOOM_LINT_VALUE] = "no value of it",	 [TCPOOM_LINT_NAME] = "no such name",
	[TCPOOM_LINT_RELEASE] = "not on it",	 [TCPOOM_LINT_PENALTY] = "penalty",
	[TCPOOM_LINT_DEFAULT] = "below default", [TCPOOM_LINT_MEANING] = "meaning",
	[TCPOOM_LINT_NOEFFECT] = "no effect",
};

#define VALUES_MOST 3
#define PAGE 4096
#define TIB_PAGES ((int64_t)1 << 28)

struct lint {
	const struct tcpoom_lint_machine *machine;
	struct tcpoom_lint_findings *to;
	struct tcpoom_lint_parts parts;
	int64_t value[VALUES_MOST];
};

static void find(struct lint *l, enum tcpoom_lint_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void find(struct lint *l, enum tcpoom_lint_kind kind, const char *format, ...)
{
	struct tcpoom_lint_finding *f = &l->to->finding[l->to->count];
	va_list args;

	if (l->to->count == TCPOOM_FINDINGS_MOST)
		return;
	f->kind = kind;
	f->column = kind == TCPOOM_LINT_NAME || kind == TCPOOM_LINT_RELEASE ||
				    kind == TCPOOM_LINT_NOEFFECT
			    ? l->parts.name.column
			    : l->parts.value.column;
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	l->to->count++;
}

static struct tcpoom_span span_of(const char *line, const char *from, size_t len)
{
	return (struct tcpoom_span){ from, len, (unsigned long)(from - line) + 1 };
}

/* Behind `sysctl`, its options and a prompt, at the name. */
static const char *skip_command(const char *line)
{
	const char *at = line + strspn(line, " \t$");

	if (!strncmp(at, "sudo ", 5))
		at += 5 + strspn(at + 5, " \t");
	if (strncmp(at, "sysctl", 6) || !tcpoom_blank(at[6]))
		return at;
	for (at += 6; tcpoom_blank(*at) || *at == '-'; at += strspn(at, " \t"))
		if (*at == '-')
			at += strcspn(at, " \t");
	return at;
}

/* echo "VALUE" > /proc/sys/NAME */
static bool split_echo(const char *line, const char *at, struct tcpoom_lint_parts *to)
{
	static const char folder[] = "/proc/sys/";
	const char *path = strstr(at, folder), *arrow = strchr(at, '>');
	size_t len;

	if (strncmp(at, "echo ", 5) || !path || !arrow || arrow > path)
		return false;
	at += 5 + strspn(at + 5, " \t\"'");
	len = at < arrow ? (size_t)(arrow - at) : 0;
	while (len && strchr(" \t\"'", at[len - 1]))
		len--;
	to->value = span_of(line, at, len);
	path += strlen(folder);
	to->name = span_of(line, path, strcspn(path, " \t;#"));
	return true;
}

/* NAME = VALUE, with a comment behind it */
static bool split_equals(const char *line, const char *at, struct tcpoom_lint_parts *to,
			 struct tcpoom_error *e)
{
	const char *equals = strchr(at, '=');
	size_t len;

	if (!equals)
		return tcpoom_fail_found(e, span_of(line, at, strlen(at)), "NAME = VALUE");
	len = (size_t)(equals - at);
	while (len && tcpoom_blank(at[len - 1]))
		len--;
	to->name = span_of(line, at, len);
	at = equals + 1;
	at += strspn(at, " \t\"'");
	len = strcspn(at, "#;\"'");
	while (len && tcpoom_blank(at[len - 1]))
		len--;
	to->value = span_of(line, at, len);
	return true;
}

bool tcpoom_lint_split(const char *line, struct tcpoom_lint_parts *to, struct tcpoom_error *e)
{
	const char *at = skip_command(line);

	*to = (struct tcpoom_lint_parts){ .knob = NULL };
	e->text[0] = '\0';
	if (!*at || *at == '#' || *at == ';')
		return false;
	/* sysctl.conf(5): errors in this line are to be ignored */
	at += *at == '-';
	at += strspn(at, " \t\"'");
	if (!split_echo(line, at, to) && !split_equals(line, at, to, e))
		return false;
	if (!to->name.len || !to->value.len)
		return tcpoom_fail_found(e, to->name.len ? to->value : to->name,
					 to->name.len ? "a value" : "a name");
	to->knob = tcpoom_knob_find(to->name, &to->bare);
	return true;
}

/* As many numbers as the knob takes; true where they are. */
static bool read_values(struct lint *l)
{
	const struct tcpoom_span value = l->parts.value;
	struct tcpoom_error e = { .text = "" };
	unsigned count = 0;
	size_t i = 0;

	while (i < value.len) {
		const size_t from = i;

		while (i < value.len && !tcpoom_blank(value.text[i]))
			i++;
		if (count < VALUES_MOST &&
		    !tcpoom_number(span_of(value.text, value.text + from, i - from), INT64_MIN,
				   INT64_MAX, &l->value[count], &e)) {
			find(l, TCPOOM_LINT_VALUE, "%s", e.text);
			return false;
		}
		count++;
		while (i < value.len && tcpoom_blank(value.text[i]))
			i++;
	}
	if (count != l->parts.knob->values)
		find(l, TCPOOM_LINT_VALUE, "found %u numbers, %s takes %u", count,
		     l->parts.knob->name, l->parts.knob->values);
	return count == l->parts.knob->values;
}

/* The smallest orphan count that kills a socket with both penalties, on this or on any kernel. */
static int64_t killed_from(const struct lint *l, unsigned shift)
{
	struct tcpoom_state known = { .given = 0 };
	tcpoom_rows rows = TCPOOM_ALL_KERNELS;

	for (int k = 0; l->machine->release && k < TCPOOM_KERNELS; k++)
		if (&tcpoom_kernels[k] == l->machine->release->candidate[0])
			rows = (tcpoom_rows)1 << k;
	tcpoom_field_set(&known, TCPOOM_F_max_orphans, l->value[0]);
	return tcpoom_count_killed(&known, rows, TCPOOM_BY_ORPHANS, TCPOOM_TIMER, shift);
}

static void lint_penalty(struct lint *l)
{
	if (l->value[0] < INT32_MIN || l->value[0] > INT32_MAX)
		find(l, TCPOOM_LINT_VALUE, "no int holds it");
	else if (l->value[0] <= 0)
		find(l, TCPOOM_LINT_MEANING,
		     "no limit below which all live: each orphan is one too many, sooner or later");
	else
		find(l, TCPOOM_LINT_PENALTY,
		     "its timer kills a socket from %" PRId64 " orphans on if its peer is "
		     "unreachable and it has long sent nothing (each counts 4 times), and from "
		     "%" PRId64 " with one of the two",
		     killed_from(l, 2), killed_from(l, 1));
}

static bool defaults_of(const struct lint *l, struct tcpoom_defaults *to)
{
	const struct tcpoom_boot boot = {
		.version = l->machine->release ? l->machine->release->version : 0,
		.build = l->machine->release ? l->machine->release->build : 0,
		.page_size = PAGE,
		.pages = (uint64_t)l->machine->ram / PAGE,
	};

	if (!l->machine->release || !boot.pages)
		return false;
	tcpoom_defaults(&boot, to);
	return true;
}

static void lint_max_orphans(struct lint *l)
{
	struct tcpoom_defaults own;

	lint_penalty(l);
	if (defaults_of(l, &own) && l->value[0] < own.max_orphans)
		find(l, TCPOOM_LINT_DEFAULT, "%s sets %" PRId64 " by itself with that memory",
		     l->machine->named, own.max_orphans);
}

static double gib_of(int64_t pages)
{
	return (double)pages * PAGE / (1 << 30);
}

/* What tcp_rmem and tcp_wmem are like in every kernel and every guide: a page, some KB, MB. */
static bool looks_like_buffers(const int64_t value[3])
{
	return (value[0] == 4096 || value[0] == 8192) && value[1] >= 16384 && value[1] <= 1 << 20 &&
	       value[2] >= 65536 && value[2] > 2 * value[1];
}

static void lint_tcp_mem(struct lint *l)
{
	const int64_t *v = l->value, ram = l->machine->ram / PAGE;
	struct tcpoom_defaults own;

	if (v[0] > v[1] || v[1] > v[2])
		find(l, TCPOOM_LINT_ORDER, "low, pressure and high do not ascend");
	if (looks_like_buffers(v))
		find(l, TCPOOM_LINT_UNIT,
		     "values of tcp_rmem or tcp_wmem, in bytes: as pages they are %.3g, %.3g and "
		     "%.3g GiB",
		     gib_of(v[0]), gib_of(v[1]), gib_of(v[2]));
	else if (ram && v[2] > ram)
		find(l, TCPOOM_LINT_UNIT,
		     "%" PRId64
		     " pages are %.4g GiB, of %.4g GiB that there are; as bytes they are "
		     "%" PRId64 " pages",
		     v[2], gib_of(v[2]), gib_of(ram), v[2] / PAGE);
	else if (v[2] >= TIB_PAGES)
		find(l, TCPOOM_LINT_UNIT,
		     "%" PRId64 " pages are %.4g GiB; as bytes they are %" PRId64 " pages", v[2],
		     gib_of(v[2]), v[2] / PAGE);
	if (defaults_of(l, &own) && v[2] < own.tcp_mem[2])
		find(l, TCPOOM_LINT_DEFAULT,
		     "%s sets %" PRId64 " %" PRId64 " %" PRId64 " by itself with that memory",
		     l->machine->named, own.tcp_mem[0], own.tcp_mem[1], own.tcp_mem[2]);
}

static void lint_release(struct lint *l)
{
	const struct tcpoom_knob *knob = l->parts.knob;
	const uint64_t version = l->machine->release ? l->machine->release->version : 0;
	char text[24];

	if (knob->gone && (!version || version >= knob->gone)) {
		tcpoom_version_print(knob->gone, text);
		find(l, TCPOOM_LINT_RELEASE, "no kernel from %s on has %s", text, knob->name);
	}
	if (knob->since && version && version < knob->since) {
		tcpoom_version_print(knob->since, text);
		find(l, TCPOOM_LINT_RELEASE, "no kernel before %s has %s", text, knob->name);
	}
}

static void lint_knob(struct lint *l)
{
	const struct tcpoom_knob *knob = l->parts.knob;

	/* what is not set needs no other look */
	if (l->parts.bare)
		find(l, TCPOOM_LINT_NAME, "no kernel has it: it is %s.%s", knob->folder,
		     knob->name);
	if (l->parts.bare)
		return;
	lint_release(l);
	if (!knob->setting) {
		find(l, TCPOOM_LINT_NOEFFECT, "no decision reads it: %s", knob->why);
		return;
	}
	if (!read_values(l))
		return;
	if (!strcmp(knob->name, "tcp_mem"))
		lint_tcp_mem(l);
	else if (!strcmp(knob->name, "tcp_max_orphans"))
		lint_max_orphans(l);
	else if (!strcmp(knob->name, "tcp_orphan_retries") && !l->value[0])
		/* net/ipv4/tcp_timer.c:tcp_orphan_retries */
		find(l, TCPOOM_LINT_MEANING,
		     "0 means 8 while the peer may be alive: an orphan does not go sooner");
	else if (!strcmp(knob->name, "tcp_fin_timeout") && l->value[0] <= 60)
		find(l, TCPOOM_LINT_NOEFFECT, "no decision reads it: %s", knob->why);
	else if (!strncmp(knob->name, "message_", 8))
		find(l, TCPOOM_LINT_NOEFFECT, "no decision reads it: %s", knob->why);
}

bool tcpoom_lint_line(const char *line, const struct tcpoom_lint_machine *machine,
		      struct tcpoom_lint_findings *to, struct tcpoom_error *e)
{
	struct lint l = { .machine = machine, .to = to };

	to->count = 0;
	if (!tcpoom_lint_split(line, &l.parts, e))
		return !*e->text;
	if (l.parts.knob)
		lint_knob(&l);
	return true;
}
