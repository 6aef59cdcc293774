/* SPDX-License-Identifier: GPL-2.0-only */
/* Regions of samples that answer alike, and outlines: the samples of one that look different. */
#include <string.h>

#include "../diff/outlines.h"
#include "check.h"
#include "no_memory.h"
#include "state_text.h"

#define RULE(name) ((tcpoom_ruleset)1 << TCPOOM_R_##name)
#define MOST 6

/* A survey of one axis, without a walk: its samples answer what a test says. */
struct surveyed {
	struct tcpoom_survey survey;
	struct tcpoom_sample sample[MOST];
};

static void make_mixtures(struct surveyed *s, const struct tcpoom_kernel *a,
			  const struct tcpoom_kernel *b)
{
	const enum tcpoom_entry entry = TCPOOM_RETRANSMIT;

	for (int part = 0; part < TCPOOM_PARTS; part++)
		tcpoom_mixtures_make(&s->survey.mixtures[part], a, b,
				     tcpoom_part_rules((enum tcpoom_part)part, entry));
	tcpoom_mixtures_make(&s->survey.time, a, b,
			     tcpoom_part_rules(TCPOOM_PART_CLOCK, entry) |
				     tcpoom_part_rules(TCPOOM_PART_ARGUMENT, entry));
}

static void survey(struct surveyed *s, const char *a, const char *b, enum tcpoom_axis axis,
		   size_t count)
{
	memset(s, 0, sizeof(*s));
	s->survey.axis[axis].sample = s->sample;
	s->survey.axis[axis].count = count;
	make_mixtures(s, kernel_of(a), kernel_of(b));
}

/* An answer: yes under the mixtures that have all these rules of B. */
static uint64_t where(const struct surveyed *s, enum tcpoom_part part, tcpoom_ruleset rules)
{
	const struct tcpoom_mixtures *m = &s->survey.mixtures[part];
	uint64_t answer = 0;

	for (unsigned i = 0; i < m->count; i++)
		if ((tcpoom_mixture_set(m, i) & rules) == rules)
			answer |= (uint64_t)1 << i;
	return answer;
}

/* The one region whose first sample it is. */
static const struct tcpoom_region *region_of(const struct tcpoom_regions *regions,
					     const struct tcpoom_sample *first)
{
	const struct tcpoom_region *found = NULL;

	for (size_t i = 0; i < regions->count; i++)
		if (regions->region[i].sample[0] == first) {
			CHECK(!found);
			found = &regions->region[i];
		}
	CHECK(found != NULL);
	return found ? found : regions->region;
}

/* So many sets of rules lead to this answer, and this is the first one. */
static void expect_ways(const struct tcpoom_ways *ways, uint8_t answer, unsigned count,
			tcpoom_ruleset set)
{
	unsigned found;
	const struct tcpoom_way *way = tcpoom_ways_to(ways, answer, &found);

	CHECK_SAY(found == count && (!count || way->set == set), "%u", answer);
}

static void test_alike(void)
{
	struct surveyed s;
	struct tcpoom_regions regions;
	const struct tcpoom_region *never, *scope, *always;

	survey(&s, "3.0", "3.11", TCPOOM_AXIS_MEMORY, 6);
	for (int i = 0; i < 6; i++)
		s.sample[i].answer[TCPOOM_YES] =
			i % 3 == 0 ? where(&s, TCPOOM_PART_MEMORY, RULE(scope) | RULE(sndbuf))
			: i == 4   ? where(&s, TCPOOM_PART_MEMORY, 0)
				   : 0;
	CHECK(tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_MEMORY, 0));
	CHECK(regions.count == 3);
	scope = region_of(&regions, &s.sample[0]);
	CHECK(scope->count == 2 && scope->sample[1] == &s.sample[3]);
	CHECK(scope->a[0] == 0 && scope->b[0] == 1);
	expect_ways(scope->ways, 0, 1, 0);
	expect_ways(scope->ways, 1, 1, RULE(scope) | RULE(sndbuf));
	never = region_of(&regions, &s.sample[1]);
	CHECK(never->count == 3 && never->sample[1] == &s.sample[2] &&
	      never->sample[2] == &s.sample[5]);
	CHECK(never->a[0] == 0 && never->b[0] == 0);
	expect_ways(never->ways, 1, 0, 0);
	always = region_of(&regions, &s.sample[4]);
	CHECK(always->count == 1 && always->a[0] == 1 && always->b[0] == 1);
	tcpoom_regions_free(&regions);
}

