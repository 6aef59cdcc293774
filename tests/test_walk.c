/* SPDX-License-Identifier: GPL-2.0-only */
/* What the walks are made of: values in turn, around a threshold, and those that are told apart. */
#include "../diff/walk.h"
#include "../kernels/table.h"
#include "check.h"
#include "judge.h"

static int64_t seen[64];
static unsigned visits;

static void see(struct tcpoom_walk *w)
{
	if (visits < LENGTH(seen))
		seen[visits] = tcpoom_field_get(&w->state, TCPOOM_F_backoff);
	visits++;
}

/* A backoff is 0 to 255. */
static void test_values_in_range(void)
{
	static const int64_t value[] = { -1, 0, 256, 255, 7, INT64_MAX, INT64_MIN };
	struct tcpoom_walk w = { .state = { 0 } };

	visits = 0;
	EACH(&w, backoff, value, LENGTH(value), see);
	CHECK(visits == 3 && seen[0] == 0 && seen[1] == 255 && seen[2] == 7);
	CHECK(w.state.given & TCPOOM_BIT(backoff));
}

static uint64_t tens(struct tcpoom_walk *w)
{
	return w->state.backoff / 10U;
}

/* The first one of each that is told apart; the field is afterwards what it was. */
static void test_distinct_values(void)
{
	struct values v = { 10, { 256, 13, 11, -1, 20, 0, 9, 10, 255, 29 } };
	struct tcpoom_walk w = { .key = tens, .state = { .backoff = 77 } };

	tcpoom_walk_distinct(&w, TCPOOM_F_backoff, &v);
	CHECK(v.count == 4 && v.value[0] == 13 && v.value[1] == 20 && v.value[2] == 0 &&
	      v.value[3] == 255);
	CHECK(w.state.backoff == 77);
}

static void test_around(void)
{
	static const int64_t threshold[] = { 0, 1000, INT32_MAX, INT64_MAX, INT64_MIN };
	static const int64_t below[] = { -1, 999, INT32_MAX - 1, INT64_MAX - 1, INT64_MAX };
	static const int64_t above[] = { 1, 1001, (int64_t)INT32_MAX + 1, INT64_MIN,
					 INT64_MIN + 1 };

	for (size_t i = 0; i < LENGTH(threshold); i++) {
		struct values v = { 1, { 42 } };

		around(&v, threshold[i]);
		CHECK(v.count == 4 && v.value[0] == 42 && v.value[1] == below[i] &&
		      v.value[2] == threshold[i] && v.value[3] == above[i]);
	}
}

/* On the clock, which wraps, and none twice. */
static void test_ticks_around(void)
{
	struct values v = NO_VALUES;

	ticks_around(&v, 0);
	CHECK(v.count == 3 && v.value[0] == UINT32_MAX && v.value[1] == 0 && v.value[2] == 1);
	ticks_around(&v, 0);
	CHECK(v.count == 3);
	ticks_around(&v, 2);
	CHECK(v.count == 5 && v.value[3] == 2 && v.value[4] == 3);
	ticks_around(&v, 1);
	CHECK(v.count == 5);
	ticks_around(&v, 5);
	CHECK(v.count == 8 && v.value[5] == 4 && v.value[6] == 5 && v.value[7] == 6);
}

static void test_two_kernels(void)
{
	const struct tcpoom_kernel *first = &tcpoom_kernels[TCPOOM_K_2_4_0],
				   *later = &tcpoom_kernels[TCPOOM_K_6_0];
	struct tcpoom_walk w = { .a = first, .b = first };

	CHECK(!either(&w, TCPOOM_R_netns));
	w.b = later;
	CHECK(either(&w, TCPOOM_R_netns));
	w.a = later;
	CHECK(either(&w, TCPOOM_R_netns));
	w.b = first;
	CHECK(either(&w, TCPOOM_R_netns));
}

static struct tcpoom_state start;
static enum tcpoom_part part;

/* All else is as it was, what is absent is 0, and the state is sound. */
static void see_others(struct tcpoom_walk *w)
{
	struct tcpoom_state s = w->state;
	enum tcpoom_field at;

	visits++;
	if (tcpoom_state_unsound(&s, &at))
		CHECK_SAY(false, "part %d: unsound %s", part, tcpoom_field_table[at].name);
	tcpoom_part_copy(part, &start, &s);
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		if (tcpoom_field_get(&w->state, (enum tcpoom_field)f) && !(w->state.given >> f & 1))
			CHECK_SAY(false, "part %d: absent %s", part, tcpoom_field_table[f].name);
		if (tcpoom_field_get(&s, (enum tcpoom_field)f) !=
		    tcpoom_field_get(&start, (enum tcpoom_field)f))
			CHECK_SAY(false, "part %d: %s", part, tcpoom_field_table[f].name);
	}
}

static uint64_t each_alone(struct tcpoom_walk *w)
{
	static uint64_t key;

	(void)w;
	return ++key;
}

