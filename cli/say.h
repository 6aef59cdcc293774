/* SPDX-License-Identifier: GPL-2.0-only */
/* Events and verdicts in words, as the trace format has them. */
#ifndef TCPOOM_CLI_SAY_H
#define TCPOOM_CLI_SAY_H

#include <stdio.h>

#include "../diff/log.h"
#include "../diff/possible.h"

/* `killed silent "Out of socket memory"` */
void say_verdict(FILE *out, const struct tcpoom_verdict *v);

/*
 * What reaches the log of one verdict, cut to `size`: `killed reset suppressed=1`. Where that is
 * not known, what the verdict asks for, and `suppressed=?`. Returns its length.
 */
size_t say_logged(const struct tcpoom_verdict *v, const struct tcpoom_log_lines *lines, char *text,
		  size_t size);

/*
 * What a kernel prints, with its limiter's own lines, cut to `size`:
 * `2.6.26 "__ratelimit: 1 messages suppressed" "Out of socket memory"`, or `2.6.26 suppressed=1`.
 */
void say_lines(const char *named, const struct tcpoom_verdict *v,
	       const struct tcpoom_log_lines *lines, char *text, size_t size);

/* All verdicts with ` | ` between them, or why there is none. */
void say_possible(FILE *out, const struct tcpoom_possible *p);

/* A line with a test, its numbers and what follows: "  orphans 11 > tcp_max_orphans 10: true, ..."
 */
void say_test(FILE *out, const struct tcpoom_test *t);

/* Names with ", " between them, cut where they do not fit. */
void say_fields(tcpoom_fieldset fields, char *text, size_t size);

/* Adds " name=value" for each field that is given, but for the entry. */
void say_given(const struct tcpoom_state *s, char *text, size_t size);

#endif
