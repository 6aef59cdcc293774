/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A survey: its samples are of what they say, none is missing, and what is lost where memory runs
 * out is told.
 */
#include "../diff/survey.h"
#include "check.h"
#include "judge_survey.h"
#include "no_memory.h"
#include "state_text.h"

static const char *const pairs[][2] = { { "2.6.17", "2.6.29" },
					{ "3.11", "3.18" },
					{ "6.14", "6.15" } };
#define PAIRS (sizeof(pairs) / sizeof(*pairs))

/* A survey, and what it is of. */
struct case_of {
	const struct tcpoom_kernel *a, *b;
	enum tcpoom_entry entry;
	struct tcpoom_survey survey;
};

/* The state of a sample in which its part can be seen; of orphans at this shift. */
static struct tcpoom_state in_view(const struct tcpoom_sample *sample, enum tcpoom_part part,
				   unsigned shift)
{
	struct tcpoom_state s = sample->state;

	if (s.entry != TCPOOM_CLOSE && part != TCPOOM_PART_ARGUMENT)
		s.entry = TCPOOM_TIMER;
	if (part == TCPOOM_PART_ORPHANS) {
		s.lsndtime = s.now;
		s.do_reset = shift == 0;
		s.err_soft = shift == 2;
	}
	return s;
}

/* The answers to the part's two questions, the first of which is this one. */
static bool answers_are(const struct tcpoom_survey *survey, const struct tcpoom_sample *sample,
			enum tcpoom_part part, unsigned shift, unsigned question)
{
	const struct tcpoom_state s = in_view(sample, part, shift);
	const struct tcpoom_mixtures *m = &survey->mixtures[part];
	const uint64_t *answer = &sample->answer[question];
	/* no bit is of another mixture */
	bool same = m->count == 64 || !((answer[0] | answer[1]) >> m->count);

	for (unsigned i = 0; i < m->count; i++)
		same &= tcpoom_part_answers(part, &m->of[i], &s) ==
			((answer[0] >> i & 1) | (answer[1] >> i & 1) << 1);
	return same;
}

/* What is kept of the kernel's comparisons: those of the axis, as its part sees them. */
static bool thresholds_are(const struct tcpoom_kernel *k, const struct tcpoom_sample *sample,
			   enum tcpoom_part part, uint32_t others, unsigned shift,
			   const struct tcpoom_threshold *at)
{
	const struct tcpoom_state s = in_view(sample, part, shift);
	struct tcpoom_threshold seen[TCPOOM_TESTS];
	struct tcpoom_verdict v;
	struct tcpoom_tests tests;
	bool good = k->decide(k, &s, &v, &tests) == TCPOOM_OK;

	tcpoom_thresholds(&tests, seen);
	for (unsigned id = 0; id < TCPOOM_TESTS; id++)
		if (tcpoom_part_tests(part) >> id & 1)
			good &= at[id].has == seen[id].has &&
				(!at[id].made || (at[id].relation == seen[id].relation &&
						  at[id].shift == seen[id].shift &&
						  at[id].truth == seen[id].truth));
		else if (!(others >> id & 1))
			good &= !at[id].has && !at[id].made;
	return good;
}

static bool both_are(const struct case_of *c, const struct tcpoom_sample *sample,
		     enum tcpoom_part part, enum tcpoom_axis axis, unsigned shift)
{
	return thresholds_are(c->a, sample, part, tcpoom_axis_tests(axis), shift,
			      sample->at[shift][0]) &&
	       thresholds_are(c->b, sample, part, tcpoom_axis_tests(axis), shift,
			      sample->at[shift][1]);
}

static bool part_is(const struct case_of *c, const struct tcpoom_sample *sample,
		    enum tcpoom_part part, enum tcpoom_axis axis, unsigned shift, unsigned question)
{
	return answers_are(&c->survey, sample, part, shift, question) &&
	       both_are(c, sample, part, axis, shift);
}

/* Each value is one that its field can have. */
static bool in_range(const struct tcpoom_state *s)
{
	enum tcpoom_field at;

	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const int64_t value = tcpoom_field_get(s, (enum tcpoom_field)f);

		if (value < tcpoom_field_table[f].min || value > tcpoom_field_table[f].max)
			return false;
	}
	return !tcpoom_state_unsound(s, &at);
}

static bool sample_is(const struct case_of *c, enum tcpoom_axis axis,
		      const struct tcpoom_sample *sample)
{
	const enum tcpoom_part part = tcpoom_axis_part(axis);
	bool good = sample->state.entry == c->entry && in_range(&sample->state);

	if (axis == TCPOOM_AXIS_TIME)
		return good && part_is(c, sample, TCPOOM_PART_CLOCK, axis, 0, TCPOOM_IDLE) &&
		       part_is(c, sample, TCPOOM_PART_ARGUMENT, axis, 0, TCPOOM_RESET) &&
		       sample->answer[TCPOOM_SOFT] == (sample->state.err_soft != 0);
	if (axis != TCPOOM_AXIS_ORPHANS || c->entry == TCPOOM_CLOSE)
		return good && part_is(c, sample, part, axis, 0, TCPOOM_YES);
	for (unsigned shift = 0; shift < TCPOOM_SHIFTS; shift++)
		good &= part_is(c, sample, part, axis, shift, TCPOOM_MANY(shift));
	return good;
}

/* At the check in tcp_close a reset is wanted, and neither the time nor the peer is looked at. */
static bool one_for_close(const struct tcpoom_samples *samples, enum tcpoom_axis axis)
{
	return samples->count == 1 &&
	       (axis != TCPOOM_AXIS_TIME || samples->sample->answer[TCPOOM_RESET] & 1);
}

