/* SPDX-License-Identifier: GPL-2.0-only */
#include "json.h"

#include <inttypes.h>

#include "../traces/write.h"

static void begin(struct json *j, const char *key)
{
	if (j->follows)
		fputc(',', j->out);
	j->follows = true;
	if (!key)
		return;
	tcpoom_json_text(j->out, key);
	fputc(':', j->out);
}

void json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	fputc(bracket, j->out);
	j->follows = false;
}

void json_close(struct json *j, char bracket)
{
	fputc(bracket, j->out);
	j->follows = true;
}

void json_string(struct json *j, const char *key, const char *value)
{
	begin(j, key);
	tcpoom_json_text(j->out, value);
}

void json_number(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	fprintf(j->out, "%" PRId64, value);
}

void json_unsigned(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_time(struct json *j, const char *key, int64_t ns)
{
	char text[24];

	begin(j, key);
	fwrite(text, 1, tcpoom_time_text(ns, text), j->out);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	begin(j, key);
	fputs("null", j->out);
}

void json_end_line(struct json *j)
{
	fputc('\n', j->out);
	j->follows = false;
}
