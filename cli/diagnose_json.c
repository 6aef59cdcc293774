/* SPDX-License-Identifier: GPL-2.0-only */
/* A diagnosis as one line of JSON. */
#include "diagnose.h"
#include "json.h"

static const char *const cause_names[TCPOOM_GROUNDS] = { "orphans", "memory" };

static void json_text(struct json *j, const char *key, const char *text)
{
	if (*text)
		json_string(j, key, text);
}

static void json_action(struct json *j, const struct diagnosis *x, const struct tcpoom_finding *f,
			enum tcpoom_ground cause)
{
	struct tcpoom_action a;
	char text[TCPOOM_WORDS];

	if (!tcpoom_action_find(&x->d, f, cause, &a))
		return;
	json_open(j, NULL, '{');
	json_string(j, "limit", tcpoom_field_table[tcpoom_ground_limits[cause]].name);
	json_bool(j, "knob", a.knob);
	if (a.remedy.found) {
		json_number(j, "value", a.remedy.value);
		json_bool(j, "at_least", a.floor);
	}
	json_bool(j, "other_limit_is_vain", a.vain);
	tcpoom_say_do(&x->d, &a, text);
	json_text(j, "do", text);
	tcpoom_say_cost(&x->d, &a, text);
	json_text(j, "cost", text);
	tcpoom_say_do_not(&a, text);
	json_text(j, "do_not", text);
	json_close(j, '}');
}

static void json_finding(struct json *j, const struct diagnosis *x, const struct tcpoom_finding *f)
{
	char text[TCPOOM_WORDS];

	json_open(j, NULL, '{');
	tcpoom_say_seen(&x->d, f, text);
	json_text(j, "seen", text);
	tcpoom_say_cause(&x->d, f, text);
	json_string(j, "cause", text);
	for (int c = 0; c < TCPOOM_GROUNDS; c++)
		json_string(j, cause_names[c],
			    f->certain[c]    ? "certain"
			    : f->possible[c] ? "possible"
					     : "excluded");
	json_bool(j, "another_moment", f->another_moment);
	json_bool(j, "another_kernel", f->another_kernel);
	tcpoom_say_kernels(f->kernels, text);
	json_string(j, "kernels", text);
	tcpoom_say_certainty(&x->d, f, text);
	json_string(j, "certainty", text);
	tcpoom_say_next(&x->d, f, text);
	json_text(j, "next", text);
	json_open(j, "actions", '[');
	for (int c = 0; c < TCPOOM_GROUNDS; c++)
		if (f->possible[c])
			json_action(j, x, f, (enum tcpoom_ground)c);
	json_close(j, ']');
	json_close(j, '}');
}

static void json_facts(struct json *j, const struct tcpoom_facts *facts)
{
	json_open(j, "facts", '{');
	for (unsigned i = 0; i < TCPOOM_FACTS; i++) {
		if (!facts->known[i])
			continue;
		json_open(j, tcpoom_fact_name(i), '{');
		json_number(j, "value", facts->value[i]);
		json_string(j, "file", facts->source[i].file);
		json_unsigned(j, "line", facts->source[i].line);
		if (facts->twice[i])
			json_number(j, "before", facts->earlier[i]);
		json_close(j, '}');
	}
	json_close(j, '}');
}

void diagnose_json(const struct diagnosis *x)
{
	struct json j = { .out = stdout };
	char text[TCPOOM_WORDS];

	json_open(&j, NULL, '{');
	json_string(&j, "kernel", x->facts.kernel);
	json_string(&j, "evidence", tcpoom_evidence_names[x->d.resolution.evidence]);
	json_open(&j, "findings", '[');
	for (unsigned i = 0; i < x->d.findings; i++)
		json_finding(&j, x, &x->d.finding[i]);
	json_close(&j, ']');
	json_open(&j, "doubts", '[');
	for (unsigned i = 0; i < x->doubts.count; i++)
		json_string(&j, NULL, x->doubts.text[i]);
	json_close(&j, ']');
	json_unsigned(&j, "bursts", x->facts.log.bursts);
	json_unsigned(&j, "decisions_at_least", tcpoom_klog_decisions(&x->facts.log));
	tcpoom_say_who(&x->facts, text);
	json_text(&j, "sockets", text);
	json_facts(&j, &x->facts);
	json_close(&j, '}');
	json_end_line(&j);
}
