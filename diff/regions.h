/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Regions: the samples of one axis that answer alike under every mixture of two kernels' rules, and
 * so lead to the same verdicts and the same causes.
 */
#ifndef TCPOOM_DIFF_REGIONS_H
#define TCPOOM_DIFF_REGIONS_H

#include "survey.h"

struct tcpoom_region {
	const struct tcpoom_sample *const *sample;
	size_t count;
	/* of A alone, of B alone, and the ways to each; of orphans at each shift */
	uint8_t a[TCPOOM_SHIFTS], b[TCPOOM_SHIFTS];
	struct tcpoom_ways ways[TCPOOM_SHIFTS];
};

struct tcpoom_regions {
	struct tcpoom_region *region;
	size_t count;
	const struct tcpoom_sample **sample;
};

/* An answer of the axis of time: the shift of the orphan count in two bits, and these. */
#define TCPOOM_TIME_SHIFT(answer) ((answer)&3)
enum {
	TCPOOM_TIME_RESET = 4,	   /* a reset is wanted */
	TCPOOM_TIME_RECENT = 8,	   /* data was sent within 60 s */
	TCPOOM_TIME_GIVEN_UP = 16, /* the timer never asked; alone */
};

/*
 * Regions of an axis; those of orphans by what they answer at these shifts, a bit each. False if
 * memory runs out; free them all the same.
 */
bool tcpoom_regions_make(struct tcpoom_regions *regions, const struct tcpoom_survey *survey,
			 enum tcpoom_axis axis, unsigned shifts);

void tcpoom_regions_free(struct tcpoom_regions *regions);

#endif