/* Of orphans only the answers at the shifts that matter count, and none without the exact sum. */
static void test_shifts(void)
{
	struct surveyed s;
	struct tcpoom_regions regions;
	const struct tcpoom_region *r;

	survey(&s, "2.6.27", "2.6.29", TCPOOM_AXIS_ORPHANS, 4);
	for (int i = 0; i < 4; i++) {
		s.sample[i].answer[TCPOOM_MANY(0)] = where(&s, TCPOOM_PART_ORPHANS, RULE(count));
		s.sample[i].answer[TCPOOM_MANY(2)] = where(&s, TCPOOM_PART_ORPHANS, 0);
	}
	s.sample[1].answer[TCPOOM_MANY(1)] = where(&s, TCPOOM_PART_ORPHANS, RULE(count));
	s.sample[2].answer[TCPOOM_MANY(0) + 1] = where(&s, TCPOOM_PART_ORPHANS, 0);
	s.sample[3].answer[TCPOOM_MANY(2)] = 0;
	CHECK(tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_ORPHANS, 1));
	CHECK(regions.count == 1 && regions.region[0].count == 4);
	tcpoom_regions_free(&regions);
	s.sample[1].answer[TCPOOM_MANY(0)] = 0;
	CHECK(tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_ORPHANS, 1));
	CHECK(regions.count == 2 && region_of(&regions, &s.sample[0])->count == 3);
	s.sample[1].answer[TCPOOM_MANY(0)] = s.sample[0].answer[TCPOOM_MANY(0)];
	tcpoom_regions_free(&regions);
	CHECK(tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_ORPHANS, 1 | 4));
	CHECK(regions.count == 2 && region_of(&regions, &s.sample[0])->count == 3);
	tcpoom_regions_free(&regions);
	CHECK(tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_ORPHANS, 1 | 2));
	CHECK(regions.count == 2);
	CHECK(region_of(&regions, &s.sample[0])->count == 3);
	r = region_of(&regions, &s.sample[1]);
	CHECK(r->count == 1);
	for (int shift = 0; shift < TCPOOM_SHIFTS; shift++) {
		CHECK(r->a[shift] == (shift == 2) && r->b[shift] == 1);
		expect_ways(&r->ways[shift], 1, 1, shift == 2 ? 0 : RULE(count));
	}
	tcpoom_regions_free(&regions);
}

