/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of rules, and the decision by any mixture of their variants. */
#include "rules.h"

#include "limiter.h"
#include "needs.h"

const struct tcpoom_rule_info tcpoom_rule_table[TCPOOM_RULES] = {
#define RULE(name_, what_)                                                                         \
	[TCPOOM_R_##name_] = { .name = #name_,                                                     \
			       .what = what_,                                                      \
			       .variant = name_##_variants,                                        \
			       .variants = sizeof(name_##_variants) / sizeof(*name_##_variants) },
#include "rules.def"
#undef RULE
};

tcpoom_fieldset tcpoom_rules_need(const struct tcpoom_rules *r, enum tcpoom_entry entry)
{
	const uint8_t r_count = r->count, r_sndbuf = r->sndbuf, r_unit = r->unit,
		      r_netns = r->netns, r_rto_max = r->rto_max, r_retransmit = r->retransmit,
		      r_stamp = r->stamp, r_probe = r->probe;

	switch (entry) {
	case TCPOOM_CLOSE:
		return NEED_CLOSE(r_);
	case TCPOOM_RETRANSMIT:
		return NEED_RETRANSMIT(r_);
	case TCPOOM_PROBE:
		return NEED_PROBE(r_);
	default:
		return NEED_TIMER(r_);
	}
}

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
