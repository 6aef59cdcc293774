/* SPDX-License-Identifier: GPL-2.0-only */
/* Classes of divergence: what they hold, and their order. */
#include <string.h>

#include "../diff/atlas.h"
#include "check.h"
#include "judge.h"
#include "state_text.h"

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static unsigned first_size(const struct tcpoom_class *c)
{
	return tcpoom_ruleset_size(c->cause.set[0]);
}

/* What must be decided by kind, entry and few rules first. */
static int by_contract(const struct tcpoom_class *c, const struct tcpoom_class *d)
{
	if (c->kind != d->kind)
		return c->kind < d->kind ? -1 : 1;
	if (c->entry != d->entry)
		return c->entry < d->entry ? -1 : 1;
	if (first_size(c) != first_size(d))
		return first_size(c) < first_size(d) ? -1 : 1;
	return 0;
}

/* An order: none is before itself, and of two one is first, whichever is asked. */
static void test_order(void)
{
	struct tcpoom_atlas atlas;

	CHECK(tcpoom_atlas_make(&atlas, kernel_of("2.4.0"), kernel_of("2.6.29")));
	for (size_t i = 0; i < atlas.count; i += 7)
		for (size_t j = 0; j < atlas.count; j += 5) {
			const struct tcpoom_class *c = &atlas.entry[i].class,
						  *d = &atlas.entry[j].class;
			const int order = sign(tcpoom_class_compare(c, d));

			if (order != (i > j) - (i < j) ||
			    order != -sign(tcpoom_class_compare(d, c)) ||
			    by_contract(c, d) * order < 0)
				CHECK_SAY(false, "%zu %zu", i, j);
			if ((tcpoom_class_hash(c) == tcpoom_class_hash(d)) != (i == j))
				CHECK_SAY(false, "hash of %zu and %zu", i, j);
		}
	tcpoom_atlas_free(&atlas);
}

/* Each part of a class tells it from another one, in the order and in the hash. */
static void test_each_part_tells(void)
{
	const struct tcpoom_class plain = { .cause = { .sets = 2, .set = { 1, 2 } } };
	struct tcpoom_class other[15], same = plain;
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		other[i] = plain;
	other[n++].kind = 1;
	other[n++].entry = 1;
	other[n++].cause.set[0] = 8;
	other[n++].cause.set[1] = 4;
	other[n++].cause.sets = 1;
	other[n++].a.outcome = TCPOOM_EXPIRED;
	other[n++].b.outcome = TCPOOM_EXPIRED;
	other[n++].a.messages = 1;
	other[n++].a.message[0] = 1;
	other[n++].a.message[1] = 1;
	other[n++].b.snmp = 1;
	other[n++].at[0][0].has = 1;
	other[n++].at[0][TCPOOM_TESTS - 1].truth = 1;
	other[n++].at[1][0].relation = 1;
	other[n++].at[1][TCPOOM_TESTS - 1].negative = 1;
	/* what stands behind the sets is no part of it */
	same.cause.set[2] = 9;
	CHECK(!tcpoom_class_compare(&plain, &same) &&
	      tcpoom_class_hash(&plain) == tcpoom_class_hash(&same));
	for (unsigned i = 0; i < n; i++) {
		CHECK(tcpoom_class_compare(&plain, &other[i]) != 0);
		CHECK(tcpoom_class_hash(&plain) != tcpoom_class_hash(&other[i]));
		for (unsigned j = 0; j < i; j++)
			CHECK(tcpoom_class_hash(&other[j]) != tcpoom_class_hash(&other[i]));
	}
}

/* Where two kernels agree, or one has no verdict, there is no class. */
static void test_no_class(void)
{
	const struct tcpoom_state same = state_of("timer"),
				  large = state_of("timer orphans=11 mem_allocated=4294967296"),
				  over = state_of("close orphans=11");
	struct tcpoom_class c;

	CHECK(!tcpoom_class_find(kernel_of("2.4.0"), kernel_of("6.0"), &same, &c));
	CHECK(!tcpoom_class_find(kernel_of("2.4.0"), kernel_of("6.0"), &large, &c));
	CHECK(!tcpoom_class_find(kernel_of("6.0"), kernel_of("2.4.0"), &large, &c));
	CHECK(tcpoom_class_find(kernel_of("2.4.0"), kernel_of("6.0"), &over, &c));
}