/* What clock and argument answer together: which penalties, reset, recent; or given up alone. */
static void test_time(void)
{
	struct surveyed s;
	struct tcpoom_regions regions;
	const struct tcpoom_region *r;
	uint64_t *answer;

	survey(&s, "2.4.0", "6.15", TCPOOM_AXIS_TIME, 2);
	answer = s.sample[0].answer;
	answer[TCPOOM_IDLE] = where(&s, TCPOOM_PART_CLOCK, RULE(late));
	answer[TCPOOM_RECENT] = where(&s, TCPOOM_PART_CLOCK, RULE(rto_max));
	answer[TCPOOM_RESET] = where(&s, TCPOOM_PART_ARGUMENT, RULE(retransmit));
	answer[TCPOOM_GIVEN_UP] = where(&s, TCPOOM_PART_ARGUMENT, RULE(clock) | RULE(age));
	answer[TCPOOM_SOFT] = 1;
	answer = s.sample[1].answer;
	answer[TCPOOM_RESET] = where(&s, TCPOOM_PART_ARGUMENT, 0);
	CHECK(tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_TIME, 0));
	CHECK(regions.count == 2);
	r = region_of(&regions, &s.sample[0]);
	CHECK(r->a[0] == 2 && r->b[0] == TCPOOM_TIME_GIVEN_UP);
	expect_ways(r->ways, 2, 1, 0);
	expect_ways(r->ways, TCPOOM_TIME_RESET | 1, 1, RULE(retransmit));
	expect_ways(r->ways, TCPOOM_TIME_RESET | 2, 1, RULE(retransmit) | RULE(late));
	expect_ways(r->ways, TCPOOM_TIME_RECENT | 2, 1, RULE(rto_max));
	expect_ways(r->ways, TCPOOM_TIME_RECENT | TCPOOM_TIME_RESET | 1, 1,
		    RULE(rto_max) | RULE(retransmit));
	expect_ways(r->ways, TCPOOM_TIME_GIVEN_UP, 1, RULE(clock) | RULE(age));
	r = region_of(&regions, &s.sample[1]);
	CHECK(r->a[0] == TCPOOM_TIME_RESET && r->b[0] == TCPOOM_TIME_RESET);
	tcpoom_regions_free(&regions);
}

/* As many rules as the two timers can differ in. */
static void test_most(void)
{
	struct tcpoom_rules first = { 0 }, second;
	struct tcpoom_kernel a, b;
	struct surveyed s;
	struct tcpoom_regions regions;

	survey(&s, "2.4.0", "6.15", TCPOOM_AXIS_TIME, 1);
	memset(&second, 1, sizeof(second));
	a = tcpoom_kernel_of(&first, "a");
	b = tcpoom_kernel_of(&second, "b");
	make_mixtures(&s, &a, &b);
	s.sample[0].answer[TCPOOM_RESET] =
		where(&s, TCPOOM_PART_ARGUMENT,
		      RULE(rto_max) | RULE(retransmit) | RULE(stamp) | RULE(clock) | RULE(age));
	s.sample[0].answer[TCPOOM_IDLE] = where(&s, TCPOOM_PART_CLOCK, RULE(late));
	CHECK(tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_TIME, 0));
	CHECK(s.survey.time.count == TCPOOM_MIXTURES_MOST);
	CHECK(regions.count == 1 && regions.region[0].a[0] == 1);
	CHECK(regions.region[0].b[0] == (TCPOOM_TIME_RESET | 1));
	tcpoom_regions_free(&regions);
}

static void test_regions_without_memory(void)
{
	struct surveyed s;
	struct tcpoom_regions regions;
	unsigned long n = 0;
	bool good;

	survey(&s, "3.0", "3.3", TCPOOM_AXIS_MEMORY, 3);
	do {
		no_memory_after(n++);
		good = tcpoom_regions_make(&regions, &s.survey, TCPOOM_AXIS_MEMORY, 0);
		CHECK(good == (regions.count == 1));
		tcpoom_regions_free(&regions);
	} while (no_memory_ended() && !good);
	CHECK(good && n > 3);
}

/* ---- outlines ---- */

/* A comparison that is made on both sides and parts the kernels. */
static void part(struct tcpoom_sample *s, unsigned shift, enum tcpoom_test_id id, uint8_t relation)
{
	s->at[shift][0][id] =
		(struct tcpoom_threshold){ .has = 1, .made = 1, .truth = 1, .relation = relation };
	s->at[shift][1][id] = (struct tcpoom_threshold){ .has = 1, .made = 1 };
}

static struct tcpoom_region region_of_all(struct surveyed *s, const struct tcpoom_sample **sample)
{
	for (int i = 0; i < MOST; i++)
		sample[i] = &s->sample[i];
	return (struct tcpoom_region){ .sample = sample, .count = MOST };
}

#define TEST(name) ((uint32_t)1 << TCPOOM_T_##name)

