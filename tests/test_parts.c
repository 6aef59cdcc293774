/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a decision: what each reads and answers, and that nothing else matters. */
#include <string.h>

#include "../diff/parts.h"
#include "../kernels/table.h"
#include "check.h"
#include "judge.h"

static unsigned answers(int part, const struct tcpoom_rules *r, const struct tcpoom_state *s)
{
	return tcpoom_part_answers((enum tcpoom_part)part, r, s);
}

static bool used(int part, const struct tcpoom_state *s)
{
	return tcpoom_part_used((enum tcpoom_part)part, (enum tcpoom_entry)s->entry);
}

static bool decides(const struct tcpoom_rules *r, const struct tcpoom_state *s,
		    struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	return tcpoom_rules_decide(r, s, v, t) == TCPOOM_OK;
}

/* A state in which no rule of another part hides this one or doubles its count. */
static struct tcpoom_state in_view(struct random *r, int part)
{
	struct tcpoom_state s = judge_state(r);

	if (part != TCPOOM_PART_ARGUMENT && s.entry != TCPOOM_CLOSE)
		s.entry = TCPOOM_TIMER;
	if (part == TCPOOM_PART_ORPHANS)
		s.lsndtime = s.now;
	return s;
}

/* Another one of this entry. */
static struct tcpoom_state another(struct random *r, const struct tcpoom_state *like)
{
	struct tcpoom_state s = judge_state(r);

	s.entry = like->entry;
	return s;
}

static const struct tcpoom_rules *some_rules(struct random *r)
{
	return tcpoom_kernels[judge_state(r).now % TCPOOM_KERNELS].rules;
}

/* What is no part of any part is the entry alone, and the parts say which fields are absent. */
static void test_parts_are_the_state(void)
{
	struct random r = { .state = 1 };

	for (int i = 0; i < 100; i++) {
		const struct tcpoom_state s = judge_state(&r);
		struct tcpoom_state all = another(&r, &s);

		for (int part = 0; part < TCPOOM_PARTS; part++)
			tcpoom_part_copy((enum tcpoom_part)part, &s, &all);
		for (int f = 0; f < TCPOOM_FIELDS; f++) {
			const enum tcpoom_field field = (enum tcpoom_field)f;

			CHECK(tcpoom_field_get(&all, field) == tcpoom_field_get(&s, field));
			CHECK((all.given >> f & 1) == (s.given >> f & 1));
		}
	}
}

static bool all_same(const struct tcpoom_rules *r, const struct tcpoom_state *s,
		     const struct tcpoom_state *t)
{
	bool same = !s->err_soft == !t->err_soft;

	for (int part = 0; part < TCPOOM_PARTS; part++)
		same &= answers(part, r, s) == answers(part, r, t);
	return same;
}

/* What the timer asks for, or that it gave up: no other bit. */
static void test_argument(void)
{
	struct random r = { .state = 5 };
	bool met[3] = { false };

	for (int i = 0; i < 3000; i++) {
		const struct tcpoom_rules *rules = some_rules(&r);
		const struct tcpoom_state s = judge_state(&r);
		const unsigned got = answers(TCPOOM_PART_ARGUMENT, rules, &s);
		struct tcpoom_verdict v;

		if (!used(TCPOOM_PART_ARGUMENT, &s) || !decides(rules, &s, &v, NULL))
			continue;
		CHECK(got == (v.outcome == TCPOOM_EXPIRED ? 2 : v.do_reset));
		met[got % 3] = true;
	}
	CHECK(met[0] && met[1] && met[2]);
}

/* Where one part is another one's, and all parts answer as before, the verdict is as before. */
static void test_answers_make_the_verdict(void)
{
	struct random r = { .state = 2 };
	unsigned compared[TCPOOM_PARTS] = { 0 };

	for (int i = 0; i < 3000; i++) {
		const struct tcpoom_rules *rules = some_rules(&r);
		const struct tcpoom_state s = judge_state(&r), t = another(&r, &s);
		struct tcpoom_verdict v, w;

		for (int part = 0; part < TCPOOM_PARTS; part++) {
			struct tcpoom_state u = s;

			tcpoom_part_copy((enum tcpoom_part)part, &t, &u);
			if (!used(part, &s) || !decides(rules, &s, &v, NULL) ||
			    !decides(rules, &u, &w, NULL) || !all_same(rules, &s, &u))
				continue;
			CHECK(tcpoom_verdict_same(&v, &w));
			compared[part]++;
		}
	}
	for (int part = 0; part < TCPOOM_PARTS; part++)
		CHECK_SAY(compared[part] > 100, "part %d: %u", part, compared[part]);
}

static const struct tcpoom_test *test_of(const struct tcpoom_tests *tests, unsigned id)
{
	for (unsigned i = 0; i < tests->count; i++)
		if (tests->test[i].id == id)
			return &tests->test[i];
	return NULL;
}

