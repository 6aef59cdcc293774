/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All combinations of the regions of a survey. The samples of a region lead to the same verdicts
 * and the same causes, so these are found once for all of them; then every combination of samples
 * that looks different is a class.
 */
#include "atlas.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "outlines.h"
#include "regions.h"
#include "skeleton.h"

/* The work on one atlas; all but the atlas and the classes is of one entry. */
struct work {
	struct tcpoom_atlas *atlas;
	struct tcpoom_keys classes;
	bool failed;
	struct tcpoom_survey survey;
	struct tcpoom_skeleton skeleton;
	struct tcpoom_regions axis[TCPOOM_AXES];
	/* for each set of shifts; equivalent: 2, it is larger than it must be */
	struct tcpoom_regions orphans[1 << TCPOOM_SHIFTS];
	struct tcpoom_outlines outlines;
	struct tcpoom_keys combinations;
};

/* One region of each axis. */
struct regions {
	const struct tcpoom_region *of[TCPOOM_AXES];
};

/* ---- verdicts and causes ---- */

/* The index into a skeleton. */
static unsigned answers(uint8_t time, bool many, bool much, bool closed, bool exiting, bool text)
{
	if (time & TCPOOM_TIME_GIVEN_UP)
		return TCPOOM_SK_GIVEN_UP;
	return (time & TCPOOM_TIME_RESET ? TCPOOM_SK_RESET : 0) |
	       (time & TCPOOM_TIME_RECENT ? TCPOOM_SK_RECENT : 0) |
	       (closed ? TCPOOM_SK_CLOSED : 0) | (many ? TCPOOM_SK_MANY : 0) |
	       (much ? TCPOOM_SK_MUCH : 0) | (exiting ? TCPOOM_SK_EXITING : 0) |
	       (text ? TCPOOM_SK_TEXT : 0);
}

/* Of A (side 0) or of B. */
static uint8_t answer_of(const struct regions *r, enum tcpoom_axis axis, unsigned shift, int side)
{
	return (side ? r->of[axis]->b : r->of[axis]->a)[shift];
}

static unsigned answers_of(const struct regions *r, int side)
{
	const uint8_t time = answer_of(r, TCPOOM_AXIS_TIME, 0, side);

	return answers(time, answer_of(r, TCPOOM_AXIS_ORPHANS, TCPOOM_TIME_SHIFT(time), side),
		       answer_of(r, TCPOOM_AXIS_MEMORY, 0, side),
		       answer_of(r, TCPOOM_AXIS_PEER, 0, side),
		       answer_of(r, TCPOOM_AXIS_NETNS, 0, side), side);
}

/* The smallest sets found so far, in their order; and room for one that is too many. */
struct smallest {
	unsigned size, sets;
	/* equivalent: 2 or 0, no two kernels have half as many */
	tcpoom_ruleset set[TCPOOM_CAUSES_MOST + 1];
};

static void keep_set(struct smallest *s, tcpoom_ruleset set)
{
	unsigned at = s->sets;

	for (; at && s->set[at - 1] > set; at--) /* equivalent: >=, no set comes twice */
		s->set[at] = s->set[at - 1];
	s->set[at] = set;
	/* equivalent: true or <=, as above */
	if (s->sets < TCPOOM_CAUSES_MOST)
		s->sets++;
}

/* Ways to an answer on an axis. */
struct choice {
	const struct tcpoom_way *way;
	unsigned count;
};

#define CHOICES 5 /* time, orphans, memory, netns, text */

/* Each combination of these ways is a set. */
static void keep_sets(struct smallest *s, const struct choice choice[CHOICES])
{
	unsigned size = 0, sets = 1; /* equivalent: 1, sizes are only compared */

	for (int i = 0; i < CHOICES; i++) {
		size += choice[i].way->size;
		sets *= choice[i].count;
	}
	if (size > s->size)
		return;
	if (size < s->size)
		*s = (struct smallest){ .size = size };
	for (unsigned n = 0; n < sets; n++) {
		tcpoom_ruleset set = 0;

		for (unsigned i = 0, rest = n; i < CHOICES; rest /= choice[i++].count)
			set |= choice[i].way[rest % choice[i].count].set;
		keep_set(s, set);
	}
}

/* With these ways on the axis of time: whatever the others answer. */
static void try_answers(const struct work *w, const struct regions *r,
			struct choice choice[CHOICES], unsigned into, struct smallest *s)
{
	const uint8_t time = choice[0].way->answer;
	const bool closed = r->of[TCPOOM_AXIS_PEER]->a[0];
	const struct tcpoom_ways *orphans =
					 &r->of[TCPOOM_AXIS_ORPHANS]->ways[TCPOOM_TIME_SHIFT(time)],
				 *memory = &r->of[TCPOOM_AXIS_MEMORY]->ways[0],
				 *netns = &r->of[TCPOOM_AXIS_NETNS]->ways[0];