/* The samples of which one looks different, as bits, in their order. */
static unsigned outlined(struct tcpoom_outlines *o, const struct tcpoom_region *r,
			 enum tcpoom_axis axis, const struct tcpoom_divergence *d)
{
	const struct tcpoom_outline outline = tcpoom_outlines_of(o, r, axis, d);
	unsigned bits = 0;

	CHECK(outline.sample == tcpoom_outlines_of(o, r, axis, d).sample);
	for (size_t i = 0; i < outline.count; i++) {
		const unsigned bit = 1U << (outline.sample[i] - r->sample[0]);

		CHECK(bit > bits);
		bits |= bit;
	}
	return bits;
}

/* What looks different depends on the rules that act, and on where each kernel compares orphans. */
static void test_outlines(void)
{
	struct surveyed s = { 0 };
	struct tcpoom_divergence d = { .governed.own = TEST(ORPHANS) };
	const struct tcpoom_sample *sample[MOST];
	const struct tcpoom_region r = region_of_all(&s, sample);
	struct tcpoom_outlines o = { 0 };

	part(&s.sample[1], 0, TCPOOM_T_ORPHANS, TCPOOM_ABOVE);
	part(&s.sample[2], 0, TCPOOM_T_ORPHANS_SUM, TCPOOM_ABOVE);
	part(&s.sample[3], 0, TCPOOM_T_ORPHANS, TCPOOM_ABOVE);
	s.sample[3].at[0][0][TCPOOM_T_ORPHANS].negative = 1;
	part(&s.sample[4], 1, TCPOOM_T_ORPHANS, TCPOOM_ABOVE);
	part(&s.sample[5], 0, TCPOOM_T_ORPHANS, TCPOOM_AT);
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 2 | 8 | 32));
	d.governed.own |= TEST(ORPHANS_SUM);
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 2 | 4 | 8 | 32));
	d.governed = (struct tcpoom_governed){ .through = TEST(ORPHANS) };
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 2 | 32));
	d.governed = (struct tcpoom_governed){ .own = TEST(ORPHANS) };
	d.shift[0] = 1;
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 2 | 16));
	d.shift[1] = 1;
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 16));
	d.shift[0] = 0;
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 2 | 8 | 16 | 32));
	d = (struct tcpoom_divergence){ .governed.own = TEST(ORPHANS_SUM) };
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 4));
	d.governed.through = TEST(ORPHANS);
	CHECK(outlined(&o, &r, TCPOOM_AXIS_ORPHANS, &d) == (1 | 2 | 4 | 32));
	CHECK(!o.failed);
	tcpoom_outlines_free(&o);
}

/* Of a timer that gave up its own comparisons count alone; and none of another axis, ever. */
static void test_given_up(void)
{
	const struct tcpoom_threshold made = { .has = 1, .made = 1, .truth = 1 };
	struct surveyed s = { 0 };
	struct tcpoom_divergence d = { .governed.own = TEST(IDLE) | TEST(RECENT) | TEST(ALIVE) |
						       TEST(PROBES_OUT) | TEST(MEMORY) };
	const struct tcpoom_sample *sample[MOST];
	const struct tcpoom_region r = region_of_all(&s, sample);
	struct tcpoom_outlines o = { 0 };

	s.sample[1].at[0][0][TCPOOM_T_IDLE] = made;
	part(&s.sample[2], 0, TCPOOM_T_MEMORY, TCPOOM_ABOVE);
	part(&s.sample[3], 0, TCPOOM_T_ALIVE, TCPOOM_ABOVE);
	s.sample[4].at[0][1][TCPOOM_T_RECENT] = made;
	part(&s.sample[5], 0, TCPOOM_T_PROBES_OUT, TCPOOM_ABOVE);
	CHECK(outlined(&o, &r, TCPOOM_AXIS_TIME, &d) == (1 | 2 | 8 | 16 | 32));
	d.given_up[0] = true;
	CHECK(outlined(&o, &r, TCPOOM_AXIS_TIME, &d) == (1 | 8 | 16 | 32));
	d.given_up[1] = true;
	CHECK(outlined(&o, &r, TCPOOM_AXIS_TIME, &d) == (1 | 8 | 32));
	d.given_up[0] = false;
	CHECK(outlined(&o, &r, TCPOOM_AXIS_TIME, &d) == (1 | 2 | 8 | 32));
	tcpoom_outlines_free(&o);
}