/* Doubled as often as other parts want it. */
static void check_same_comparison(const struct tcpoom_test *a, const struct tcpoom_test *b)
{
	CHECK(!a == !b);
	if (!a || !b)
		return;
	CHECK(a->base == b->base && a->rhs == b->rhs && a->op == b->op);
	if (a->shift == b->shift)
		CHECK(a->lhs == b->lhs && a->truth == b->truth);
}

/* The comparisons of a part are those that come with its fields. */
static void test_parts_own_their_comparisons(void)
{
	struct random r = { .state = 3 };
	uint32_t tests = 1U << TCPOOM_T_NO_RESET | 1U << TCPOOM_T_ERR_SOFT;

	for (int part = 0; part < TCPOOM_PARTS; part++) {
		CHECK(!(tests & tcpoom_part_tests((enum tcpoom_part)part)));
		tests |= tcpoom_part_tests((enum tcpoom_part)part);
	}
	CHECK(tests == (1U << TCPOOM_TESTS) - 1);
	for (int i = 0; i < 3000; i++) {
		const struct tcpoom_rules *rules = some_rules(&r);
		const struct tcpoom_state s = judge_state(&r), t = another(&r, &s);
		struct tcpoom_tests of_s, of_u;
		struct tcpoom_verdict v;

		for (int part = 0; part < TCPOOM_PARTS; part++) {
			struct tcpoom_state u = t;

			tcpoom_part_copy((enum tcpoom_part)part, &s, &u);
			if (!decides(rules, &s, &v, &of_s) || v.outcome == TCPOOM_EXPIRED ||
			    !decides(rules, &u, &v, &of_u) || v.outcome == TCPOOM_EXPIRED)
				continue;
			for (unsigned id = 0; id < TCPOOM_TESTS; id++)
				if (tcpoom_part_tests((enum tcpoom_part)part) >> id & 1)
					check_same_comparison(test_of(&of_s, id),
							      test_of(&of_u, id));
		}
	}
}

static tcpoom_ruleset rules_of(int part, const struct tcpoom_state *s)
{
	return tcpoom_part_rules((enum tcpoom_part)part, (enum tcpoom_entry)s->entry);
}

/* A's rules, but for these, which are B's. */
static struct tcpoom_rules mixture(const struct tcpoom_rules *a, const struct tcpoom_rules *b,
				   tcpoom_ruleset of_b)
{
	struct tcpoom_rules mixed = *a;

	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		if (of_b >> rule & 1)
			tcpoom_rules_set(&mixed, (enum tcpoom_rule)rule,
					 tcpoom_rules_get(b, (enum tcpoom_rule)rule));
	return mixed;
}

/* Whether another answer comes from B's variants of these rules. */
static bool changes(int part, const struct tcpoom_rules *a, const struct tcpoom_rules *b,
		    tcpoom_ruleset of_b, const struct tcpoom_state *s)
{
	const struct tcpoom_rules mixed = mixture(a, b, of_b);
	struct tcpoom_verdict v;

	return decides(a, s, &v, NULL) && decides(&mixed, s, &v, NULL) &&
	       answers(part, a, s) != answers(part, &mixed, s);
}

/* A part has the rules that change its answers: no other one does, and each of them does. */
static void test_parts_have_their_rules(void)
{
	tcpoom_ruleset met[TCPOOM_PARTS][TCPOOM_ENTRIES] = { 0 };
	struct random r = { .state = 4 };

	for (int i = 0; i < 40000; i++) {
		const struct tcpoom_rules *a = some_rules(&r), *b = some_rules(&r);
		const int part = i % TCPOOM_PARTS;
		const struct tcpoom_state s = in_view(&r, part);
		const tcpoom_ruleset rules = rules_of(part, &s);

		CHECK(!changes(part, a, b, ~rules, &s));
		for (int rule = 0; rule < TCPOOM_RULES; rule++)
			if (changes(part, a, b, rules & (tcpoom_ruleset)1 << rule, &s))
				met[part][s.entry] |= (tcpoom_ruleset)1 << rule;
	}
	for (int part = 0; part < TCPOOM_PARTS; part++)
		for (uint8_t entry = 0; entry < TCPOOM_ENTRIES; entry++) {
			const struct tcpoom_state s = { .entry = entry };

			if (!used(part, &s))
				CHECK(!met[part][entry]);
			else if (part == TCPOOM_PART_ARGUMENT || entry <= TCPOOM_CLOSE)
				CHECK_SAY(met[part][entry] == rules_of(part, &s), "%d %d: %x of %x",
					  part, entry, met[part][entry], rules_of(part, &s));
		}
}

static const struct test parts_tests[] = {
	{ "all parts are the whole state", test_parts_are_the_state },
	{ "the argument of the check", test_argument },
	{ "the answers of the parts make the verdict", test_answers_make_the_verdict },
	{ "a part has its comparisons", test_parts_own_their_comparisons },
	{ "a part has its rules", test_parts_have_their_rules },
	{ NULL, NULL },
};
SUITE(parts)
