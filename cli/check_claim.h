/* SPDX-License-Identifier: GPL-2.0-only */
/* What a trace claims of a kernel, and how it is printed where the model says otherwise. */
#ifndef TCPOOM_CLI_CHECK_CLAIM_H
#define TCPOOM_CLI_CHECK_CLAIM_H

#include "../diff/possible.h"
#include "../traces/trace.h"
#include "json.h"

/* An outcome that a trace states for a kernel. */
struct claim {
	const char *file, *named;
	unsigned long line;
	const struct tcpoom_kernel *kernel;
	const struct tcpoom_state *state;
	const struct tcpoom_stated *recorded; /* or an expectation */
	const struct tcpoom_expect *expect;
};

bool claim_agrees(const struct claim *c, const struct tcpoom_verdict *v);

/* As a failing test reads: expected, got, the tests with their numbers, the rules. */
void claim_print(const struct claim *c, const struct tcpoom_possible *p);

/* The same as a line of JSON, without the tests. */
void claim_json(const struct claim *c, const struct tcpoom_possible *p);

/* Opens a line's object: where it stands, whose claim it is, and what. */
void claim_json_begin(struct json *j, const struct claim *c);

#endif
