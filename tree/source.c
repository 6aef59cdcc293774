/* SPDX-License-Identifier: GPL-2.0-only */
#include "source.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

/* A source file is far smaller. */
#define FILE_MOST (16 << 20)

static char *read_all(FILE *in, size_t *len)
{
	size_t most = 1 << 16, got;
	char *text = malloc(most + 1), *more;

	*len = 0;
	while (text && (got = fread(text + *len, 1, most - *len, in)) > 0) {
		*len += got;
		if (*len < most)
			continue;
		most *= 2;
		more = most > FILE_MOST ? NULL : realloc(text, most + 1);
		if (!more)
			free(text);
		text = more;
	}
	if (text)
		text[*len] = '\0';
	return text;
}

static void blank(char *text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (text[i] != '\n')
			text[i] = ' ';
}

static size_t end_of_comment(const char *text, size_t at)
{
	const char *end = strstr(text + at, text[at + 1] == '*' ? "*/" : "\n");

	if (!end)
		return at + strlen(text + at);
	return (size_t)(end - text) + (text[at + 1] == '*' ? 2 : 0);
}

/* The position of the quote that ends a literal; one that does not end is no literal. */
static size_t end_of_literal(const char *text, size_t at)
{
	for (size_t i = at + 1; text[i] && text[i] != '\n'; i++) {
		if (text[i] == '\\' && text[i + 1])
			i++;
		else if (text[i] == text[at])
			return i;
	}
	return at;
}

static void blank_out(struct tcpoom_source *t)
{
	for (size_t i = 0; i < t->len; i++) {
		const char c = t->text[i];
		size_t end;

		if (c == '/' && (t->text[i + 1] == '*' || t->text[i + 1] == '/')) {
			end = end_of_comment(t->text, i);
			blank(t->text, i, end);
			blank(t->code, i, end);
			i = end - 1;
		} else if (c == '"' || c == '\'') {
			end = end_of_literal(t->text, i);
			blank(t->code, i + 1, end);
			i = end;
		}
	}
}

/* Makes `code`, and takes out of both what is not code. */
static bool look_at_text(struct tcpoom_source *t)
{
	t->code = malloc(t->len + 1);
	if (!t->code)
		return false;
	/* a zero byte would end it for the functions of string.h */
	for (size_t i = 0; i < t->len; i++)
		if (!t->text[i])
			t->text[i] = ' ';
	memcpy(t->code, t->text, t->len + 1);
	blank_out(t);
	return true;
}

bool tcpoom_source_read(struct tcpoom_source *to, const char *tree, const char *name,
			struct tcpoom_error *e)
{
	char path[4096];
	FILE *in;

	*to = (struct tcpoom_source){ .name = name };
	snprintf(path, sizeof(path), "%s/%s", tree, name);
	in = fopen(path, "r");
	if (!in && errno == ENOENT)
		return false;
	if (!in)
		return tcpoom_fail(e, 0, "%s: %s", name, strerror(errno));
	to->text = read_all(in, &to->len);
	if (ferror(in) || !to->text || !look_at_text(to)) {
		tcpoom_fail(e, 0, "%s cannot be read", name);
		tcpoom_source_free(to);
	}
	fclose(in);
	return to->text != NULL;
}

bool tcpoom_source_copy(struct tcpoom_source *to, const char *name, const char *text)
{
	*to = (struct tcpoom_source){ .name = name, .text = strdup(text), .len = strlen(text) };
	if (to->text && look_at_text(to))
		return true;
	tcpoom_source_free(to);
	return false;
}

void tcpoom_source_free(struct tcpoom_source *t)
{
	free(t->text);
	free(t->code);
	t->text = t->code = NULL;
	t->len = 0;
}

/* ---- words ---- */

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_word_at(const struct tcpoom_source *t, size_t at, const char *word, size_t len)
{
	return !strncmp(t->code + at, word, len) && !in_word(t->code[at + len]) &&
	       (at == 0 || !in_word(t->code[at - 1]));
}

bool tcpoom_source_word(const struct tcpoom_cut *in, const char *word, size_t *at)
{
	const size_t len = strlen(word);

	for (*at = in->start; *at + len <= in->end; (*at)++)
		if (is_word_at(in->of, *at, word, len))
			return true;
	return false;
}

