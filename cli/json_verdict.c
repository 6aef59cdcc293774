/* SPDX-License-Identifier: GPL-2.0-only */
#include "json_verdict.h"

void json_verdict(struct json *j, const struct tcpoom_verdict *v)
{
	json_string(j, "verdict", tcpoom_outcome_names[v->outcome]);
	json_open(j, "messages", '[');
	for (unsigned i = 0; i < v->messages; i++)
		json_string(j, NULL, tcpoom_message_texts[v->message[i]]);
	json_close(j, ']');
	json_bool(j, "snmp", v->snmp);
}

void json_possible(struct json *j, const struct tcpoom_possible *p)
{
	json_open(j, "possible", '[');
	for (unsigned i = 0; i < p->verdicts; i++) {
		json_open(j, NULL, '{');
		json_verdict(j, &p->verdict[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_bool(j, "complete", !p->cut);
}
