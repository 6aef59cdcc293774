/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no input makes a reader crash, leak or hang, that every error has a place and a
 * text, and that what is read is in range and sound: as a trace of any form, as CSV, as a
 * workload, as what tools print of a machine, as a claim, as sysctl.conf, and as a release string.
 * What is read of a trace is written in each form and must read the same again. For libFuzzer, and
 * with main(files...) an ordinary test of a corpus.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../advice/claim.h"
#include "../advice/doubts.h"
#include "../advice/reading.h"
#include "../diff/possible.h"
#include "../kernels/release.h"
#include "../traces/csv.h"
#include "../traces/input.h"
#include "../traces/line.h"
#include "../traces/workload.h"
#include "../traces/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ASSERT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static void check_error(const struct tcpoom_error *e)
{
	ASSERT(e->file && *e->text && strlen(e->text) < sizeof(e->text));
	ASSERT(e->line || !strncmp(e->text, "found nothing", 13));
}

/* Whatever was read can be decided, or it is said which field is at fault. */
static void check_state(const struct tcpoom_state *s)
{
	enum tcpoom_field at;

	ASSERT(s->entry < TCPOOM_ENTRIES && !tcpoom_state_unsound(s, &at));
	ASSERT(!(s->given & s->unknown));
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const int64_t value = tcpoom_field_get(s, (enum tcpoom_field)f);

		if (s->given >> f & 1)
			ASSERT(value >= tcpoom_field_table[f].min &&
			       value <= tcpoom_field_table[f].max);
	}
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		struct tcpoom_verdict v;
		struct tcpoom_tests tests;

		if (tcpoom_decide(&tcpoom_kernels[k], s, &v, &tests) == TCPOOM_OK)
			ASSERT(v.messages <= 2 && v.snmp == (v.messages > 0) &&
			       tests.count <= TCPOOM_TESTS);
		else
			ASSERT(v.blame < TCPOOM_FIELDS);
	}
}

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

/* Reads both; the second is what was written of the first. */
static void check_same(FILE *first, FILE *second, enum tcpoom_form form)
{
	struct tcpoom_error e;
	struct tcpoom_trace *a = tcpoom_trace_open(first, "input", &e),
			    *b = tcpoom_trace_open(second, "written", &e);
	struct tcpoom_event event, again;
	enum tcpoom_trace_result got;

	ASSERT(a && b);
	while (next_event(a, &event)) {
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
}

/* Writes what is read of the trace; the caller frees. NULL if it is none. */
static char *convert(FILE *in, enum tcpoom_form form, size_t *size)
{
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "input", &e);
	enum tcpoom_trace_result got;
	struct tcpoom_writer w;
	struct tcpoom_event event;
	char *text = NULL;
	FILE *out;

	if (!trace)
		return NULL;
	out = open_memstream(&text, size);
	tcpoom_write_begin(&w, out, form);
	tcpoom_trace_keep(trace);
	while ((got = tcpoom_trace_next(trace, &event, &e)) != TCPOOM_TRACE_END)
		tcpoom_write_items(&w, trace, got == TCPOOM_TRACE_EVENT ? &event : NULL);
	tcpoom_trace_close(trace);
	fclose(out);
	return text;
}

static void read_trace(FILE *in)
{
	struct tcpoom_error e = { .file = NULL };
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "input", &e);
	struct tcpoom_event event;
	enum tcpoom_trace_result got = TCPOOM_TRACE_END;

	if (!trace)
		check_error(&e);
	while (trace && (got = tcpoom_trace_next(trace, &event, &e)) != TCPOOM_TRACE_END) {
		if (got == TCPOOM_TRACE_EVENT)
			check_state(&event.state);
		else
			check_error(&e);
	}
	if (trace)
		tcpoom_trace_close(trace);
}

static void read_csv(FILE *in)
{
	struct tcpoom_error e = { .file = NULL };
	struct tcpoom_csv *csv = tcpoom_csv_open(in, "input", false, &e);
	enum tcpoom_csv_result got = TCPOOM_CSV_END;
	struct tcpoom_state s;

	if (!csv)
		check_error(&e);
	while (csv && (got = tcpoom_csv_next(csv, &s, &e)) != TCPOOM_CSV_END) {
		if (got == TCPOOM_CSV_ROW)
			check_state(&s);
		else
			check_error(&e);
	}
	if (csv)
		tcpoom_csv_close(csv);
}

