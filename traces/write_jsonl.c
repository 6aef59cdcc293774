/* SPDX-License-Identifier: GPL-2.0-only */
/* An event as an object of JSON Lines. */
#include <inttypes.h>

#include "../model/verdict.h"
#include "utf8.h"
#include "write_form.h"

void tcpoom_json_text(FILE *out, const char *text)
{
	fputc('"', out);
	while (*text) {
		const unsigned char c = (unsigned char)*text;
		const size_t len = tcpoom_utf8_length(text);

		if (!len)
			fprintf(out, "\\udc%02x", c);
		else if (c < ' ')
			fprintf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else
			fwrite(text, 1, len, out);
		text += len ? len : 1;
	}
	fputc('"', out);
}

static void write_stated(FILE *out, const struct tcpoom_stated *stated)
{
	if (stated->outcome < 0)
		fputs("{\"verdict\":null,\"lines\":[", out);
	else
		fprintf(out, "{\"verdict\":\"%s\",\"lines\":[",
			tcpoom_outcome_names[stated->outcome]);
	for (unsigned i = 0; i < stated->lines; i++) {
		fputs(i ? "," : "", out);
		tcpoom_json_text(out, stated->line[i]);
	}
	fputc(']', out);
	if (stated->suppressed >= 0)
		fprintf(out, ",\"suppressed\":%" PRId64, stated->suppressed);
	fputs(stated->uncounted ? ",\"snmp\":0}" : "}", out);
}

static void write_expect(FILE *out, const struct tcpoom_expect *expect)
{
	fputs("{\"kernel\":", out);
	tcpoom_json_text(out, expect->kernel);
	fputs(",\"any\":[", out);
	for (unsigned i = 0; i < expect->alternatives; i++) {
		fputs(i ? "," : "", out);
		write_stated(out, &expect->alternative[i]);
	}
	fputs("]}", out);
}

static void write_fields(FILE *out, const struct tcpoom_event *event)
{
	const struct tcpoom_state *s = &event->said;

	for (int f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++) {
		const bool given = s->given >> f & 1;

		if (given && f == TCPOOM_F_tcp_mem2 && event->tcp_mem.said)
			fprintf(out, ",\"tcp_mem\":[%" PRId64 ",%" PRId64 ",%" PRId64 "]",
				event->tcp_mem.low, event->tcp_mem.pressure, s->tcp_mem2);
		else if (given)
			fprintf(out, ",\"%s\":%" PRId64, tcpoom_field_table[f].name,
				tcpoom_field_get(s, (enum tcpoom_field)f));
		else if (s->unknown >> f & 1)
			fprintf(out, ",\"%s\":null", tcpoom_field_table[f].name);
	}
}

void tcpoom_jsonl_write(FILE *out, const struct tcpoom_event *event)
{
	char time[24];

	tcpoom_time_text(event->time, time);
	fprintf(out, "{\"time\":%s,\"entry\":\"%s\"", time, tcpoom_entry_names[event->said.entry]);
	if (event->sk) {
		fputs(",\"sk\":", out);
		tcpoom_json_text(out, event->sk);
	}
	if (event->cpu >= 0)
		fprintf(out, ",\"cpu\":%" PRId64, event->cpu);
	if (event->id >= 0)
		fprintf(out, ",\"id\":%" PRId64, event->id);
	write_fields(out, event);
	if (event->has_recorded) {
		fputs(",\"recorded\":", out);
		write_stated(out, &event->recorded);
	}
	for (unsigned i = 0; i < event->expects; i++) {
		fputs(i ? "," : ",\"expect\":[", out);
		write_expect(out, &event->expect[i]);
	}
	fputs(event->expects ? "]}\n" : "}\n", out);
}
