/* SPDX-License-Identifier: GPL-2.0-only */
#include "cause.h"

#include <stdio.h>
#include <string.h>

const char *const tcpoom_kind_names[TCPOOM_KINDS] = {
	[TCPOOM_SAME] = "same",	       [TCPOOM_KIND_KILL] = "kill",
	[TCPOOM_KIND_RESET] = "reset", [TCPOOM_KIND_MESSAGE] = "message",
	[TCPOOM_KIND_COUNT] = "count", [TCPOOM_KIND_LOG] = "log",
};

enum tcpoom_kind tcpoom_kind_of(const struct tcpoom_verdict *a, const struct tcpoom_verdict *b)
{
	if (tcpoom_verdict_same(a, b))
		return TCPOOM_SAME;
	if (a->outcome != b->outcome)
		return tcpoom_killed(a) && tcpoom_killed(b) ? TCPOOM_KIND_RESET : TCPOOM_KIND_KILL;
	if (a->snmp == b->snmp)
		return TCPOOM_KIND_MESSAGE;
	return a->messages == b->messages ? TCPOOM_KIND_COUNT : TCPOOM_KIND_MESSAGE;
}

/* In what they decide by: the limiter comes after the decision. */
static tcpoom_ruleset rules_that_differ(const struct tcpoom_rules *a, const struct tcpoom_rules *b)
{
	tcpoom_ruleset differ = 0; /* equivalent: 1, a rule that is the same turns nothing */

	/* equivalent: <=, but it takes longer */
	for (int rule = 0; rule < TCPOOM_R_limiter; rule++)
		/* equivalent: true, but it takes longer */
		if (tcpoom_rules_get(a, (enum tcpoom_rule)rule) !=
		    tcpoom_rules_get(b, (enum tcpoom_rule)rule))
			differ |= (tcpoom_ruleset)1 << rule;
	return differ;
}

/* Whether a's rules, with those of the set exchanged for b's, give this verdict. */
static bool gives(const struct tcpoom_rules *a, const struct tcpoom_rules *b, tcpoom_ruleset set,
		  const struct tcpoom_state *state, const struct tcpoom_verdict *verdict)
{
	struct tcpoom_rules mix = *a;
	struct tcpoom_verdict v;

	for (int rule = 0; set >> rule; rule++)
		if (set >> rule & 1)
			tcpoom_rules_set(&mix, (enum tcpoom_rule)rule,
					 tcpoom_rules_get(b, (enum tcpoom_rule)rule));
	return tcpoom_rules_decide(&mix, state, &v, NULL) == TCPOOM_OK &&
	       tcpoom_verdict_same(&v, verdict);
}

/* Spreads the lowest bits of `index` over the bits that are set in `over`. */
static tcpoom_ruleset spread(uint32_t index, tcpoom_ruleset over)
{
	tcpoom_ruleset set = 0;

	for (; over; over &= over - 1, index >>= 1)
		if (index & 1)
			set |= over & (~over + 1);
	return set;
}

void tcpoom_cause_of_rules(const struct tcpoom_rules *a, const struct tcpoom_rules *b,
			   const struct tcpoom_state *state, const struct tcpoom_verdict *of_b,
			   struct tcpoom_cause *cause)
{
	const tcpoom_ruleset differ = rules_that_differ(a, b);
	const unsigned rules = tcpoom_ruleset_size(differ);

	cause->sets = 0;
	/* equivalent: <= or right, for all rules together turn it */
	for (unsigned size = 1; size < rules && !cause->sets; size++) {
		/* the next larger number with as many bits: all subsets of this size in turn */
		uint32_t index = ((uint32_t)1 << size) - 1;

		/* equivalent: <= or 2 or left, smaller sets turn nothing, none has as many */
		while (index < (uint32_t)1 << rules && cause->sets < TCPOOM_CAUSES_MOST) {
			const tcpoom_ruleset set = spread(index, differ);
			const uint32_t low = index & (~index + 1), carry = index + low;

			if (gives(a, b, set, state, of_b))
				cause->set[cause->sets++] = set;
			index = carry | ((index ^ carry) / low >> 2);
		}
	}
	if (!cause->sets)
		cause->set[cause->sets++] = differ;
}

void tcpoom_cause_find(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       const struct tcpoom_state *state, const struct tcpoom_verdict *of_a,
		       const struct tcpoom_verdict *of_b, struct tcpoom_cause *cause)
{
	if (gives(a->rules, b->rules, 0, state, of_a) && gives(b->rules, a->rules, 0, state, of_b))
		tcpoom_cause_of_rules(a->rules, b->rules, state, of_b, cause);
	else
		*cause = (struct tcpoom_cause){ .sets = 1 };
}

bool tcpoom_cause_same(const struct tcpoom_cause *a, const struct tcpoom_cause *b)
{
	return a->sets == b->sets && !memcmp(a->set, b->set, a->sets * sizeof(*a->set));
}

tcpoom_ruleset tcpoom_cause_rules(const struct tcpoom_cause *cause)
{
	tcpoom_ruleset rules = 0;

	for (unsigned i = 0; i < cause->sets; i++)
		rules |= cause->set[i];
	return rules;
}

void tcpoom_cause_text(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       const struct tcpoom_cause *cause, char *text, size_t size)
{
	size_t at = 0;

	*text = '\0';
	for (unsigned i = 0; i < cause->sets; i++) {
		const char *between = i ? " or " : "";

		if (!cause->set[i])
			snprintf(text, size, "no known rule");
		for (int rule = 0; rule < TCPOOM_RULES; rule++) {
			const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];
			const uint8_t from = tcpoom_rules_get(a->rules, (enum tcpoom_rule)rule),
				      to = tcpoom_rules_get(b->rules, (enum tcpoom_rule)rule);

			if (!(cause->set[i] >> rule & 1))
				continue;
			at += (size_t)snprintf(text + at, size - at, "%s%s %s -> %s", between,
					       info->name, info->variant[from].name,
					       info->variant[to].name);
			if (at >= size) {
				strcpy(text + size - 4, "...");
				return;
			}
			between = " + ";
		}
	}
}
