/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge_survey.h"

#include "../diff/survey.h"
#include "judge.h"

/* A survey at one entry, and how its samples look in each part. */
struct surveyed {
	struct tcpoom_survey survey;
	struct tcpoom_keys looks[TCPOOM_PARTS];
};

static const struct tcpoom_samples *samples_of(const struct surveyed *s, enum tcpoom_part part)
{
	for (int axis = TCPOOM_AXIS_TIME + 1; axis < TCPOOM_AXES; axis++)
		if (tcpoom_axis_part((enum tcpoom_axis)axis) == part)
			return &s->survey.axis[axis];
	return &s->survey.axis[TCPOOM_AXIS_TIME];
}

/* How a sample looks where A doubles orphans so many times, and B so many. */
static uint64_t look(const struct tcpoom_sample *sample, unsigned a, unsigned b)
{
	uint64_t key = tcpoom_mix(a, b);

	for (unsigned id = 0; id < TCPOOM_TESTS; id++) {
		key = tcpoom_threshold_hash(key, &sample->at[a][0][id]);
		key = tcpoom_threshold_hash(key, &sample->at[b][1][id]);
	}
	for (int i = 0; i < 2; i++) {
		key = tcpoom_mix(key, sample->answer[TCPOOM_MANY(a) + i]);
		key = tcpoom_mix(key, sample->answer[TCPOOM_MANY(b) + i]);
	}
	return key;
}

/* Whether nothing looks like this part of the state so far; from now on this one does. */
static bool is_new(struct surveyed *s, enum tcpoom_part part, const struct tcpoom_state *state)
{
	struct tcpoom_state one = samples_of(s, part)->sample->state;
	struct tcpoom_sample sample;
	bool added = false;

	tcpoom_part_copy(part, state, &one);
	if (!tcpoom_survey_take(&s->survey, part, &one, &sample))
		return false;
	for (unsigned a = 0; a < TCPOOM_SHIFTS; a++)
		for (unsigned b = 0; b < TCPOOM_SHIFTS; b++)
			added |= tcpoom_keys_add(&s->looks[part], look(&sample, a, b));
	return added;
}

static bool make(struct surveyed *s, const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		 enum tcpoom_entry entry)
{
	if (!tcpoom_survey_make(&s->survey, a, b, entry))
		return false;
	for (int p = 0; p < TCPOOM_PARTS; p++) {
		const enum tcpoom_part part = (enum tcpoom_part)p;
		const struct tcpoom_samples *all = samples_of(s, part);

		for (size_t i = 0; i < all->count; i++)
			is_new(s, part, &all->sample[i].state);
	}
	return true;
}

static void clear(struct surveyed *s)
{
	for (int part = 0; part < TCPOOM_PARTS; part++)
		tcpoom_keys_free(&s->looks[part]);
	tcpoom_survey_free(&s->survey);
}

static void judge_state_by(struct survey_judgement *j, struct surveyed *s,
			   const struct tcpoom_state *state)
{
	for (int p = 0; p < TCPOOM_PARTS && !j->lacks; p++) {
		const enum tcpoom_part part = (enum tcpoom_part)p;

		if (tcpoom_part_used(part, (enum tcpoom_entry)state->entry) &&
		    is_new(s, part, state))
			*j = (struct survey_judgement){ .lacks = true,
							.part = part,
							.example = *state };
	}
}

struct survey_judgement judge_surveys(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
				      uint64_t states, uint64_t seed)
{
	struct surveyed surveyed[TCPOOM_ENTRIES] = { 0 };
	struct survey_judgement j = { 0 };
	struct random r = { .state = seed };

	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
		j.failed |= !make(&surveyed[entry], a, b, (enum tcpoom_entry)entry);
	for (uint64_t i = 0; i < states && !j.failed && !j.lacks; i++) {
		const struct tcpoom_state s = judge_state(&r);

		judge_state_by(&j, &surveyed[s.entry], &s);
	}
	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++) {
		for (int part = 0; part < TCPOOM_PARTS; part++)
			j.failed |= surveyed[entry].looks[part].failed;
		clear(&surveyed[entry]);
	}
	return j;
}
