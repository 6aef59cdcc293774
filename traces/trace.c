/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace of any form. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"

const char *const tcpoom_form_names[TCPOOM_FORMS] = {
	[TCPOOM_TEXT] = "text",
	[TCPOOM_JSONL] = "jsonl",
	[TCPOOM_CSV] = "csv",
};

static enum tcpoom_form form_of(const char *first_line)
{
	return *first_line == '{' ? TCPOOM_JSONL : *first_line == '#' ? TCPOOM_TEXT : TCPOOM_CSV;
}

static bool begin(struct tcpoom_trace *t, struct tcpoom_error *e)
{
	switch (tcpoom_line_next(&t->line, e)) {
	case TCPOOM_LINE_END:
		return tcpoom_fail(e, 0, "found nothing, expected \"" TCPOOM_FIRST_LINE "\"");
	case TCPOOM_LINE_BAD:
		return false;
	default:
		break;
	}
	t->form = form_of(t->line.text);
	switch (t->form) {
	case TCPOOM_TEXT:
		return tcpoom_text_begin(t, e);
	case TCPOOM_JSONL:
		return tcpoom_jsonl_begin(t, e);
	default:
		return tcpoom_csv_trace_begin(t, e);
	}
}

struct tcpoom_trace *tcpoom_trace_open(FILE *in, const char *name, struct tcpoom_error *e)
{
	struct tcpoom_trace *t = calloc(1, sizeof(*t));

	*e = (struct tcpoom_error){ .file = name };
	if (!t) {
		tcpoom_fail(e, 0, "out of memory");
		return NULL;
	}
	tcpoom_line_open(&t->line, in, name);
	tcpoom_keys_make(&t->keys);
	if (begin(t, e))
		return t;
	tcpoom_trace_close(t);
	return NULL;
}

static void drop_items(struct tcpoom_trace *t)
{
	while (t->items)
		free(t->item[--t->items].text);
}

/* What is bad is not written again; comments within it stay. */
static void drop_event(struct tcpoom_trace *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->items; i++)
		if (t->item[i].kind == TCPOOM_I_EVENT || t->item[i].kind == TCPOOM_I_UNDER)
			free(t->item[i].text);
		else
			t->item[kept++] = t->item[i];
	t->items = kept;
}

enum tcpoom_trace_result tcpoom_trace_next(struct tcpoom_trace *t, struct tcpoom_event *event,
					   struct tcpoom_error *e)
{
	enum tcpoom_trace_result got;

	if (t->items)
		drop_items(t);
	got = t->form == TCPOOM_TEXT	? tcpoom_text_next(t, event, e)
	      : t->form == TCPOOM_JSONL ? tcpoom_jsonl_next(t, event, e)
					: tcpoom_csv_event(t, event, e);
	if (got == TCPOOM_TRACE_BAD)
		drop_event(t);
	return got;
}

void tcpoom_event_begin(const struct tcpoom_trace *t, struct tcpoom_event *event)
{
	event->line = t->line.number;
	event->time = 0;
	event->said = t->set;
	event->tcp_mem = t->set_tcp_mem;
	event->sk = NULL;
	event->cpu = -1;
	event->id = -1;
	event->has_recorded = false;
	event->expects = 0;
	event->expect = NULL;
}

const char *tcpoom_event_complete(struct tcpoom_event *event, enum tcpoom_field *f)
{
	event->state = event->said;
	event->assumed = tcpoom_state_complete(&event->state);
	return tcpoom_state_unsound(&event->state, f);
}

struct tcpoom_expect *tcpoom_event_expect(struct tcpoom_trace *t, struct tcpoom_event *event,
					  unsigned long column, struct tcpoom_error *e)
{
	if (event->expects == TCPOOM_EXPECTS_MOST) {
		tcpoom_fail(e, column, "found more than %d expectations", TCPOOM_EXPECTS_MOST);
		return NULL;
	}
	if (event->expects == t->expects_most) {
		const size_t most = t->expects_most ? 2 * t->expects_most : 4;
		struct tcpoom_expect *expect = realloc(t->expect, most * sizeof(*expect));

		if (!expect) {
			tcpoom_fail(e, 0, "out of memory");
			return NULL;
		}
		t->expect = expect;
		t->expects_most = most;
	}
	event->expect = t->expect;
	event->expect[event->expects].line = t->line.number;
	return &event->expect[event->expects++];
}

bool tcpoom_trace_set_kernel(struct tcpoom_trace *t, struct tcpoom_span release,
			     struct tcpoom_span arch, int64_t cpus)
{
	free(t->kernel);
	free(t->arch);
	t->kernel = strndup(release.text, release.len);
	t->arch = arch.len ? strndup(arch.text, arch.len) : NULL;
	t->cpus = cpus;
	return t->kernel && (t->arch || !arch.len);
}

bool tcpoom_item_keep(struct tcpoom_trace *t, enum tcpoom_item_kind kind, const char *text)
{
	char *copy = NULL;

	if (!t->keeps)
		return true;
	if (t->items == t->items_most) {
		const size_t most = t->items_most ? 2 * t->items_most : 8;
		struct tcpoom_item *item = realloc(t->item, most * sizeof(*item));

		if (!item)
			return false;
		t->item = item;
		t->items_most = most;
	}
	if (text) {
		copy = strdup(text);
		if (!copy)
			return false;
	}
	t->item[t->items++] = (struct tcpoom_item){ kind, copy };
	return true;
}

void tcpoom_trace_keep(struct tcpoom_trace *t)
{
	t->keeps = true;
}

const struct tcpoom_item *tcpoom_trace_items(const struct tcpoom_trace *t, size_t *count)
{
	*count = t->items;
	return t->item;
}

const char *tcpoom_trace_kernel(const struct tcpoom_trace *t)
{
	return t->kernel;
}

const char *tcpoom_trace_arch(const struct tcpoom_trace *t)
{
	return t->arch;
}

int64_t tcpoom_trace_cpus(const struct tcpoom_trace *t)
{
	return t->cpus;
}

int64_t tcpoom_trace_lost(const struct tcpoom_trace *t)
{
	return t->lost;
}

enum tcpoom_form tcpoom_trace_form(const struct tcpoom_trace *t)
{
	return t->form;
}

void tcpoom_trace_close(struct tcpoom_trace *t)
{
	drop_items(t);
	free(t->item);
	free(t->kernel);
	free(t->arch);
	free(t->expect);
	tcpoom_json_free(t->json);
	if (t->csv)
		tcpoom_csv_close(t->csv);
	tcpoom_line_close(&t->line);
	free(t);
}
