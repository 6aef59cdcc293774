/* SPDX-License-Identifier: GPL-2.0-only */
/* The reader of traces as text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "stated.h"

static const char time_expected[] = "a time in seconds, or set, kernel, lost";

static const char *skip_blanks(const char *text)
{
	while (tcpoom_blank(*text))
		text++;
	return text;
}

/* A line that was not cut. The texts of an event stay until tcpoom_text_next is called again. */
static enum tcpoom_line_result check_end(struct tcpoom_trace *t, enum tcpoom_line_result got,
					 struct tcpoom_error *e)
{
	if (got != TCPOOM_LINE_READ || t->line.ended)
		return got;
	tcpoom_fail(e, t->line.length + 1,
		    "found the end of the file, expected a newline: the line is truncated");
	return TCPOOM_LINE_BAD;
}

bool tcpoom_text_begin(struct tcpoom_trace *t, struct tcpoom_error *e)
{
	if (check_end(t, TCPOOM_LINE_READ, e) == TCPOOM_LINE_BAD)
		return false;
	return !strcmp(t->line.text, TCPOOM_FIRST_LINE) ||
	       tcpoom_fail_found(e, (struct tcpoom_span){ t->line.text, t->line.length, 1 },
				 "\"" TCPOOM_FIRST_LINE "\" as the first line");
}

struct pair {
	struct tcpoom_span name, value;
};

/* The pair that starts here, with a name that ends at `equals`, or nowhere before the word does. */
static bool take_value(struct tcpoom_cursor *c, const char *start, const char *equals,
		       struct pair *pair, struct tcpoom_error *e)
{
	const char *end = equals;

	while (tcpoom_in_word(*end))
		end++;
	pair->name.text = start;
	pair->name.len = (size_t)(equals - start);
	pair->name.column = (unsigned long)(start - c->text) + 1;
	pair->value.text = equals + 1;
	pair->value.len = (size_t)(end - equals) - 1;
	pair->value.column = pair->name.column + pair->name.len + 1;
	c->at = (char *)end;
	if (equals != start && *equals == '=')
		return true;
	pair->name.len = (size_t)(end - start);
	return !pair->name.len || tcpoom_fail_found(e, pair->name, "key=value");
}

/* The next `key=value`; the name is empty at the end of the line. */
static bool take_pair(struct tcpoom_cursor *c, struct pair *pair, struct tcpoom_error *e)
{
	const char *const start = skip_blanks(c->at), *equals = start;

	while (*equals != '=' && tcpoom_in_word(*equals))
		equals++;
	return take_value(c, start, equals, pair, e);
}

/* The field that a key sets, or TCPOOM_FIELDS. `entry` is a word of its own in this form. */
static enum tcpoom_field field_of(unsigned key)
{
	if (key == TCPOOM_K_tcp_mem)
		return TCPOOM_F_tcp_mem2;
	return key < TCPOOM_FIELDS && key != TCPOOM_F_entry ? (enum tcpoom_field)key
							    : TCPOOM_FIELDS;
}

/* Sets what a pair says; a later one takes the place of an earlier one, also tcp_mem2's. */
static bool set_value(struct tcpoom_state *s, struct tcpoom_tcp_mem *mem, unsigned key,
		      struct tcpoom_span value, struct tcpoom_error *e)
{
	if (key == TCPOOM_K_tcp_mem)
		return tcpoom_tcp_mem_read(s, value, mem, e);
	if (key == TCPOOM_F_tcp_mem2)
		mem->said = false;
	return tcpoom_field_read(s, (enum tcpoom_field)key, value, e);
}

/* What a bad `set` leaves, as a line that can be read again. */
static bool keep_bad_set(struct tcpoom_trace *t, tcpoom_fieldset fields)
{
	char text[64 * TCPOOM_FIELDS] = "set";

	free(t->item[--t->items].text);
	if (!fields)
		return true;
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const int64_t value = tcpoom_field_get(&t->set, (enum tcpoom_field)f);
		char *const end = text + strlen(text);
		const size_t left = sizeof(text) - (size_t)(end - text);

		if (!(fields >> f & 1))
			continue;
		if (!(t->set.given >> f & 1))
			snprintf(end, left, " %s=?", tcpoom_field_table[f].name);
		else if (f == TCPOOM_F_tcp_mem2 && t->set_tcp_mem.said)
			snprintf(end, left, " tcp_mem=%" PRId64 ",%" PRId64 ",%" PRId64,
				 t->set_tcp_mem.low, t->set_tcp_mem.pressure, value);
		else
			snprintf(end, left, " %s=%" PRId64, tcpoom_field_table[f].name, value);
	}
	return tcpoom_item_keep(t, TCPOOM_I_SET, text);
}

