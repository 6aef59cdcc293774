/* SPDX-License-Identifier: GPL-2.0-only */
/* The text of a kernel's source file, and finding definitions in it. */
#ifndef TCPOOM_TREE_SOURCE_H
#define TCPOOM_TREE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "../traces/error.h"

/*
 * One file of a tree. Both texts have the length and the lines of the file; in `text` comments are
 * blank, in `code` what stands in string and character literals is, too.
 */
struct tcpoom_source {
	const char *name; /* in the tree, "net/ipv4/tcp.c" */
	char *text, *code;
	size_t len;
};

/* A part of a text: [start, end). */
struct tcpoom_cut {
	const struct tcpoom_source *of;
	size_t start, end;
};

enum tcpoom_found { TCPOOM_FOUND, TCPOOM_ABSENT, TCPOOM_MISSHAPEN };

/* False where there is no such file, with an empty text; or, with *e, where it cannot be read. */
bool tcpoom_source_read(struct tcpoom_source *to, const char *tree, const char *name,
			struct tcpoom_error *e);
/* The same of a text that is no file. */
bool tcpoom_source_copy(struct tcpoom_source *to, const char *name, const char *text);
void tcpoom_source_free(struct tcpoom_source *t);

/*
 * The definition of a function, or the #define of a macro, with the lines that continue it. Of
 * several the one that is compiled where CONFIG_SMP, CONFIG_NET_NS and CONFIG_INET are set, and
 * nothing else is. TCPOOM_MISSHAPEN: *e says why.
 */
enum tcpoom_found tcpoom_source_function(const struct tcpoom_source *t, const char *name,
					 struct tcpoom_cut *to, struct tcpoom_error *e);
enum tcpoom_found tcpoom_source_macro(const struct tcpoom_source *t, const char *name,
				      struct tcpoom_cut *to);

/*
 * In a cut, the statement `if (condition) { ... }` from position `from` on. Blanks in the condition
 * do not matter. False: there is none.
 */
bool tcpoom_source_if(const struct tcpoom_cut *in, const char *condition, size_t from,
		      struct tcpoom_cut *to);

/* Whether the word stands in the cut, outside of literals; leaves its position in *at. */
bool tcpoom_source_word(const struct tcpoom_cut *in, const char *word, size_t *at);

/* The next identifier of the cut from *at on; *at moves behind it. Returns its length, or 0. */
size_t tcpoom_source_identifier(const struct tcpoom_cut *in, size_t *at, size_t *start);

/* The first character that is no blank, from `at` on. */
char tcpoom_source_next(const struct tcpoom_cut *in, size_t at);

/* The number of the line in which a position is, from 1. */
unsigned long tcpoom_source_line(const struct tcpoom_source *t, size_t at);

#endif
