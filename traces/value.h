/* SPDX-License-Identifier: GPL-2.0-only */
/* A field's value as text. */
#ifndef TCPOOM_TRACES_VALUE_H
#define TCPOOM_TRACES_VALUE_H

#include "../model/state.h"
#include "error.h"

/*
 * A whole decimal or 0x number in min..max; anything else, also a number that no int64_t holds, is
 * an error.
 */
bool tcpoom_number(struct tcpoom_span text, int64_t min, int64_t max, int64_t *value,
		   struct tcpoom_error *e);

/* Whether `key` names a field or `tcp_mem`. */
bool tcpoom_key_known(struct tcpoom_span key);

/*
 * Sets what `key` names, a field or `tcp_mem`, from `value`; `?` makes it unknown. The key must be
 * known. Returns the field in *field.
 */
bool tcpoom_value_set(struct tcpoom_state *s, struct tcpoom_span key, struct tcpoom_span value,
		      enum tcpoom_field *field, struct tcpoom_error *e);

/* The value of one field; `?` makes it unknown. */
bool tcpoom_field_read(struct tcpoom_state *s, enum tcpoom_field f, struct tcpoom_span value,
		       struct tcpoom_error *e);

/* Sets the field; false where it is out of range, or where more than its range is asked of it. */
bool tcpoom_field_plain(struct tcpoom_state *s, enum tcpoom_field f, int64_t number);

/* What `tcp_mem=low,pressure,high` says beside tcp_mem2; no decision reads it. */
struct tcpoom_tcp_mem {
	bool said;
	int64_t low, pressure;
};

/* "found rto_max=1, expected ...": what tcpoom_state_unsound found. Returns false. */
bool tcpoom_fail_unsound(const struct tcpoom_state *s, enum tcpoom_field f, const char *expected,
			 unsigned long column, struct tcpoom_error *e);

/* Sets tcp_mem2, and *mem. */
bool tcpoom_tcp_mem_read(struct tcpoom_state *s, struct tcpoom_span text,
			 struct tcpoom_tcp_mem *mem, struct tcpoom_error *e);

/* Seconds with up to nine digits of fraction, as nanoseconds. */
bool tcpoom_time_read(struct tcpoom_span word, const char *expected, int64_t *ns,
		      struct tcpoom_error *e);

/* A word that every form of a trace can hold: not empty, no blanks or control characters. */
bool tcpoom_token(struct tcpoom_span text, const char *expected, struct tcpoom_error *e);

/* The entry of that name. */
bool tcpoom_entry_set(struct tcpoom_state *s, struct tcpoom_span word, struct tcpoom_error *e);

#define TCPOOM_DIGITS_MOST 18 /* an int64_t holds all numbers of so many */

/*
 * Reads digits before `end`, and leaves *at behind them; false where there are none, or too many.
 * Not a span: on the way of an event that costs more than the reading.
 */
static inline bool tcpoom_digits(const char **at, const char *end, int64_t *number)
{
	const char *const start = *at;
	const char *const most =
		end - start > TCPOOM_DIGITS_MOST ? start + TCPOOM_DIGITS_MOST : end;
	const char *c = start;
	int64_t n = 0;
	unsigned d;

	for (; c < most && (d = (unsigned char)*c - (unsigned)'0') < 10; c++)
		n = n * 10 + d;
	*at = c;
	*number = n;
	return c != start && (c == end || (unsigned char)*c - (unsigned)'0' >= 10);
}

static inline bool tcpoom_span_is(struct tcpoom_span span, const char *word)
{
	size_t i = 0;

	while (i < span.len && word[i] && span.text[i] == word[i])
		i++;
	return i == span.len && !word[i];
}

#endif
