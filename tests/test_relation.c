/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How two kernels relate where fields are unknown, against random states: what two kernels do with
 * a state as it was is among what is said of it without some fields.
 */
#include "../diff/possible.h"

#include "../diff/critical.h"
#include "../kernels/table.h"
#include "check.h"
#include "judge.h"
#include "state_text.h"

/* A pair of kernels, a state of which something is unknown, and what is said of it. */
struct relation {
	const struct tcpoom_kernel *a, *b;
	struct tcpoom_state state, example;
	enum tcpoom_relation relation;
	struct tcpoom_divergences divergences;
};

static void find(struct relation *r, bool every)
{
	r->relation =
		tcpoom_relation_find(r->a, r->b, &r->state, every, &r->example, &r->divergences);
}

static struct relation relation_of(const char *a, const char *b, const char *state, bool every)
{
	struct relation r = { .a = kernel_of(a), .b = kernel_of(b), .state = state_of(state) };

	find(&r, every);
	return r;
}

/* What is seen of one state: whether both decide it, and how they differ. */
struct seen {
	bool decided;
	struct tcpoom_divergence divergence; /* kind TCPOOM_SAME: they do not */
};

static struct seen look(const struct relation *r, const struct tcpoom_state *s)
{
	struct seen seen = { .decided = false };
	struct tcpoom_verdict a, b;

	seen.decided = tcpoom_decide(r->a, s, &a, NULL) == TCPOOM_OK &&
		       tcpoom_decide(r->b, s, &b, NULL) == TCPOOM_OK;
	if (!seen.decided)
		return seen;
	seen.divergence.kind = tcpoom_kind_of(&a, &b);
	if (seen.divergence.kind != TCPOOM_SAME)
		tcpoom_cause_find(r->a, r->b, s, &a, &b, &seen.divergence.cause);
	return seen;
}

static bool is(const struct tcpoom_divergence *a, const struct tcpoom_divergence *b)
{
	const struct tcpoom_divergences one = { .count = 1, .of = { *a } };
	const struct tcpoom_divergences other = { .count = 1, .of = { *b } };

	return tcpoom_divergences_same(&one, &other);
}

static bool holds(const struct tcpoom_divergences *d, const struct tcpoom_divergence *one)
{
	for (unsigned i = 0; i < d->count; i++)
		if (is(&d->of[i], one))
			return true;
	return d->more;
}

/* What is said of some values of a state must be true of the values that it has. */
static void check_values(const struct relation *r, const struct tcpoom_state *s)
{
	const struct seen seen = look(r, s);

	if (!seen.decided)
		return;
	CHECK(r->relation != TCPOOM_INCOMPARABLE);
	if (seen.divergence.kind == TCPOOM_SAME)
		CHECK_SAY(r->relation != TCPOOM_DIFFER, "%s and %s", r->a->name, r->b->name);
	else
		CHECK_SAY(r->relation != TCPOOM_AGREE && holds(&r->divergences, &seen.divergence),
			  "%s and %s: %s", r->a->name, r->b->name,
			  tcpoom_kind_names[seen.divergence.kind]);
}

/* The example is the state with values for what is unknown, and the first divergence is its own. */
static void check_example(const struct relation *r)
{
	const struct seen seen = look(r, &r->example);

	CHECK(!(r->state.given & ~r->example.given));
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		CHECK(!(r->state.given >> f & 1) ||
		      tcpoom_field_get(&r->state, f) == tcpoom_field_get(&r->example, f));
	if (r->example.given == r->state.given && r->divergences.count == 0)
		return;
	CHECK(seen.decided && seen.divergence.kind != TCPOOM_SAME && r->divergences.count &&
	      is(&r->divergences.of[0], &seen.divergence));
}

/* Each divergence is there once. */
static void check_list(const struct tcpoom_divergences *d)
{
	CHECK(d->count <= TCPOOM_DIVERGENCES_MOST);
	for (unsigned i = 0; i < d->count; i++)
		for (unsigned j = 0; j < i; j++)
			CHECK(!is(&d->of[i], &d->of[j]));
}

static void try_without(struct relation *r, const struct tcpoom_state *s, enum tcpoom_field f,
			enum tcpoom_field g)
{
	struct relation first;

	r->state = *s;
	tcpoom_field_forget(&r->state, f);
	tcpoom_field_forget(&r->state, g);
	first = *r;
	find(r, true);
	check_values(r, s);
	check_example(r);
	check_list(&r->divergences);
	/* without the others it is the same, and its divergence alone */
	find(&first, false);
	CHECK(first.relation == r->relation && first.divergences.count == !!r->divergences.count);
	check_example(&first);
	if (first.divergences.count)
		CHECK(is(&first.divergences.of[0], &r->divergences.of[0]));
}

/* Of these fields only values that kernels have are critical, and a random state has any. */
static bool is_critical(enum tcpoom_field f)
{
	return f != TCPOOM_F_page_size && f != TCPOOM_F_sizeof_sk_buff;
}

/* A count that wraps when doubled may have a cause of its own. */
static bool is_huge(const struct tcpoom_state *s)
{
	return s->orphans_approx < -(1 << 29) || s->orphans_approx > 1 << 29;
}

