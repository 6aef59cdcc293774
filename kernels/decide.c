/* SPDX-License-Identifier: GPL-2.0-only */
/* The decision by rules that are given; rules.c has it compiled for each row of the table. */
#include "decide.h"

enum tcpoom_status tcpoom_rules_decide(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				       struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	return decide(r, s, v, t);
}

bool tcpoom_rules_ask(const struct tcpoom_rules *r, const struct tcpoom_state *s, bool *do_reset,
		      struct tcpoom_tests *t)
{
	struct tcpoom_verdict v;

	if (t)
		t->count = 0;
	return timer_asks(r, s, do_reset, &v, t);
}

static enum tcpoom_status decide_any(const struct tcpoom_kernel *k, const struct tcpoom_state *s,
				     struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	return decide(k->rules, s, v, t);
}

struct tcpoom_kernel tcpoom_kernel_of(const struct tcpoom_rules *r, const char *name)
{
	struct tcpoom_kernel k = {
		.abi = TCPOOM_ABI, .name = name, .rules = r, .decide = decide_any
	};

	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
		k.needs[entry] = tcpoom_rules_need(r, (enum tcpoom_entry)entry);
	return k;
}
