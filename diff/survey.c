/* SPDX-License-Identifier: GPL-2.0-only */
#include "survey.h"

#include <stdlib.h>

static const enum tcpoom_part axis_part[TCPOOM_AXES] = {
	[TCPOOM_AXIS_ORPHANS] = TCPOOM_PART_ORPHANS,
	[TCPOOM_AXIS_MEMORY] = TCPOOM_PART_MEMORY,
	[TCPOOM_AXIS_PEER] = TCPOOM_PART_PEER,
	[TCPOOM_AXIS_NETNS] = TCPOOM_PART_NETNS,
};

/* The work on one survey. */
struct work {
	struct tcpoom_walk walk; /* first: a walk's visitor finds its work */
	struct tcpoom_survey *survey;
	enum tcpoom_part part;
	struct tcpoom_samples *into;
	struct tcpoom_samples clock, argument; /* of one context */
};

/* ---- samples ---- */

uint64_t tcpoom_sample_key(const struct tcpoom_sample *one)
{
	uint64_t key = one->relations;

	for (int i = 0; i < TCPOOM_QUESTIONS; i++)
		key = tcpoom_mix(key, one->answer[i]);
	return key;
}

/* Keeps it unless there is one like it. */
static void samples_add(struct tcpoom_samples *s, const struct tcpoom_sample *one)
{
	if (!tcpoom_keys_add(&s->keys, tcpoom_sample_key(one)))
		return;
	if (s->count == s->most) {
		/* equivalent: 3 or + or 65 or 63, it grows in other steps */
		const size_t most = s->most ? 2 * s->most : 64;
		struct tcpoom_sample *sample = realloc(s->sample, most * sizeof(*sample));

		if (!sample) {
			s->failed = true;
			return;
		}
		s->sample = sample;
		s->most = most;
	}
	s->sample[s->count] = *one;
	s->count++;
}

static void samples_clear(struct tcpoom_samples *s)
{
	s->count = 0;
	tcpoom_keys_clear(&s->keys);
}

/* False if something was lost. */
static bool samples_free(struct tcpoom_samples *s)
{
	const bool good = !s->failed && !s->keys.failed;

	free(s->sample);
	tcpoom_keys_free(&s->keys);
	*s = (struct tcpoom_samples){ 0 };
	return good;
}

/* ---- one candidate ---- */

/* The state in which a part is looked at: what else there is must not hide it. */
static struct tcpoom_state in_view(enum tcpoom_part part, const struct tcpoom_state *s,
				   unsigned shift)
{
	struct tcpoom_state view = *s;

	if (part != TCPOOM_PART_ARGUMENT && s->entry != TCPOOM_CLOSE)
		view.entry = TCPOOM_TIMER;
	if (part == TCPOOM_PART_ORPHANS) {
		view.lsndtime = view.now;
		view.do_reset = shift == 0;
		view.err_soft = shift == 2;
	}
	return view;
}

static unsigned part_shifts(enum tcpoom_part part, const struct tcpoom_state *s)
{
	/* equivalent: || or left or right or 2, then others are looked at more than once, too */
	return part == TCPOOM_PART_ORPHANS && s->entry != TCPOOM_CLOSE ? TCPOOM_SHIFTS : 1;
}

/* The comparisons of a kernel in this view. False: it cannot hold a value. */
static bool compare(struct tcpoom_survey *survey, enum tcpoom_part part,
		    const struct tcpoom_kernel *k, const struct tcpoom_state *view,
		    struct tcpoom_tests *tests)
{
	struct tcpoom_verdict v;
	bool do_reset;

	if (part == TCPOOM_PART_ARGUMENT) {
		/* the part with by far the most candidates */
		tcpoom_rules_ask(k->rules, view, &do_reset, tests);
		return true;
	}
	if (k->decide(k, view, &v, tests) == TCPOOM_OK)
		return true;
	survey->set_aside |= (tcpoom_fieldset)1 << v.blame;
	return false;
}

/*
 * The part's comparisons on one side. Whether one is made is decided within the argument; else
 * elsewhere, so that it counts as made.
 */
