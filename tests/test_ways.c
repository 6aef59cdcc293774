/* SPDX-License-Identifier: GPL-2.0-only */
/* Mixtures of two kernels' rules, and the smallest sets of rules that lead to an answer. */
#include <string.h>

#include "../diff/ways.h"
#include "check.h"
#include "state_text.h"

#define RULE(name) ((tcpoom_ruleset)1 << TCPOOM_R_##name)

/* 2.6.27 and 5.1 have other variants of these, and the same limit. */
static const tcpoom_ruleset some = RULE(count) | RULE(limit) | RULE(netns) | RULE(backoff);

static void make(struct tcpoom_mixtures *m, tcpoom_ruleset rules)
{
	memset(m, 0xff, sizeof(*m));
	tcpoom_mixtures_make(m, kernel_of("2.6.27"), kernel_of("5.1"), rules);
}

/* Each set of the rules that differ is once that of a mixture, which is 2.6.27 in all others. */
static void test_mixtures(void)
{
	const tcpoom_ruleset differ = some & ~RULE(limit);
	struct tcpoom_mixtures m;

	make(&m, some);
	CHECK(m.count == 8 && m.rules == 3);
	for (unsigned i = 0; i < m.count; i++) {
		const tcpoom_ruleset set = tcpoom_mixture_set(&m, i);

		CHECK(!(set & ~differ));
		for (unsigned j = 0; j < i; j++)
			CHECK(tcpoom_mixture_set(&m, j) != set);
		for (unsigned r = 0; r < TCPOOM_RULES; r++)
			CHECK(tcpoom_rules_get(&m.of[i], (enum tcpoom_rule)r) ==
			      tcpoom_rules_get(kernel_of(set >> r & 1 ? "5.1" : "2.6.27")->rules,
					       (enum tcpoom_rule)r));
	}
	CHECK(tcpoom_mixture_set(&m, 0) == 0 && tcpoom_mixture_set(&m, 7) == differ);
	make(&m, RULE(limit));
	CHECK(m.count == 1 && m.rules == 0 && tcpoom_mixture_set(&m, 0) == 0);
}

/* Of a mixture in many rules what is in few of them, whatever was in its place before. */
static void test_within(void)
{
	static const tcpoom_ruleset few[] = { RULE(netns) | RULE(mem), RULE(netns) | RULE(backoff),
					      RULE(backoff), RULE(count), 0 };
	struct tcpoom_mixtures all, m;

	make(&all, some);
	for (size_t n = 0; n < sizeof(few) / sizeof(*few); n++) {
		tcpoom_mixtures_make(&m, kernel_of("2.6.27"), kernel_of("5.1"), few[n]);
		for (unsigned i = 0; i < all.count; i++) {
			const unsigned within = tcpoom_mixture_within(&m, &all, i);

			CHECK(within < m.count);
			CHECK(tcpoom_mixture_set(&m, within) ==
			      (tcpoom_mixture_set(&all, i) & few[n]));
		}
	}
}

/* The sets of rules that lead to an answer, with each of their ways' size. */
static void expect(const struct tcpoom_ways *ways, uint8_t answer, unsigned size, unsigned count,
		   tcpoom_ruleset one, tcpoom_ruleset other)
{
	unsigned found = 99;
	const struct tcpoom_way *way = tcpoom_ways_to(ways, answer, &found);

	CHECK(found == count && !way == !count);
	for (unsigned i = 0; i < count; i++) {
		CHECK(way[i].answer == answer && way[i].size == size);
		CHECK(way[i].set == one || way[i].set == other);
		CHECK(!i || way[i].set != way[0].set);
	}
}

