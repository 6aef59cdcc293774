/* SPDX-License-Identifier: GPL-2.0-only */
#include "say.h"

#include <inttypes.h>
#include <string.h>

void say_verdict(FILE *out, const struct tcpoom_verdict *v)
{
	fputs(tcpoom_outcome_names[v->outcome], out);
	for (unsigned i = 0; i < v->messages; i++)
		fprintf(out, " \"%s\"", tcpoom_message_texts[v->message[i]]);
	if (tcpoom_killed(v) && !v->snmp)
		fputs(" snmp=0", out);
}

size_t say_logged(const struct tcpoom_verdict *v, const struct tcpoom_log_lines *lines, char *text,
		  size_t size)
{
	const unsigned suppressed = tcpoom_log_suppressed(lines);

	snprintf(text, size, "%s", tcpoom_outcome_names[v->outcome]);
	for (unsigned i = 0; i < v->messages; i++)
		if (lines->printed[i] || !lines->known)
			snprintf(text + strlen(text), size - strlen(text), " \"%s\"",
				 tcpoom_message_texts[v->message[i]]);
	if (!lines->known)
		snprintf(text + strlen(text), size - strlen(text), " suppressed=?");
	else if (suppressed)
		snprintf(text + strlen(text), size - strlen(text), " suppressed=%u", suppressed);
	if (tcpoom_killed(v) && !v->snmp)
		snprintf(text + strlen(text), size - strlen(text), " snmp=0");
	return strlen(text);
}

void say_lines(const char *named, const struct tcpoom_verdict *v,
	       const struct tcpoom_log_lines *lines, char *text, size_t size)
{
	char own[120];
	size_t at = (size_t)snprintf(text, size, "%s", named);

	for (unsigned i = 0; i < lines->messages && at < size; i++) {
		if (lines->own[i].text) {
			tcpoom_ratelimit_print(&lines->own[i], own, sizeof(own));
			snprintf(text + at, size - at, " \"%s\"", own);
			at += strlen(text + at);
		}
		if (lines->printed[i])
			snprintf(text + at, size - at, " \"%s\"",
				 tcpoom_message_texts[v->message[i]]);
		at += strlen(text + at);
	}
	if (tcpoom_log_suppressed(lines))
		snprintf(text + at, size - at, " suppressed=%u", tcpoom_log_suppressed(lines));
}

void say_possible(FILE *out, const struct tcpoom_possible *p)
{
	for (unsigned i = 0; i < p->verdicts; i++) {
		fputs(i ? " | " : "", out);
		say_verdict(out, &p->verdict[i]);
	}
	if (p->cut)
		fputs(p->verdicts ? " | ?" : "?", out);
	else if (!p->verdicts)
		fprintf(out, "? (%s is %s)", tcpoom_field_table[p->blame].name,
			p->refused == TCPOOM_UNREPRESENTABLE ? "more than its int holds"
							     : "not modelled");
}

void say_fields(tcpoom_fieldset fields, char *text, size_t size)
{
	*text = '\0';
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (fields >> f & 1)
			snprintf(text + strlen(text), size - strlen(text), "%s%s",
				 *text ? ", " : "", tcpoom_field_table[f].name);
}

void say_given(const struct tcpoom_state *s, char *text, size_t size)
{
	for (int f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++)
		if (s->given >> f & 1)
			snprintf(text + strlen(text), size - strlen(text), " %s=%" PRId64,
				 tcpoom_field_table[f].name,
				 tcpoom_field_get(s, (enum tcpoom_field)f));
}

void say_test(FILE *out, const struct tcpoom_test *t)
{
	const struct tcpoom_test_info *info = &tcpoom_test_table[t->id];
	const bool as_unsigned = t->op == TCPOOM_GT_UNSIGNED && t->lhs < 0;

	fprintf(out, "  %s %" PRId64, info->lhs, t->base);
	if (t->shift)
		fprintf(out, " << %d = %" PRId64, t->shift, t->lhs);
	if (as_unsigned)
		fprintf(out, ", as unsigned %" PRIu64, (uint64_t)t->lhs);
	fprintf(out, " %s %s%s%" PRId64 ": %s", tcpoom_op_names[t->op], info->rhs,
		*info->rhs ? " " : "", t->rhs, t->truth ? "true" : "false");
	if (!t->reached)
		fputs(" (but not asked)", out);
	else if (t->truth)
		fprintf(out, ", %s", info->so);
	fputc('\n', out);
}
