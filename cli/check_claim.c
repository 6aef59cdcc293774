/* SPDX-License-Identifier: GPL-2.0-only */
#include "check_claim.h"

#include <inttypes.h>

#include "../diff/agree.h"
#include "../traces/write.h"
#include "json_verdict.h"
#include "say.h"

bool claim_agrees(const struct claim *c, const struct tcpoom_verdict *v)
{
	return c->recorded ? tcpoom_agrees_recorded(v, c->recorded)
			   : tcpoom_agrees_expected(v, c->expect);
}

static void print_source(const struct tcpoom_variant *v)
{
	printf("            since %s, %s%s%s\n", v->since, v->source, *v->commit ? ", commit " : "",
	       v->commit);
}

static bool would_agree(const struct claim *c, enum tcpoom_rule rule, uint8_t variant)
{
	struct tcpoom_rules rules = *c->kernel->rules;
	struct tcpoom_kernel mix;
	struct tcpoom_verdict v;

	tcpoom_rules_set(&rules, rule, variant);
	mix = tcpoom_kernel_of(&rules, "mixture");
	return tcpoom_decide(&mix, c->state, &v, NULL) == TCPOOM_OK && claim_agrees(c, &v);
}

/* A rule of which another variant would give what is stated; all 0 before the first. */
struct exchange {
	int rule;
	uint8_t variant; /* the next to try */
	const struct tcpoom_rule_info *info;
	const struct tcpoom_variant *own, *other;
};

static bool next_exchange(const struct claim *c, struct exchange *x)
{
	for (; x->rule < TCPOOM_RULES; x->rule++, x->variant = 0) {
		const enum tcpoom_rule rule = (enum tcpoom_rule)x->rule;
		const uint8_t own = tcpoom_rules_get(c->kernel->rules, rule);

		x->info = &tcpoom_rule_table[rule];
		while (x->variant < x->info->variants) {
			const uint8_t other = x->variant++;

			if (other == own || !would_agree(c, rule, other))
				continue;
			x->own = &x->info->variant[own];
			x->other = &x->info->variant[other];
			return true;
		}
	}
	return false;
}

/* Returns whether there is one. */
static bool print_exchanges(const struct claim *c)
{
	struct exchange x = { 0 };
	bool found = false;

	for (; next_exchange(c, &x); found = true) {
		printf("  rule      %s: it has %s (%s), and with %s it would agree\n", x.info->name,
		       x.own->name, x.own->what, x.other->name);
		print_source(x.own);
	}
	return found;
}

/* The rule by which a test compares, or TCPOOM_RULES. */
static enum tcpoom_rule rule_of_test(const struct claim *c, const struct tcpoom_test *t)
{
	switch (t->id) {
	case TCPOOM_T_ORPHANS:
		return c->state->entry == TCPOOM_CLOSE ? TCPOOM_R_self : TCPOOM_R_limit;
	case TCPOOM_T_ORPHANS_SUM:
		return TCPOOM_R_count;
	case TCPOOM_T_WMEM_QUEUED:
		return TCPOOM_R_sndbuf;
	case TCPOOM_T_MEMORY:
		return TCPOOM_R_mem;
	default:
		return TCPOOM_RULES;
	}
}

/* Where no other variant is known to agree: the rules of the comparisons that were made. */
static void print_own_rules(const struct claim *c, const struct tcpoom_tests *t)
{
	for (unsigned n = 0; n < t->count; n++) {
		const enum tcpoom_rule rule = rule_of_test(c, &t->test[n]);
		const struct tcpoom_variant *own;

		if (!t->test[n].reached || rule == TCPOOM_RULES)
			continue;
		own = &tcpoom_rule_table[rule].variant[tcpoom_rules_get(c->kernel->rules, rule)];
		printf("  rule      %s: it has %s (%s)\n", tcpoom_rule_table[rule].name, own->name,
		       own->what);
		print_source(own);
	}
}

