/* SPDX-License-Identifier: GPL-2.0-only */
/* The reader of traces as JSON Lines. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../model/verdict.h"
#include "form.h"

/* What an object says that is no event. */
enum { D_VERSION, D_KERNEL, D_ARCH, D_CPUS, D_LOST, D_COMMENT, D_KEYS };
static const char *const directive_keys[D_KEYS] = { "tcpoom_trace", "kernel", "arch",
						    "cpus",	    "lost",   "comment" };

/* Which key of an object was read before: one bit each. */
static bool once(uint64_t *seen, unsigned key, struct tcpoom_span name, struct tcpoom_error *e)
{
	if (*seen >> key & 1)
		return tcpoom_fail_found(e, name, "each key once");
	*seen |= (uint64_t)1 << key;
	return true;
}

static bool read_number(struct tcpoom_json *j, int64_t min, int64_t max, int64_t *value,
			struct tcpoom_error *e)
{
	struct tcpoom_span number;

	return tcpoom_json_number(j, &number, "a number", e) &&
	       tcpoom_number(number, min, max, value, e);
}

static unsigned directive_key(struct tcpoom_span name)
{
	unsigned key = 0;

	while (key < D_KEYS && !tcpoom_span_is(name, directive_keys[key]))
		key++;
	return key;
}

struct directive {
	uint64_t seen;
	struct tcpoom_span kernel, arch, comment;
	int64_t version, cpus, lost;
};

static bool read_comment(struct tcpoom_json *j, struct tcpoom_span *comment, struct tcpoom_error *e)
{
	size_t blanks = 0;

	if (!tcpoom_json_string(j, comment, e))
		return false;
	while (comment->text[blanks] == ' ' || comment->text[blanks] == '\t')
		blanks++;
	if ((comment->text[blanks] && comment->text[blanks] != '#') ||
	    !strncmp(comment->text + blanks, "# kernel ", 9) || strchr(comment->text, '\n'))
		return tcpoom_fail_found(e, *comment, "a line that is blank or begins with '#'");
	return true;
}

static bool read_directive_value(struct tcpoom_json *j, unsigned key, struct directive *d,
				 struct tcpoom_error *e)
{
	switch (key) {
	case D_VERSION:
		return read_number(j, 1, 1, &d->version, e);
	case D_KERNEL:
		return tcpoom_json_string(j, &d->kernel, e) &&
		       tcpoom_token(d->kernel, "a release", e);
	case D_ARCH:
		return tcpoom_json_string(j, &d->arch, e) && tcpoom_token(d->arch, "a word", e);
	case D_CPUS:
		return read_number(j, 1, INT32_MAX, &d->cpus, e);
	case D_LOST:
		return read_number(j, 0, INT32_MAX, &d->lost, e);
	default:
		return read_comment(j, &d->comment, e);
	}
}

/* An object of which the first key, `name`, is that of a directive. */
static bool read_directive(struct tcpoom_json *j, struct tcpoom_span name, struct directive *d,
			   struct tcpoom_error *e)
{
	const uint64_t of_kernel = 1 << D_KERNEL | 1 << D_ARCH | 1 << D_CPUS;
	const uint64_t first = (uint64_t)1 << directive_key(name);
	const uint64_t allowed = first & of_kernel ? of_kernel : first;
	bool more = true;

	*d = (struct directive){ 0 };
	while (more) {
		const unsigned key = directive_key(name);

		if (!(allowed >> key & 1))
			return tcpoom_fail_found(e, name, "no other key in this object");
		if (!once(&d->seen, key, name, e) || !read_directive_value(j, key, d, e) ||
		    !tcpoom_json_key(j, &name, &more, e))
			return false;
	}
	if (allowed == of_kernel && !(d->seen >> D_KERNEL & 1))
		return tcpoom_fail(e, 1, "found no \"kernel\", expected it beside arch and cpus");
	return tcpoom_json_end(j, e);
}