static bool set_pair(struct tcpoom_trace *t, const struct pair *pair, tcpoom_fieldset *fields,
		     struct tcpoom_error *e)
{
	const unsigned key = tcpoom_key_find(&t->keys, pair->name.text, pair->name.len);
	const enum tcpoom_field f = field_of(key);

	if (f == TCPOOM_FIELDS)
		return tcpoom_fail_found(e, pair->name, "a field (see tcpoom diff --help)");
	*fields |= (tcpoom_fieldset)1 << f;
	t->set_at[f] = (struct tcpoom_said_at){ t->line.number, pair->value.column };
	if (set_value(&t->set, &t->set_tcp_mem, key, pair->value, e))
		return true;
	tcpoom_field_forget(&t->set, f);
	return false;
}

/* After a bad line nothing that it was to set is known any more. */
static bool read_set(struct tcpoom_trace *t, struct tcpoom_cursor *c, struct tcpoom_error *e)
{
	struct tcpoom_error ignored;
	tcpoom_fieldset fields = 0;
	struct pair pair;
	bool good = true;

	do {
		struct tcpoom_error *const first = good ? e : &ignored;

		if (!take_pair(c, &pair, first) ||
		    (pair.name.len && !set_pair(t, &pair, &fields, first)))
			good = false;
	} while (pair.name.len);
	if (!good && t->keeps && !keep_bad_set(t, fields))
		return tcpoom_fail(e, 0, "out of memory");
	return good;
}

/* kernel RELEASE [arch WORD] [cpus N] */
static bool read_kernel(struct tcpoom_trace *t, struct tcpoom_cursor *c, struct tcpoom_error *e)
{
	const struct tcpoom_span release = tcpoom_cursor_word(c);
	struct tcpoom_span word, arch = { 0 };
	int64_t cpus = 0;

	if (!tcpoom_token(release, "a release", e))
		return false;
	for (word = tcpoom_cursor_word(c); word.len; word = tcpoom_cursor_word(c)) {
		const struct tcpoom_span value = tcpoom_cursor_word(c);

		if (tcpoom_span_is(word, "arch") && value.len && !arch.len) {
			if (!tcpoom_token(value, "a word", e))
				return false;
			arch = value;
		} else if (tcpoom_span_is(word, "cpus") && !cpus) {
			if (!tcpoom_number(value, 1, INT32_MAX, &cpus, e))
				return false;
		} else {
			return tcpoom_fail_found(e, word, "arch WORD or cpus N, each once");
		}
	}
	return tcpoom_trace_set_kernel(t, release, arch, cpus) ||
	       tcpoom_fail(e, 0, "out of memory");
}

static bool read_lost(struct tcpoom_trace *t, struct tcpoom_cursor *c, struct tcpoom_error *e)
{
	int64_t lost;

	if (!tcpoom_number(tcpoom_cursor_word(c), 0, INT32_MAX, &lost, e))
		return false;
	if (*skip_blanks(c->at))
		return tcpoom_fail_found(e, tcpoom_cursor_word(c), "one number");
	t->lost += lost;
	return true;
}

/* One `key=value` of an event: a key of the event itself, or a field. */
static bool read_pair(struct tcpoom_event *event, const struct pair *pair, unsigned key,
		      struct tcpoom_span *sk, struct tcpoom_error *e)
{
	switch (key) {
	case TCPOOM_K_sk:
		*sk = pair->value;
		return tcpoom_token(pair->value, "a name for the socket", e);
	case TCPOOM_K_cpu:
		return tcpoom_number(pair->value, 0, INT32_MAX, &event->cpu, e);
	case TCPOOM_K_id:
		return tcpoom_number(pair->value, 0, INT64_MAX, &event->id, e);
	default:
		if (field_of(key) == TCPOOM_FIELDS)
			return tcpoom_fail_found(e, pair->name, "a field (see tcpoom diff --help)");
		return set_value(&event->said, &event->tcp_mem, key, pair->value, e);
	}
}

/* Where the name ends, if it is this key's and `=` follows; `at` is on a line (TCPOOM_LINE_BEHIND).
 */
static const char *end_of_key(const struct tcpoom_keys *keys, const char *at, unsigned key)
{
	const struct tcpoom_key_word *const name = &keys->name[key];
	uint64_t word[2], differ;

	memcpy(word, at, sizeof(word));
	differ = ((word[0] ^ name->word[0]) & name->mask[0]) |
		 ((word[1] ^ name->word[1]) & name->mask[1]);
	return !differ && at[name->len] == '=' ? at + name->len : NULL;
}

