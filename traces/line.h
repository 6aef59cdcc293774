/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of an input, one at a time, with their numbers. */
#ifndef TCPOOM_TRACES_LINE_H
#define TCPOOM_TRACES_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

#define TCPOOM_LINE_MOST (1 << 20) /* bytes; nobody writes more into a line */

struct tcpoom_line {
	FILE *in;
	const char *name;
	unsigned long number; /* from 1 */
	char *text;	      /* without its newline, terminated */
	size_t size, length;
	bool ended;  /* with a newline */
	bool failed; /* could not be read on */
};

enum tcpoom_line_result { TCPOOM_LINE_READ, TCPOOM_LINE_END, TCPOOM_LINE_BAD };

void tcpoom_line_open(struct tcpoom_line *line, FILE *in, const char *name);

/*
 * Sets file and line of *e as well. A line with a NUL byte, one that is too long and one that
 * cannot be read to its end are bad; after the last two there is no next one.
 */
enum tcpoom_line_result tcpoom_line_next(struct tcpoom_line *line, struct tcpoom_error *e);

void tcpoom_line_close(struct tcpoom_line *line);

#endif
