/* SPDX-License-Identifier: GPL-2.0-only */
#include "finding.h"

#include <inttypes.h>

void finding_line(FILE *out, const struct pair *pair, const struct tcpoom_state *s,
		  enum tcpoom_kind kind, const struct tcpoom_cause *cause)
{
	char text[TCPOOM_CAUSE_TEXT];

	tcpoom_cause_text(pair->a, pair->b, cause, text, sizeof(text));
	fprintf(out, "%s %s %s %s %s\n", pair->a->name, pair->b->name, tcpoom_entry_names[s->entry],
		tcpoom_kind_names[kind], text);
}

static void print_expect(FILE *out, const struct tcpoom_kernel *k, const struct tcpoom_state *s)
{
	struct tcpoom_verdict v;

	if (tcpoom_decide(k, s, &v, NULL) != TCPOOM_OK)
		return;
	/* of a model no trace can expect anything */
	fprintf(out, "%s%s: %s", strchr(k->name, '/') ? "# " : "  expect ", k->name,
		tcpoom_outcome_names[v.outcome]);
	for (unsigned i = 0; i < v.messages; i++)
		fprintf(out, " \"%s\"", tcpoom_message_texts[v.message[i]]);
	fprintf(out, "%s\n", tcpoom_killed(&v) && !v.snmp ? " snmp=0" : "");
}

void finding_begin(FILE *out, unsigned bits)
{
	fputs("# tcpoom trace 1\n", out);
	if (bits != 64)
		fprintf(out, "# --bits=%u\n", bits);
}

void finding_event(FILE *out, const struct pair *pair, const struct tcpoom_state *s, size_t number)
{
	struct tcpoom_state complete = *s;

	fprintf(out, "%zu.000000 %s", number, tcpoom_entry_names[s->entry]);
	for (int f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++)
		if (s->given >> f & 1)
			fprintf(out, " %s=%" PRId64, tcpoom_field_table[f].name,
				tcpoom_field_get(s, (enum tcpoom_field)f));
	fputc('\n', out);
	tcpoom_state_complete(&complete);
	print_expect(out, pair->a, &complete);
	print_expect(out, pair->b, &complete);
}
