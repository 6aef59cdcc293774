/* SPDX-License-Identifier: GPL-2.0-only */
#include "trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "stated.h"
#include "value.h"

struct tcpoom_trace {
	struct tcpoom_line line;
	bool pending;	/* line was read, but belongs to the next event */
	bool has_error; /* met under a bad event; it is the next result */
	struct tcpoom_error error;
	struct tcpoom_state set; /* what `set` gave */
	char *kernel;
	int64_t lost;
	char **text; /* the lines that the current event points into */
	size_t texts, texts_most;
	struct tcpoom_expect *expect;
	size_t expects_most;
};

/* A blank stands before what belongs to an event. */
static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t")];
}

static enum tcpoom_line_result read_line(struct tcpoom_trace *t, struct tcpoom_error *e)
{
	enum tcpoom_line_result got;

	if (t->pending) {
		t->pending = false;
		e->file = t->line.name;
		e->line = t->line.number;
		return TCPOOM_LINE_READ;
	}
	got = tcpoom_line_next(&t->line, e);
	if (got == TCPOOM_LINE_READ && !t->line.ended) {
		tcpoom_fail(e, t->line.length + 1,
			    "found the end of the file, expected a newline: the line is truncated");
		return TCPOOM_LINE_BAD;
	}
	return got;
}

struct tcpoom_trace *tcpoom_trace_open(FILE *in, const char *name, struct tcpoom_error *e)
{
	struct tcpoom_trace *t = calloc(1, sizeof(*t));
	enum tcpoom_line_result got;

	*e = (struct tcpoom_error){ .file = name };
	if (!t) {
		tcpoom_fail(e, 0, "out of memory");
		return NULL;
	}
	tcpoom_line_open(&t->line, in, name);
	got = read_line(t, e);
	if (got == TCPOOM_LINE_READ && !strcmp(t->line.text, "# tcpoom trace 1"))
		return t;
	if (got == TCPOOM_LINE_READ)
		tcpoom_fail_found(e, (struct tcpoom_span){ t->line.text, t->line.length, 1 },
				  "\"# tcpoom trace 1\" as the first line");
	else if (got == TCPOOM_LINE_END)
		tcpoom_fail(e, 0, "found nothing, expected \"# tcpoom trace 1\"");
	tcpoom_trace_close(t);
	return NULL;
}

/* Keeps a copy of the line for as long as the event: the outcomes point into it. */
static char *keep_text(struct tcpoom_trace *t)
{
	char *copy;

	if (t->texts == t->texts_most) {
		const size_t most = t->texts_most ? 2 * t->texts_most : 8;
		char **text = realloc(t->text, most * sizeof(*text));

		if (!text)
			return NULL;
		t->text = text;
		t->texts_most = most;
	}
	copy = strdup(t->line.text);
	if (copy)
		t->text[t->texts++] = copy;
	return copy;
}

static void drop_texts(struct tcpoom_trace *t)
{
	while (t->texts)
		free(t->text[--t->texts]);
}

/* Splits `key=value`. */
static bool split_pair(struct tcpoom_span word, struct tcpoom_span *key, struct tcpoom_span *value,
		       struct tcpoom_error *e)
{
	const char *equals = memchr(word.text, '=', word.len);

	if (!equals || equals == word.text)
		return tcpoom_fail_found(e, word, "key=value");
	*key = word;
	key->len = (size_t)(equals - word.text);
	*value = (struct tcpoom_span){ equals + 1, word.len - key->len - 1,
				       word.column + key->len + 1 };
	return true;
}

/* A field of a state. `entry` is a word of its own in this format. */
static bool set_field(struct tcpoom_state *s, struct tcpoom_span key, struct tcpoom_span value,
		      enum tcpoom_field *f, struct tcpoom_error *e)
{
	if (!tcpoom_key_known(key) || tcpoom_span_is(key, "entry"))
		return tcpoom_fail_found(e, key, "a field (see tcpoom diff --help)");
	return tcpoom_value_set(s, key, value, f, e);
}

