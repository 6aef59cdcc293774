/* SPDX-License-Identifier: GPL-2.0-only */
/* JSON as it is written, one value after the other; commas are set here. */
#ifndef TCPOOM_CLI_JSON_H
#define TCPOOM_CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool follows; /* a value precedes in this object or array */
};

/* `key` is NULL in an array and at the top. */
void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, int64_t value);
void json_unsigned(struct json *j, const char *key, uint64_t value);
void json_time(struct json *j, const char *key, int64_t ns); /* in seconds */
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

/* Ends a line of JSON Lines. */
void json_end_line(struct json *j);

#endif