static bool look(struct tcpoom_survey *survey, enum tcpoom_part part, const struct tcpoom_kernel *k,
		 const struct tcpoom_state *view, struct tcpoom_threshold at[static TCPOOM_TESTS],
		 uint64_t *relations)
{
	const uint32_t made = tcpoom_part_tests(part);
	struct tcpoom_tests tests;

	if (!compare(survey, part, k, view, &tests))
		return false;
	tcpoom_thresholds(&tests, at);
	for (unsigned id = 0; id < TCPOOM_TESTS; id++) {
		if (!(made >> id & 1)) {
			at[id] = (struct tcpoom_threshold){ 0 };
			continue;
		}
		if (part == TCPOOM_PART_ARGUMENT && !at[id].made)
			at[id] = (struct tcpoom_threshold){ .has = at[id].has };
		else
			at[id].made = at[id].has;
		*relations = tcpoom_threshold_hash(*relations, &at[id]);
	}
	return true;
}

/* What a part answers under each mixture; answer[0] is that to its first question. */
static void take_answers(const struct tcpoom_mixtures *m, enum tcpoom_part part,
			 const struct tcpoom_state *view,
			 uint64_t answer[static 2]) /* equivalent: 3 or 1, it is for warnings */
{
	for (unsigned i = 0; i < m->count; i++) {
		const unsigned answers = tcpoom_part_answers(part, &m->of[i], view);

		answer[0] |= (uint64_t)(answers & 1) << i;
		answer[1] |= (uint64_t)(answers >> 1) << i;
	}
}

bool tcpoom_survey_take(struct tcpoom_survey *survey, enum tcpoom_part part,
			const struct tcpoom_state *state, struct tcpoom_sample *to)
{
	*to = (struct tcpoom_sample){ .state = *state };
	for (unsigned shift = 0; shift < part_shifts(part, state); shift++) {
		const struct tcpoom_state view = in_view(part, state, shift);

		if (!look(survey, part, survey->a, &view, to->at[shift][0], &to->relations) ||
		    !look(survey, part, survey->b, &view, to->at[shift][1], &to->relations))
			return false;
		take_answers(&survey->mixtures[part], part, &view, &to->answer[TCPOOM_MANY(shift)]);
	}
	return true;
}

/* ---- walks ---- */

static bool take(struct tcpoom_walk *w, struct tcpoom_sample *to)
{
	const struct work *work = (const struct work *)w;

	return tcpoom_survey_take(work->survey, work->part, &w->state, to);
}

static void keep(struct tcpoom_walk *w)
{
	struct tcpoom_sample one;

	if (take(w, &one))
		samples_add(((struct work *)w)->into, &one);
}

static uint64_t key(struct tcpoom_walk *w)
{
	struct tcpoom_sample one;

	/* equivalent: 1, all that one of them cannot hold is alike */
	return take(w, &one) ? tcpoom_sample_key(&one) : 0;
}

static void walk_part(struct work *work, enum tcpoom_part part, struct tcpoom_samples *into)
{
	const struct tcpoom_state before = work->walk.state;

	work->part = part;
	work->into = into;
	work->walk.visit = keep;
	tcpoom_walk_part(&work->walk, part);
	work->walk.state = before;
}

/* ---- clock and argument ---- */

static void join(struct tcpoom_samples *into, const struct tcpoom_sample *clock,
		 const struct tcpoom_sample *argument)
{
	struct tcpoom_sample one = *argument;

	/* the same age on the argument's clock */
	one.state.lsndtime = one.state.now - (clock->state.now - clock->state.lsndtime);
	one.answer[TCPOOM_IDLE] = clock->answer[0];
	one.answer[TCPOOM_RECENT] = clock->answer[1];
	one.answer[TCPOOM_RESET] = argument->answer[0];
	one.answer[TCPOOM_GIVEN_UP] = argument->answer[1];
	one.answer[TCPOOM_SOFT] = argument->state.err_soft != 0;
	one.relations = tcpoom_mix(clock->relations, argument->relations);
	for (int side = 0; side < 2; side++)
		/* equivalent: 1 or <=, neither end is of the clock */
		for (unsigned id = 0; id < TCPOOM_TESTS; id++)
			if (tcpoom_part_tests(TCPOOM_PART_CLOCK) >> id & 1)
				one.at[0][side][id] = clock->at[0][side][id];
	samples_add(into, &one);
}

static void walk_context(struct tcpoom_walk *w)
{
	struct work *work = (struct work *)w;

	samples_clear(&work->clock);
	samples_clear(&work->argument);
	walk_part(work, TCPOOM_PART_CLOCK, &work->clock);
	walk_part(work, TCPOOM_PART_ARGUMENT, &work->argument);
	for (size_t i = 0; i < work->clock.count; i++)
		for (size_t j = 0; j < work->argument.count; j++)
			join(&work->survey->axis[TCPOOM_AXIS_TIME], &work->clock.sample[i],
			     &work->argument.sample[j]);
	w->visit = walk_context;
}

