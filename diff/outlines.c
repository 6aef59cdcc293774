/* SPDX-License-Identifier: GPL-2.0-only */
#include "outlines.h"

#include <stdlib.h>

/* A comparison of the sample on one side. */
static struct tcpoom_threshold threshold(const struct tcpoom_sample *one, enum tcpoom_axis axis,
					 const struct tcpoom_divergence *d, int side, unsigned id)
{
	const unsigned shift = axis == TCPOOM_AXIS_ORPHANS ? d->shift[side] : 0;

	/* a timer that gave up before it asked makes its own comparisons only */
	if (d->given_up[side] && !(tcpoom_part_tests(TCPOOM_PART_ARGUMENT) >> id & 1))
		return (struct tcpoom_threshold){ .has = false };
	return one->at[shift][side][id];
}

/* What a class may hold of a sample. */
static uint64_t outline(const struct tcpoom_sample *one, const struct tcpoom_divergence *d,
			enum tcpoom_axis axis)
{
	const uint32_t tests = tcpoom_axis_tests(axis);
	uint64_t hash = tests;

	for (unsigned id = 0; tests >> id; id++) {
		struct tcpoom_threshold a, b;

		if (!(tests >> id & 1))
			continue;
		a = threshold(one, axis, d, 0, id);
		b = threshold(one, axis, d, 1, id);
		if (tcpoom_threshold_keep(id, &a, &b, d->governed))
			hash = tcpoom_threshold_hash(tcpoom_threshold_hash(tcpoom_mix(hash, id),
									   &a),
						     &b);
	}
	return hash;
}

/* All on which an outline depends. */
static uint64_t question(const struct tcpoom_region *region, enum tcpoom_axis axis,
			 const struct tcpoom_divergence *d)
{
	const uint32_t tests = tcpoom_axis_tests(axis);
	uint64_t key = tcpoom_mix((uintptr_t)region, d->governed.own & tests);

	key = tcpoom_mix(key, d->governed.through & tests);
	for (int side = 0; side < 2; side++) {
		key = tcpoom_mix(key, d->given_up[side]);
		/* equivalent: true, it is asked more often */
		if (axis == TCPOOM_AXIS_ORPHANS)
			key = tcpoom_mix(key, d->shift[side]);
	}
	return key;
}

static struct tcpoom_outline *find(struct tcpoom_outlines *o, uint64_t key)
{
	size_t at = key % o->slots;

	while (o->slot[at].sample && o->slot[at].key != key)
		at = (at + 1) % o->slots; /* equivalent: - or 2, any way round is as good */
	return &o->slot[at];
}

static bool grow(struct tcpoom_outlines *o)
{
	/* equivalent: 3 or + or 1025 or 1023, other sizes are as good */
	struct tcpoom_outlines more = { .slots = o->slots ? 2 * o->slots : 1024,
					.failed = o->failed };

	more.slot = calloc(more.slots, sizeof(*more.slot));
	if (!more.slot)
		return false;
	while (o->slots--)
		if (o->slot[o->slots].sample) /* equivalent: true, a free one takes no place */
			*find(&more, o->slot[o->slots].key) = o->slot[o->slots];
	more.count = o->count;
	free(o->slot);
	*o = more;
	return true;
}

/* The first sample of each outline. */
static struct tcpoom_outline answer(uint64_t key, const struct tcpoom_region *region,
				    enum tcpoom_axis axis, const struct tcpoom_divergence *d)
{
	struct tcpoom_outline to = { .key = key };
	struct tcpoom_keys met = { 0 };

	to.sample = malloc(region->count * sizeof(*to.sample));
	for (size_t i = 0; to.sample && i < region->count; i++)
		if (tcpoom_keys_add(&met, outline(region->sample[i], d, axis)))
			to.sample[to.count++] = region->sample[i];
	if (met.failed) {
		free(to.sample);
		to = (struct tcpoom_outline){ .sample = NULL };
	}
	tcpoom_keys_free(&met);
	return to;
}

struct tcpoom_outline tcpoom_outlines_of(struct tcpoom_outlines *o,
					 const struct tcpoom_region *region, enum tcpoom_axis axis,
					 const struct tcpoom_divergence *d)
{
	const uint64_t key = question(region, axis, d);
	struct tcpoom_outline *to;

	/* equivalent: 3 or 1 or +, as long as it grows before it is full */
	if (2 * o->count >= o->slots && !grow(o)) {
		o->failed = true;
		return (struct tcpoom_outline){ .sample = NULL };
	}
	to = find(o, key);
	if (!to->sample) {
		*to = answer(key, region, axis, d);
		o->failed |= !to->sample;
		o->count++;
	}
	return *to;
}

void tcpoom_outlines_free(struct tcpoom_outlines *o)
{
	while (o->slots--)
		free(o->slot[o->slots].sample);
	free(o->slot);
	*o = (struct tcpoom_outlines){ 0 };
}
