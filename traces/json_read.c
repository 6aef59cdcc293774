/* SPDX-License-Identifier: GPL-2.0-only */
#include "json_read.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS /* without them it takes quadratic time */
#include <jsmn.h>

#include "utf8.h"

struct tcpoom_json {
	char *text;
	size_t length, at; /* at: behind what was read */
	bool follows;	   /* a value, so that a comma or a bracket comes next */
	jsmntok_t *token;
	unsigned tokens, most, next;
};

struct tcpoom_json *tcpoom_json_new(void)
{
	return calloc(1, sizeof(struct tcpoom_json));
}

void tcpoom_json_free(struct tcpoom_json *j)
{
	if (j)
		free(j->token);
	free(j);
}

static void skip_blanks(struct tcpoom_json *j)
{
	while (j->text[j->at] == ' ' || j->text[j->at] == '\t')
		j->at++;
}

unsigned long tcpoom_json_column(const struct tcpoom_json *j)
{
	struct tcpoom_json behind = *j;

	skip_blanks(&behind);
	return behind.at + 1;
}

static bool fail_at(const struct tcpoom_json *j, size_t at, const char *expected,
		    struct tcpoom_error *e)
{
	const size_t left = j->length - at;

	return tcpoom_fail_found(e, (struct tcpoom_span){ j->text + at, left != 0, at + 1 }, "%s",
				 expected);
}

/* What jsmn says, in words. */
static bool fail_parse(const struct tcpoom_json *j, size_t at, bool cut, struct tcpoom_error *e)
{
	if (at >= j->length)
		return tcpoom_fail(e, j->length + 1,
				   "found the end of the line, expected a whole JSON object");
	if (j->text[at] != '"')
		return fail_at(j, at, "JSON", e);
	return tcpoom_fail(e, at + 1,
			   cut ? "found a string that does not end, expected '\"'"
			       : "found a string with a bad escape, expected one of JSON");
}

bool tcpoom_json_begin(struct tcpoom_json *j, char *text, size_t length, struct tcpoom_error *e)
{
	jsmn_parser parser;
	int got;

	jsmn_init(&parser);
	j->text = text;
	j->length = length;
	j->at = 0;
	j->follows = false;
	j->next = 0;
	while ((got = jsmn_parse(&parser, text, length, j->token, j->most)) == JSMN_ERROR_NOMEM ||
	       !j->token) {
		const unsigned most = j->most ? 2 * j->most : 256;
		jsmntok_t *token = realloc(j->token, most * sizeof(*token));

		if (!token)
			return tcpoom_fail(e, 0, "out of memory");
		j->token = token;
		j->most = most;
		jsmn_init(&parser);
	}
	j->tokens = parser.toknext;
	return got >= 0 || fail_parse(j, parser.pos, got == JSMN_ERROR_PART, e);
}

bool tcpoom_json_end(struct tcpoom_json *j, struct tcpoom_error *e)
{
	skip_blanks(j);
	return j->at == j->length || fail_at(j, j->at, "the end of the line", e);
}

/* The token that begins where the reader is, if it is of that kind. */
static const jsmntok_t *peek(struct tcpoom_json *j, jsmntype_t type)
{
	const jsmntok_t *token = j->token + j->next;

	skip_blanks(j);
	if (j->next == j->tokens || token->type != type ||
	    (size_t)token->start != j->at + (type == JSMN_STRING))
		return NULL;
	return token;
}

bool tcpoom_json_enter(struct tcpoom_json *j, char bracket, struct tcpoom_error *e)
{
	if (!peek(j, bracket == '{' ? JSMN_OBJECT : JSMN_ARRAY))
		return fail_at(j, j->at, bracket == '{' ? "an object" : "an array", e);
	j->next++;
	j->at++;
	j->follows = false;
	return true;
}

/* Passes over what stands between two elements, or leaves them. */
static bool next_element(struct tcpoom_json *j, char bracket, bool *more, struct tcpoom_error *e)
{
	const char *const expected = bracket == '}' ? "',' or '}'" : "',' or ']'";

	skip_blanks(j);
	*more = j->text[j->at] != bracket;
	if (*more && !j->follows)
		return true;
	if (*more && j->text[j->at] != ',')
		return fail_at(j, j->at, expected, e);
	j->at++;
	j->follows = !*more;
	return true;
}

bool tcpoom_json_element(struct tcpoom_json *j, bool *more, struct tcpoom_error *e)
{
	return next_element(j, ']', more, e);
}

