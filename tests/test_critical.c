/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Critical values stand for all others: random states lose a field or two, and what a kernel does
 * with the state as it was is among what it does with critical values instead.
 */
#include "../diff/critical.h"
#include "../diff/possible.h"
#include "../kernels/table.h"
#include "check.h"
#include "judge.h"

/* Of other fields only values that kernels have are critical, and a random state has any. */
static bool reads(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
		  enum tcpoom_field f)
{
	return kernel->needs[s->entry] >> f & 1 && f != TCPOOM_F_page_size &&
	       f != TCPOOM_F_sizeof_sk_buff;
}

static bool holds(const struct tcpoom_possible *p, const struct tcpoom_verdict *v)
{
	for (unsigned i = 0; i < p->verdicts; i++)
		if (tcpoom_verdict_same(&p->verdict[i], v))
			return true;
	return false;
}

static void try_without(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
			enum tcpoom_field f, enum tcpoom_field g)
{
	struct tcpoom_state open = *s;
	struct tcpoom_possible p;
	struct tcpoom_verdict v;

	if (tcpoom_decide(kernel, s, &v, NULL) != TCPOOM_OK)
		return;
	tcpoom_field_forget(&open, f);
	tcpoom_field_forget(&open, g);
	tcpoom_possible_find(kernel, &open, &p);
	CHECK_SAY(holds(&p, &v), "%s, entry %u, %s=%lld %s=%lld: %s", kernel->name, s->entry,
		  tcpoom_field_table[f].name, (long long)tcpoom_field_get(s, f),
		  tcpoom_field_table[g].name, (long long)tcpoom_field_get(s, g),
		  tcpoom_outcome_names[v.outcome]);
}

/* Each field with another one; and alone, which is a pair with itself. */
static void test_any_value(void)
{
	struct random r = { .state = 1 };

	for (unsigned n = 0; n < 4000; n++) {
		const struct tcpoom_state s = judge_state(&r);

		for (unsigned i = 0; i < tcpoom_critical_fields; i++) {
			const struct tcpoom_kernel *kernel =
				&tcpoom_kernels[(n + i) % TCPOOM_KERNELS];
			const enum tcpoom_field f = tcpoom_critical_order[i];
			const enum tcpoom_field g =
				tcpoom_critical_order[(i + n) % tcpoom_critical_fields];

			if (reads(kernel, &s, f))
				try_without(kernel, &s, f, reads(kernel, &s, g) ? g : f);
		}
	}
}

/* Below, at or above; or only whether, where `at` is one number of many or no time in ms is it. */
static int relation(const struct tcpoom_test *t)
{
	const bool truth_alone = t->op == TCPOOM_EQ || t->op == TCPOOM_NE ||
				 t->op == TCPOOM_GT_UNSIGNED || t->id == TCPOOM_T_TIMED_OUT;

	return truth_alone ? t->truth : (t->lhs > t->rhs) - (t->lhs < t->rhs);
}

/* Whether the same comparisons are made, and turn out alike. */
static bool same_tests(const struct tcpoom_tests *a, const struct tcpoom_tests *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++) {
		const struct tcpoom_test *x = &a->test[i], *y = &b->test[i];

		if (x->id != y->id || x->reached != y->reached ||
		    (x->reached && relation(x) != relation(y)))
			return false;
	}
	return true;
}

static bool has_alike(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
		      const struct tcpoom_tests *tests, const struct tcpoom_critical *c,
		      enum tcpoom_field f)
{
	struct tcpoom_state other = *s;
	struct tcpoom_tests of_other;
	struct tcpoom_verdict v;

	for (unsigned i = 0; i < c->count; i++) {
		tcpoom_field_set(&other, f, c->value[i]);
		if (tcpoom_decide(kernel, &other, &v, &of_other) == TCPOOM_OK &&
		    same_tests(tests, &of_other))
			return true;
	}
	return false;
}

/* A count that an int cannot hold when it is doubled twice; no machine has so many. */
static bool is_huge(int64_t count)
{
	return count < -(1 << 29) || count > 1 << 29;
}

static void try_thresholds(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
			   enum tcpoom_field f)
{
	struct tcpoom_critical c;
	struct tcpoom_tests tests;
	struct tcpoom_verdict v;

	if (tcpoom_decide(kernel, s, &v, &tests) != TCPOOM_OK)
		return;
	tcpoom_critical_find(s, s->given & ~((tcpoom_fieldset)1 << f), f, &c);
	CHECK_SAY(has_alike(kernel, s, &tests, &c, f), "%s, entry %u, %s=%lld", kernel->name,
		  s->entry, tcpoom_field_table[f].name, (long long)tcpoom_field_get(s, f));
}

/* What is below, at or above a threshold has its like. */
static void test_thresholds(void)
{
	struct random r = { .state = 3 };

	for (unsigned n = 0; n < 6000; n++) {
		const struct tcpoom_state s = judge_state(&r);

		for (unsigned i = 0; i < tcpoom_critical_fields; i++) {
			const struct tcpoom_kernel *kernel =
				&tcpoom_kernels[(n + i) % TCPOOM_KERNELS];

			if (reads(kernel, &s, tcpoom_critical_order[i]) && !is_huge(s.orphans) &&
			    !is_huge(s.orphans_approx))
				try_thresholds(kernel, &s, tcpoom_critical_order[i]);
		}
	}
}

static void check_list(const struct tcpoom_state *s, tcpoom_fieldset known, enum tcpoom_field f)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];
	struct tcpoom_critical c;

	tcpoom_critical_find(s, known, f, &c);
	CHECK_SAY(c.count && c.count < TCPOOM_CRITICAL_MOST, "%s: %u", info->name, c.count);
	CHECK(c.value[0] >= info->min && c.value[c.count - 1] <= info->max);
	for (unsigned i = 1; i < c.count; i++)
		CHECK_SAY(c.value[i - 1] < c.value[i], "%s: %lld", info->name,
			  (long long)c.value[i]);
}

/*
 * Ascending, each once, in range; and there is room for all, whether what is asked for later is
 * known or not.
 */
static void test_lists(void)
{
	struct random r = { .state = 2 };

	for (unsigned n = 0; n < 100; n++) {
		const struct tcpoom_state s = judge_state(&r);
		tcpoom_fieldset known = s.given;

		for (unsigned i = tcpoom_critical_fields; i-- > 0;) {
			const enum tcpoom_field f = tcpoom_critical_order[i];

			known &= ~((tcpoom_fieldset)1 << f);
			check_list(&s, known, f);
			check_list(&s, s.given & ~((tcpoom_fieldset)1 << f), f);
		}
	}
}

static const struct test critical_tests[] = {
	{ "any value is like a critical one", test_any_value },
	{ "any comparison is like that of one", test_thresholds },
	{ "lists of values", test_lists },
	{ NULL, NULL },
};

SUITE(critical)
