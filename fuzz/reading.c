/* SPDX-License-Identifier: GPL-2.0-only */
#include "reading.h"

#include <inttypes.h>
#include <string.h>

#include "../kernels/table.h"
#include "../traces/input.h"

FILE *open_input(const uint8_t *data, size_t size)
{
	FILE *in = size ? fmemopen((void *)data, size, "r") : NULL;
	FILE *wrapped = in ? tcpoom_input_wrap(in) : NULL;

	if (in && !wrapped)
		fclose(in);
	return wrapped;
}

void check_error(const struct tcpoom_error *e)
{
	const bool is_missing = !strncmp(e->text, "found no", 8);

	ASSERT(e->file && *e->text && strlen(e->text) < sizeof(e->text));
	ASSERT(e->line || !strncmp(e->text, "found nothing", 13));
	ASSERT(e->column || is_missing);
}

static uint64_t inputs_accepted;

static void report(void)
{
	fprintf(stderr, "%" PRIu64 " inputs accepted\n", inputs_accepted);
}

void accepted(void)
{
	if (!inputs_accepted++ && getenv("TCPOOM_FUZZ_REPORT"))
		atexit(report);
}

void check_state(const struct tcpoom_state *s, unsigned long kernel)
{
	const struct tcpoom_kernel *k = &tcpoom_kernels[kernel % TCPOOM_KERNELS];
	struct tcpoom_verdict v;
	struct tcpoom_tests tests;
	enum tcpoom_field at;

	ASSERT(s->entry < TCPOOM_ENTRIES && !tcpoom_state_unsound(s, &at));
	ASSERT(!(s->given & s->unknown));
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const int64_t value = tcpoom_field_get(s, (enum tcpoom_field)f);

		if (s->given >> f & 1)
			ASSERT(value >= tcpoom_field_table[f].min &&
			       value <= tcpoom_field_table[f].max);
	}
	if (tcpoom_decide(k, s, &v, &tests) == TCPOOM_OK)
		ASSERT(v.messages <= 2 && v.snmp == (v.messages > 0) &&
		       tests.count <= TCPOOM_TESTS);
	else
		ASSERT(v.blame < TCPOOM_FIELDS);
}

/* ---- what was written is the same ---- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_stated(const struct tcpoom_stated *a, const struct tcpoom_stated *b)
{
	if (a->outcome != b->outcome || a->lines != b->lines || a->suppressed != b->suppressed)
		return false;
	for (unsigned i = 0; i < a->lines; i++)
		if (strcmp(a->line[i], b->line[i]) != 0)
			return false;
	return true;
}

static void check_same_expect(const struct tcpoom_expect *a, const struct tcpoom_expect *b)
{
	ASSERT(same_text(a->kernel, b->kernel) && a->alternatives == b->alternatives);
	for (unsigned i = 0; i < a->alternatives; i++)
		ASSERT(same_stated(&a->alternative[i], &b->alternative[i]) &&
		       a->alternative[i].uncounted == b->alternative[i].uncounted);
}

static void check_same_state(const struct tcpoom_state *a, const struct tcpoom_state *b)
{
	ASSERT(a->given == b->given && a->unknown == b->unknown);
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		ASSERT(tcpoom_field_get(a, (enum tcpoom_field)f) ==
		       tcpoom_field_get(b, (enum tcpoom_field)f));
}

static void check_same_event(const struct tcpoom_event *a, const struct tcpoom_event *b,
			     enum tcpoom_form form)
{
	ASSERT(a->time == b->time && a->cpu == b->cpu && a->id == b->id && same_text(a->sk, b->sk));
	check_same_state(&a->said, &b->said);
	check_same_state(&a->state, &b->state);
	ASSERT(a->has_recorded == b->has_recorded && a->expects == b->expects);
	if (a->has_recorded)
		ASSERT(same_stated(&a->recorded, &b->recorded));
	for (unsigned i = 0; i < a->expects; i++)
		check_same_expect(&a->expect[i], &b->expect[i]);
	if (form == TCPOOM_CSV)
		return;
	ASSERT(!a->has_recorded || a->recorded.uncounted == b->recorded.uncounted);
	ASSERT(a->tcp_mem.said == b->tcp_mem.said);
	ASSERT(!a->tcp_mem.said ||
	       (a->tcp_mem.low == b->tcp_mem.low && a->tcp_mem.pressure == b->tcp_mem.pressure));
}

/* The next event, past what is bad. */
static bool next_event(struct tcpoom_trace *trace, struct tcpoom_event *event)
{
	enum tcpoom_trace_result got;
	struct tcpoom_error e;

	do {
		got = tcpoom_trace_next(trace, event, &e);
	} while (got == TCPOOM_TRACE_BAD);
	return got == TCPOOM_TRACE_EVENT;
}

