/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fewest events that show divergences of the kind log. No single state shows one: what a
 * limiter lets through depends on all that it was asked before.
 */
#ifndef TCPOOM_DIFF_SHRINK_LOG_H
#define TCPOOM_DIFF_SHRINK_LOG_H

#include "compare.h"

struct tcpoom_log_event {
	int64_t time;		   /* ns */
	struct tcpoom_state state; /* complete */
	struct tcpoom_state said;  /* after shrinking: what must be said of it */
};

/*
 * Shrinks the events of one machine, the first `file` of `c` with divergences of the kind log: to
 * the fewest that go on showing each that begins in that file, by entry and cause, on a machine
 * that has just booted; and these to round times and few fields. What is left stands in front, and
 * without any one of it something is not shown. Returns how many, 0 if the events do not show it.
 */
size_t tcpoom_shrink_log(const struct tcpoom_compare *c, const char *file,
			 struct tcpoom_log_event *event, size_t events);

#endif