static uint64_t all_alike(struct tcpoom_walk *w)
{
	return w->state.hz;
}

/* A walk over a part leaves the fields of the other parts as they are. */
static void test_walks_stay_in_their_part(void)
{
	struct random r = { .state = 1 };

	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
		for (int p = 0; p < TCPOOM_PARTS; p++) {
			struct tcpoom_walk w = { .a = &tcpoom_kernels[TCPOOM_K_3_3],
						 .b = &tcpoom_kernels[TCPOOM_K_4_15],
						 .visit = see_others,
						 .key = all_alike };

			part = (enum tcpoom_part)p;
			start = judge_state(&r);
			start.entry = (uint8_t)entry;
			w.state = start;
			visits = 0;
			tcpoom_walk_part(&w, part);
			CHECK(visits > 0);
		}
}

/* What of a comparison by some rules was met, a bit each. */
enum {
	BELOW = 1,
	AT = 2,
	ABOVE = 4,
	JUST_BELOW = 8,
	JUST_ABOVE = 16,
	CLAMPED_AT = 32,
	LAST = 64,     /* the age of a stamp that is just ahead */
	LONG_AT = 128, /* after a backoff of more than 32 */
};

static struct {
	struct tcpoom_rules rules;
	enum tcpoom_test_id id;
	unsigned met;
} relations;

static void see_relation(struct tcpoom_walk *w)
{
	struct tcpoom_verdict v;
	struct tcpoom_tests tests;

	tcpoom_rules_decide(&relations.rules, &w->state, &v, &tests);
	for (unsigned i = 0; i < tests.count; i++) {
		const struct tcpoom_test *t = &tests.test[i];

		if (t->id != relations.id)
			continue;
		relations.met |= t->lhs < t->rhs ? BELOW : t->lhs > t->rhs ? ABOVE : AT;
		relations.met |= t->lhs == t->rhs - 1 ? JUST_BELOW : 0;
		relations.met |= t->lhs == t->rhs + 1 ? JUST_ABOVE : 0;
		if (t->lhs == t->rhs && w->state.memcg_allocated < 0 && t->lhs == 0)
			relations.met |= CLAMPED_AT;
		relations.met |= t->lhs == UINT32_MAX ? LAST : 0;
		if (t->lhs == t->rhs && w->state.backoff > 32)
			relations.met |= LONG_AT;
	}
}

static unsigned relations_of_memory(const struct tcpoom_rules *rules, enum tcpoom_test_id id,
				    int64_t sizeof_sk_buff)
{
	struct tcpoom_walk w = { .a = &tcpoom_kernels[TCPOOM_K_3_3],
				 .b = &tcpoom_kernels[TCPOOM_K_6_0],
				 .visit = see_relation };

	w.state.entry = TCPOOM_CLOSE;
	tcpoom_field_set(&w.state, TCPOOM_F_sizeof_sk_buff, sizeof_sk_buff);
	relations.rules = *rules;
	relations.id = id;
	relations.met = 0;
	tcpoom_walk_part(&w, TCPOOM_PART_MEMORY);
	return relations.met;
}

/* Of the timers, at a bound of the RTO of 30 s. */
static unsigned relations_of_timer(enum tcpoom_entry entry, const struct tcpoom_rules *rules,
				   enum tcpoom_test_id id)
{
	struct tcpoom_walk w = { .a = &tcpoom_kernels[TCPOOM_K_2_4_0],
				 .b = &tcpoom_kernels[TCPOOM_K_6_15],
				 .visit = see_relation,
				 .key = each_alone };

	w.state.entry = (uint8_t)entry;
	w.state.hz = 1000;
	w.state.rto_max = 30000;
	relations.rules = *rules;
	relations.id = id;
	relations.met = 0;
	tcpoom_walk_part(&w, TCPOOM_PART_ARGUMENT);
	return relations.met;
}

/* Both kernels' thresholds are met, and whatever lies between them in the table. */
static void test_thresholds_of_timers(void)
{
	const struct tcpoom_rules *first = tcpoom_kernels[TCPOOM_K_2_4_0].rules,
				  *early = tcpoom_kernels[TCPOOM_K_2_6_32].rules,
				  *last = tcpoom_kernels[TCPOOM_K_6_15].rules;
	const unsigned all = JUST_BELOW | AT | JUST_ABOVE;
	const struct {
		enum tcpoom_entry entry;
		const struct tcpoom_rules *rules;
		enum tcpoom_test_id id;
		unsigned met;
	} cases[] = {
		{ TCPOOM_RETRANSMIT, first, TCPOOM_T_ALIVE, all },
		{ TCPOOM_RETRANSMIT, last, TCPOOM_T_ALIVE, all },
		{ TCPOOM_RETRANSMIT, first, TCPOOM_T_RETRANSMITS, all },
		{ TCPOOM_RETRANSMIT, early, TCPOOM_T_TIMED_OUT, all | LAST },
		{ TCPOOM_RETRANSMIT, last, TCPOOM_T_TIMED_OUT, all },
		{ TCPOOM_PROBE, first, TCPOOM_T_ALIVE, all | LONG_AT },
		{ TCPOOM_PROBE, last, TCPOOM_T_ALIVE, all },
		{ TCPOOM_PROBE, first, TCPOOM_T_PROBES_OUT, all },
		{ TCPOOM_PROBE, last, TCPOOM_T_BACKOFF, all | LONG_AT },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const unsigned met =
			relations_of_timer(cases[i].entry, cases[i].rules, cases[i].id);

		CHECK_SAY((met & cases[i].met) == cases[i].met, "case %zu: %x", i, met);
	}
}

