/* SPDX-License-Identifier: GPL-2.0-only */
#include "regions.h"

#include <stdlib.h>
#include <string.h>

/* A sample, and those of its answers that count. */
struct item {
	const struct tcpoom_sample *sample;
	uint64_t answer[TCPOOM_QUESTIONS];
};

static int by_answers(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	const int order = memcmp(a->answer, b->answer, sizeof(a->answer));

	/* within a region in the order of being met: the plain ones come first */
	return order ? order : (int)(a->sample - b->sample);
}

/* What clock and argument come to under mixture i of the rules of both. */
static uint8_t time_answer(const struct tcpoom_survey *survey, const uint64_t *answer,
			   const struct tcpoom_mixtures *both, unsigned i)
{
	const unsigned clock = tcpoom_mixture_within(&survey->mixtures[TCPOOM_PART_CLOCK], both, i),
		       argument = tcpoom_mixture_within(&survey->mixtures[TCPOOM_PART_ARGUMENT],
							both, i);
	const bool reset = answer[TCPOOM_RESET] >> argument & 1;
	const bool penalty = answer[TCPOOM_IDLE] >> clock & 1 || !reset;

	if (answer[TCPOOM_GIVEN_UP] >> argument & 1)
		return TCPOOM_TIME_GIVEN_UP;
	return (uint8_t)((penalty + (unsigned)answer[TCPOOM_SOFT]) |
			 (reset ? TCPOOM_TIME_RESET : 0) |
			 (answer[TCPOOM_RECENT] >> clock & 1 ? TCPOOM_TIME_RECENT : 0));
}

static void answer_at(struct tcpoom_region *r, const struct tcpoom_survey *survey,
		      enum tcpoom_axis axis, unsigned shift)
{
	const bool time = axis == TCPOOM_AXIS_TIME;
	const struct tcpoom_mixtures *m =
		time ? &survey->time : &survey->mixtures[tcpoom_axis_part(axis)];
	const uint64_t *of = r->sample[0]->answer;
	uint8_t answer[TCPOOM_MIXTURES_MOST];

	for (unsigned i = 0; i < m->count; i++)
		answer[i] = time ? time_answer(survey, of, m, i) : of[TCPOOM_MANY(shift)] >> i & 1;
	r->a[shift] = answer[0];
	r->b[shift] = answer[m->count - 1];
	tcpoom_ways_make(&r->ways[shift], m, answer);
}

/* All samples, with their answers; of orphans those at these shifts. */
static struct item *items_make(const struct tcpoom_samples *all, enum tcpoom_axis axis,
			       unsigned shifts)
{
	struct item *item = calloc(all->count, sizeof(*item));

	for (size_t i = 0; item && i < all->count; i++) {
		item[i].sample = &all->sample[i];
		if (axis != TCPOOM_AXIS_ORPHANS) {
			memcpy(item[i].answer, all->sample[i].answer, sizeof(item[i].answer));
			continue;
		}
		for (unsigned s = 0; shifts >> s; s++)
			if (shifts >> s & 1)
				item[i].answer[s] = all->sample[i].answer[TCPOOM_MANY(s)];
	}
	if (item)
		qsort(item, all->count, sizeof(*item), by_answers);
	return item;
}

bool tcpoom_regions_make(struct tcpoom_regions *regions, const struct tcpoom_survey *survey,
			 enum tcpoom_axis axis, unsigned shifts)
{
	const struct tcpoom_samples *all = &survey->axis[axis];
	struct item *item = items_make(all, axis, shifts);

	*regions = (struct tcpoom_regions){
		.region = calloc(all->count, sizeof(*regions->region)),
		.sample = calloc(all->count, sizeof(*regions->sample)),
	};
	if (!item || !regions->region || !regions->sample) {
		free(item);
		return false;
	}
	for (size_t i = 0; i < all->count; i++) {
		struct tcpoom_region *r = &regions->region[regions->count];

		regions->sample[i] = item[i].sample;
		if (i && !memcmp(item[i - 1].answer, item[i].answer, sizeof(item->answer))) {
			r[-1].count++;
			continue;
		}
		*r = (struct tcpoom_region){ .sample = &regions->sample[i], .count = 1 };
		/* equivalent: 2, nobody asks the other axes at a shift */
		for (unsigned shift = 0; shift < (axis == TCPOOM_AXIS_ORPHANS ? TCPOOM_SHIFTS : 1);
		     shift++)
			answer_at(r, survey, axis, shift);
		regions->count++;
	}
	free(item);
	return true;
}

void tcpoom_regions_free(struct tcpoom_regions *regions)
{
	free(regions->region);
	free(regions->sample);
	*regions = (struct tcpoom_regions){ 0 };
}