/* After a bad line nothing that it was to set is known any more. */
static bool read_set(struct tcpoom_trace *t, struct tcpoom_cursor *c, struct tcpoom_error *e)
{
	struct tcpoom_span word, key, value;
	struct tcpoom_error ignored;
	bool good = true;

	for (word = tcpoom_cursor_word(c); word.len; word = tcpoom_cursor_word(c)) {
		enum tcpoom_field f = TCPOOM_FIELDS;

		if (split_pair(word, &key, &value, good ? e : &ignored) &&
		    set_field(&t->set, key, value, &f, good ? e : &ignored))
			continue;
		good = false;
		if (f < TCPOOM_FIELDS)
			tcpoom_field_forget(&t->set, f);
	}
	return good;
}

/* kernel RELEASE [arch WORD] [cpus N] */
static bool read_kernel(struct tcpoom_trace *t, struct tcpoom_cursor *c, struct tcpoom_error *e)
{
	struct tcpoom_span word = tcpoom_cursor_word(c), value;
	int64_t cpus;

	if (!word.len)
		return tcpoom_fail_found(e, word, "a release");
	free(t->kernel);
	t->kernel = strndup(word.text, word.len);
	if (!t->kernel)
		return tcpoom_fail(e, 0, "out of memory");
	for (word = tcpoom_cursor_word(c); word.len; word = tcpoom_cursor_word(c)) {
		value = tcpoom_cursor_word(c);
		if (tcpoom_span_is(word, "arch") && value.len)
			continue;
		if (!tcpoom_span_is(word, "cpus"))
			return tcpoom_fail_found(e, word, "arch WORD or cpus N");
		if (!tcpoom_number(value, 1, INT32_MAX, &cpus, e))
			return false;
	}
	return true;
}

static bool read_lost(struct tcpoom_trace *t, struct tcpoom_cursor *c, struct tcpoom_error *e)
{
	int64_t lost;

	if (!tcpoom_number(tcpoom_cursor_word(c), 0, INT32_MAX, &lost, e))
		return false;
	t->lost += lost;
	return is_blank(c->at) || tcpoom_fail_found(e, tcpoom_cursor_word(c), "one number");
}

/* Seconds, with up to nine digits of fraction. */
static bool read_time(struct tcpoom_span word, int64_t *ns, struct tcpoom_error *e)
{
	const char *dot = memchr(word.text, '.', word.len);
	struct tcpoom_span whole = word, fraction = word;
	int64_t part = 0, seconds;
	size_t digits = 0;

	if (dot) {
		whole.len = (size_t)(dot - word.text);
		fraction = (struct tcpoom_span){ dot + 1, word.len - whole.len - 1, word.column };
		digits = strspn(fraction.text, "0123456789");
	}
	if (strspn(whole.text, "0123456789") < whole.len || digits > 9 ||
	    (dot && (!digits || digits != fraction.len)))
		return tcpoom_fail_found(e, word, "a time in seconds, or set, kernel, lost");
	if (!tcpoom_number(whole, 0, INT32_MAX * (int64_t)4, &seconds, e) ||
	    (dot && !tcpoom_number(fraction, 0, 999999999, &part, e)))
		return false;
	for (; digits < 9; digits++)
		part *= 10;
	*ns = seconds * 1000000000 + part;
	return true;
}

/* What stands for a key in the set of those that an event has given: a field, or one of these. */
enum { KEY_UNKNOWN = TCPOOM_FIELDS, KEY_TCP_MEM, KEY_SK, KEY_CPU, KEY_ID };

static unsigned key_number(struct tcpoom_span key)
{
	return tcpoom_span_is(key, "tcp_mem") ? KEY_TCP_MEM
	       : tcpoom_span_is(key, "sk")    ? KEY_SK
	       : tcpoom_span_is(key, "cpu")   ? KEY_CPU
	       : tcpoom_span_is(key, "id")    ? KEY_ID
					      : tcpoom_field_find(key.text, key.len);
}

