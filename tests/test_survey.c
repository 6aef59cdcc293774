/* SPDX-License-Identifier: GPL-2.0-only */
/* A survey: its samples are of what they say, and what is lost where memory runs out is told. */
#include "../diff/survey.h"
#include "check.h"
#include "no_memory.h"
#include "state_text.h"

static const char *const pairs[][2] = { { "2.6.17", "2.6.29" },
					{ "3.11", "3.18" },
					{ "5.14", "6.15" } };
#define PAIRS (sizeof(pairs) / sizeof(*pairs))

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
	bool same = true;

	for (unsigned i = 0; i < m->count; i++)
		same &= tcpoom_part_answers(part, &m->of[i], &s) ==
			((answer[0] >> i & 1) | (answer[1] >> i & 1) << 1);
	return same;
}

static bool sample_is(const struct tcpoom_survey *survey, enum tcpoom_axis axis,
		      const struct tcpoom_sample *sample)
{
	bool good = true;

	if (axis == TCPOOM_AXIS_TIME)
		return answers_are(survey, sample, TCPOOM_PART_CLOCK, 0, TCPOOM_IDLE) &&
		       answers_are(survey, sample, TCPOOM_PART_ARGUMENT, 0, TCPOOM_RESET) &&
		       sample->answer[TCPOOM_SOFT] == (sample->state.err_soft != 0);
	if (axis != TCPOOM_AXIS_ORPHANS || sample->state.entry == TCPOOM_CLOSE)
		return answers_are(survey, sample, tcpoom_axis_part(axis), 0, TCPOOM_YES);
	for (unsigned shift = 0; shift < TCPOOM_SHIFTS; shift++)
		good &= answers_are(survey, sample, TCPOOM_PART_ORPHANS, shift, TCPOOM_MANY(shift));
	return good;
}

/* At the check in tcp_close a reset is wanted, and no data was sent or acknowledged. */
static void check_close(const struct tcpoom_survey *survey)
{
	CHECK(survey->axis[TCPOOM_AXIS_TIME].count == 1);
	CHECK(survey->axis[TCPOOM_AXIS_TIME].sample->answer[TCPOOM_RESET] & 1);
	CHECK(survey->axis[TCPOOM_AXIS_PEER].count == 1);
}

static void check_survey(const struct tcpoom_survey *survey, enum tcpoom_entry entry)
{
	for (int i = 0; i < TCPOOM_AXES; i++) {
		const enum tcpoom_axis axis = (enum tcpoom_axis)i;
		const struct tcpoom_samples *samples = &survey->axis[axis];
		bool good = samples->count > 0;

		if (entry == TCPOOM_CLOSE && !tcpoom_part_used(tcpoom_axis_part(axis), entry))
			continue;
		for (size_t j = 0; j < samples->count && good; j++)
			good = samples->sample[j].state.entry == entry &&
			       sample_is(survey, axis, &samples->sample[j]);
		CHECK_SAY(good, "entry %d, axis %d", entry, axis);
	}
}

static void test_samples_are_what_they_say(void)
{
	for (size_t p = 0; p < PAIRS; p++)
		for (int i = 0; i < TCPOOM_ENTRIES; i++) {
			const enum tcpoom_entry entry = (enum tcpoom_entry)i;
			struct tcpoom_survey survey;

			CHECK(tcpoom_survey_make(&survey, kernel_of(pairs[p][0]),
						 kernel_of(pairs[p][1]), entry));
			if (entry == TCPOOM_CLOSE)
				check_close(&survey);
			check_survey(&survey, entry);
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
	{ "a survey without memory", test_without_memory },
	{ NULL, NULL },
};
SUITE(survey)
