/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Critical values stand for all others: random states lose a field or two, and what a kernel does
 * with the state as it was is among what it does with critical values instead.
 */
#include "../diff/critical.h"

#include <string.h>

#include "../diff/possible.h"
#include "../kernels/table.h"
#include "check.h"
#include "judge.h"
#include "state_text.h"

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

static bool has(const struct tcpoom_critical *c, int64_t value)
{
	for (unsigned i = 0; i < c->count; i++)
		if (c->value[i] == value)
			return true;
	return false;
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

/* Thresholds as the kernels' texts name them, each with its neighbours. */
static void test_known(void)
{
	static const struct {
		const char *state;
		enum tcpoom_field field;
		int64_t threshold[6]; /* ends with 0 */
	} known[] = {
		/* 60 s, twice the RTO's bound, 240 s */
		{ "timer rto_max=50000", TCPOOM_F_lsndtime, { 9940000, 9900000, 9760000 } },
		{ "timer rto_max=50000 lsndtime=1000000",
		  TCPOOM_F_now,
		  { 1000000, 1060000, 1100000, 1240000 } },
		{ "timer hz=250", TCPOOM_F_lsndtime, { 9985000, 9940000 } },
		{ "timer lsndtime=9900000", TCPOOM_F_rto_max, { 50000 } },
		/* 120 s, the RTO's bound; of a probe backed off, and where that wraps in 32 bits */
		{ "retransmit rto_max=50000", TCPOOM_F_rto, { 120000, 50000 } },
		{ "retransmit hz=250 rto_max=10000", TCPOOM_F_rto, { 30000, 10000 } },
		{ "probe rto_max=50000 backoff=3",
		  TCPOOM_F_rto,
		  { 120000, 50000, 15000, 6250, INT64_C(1) << 29 } },
		{ "probe rto_max=50000 backoff=34", TCPOOM_F_rto, { 30000, INT64_C(1) << 30 } },
		{ "retransmit rto=50000", TCPOOM_F_rto_max, { 50000 } },
		{ "probe rto=5000 backoff=3", TCPOOM_F_rto_max, { 40000 } },
		{ "probe rto=5000 backoff=67", TCPOOM_F_rto_max, { 40000 } },
		{ "retransmit", TCPOOM_F_orphan_retries, { 5, 14 } },
		{ "retransmit orphan_retries=7", TCPOOM_F_retransmits, { 7 } },
		{ "probe orphan_retries=7", TCPOOM_F_probes_out, { 7 } },
		{ "probe orphan_retries=99", TCPOOM_F_backoff, { 1, 31, 32, 63, 99, 128 } },
		{ "retransmit retransmits=99", TCPOOM_F_orphan_retries, { 1, 99 } },
		{ "probe probes_out=99", TCPOOM_F_orphan_retries, { 1, 99 } },
		{ "probe backoff=99", TCPOOM_F_orphan_retries, { 1, 99 } },
		/* up to two penalties, each of which doubles a count */
		{ "timer max_orphans=1000", TCPOOM_F_orphans, { 1000, 500, 250 } },
		{ "timer max_orphans=1000", TCPOOM_F_orphans_approx, { 1000, 500, 250 } },
		{ "timer max_orphans=1000",
		  TCPOOM_F_orphans_cached,
		  { 1000, 500, 250, 1 << 30, 1 << 29 } },
		{ "close max_orphans=1000", TCPOOM_F_orphans, { 999, 1000, 1001 } },
		{ "timer orphans=100", TCPOOM_F_max_orphans, { 100, 200, 400 } },
		{ "timer orphans_approx=100", TCPOOM_F_max_orphans, { 100, 200, 400 } },
		{ "timer orphans_cached=100", TCPOOM_F_max_orphans, { 100, 200, 400 } },
		{ "close orphans=100", TCPOOM_F_max_orphans, { 99, 100, 101 } },
		/* SOCK_MIN_SNDBUF */
		{ "close", TCPOOM_F_wmem_queued, { 2048, 4608 } },
		{ "close sizeof_sk_buff=193", TCPOOM_F_wmem_queued, { 2048, 4608 } },
		{ "close sizeof_sk_buff=192", TCPOOM_F_wmem_queued, { 2048, 4480 } },
		/* pages, or units of 4096 bytes */
		{ "close tcp_mem2=1000", TCPOOM_F_mem_allocated, { 1000 } },
		{ "close tcp_mem2=1000 page_size=16384", TCPOOM_F_mem_allocated, { 1000, 4000 } },
		{ "close tcp_mem2=1000 page_size=1024", TCPOOM_F_mem_allocated, { 1000, 250 } },
		{ "close mem_allocated=1000", TCPOOM_F_tcp_mem2, { 1000 } },
		{ "close mem_allocated=1000 page_size=16384", TCPOOM_F_tcp_mem2, { 1000, 250 } },
		{ "close mem_allocated=1000 page_size=1024",
		  TCPOOM_F_tcp_mem2,
		  { 1000, 4000, 4004 } },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct tcpoom_state s = state_of(known[i].state);
		const enum tcpoom_field f = known[i].field;
		struct tcpoom_critical c;

		tcpoom_critical_find(&s, s.given & ~((tcpoom_fieldset)1 << f), f, &c);
		for (int t = 0; t < 6 && known[i].threshold[t]; t++)
			for (int beside = -1; beside <= 1; beside++)
				CHECK_SAY(has(&c, known[i].threshold[t] + beside),
					  "%s, %s: no %lld", known[i].state,
					  tcpoom_field_table[f].name,
					  (long long)known[i].threshold[t] + beside);
	}
}

/* The times that retries take: 200 ms, doubled for each up to the RTO's bound. */
static void test_times(void)
{
	static const struct {
		const char *state;
		enum tcpoom_field field;
		int64_t last, first; /* time at which there is time, and none */
	} known[] = {
		{ "retransmit orphan_retries=1", TCPOOM_F_retrans_stamp, 9999401, 9999400 },
		{ "retransmit orphan_retries=1", TCPOOM_F_head_sent, 9999401, 9999400 },
		{ "retransmit orphan_retries=1 err_soft=113", TCPOOM_F_head_sent, 9999801,
		  9999800 },
		{ "retransmit orphan_retries=1 hz=250", TCPOOM_F_head_sent, 9999851, 9999850 },
		/* 200 ms to 102.4 s, and 120 s; 200 ms to 25.6 s, and three times 30 s */
		{ "retransmit orphan_retries=10", TCPOOM_F_head_sent, 9675401, 9675400 },
		{ "retransmit orphan_retries=10 rto_max=30000", TCPOOM_F_head_sent, 9859001,
		  9859000 },
		/* up to 6.14 always 120 s */
		{ "retransmit orphan_retries=10 rto_max=30000", TCPOOM_F_head_sent, 9675401,
		  9675400 },
		/* 2^31 ms and 600 ms: the age becomes negative */
		{ "retransmit orphan_retries=1 hz=250", TCPOOM_F_retrans_stamp, 3768096235,
		  3768096234 },
		/* times at which a clock in ms is 0 */
		{ "retransmit hz=250", TCPOOM_F_retrans_stamp, 1073741824, 3221225472 },
		/* and one that lies ahead */
		{ "retransmit", TCPOOM_F_retrans_stamp, 10000001, 10000000 },
		{ "retransmit orphan_retries=1 retrans_stamp=700", TCPOOM_F_now, 1299, 1300 },
		{ "retransmit orphan_retries=1 head_sent=700", TCPOOM_F_now, 1299, 1300 },
		{ "retransmit orphan_retries=1", TCPOOM_F_now, 599, 600 },
		/* the clock in ms turned: 600 ms after 2^32 ms are between ticks */
		{ "retransmit orphan_retries=1 hz=100", TCPOOM_F_now, 429496789, 429496790 },
		{ "retransmit orphan_retries=1 hz=300", TCPOOM_F_now, 1288490368, 1288490369 },
		{ "retransmit orphan_retries=1 hz=300", TCPOOM_F_now, 3865470746, 3865470747 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct tcpoom_state s = state_of(known[i].state);
		const enum tcpoom_field f = known[i].field;
		struct tcpoom_critical c;

		tcpoom_critical_find(&s, s.given & ~((tcpoom_fieldset)1 << f), f, &c);
		CHECK_SAY(has(&c, known[i].last) && has(&c, known[i].first), "%s, %s",
			  known[i].state, tcpoom_field_table[f].name);
	}
}

/* Of these fields the values that kernels have are all. */
static void test_of_kernels(void)
{
	static const struct {
		enum tcpoom_field field;
		unsigned count;
		int64_t value[5];
	} known[] = {
		{ TCPOOM_F_hz, 5, { 100, 250, 300, 1000, 1024 } },
		{ TCPOOM_F_page_size, 5, { 4096, 8192, 16384, 32768, 65536 } },
		{ TCPOOM_F_sizeof_sk_buff, 3, { 192, 256, 320 } },
	};
	const struct tcpoom_state s = state_of("retransmit");

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct tcpoom_critical c;

		tcpoom_critical_find(&s, 0, known[i].field, &c);
		CHECK(c.count == known[i].count);
		for (unsigned j = 0; j < known[i].count; j++)
			CHECK_SAY(has(&c, known[i].value[j]), "%s",
				  tcpoom_field_table[known[i].field].name);
	}
}

static void check_list(const struct tcpoom_state *s, tcpoom_fieldset known, enum tcpoom_field f)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];
	struct tcpoom_critical c;

	tcpoom_critical_find(s, known, f, &c);
	CHECK_SAY(c.count && !c.cut, "%s: %u", info->name, c.count);
	CHECK(c.value[0] >= info->min && c.value[c.count - 1] <= info->max);
	CHECK(f != TCPOOM_F_rto_max ||
	      (c.value[0] == s->hz && c.value[c.count - 1] == 120 * s->hz));
	for (unsigned i = 1; i < c.count; i++)
		CHECK_SAY(c.value[i - 1] < c.value[i], "%s: %lld", info->name,
			  (long long)c.value[i]);
}

