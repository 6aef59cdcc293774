/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong with a line of sysctl.conf, as far as this decision goes: units, order, numbers
 * that the kernel's penalties or its own defaults speak against, settings that act on nothing here.
 */
#ifndef TCPOOM_ADVICE_LINT_H
#define TCPOOM_ADVICE_LINT_H

#include "knobs.h"

enum tcpoom_lint_kind {
	TCPOOM_LINT_UNIT,     /* bytes for pages, or the values of another sysctl */
	TCPOOM_LINT_ORDER,    /* tcp_mem is not ascending */
	TCPOOM_LINT_VALUE,    /* no number, or not as many as it takes */
	TCPOOM_LINT_NAME,     /* no kernel has a sysctl of that name */
	TCPOOM_LINT_RELEASE,  /* this kernel has none */
	TCPOOM_LINT_PENALTY,  /* counts two or four times as much */
	TCPOOM_LINT_DEFAULT,  /* below what this kernel would set */
	TCPOOM_LINT_MEANING,  /* a value that does not mean what it says */
	TCPOOM_LINT_NOEFFECT, /* no decision reads it */
	TCPOOM_LINT_KINDS
};

extern const char *const tcpoom_lint_names[TCPOOM_LINT_KINDS];

struct tcpoom_lint_finding {
	enum tcpoom_lint_kind kind;
	unsigned long column;
	char text[300];
};

#define TCPOOM_FINDINGS_MOST 6

struct tcpoom_lint_findings {
	unsigned count;
	struct tcpoom_lint_finding finding[TCPOOM_FINDINGS_MOST];
};

/* The machine that a file is for; what is not known is NULL or 0. */
struct tcpoom_lint_machine {
	const char *named;
	const struct tcpoom_resolution *release;
	int64_t ram; /* bytes */
};

/*
 * A line of sysctl.conf, or of a shell that sets: `a.b = v`, `a/b=v`, `sysctl -w a.b=v`, with a `-`
 * in front, `echo v > /proc/sys/a/b`; comments and what this decision has nothing to do with have
 * no findings. False: *e says why it is no such line.
 */
bool tcpoom_lint_line(const char *line, const struct tcpoom_lint_machine *machine,
		      struct tcpoom_lint_findings *to, struct tcpoom_error *e);

/* The parts of the line: its knob, or NULL, with the value and whether the name lacks its folder.
 */
struct tcpoom_lint_parts {
	struct tcpoom_span name, value;
	const struct tcpoom_knob *knob;
	bool bare;
};

/* False: a comment or a blank line (*e is untouched), or none such (*e says why). */
bool tcpoom_lint_split(const char *line, struct tcpoom_lint_parts *to, struct tcpoom_error *e);

#endif