/* ---- the survey ---- */

/* Every field given: those that no walk sets with their defaults, the counts and limits 0. */
static struct tcpoom_state neutral(enum tcpoom_entry entry)
{
	struct tcpoom_state s = { .given = 0 }; /* equivalent: 1, so is the entry */

	tcpoom_field_set(&s, TCPOOM_F_entry, entry);
	/* equivalent: numbers, where it matters it is walked over */
	tcpoom_field_set(&s, TCPOOM_F_hz, 1000);
	tcpoom_state_complete(&s);
	/* equivalent: 1, the entry is given */
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		if (s.given >> f & 1)
			continue;
		/* equivalent: 1, each walk sets its own */
		tcpoom_field_set(&s, (enum tcpoom_field)f, 0);
	}
	/* equivalent: numbers, what matters is the time from it on */
	s.now = s.lsndtime = 1000000000;
	return s;
}

/* The check in tcp_close wants a reset and knows no penalty. */
static void add_close(struct tcpoom_samples *into, const struct tcpoom_state *s)
{
	struct tcpoom_sample one = { .state = *s };

	/* equivalent: UINT32_MAX, there are few mixtures */
	one.answer[TCPOOM_RESET] = UINT64_MAX;
	samples_add(into, &one);
}

static void walk_axis(struct work *work, enum tcpoom_axis axis)
{
	struct tcpoom_samples *into = &work->survey->axis[axis];
	const bool time = axis == TCPOOM_AXIS_TIME;
	const enum tcpoom_part part = time ? TCPOOM_PART_CLOCK : axis_part[axis];
	const struct tcpoom_state s = work->walk.state;

	work->walk.visit = walk_context;
	if (!tcpoom_part_used(part, (enum tcpoom_entry)s.entry))
		add_close(into, &s);
	else if (time)
		tcpoom_walk_contexts(&work->walk);
	else
		walk_part(work, part, into);
	work->walk.state = s;
}

bool tcpoom_survey_make(struct tcpoom_survey *survey, const struct tcpoom_kernel *a,
			const struct tcpoom_kernel *b, enum tcpoom_entry entry)
{
	struct work *work = calloc(1, sizeof(*work)); /* equivalent: 2, for one there is room */
	bool good = work != NULL;

	*survey = (struct tcpoom_survey){ .a = a, .b = b };
	if (!work)
		return false;
	work->survey = survey;
	work->walk = (struct tcpoom_walk){ .a = a, .b = b, .key = key, .state = neutral(entry) };
	/* equivalent: <=, what is behind is made below */
	for (int part = 0; part < TCPOOM_PARTS; part++)
		tcpoom_mixtures_make(&survey->mixtures[part], a, b,
				     tcpoom_part_rules((enum tcpoom_part)part, entry));
	tcpoom_mixtures_make(&survey->time, a, b,
			     tcpoom_part_rules(TCPOOM_PART_CLOCK, entry) |
				     tcpoom_part_rules(TCPOOM_PART_ARGUMENT, entry));
	for (int axis = 0; axis < TCPOOM_AXES; axis++) {
		walk_axis(work, (enum tcpoom_axis)axis);
		good &= !survey->axis[axis].failed && !survey->axis[axis].keys.failed;
	}
	good &= samples_free(&work->clock);
	good &= samples_free(&work->argument);
	free(work);
	return good;
}

void tcpoom_survey_free(struct tcpoom_survey *survey)
{
	for (int axis = 0; axis < TCPOOM_AXES; axis++)
		samples_free(&survey->axis[axis]);
}

enum tcpoom_part tcpoom_axis_part(enum tcpoom_axis axis)
{
	return axis_part[axis];
}

uint32_t tcpoom_axis_tests(enum tcpoom_axis axis)
{
	if (axis == TCPOOM_AXIS_TIME)
		return tcpoom_part_tests(TCPOOM_PART_CLOCK) |
		       tcpoom_part_tests(TCPOOM_PART_ARGUMENT);
	return tcpoom_part_tests(axis_part[axis]);
}

void tcpoom_axis_put(struct tcpoom_state *s, enum tcpoom_axis axis,
		     const struct tcpoom_sample *sample)
{
	if (axis == TCPOOM_AXIS_TIME) {
		tcpoom_part_copy(TCPOOM_PART_ARGUMENT, &sample->state, s);
		tcpoom_part_copy(TCPOOM_PART_CLOCK, &sample->state, s);
	} else {
		tcpoom_part_copy(axis_part[axis], &sample->state, s);
	}
}