static void test_random(void)
{
	struct random random = { .state = 3 };
	unsigned count[TCPOOM_RELATIONS] = { 0 };

	for (unsigned n = 0; n < 20000; n++) {
		const struct tcpoom_state s = judge_state(&random);
		struct relation r = { .a = &tcpoom_kernels[n % TCPOOM_KERNELS],
				      .b = &tcpoom_kernels[(n + n / 50 % 7) % TCPOOM_KERNELS] };
		const tcpoom_fieldset needs = r.a->needs[s.entry] | r.b->needs[s.entry];
		const enum tcpoom_field f = tcpoom_critical_order[n / 3 % tcpoom_critical_fields],
					g = tcpoom_critical_order[n % tcpoom_critical_fields];

		if (!is_critical(f) || !is_critical(g) || !(needs >> f & 1) || is_huge(&s))
			continue;
		try_without(&r, &s, f, g);
		count[r.relation]++;
	}
	for (int i = 0; i < TCPOOM_RELATIONS; i++)
		CHECK_SAY(count[i] > 10, "relation %d: %u", i, count[i]);
}

/* 2.6.22 takes a count at the limit for not too many, 2.6.21 does. */
static void test_known(void)
{
	static const struct {
		const char *state;
		enum tcpoom_relation relation;
	} known[] = {
		{ "timer orphans=10 max_orphans=?", TCPOOM_MAY_DIFFER },
		{ "timer orphans=10 snd_wnd=?", TCPOOM_DIFFER },
		{ "timer orphans=11 snd_wnd=?", TCPOOM_AGREE },
		{ "close orphans=10 max_orphans=?", TCPOOM_AGREE },
		{ "timer mem_allocated=0x80000000 max_orphans=?", TCPOOM_INCOMPARABLE },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		for (int every = 0; every < 2; every++) {
			const struct relation r =
				relation_of("2.6.21", "2.6.22", known[i].state, every);
			const bool differ =
				r.relation == TCPOOM_MAY_DIFFER || r.relation == TCPOOM_DIFFER;

			CHECK_SAY(r.relation == known[i].relation, "%s: %d", known[i].state,
				  r.relation);
			CHECK(!r.divergences.more && r.divergences.count == differ);
			CHECK(r.example.max_orphans == (differ ? 10 : r.state.max_orphans));
			CHECK(r.divergences.of[0].cause.sets == differ);
		}
}

/* Not all divergences are listed where they are too many, or take too long. */
static void test_more(void)
{
	static const struct {
		const char *a, *b, *state;
		unsigned count;
	} known[] = {
		{ "2.4.0", "7.1",
		  "timer orphans=? orphans_cached=? max_orphans=? mem_allocated=? wmem_queued=? "
		  "lsndtime=? err_soft=? snd_wnd=? packets_out=? do_reset=? tcp_mem2=?",
		  TCPOOM_DIVERGENCES_MOST },
		{ "2.6.18", "2.6.29",
		  "close orphans=? orphans_approx=? max_orphans=? mem_allocated=? tcp_mem2=?", 2 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct relation r = relation_of(known[i].a, known[i].b, known[i].state, true);

		CHECK(r.relation == TCPOOM_MAY_DIFFER && r.divergences.more);
		CHECK_SAY(r.divergences.count == known[i].count, "%u", r.divergences.count);
		check_example(&r);
		check_list(&r.divergences);
		find(&r, false);
		CHECK(r.relation == TCPOOM_MAY_DIFFER && !r.divergences.more);
		CHECK(r.divergences.count == 1);
	}
}

/* What was not tried may differ, even if all that was tried is alike. */
static void test_cut(void)
{
	const struct relation r = relation_of(
		"5.4", "5.4",
		"probe hz=? rto_max=? now=? lsndtime=? err_soft=? backoff=? rto=? orphan_retries=? "
		"snd_wnd=? packets_out=? net_alive=? wmem_queued=? tcp_mem2=? mem_allocated=?",
		true);

	CHECK(r.relation == TCPOOM_MAY_DIFFER && r.divergences.more && !r.divergences.count);
	CHECK(r.example.given == r.state.given);
}

/* The same are lists with the same kinds and causes in the same order; what lies behind is none. */
static void test_same_lists(void)
{
	const struct tcpoom_divergences list = { .count = 2,
						 .of = { { TCPOOM_KIND_KILL, { 2, { 1, 2, 3 } } },
							 { TCPOOM_KIND_RESET, { 1, { 4 } } } } };
	struct tcpoom_divergences other = list;

	other.of[0].cause.set[2] = other.of[1].cause.set[1] = 5;
	other.of[2].kind = TCPOOM_KIND_COUNT;
	CHECK(tcpoom_divergences_same(&list, &other));
#define OTHER(what)                                                                                \
	do {                                                                                       \
		other = list;                                                                      \
		other.what;                                                                        \
		CHECK(!tcpoom_divergences_same(&list, &other));                                    \
	} while (0)
	OTHER(count = 1);
	OTHER(more = true);
	OTHER(of[0].kind = TCPOOM_KIND_COUNT);
	OTHER(of[1].kind = TCPOOM_KIND_COUNT);
	OTHER(of[0].cause.sets = 1);
	OTHER(of[0].cause.set[0] = 8);
	OTHER(of[0].cause.set[1] = 1 << 20);
	OTHER(of[1].cause.set[0] = 8);
#undef OTHER
}

static const struct test relation_tests[] = {
	{ "known relations", test_known },   { "more than there is room for", test_more },
	{ "too much unknown", test_cut },    { "lists that are the same", test_same_lists },
	{ "values at random", test_random }, { NULL, NULL },
};

SUITE(relation)
