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
	int64_t value[] = { 256, 13, 11, -1, 20, 9, 10, 255, 29, 0 };
	struct tcpoom_walk w = { .key = tens, .state = { .backoff = 77 } };
	const unsigned count = tcpoom_walk_distinct(&w, TCPOOM_F_backoff, value, LENGTH(value));

	CHECK(count == 4 && value[0] == 13 && value[1] == 20 && value[2] == 9 && value[3] == 255);
	CHECK(w.state.backoff == 77);
}

static void test_around(void)
{
	static const int64_t threshold[] = { 0, 1000, INT32_MAX, INT64_MAX, INT64_MIN };
	static const int64_t below[] = { -1, 999, INT32_MAX - 1, INT64_MAX - 1, INT64_MAX };
	static const int64_t above[] = { 1, 1001, (int64_t)INT32_MAX + 1, INT64_MIN,
					 INT64_MIN + 1 };
	int64_t value[8] = { 42 };

	for (size_t i = 0; i < LENGTH(threshold); i++) {
		CHECK(around(value, 1, threshold[i]) == 4);
		CHECK(value[0] == 42 && value[1] == below[i] && value[2] == threshold[i] &&
		      value[3] == above[i]);
	}
}

/* On the clock, which wraps, and none twice. */
static void test_ticks_around(void)
{
	int64_t value[16];
	unsigned count = ticks_around(value, 0, 0);

	CHECK(count == 3 && value[0] == UINT32_MAX && value[1] == 0 && value[2] == 1);
	CHECK(ticks_around(value, count, 0) == 3);
	count = ticks_around(value, count, 2);
	CHECK(count == 5 && value[3] == 2 && value[4] == 3);
	CHECK(ticks_around(value, count, 1) == 5);
	CHECK(ticks_around(value, count, 5) == 8);
	CHECK(value[5] == 4 && value[6] == 5 && value[7] == 6);
}

static void test_two_kernels(void)
{
	const struct tcpoom_kernel *first = &tcpoom_kernels[TCPOOM_K_2_4_0],
				   *later = &tcpoom_kernels[TCPOOM_K_6_0];
	struct tcpoom_walk w = { .a = first, .b = first };

	CHECK(!either(&w, TCPOOM_R_netns) && both_same(&w, TCPOOM_R_netns));
	w.b = later;
	CHECK(either(&w, TCPOOM_R_netns) && !both_same(&w, TCPOOM_R_netns));
	w.a = later;
	CHECK(either(&w, TCPOOM_R_netns) && both_same(&w, TCPOOM_R_netns));
	w.b = first;
	CHECK(either(&w, TCPOOM_R_netns) && !both_same(&w, TCPOOM_R_netns));
}

static struct tcpoom_state start;
static enum tcpoom_part part;

/* The fields of the part as they were; then nothing must differ. */
static void see_others(struct tcpoom_walk *w)
{
	struct tcpoom_state s = w->state;

	visits++;
	tcpoom_part_copy(part, &start, &s);
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (tcpoom_field_get(&s, (enum tcpoom_field)f) !=
		    tcpoom_field_get(&start, (enum tcpoom_field)f))
			CHECK_SAY(false, "part %d: %s", part, tcpoom_field_table[f].name);
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
			struct tcpoom_walk w = { .a = &tcpoom_kernels[TCPOOM_K_2_4_0],
						 .b = &tcpoom_kernels[TCPOOM_K_6_0],
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

static const struct test walk_tests[] = {
	{ "values in range", test_values_in_range },
	{ "distinct values", test_distinct_values },
	{ "values around a threshold", test_around },
	{ "ticks around a threshold", test_ticks_around },
	{ "two kernels", test_two_kernels },
	{ "walks stay in their part", test_walks_stay_in_their_part },
	{ NULL, NULL },
};
SUITE(walk)
