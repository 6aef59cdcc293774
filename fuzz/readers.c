/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no input makes a reader crash, leak or hang, that every error has a place and a
 * text, and that what is read is in range and sound: as a trace, as CSV, and as a release string.
 * For libFuzzer, and with main(files...) an ordinary test of a corpus.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../diff/possible.h"
#include "../kernels/release.h"
#include "../traces/csv.h"
#include "../traces/input.h"
#include "../traces/trace.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void (*const readers[])(FILE *) = { read_trace, read_csv };

	for (int i = 0; i < 2 && size; i++) {
		FILE *in = open_input(data, size);

		if (!in)
			continue;
		readers[i](in);
		tcpoom_input_close(in);
	}
	read_release(data, size);
	return 0;
}
