/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All combinations of the samples of a survey, each class once. Samples with the same answers lead
 * to the same verdicts and the same cause, so these are found once for all of them.
 */
#include "atlas.h"

#include <stdlib.h>

#include "survey.h"

/* The work on one atlas. */
struct work {
	struct tcpoom_atlas *atlas;
	struct tcpoom_survey survey; /* of one entry */
	struct tcpoom_keys combinations, classes;
	size_t most;
	bool failed;
};

/* On each axis a run of samples with the same answers. */
struct region {
	const struct tcpoom_sample *first;
	size_t count;
};

/* A divergence, and what its classes may hold. */
struct divergence {
	struct tcpoom_verdict a, b;
	struct tcpoom_cause cause;
	struct tcpoom_governed governed;
	unsigned shift[2]; /* at which A and B compare orphans */
};

static void add_class(struct work *w, const struct tcpoom_state *s,
		      const struct tcpoom_cause *cause)
{
	struct tcpoom_atlas *atlas = w->atlas;
	struct tcpoom_class c;

	tcpoom_class_of_cause(atlas->a, atlas->b, s, cause, &c);
	if (!tcpoom_keys_add(&w->classes, tcpoom_class_hash(&c)))
		return;
	if (atlas->count == w->most) {
		const size_t most = w->most ? 2 * w->most : 256;
		struct tcpoom_atlas_entry *entry = realloc(atlas->entry, most * sizeof(*entry));

		if (!entry) {
			w->failed = true;
			return;
		}
		atlas->entry = entry;
		w->most = most;
	}
	atlas->entry[atlas->count++] = (struct tcpoom_atlas_entry){ c, *s };
}

/* What a class may hold of a sample. */
static uint64_t outline(const struct tcpoom_sample *one, const struct divergence *d,
			enum tcpoom_axis axis)
{
	const bool shifted = axis == TCPOOM_AXIS_ORPHANS;
	const uint32_t argument = tcpoom_part_tests(TCPOOM_PART_ARGUMENT);
	uint64_t hash = 0;

	for (unsigned id = 0; id < TCPOOM_TESTS; id++) {
		struct tcpoom_threshold a = one->at[shifted ? d->shift[0] : 0][0][id],
					b = one->at[shifted ? d->shift[1] : 0][1][id];

		/* a timer that gave up before it asked makes its own comparisons only */
		if (d->a.outcome == TCPOOM_EXPIRED && !(argument >> id & 1))
			a = (struct tcpoom_threshold){ 0 };
		if (d->b.outcome == TCPOOM_EXPIRED && !(argument >> id & 1))
			b = (struct tcpoom_threshold){ 0 };
		if (tcpoom_threshold_keep(id, &a, &b, d->governed))
			hash = tcpoom_threshold_hash(tcpoom_threshold_hash(tcpoom_mix(hash, id),
									   &a),
						     &b);
	}
	return hash;
}

/* Every combination of samples of these regions that looks different. */
static void expand(struct work *w, enum tcpoom_axis axis, struct tcpoom_state *s,
		   const struct region region[TCPOOM_AXES], const struct divergence *d)
{
	struct tcpoom_keys outlines = { 0 };

	if (axis == TCPOOM_AXES) {
		add_class(w, s, &d->cause);
		return;
	}
	if (!(tcpoom_axis_tests(axis) & (d->governed.own | d->governed.through))) {
		tcpoom_axis_put(s, axis, region[axis].first);
		expand(w, axis + 1, s, region, d);
		return;
	}
	for (size_t i = 0; i < region[axis].count; i++) {
		const struct tcpoom_sample *one = &region[axis].first[i];

		if (!tcpoom_keys_add(&outlines, outline(one, d, axis)))
			continue;
		tcpoom_axis_put(s, axis, one);
		expand(w, axis + 1, s, region, d);
	}
	w->failed |= outlines.failed;
	tcpoom_keys_free(&outlines);
}

/* Equal for divergences that expand to the same classes. */
static uint64_t combination(const struct divergence *d, const struct region region[TCPOOM_AXES])
{
	uint64_t key = tcpoom_mix(d->shift[0], d->shift[1]);

	key = tcpoom_mix(tcpoom_mix(key, d->a.outcome), d->b.outcome);
	key = tcpoom_mix(tcpoom_mix(key, d->a.messages), d->b.messages);
	key = tcpoom_mix(tcpoom_mix(key, d->a.snmp), d->b.snmp);
	for (unsigned i = 0; i < 2; i++)
		key = tcpoom_mix(tcpoom_mix(key, d->a.message[i]), d->b.message[i]);
	for (unsigned i = 0; i < d->cause.sets; i++)
		key = tcpoom_mix(key, d->cause.set[i]);
	for (int axis = 0; axis < TCPOOM_AXES; axis++)
		if (tcpoom_axis_tests((enum tcpoom_axis)axis) &
		    (d->governed.own | d->governed.through))
			key = tcpoom_mix(tcpoom_mix(key, (uint64_t)axis),
					 region[axis].first->answers);
	return key;
}

