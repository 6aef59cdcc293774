/* SPDX-License-Identifier: GPL-2.0-only */
/* What a limit must be, proved by replay at that value and beside it. */
#ifndef TCPOOM_ADVICE_REMEDY_H
#define TCPOOM_ADVICE_REMEDY_H

#include "reasons.h"

enum tcpoom_ground { TCPOOM_BY_ORPHANS, TCPOOM_BY_MEMORY, TCPOOM_GROUNDS };

/* The limit of a cause, and what is held against it. */
extern const enum tcpoom_field tcpoom_ground_limits[TCPOOM_GROUNDS],
	tcpoom_ground_counts[TCPOOM_GROUNDS];

struct tcpoom_remedy {
	bool found;    /* false: the count is unknown, or no value helps */
	int64_t value; /* of the limit: with it no socket is killed for this cause, whatever it is
			*/
	const struct tcpoom_kernel *kernel; /* that kills at value - 1; NULL where value is 0 */
	struct tcpoom_state killed;	    /* there */
};

/* The smallest limit that lets all sockets live, on each of these kernels, at the count in *known.
 */
void tcpoom_remedy_find(const struct tcpoom_state *known, tcpoom_rows kernels,
			enum tcpoom_ground cause, struct tcpoom_remedy *to);

/*
 * The smallest count at which these kernels can kill for this cause at `entry`, a socket with
 * `shift` penalties; -1: none, or the limit is unknown.
 */
int64_t tcpoom_count_killed(const struct tcpoom_state *known, tcpoom_rows kernels,
			    enum tcpoom_ground cause, enum tcpoom_entry entry, unsigned shift);

#endif