/* The short way of a field's plain number. Returns false, and takes nothing, where it is none. */
static bool take_plain(struct tcpoom_cursor *c, const char *value, unsigned key,
		       struct tcpoom_state *said)
{
	const char *end = value;
	int64_t number;

	/* tcp_mem2 also takes back what `set` said of the two lower values */
	if (key >= TCPOOM_FIELDS || key == TCPOOM_F_tcp_mem2 ||
	    !tcpoom_digits(&end, value + TCPOOM_DIGITS_MOST + 1, &number) || tcpoom_in_word(*end) ||
	    !tcpoom_field_plain(said, (enum tcpoom_field)key, number))
		return false;
	c->at = (char *)end;
	return true;
}

/* Most events have the keys of the one before, in the same places. */
static bool read_pairs(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_cursor *c,
		       struct tcpoom_span *sk, struct tcpoom_error *e)
{
	struct pair pair;
	uint64_t seen = 0;

	for (unsigned place = 0;; place = (place + 1) % TCPOOM_PLACES) {
		const char *const start = skip_blanks(c->at);
		unsigned key = t->key_before[place];
		const char *const equals = end_of_key(&t->keys, start, key);

		if (equals && !(seen >> key & 1) && take_plain(c, equals + 1, key, &event->said)) {
			seen |= (uint64_t)1 << key;
			continue;
		}
		if (!(equals ? take_value(c, start, equals, &pair, e) : take_pair(c, &pair, e)))
			return false;
		if (!pair.name.len)
			return true;
		if (!equals)
			key = tcpoom_key_find(&t->keys, pair.name.text, pair.name.len);
		if (seen >> key & 1)
			return tcpoom_fail_found(e, pair.name, "each key once");
		seen |= (uint64_t)1 << key;
		if (!read_pair(event, &pair, key, sk, e))
			return false;
		t->key_before[place] = (uint8_t)key;
	}
}

/* Points *e at what gave the field its value: on the line of the event, or in a `set`. */
static bool fail_unsound(const struct tcpoom_trace *t, const struct tcpoom_event *event,
			 enum tcpoom_field f, const char *expected, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { t->line.text, t->line.text };
	struct pair pair;
	char with_line[200];

	tcpoom_cursor_word(&c);
	tcpoom_cursor_word(&c);
	while (take_pair(&c, &pair, e) && pair.name.len)
		if (field_of(tcpoom_key_find(&t->keys, pair.name.text, pair.name.len)) == f)
			return tcpoom_fail_unsound(&event->state, f, expected, pair.value.column,
						   e);
	e->line = t->set_at[f].line;
	snprintf(with_line, sizeof(with_line), "%s (by line %lu)", expected, event->line);
	return tcpoom_fail_unsound(&event->state, f, with_line, t->set_at[f].column, e);
}

/* TIME ENTRY key=value ... */
static bool read_event(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { t->line.text, t->line.text };
	struct tcpoom_span sk = { 0 };
	const char *expected;
	enum tcpoom_field f;

	tcpoom_event_begin(t, event);
	if (!tcpoom_item_keep(t, TCPOOM_I_EVENT, t->line.text))
		return tcpoom_fail(e, 0, "out of memory");
	if (!tcpoom_time_read(tcpoom_cursor_word(&c), time_expected, &event->time, e) ||
	    !tcpoom_entry_set(&event->said, tcpoom_cursor_word(&c), e) ||
	    !read_pairs(t, event, &c, &sk, e))
		return false;
	expected = tcpoom_event_complete(event, &f);
	if (expected)
		return fail_unsound(t, event, f, expected, e);
	if (sk.len) {
		((char *)sk.text)[sk.len] = '\0';
		event->sk = sk.text;
	}
	return true;
}

/* What stands under an event: `=> ...` or `expect KERNEL: ...` */
static bool read_under(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { t->line.text, t->line.text };
	const struct tcpoom_span word = tcpoom_cursor_word(&c);
	struct tcpoom_expect *expect;

	if (!tcpoom_item_keep(t, TCPOOM_I_UNDER, t->line.text))
		return tcpoom_fail(e, 0, "out of memory");
	if (tcpoom_span_is(word, "=>")) {
		if (event->has_recorded)
			return tcpoom_fail_found(e, word, "one => for an event");
		event->has_recorded = true;
		if (!tcpoom_stated_read(&c, &event->recorded, e))
			return false;
	} else if (tcpoom_span_is(word, "expect")) {
		expect = tcpoom_event_expect(t, event, word.column, e);
		if (!expect || !tcpoom_expect_read(&c, expect, e))
			return false;
	} else {
		return tcpoom_fail_found(e, word, "=> or expect");
	}
	return !*c.at ||
	       tcpoom_fail(e, (unsigned long)(c.at - c.text) + 1, "found '%c', expected %s", *c.at,
			   *c.at == '|' ? "one outcome" : "the end of the line");
}

