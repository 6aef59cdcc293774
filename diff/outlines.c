/* SPDX-License-Identifier: GPL-2.0-only */
#include "outlines.h"

#include <stdlib.h>

/* What a class may hold of a sample. */
static uint64_t outline(const struct tcpoom_sample *one, const struct tcpoom_divergence *d,
			enum tcpoom_axis axis)
{
	const bool shifted = axis == TCPOOM_AXIS_ORPHANS;
	const uint32_t argument = tcpoom_part_tests(TCPOOM_PART_ARGUMENT);
	uint64_t hash = 0;

	for (unsigned id = 0; id < TCPOOM_TESTS; id++) {
		struct tcpoom_threshold at[2];

		if (!(tcpoom_axis_tests(axis) >> id & 1))
			continue;
		for (int side = 0; side < 2; side++) {
			at[side] = one->at[shifted ? d->shift[side] : 0][side][id];
			/* a timer that gave up before it asked makes its own comparisons only */
			if (d->given_up[side] && !(argument >> id & 1))
				at[side] = (struct tcpoom_threshold){ 0 };
		}
		if (tcpoom_threshold_keep(id, &at[0], &at[1], d->governed))
			hash = tcpoom_threshold_hash(tcpoom_threshold_hash(tcpoom_mix(hash, id),
									   &at[0]),
						     &at[1]);
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
	key = tcpoom_mix(key, d->given_up[0] | (unsigned)d->given_up[1] << 1);
	if (axis == TCPOOM_AXIS_ORPHANS)
		key = tcpoom_mix(key, d->shift[0] | d->shift[1] << 2);
	return key;
}

static struct tcpoom_outline *find(struct tcpoom_outlines *o, uint64_t key)
{
	size_t at = key % o->slots;

	while (o->slot[at].sample && o->slot[at].key != key)
		at = (at + 1) % o->slots;
	return &o->slot[at];
}

static bool grow(struct tcpoom_outlines *o)
{
	struct tcpoom_outlines more = { .slots = o->slots ? 2 * o->slots : 1024,
					.failed = o->failed };

	more.slot = calloc(more.slots, sizeof(*more.slot));
	if (!more.slot)
		return false;
	for (size_t i = 0; i < o->slots; i++)
		if (o->slot[i].sample)
			*find(&more, o->slot[i].key) = o->slot[i];
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
		to = (struct tcpoom_outline){ 0 };
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

	if (2 * o->count >= o->slots && !grow(o)) {
		o->failed = true;
		return (struct tcpoom_outline){ 0 };
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
	for (size_t i = 0; i < o->slots; i++)
		free(o->slot[i].sample);
	free(o->slot);
	*o = (struct tcpoom_outlines){ 0 };
}