/* One `key=value` of an event: a key of the event itself, or a field. */
static bool read_pair(struct tcpoom_event *event, struct tcpoom_span word, unsigned long *columns,
		      uint64_t *seen, struct tcpoom_error *e)
{
	struct tcpoom_span key, value;
	enum tcpoom_field f;
	uint64_t bit;

	if (!split_pair(word, &key, &value, e))
		return false;
	bit = (uint64_t)1 << key_number(key);
	if (bit != (uint64_t)1 << KEY_UNKNOWN && (*seen & bit))
		return tcpoom_fail_found(e, key, "each key once");
	*seen |= bit;
	if (tcpoom_span_is(key, "sk")) {
		if (!value.len)
			return tcpoom_fail_found(e, value, "a name for the socket");
		((char *)value.text)[value.len] = '\0';
		event->sk = value.text;
		return true;
	}
	if (tcpoom_span_is(key, "cpu"))
		return tcpoom_number(value, 0, INT32_MAX, &event->cpu, e);
	if (tcpoom_span_is(key, "id"))
		return tcpoom_number(value, 0, INT64_MAX, &event->id, e);
	if (!set_field(&event->state, key, value, &f, e))
		return false;
	columns[f] = value.column;
	return true;
}

/* TIME ENTRY key=value ... */
static bool read_event(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { .text = keep_text(t) };
	unsigned long columns[TCPOOM_FIELDS] = { 0 };
	uint64_t seen = 0;
	const char *expected;
	enum tcpoom_field f;

	*event = (struct tcpoom_event){
		.line = t->line.number, .state = t->set, .cpu = -1, .id = -1
	};
	if (!c.text)
		return tcpoom_fail(e, 0, "out of memory");
	c.at = c.text;
	if (!read_time(tcpoom_cursor_word(&c), &event->time, e) ||
	    !tcpoom_entry_set(&event->state, tcpoom_cursor_word(&c), e))
		return false;
	for (;;) {
		const struct tcpoom_span word = tcpoom_cursor_word(&c);

		/* read_pair may end the value of sk where the blank was */
		if (*c.at)
			c.at++;
		if (!word.len)
			break;
		if (!read_pair(event, word, columns, &seen, e))
			return false;
	}
	event->assumed = tcpoom_state_complete(&event->state);
	expected = tcpoom_state_unsound(&event->state, &f);
	return !expected || tcpoom_fail(e, columns[f], "found %s=%" PRId64 ", expected %s",
					tcpoom_field_table[f].name,
					tcpoom_field_get(&event->state, f), expected);
}

static bool add_expect(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_cursor *c,
		       struct tcpoom_error *e)
{
	if (event->expects == t->expects_most) {
		const size_t most = t->expects_most ? 2 * t->expects_most : 4;
		struct tcpoom_expect *expect = realloc(t->expect, most * sizeof(*expect));

		if (!expect)
			return tcpoom_fail(e, 0, "out of memory");
		t->expect = expect;
		t->expects_most = most;
	}
	event->expect = t->expect;
	event->expect[event->expects].line = t->line.number;
	return tcpoom_expect_read(c, &event->expect[event->expects++], e);
}

/* What stands under an event: `=> ...` or `expect KERNEL: ...` */
static bool read_under(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { .text = keep_text(t) };
	struct tcpoom_span word;

	if (!c.text)
		return tcpoom_fail(e, 0, "out of memory");
	c.at = c.text;
	word = tcpoom_cursor_word(&c);
	if (tcpoom_span_is(word, "expect"))
		return add_expect(t, event, &c, e);
	if (!tcpoom_span_is(word, "=>"))
		return tcpoom_fail_found(e, word, "=> or expect");
	if (event->has_recorded)
		return tcpoom_fail_found(e, word, "one => for an event");
	event->has_recorded = true;
	if (!tcpoom_stated_read(&c, &event->recorded, e))
		return false;
	return !*c.at || tcpoom_fail(e, (unsigned long)(c.at - c.text) + 1,
				     "found '|', expected one outcome");
}