	for (unsigned other = 0; other < 16; other++) {
		const bool many = other & 1, much = other & 2, exiting = other & 4,
			   text = other & 8;
		const struct tcpoom_way own = { .size = text,
						.set = (tcpoom_ruleset)text << TCPOOM_R_text };

		if (w->skeleton.same[answers(time, many, much, closed, exiting, text)] !=
		    w->skeleton.same[into])
			continue;
		choice[1].way = tcpoom_ways_to(orphans, many, &choice[1].count);
		choice[2].way = tcpoom_ways_to(memory, much, &choice[2].count);
		choice[3].way = tcpoom_ways_to(netns, exiting, &choice[3].count);
		choice[4] = (struct choice){ &own, 1 };
		if (choice[1].way && choice[2].way && choice[3].way)
			keep_sets(s, choice);
	}
}

/* As tcpoom_cause_find, for all states of these regions at once. */
static void find_cause(const struct work *w, const struct regions *r, struct tcpoom_cause *cause)
{
	const struct tcpoom_ways *time = &r->of[TCPOOM_AXIS_TIME]->ways[0];
	struct smallest s = { .size = UINT_MAX };
	struct choice choice[CHOICES];

	for (unsigned i = 0; i < time->count; i += choice[0].count) {
		choice[0].way = tcpoom_ways_to(time, time->way[i].answer, &choice[0].count);
		/* equivalent: 2, all but 0 is B */
		try_answers(w, r, choice, answers_of(r, 1), &s);
	}
	cause->sets = s.sets;
	memcpy(cause->set, s.set, sizeof(cause->set));
}

/* ---- classes ---- */

bool tcpoom_atlas_add(struct tcpoom_atlas *atlas, const struct tcpoom_class *c,
		      const struct tcpoom_state *state)
{
	if (atlas->count == atlas->most) {
		/* equivalent: 3 or + or 257 or 255, it grows in other steps */
		const size_t most = atlas->most ? 2 * atlas->most : 256;
		struct tcpoom_atlas_entry *entry = realloc(atlas->entry, most * sizeof(*entry));

		if (!entry)
			return false;
		atlas->entry = entry;
		atlas->most = most;
	}
	atlas->entry[atlas->count++] = (struct tcpoom_atlas_entry){ *c, *state };
	return true;
}

static int by_class(const void *left, const void *right)
{
	const struct tcpoom_atlas_entry *a = left, *b = right;

	return tcpoom_class_compare(&a->class, &b->class);
}

void tcpoom_atlas_sort(struct tcpoom_atlas *atlas)
{
	if (atlas->count)
		qsort(atlas->entry, atlas->count, sizeof(*atlas->entry), by_class);
}

static void add_class(struct work *w, const struct tcpoom_state *s,
		      const struct tcpoom_cause *cause)
{
	struct tcpoom_class c;

	tcpoom_class_of_cause(w->atlas->a, w->atlas->b, s, cause, &c);
	if (tcpoom_keys_add(&w->classes, tcpoom_class_hash(&c)))
		w->failed |= !tcpoom_atlas_add(w->atlas, &c, s);
}

/* Every combination of samples of these regions that looks different. */
static void expand(struct work *w, enum tcpoom_axis axis, struct tcpoom_state *s,
		   const struct regions *r, const struct tcpoom_divergence *d)
{
	const struct tcpoom_region *region;
	struct tcpoom_outline outline;

	if (axis == TCPOOM_AXES) {
		add_class(w, s, &d->cause);
		return;
	}
	region = r->of[axis];
	/* equivalent: |, what counts for nothing has one outline, but it takes longer */
	if (!(tcpoom_axis_tests(axis) & (d->governed.own | d->governed.through))) {
		tcpoom_axis_put(s, axis, region->sample[0]);
		expand(w, axis + 1, s, r, d);
		return;
	}
	outline = tcpoom_outlines_of(&w->outlines, region, axis, d);
	for (size_t i = 0; i < outline.count; i++) {
		tcpoom_axis_put(s, axis, outline.sample[i]);
		expand(w, axis + 1, s, r, d);
	}
}

/* Equal for divergences that expand to the same classes. */
static uint64_t combination(const struct tcpoom_divergence *d, const struct regions *r)
{
	/* equivalent: 1, where they are not the same the region of the time is in the key */
	uint64_t key = tcpoom_mix(d->shift[0], d->shift[1]);

	key = tcpoom_mix(tcpoom_mix(key, d->answers[0]), d->answers[1]);
	/* equivalent: <=, then more takes longer */
	for (unsigned i = 0; i < d->cause.sets; i++)
		key = tcpoom_mix(key, d->cause.set[i]);
	for (int axis = 0; axis < TCPOOM_AXES; axis++)
		/* equivalent: true or |, but it takes longer */
		if (tcpoom_axis_tests((enum tcpoom_axis)axis) &
		    (d->governed.own | d->governed.through))
			key = tcpoom_mix(key, (uintptr_t)r->of[axis]);
	return key;
}

