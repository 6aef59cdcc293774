/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tcp_orphan_count, the number of sockets that nobody owns any more, in the three forms that it
 * has had; and what a check reads of it. kernels/orphans.h says which of the numbers a kernel
 * compares, and in what type.
 */
#ifndef TCPOOM_MODEL_ORPHAN_COUNT_H
#define TCPOOM_MODEL_ORPHAN_COUNT_H

#include <stdint.h>

enum tcpoom_orphan_counter {
	TCPOOM_ORPHANS_ATOMIC,	    /* up to 2.6.28: one atomic int */
	TCPOOM_ORPHANS_PERCPU_ONE,  /* from 2.6.29: a percpu_counter; below 0 it reads as 1 */
	TCPOOM_ORPHANS_PERCPU_ZERO, /* from 3.0: below 0 it reads as 0 */
	TCPOOM_ORPHANS_CACHED,	    /* from 5.16: a sum that a timer refreshes every 100 ms */
};

struct tcpoom_orphan_count {
	uint8_t kind;	  /* enum tcpoom_orphan_counter */
	int32_t batch;	  /* PERCPU: where a CPU's share is added to the central value */
	int32_t *share;	  /* PERCPU: what each CPU has not yet added; the caller's array */
	int64_t raw;	  /* PERCPU: the central value; else the number itself, an int that wraps */
	int64_t total;	  /* with the shares of all CPUs */
	int32_t cache;	  /* CACHED: the total, as it was last refreshed; 0 before the first time */
	uint32_t period;  /* CACHED: ticks from refresh to refresh */
	uint64_t expires; /* CACHED: tick of the next one */
};

/*
 * No orphans. `cpus` are online; `share`, one for each of them, must last as long as *c, and is
 * NULL unless PERCPU. At tick `now` CACHED starts its timer, at `hz` ticks a second (tcp_init).
 */
void tcpoom_orphan_count_init(struct tcpoom_orphan_count *c, enum tcpoom_orphan_counter kind,
			      unsigned cpus, int32_t *share, uint32_t hz, uint64_t now);

/* Counts `amount` more orphans, or less, on a CPU below `cpus`. */
void tcpoom_orphan_count_add(struct tcpoom_orphan_count *c, unsigned cpu, int32_t amount);

/*
 * CACHED: lets time pass to tick `now`, and refreshes as often as that takes. The timer is served
 * at the tick that it asked for; a kernel may be later, as it is deferrable.
 */
void tcpoom_orphan_count_refresh(struct tcpoom_orphan_count *c, uint64_t now);

/* What a check reads first: the number, the central value unless negative, the cached sum. */
int64_t tcpoom_orphan_count_read(const struct tcpoom_orphan_count *c);

/* The sum over all CPUs, unless negative; the atomic number as it is. */
int64_t tcpoom_orphan_count_sum(const struct tcpoom_orphan_count *c);

#endif