static void test_ways(void)
{
	static const struct {
		tcpoom_ruleset set;
		uint8_t answer;
	} answers[] = {
		{ 0, 7 },
		{ RULE(count), 255 },
		{ RULE(netns), 255 },
		{ RULE(backoff), 7 },
		{ RULE(count) | RULE(netns), 0 },
		{ RULE(count) | RULE(backoff), 255 },
		{ RULE(netns) | RULE(backoff), 0 },
		{ RULE(count) | RULE(netns) | RULE(backoff), 9 },
	};
	struct tcpoom_mixtures m;
	struct tcpoom_ways ways;
	uint8_t answer[8];

	make(&m, some);
	for (unsigned i = 0; i < 8; i++)
		for (unsigned j = 0; j < 8; j++)
			if (answers[j].set == tcpoom_mixture_set(&m, i))
				answer[i] = answers[j].answer;
	tcpoom_ways_make(&ways, &m, answer);
	CHECK(ways.count == 6);
	for (unsigned i = 1; i < ways.count; i++)
		CHECK(ways.way[i - 1].answer <= ways.way[i].answer);
	expect(&ways, 0, 2, 2, RULE(count) | RULE(netns), RULE(netns) | RULE(backoff));
	expect(&ways, 7, 0, 1, 0, 0);
	expect(&ways, 9, 3, 1, RULE(count) | RULE(netns) | RULE(backoff), 0);
	expect(&ways, 255, 1, 2, RULE(count), RULE(netns));
	expect(&ways, 8, 0, 0, 0, 0);
}

/* There is always one, and there may be as many answers as mixtures. */
static void test_few_and_many(void)
{
	const uint8_t same[8] = { 3, 3, 3, 3, 3, 3, 3, 3 }, all[8] = { 5, 2, 7, 1, 0, 6, 3, 4 };
	struct tcpoom_mixtures m;
	struct tcpoom_ways ways;

	make(&m, some);
	tcpoom_ways_make(&ways, &m, same);
	CHECK(ways.count == 1);
	expect(&ways, 3, 0, 1, 0, 0);
	tcpoom_ways_make(&ways, &m, all);
	CHECK(ways.count == 8);
	for (unsigned i = 0; i < 8; i++)
		expect(&ways, all[i], tcpoom_ruleset_size(tcpoom_mixture_set(&m, i)), 1,
		       tcpoom_mixture_set(&m, i), 0);
	make(&m, 0);
	tcpoom_ways_make(&ways, &m, all);
	CHECK(ways.count == 1);
	expect(&ways, 5, 0, 1, 0, 0);
}

/* As many rules as there can be, and nothing behind them is touched. */
static void test_most(void)
{
	const tcpoom_ruleset six = RULE(late) | RULE(rto_max) | RULE(retransmit) | RULE(stamp) |
				   RULE(clock) | RULE(age);
	struct tcpoom_rules first = { 0 }, second;
	struct tcpoom_kernel a, b;
	uint8_t answer[TCPOOM_MIXTURES_MOST];
	struct {
		struct tcpoom_mixtures mixtures;
		char behind_mixtures[64];
		struct tcpoom_ways ways;
		char behind_ways[64];
	} in = { .behind_ways = "ways", .behind_mixtures = "mixtures" };

	memset(&second, 1, sizeof(second));
	a = tcpoom_kernel_of(&first, "a");
	b = tcpoom_kernel_of(&second, "b");
	tcpoom_mixtures_make(&in.mixtures, &a, &b, six);
	CHECK(in.mixtures.count == TCPOOM_MIXTURES_MOST);
	CHECK(in.mixtures.of[63].age == 1 && in.mixtures.of[63].probe == 0);
	for (unsigned i = 0; i < TCPOOM_MIXTURES_MOST; i++)
		answer[i] = (uint8_t)i;
	tcpoom_ways_make(&in.ways, &in.mixtures, answer);
	CHECK(in.ways.count == TCPOOM_MIXTURES_MOST);
	expect(&in.ways, 63, 6, 1, six, 0);
	CHECK_STRING(in.behind_mixtures, "mixtures");
	CHECK_STRING(in.behind_ways, "ways");
}

static const struct test ways_tests[] = {
	{ "each set of rules is one mixture", test_mixtures },
	{ "mixtures within others", test_within },
	{ "the smallest sets of each answer", test_ways },
	{ "one answer, and one of each mixture", test_few_and_many },
	{ "the most rules", test_most },
	{ NULL, NULL },
};

SUITE(ways)