#define QUESTIONS 1500

/* Each question is answered by its own region, and the answers stay where they are. */
static void test_many_questions(void)
{
	static struct tcpoom_region r[QUESTIONS];
	struct surveyed s = { 0 };
	const struct tcpoom_sample *sample[MOST], **answer[QUESTIONS];
	const struct tcpoom_divergence d = { 0 };
	struct tcpoom_outlines o = { 0 };

	for (int i = 0; i < QUESTIONS; i++) {
		r[i] = region_of_all(&s, sample);
		r[i].sample += i % MOST;
		r[i].count = 1;
		answer[i] = tcpoom_outlines_of(&o, &r[i], TCPOOM_AXIS_MEMORY, &d).sample;
	}
	for (int i = 0; i < QUESTIONS; i++) {
		CHECK(answer[i] == tcpoom_outlines_of(&o, &r[i], TCPOOM_AXIS_MEMORY, &d).sample);
		CHECK(answer[i][0] == &s.sample[i % MOST]);
	}
	CHECK(!o.failed && o.count == QUESTIONS);
	tcpoom_outlines_free(&o);
	CHECK(outlined(&o, &r[0], TCPOOM_AXIS_MEMORY, &d) == 1);
	tcpoom_outlines_free(&o);
}

/* Samples look different if either kernel makes another comparison. */
static void test_sides(void)
{
	struct surveyed s = { 0 };
	struct tcpoom_divergence d = { .governed.own = TEST(MEMORY) };
	const struct tcpoom_sample *sample[MOST];
	const struct tcpoom_region r = region_of_all(&s, sample);
	struct tcpoom_outlines o = { 0 };

	for (int i = 0; i < MOST; i++)
		part(&s.sample[i], 0, TCPOOM_T_MEMORY, TCPOOM_ABOVE);
	s.sample[2].at[0][0][TCPOOM_T_MEMORY].negative = 1;
	s.sample[4].at[0][1][TCPOOM_T_MEMORY].negative = 1;
	CHECK(outlined(&o, &r, TCPOOM_AXIS_MEMORY, &d) == (1 | 4 | 16));
	tcpoom_outlines_free(&o);
}

/* No sample at all, to the same question again, too; others are answered. */
static void test_outlines_without_memory(void)
{
	struct surveyed s = { 0 };
	const struct tcpoom_divergence d = { 0 };
	const struct tcpoom_sample *sample[MOST];
	const struct tcpoom_region r = region_of_all(&s, sample);

	for (unsigned long n = 0; n < 4; n++) {
		struct tcpoom_outlines o = { 0 };
		struct tcpoom_outline outline;

		no_memory_after(n);
		outline = tcpoom_outlines_of(&o, &r, TCPOOM_AXIS_MEMORY, &d);
		CHECK(no_memory_ended() == (n < 3) && o.failed == (n < 3));
		CHECK(outline.count == (n == 3) && !outline.sample == (n < 3));
		outline = tcpoom_outlines_of(&o, &r, TCPOOM_AXIS_MEMORY, &d);
		CHECK(outline.count == 1 && o.failed == (n < 3));
		tcpoom_outlines_free(&o);
	}
}

static const struct test regions_tests[] = {
	{ "a region is what answers alike", test_alike },
	{ "orphans at some shifts", test_shifts },
	{ "the answers of clock and argument", test_time },
	{ "the most rules", test_most },
	{ "regions without memory", test_regions_without_memory },
	{ "one sample for each look", test_outlines },
	{ "a timer that gave up", test_given_up },
	{ "either side", test_sides },
	{ "many questions", test_many_questions },
	{ "outlines without memory", test_outlines_without_memory },
	{ NULL, NULL },
};

SUITE(regions)