/* Whatever the size of struct sk_buff, the queue is just below, at and just above the least one. */
static void test_least_buffer(void)
{
	static const int64_t size[] = { 1, 63, 64, 65, 127, 128, 129, 232, 1000 };
	const unsigned all = JUST_BELOW | AT | JUST_ABOVE;

	for (size_t i = 0; i < LENGTH(size); i++)
		CHECK((relations_of_memory(tcpoom_kernels[TCPOOM_K_6_0].rules, TCPOOM_T_WMEM_QUEUED,
					   size[i]) &
		       all) == all);
}

/* Of a cgroup, too, a counter below 0 may be read as 0, and so be at its limit. */
static void test_cgroup(void)
{
	struct tcpoom_rules rules = *tcpoom_kernels[TCPOOM_K_3_3].rules;
	const unsigned plain = BELOW | AT | ABOVE | JUST_BELOW | JUST_ABOVE;

	CHECK(relations_of_memory(&rules, TCPOOM_T_MEMCG, 232) == plain);
	rules.clamp = tcpoom_kernels[TCPOOM_K_6_0].rules->clamp;
	CHECK(relations_of_memory(&rules, TCPOOM_T_MEMCG, 232) == (plain | CLAMPED_AT));
}

/* What the contexts were: a bit for each distance of the bound from one that matters. */
static struct {
	unsigned rates, errors, bounds;
} contexts;

static void see_context(struct tcpoom_walk *w)
{
	static const int64_t rate[] = { 250, 300, 1000, 1024 };
	const int64_t hz = w->state.hz, bound = w->state.rto_max;
	const bool bounds[] = { bound == hz,	       2 * bound == 60 * hz - 2,
				2 * bound == 60 * hz,  2 * bound == 60 * hz + 2,
				bound == 120 * hz - 1, bound == 120 * hz };

	CHECK(bound >= hz && bound <= 120 * hz);
	for (unsigned i = 0; i < LENGTH(rate); i++)
		contexts.rates |= (unsigned)(rate[i] == hz) << i;
	contexts.errors |= w->state.err_soft ? 2 : 1;
	for (unsigned i = 0; i < LENGTH(bounds); i++)
		contexts.bounds |= (unsigned)bounds[i] << i;
}

static void walk_contexts(int a, int b, enum tcpoom_entry entry)
{
	struct tcpoom_walk w = { .a = &tcpoom_kernels[a],
				 .b = &tcpoom_kernels[b],
				 .visit = see_context };

	w.state.entry = (uint8_t)entry;
	contexts.rates = contexts.errors = contexts.bounds = 0;
	tcpoom_walk_contexts(&w);
}

/* Twice the bound against 60 s, and the bound against 120 s, at each rate, as far as it matters. */
static void test_contexts(void)
{
	walk_contexts(TCPOOM_K_2_4_0, TCPOOM_K_6_15, TCPOOM_RETRANSMIT);
	CHECK(contexts.rates == 15 && contexts.errors == 3 && contexts.bounds == 63);
	walk_contexts(TCPOOM_K_2_4_0, TCPOOM_K_6_15, TCPOOM_PROBE);
	CHECK(contexts.rates == 4 && contexts.errors == 3 && contexts.bounds == 63);
	walk_contexts(TCPOOM_K_2_4_0, TCPOOM_K_4_13, TCPOOM_RETRANSMIT);
	CHECK(contexts.rates == 15 && contexts.errors == 3 && contexts.bounds == 32);
	walk_contexts(TCPOOM_K_2_4_0, TCPOOM_K_2_6_32, TCPOOM_RETRANSMIT);
	CHECK(contexts.rates == 4 && contexts.errors == 3 && contexts.bounds == 32);
}

static const struct test walk_tests[] = {
	{ "values in range", test_values_in_range },
	{ "distinct values", test_distinct_values },
	{ "values around a threshold", test_around },
	{ "ticks around a threshold", test_ticks_around },
	{ "two kernels", test_two_kernels },
	{ "contexts", test_contexts },
	{ "thresholds of the timers", test_thresholds_of_timers },
	{ "the least send buffer", test_least_buffer },
	{ "the counter of a cgroup", test_cgroup },
	{ "walks stay in their part", test_walks_stay_in_their_part },
	{ NULL, NULL },
};
SUITE(walk)
