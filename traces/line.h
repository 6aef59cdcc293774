/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of an input, one at a time, with their numbers. */
#ifndef TCPOOM_TRACES_LINE_H
#define TCPOOM_TRACES_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

#define TCPOOM_LINE_MOST (1 << 20) /* bytes; nobody writes more into a line */

#define TCPOOM_LINE_BEHIND 16 /* bytes behind its end may be read, whatever they are */

struct tcpoom_block;

struct tcpoom_line {
	FILE *in;
	const char *name;
	unsigned long number; /* from 1 */
	char *text; /* without newline and byte order mark, terminated; may be written to */
	size_t length;
	bool ended;  /* with a newline */
	bool failed; /* could not be read on */

	bool again;	/* the line is the next one, too */
	bool blocks;	/* the input is read in whole blocks */
	bool over;	/* the input is at its end, or broken */
	bool has_nul;	/* somewhere in it */
	int error;	/* errno of what broke it */
	char *at, *end; /* what is read and not handed out yet */
	struct tcpoom_block *block, *old, *spare;
};

enum tcpoom_line_result { TCPOOM_LINE_READ, TCPOOM_LINE_END, TCPOOM_LINE_BAD };

/* A file or a memory stream is read in blocks, and anything else not beyond a line that is there.
 */
void tcpoom_line_open(struct tcpoom_line *line, FILE *in, const char *name);

/*
 * Sets file and line of *e as well. A line with a NUL byte, one that is too long and one that
 * cannot be read to its end are bad; after the last two there is no next one. The texts handed out
 * before are gone.
 */
enum tcpoom_line_result tcpoom_line_next(struct tcpoom_line *line, struct tcpoom_error *e);

/* The same, but the texts since the last tcpoom_line_next stay where they are. */
enum tcpoom_line_result tcpoom_line_also(struct tcpoom_line *line, struct tcpoom_error *e);

/* Lets the next call hand the line out again, which was TCPOOM_LINE_READ. */
void tcpoom_line_again(struct tcpoom_line *line);

void tcpoom_line_close(struct tcpoom_line *line);

#endif