/* What a directive says, and the line that says it in text. */
static bool obey(struct tcpoom_trace *t, const struct directive *d, struct tcpoom_error *e)
{
	const size_t size = d->kernel.len + d->arch.len + 60;
	char *text = malloc(size);
	bool good = text != NULL;

	t->lost += d->lost;
	if (good && d->seen >> D_LOST & 1) {
		snprintf(text, size, "lost %" PRId64, d->lost);
		good = tcpoom_item_keep(t, TCPOOM_I_LOST, text);
	} else if (good && d->seen >> D_COMMENT & 1) {
		good = tcpoom_item_keep(t, TCPOOM_I_COMMENT, d->comment.text);
	} else if (good) {
		int n = snprintf(text, size, "kernel %s", d->kernel.text);

		if (d->arch.len)
			n += snprintf(text + n, size - (size_t)n, " arch %s", d->arch.text);
		if (d->cpus)
			snprintf(text + n, size - (size_t)n, " cpus %" PRId64, d->cpus);
		good = tcpoom_item_keep(t, TCPOOM_I_KERNEL, text) &&
		       tcpoom_trace_set_kernel(t, d->kernel, d->arch, d->cpus);
	}
	free(text);
	return good || tcpoom_fail(e, 0, "out of memory");
}

static bool read_tcp_mem(struct tcpoom_json *j, struct tcpoom_event *event, struct tcpoom_error *e)
{
	unsigned long column;
	int64_t pages[3];
	bool more;

	if (tcpoom_json_null(j)) {
		tcpoom_field_forget(&event->said, TCPOOM_F_tcp_mem2);
		return true;
	}
	if (!tcpoom_json_enter(j, '[', e))
		return false;
	for (int i = 0; i < 4; i++) {
		column = tcpoom_json_column(j);
		if (!tcpoom_json_element(j, &more, e))
			return false;
		if (more != (i < 3))
			return tcpoom_fail(e, more ? tcpoom_json_column(j) : column,
					   "found %s, expected three numbers",
					   more ? "more" : "less");
		if (more && !read_number(j, INT64_MIN, INT64_MAX, &pages[i], e))
			return false;
	}
	tcpoom_field_set(&event->said, TCPOOM_F_tcp_mem2, pages[2]);
	event->tcp_mem = (struct tcpoom_tcp_mem){ true, pages[0], pages[1] };
	return true;
}

static bool read_field(struct tcpoom_json *j, struct tcpoom_state *s, enum tcpoom_field f,
		       struct tcpoom_error *e)
{
	struct tcpoom_span value;

	if (f == TCPOOM_F_entry)
		return tcpoom_json_string(j, &value, e) && tcpoom_entry_set(s, value, e);
	if (tcpoom_json_null(j)) {
		tcpoom_field_forget(s, f);
		return true;
	}
	return tcpoom_json_number(j, &value, "a number or null", e) &&
	       tcpoom_field_read(s, f, value, e);
}

/* "killed silent", or null for what the text writes as `?`. */
static bool read_verdict(struct tcpoom_json *j, int *outcome, struct tcpoom_error *e)
{
	struct tcpoom_span word;

	*outcome = -1;
	if (tcpoom_json_null(j))
		return true;
	if (!tcpoom_json_string(j, &word, e))
		return false;
	for (int i = 0; i < TCPOOM_OUTCOMES; i++)
		if (tcpoom_span_is(word, tcpoom_outcome_names[i]))
			*outcome = i;
	return *outcome >= 0 ||
	       tcpoom_fail_found(e, word, "kept, killed reset, killed silent, expired or null");
}

static bool read_lines(struct tcpoom_json *j, struct tcpoom_stated *to, struct tcpoom_error *e)
{
	struct tcpoom_span line;
	bool more;

	if (!tcpoom_json_enter(j, '[', e))
		return false;
	for (;;) {
		if (!tcpoom_json_element(j, &more, e))
			return false;
		if (!more)
			return true;
		if (to->lines == TCPOOM_LINES_MOST)
			return tcpoom_fail(e, tcpoom_json_column(j), "found more than %d lines",
					   TCPOOM_LINES_MOST);
		if (!tcpoom_json_string(j, &line, e))
			return false;
		if (!line.len)
			return tcpoom_fail(e, line.column,
					   "found an empty line, expected a line of a log");
		to->line[to->lines++] = line.text;
	}
}

enum { S_VERDICT, S_LINES, S_SUPPRESSED, S_SNMP, S_KEYS };

static bool read_stated_value(struct tcpoom_json *j, unsigned key, struct tcpoom_stated *to,
			      struct tcpoom_error *e)
{
	int64_t zero;

	switch (key) {
	case S_VERDICT:
		return read_verdict(j, &to->outcome, e);
	case S_LINES:
		return read_lines(j, to, e);
	case S_SUPPRESSED:
		return read_number(j, 0, UINT32_MAX, &to->suppressed, e);
	default:
		to->uncounted = true;
		return read_number(j, 0, 0, &zero, e);
	}
}