size_t tcpoom_source_identifier(const struct tcpoom_cut *in, size_t *at, size_t *start)
{
	const char *code = in->of->code;

	while (*at < in->end) {
		*start = *at;
		while (*at < in->end && in_word(code[*at]))
			(*at)++;
		if (*at > *start && !isdigit((unsigned char)code[*start]))
			return *at - *start;
		*at += *at == *start;
	}
	return 0;
}

static size_t skip_blank(const struct tcpoom_source *t, size_t at)
{
	while (isspace((unsigned char)t->code[at]))
		at++;
	return at;
}

char tcpoom_source_next(const struct tcpoom_cut *in, size_t at)
{
	at = skip_blank(in->of, at);
	return at < in->end ? in->of->code[at] : '\0';
}

unsigned long tcpoom_source_line(const struct tcpoom_source *t, size_t at)
{
	unsigned long line = 1;

	for (size_t i = 0; i < at; i++)
		line += t->text[i] == '\n';
	return line;
}

/* ---- brackets ---- */

/*
 * The position behind the bracket that closes the one at `at`, or 0. Of the branches of an #if
 * within only the first one is looked at, so that each brace has one partner.
 */
static size_t behind_bracket(const struct tcpoom_source *t, size_t at)
{
	const char open = t->code[at], close = open == '{' ? '}' : ')';
	unsigned depth = 0, skipped = 0;

	for (; t->code[at]; at++) {
		if (t->code[at] == '#') {
			const size_t word = at + 1 + strspn(t->code + at + 1, " \t");

			if (skipped && !strncmp(t->code + word, "if", 2))
				skipped++;
			else if (skipped && !strncmp(t->code + word, "endif", 5))
				skipped--;
			else if (!skipped && !strncmp(t->code + word, "el", 2))
				skipped = 1;
		}
		if (skipped)
			continue;
		if (t->code[at] == open)
			depth++;
		else if (t->code[at] == close && --depth == 0)
			return at + 1;
	}
	return 0;
}

/* ---- conditional compilation ---- */

/* What the stand-ins are for: an SMP kernel with namespaces. */
static bool is_set(const char *symbol, size_t len)
{
	static const char *const set[] = { "CONFIG_SMP", "CONFIG_NET_NS", "CONFIG_INET",
					   "CONFIG_64BIT" };

	for (size_t i = 0; i < sizeof(set) / sizeof(*set); i++)
		if (strlen(set[i]) == len && !strncmp(set[i], symbol, len))
			return true;
	return false;
}

