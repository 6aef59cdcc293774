/* SPDX-License-Identifier: GPL-2.0-only */
/* The grammar of an outcome: `killed silent "Out of socket memory" suppressed=1 snmp=0`. */
#ifndef TCPOOM_TRACES_STATED_H
#define TCPOOM_TRACES_STATED_H

#include "trace.h"

/* A line that is read from left to right; the text is terminated, and may be written to. */
struct tcpoom_cursor {
	char *text, *at;
};

/* The next word, up to a blank; empty at the end of the line. */
struct tcpoom_span tcpoom_cursor_word(struct tcpoom_cursor *c);

/*
 * Reads an outcome up to the end of the line or to `|`. The lines in it are decoded in place, so
 * they live as long as the text.
 */
bool tcpoom_stated_read(struct tcpoom_cursor *c, struct tcpoom_stated *to, struct tcpoom_error *e);

/* `expect KERNEL: OUTCOME | OUTCOME`, from the kernel on. */
bool tcpoom_expect_read(struct tcpoom_cursor *c, struct tcpoom_expect *to, struct tcpoom_error *e);

#endif
