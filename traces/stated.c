/* SPDX-License-Identifier: GPL-2.0-only */
#include "stated.h"

#include <string.h>

#include "../model/verdict.h"
#include "value.h"

static void skip_blanks(struct tcpoom_cursor *c)
{
	while (tcpoom_blank(*c->at))
		c->at++;
}

static unsigned long column(const struct tcpoom_cursor *c)
{
	return (unsigned long)(c->at - c->text) + 1;
}

struct tcpoom_span tcpoom_cursor_word(struct tcpoom_cursor *c)
{
	char *start, *end;

	skip_blanks(c);
	start = end = c->at;
	while (tcpoom_in_word(*end))
		end++;
	c->at = end;
	return (struct tcpoom_span){ start, (size_t)(end - start),
				     (unsigned long)(start - c->text) + 1 };
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdefABCDEF", *at = c ? strchr(digits, c) : NULL;
	const int digit = at ? (int)(at - digits) : -1;

	return digit < 16 ? digit : digit - 6;
}

/* The character after a backslash, or two hex digits after \x. NUL is not allowed in a line. */
static bool unescape(struct tcpoom_cursor *c, char *to, struct tcpoom_error *e)
{
	static const char from[] = "ntr\\\"", into[] = "\n\t\r\\\"";
	const char *which = *c->at ? strchr(from, *c->at) : NULL;
	int high, low;

	if (which) {
		*to = into[which - from];
		c->at++;
		return true;
	}
	high = *c->at == 'x' ? hex_digit(c->at[1]) : -1;
	low = high >= 0 ? hex_digit(c->at[2]) : -1;
	if (low < 0 || high + low == 0)
		return tcpoom_fail_found(e,
					 (struct tcpoom_span){ c->at, *c->at != '\0', column(c) },
					 "n, t, r, \\, \" or xHH after a backslash");
	*to = (char)(high * 16 + low);
	c->at += 3;
	return true;
}

/* Decodes up to `stop` or the end, in place, and terminates: what stood at *c->at is returned. */
static bool decode(struct tcpoom_cursor *c, char stop, char *stopped, struct tcpoom_error *e)
{
	const unsigned long start = column(c);
	char *const text = c->at, *out = text;

	while (*c->at && *c->at != stop) {
		if (*c->at != '\\')
			*out++ = *c->at++;
		else if (c->at++, !unescape(c, out++, e))
			return false;
	}
	*stopped = *c->at;
	if (out == text)
		return tcpoom_fail(e, start, "found an empty line, expected a line of a log");
	*out = '\0';
	return true;
}

bool tcpoom_message_read(struct tcpoom_cursor *c, struct tcpoom_stated *to, bool *more,
			 struct tcpoom_error *e)
{
	char stopped;

	if (to->lines == TCPOOM_LINES_MOST)
		return tcpoom_fail(e, column(c), "found more than %d lines", TCPOOM_LINES_MOST);
	to->line[to->lines++] = c->at;
	if (!decode(c, '|', &stopped, e))
		return false;
	*more = stopped == '|';
	c->at += *more;
	return true;
}

static bool read_string(struct tcpoom_cursor *c, struct tcpoom_stated *to, struct tcpoom_error *e)
{
	const unsigned long start = column(c);
	char stopped;

	if (to->lines == TCPOOM_LINES_MOST)
		return tcpoom_fail(e, start, "found more than %d lines", TCPOOM_LINES_MOST);
	to->line[to->lines++] = ++c->at;
	if (!decode(c, '"', &stopped, e))
		return false;
	if (!stopped)
		return tcpoom_fail(e, start, "found a string that does not end, expected '\"'");
	c->at++;
	return true;
}

static bool starts(struct tcpoom_span word, const char *with)
{
	return word.len >= strlen(with) && !memcmp(word.text, with, strlen(with));
}

bool tcpoom_outcome_read(struct tcpoom_cursor *c, int *outcome, struct tcpoom_error *e)
{
	struct tcpoom_span word = tcpoom_cursor_word(c);

	*outcome = -1;
	if (tcpoom_span_is(word, "?"))
		return true;
	if (tcpoom_span_is(word, "killed")) {
		const struct tcpoom_span how = tcpoom_cursor_word(c);

		/* however many blanks stand between the two words */
		if (tcpoom_span_is(how, "reset"))
			*outcome = TCPOOM_KILLED_RESET;
		if (tcpoom_span_is(how, "silent"))
			*outcome = TCPOOM_KILLED_SILENT;
		word.len = (size_t)(how.text + how.len - word.text);
	}
	for (int i = 0; i < TCPOOM_OUTCOMES; i++)
		if (tcpoom_span_is(word, tcpoom_outcome_names[i]))
			*outcome = i;
	return *outcome >= 0 ||
	       tcpoom_fail_found(e, word, "kept, killed reset, killed silent, expired or ?");
}

bool tcpoom_stated_read(struct tcpoom_cursor *c, struct tcpoom_stated *to, struct tcpoom_error *e)
{
	to->lines = 0;
	to->suppressed = -1;
	to->uncounted = false;
	if (!tcpoom_outcome_read(c, &to->outcome, e))
		return false;
	for (skip_blanks(c); *c->at && *c->at != '|' && *c->at != ';'; skip_blanks(c)) {
		struct tcpoom_span word;

		if (*c->at == '"') {
			if (!read_string(c, to, e))
				return false;
			continue;
		}
		word = tcpoom_cursor_word(c);
		if (tcpoom_span_is(word, "snmp=0")) {
			to->uncounted = true;
		} else if (starts(word, "suppressed=")) {
			const size_t key = strlen("suppressed=");

			word.text += key;
			word.len -= key;
			word.column += key;
			if (!tcpoom_number(word, 0, UINT32_MAX, &to->suppressed, e))
				return false;
		} else {
			return tcpoom_fail_found(e, word, "\"a line\", suppressed=N or snmp=0");
		}
	}
	return true;
}

bool tcpoom_expect_read(struct tcpoom_cursor *c, struct tcpoom_expect *to, struct tcpoom_error *e)
{
	struct tcpoom_span kernel = tcpoom_cursor_word(c);
	unsigned long start;

	to->alternatives = 0;
	if (kernel.len < 2 || kernel.text[kernel.len - 1] != ':')
		return tcpoom_fail_found(e, kernel, "KERNEL: after `expect`");
	to->kernel = kernel.text;
	c->text[kernel.column + kernel.len - 2] = '\0';
	for (;; c->at++) {
		if (to->alternatives == TCPOOM_ALTERNATIVES_MOST)
			return tcpoom_fail(e, column(c), "found more than %d alternatives",
					   TCPOOM_ALTERNATIVES_MOST);
		start = column(c);
		if (!tcpoom_stated_read(c, &to->alternative[to->alternatives++], e))
			return false;
		if (to->alternative[to->alternatives - 1].suppressed >= 0)
			return tcpoom_fail(e, start,
					   "found suppressed=, expected messages as asked");
		if (*c->at != '|')
			return tcpoom_token((struct tcpoom_span){ to->kernel, kernel.len - 1,
								  kernel.column },
					    "a release", e);
	}
}