static void check_axis(const struct case_of *c, enum tcpoom_axis axis)
{
	const struct tcpoom_samples *samples = &c->survey.axis[axis];
	bool good = samples->count > 0;

	if (!tcpoom_part_used(tcpoom_axis_part(axis), c->entry))
		good &= one_for_close(samples, axis);
	else
		for (size_t i = 0; i < samples->count && good; i++)
			good = sample_is(c, axis, &samples->sample[i]);
	CHECK_SAY(good, "%s %s: entry %d, axis %d", c->a->name, c->b->name, c->entry, axis);
}

static void test_samples_are_what_they_say(void)
{
	for (size_t p = 0; p < PAIRS; p++)
		for (int entry = 0; entry < TCPOOM_ENTRIES; entry++) {
			struct case_of c = { kernel_of(pairs[p][0]), kernel_of(pairs[p][1]),
					     (enum tcpoom_entry)entry,
					     .survey = { .set_aside = 0 } };

			CHECK(tcpoom_survey_make(&c.survey, c.a, c.b, c.entry));
			for (int axis = 0; axis < TCPOOM_AXES; axis++)
				check_axis(&c, (enum tcpoom_axis)axis);
			tcpoom_survey_free(&c.survey);
			for (int axis = 0; axis < TCPOOM_AXES; axis++)
				CHECK(!c.survey.axis[axis].count && !c.survey.axis[axis].sample);
		}
}

/* For any two variants of a rule that follow on each other some pair has one on each side. */
static void test_no_sample_is_missing(void)
{
	static const char *const whole[][2] = { { "2.4.0", "2.6.17" }, { "2.6.17", "3.18" },
						{ "2.6.22", "3.0" },   { "2.6.32", "4.20" },
						{ "3.3", "6.0" },      { "4.15", "5.1" },
						{ "5.1", "6.15" } };

	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++) {
		const struct survey_judgement j =
			judge_surveys(kernel_of(whole[i][0]), kernel_of(whole[i][1]), 20000, 1);

		CHECK_SAY(!j.failed && !j.lacks, "%s %s: part %d", whole[i][0], whole[i][1],
			  j.part);
	}
}

/*
 * How many looks there are. Walks over more candidates, and the judge, have met no other: fewer are
 * a loss.
 */
static void test_number_of_samples(void)
{
	static const struct {
		const char *a, *b;
		enum tcpoom_entry entry;
		enum tcpoom_axis axis;
		size_t samples;
	} cases[] = {
		{ "2.4.0", "4.20", TCPOOM_RETRANSMIT, TCPOOM_AXIS_TIME, 4752 },
		{ "2.4.0", "6.15", TCPOOM_RETRANSMIT, TCPOOM_AXIS_TIME, 3609 },
		{ "2.6.32", "6.15", TCPOOM_RETRANSMIT, TCPOOM_AXIS_TIME, 2062 },
		{ "2.6.33", "6.15", TCPOOM_RETRANSMIT, TCPOOM_AXIS_TIME, 19748 },
		{ "6.15", "2.4.0", TCPOOM_RETRANSMIT, TCPOOM_AXIS_TIME, 3609 },
		{ "2.4.0", "3.18", TCPOOM_PROBE, TCPOOM_AXIS_TIME, 654 },
		{ "2.4.0", "6.15", TCPOOM_PROBE, TCPOOM_AXIS_TIME, 1830 },
		{ "2.4.0", "6.15", TCPOOM_TIMER, TCPOOM_AXIS_TIME, 52 },
		{ "2.4.0", "2.6.33", TCPOOM_TIMER, TCPOOM_AXIS_ORPHANS, 3254 },
		{ "2.6.17", "3.18", TCPOOM_TIMER, TCPOOM_AXIS_ORPHANS, 2805 },
		{ "2.6.17", "3.18", TCPOOM_CLOSE, TCPOOM_AXIS_ORPHANS, 57 },
		{ "2.4.0", "3.18", TCPOOM_CLOSE, TCPOOM_AXIS_ORPHANS, 166 },
		{ "3.0", "5.16", TCPOOM_TIMER, TCPOOM_AXIS_ORPHANS, 46080 },
		{ "3.3", "6.0", TCPOOM_TIMER, TCPOOM_AXIS_MEMORY, 196 },
		{ "2.4.0", "4.10", TCPOOM_TIMER, TCPOOM_AXIS_MEMORY, 108 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tcpoom_survey survey;

		CHECK(tcpoom_survey_make(&survey, kernel_of(cases[i].a), kernel_of(cases[i].b),
					 cases[i].entry));
		CHECK_SAY(survey.axis[cases[i].axis].count == cases[i].samples, "case %zu: %zu", i,
			  survey.axis[cases[i].axis].count);
		tcpoom_survey_free(&survey);
	}
}

/* Wherever it runs out, it is told; where it does not, the survey is whole. */
static void test_without_memory(void)
{
	struct tcpoom_survey survey;
	unsigned long after = 0;
	bool good = false;

	while (!good && after < 100) {
		no_memory_after(after++);
		good = tcpoom_survey_make(&survey, kernel_of("2.6.17"), kernel_of("2.6.18"),
					  TCPOOM_TIMER);
		CHECK(no_memory_ended() == !good);
		tcpoom_survey_free(&survey);
	}
	CHECK(good && after > 5);
}

static const struct test survey_tests[] = {
	{ "samples are of what they say", test_samples_are_what_they_say },
	{ "the number of samples", test_number_of_samples },
	{ "no sample is missing", test_no_sample_is_missing },
	{ "a survey without memory", test_without_memory },
	{ NULL, NULL },
};
SUITE(survey)