/* Whether the condition of an #if, #ifdef or #ifndef can hold: one symbol, or too much to say. */
static bool may_hold(const char *directive)
{
	const bool negative = !strncmp(directive, "ifndef", 6);
	const char *symbol = directive + strcspn(directive, " \t(");
	size_t len;

	symbol += strspn(symbol, " \t(!");
	for (int i = 0; i < 2; i++)
		if (!strncmp(symbol, i ? "IS_ENABLED" : "defined", i ? 10 : 7)) {
			symbol += i ? 10 : 7;
			symbol += strspn(symbol, " \t(");
		}
	len = strspn(symbol, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_abcdefghijklmnopqrstuvwxyz");
	if (strncmp(symbol, "CONFIG_", 7))
		return true;
	return is_set(symbol, len) != negative;
}

#define NESTED_MOST 64

/* Whether the text at a position is compiled. */
static bool is_compiled(const struct tcpoom_source *t, size_t position)
{
	bool off[NESTED_MOST] = { false };
	unsigned depth = 0;

	for (size_t line = 0; line < position;) {
		const size_t hash = line + strspn(t->code + line, " \t");
		const char *end = strchr(t->code + line, '\n');

		if (t->code[hash] == '#') {
			const char *word = t->code + hash + 1 + strspn(t->code + hash + 1, " \t");

			if (!strncmp(word, "if", 2) && depth < NESTED_MOST)
				off[depth++] = !may_hold(word);
			else if (!strncmp(word, "el", 2) && depth)
				off[depth - 1] = !off[depth - 1];
			else if (!strncmp(word, "endif", 5) && depth)
				depth--;
		}
		if (!end)
			break;
		line = (size_t)(end - t->code) + 1;
	}
	while (depth)
		if (off[--depth])
			return false;
	return true;
}

/* ---- definitions ---- */

/* The start of the definition whose name is at `at`: behind what ends before it. */
static size_t start_of_head(const struct tcpoom_source *t, size_t at)
{
	size_t start = at, line;
	bool in_directive;

	while (start > 0 && !strchr(";}{#\"()\\", t->code[start - 1]))
		start--;
	for (line = start; line > 0 && t->code[line - 1] != '\n';)
		line--;
	in_directive = start > 0 && (t->code[start - 1] == '\\' ||
				     t->code[line + strspn(t->code + line, " \t")] == '#');
	if (start > 0 && t->code[start - 1] == '\\')
		start++;
	while (in_directive && start < at && t->code[start - 1] != '\n')
		start++;
	return skip_blank(t, start);
}

/* Whether the name at `at` is that of a function that is defined here; the cut is all of it. */
static bool defines_function(const struct tcpoom_source *t, size_t at, size_t len,
			     struct tcpoom_cut *to)
{
	const size_t bracket = skip_blank(t, at + len);
	size_t brace;

	if (t->code[bracket] != '(')
		return false;
	brace = behind_bracket(t, bracket);
	if (!brace)
		return false;
	brace = skip_blank(t, brace);
	to->of = t;
	to->start = start_of_head(t, at);
	if (t->code[brace] != '{' || to->start == at)
		return false;
	/* a definition starts at the first column; a statement does not */
	if (to->start > 0 && t->code[to->start - 1] != '\n')
		return false;
	to->end = behind_bracket(t, brace);
	return true;
}

enum tcpoom_found tcpoom_source_function(const struct tcpoom_source *t, const char *name,
					 struct tcpoom_cut *to, struct tcpoom_error *e)
{
	struct tcpoom_cut all = { t, 0, t->len }, one;
	unsigned found = 0;
	size_t at;

	while (t->code && tcpoom_source_word(&all, name, &at)) {
		all.start = at + 1;
		if (!defines_function(t, at, strlen(name), &one) || !is_compiled(t, at))
			continue;
		found++;
		*to = one;
	}
	if (!found)
		return TCPOOM_ABSENT;
	e->line = tcpoom_source_line(t, to->start);
	if (found > 1)
		tcpoom_fail(e, 0, "%s: it is defined %u times", name, found);
	else if (!to->end)
		tcpoom_fail(e, 0, "%s: its body has no end", name);
	else
		return TCPOOM_FOUND;
	e->file = t->name;
	return TCPOOM_MISSHAPEN;
}

enum tcpoom_found tcpoom_source_macro(const struct tcpoom_source *t, const char *name,
				      struct tcpoom_cut *to)
{
	struct tcpoom_cut all = { t, 0, t->len };
	size_t at, line, end;

	while (t->code && tcpoom_source_word(&all, name, &at)) {
		all.start = at + 1;
		for (line = at; line > 0 && t->code[line - 1] != '\n';)
			line--;
		end = line + strspn(t->code + line, " \t");
		if (t->code[end] != '#')
			continue;
		end += 1 + strspn(t->code + end + 1, " \t");
		if (strncmp(t->code + end, "define", 6) ||
		    end + 6 + strspn(t->code + end + 6, " \t") != at || !is_compiled(t, line))
			continue;
		for (end = at; t->code[end] && t->code[end] != '\n'; end++)
			if (t->code[end] == '\\' && t->code[end + 1] == '\n')
				end++;
		*to = (struct tcpoom_cut){ t, line, end };
		return TCPOOM_FOUND;
	}
	return TCPOOM_ABSENT;
}

/* Whether the text at `at` is the wanted one but for blanks; the position behind it, or 0. */
static size_t behind_same(const struct tcpoom_source *t, size_t at, const char *wanted)
{
	for (; *wanted; wanted++) {
		if (*wanted == ' ')
			continue;
		at = skip_blank(t, at);
		if (t->code[at++] != *wanted)
			return 0;
	}
	return at;
}

bool tcpoom_source_if(const struct tcpoom_cut *in, const char *condition, size_t from,
		      struct tcpoom_cut *to)
{
	struct tcpoom_cut rest = { in->of, from, in->end };
	size_t at, brace;

	while (tcpoom_source_word(&rest, "if", &at)) {
		rest.start = at + 1;
		brace = behind_same(in->of, at + 2, "(");
		brace = brace ? behind_same(in->of, brace, condition) : 0;
		brace = brace ? behind_same(in->of, brace, ")") : 0;
		brace = brace ? skip_blank(in->of, brace) : 0;
		if (!brace || in->of->code[brace] != '{')
			continue;
		*to = (struct tcpoom_cut){ in->of, at, behind_bracket(in->of, brace) };
		return to->end && to->end <= in->end;
	}
	return false;
}
