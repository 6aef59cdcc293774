/* SPDX-License-Identifier: GPL-2.0-only */
#include "line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLOCK_SIZE (1 << 17)

/* Lines are handed out where they were read, so a block stays as long as its lines are in use. */
struct tcpoom_block {
	struct tcpoom_block *next;
	size_t size;
	char text[]; /* size bytes, one that ends a last line, and TCPOOM_LINE_BEHIND */
};

void tcpoom_line_open(struct tcpoom_line *line, FILE *in, const char *name)
{
	const int fd = fileno(in);
	struct stat status;

	*line = (struct tcpoom_line){ .in = in, .name = name };
	line->blocks = fd < 0 || fstat(fd, &status) || S_ISREG(status.st_mode);
}

static void free_blocks(struct tcpoom_block *block)
{
	while (block) {
		struct tcpoom_block *next = block->next;

		free(block);
		block = next;
	}
}

static struct tcpoom_block *take_block(struct tcpoom_line *line, size_t size)
{
	struct tcpoom_block *block = line->spare;

	if (block && block->size >= size) {
		line->spare = NULL;
		return block;
	}
	block = malloc(sizeof(*block) + size + 1 + TCPOOM_LINE_BEHIND);
	if (block)
		block->size = size;
	return block;
}

/* Room behind what is read: in a new block, to which the line that has begun goes along. */
static bool make_room(struct tcpoom_line *line)
{
	const size_t begun = (size_t)(line->end - line->at);
	struct tcpoom_block *block = line->block;

	if (block && line->end < block->text + block->size)
		return true;
	block = take_block(line, 2 * begun > BLOCK_SIZE ? 2 * begun : BLOCK_SIZE);
	if (!block)
		return false;
	if (begun)
		memcpy(block->text, line->at, begun);
	if (line->block) {
		line->block->next = line->old;
		line->old = line->block;
	}
	block->next = NULL;
	line->block = block;
	line->at = block->text;
	line->end = block->text + begun;
	return true;
}

static void drop_old(struct tcpoom_line *line)
{
	struct tcpoom_block *first = line->old;

	if (!first)
		return;
	line->old = NULL;
	free_blocks(first->next);
	free(line->spare);
	line->spare = first;
}

/* How many bytes were read. A line that came through a pipe may be waited on for its answer. */
static size_t fill(struct tcpoom_line *line)
{
	const size_t room = (size_t)(line->block->text + line->block->size - line->end);
	size_t n = 0;
	int c = 0;

	errno = 0;
	if (line->blocks) {
		n = fread(line->end, 1, room, line->in);
		line->over = n < room;
	} else {
		while (n < room && c != '\n' && (c = getc_unlocked(line->in)) != EOF)
			line->end[n++] = (char)c;
		line->over = c == EOF;
	}
	line->error = errno;
	line->has_nul = line->has_nul || memchr(line->end, '\0', n);
	line->end += n;
	return n;
}

/* What ended the line, or why it could not be read. */
enum ending { AT_NEWLINE, AT_END, TOO_LONG, NO_MEMORY, UNREADABLE };

static enum ending find_end(struct tcpoom_line *line)
{
	size_t seen = 0;

	for (;;) {
		const size_t left = (size_t)(line->end - line->at) - seen;
		char *newline = left ? memchr(line->at + seen, '\n', left) : NULL;

		line->text = line->at;
		line->length = newline ? (size_t)(newline - line->at) : seen + left;
		if (line->length > TCPOOM_LINE_MOST)
			return TOO_LONG;
		if (newline) {
			line->at = newline + 1;
			return AT_NEWLINE;
		}
		seen += left;
		if (line->over) {
			line->at = line->end;
			return ferror(line->in) ? UNREADABLE : AT_END;
		}
		if (!make_room(line))
			return NO_MEMORY;
		fill(line);
	}
}

/* Nothing can be read on after these. */
static enum tcpoom_line_result fail(struct tcpoom_line *line, enum ending ending,
				    struct tcpoom_error *e)
{
	line->failed = true;
	if (ending == TOO_LONG)
		tcpoom_fail(e, TCPOOM_LINE_MOST + 1UL,
			    "found a longer line, expected at most %d bytes", TCPOOM_LINE_MOST);
	else if (ending == NO_MEMORY)
		tcpoom_fail(e, 0, "out of memory");
	else
		tcpoom_fail(e, line->length + 1, "cannot read on: %s",
			    line->error == EBADMSG ? "the compressed data is damaged or truncated"
						   : strerror(line->error));
	return TCPOOM_LINE_BAD;
}

enum tcpoom_line_result tcpoom_line_also(struct tcpoom_line *line, struct tcpoom_error *e)
{
	const char *nul = NULL;
	enum ending ending;

	e->file = line->name;
	e->line = line->number;
	if (line->again) {
		line->again = false;
		return TCPOOM_LINE_READ;
	}
	if (line->failed)
		return TCPOOM_LINE_END;
	ending = find_end(line);
	if (ending == AT_END && !line->length)
		return TCPOOM_LINE_END;
	e->line = ++line->number;
	/* a line that was cut by an error is no line, whatever it holds */
	if (ending > AT_END)
		return fail(line, ending, e);
	line->ended = ending == AT_NEWLINE;
	if (line->number == 1 && line->length >= 3 && !memcmp(line->text, "\xef\xbb\xbf", 3)) {
		line->text += 3;
		line->length -= 3;
	}
	if (line->length && line->text[line->length - 1] == '\r')
		line->length--;
	line->text[line->length] = '\0';
	if (line->has_nul)
		nul = memchr(line->text, '\0', line->length);
	if (!nul)
		return TCPOOM_LINE_READ;
	tcpoom_fail(e, (unsigned long)(nul - line->text) + 1, "found a NUL byte, expected text");
	return TCPOOM_LINE_BAD;
}

enum tcpoom_line_result tcpoom_line_next(struct tcpoom_line *line, struct tcpoom_error *e)
{
	drop_old(line);
	return tcpoom_line_also(line, e);
}

void tcpoom_line_again(struct tcpoom_line *line)
{
	line->again = true;
}

void tcpoom_line_close(struct tcpoom_line *line)
{
	free_blocks(line->block);
	free_blocks(line->old);
	free(line->spare);
}