static unsigned shift_of(const struct tcpoom_tests *tests)
{
	for (unsigned i = 0; i < tests->count; i++)
		if (tests->test[i].id == TCPOOM_T_ORPHANS)
			return tests->test[i].shift;
	return 0;
}

static void look(struct work *w, const struct tcpoom_state *s,
		 const struct region region[TCPOOM_AXES])
{
	const struct tcpoom_kernel *a = w->atlas->a, *b = w->atlas->b;
	/* no part has it: it acts wherever there is something to say */
	tcpoom_ruleset active = (tcpoom_ruleset)1 << TCPOOM_R_text;
	struct tcpoom_state state = *s;
	struct tcpoom_tests tests;
	struct divergence d;

	tcpoom_decide(a, s, &d.a, NULL);
	tcpoom_decide(b, s, &d.b, NULL);
	if (tcpoom_verdict_same(&d.a, &d.b))
		return;
	for (int axis = 0; axis < TCPOOM_AXES; axis++)
		active |= region[axis].first->active;
	tcpoom_cause_find_among(a, b, active, s, &d.cause);
	d.governed = tcpoom_cause_governs(&d.cause);
	tcpoom_decide(a, s, &d.a, &tests);
	d.shift[0] = shift_of(&tests);
	tcpoom_decide(b, s, &d.b, &tests);
	d.shift[1] = shift_of(&tests);
	if (tcpoom_keys_add(&w->combinations, combination(&d, region)))
		expand(w, 0, &state, region, &d);
}

static void combine(struct work *w, enum tcpoom_axis axis, struct tcpoom_state *s,
		    struct region region[TCPOOM_AXES])
{
	const struct tcpoom_samples *all = &w->survey.axis[axis];
	struct region *r = &region[axis];

	for (size_t i = 0; i < all->count; i += r->count) {
		*r = (struct region){ &all->sample[i], 1 };
		while (i + r->count < all->count &&
		       all->sample[i + r->count].answers == r->first->answers)
			r->count++;
		tcpoom_axis_put(s, axis, r->first);
		if (axis + 1 == TCPOOM_AXES)
			look(w, s, region);
		else
			combine(w, axis + 1, s, region);
	}
}

static int by_class(const void *left, const void *right)
{
	const struct tcpoom_atlas_entry *a = left, *b = right;

	return tcpoom_class_compare(&a->class, &b->class);
}

bool tcpoom_atlas_make(struct tcpoom_atlas *atlas, const struct tcpoom_kernel *a,
		       const struct tcpoom_kernel *b)
{
	struct work w = { .atlas = atlas };

	*atlas = (struct tcpoom_atlas){ .a = a, .b = b };
	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++) {
		struct region region[TCPOOM_AXES];
		struct tcpoom_state s;

		w.failed |= !tcpoom_survey_make(&w.survey, a, b, (enum tcpoom_entry)entry);
		if (!w.failed) {
			s = w.survey.axis[TCPOOM_AXIS_TIME].sample->state;
			tcpoom_keys_clear(&w.combinations);
			combine(&w, 0, &s, region);
		}
		atlas->set_aside |= w.survey.set_aside;
		tcpoom_survey_free(&w.survey);
	}
	w.failed |= w.combinations.failed || w.classes.failed;
	tcpoom_keys_free(&w.combinations);
	tcpoom_keys_free(&w.classes);
	if (atlas->count)
		qsort(atlas->entry, atlas->count, sizeof(*atlas->entry), by_class);
	return !w.failed;
}

const struct tcpoom_atlas_entry *tcpoom_atlas_find(const struct tcpoom_atlas *atlas,
						   const struct tcpoom_class *c)
{
	struct tcpoom_atlas_entry key;

	key.class = *c;
	return atlas->count ? bsearch(&key, atlas->entry, atlas->count, sizeof(key), by_class)
			    : NULL;
}

void tcpoom_atlas_free(struct tcpoom_atlas *atlas)
{
	free(atlas->entry);
	*atlas = (struct tcpoom_atlas){ 0 };
}