/* What is left of a comparison once its numbers are gone. */
static void test_thresholds(void)
{
	static const int64_t most = INT64_MAX, half = (int64_t)1 << 62;
	static const struct {
		struct tcpoom_test test;
		struct tcpoom_threshold at;
	} cases[] = {
#define NUMBERS(o, b, s, l, r) .op = TCPOOM_##o, .base = b, .shift = s, .lhs = l, .rhs = r
#define IS(rel, s, w, n)                                                                           \
	{ .has = 1, .made = 1, .relation = TCPOOM_##rel, .shift = s, .wrapped = w, .negative = n }
		{ { NUMBERS(GT, 11, 0, 11, 10) }, IS(ABOVE, 0, 0, 0) },
		{ { NUMBERS(GE, 10, 0, 10, 10) }, IS(AT, 0, 0, 0) },
		{ { NUMBERS(LT, 9, 0, 9, 10) }, IS(BELOW, 0, 0, 0) },
		{ { NUMBERS(LT, 11, 0, 11, 10) }, IS(ABOVE, 0, 0, 0) },
		{ { NUMBERS(GT, 0, 0, 0, 10) }, IS(BELOW, 0, 0, 0) },
		{ { NUMBERS(GT, -1, 0, -1, 10) }, IS(BELOW, 0, 0, 1) },
		{ { NUMBERS(GT_UNSIGNED, -1, 0, -1, 10) }, IS(ABOVE, 0, 0, 1) },
		{ { NUMBERS(GT_UNSIGNED, 9, 0, 9, 10) }, IS(BELOW, 0, 0, 0) },
		/* what is not zero is not zero, whatever its sign */
		{ { NUMBERS(EQ, -3, 0, -3, 0) }, IS(ABOVE, 0, 0, 0) },
		{ { NUMBERS(NE, -3, 0, -3, 0) }, IS(ABOVE, 0, 0, 0) },
		{ { NUMBERS(EQ, 0, 0, 0, 0) }, IS(AT, 0, 0, 0) },
		/* doubled, and whether that lost bits */
		{ { NUMBERS(GT, 6, 1, 12, 10) }, IS(ABOVE, 1, 0, 0) },
		{ { NUMBERS(GT, 6, 2, 24, 10) }, IS(ABOVE, 2, 0, 0) },
		{ { NUMBERS(GT, 6, 1, -2, 10) }, IS(BELOW, 1, 1, 1) },
		{ { NUMBERS(GT, -1, 1, -2, 10) }, IS(BELOW, 1, 0, 1) },
		{ { NUMBERS(GT, INT32_MIN, 1, 0, 10) }, IS(BELOW, 1, 1, 1) },
		{ { NUMBERS(GT, half, 2, 0, 10) }, IS(BELOW, 2, 1, 0) },
		{ { NUMBERS(GT, half, 2, most, 10) }, IS(ABOVE, 2, 1, 0) },
		{ { NUMBERS(GT, half, 1, most, 10) }, IS(ABOVE, 1, 0, 0) },
		{ { NUMBERS(GT, half, 1, 5, 10) }, IS(BELOW, 1, 1, 0) },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (int id = 0; id < TCPOOM_TESTS; id++)
			for (int flags = 0; flags < 4; flags++) {
				struct tcpoom_tests tests = { .count = 1,
							      .test = { cases[i].test } };
				struct tcpoom_threshold at[TCPOOM_TESTS], is = cases[i].at;

				tests.test[0].id = (uint8_t)id;
				is.made = flags & 1;
				is.truth = flags >> 1;
				tests.test[0].reached = is.made;
				tests.test[0].truth = is.truth;
				/* how far an RTO is backed off is no threshold of its own */
				if (id == TCPOOM_T_ALIVE)
					is.shift = 0;
				tcpoom_thresholds(&tests, at);
				for (int other = 0; other < TCPOOM_TESTS; other++)
					if (memcmp(&at[other],
						   other == id ? &is
							       : &(struct tcpoom_threshold){ 0 },
						   sizeof(is)))
						CHECK_SAY(false, "case %zu, comparison %d", i, id);
			}
}

/* The penalties decide how often an orphan counts, and so what acts on them. */
static void test_governs(void)
{
	const tcpoom_ruleset penalties =
		(tcpoom_ruleset)1 << TCPOOM_R_late | (tcpoom_ruleset)1 << TCPOOM_R_rto_max |
		(tcpoom_ruleset)1 << TCPOOM_R_retransmit | (tcpoom_ruleset)1 << TCPOOM_R_stamp |
		(tcpoom_ruleset)1 << TCPOOM_R_clock | (tcpoom_ruleset)1 << TCPOOM_R_age |
		(tcpoom_ruleset)1 << TCPOOM_R_backoff | (tcpoom_ruleset)1 << TCPOOM_R_probe;
	const uint32_t orphans = 1u << TCPOOM_T_ORPHANS | 1u << TCPOOM_T_ORPHANS_SUM;

	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		const struct tcpoom_cause cause = { 1, { (tcpoom_ruleset)1 << rule } };
		const struct tcpoom_governed g = tcpoom_cause_governs(&cause);

		CHECK(g.through == (cause.set[0] & penalties ? orphans : 0));
		CHECK(!(g.own & g.through));
		if (rule == TCPOOM_R_stamp)
			CHECK(g.own == (1u << TCPOOM_T_NEVER | 1u << TCPOOM_T_NO_STAMP |
					1u << TCPOOM_T_NO_HEAD | 1u << TCPOOM_T_TIMED_OUT));
		CHECK(!!g.own == (rule != TCPOOM_R_text && rule < TCPOOM_R_limiter));
	}
}

/* A class holds a comparison that both make and that turns out otherwise, or that one lacks. */
static void test_keep(void)
{
	enum { OWN = 1, THROUGH = 2 };
	const struct tcpoom_threshold none = { .has = 0 },
				      no = { .has = 1, .made = 1, .wrapped = 1, .negative = 1 },
				      yes = { .has = 1,
					      .made = 1,
					      .wrapped = 1,
					      .negative = 1,
					      .truth = 1 },
				      plain_no = { .has = 1, .made = 1 },
				      plain_yes = { .has = 1, .made = 1, .truth = 1 },
				      not_made = { .has = 1 };
	const struct {
		struct tcpoom_threshold a, b;
		int governed;
		bool kept;
		struct tcpoom_threshold left_a, left_b;
	} cases[] = {
		{ no, yes, OWN, true, no, yes },
		{ no, yes, OWN | THROUGH, true, no, yes },
		{ no, yes, THROUGH, true, plain_no, plain_yes },
		{ no, yes, 0, false, none, none },
		{ yes, yes, OWN, false, none, none },
		{ yes, none, OWN, true, yes, none },
		{ none, no, OWN, true, none, no },
		{ yes, none, THROUGH, false, none, none },
		{ yes, not_made, OWN, false, none, none },
		{ not_made, none, OWN, false, none, none },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (unsigned id = 0; id < 2; id++) {
			const struct tcpoom_governed g = { cases[i].governed & OWN ? 1u << id : 0,
							   cases[i].governed & THROUGH ? 1u << id
										       : 0 };
			struct tcpoom_threshold a = cases[i].a, b = cases[i].b;

			CHECK_SAY(tcpoom_threshold_keep(id, &a, &b, g) == cases[i].kept &&
					  !memcmp(&a, &cases[i].left_a, sizeof(a)) &&
					  !memcmp(&b, &cases[i].left_b, sizeof(b)),
				  "case %zu", i);
		}
}

/* Of a state: its direction, and the comparisons at which the two kernels part there. */
static void test_of_a_state(void)
{
	static const struct {
		const char *a, *b, *state, *direction, *thresholds;
		struct tcpoom_verdict of_a, of_b;
	} cases[] = {
		{ "2.6.18",
		  "2.6.24",
		  "timer orphans=10",
		  "killed -> kept",
		  "orphans at | at",
		  { .outcome = TCPOOM_KILLED_SILENT },
		  { .outcome = 0 } },
		{ "3.2",
		  "3.4.4",
		  "close orphans=11 wmem_queued=5000 mem_allocated=101",
		  "\"TCP: too many of orphaned sockets\" -> \"TCP: too many orphaned sockets\" "
		  "\"TCP: out of memory -- consider tuning tcp_mem\"",
		  "",
		  { .messages = 1, .message = { TCPOOM_MSG_TOO_MANY_OF_ORPHANED } },
		  { .messages = 2,
		    .message = { TCPOOM_MSG_TOO_MANY_ORPHANED, TCPOOM_MSG_OUT_OF_MEMORY } } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_state s = state_of(cases[i].state);
		struct tcpoom_class c;
		char text[300];

		CHECK(tcpoom_class_find(kernel_of(cases[i].a), kernel_of(cases[i].b), &s, &c));
		tcpoom_class_direction(&c, text, sizeof(text));
		CHECK_STRING(text, cases[i].direction);
		tcpoom_class_thresholds(&c, text, sizeof(text));
		CHECK_STRING(text, cases[i].thresholds);
		CHECK(!memcmp(&c.a, &cases[i].of_a, sizeof(c.a)) &&
		      !memcmp(&c.b, &cases[i].of_b, sizeof(c.b)));
		for (int id = 0; id < TCPOOM_TESTS; id++)
			CHECK(!c.at[0][id].has ==
				      (id != TCPOOM_T_ORPHANS || !*cases[i].thresholds) &&
			      c.at[0][id].has == c.at[1][id].has);
	}
}

static void test_words(void)
{
	static const struct {
		struct tcpoom_class class;
		const char *direction;
	} cases[] = {
		{ { .kind = TCPOOM_KIND_KILL, .a.outcome = TCPOOM_KILLED_SILENT },
		  "killed -> kept" },
		{ { .kind = TCPOOM_KIND_KILL, .b.outcome = TCPOOM_EXPIRED }, "kept -> expired" },
		{ { .kind = TCPOOM_KIND_RESET,
		    .a.outcome = TCPOOM_KILLED_SILENT,
		    .b.outcome = TCPOOM_KILLED_RESET },
		  "killed silent -> killed reset" },
		{ { .kind = TCPOOM_KIND_MESSAGE,
		    .a = { .messages = 2,
			   .message = { TCPOOM_MSG_TOO_MANY_ORPHANED,
					TCPOOM_MSG_OUT_OF_MEMORY } } },
		  "\"TCP: too many orphaned sockets\" "
		  "\"TCP: out of memory -- consider tuning tcp_mem\" -> no message" },
		{ { .kind = TCPOOM_KIND_COUNT, .a.snmp = 1 }, "counted -> not counted" },
	};
	struct tcpoom_class c = { 0 };
	char text[300];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		tcpoom_class_direction(&cases[i].class, text, sizeof(text));
		CHECK_STRING(text, cases[i].direction);
	}
	tcpoom_class_direction(&cases[0].class, text, 10);
	CHECK_STRING(text, "killed ->");
	tcpoom_class_thresholds(&c, text, sizeof(text));
	CHECK_STRING(text, "");
	c.at[0][0] = (struct tcpoom_threshold){ .made = 1, .relation = TCPOOM_AT };
	c.at[0][TCPOOM_T_ORPHANS] = (struct tcpoom_threshold){
		.made = 1, .shift = 2, .relation = TCPOOM_ABOVE, .wrapped = 1, .negative = 1
	};
	c.at[1][TCPOOM_T_ORPHANS] =
		(struct tcpoom_threshold){ .made = 1, .shift = 1, .relation = TCPOOM_AT };
	c.at[1][TCPOOM_T_MEMORY] = (struct tcpoom_threshold){ .made = 1 };
	c.at[0][TCPOOM_T_NET_EXITING] = (struct tcpoom_threshold){ .made = 1, .truth = 1 };
	c.at[1][TCPOOM_T_NET_EXITING] = (struct tcpoom_threshold){ .made = 1 };
	tcpoom_class_thresholds(&c, text, sizeof(text));
	CHECK_STRING(text,
		     "alive at | -, orphans <<2 above wrapped negative | <<1 at, memory - | below, "
		     "net_exiting yes | no");
}

static const struct test class_tests[] = {
	{ "what is left of a comparison", test_thresholds },
	{ "what a cause acts on", test_governs },
	{ "what a class holds of a comparison", test_keep },
	{ "the class of a state", test_of_a_state },
	{ "a class in words", test_words },
	{ "the order of classes", test_order },
	{ "each part of a class tells", test_each_part_tells },
	{ "no divergence, no class", test_no_class },
	{ NULL, NULL },
};
SUITE(class)
