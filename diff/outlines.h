/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Outlines: which samples of a region look different to a divergence, that is, have other
 * thresholds at which its kernels part. The same question comes again and again, and is kept.
 */
#ifndef TCPOOM_DIFF_OUTLINES_H
#define TCPOOM_DIFF_OUTLINES_H

#include "regions.h"

/* A divergence, and what its classes may hold. */
struct tcpoom_divergence {
	struct tcpoom_cause cause;
	struct tcpoom_governed governed;
	unsigned answers[2]; /* of A and B, as an index into a skeleton */
	unsigned shift[2];   /* at which they compare orphans */
	bool given_up[2];    /* the timer never asked */
};

struct tcpoom_outline {
	uint64_t key;
	const struct tcpoom_sample **sample; /* one of each */
	size_t count;
};

struct tcpoom_outlines {
	struct tcpoom_outline *slot; /* open addressing by the key; no sample: free */
	size_t slots, count;
	bool failed;
};

/* Of a region of this axis. Its samples stay where they are; none if memory runs out. */
struct tcpoom_outline tcpoom_outlines_of(struct tcpoom_outlines *outlines,
					 const struct tcpoom_region *region, enum tcpoom_axis axis,
					 const struct tcpoom_divergence *d);

void tcpoom_outlines_free(struct tcpoom_outlines *outlines);

#endif