bool tcpoom_json_key(struct tcpoom_json *j, struct tcpoom_span *key, bool *more,
		     struct tcpoom_error *e)
{
	if (!next_element(j, '}', more, e))
		return false;
	if (!*more)
		return true;
	if (!tcpoom_json_string(j, key, e))
		return false;
	skip_blanks(j);
	if (j->text[j->at] != ':')
		return fail_at(j, j->at, "':'", e);
	j->at++;
	return true;
}

bool tcpoom_json_null(struct tcpoom_json *j)
{
	const jsmntok_t *token = peek(j, JSMN_PRIMITIVE);

	if (!token || token->end - token->start != 4 || memcmp(j->text + j->at, "null", 4) != 0)
		return false;
	j->next++;
	j->at = (size_t)token->end;
	j->follows = true;
	return true;
}

static uint32_t hex4(const char *text)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		const char c = text[i];

		value = value * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/*
 * Decodes what \u at *from says, a pair of surrogates together, and moves *from behind it. Half a
 * pair is no character, but \udc80 to \udcff stand for bytes that are no UTF-8. Returns the length,
 * or 0 for what no text can hold.
 */
static size_t decode_u(const char **from, char *to)
{
	const char *at = *from;
	uint32_t c = hex4(at + 2), low;

	*from = at + 6;
	if (c >= 0xdc80 && c <= 0xdcff) {
		*to = (char)(c - 0xdc00);
		return 1;
	}
	if (c >= 0xd800 && c <= 0xdbff && at[6] == '\\' && at[7] == 'u') {
		low = hex4(at + 8);
		*from = at + 12;
		if (low < 0xdc00 || low > 0xdfff)
			return 0;
		return tcpoom_utf8_write(to, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
	}
	return c == 0 || (c >= 0xd800 && c <= 0xdfff) ? 0 : tcpoom_utf8_write(to, c);
}

/* One character of a string, moving both ends; jsmn has checked every escape. */
static bool decode(const char **from, char **to)
{
	static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	size_t len;

	if (**from != '\\') {
		len = (unsigned char)**from < ' ' ? 0 : tcpoom_utf8_length(*from);
		memmove(*to, *from, len);
		*from += len;
	} else if ((*from)[1] == 'u') {
		len = decode_u(from, *to);
	} else {
		**to = meant[strchr(escapes, (*from)[1]) - escapes];
		*from += 2;
		len = 1;
	}
	*to += len;
	return len != 0;
}

bool tcpoom_json_string(struct tcpoom_json *j, struct tcpoom_span *value, struct tcpoom_error *e)
{
	const jsmntok_t *token = peek(j, JSMN_STRING);
	const char *from, *end;
	char *to;

	if (!token)
		return fail_at(j, j->at, "a string", e);
	from = j->text + token->start;
	end = j->text + token->end;
	to = j->text + token->start;
	*value = (struct tcpoom_span){ to, 0, j->at + 1 };
	while (from < end) {
		const char *at = from;

		if (!decode(&from, &to))
			return fail_at(j, (size_t)(at - j->text),
				       "a character of a text, or \\udc80 to \\udcff for a byte",
				       e);
	}
	value->len = (size_t)(to - value->text);
	*to = '\0';
	j->next++;
	j->at = (size_t)token->end + 1;
	j->follows = true;
	return true;
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?; there is no number with an exponent in a trace. */
static bool is_number(const char *text, size_t len)
{
	const size_t sign = len && *text == '-', whole = sign + strspn(text + sign, "0123456789");
	size_t end = whole;

	if (whole < len && text[whole] == '.') {
		end = whole + 1 + strspn(text + whole + 1, "0123456789");
		if (end == whole + 1)
			return false;
	}
	return end == len && whole > sign && (text[sign] != '0' || whole == sign + 1);
}

bool tcpoom_json_number(struct tcpoom_json *j, struct tcpoom_span *value, const char *expected,
			struct tcpoom_error *e)
{
	const jsmntok_t *token = peek(j, JSMN_PRIMITIVE);

	if (!token)
		return fail_at(j, j->at, expected, e);
	*value = (struct tcpoom_span){ j->text + j->at, (size_t)(token->end - token->start),
				       j->at + 1 };
	if (!is_number(value->text, value->len))
		return tcpoom_fail_found(e, *value, "%s", expected);
	j->next++;
	j->at = (size_t)token->end;
	j->follows = true;
	return true;
}
