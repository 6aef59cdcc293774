/* SPDX-License-Identifier: GPL-2.0-only */
/* The reader of traces as CSV: a row of states, with what a trace says beside them. */
#include <string.h>

#include "form.h"
#include "stated.h"

bool tcpoom_csv_trace_begin(struct tcpoom_trace *t, struct tcpoom_error *e)
{
	const struct tcpoom_span first = { t->line.text, strcspn(t->line.text, ","), 1 };
	const bool quoted = first.text[0] == '"', marked = !strncmp(first.text, "\xef\xbb\xbf", 3);

	if (!quoted && !marked && tcpoom_key_find(&t->keys, first.text, first.len) == TCPOOM_KEYS)
		return tcpoom_fail_found(e, first,
					 "\"" TCPOOM_FIRST_LINE "\", {\"tcpoom_trace\":1} or names "
					 "of columns as the first line");
	tcpoom_line_again(&t->line);
	t->csv = tcpoom_csv_of_line(&t->line, e);
	return t->csv != NULL;
}

/* A cursor over a cell, of which the text is in its place in the line. */
static struct tcpoom_cursor cursor_of(struct tcpoom_span cell)
{
	char *const text = (char *)cell.text;

	return (struct tcpoom_cursor){ cell.len ? text - (cell.column - 1) : text, text };
}

/* A value that is there and is no `?`. */
static bool is_said(struct tcpoom_span cell)
{
	return cell.len && !tcpoom_span_is(cell, "?");
}

static bool read_recorded(const struct tcpoom_csv *csv, struct tcpoom_event *event,
			  struct tcpoom_error *e)
{
	const struct tcpoom_span recorded = tcpoom_csv_cell(csv, TCPOOM_K_recorded),
				 messages = tcpoom_csv_cell(csv, TCPOOM_K_recorded_messages),
				 suppressed = tcpoom_csv_cell(csv, TCPOOM_K_suppressed);
	struct tcpoom_stated *to = &event->recorded;
	struct tcpoom_cursor c = cursor_of(recorded);
	bool more = messages.len != 0;

	if (!recorded.len && !messages.len && !suppressed.len)
		return true;
	if (!recorded.len)
		return tcpoom_fail(e, messages.len ? messages.column : suppressed.column,
				   "found no recorded, expected it beside this: a verdict or ?");
	event->has_recorded = true;
	*to = (struct tcpoom_stated){ .suppressed = -1 };
	if (!tcpoom_outcome_read(&c, &to->outcome, e))
		return false;
	if (*c.at)
		return tcpoom_fail_found(e, recorded, "a verdict or ?");
	if (suppressed.len && !tcpoom_number(suppressed, 0, UINT32_MAX, &to->suppressed, e))
		return false;
	for (c = cursor_of(messages); more;)
		if (!tcpoom_message_read(&c, to, &more, e))
			return false;
	return true;
}

/* KERNEL: OUTCOME | OUTCOME ; KERNEL: ... */
static bool read_expects(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_error *e)
{
	const struct tcpoom_span cell = tcpoom_csv_cell(t->csv, TCPOOM_K_expect);
	struct tcpoom_cursor c = cursor_of(cell);
	struct tcpoom_expect *expect;

	for (bool more = cell.len != 0; more; c.at += more) {
		expect = tcpoom_event_expect(t, event, cell.column, e);
		if (!expect || !tcpoom_expect_read(&c, expect, e))
			return false;
		more = *c.at == ';';
	}
	return true;
}

static bool read_beside(struct tcpoom_trace *t, struct tcpoom_event *event, struct tcpoom_error *e)
{
	const struct tcpoom_span time = tcpoom_csv_cell(t->csv, TCPOOM_K_time),
				 sk = tcpoom_csv_cell(t->csv, TCPOOM_K_sk),
				 cpu = tcpoom_csv_cell(t->csv, TCPOOM_K_cpu),
				 id = tcpoom_csv_cell(t->csv, TCPOOM_K_id);

	if (time.len && !tcpoom_time_read(time, "a time in seconds", &event->time, e))
		return false;
	if (sk.len && !tcpoom_token(sk, "a name for the socket", e))
		return false;
	event->sk = sk.len ? sk.text : NULL;
	if (cpu.len && !tcpoom_number(cpu, 0, INT32_MAX, &event->cpu, e))
		return false;
	if (is_said(id) && !tcpoom_number(id, 0, INT64_MAX, &event->id, e))
		return false;
	return read_recorded(t->csv, event, e) && read_expects(t, event, e);
}

enum tcpoom_trace_result tcpoom_csv_event(struct tcpoom_trace *t, struct tcpoom_event *event,
					  struct tcpoom_error *e)
{
	enum tcpoom_csv_result got;
	const char *expected;
	enum tcpoom_field f;

	tcpoom_event_begin(t, event);
	got = tcpoom_csv_said(t->csv, &event->said, &event->tcp_mem, e);
	event->line = t->line.number;
	if (got == TCPOOM_CSV_END)
		return TCPOOM_TRACE_END;
	if (got == TCPOOM_CSV_BAD || !read_beside(t, event, e))
		return TCPOOM_TRACE_BAD;
	expected = tcpoom_event_complete(event, &f);
	if (expected) {
		tcpoom_csv_at(t->csv, f, e);
		tcpoom_fail_unsound(&event->state, f, expected, e->column, e);
		return TCPOOM_TRACE_BAD;
	}
	if (tcpoom_item_keep(t, TCPOOM_I_EVENT, NULL))
		return TCPOOM_TRACE_EVENT;
	tcpoom_fail(e, 0, "out of memory");
	return TCPOOM_TRACE_BAD;
}