static bool is_under(const char *text)
{
	return (*text == ' ' || *text == '\t') && !is_blank(text) &&
	       text[strspn(text, " \t")] != '#';
}

static bool is_comment(const char *text)
{
	text += strspn(text, " \t");
	return !*text || (*text == '#' && strncmp(text, "# kernel ", 9));
}

/* Passes over what stands under an event that was bad, but for lines that cannot be read. */
static void skip_under(struct tcpoom_trace *t)
{
	for (;;) {
		const enum tcpoom_line_result got = read_line(t, &t->error);

		t->has_error = got == TCPOOM_LINE_BAD;
		if (got != TCPOOM_LINE_READ)
			return;
		if (!is_comment(t->line.text) && !is_under(t->line.text)) {
			t->pending = true;
			return;
		}
	}
}

/* Reads what stands under the event, up to a line that does not. */
static enum tcpoom_trace_result read_all_under(struct tcpoom_trace *t, struct tcpoom_event *event,
					       struct tcpoom_error *e)
{
	for (;;) {
		switch (read_line(t, e)) {
		case TCPOOM_LINE_END:
			return TCPOOM_TRACE_EVENT;
		case TCPOOM_LINE_BAD:
			skip_under(t);
			return TCPOOM_TRACE_BAD;
		default:
			break;
		}
		if (is_comment(t->line.text))
			continue;
		if (!is_under(t->line.text)) {
			t->pending = true;
			return TCPOOM_TRACE_EVENT;
		}
		if (!read_under(t, event, e)) {
			skip_under(t);
			return TCPOOM_TRACE_BAD;
		}
	}
}

/* A directive; *is_one = false for anything else. */
static bool read_directive(struct tcpoom_trace *t, bool *is_one, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { t->line.text, t->line.text };
	struct tcpoom_span word = tcpoom_cursor_word(&c);

	*is_one = true;
	if (tcpoom_span_is(word, "#"))
		word = tcpoom_cursor_word(&c);
	if (tcpoom_span_is(word, "set"))
		return read_set(t, &c, e);
	if (tcpoom_span_is(word, "kernel"))
		return read_kernel(t, &c, e);
	if (tcpoom_span_is(word, "lost"))
		return read_lost(t, &c, e);
	*is_one = false;
	return true;
}

enum tcpoom_trace_result tcpoom_trace_next(struct tcpoom_trace *t, struct tcpoom_event *event,
					   struct tcpoom_error *e)
{
	bool directive;

	drop_texts(t);
	if (t->has_error) {
		*e = t->error;
		skip_under(t);
		return TCPOOM_TRACE_BAD;
	}
	for (;;) {
		switch (read_line(t, e)) {
		case TCPOOM_LINE_END:
			return TCPOOM_TRACE_END;
		case TCPOOM_LINE_BAD:
			skip_under(t);
			return TCPOOM_TRACE_BAD;
		default:
			break;
		}
		if (is_comment(t->line.text))
			continue;
		if (is_under(t->line.text)) {
			tcpoom_fail(e, 1, "found an indented line, expected an event above it");
			return TCPOOM_TRACE_BAD;
		}
		if (!read_directive(t, &directive, e))
			return TCPOOM_TRACE_BAD;
		if (directive)
			continue;
		if (read_event(t, event, e))
			return read_all_under(t, event, e);
		skip_under(t);
		return TCPOOM_TRACE_BAD;
	}
}

const char *tcpoom_trace_kernel(const struct tcpoom_trace *t)
{
	return t->kernel;
}

int64_t tcpoom_trace_lost(const struct tcpoom_trace *t)
{
	return t->lost;
}

void tcpoom_trace_close(struct tcpoom_trace *t)
{
	drop_texts(t);
	free(t->text);
	free(t->kernel);
	free(t->expect);
	tcpoom_line_close(&t->line);
	free(t);
}