static void look(struct work *w, const struct regions *r)
{
	struct tcpoom_state s = w->survey.axis[TCPOOM_AXIS_TIME].sample->state;
	struct tcpoom_divergence d;

	for (int side = 0; side < 2; side++) {
		const uint8_t time = answer_of(r, TCPOOM_AXIS_TIME, 0, side);

		d.answers[side] = w->skeleton.same[answers_of(r, side)];
		d.shift[side] = TCPOOM_TIME_SHIFT(time);
		d.given_up[side] = time & TCPOOM_TIME_GIVEN_UP;
	}
	if (d.answers[0] == d.answers[1])
		return;
	find_cause(w, r, &d.cause);
	d.governed = tcpoom_cause_governs(&d.cause);
	/* equivalent: true, but it takes longer */
	if (tcpoom_keys_add(&w->combinations, combination(&d, r)))
		expand(w, 0, &s, r, &d);
}

/* The regions of orphans at the shifts that some mixture of rules comes to. */
static const struct tcpoom_regions *orphans_at(struct work *w, const struct tcpoom_region *time)
{
	unsigned shifts = 0; /* equivalent: 1, but it takes longer */

	for (unsigned i = time->ways[0].count; i--;)
		shifts |= 1U << TCPOOM_TIME_SHIFT(time->ways[0].way[i].answer);
	if (!w->orphans[shifts].region)
		w->failed |= !tcpoom_regions_make(&w->orphans[shifts], &w->survey,
						  TCPOOM_AXIS_ORPHANS, shifts);
	return &w->orphans[shifts];
}

static void combine(struct work *w, enum tcpoom_axis axis, struct regions *r)
{
	const struct tcpoom_regions *regions;

	if (axis == TCPOOM_AXES) {
		look(w, r);
		return;
	}
	regions = axis == TCPOOM_AXIS_ORPHANS ? orphans_at(w, r->of[TCPOOM_AXIS_TIME])
					      : &w->axis[axis];
	/* equivalent: left, but it takes longer */
	for (size_t i = 0; i < regions->count && !w->failed; i++) {
		r->of[axis] = &regions->region[i];
		combine(w, axis + 1, r);
	}
}

static void map_entry(struct work *w, enum tcpoom_entry entry)
{
	const struct tcpoom_kernel *a = w->atlas->a, *b = w->atlas->b;
	struct regions r;

	tcpoom_skeleton_make(&w->skeleton, entry, a, b);
	w->failed |= !tcpoom_survey_make(&w->survey, a, b, entry);
	/* equivalent: left, but it takes longer */
	for (int axis = 0; axis < TCPOOM_AXES && !w->failed; axis++) {
		struct tcpoom_regions *to = &w->axis[axis];

		/* equivalent: 1, those of orphans are not looked at */
		w->failed |= !tcpoom_regions_make(to, &w->survey, (enum tcpoom_axis)axis, 0);
	}
	tcpoom_keys_clear(&w->combinations);
	combine(w, 0, &r);
	w->atlas->set_aside |= w->survey.set_aside;
	w->failed |= w->outlines.failed;
	tcpoom_outlines_free(&w->outlines);
	/* equivalent: <=, what is behind is freed below */
	for (int axis = 0; axis < TCPOOM_AXES; axis++)
		tcpoom_regions_free(&w->axis[axis]);
	/* equivalent: 1 or <=, there is always a shift; what is behind has been freed */
	for (int shifts = 0; shifts < 1 << TCPOOM_SHIFTS; shifts++)
		tcpoom_regions_free(&w->orphans[shifts]);
	tcpoom_survey_free(&w->survey);
}

bool tcpoom_atlas_make(struct tcpoom_atlas *atlas, const struct tcpoom_kernel *a,
		       const struct tcpoom_kernel *b)
{
	struct work w = { .atlas = atlas };

	*atlas = (struct tcpoom_atlas){ .a = a, .b = b };
	/* equivalent: left, but it takes longer */
	for (int entry = 0; entry < TCPOOM_ENTRIES && !w.failed; entry++)
		map_entry(&w, (enum tcpoom_entry)entry);
	w.failed |= w.combinations.failed || w.classes.failed;
	tcpoom_keys_free(&w.combinations);
	tcpoom_keys_free(&w.classes);
	tcpoom_atlas_sort(atlas);
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
}