static bool is_under(const char *text)
{
	if (!tcpoom_blank(*text))
		return false;
	text = skip_blanks(text);
	return *text && *text != '#';
}

static bool is_comment(const char *text)
{
	text = skip_blanks(text);
	return !*text || (*text == '#' && strncmp(text, "# kernel ", 9));
}

/* Passes over what stands under an event that was bad, but for lines that cannot be read. */
static enum tcpoom_trace_result skip_under(struct tcpoom_trace *t)
{
	enum tcpoom_line_result got;

	do {
		got = check_end(t, tcpoom_line_next(&t->line, &t->error), &t->error);
		t->has_error = got == TCPOOM_LINE_BAD;
	} while (got == TCPOOM_LINE_READ &&
		 (is_under(t->line.text) || (is_comment(t->line.text) &&
					     tcpoom_item_keep(t, TCPOOM_I_COMMENT, t->line.text))));
	if (got == TCPOOM_LINE_READ)
		tcpoom_line_again(&t->line);
	return TCPOOM_TRACE_BAD;
}

/* Reads what stands under the event, up to a line that does not. */
static enum tcpoom_trace_result read_all_under(struct tcpoom_trace *t, struct tcpoom_event *event,
					       struct tcpoom_error *e)
{
	for (;;) {
		switch (check_end(t, tcpoom_line_also(&t->line, e), e)) {
		case TCPOOM_LINE_END:
			return TCPOOM_TRACE_EVENT;
		case TCPOOM_LINE_BAD:
			return skip_under(t);
		default:
			break;
		}
		if (is_under(t->line.text)) {
			if (!read_under(t, event, e))
				return skip_under(t);
		} else if (!is_comment(t->line.text)) {
			tcpoom_line_again(&t->line);
			return TCPOOM_TRACE_EVENT;
		} else if (!tcpoom_item_keep(t, TCPOOM_I_COMMENT, t->line.text)) {
			tcpoom_fail(e, 0, "out of memory");
			return TCPOOM_TRACE_BAD;
		}
	}
}

/* A directive, by its first word; `# kernel` too, which some recorders print. */
static bool read_directive(struct tcpoom_trace *t, struct tcpoom_error *e)
{
	static const struct {
		const char *word;
		enum tcpoom_item_kind kind;
		bool (*read)(struct tcpoom_trace *t, struct tcpoom_cursor *c,
			     struct tcpoom_error *e);
	} directives[] = { { "set", TCPOOM_I_SET, read_set },
			   { "kernel", TCPOOM_I_KERNEL, read_kernel },
			   { "lost", TCPOOM_I_LOST, read_lost } };
	struct tcpoom_cursor c = { t->line.text, t->line.text };
	struct tcpoom_span word = tcpoom_cursor_word(&c);

	if (tcpoom_span_is(word, "#"))
		word = tcpoom_cursor_word(&c);
	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++) {
		if (!tcpoom_span_is(word, directives[i].word))
			continue;
		if (!tcpoom_item_keep(t, directives[i].kind, t->line.text))
			return tcpoom_fail(e, 0, "out of memory");
		if (directives[i].read(t, &c, e))
			return true;
		if (t->items && directives[i].kind != TCPOOM_I_SET)
			free(t->item[--t->items].text);
		return false;
	}
	return tcpoom_fail_found(e, word, "%s", time_expected);
}

enum tcpoom_trace_result tcpoom_text_next(struct tcpoom_trace *t, struct tcpoom_event *event,
					  struct tcpoom_error *e)
{
	if (t->has_error) {
		*e = t->error;
		return skip_under(t);
	}
	for (;;) {
		bool good;

		switch (check_end(t, tcpoom_line_next(&t->line, e), e)) {
		case TCPOOM_LINE_END:
			return TCPOOM_TRACE_END;
		case TCPOOM_LINE_BAD:
			return skip_under(t);
		default:
			break;
		}
		if ((unsigned char)*t->line.text - (unsigned)'0' < 10)
			return read_event(t, event, e) ? read_all_under(t, event, e)
						       : skip_under(t);
		if (is_comment(t->line.text))
			good = tcpoom_item_keep(t, TCPOOM_I_COMMENT, t->line.text) ||
			       tcpoom_fail(e, 0, "out of memory");
		else if (is_under(t->line.text))
			good = tcpoom_fail(e, 1,
					   "found an indented line, expected an event above it");
		else
			good = read_directive(t, e);
		if (!good)
			return TCPOOM_TRACE_BAD;
		if (t->keeps)
			return TCPOOM_TRACE_LINE;
	}
}