/* Reads both; the second is what was written of the first. Whether there are events. */
static bool check_same(FILE *first, FILE *second, enum tcpoom_form form)
{
	struct tcpoom_error e;
	struct tcpoom_trace *a = tcpoom_trace_open(first, "input", &e),
			    *b = tcpoom_trace_open(second, "written", &e);
	struct tcpoom_event event, again;
	enum tcpoom_trace_result got;
	bool any = false;

	ASSERT(a && b);
	while (next_event(a, &event)) {
		any = true;
		got = tcpoom_trace_next(b, &again, &e);
		ASSERT(got == TCPOOM_TRACE_EVENT);
		check_same_event(&event, &again, form);
		ASSERT(form == TCPOOM_CSV ||
		       (same_text(tcpoom_trace_kernel(a), tcpoom_trace_kernel(b)) &&
			same_text(tcpoom_trace_arch(a), tcpoom_trace_arch(b)) &&
			tcpoom_trace_cpus(a) == tcpoom_trace_cpus(b)));
	}
	got = tcpoom_trace_next(b, &again, &e);
	ASSERT(got == TCPOOM_TRACE_END);
	ASSERT(form == TCPOOM_CSV || tcpoom_trace_lost(a) == tcpoom_trace_lost(b));
	tcpoom_trace_close(a);
	tcpoom_trace_close(b);
	return any;
}

/* Writes what is read of the trace; the caller frees. NULL if it is none. */
static char *convert(FILE *in, enum tcpoom_form form, size_t *size)
{
	struct tcpoom_error e = { .file = NULL };
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "input", &e);
	enum tcpoom_trace_result got;
	struct tcpoom_writer w;
	struct tcpoom_event event;
	char *text = NULL;
	FILE *out;

	if (!trace) {
		check_error(&e);
		return NULL;
	}
	out = open_memstream(&text, size);
	tcpoom_write_begin(&w, out, form);
	tcpoom_trace_keep(trace);
	while ((got = tcpoom_trace_next(trace, &event, &e)) != TCPOOM_TRACE_END) {
		if (got == TCPOOM_TRACE_EVENT)
			check_state(&event.state, event.line);
		else if (got == TCPOOM_TRACE_BAD)
			check_error(&e);
		tcpoom_write_items(&w, trace, got == TCPOOM_TRACE_EVENT ? &event : NULL);
	}
	tcpoom_trace_close(trace);
	fclose(out);
	return text;
}

static void check_form(const uint8_t *data, size_t size, enum tcpoom_form form)
{
	FILE *in = open_input(data, size), *back;
	size_t written;
	char *text;

	if (!in)
		return;
	text = convert(in, form, &written);
	tcpoom_input_close(in);
	if (!text)
		return;
	in = open_input(data, size);
	back = fmemopen(text, written, "r");
	if (check_same(in, back, form) && form == TCPOOM_TEXT)
		accepted();
	tcpoom_input_close(in);
	fclose(back);
	free(text);
}

void check_trace(const uint8_t *data, size_t size)
{
	for (int form = 0; form < TCPOOM_FORMS; form++)
		check_form(data, size, (enum tcpoom_form)form);
}