/* What is not known by now does not matter. */
static void check_known(const struct tcpoom_state *s, const struct tcpoom_state *other,
			tcpoom_fieldset known, enum tcpoom_field f)
{
	struct tcpoom_state mixed = *s;
	struct tcpoom_critical a, b;

	for (int i = 0; i < TCPOOM_FIELDS; i++)
		if (!(known >> i & 1))
			tcpoom_field_set(&mixed, (enum tcpoom_field)i,
					 tcpoom_field_get(other, (enum tcpoom_field)i));
	mixed.given = s->given;
	tcpoom_critical_find(s, known, f, &a);
	tcpoom_critical_find(&mixed, known, f, &b);
	CHECK_SAY(a.count == b.count && !memcmp(a.value, b.value, a.count * sizeof(*a.value)), "%s",
		  tcpoom_field_table[f].name);
}

/*
 * Ascending, each once, in range; and there is room for all, whether what is asked for later is
 * known or not.
 */
static void test_lists(void)
{
	static const tcpoom_fieldset later[] = { TCPOOM_BIT(now), TCPOOM_BIT(lsndtime),
						 TCPOOM_BIT(backoff) };
	struct random r = { .state = 2 };

	for (unsigned n = 0; n < 100; n++) {
		const struct tcpoom_state s = judge_state(&r), other = judge_state(&r);
		tcpoom_fieldset known = s.given;

		for (unsigned i = tcpoom_critical_fields; i-- > 0;) {
			const enum tcpoom_field f = tcpoom_critical_order[i];

			known &= ~((tcpoom_fieldset)1 << f);
			check_known(&s, &other, known, f);
			/* it is asked for before these, one of which may be known */
			for (int j = 0; f == TCPOOM_F_rto_max && j < 3; j++)
				check_known(&s, &other, s.given & ~later[j] & ~TCPOOM_BIT(rto_max),
					    f);
			check_list(&s, known, f);
			check_list(&s, s.given & ~((tcpoom_fieldset)1 << f), f);
		}
	}
}

/* At a low tick rate a clock in ms comes round too often, and that is said. */
static void test_cut(void)
{
	const struct tcpoom_state s = state_of("retransmit hz=5 orphan_retries=7");
	struct tcpoom_critical c;

	tcpoom_critical_find(&s, s.given & ~TCPOOM_BIT(now), TCPOOM_F_now, &c);
	CHECK(c.cut && c.count == TCPOOM_CRITICAL_MOST);
	tcpoom_critical_find(&s, s.given & ~TCPOOM_BIT(rto), TCPOOM_F_rto, &c);
	CHECK(!c.cut);
}

static const struct test critical_tests[] = {
	{ "any value is like a critical one", test_any_value },
	{ "any comparison is like that of one", test_thresholds },
	{ "known thresholds", test_known },
	{ "known times", test_times },
	{ "values that kernels have", test_of_kernels },
	{ "lists of values", test_lists },
	{ "a list without room", test_cut },
	{ NULL, NULL },
};

SUITE(critical)
