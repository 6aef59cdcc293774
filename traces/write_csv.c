/* SPDX-License-Identifier: GPL-2.0-only */
/* An event as a row of CSV. */
#include <inttypes.h>
#include <string.h>

#include "../model/verdict.h"
#include "write_form.h"

void tcpoom_csv_write_header(FILE *out)
{
	fputs("time,sk,cpu,id", out);
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		fprintf(out, ",%s", tcpoom_field_table[f].name);
	fputs(",recorded,recorded_messages,suppressed,expect\n", out);
}

/* A character within quotes. */
static void write_quoted(FILE *out, char c)
{
	if (c == '"')
		fputc('"', out);
	fputc(c, out);
}

/* A cell, in quotes where it needs them. */
static void write_cell(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++)
		write_quoted(out, *text);
	fputc('"', out);
}

/* Lines with `|` between them; what would end one, or is no printed text, is escaped. */
static void write_messages(FILE *out, const struct tcpoom_stated *stated)
{
	for (unsigned i = 0; i < stated->lines; i++) {
		fputs(i ? "|" : "\"", out);
		for (const char *at = stated->line[i]; *at; at++) {
			const unsigned char c = (unsigned char)*at;

			if (c < ' ' || c == 0x7f || c == '\\' || c == '|')
				fprintf(out, "\\x%02x", c);
			else
				write_quoted(out, *at);
		}
	}
	fputs(stated->lines ? "\"" : "", out);
}

static void write_expects(FILE *out, const struct tcpoom_event *event)
{
	for (unsigned i = 0; i < event->expects; i++) {
		const struct tcpoom_expect *expect = &event->expect[i];

		fputs(i ? " ; " : "\"", out);
		for (const char *at = expect->kernel; *at; at++)
			write_quoted(out, *at);
		fputc(':', out);
		for (unsigned a = 0; a < expect->alternatives; a++) {
			fputs(a ? " | " : " ", out);
			tcpoom_stated_write(out, &expect->alternative[a], "\"\"");
		}
	}
	fputs(event->expects ? "\"" : "", out);
}

static void write_number(FILE *out, int64_t number)
{
	if (number >= 0)
		fprintf(out, "%" PRId64, number);
}

void tcpoom_csv_write(FILE *out, const struct tcpoom_event *event)
{
	static const struct tcpoom_stated nothing = { .suppressed = -1 };
	const struct tcpoom_stated *recorded = event->has_recorded ? &event->recorded : &nothing;
	const struct tcpoom_state *s = &event->said;
	char time[24];

	tcpoom_time_text(event->time, time);
	fprintf(out, "%s,", time);
	write_cell(out, event->sk ? event->sk : "");
	fputc(',', out);
	write_number(out, event->cpu);
	fputc(',', out);
	write_number(out, event->id);
	fprintf(out, ",%s", tcpoom_entry_names[s->entry]);
	for (int f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++) {
		fputc(',', out);
		if (s->given >> f & 1)
			fprintf(out, "%" PRId64, tcpoom_field_get(s, (enum tcpoom_field)f));
		else if (s->unknown >> f & 1)
			fputc('?', out);
	}
	fputc(',', out);
	if (event->has_recorded)
		fputs(recorded->outcome < 0 ? "?" : tcpoom_outcome_names[recorded->outcome], out);
	fputc(',', out);
	write_messages(out, recorded);
	fputc(',', out);
	write_number(out, recorded->suppressed);
	fputc(',', out);
	write_expects(out, event);
	fputc('\n', out);
}
