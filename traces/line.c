/* SPDX-License-Identifier: GPL-2.0-only */
#include "line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void tcpoom_line_open(struct tcpoom_line *line, FILE *in, const char *name)
{
	*line = (struct tcpoom_line){ .in = in, .name = name };
}

static bool grow(struct tcpoom_line *line)
{
	const size_t size = line->size ? 2 * line->size : 256;
	char *text = realloc(line->text, size);

	if (!text)
		return false;
	line->text = text;
	line->size = size;
	return true;
}

/* What ended the line, or why it could not be read; room for a NUL is left. */
enum ending { AT_NEWLINE, AT_END, TOO_LONG, NO_MEMORY, UNREADABLE };

static enum ending read_text(struct tcpoom_line *line)
{
	line->length = 0;
	errno = 0;
	for (;;) {
		int c;

		if (line->length + 1 >= line->size && !grow(line))
			return NO_MEMORY;
		c = getc_unlocked(line->in);
		if (c == EOF)
			return ferror(line->in) ? UNREADABLE : AT_END;
		if (c == '\n')
			return AT_NEWLINE;
		if (line->length == TCPOOM_LINE_MOST)
			return TOO_LONG;
		line->text[line->length++] = (char)c;
	}
}

/* Nothing can be read on after these. */
static enum tcpoom_line_result fail(struct tcpoom_line *line, enum ending ending,
				    struct tcpoom_error *e)
{
	const int error = errno;

	line->failed = true;
	if (ending == TOO_LONG)
		tcpoom_fail(e, TCPOOM_LINE_MOST + 1UL,
			    "found a longer line, expected at most %d bytes", TCPOOM_LINE_MOST);
	else if (ending == NO_MEMORY)
		tcpoom_fail(e, 0, "out of memory");
	else
		tcpoom_fail(e, line->length + 1, "cannot read on: %s",
			    error == EBADMSG ? "the compressed data is damaged or truncated"
					     : strerror(error));
	return TCPOOM_LINE_BAD;
}

enum tcpoom_line_result tcpoom_line_next(struct tcpoom_line *line, struct tcpoom_error *e)
{
	const char *nul;
	enum ending ending;

	e->file = line->name;
	if (line->failed)
		return TCPOOM_LINE_END;
	ending = read_text(line);
	if (ending == AT_END && !line->length)
		return TCPOOM_LINE_END;
	e->line = ++line->number;
	/* a line that was cut by an error is no line, whatever it holds */
	if (ending > AT_END)
		return fail(line, ending, e);
	line->ended = ending == AT_NEWLINE;
	if (line->length && line->text[line->length - 1] == '\r')
		line->length--;
	line->text[line->length] = '\0';
	nul = memchr(line->text, '\0', line->length);
	if (!nul)
		return TCPOOM_LINE_READ;
	tcpoom_fail(e, (unsigned long)(nul - line->text) + 1, "found a NUL byte, expected text");
	return TCPOOM_LINE_BAD;
}

void tcpoom_line_close(struct tcpoom_line *line)
{
	free(line->text);
}