/* What a run takes for granted: the ranges of all values, and that time does not go backwards. */
static void check_workload(const struct tcpoom_workload *w)
{
	int64_t time = 0;

	for (int i = 0; i < TCPOOM_SETTINGS; i++)
		ASSERT(w->value[i] >= tcpoom_settings[i].least &&
		       w->value[i] <= tcpoom_settings[i].most);
	for (size_t l = 0; l < w->lines; time = w->arrivals[l++].time) {
		const struct tcpoom_range *value = w->arrivals[l].value;

		ASSERT(w->arrivals[l].time >= time && w->arrivals[l].time <= w->end);
		ASSERT(w->arrivals[l].is_noise == (w->arrivals[l].text != NULL));
		for (int i = 0; i < TCPOOM_SOCKET_KEYS; i++)
			ASSERT(value[i].least <= value[i].most &&
			       value[i].most <= tcpoom_socket_keys[i].most);
		ASSERT(value[TCPOOM_C_cpu].most < w->value[TCPOOM_S_cpus]);
	}
}

static void read_claim(FILE *in)
{
	struct tcpoom_claim c;
	struct tcpoom_error e;

	if (tcpoom_claim_read(in, "input", &c, &e))
		ASSERT(c.claim && c.source && c.kernels.count &&
		       c.experiments <= TCPOOM_EXPERIMENTS_MOST);
	else
		check_error(&e);
	tcpoom_claim_free(&c);
}

static void lint(FILE *in)
{
	const struct tcpoom_lint_machine machine = { .ram = 1 << 30 };
	struct tcpoom_lint_findings found;
	struct tcpoom_error e = { .file = "input" };
	struct tcpoom_line line;

	tcpoom_line_open(&line, in, "input");
	while (tcpoom_line_next(&line, &e) == TCPOOM_LINE_READ) {
		if (!tcpoom_lint_line(line.text, &machine, &found, &e))
			check_error(&e);
		ASSERT(found.count <= TCPOOM_FINDINGS_MOST);
		for (unsigned i = 0; i < found.count; i++)
			ASSERT(found.finding[i].column && *found.finding[i].text);
	}
	tcpoom_line_close(&line);
}

static void read_workload(FILE *in)
{
	struct tcpoom_error e = { .file = NULL };
	struct tcpoom_workload w;

	if (tcpoom_workload_read(in, "input", &w, &e))
		check_workload(&w);
	else
		check_error(&e);
	tcpoom_workload_free(&w);
}

/* Facts stay what they can be, whatever a tool printed. */
static void read_facts(FILE *in)
{
	struct tcpoom_facts *facts = calloc(1, sizeof(*facts));
	struct tcpoom_doubts doubts;
	struct tcpoom_error e;
	unsigned held;

	if (!tcpoom_read_text(facts, in, "input", &held, &e))
		check_error(&e);
	for (unsigned i = 0; i < TCPOOM_FACTS; i++)
		if (facts->known[i])
			ASSERT(facts->value[i] >= tcpoom_fact_least(i) &&
			       facts->value[i] <= tcpoom_fact_most(i));
	tcpoom_doubts_find(facts, &doubts);
	tcpoom_facts_free(facts);
	free(facts);
}

static void read_release(const uint8_t *data, size_t size)
{
	char text[512];
	struct tcpoom_resolution r;

	snprintf(text, sizeof(text), "%.*s", (int)(size < 500 ? size : 500), (const char *)data);
	tcpoom_release_resolve(text, &r);
	ASSERT(*r.why && (r.evidence == TCPOOM_NO_RELEASE) == (r.candidates == 0));
	ASSERT(r.evidence == TCPOOM_AMBIGUOUS || r.candidates <= 1);
}

/* The input as a file that may be compressed; NULL if there is none. */
static FILE *open_input(const uint8_t *data, size_t size)
{
	FILE *in = fmemopen((void *)data, size, "r");

	return in ? tcpoom_input_wrap(in) : NULL;
}

static void check_round_trip(const uint8_t *data, size_t size, enum tcpoom_form form)
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
	check_same(in, back, form);
	tcpoom_input_close(in);
	fclose(back);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void (*const readers[])(FILE *) = { read_trace, read_csv,   read_workload,
					    read_facts, read_claim, lint };

	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers) && size; i++) {
		FILE *in = open_input(data, size);

		if (!in)
			continue;
		readers[i](in);
		tcpoom_input_close(in);
	}
	for (int form = 0; form < TCPOOM_FORMS && size; form++)
		check_round_trip(data, size, (enum tcpoom_form)form);
	read_release(data, size);
	return 0;
}