/* {"verdict":...,"lines":[...],"suppressed":N,"snmp":0}: the first is required. */
static bool read_stated(struct tcpoom_json *j, bool recorded, struct tcpoom_stated *to,
			struct tcpoom_error *e)
{
	static const char *const names[S_KEYS] = { "verdict", "lines", "suppressed", "snmp" };
	const unsigned long column = tcpoom_json_column(j);
	struct tcpoom_span name;
	uint64_t seen = 0;
	bool more;

	*to = (struct tcpoom_stated){ .suppressed = -1 };
	if (!tcpoom_json_enter(j, '{', e))
		return false;
	for (;;) {
		unsigned key = 0;

		if (!tcpoom_json_key(j, &name, &more, e))
			return false;
		if (!more)
			break;
		while (key < S_KEYS && !tcpoom_span_is(name, names[key]))
			key++;
		if (key == S_KEYS || (key == S_SUPPRESSED && !recorded))
			return tcpoom_fail_found(e, name, "verdict, lines%s or snmp",
						 recorded ? ", suppressed" : "");
		if (!once(&seen, key, name, e) || !read_stated_value(j, key, to, e))
			return false;
	}
	return seen & 1 << S_VERDICT ||
	       tcpoom_fail(e, column, "found no \"verdict\", expected it: it is required");
}

static bool read_alternatives(struct tcpoom_json *j, struct tcpoom_expect *to,
			      struct tcpoom_error *e)
{
	bool more;

	if (!tcpoom_json_enter(j, '[', e))
		return false;
	for (;;) {
		const unsigned long column = tcpoom_json_column(j);

		if (!tcpoom_json_element(j, &more, e))
			return false;
		if (!more && !to->alternatives)
			return tcpoom_fail(e, column, "found nothing, expected an outcome");
		if (!more)
			return true;
		if (to->alternatives == TCPOOM_ALTERNATIVES_MOST)
			return tcpoom_fail(e, tcpoom_json_column(j),
					   "found more than %d alternatives",
					   TCPOOM_ALTERNATIVES_MOST);
		if (!read_stated(j, false, &to->alternative[to->alternatives++], e))
			return false;
	}
}

/* {"kernel":"2.6.18","any":[...]} */
static bool read_expect(struct tcpoom_json *j, struct tcpoom_expect *to, struct tcpoom_error *e)
{
	const unsigned long column = tcpoom_json_column(j);
	struct tcpoom_span name, kernel;
	uint64_t seen = 0;
	bool more;

	to->alternatives = 0;
	if (!tcpoom_json_enter(j, '{', e))
		return false;
	for (;;) {
		bool good;

		if (!tcpoom_json_key(j, &name, &more, e))
			return false;
		if (!more)
			break;
		if (tcpoom_span_is(name, "kernel"))
			good = once(&seen, 0, name, e) && tcpoom_json_string(j, &kernel, e) &&
			       tcpoom_token(kernel, "a release", e);
		else if (tcpoom_span_is(name, "any"))
			good = once(&seen, 1, name, e) && read_alternatives(j, to, e);
		else
			good = tcpoom_fail_found(e, name, "kernel or any");
		if (!good)
			return false;
	}
	if (seen != 3)
		return tcpoom_fail(e, column, "found no \"%s\", expected it: it is required",
				   seen & 1 ? "any" : "kernel");
	to->kernel = kernel.text;
	return true;
}

static bool read_expects(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_error *e)
{
	struct tcpoom_json *j = t->json;
	bool more;

	if (!tcpoom_json_enter(j, '[', e))
		return false;
	for (;;) {
		struct tcpoom_expect *expect;

		if (!tcpoom_json_element(j, &more, e))
			return false;
		if (!more)
			return true;
		expect = tcpoom_event_expect(t, event, tcpoom_json_column(j), e);
		if (!expect || !read_expect(j, expect, e))
			return false;
	}
}

static bool read_value(struct tcpoom_trace *t, struct tcpoom_event *event, unsigned key,
		       struct tcpoom_error *e)
{
	struct tcpoom_json *j = t->json;
	struct tcpoom_span value;

	switch (key) {
	case TCPOOM_K_time:
		return tcpoom_json_number(j, &value, "a time in seconds", e) &&
		       tcpoom_time_read(value, "a time in seconds", &event->time, e);
	case TCPOOM_K_sk:
		if (!tcpoom_json_string(j, &value, e) ||
		    !tcpoom_token(value, "a name for the socket", e))
			return false;
		event->sk = value.text;
		return true;
	case TCPOOM_K_cpu:
		return read_number(j, 0, INT32_MAX, &event->cpu, e);
	case TCPOOM_K_id:
		return read_number(j, 0, INT64_MAX, &event->id, e);
	case TCPOOM_K_tcp_mem:
		return read_tcp_mem(j, event, e);
	case TCPOOM_K_recorded:
		event->has_recorded = true;
		return read_stated(j, true, &event->recorded, e);
	case TCPOOM_K_expect:
		return read_expects(t, event, e);
	default:
		return read_field(j, &event->said, (enum tcpoom_field)key, e);
	}
}

