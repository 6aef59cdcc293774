/* SPDX-License-Identifier: GPL-2.0-only */
/* What the readers of the three forms share: the inside of a trace. */
#ifndef TCPOOM_TRACES_FORM_H
#define TCPOOM_TRACES_FORM_H

#include "csv.h"
#include "json_read.h"
#include "key.h"
#include "line.h"
#include "trace.h"

#define TCPOOM_FIRST_LINE "# tcpoom trace 1"

#define TCPOOM_PLACES 64 /* more than there are keys */

/* Where something was said, for an error that is found later. */
struct tcpoom_said_at {
	unsigned long line, column;
};

struct tcpoom_trace {
	enum tcpoom_form form;
	struct tcpoom_line line;
	struct tcpoom_keys keys;
	char *kernel, *arch;
	int64_t cpus, lost;
	struct tcpoom_expect *expect; /* of the current event */
	size_t expects_most;

	/* text */
	struct tcpoom_state set; /* what `set` gave */
	struct tcpoom_tcp_mem set_tcp_mem;
	struct tcpoom_said_at set_at[TCPOOM_FIELDS];
	uint8_t key_before[TCPOOM_PLACES]; /* of the event before, by their place in the line */
	bool has_error;			   /* met under a bad event; it is the next result */
	struct tcpoom_error error;

	struct tcpoom_json *json;
	struct tcpoom_csv *csv;

	bool keeps; /* items */
	struct tcpoom_item *item;
	size_t items, items_most;
};

/* Each reads on: tcpoom_trace_next of its form. */
enum tcpoom_trace_result tcpoom_text_next(struct tcpoom_trace *t, struct tcpoom_event *event,
					  struct tcpoom_error *e);
enum tcpoom_trace_result tcpoom_jsonl_next(struct tcpoom_trace *t, struct tcpoom_event *event,
					   struct tcpoom_error *e);
enum tcpoom_trace_result tcpoom_csv_event(struct tcpoom_trace *t, struct tcpoom_event *event,
					  struct tcpoom_error *e);

/* Each reads the first line, which was read already. */
bool tcpoom_text_begin(struct tcpoom_trace *t, struct tcpoom_error *e);
bool tcpoom_jsonl_begin(struct tcpoom_trace *t, struct tcpoom_error *e);
bool tcpoom_csv_trace_begin(struct tcpoom_trace *t, struct tcpoom_error *e);

/* An event in which nothing is said but what `set` gave. */
void tcpoom_event_begin(const struct tcpoom_trace *t, struct tcpoom_event *event);

/* Completes the state. Returns NULL, or what was expected of *f where it is not sound. */
const char *tcpoom_event_complete(struct tcpoom_event *event, enum tcpoom_field *f);

/* Room for one more expectation of the event, or NULL and *e. */
struct tcpoom_expect *tcpoom_event_expect(struct tcpoom_trace *t, struct tcpoom_event *event,
					  unsigned long column, struct tcpoom_error *e);

/* `kernel RELEASE arch WORD cpus N`; arch may be empty and cpus 0. Returns false without memory. */
bool tcpoom_trace_set_kernel(struct tcpoom_trace *t, struct tcpoom_span release,
			     struct tcpoom_span arch, int64_t cpus);

/* CSV, of which the header is the next line of `line`, which stays the caller's. */
struct tcpoom_csv *tcpoom_csv_of_line(struct tcpoom_line *line, struct tcpoom_error *e);

/* The next row, but only what its fields say: not completed, and not checked as a whole. */
enum tcpoom_csv_result tcpoom_csv_said(struct tcpoom_csv *csv, struct tcpoom_state *s,
				       struct tcpoom_tcp_mem *mem, struct tcpoom_error *e);

/* What that row holds for a key (enum tcpoom_key); terminated, empty where it says nothing. */
struct tcpoom_span tcpoom_csv_cell(const struct tcpoom_csv *csv, unsigned key);

/* Keeps an item, where items are kept. Returns false without memory. */
bool tcpoom_item_keep(struct tcpoom_trace *t, enum tcpoom_item_kind kind, const char *text);

#endif
