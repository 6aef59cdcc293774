/* SPDX-License-Identifier: GPL-2.0-only */
/* An event as text. */
#include <inttypes.h>

#include "../model/verdict.h"
#include "write_form.h"

size_t tcpoom_time_text(int64_t ns, char text[static 24])
{
	uint64_t seconds = (uint64_t)ns / 1000000000;
	uint32_t fraction = (uint32_t)((uint64_t)ns % 1000000000);
	int digits = fraction % 1000 ? 9 : 6, whole = 1;

	fraction /= digits == 6 ? 1000 : 1;
	while (digits > 6 && fraction % 10 == 0) {
		fraction /= 10;
		digits--;
	}
	for (uint64_t left = seconds; left > 9; left /= 10)
		whole++;
	text[whole] = '.';
	text[whole + 1 + digits] = '\0';
	for (int i = whole; i > 0; i--, seconds /= 10)
		text[i - 1] = (char)('0' + seconds % 10);
	for (int i = digits; i > 0; i--, fraction /= 10)
		text[whole + i] = (char)('0' + fraction % 10);
	return (size_t)(whole + 1 + digits);
}

static void write_string(FILE *out, const char *text, const char *quote)
{
	fputs(quote, out);
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '"')
			fprintf(out, "\\%s", quote);
		else if (c == '\\')
			fputs("\\\\", out);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputs(quote, out);
}

void tcpoom_stated_write(FILE *out, const struct tcpoom_stated *stated, const char *quote)
{
	fputs(stated->outcome < 0 ? "?" : tcpoom_outcome_names[stated->outcome], out);
	for (unsigned i = 0; i < stated->lines; i++) {
		fputc(' ', out);
		write_string(out, stated->line[i], quote);
	}
	if (stated->suppressed >= 0)
		fprintf(out, " suppressed=%" PRId64, stated->suppressed);
	if (stated->uncounted)
		fputs(" snmp=0", out);
}

void tcpoom_text_stated(FILE *out, const struct tcpoom_stated *stated)
{
	tcpoom_stated_write(out, stated, "\"");
}

static void write_fields(FILE *out, const struct tcpoom_event *event)
{
	const struct tcpoom_state *s = &event->said;

	for (int f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++) {
		const bool given = s->given >> f & 1;

		if (given && f == TCPOOM_F_tcp_mem2 && event->tcp_mem.said)
			fprintf(out, " tcp_mem=%" PRId64 ",%" PRId64 ",%" PRId64,
				event->tcp_mem.low, event->tcp_mem.pressure, s->tcp_mem2);
		else if (given)
			fprintf(out, " %s=%" PRId64, tcpoom_field_table[f].name,
				tcpoom_field_get(s, (enum tcpoom_field)f));
		else if (s->unknown >> f & 1)
			fprintf(out, " %s=?", tcpoom_field_table[f].name);
	}
}

void tcpoom_text_write(FILE *out, const struct tcpoom_event *event)
{
	char time[24];

	tcpoom_time_text(event->time, time);
	fprintf(out, "%s %s", time, tcpoom_entry_names[event->said.entry]);
	if (event->sk)
		fprintf(out, " sk=%s", event->sk);
	if (event->cpu >= 0)
		fprintf(out, " cpu=%" PRId64, event->cpu);
	if (event->id >= 0)
		fprintf(out, " id=%" PRId64, event->id);
	write_fields(out, event);
	fputc('\n', out);
	if (event->has_recorded) {
		fputs("  => ", out);
		tcpoom_text_stated(out, &event->recorded);
		fputc('\n', out);
	}
	for (unsigned i = 0; i < event->expects; i++) {
		const struct tcpoom_expect *expect = &event->expect[i];

		fprintf(out, "  expect %s:", expect->kernel);
		for (unsigned a = 0; a < expect->alternatives; a++) {
			fputs(a ? " | " : " ", out);
			tcpoom_text_stated(out, &expect->alternative[a]);
		}
		fputc('\n', out);
	}
}
