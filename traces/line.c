/* SPDX-License-Identifier: GPL-2.0-only */
#include "line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void tcpoom_line_open(struct tcpoom_line *line, FILE *in, const char *name)
{
	*line = (struct tcpoom_line){ .in = in, .name = name };
}

enum tcpoom_line_result tcpoom_line_next(struct tcpoom_line *line, struct tcpoom_error *e)
{
	ssize_t length;
	const char *nul;

	e->file = line->name;
	if (line->failed)
		return TCPOOM_LINE_END;
	errno = 0;
	length = getline(&line->text, &line->size, line->in);
	if (length < 0 && !ferror(line->in) && !errno)
		return TCPOOM_LINE_END;
	e->line = ++line->number;
	if (length < 0) {
		line->failed = true;
		tcpoom_fail(e, 0, "cannot read: %s", strerror(errno));
		return TCPOOM_LINE_BAD;
	}
	line->ended = line->text[length - 1] == '\n';
	length -= line->ended;
	if (length && line->text[length - 1] == '\r')
		length--;
	line->text[length] = '\0';
	line->length = (size_t)length;
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
