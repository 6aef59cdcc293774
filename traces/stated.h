/* SPDX-License-Identifier: GPL-2.0-only */
/* The grammar of an outcome: `killed silent "Out of socket memory" suppressed=1 snmp=0`. */
#ifndef TCPOOM_TRACES_STATED_H
#define TCPOOM_TRACES_STATED_H

#include "trace.h"

/* A line that is read from left to right; the text is terminated, and may be written to. */
struct tcpoom_cursor {
	char *text, *at;
};

static inline bool tcpoom_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Neither a blank nor the end. What is above the blank is tested first: almost all bytes are. */
static inline bool tcpoom_in_word(char c)
{
	return (unsigned char)c > ' ' || (c && !tcpoom_blank(c));
}

/* The next word, up to a blank; empty at the end of the line. */
struct tcpoom_span tcpoom_cursor_word(struct tcpoom_cursor *c);

/*
 * Reads an outcome up to the end of the line, to `|` or to `;`. The lines in it are decoded in
 * place, so they live as long as the text.
 */
bool tcpoom_stated_read(struct tcpoom_cursor *c, struct tcpoom_stated *to, struct tcpoom_error *e);

/* The verdict's word or words alone: enum tcpoom_outcome, or -1 for `?`. */
bool tcpoom_outcome_read(struct tcpoom_cursor *c, int *outcome, struct tcpoom_error *e);

/*
 * One line of a log, up to `|` or to the end, with the escapes of a string; adds it to *to. *more:
 * it was `|`, which is passed over.
 */
bool tcpoom_message_read(struct tcpoom_cursor *c, struct tcpoom_stated *to, bool *more,
			 struct tcpoom_error *e);

/* `KERNEL: OUTCOME | OUTCOME`, what follows on `expect`; up to the end of the line or to `;`. */
bool tcpoom_expect_read(struct tcpoom_cursor *c, struct tcpoom_expect *to, struct tcpoom_error *e);

#endif
