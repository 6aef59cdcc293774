/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One JSON value (RFC 8259) after the other, from left to right: jsmn finds the tokens, and what it
 * lets through, such as a missing comma, is refused here, with its column.
 */
#ifndef TCPOOM_TRACES_JSON_READ_H
#define TCPOOM_TRACES_JSON_READ_H

#include <stdbool.h>

#include "error.h"

struct tcpoom_json;

/* NULL without memory. */
struct tcpoom_json *tcpoom_json_new(void);
void tcpoom_json_free(struct tcpoom_json *json);

/* Begins with a line. The text is terminated; strings are decoded in it. */
bool tcpoom_json_begin(struct tcpoom_json *json, char *text, size_t length, struct tcpoom_error *e);
/* Nothing may follow on the value. */
bool tcpoom_json_end(struct tcpoom_json *json, struct tcpoom_error *e);

/* Goes into an object ('{') or an array ('['), which must be next. */
bool tcpoom_json_enter(struct tcpoom_json *json, char bracket, struct tcpoom_error *e);

/*
 * The next key of an object, or the next element of an array, which is read then. At the closing
 * bracket *more is false, and the object or array was left.
 */
bool tcpoom_json_key(struct tcpoom_json *json, struct tcpoom_span *key, bool *more,
		     struct tcpoom_error *e);
bool tcpoom_json_element(struct tcpoom_json *json, bool *more, struct tcpoom_error *e);

/* Passes over null; false if the next value is another one. */
bool tcpoom_json_null(struct tcpoom_json *json);

/* A string, terminated; what it holds is text without NUL. */
bool tcpoom_json_string(struct tcpoom_json *json, struct tcpoom_span *value,
			struct tcpoom_error *e);

/* A number as it is written; `expected` is what an error says instead of any number. */
bool tcpoom_json_number(struct tcpoom_json *json, struct tcpoom_span *value, const char *expected,
			struct tcpoom_error *e);

/* The column of the next value. */
unsigned long tcpoom_json_column(const struct tcpoom_json *json);

#endif