/* Where the verdict is the recorded one: the messages that should be as many as were asked for. */
static void print_sum(const struct claim *c, const struct tcpoom_verdict *v)
{
	const int64_t suppressed = c->recorded->suppressed < 0 ? 0 : c->recorded->suppressed;

	if (c->recorded->outcome == v->outcome && c->recorded->lines + suppressed != v->messages)
		printf("  messages  %u printed + %" PRId64 " suppressed = %" PRId64
		       ", but %u asked for\n",
		       c->recorded->lines, suppressed, c->recorded->lines + suppressed,
		       v->messages);
}

/* Every test that was made, with the numbers of the first verdict that does not agree; its rules.
 */
static void print_tests(const struct claim *c, const struct tcpoom_possible *p)
{
	struct tcpoom_verdict v;
	struct tcpoom_tests t;
	struct tcpoom_state filled;
	unsigned i = 0;
	char text[400] = "";

	while (i < p->verdicts && claim_agrees(c, &p->verdict[i]))
		i++;
	if (i == p->verdicts || tcpoom_decide(c->kernel, &p->state[i], &v, &t) != TCPOOM_OK)
		return;
	filled = p->state[i];
	filled.given &= ~c->state->given;
	say_given(&filled, text, sizeof(text));
	if (*text)
		printf("  tests with%s:\n", text);
	else
		puts("  tests:");
	for (unsigned n = 0; n < t.count; n++) {
		if (!t.test[n].reached)
			continue;
		fputs("  ", stdout);
		say_test(stdout, &t.test[n]);
	}
	if (c->recorded)
		print_sum(c, &v);
	if (!print_exchanges(c))
		print_own_rules(c, &t);
}

void claim_print(const struct claim *c, const struct tcpoom_possible *p)
{
	printf("%s:%lu: %s on %s\n", c->file, c->line, c->recorded ? "recorded" : "expected",
	       c->named);
	printf("  %s  ", c->recorded ? "recorded" : "expected");
	if (c->recorded)
		tcpoom_text_stated(stdout, c->recorded);
	for (unsigned i = 0; c->expect && i < c->expect->alternatives; i++) {
		fputs(i ? " | " : "", stdout);
		tcpoom_text_stated(stdout, &c->expect->alternative[i]);
	}
	fputs("\n  got       ", stdout);
	say_possible(stdout, p);
	putchar('\n');
	print_tests(c, p);
}

static void json_stated(struct json *j, const struct tcpoom_stated *s)
{
	json_open(j, NULL, '{');
	if (s->outcome < 0)
		json_null(j, "verdict");
	else
		json_string(j, "verdict", tcpoom_outcome_names[s->outcome]);
	json_open(j, "lines", '[');
	for (unsigned i = 0; i < s->lines; i++)
		json_string(j, NULL, s->line[i]);
	json_close(j, ']');
	if (s->suppressed >= 0)
		json_number(j, "suppressed", s->suppressed);
	json_close(j, '}');
}

void claim_json_begin(struct json *j, const struct claim *c)
{
	json_open(j, NULL, '{');
	json_string(j, "file", c->file);
	json_unsigned(j, "line", c->line);
	json_string(j, "kernel", c->named);
	json_open(j, c->recorded ? "recorded" : "expected", '[');
	if (c->recorded)
		json_stated(j, c->recorded);
	for (unsigned i = 0; c->expect && i < c->expect->alternatives; i++)
		json_stated(j, &c->expect->alternative[i]);
	json_close(j, ']');
}

void claim_json(const struct claim *c, const struct tcpoom_possible *p)
{
	struct json j = { .out = stdout };
	struct exchange x = { 0 };

	claim_json_begin(&j, c);
	json_possible(&j, p);
	json_open(&j, "would_agree", '[');
	while (next_exchange(c, &x)) {
		json_open(&j, NULL, '{');
		json_string(&j, "rule", x.info->name);
		json_string(&j, "has", x.own->name);
		json_string(&j, "with", x.other->name);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end_line(&j);
}