/* An event, of which the first key is read. */
static bool read_event(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_span name,
		       bool more, struct tcpoom_error *e)
{
	unsigned long columns[TCPOOM_KEYS + 1] = { 0 };
	const char *expected;
	enum tcpoom_field f;
	uint64_t seen = 0;

	for (; more;) {
		const unsigned key = tcpoom_key_find(&t->keys, name.text, name.len);

		if (key == TCPOOM_KEYS || key == TCPOOM_K_recorded_messages ||
		    key == TCPOOM_K_suppressed)
			return tcpoom_fail_found(e, name, "a key of an event, or a field");
		columns[key] = tcpoom_json_column(t->json);
		if (!once(&seen, key, name, e) || !read_value(t, event, key, e) ||
		    !tcpoom_json_key(t->json, &name, &more, e))
			return false;
	}
	if (seen >> TCPOOM_F_tcp_mem2 & seen >> TCPOOM_K_tcp_mem & 1)
		return tcpoom_fail(e, columns[TCPOOM_F_tcp_mem2],
				   "found tcp_mem2, expected tcp_mem alone");
	if (!(seen >> TCPOOM_K_time & seen >> TCPOOM_F_entry & 1))
		return tcpoom_fail(e, 1, "found no \"%s\", expected it: it is required",
				   seen >> TCPOOM_K_time & 1 ? "entry" : "time");
	if (!tcpoom_json_end(t->json, e))
		return false;
	expected = tcpoom_event_complete(event, &f);
	if (!expected)
		return tcpoom_item_keep(t, TCPOOM_I_EVENT, NULL) ||
		       tcpoom_fail(e, 0, "out of memory");
	return tcpoom_fail_unsound(&event->state, f, expected, columns[f], e);
}

/* Goes to the first key of the line's object. */
static bool begin_object(struct tcpoom_trace *t, struct tcpoom_span *name, bool *more,
			 struct tcpoom_error *e)
{
	return tcpoom_json_begin(t->json, t->line.text, t->line.length, e) &&
	       tcpoom_json_enter(t->json, '{', e) && tcpoom_json_key(t->json, name, more, e);
}

bool tcpoom_jsonl_begin(struct tcpoom_trace *t, struct tcpoom_error *e)
{
	struct tcpoom_span name;
	struct directive d;
	bool more;

	t->json = tcpoom_json_new();
	if (!t->json)
		return tcpoom_fail(e, 0, "out of memory");
	if (!begin_object(t, &name, &more, e))
		return false;
	if (!more || directive_key(name) != D_VERSION)
		return tcpoom_fail(e, 1,
				   "found another object, expected {\"tcpoom_trace\":1} as "
				   "the first line");
	return read_directive(t->json, name, &d, e);
}

enum tcpoom_trace_result tcpoom_jsonl_next(struct tcpoom_trace *t, struct tcpoom_event *event,
					   struct tcpoom_error *e)
{
	for (;;) {
		struct tcpoom_span name;
		struct directive d;
		bool more;

		switch (tcpoom_line_next(&t->line, e)) {
		case TCPOOM_LINE_END:
			return TCPOOM_TRACE_END;
		case TCPOOM_LINE_BAD:
			return TCPOOM_TRACE_BAD;
		default:
			break;
		}
		tcpoom_event_begin(t, event);
		if (!begin_object(t, &name, &more, e))
			return TCPOOM_TRACE_BAD;
		if (!more || directive_key(name) == D_KEYS)
			return read_event(t, event, name, more, e) ? TCPOOM_TRACE_EVENT
								   : TCPOOM_TRACE_BAD;
		if (directive_key(name) == D_VERSION)
			return tcpoom_fail_found(e, name, "it in the first line alone")
				       ? TCPOOM_TRACE_EVENT
				       : TCPOOM_TRACE_BAD;
		if (!read_directive(t->json, name, &d, e) || !obey(t, &d, e))
			return TCPOOM_TRACE_BAD;
		if (t->keeps)
			return TCPOOM_TRACE_LINE;
	}
}
