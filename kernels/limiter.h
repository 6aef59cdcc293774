/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rule on the rate limiter: what a message that is asked for must pass to reach the log.
 *
 * A change that no log can show is no variant of its own, and splits no rows: from 4.14 on (4.9.57,
 * 4.13.9; commit 656d61ce9666) the limiter prints its line with printk_deferred, so that consoles
 * get it later, but its place in the log, its level and its text stay.
 */
#ifndef TCPOOM_KERNELS_LIMITER_H
#define TCPOOM_KERNELS_LIMITER_H

#include "../model/ratelimit.h"
#include "rules.h"

enum {
	LIMITER_net = TCPOOM_RATELIMIT_NET,
	LIMITER_printk = TCPOOM_RATELIMIT_PRINTK,
	LIMITER_u32 = TCPOOM_RATELIMIT_U32,
	LIMITER_window = TCPOOM_RATELIMIT_WINDOW,
	LIMITER_tries = TCPOOM_RATELIMIT_TRIES,
	LIMITER_allows = TCPOOM_RATELIMIT_ALLOWS,
	LIMITER_denies = TCPOOM_RATELIMIT_DENIES,
	LIMITER_begins = TCPOOM_RATELIMIT_BEGINS,
	LIMITER_counts = TCPOOM_RATELIMIT_COUNTS,
};

static const struct tcpoom_variant limiter_variants[] = {
	[LIMITER_net] = { "net", "2.4.0", "net/core/utils.c:net_ratelimit", "",
			  "10 messages at once, then one every 5 s: a bucket of ticks" },
	[LIMITER_printk] = { "printk", "after 2.4.22, by 2.6.3",
			     "kernel/printk.c:__printk_ratelimit", "",
			     "the same from one bucket with all callers of printk_ratelimit" },
	[LIMITER_u32] = { "u32", "2.6.26", "lib/ratelimit.c:__ratelimit", "5f97a5a8799",
			  "the same with 32 bits of ticks on every machine" },
	[LIMITER_window] = { "window", "2.6.27", "lib/ratelimit.c:__ratelimit", "717115e1a58",
			     "10 messages in 5 s, for net_ratelimit alone; the next 5 s begin with "
			     "the second message after them" },
	[LIMITER_tries] = { "tries", "RHEL 6 after -358, by -504.16.2",
			    "lib/ratelimit.c:__ratelimit", "",
			    "and no message while another CPU asks too, nor is it counted" },
	[LIMITER_allows] = { "allows", "2.6.33", "lib/ratelimit.c:___ratelimit", "edaac8e3167",
			     "every message while another CPU asks too; its line says "
			     "net_ratelimit" },
	[LIMITER_denies] = { "denies", "2.6.34", "lib/ratelimit.c:___ratelimit", "57119c34e53",
			     "no message while another CPU asks too, nor is it counted" },
	[LIMITER_begins] = { "begins", "4.5, 3.10.105", "lib/ratelimit.c:___ratelimit",
			     "c2594bc37f44",
			     "the next 5 s begin with the first message after the last ones" },
	[LIMITER_counts] = { "counts", "6.16", "lib/ratelimit.c:___ratelimit", "97851c601636",
			     "counts down, also while another CPU asks; a new burst acts 5 s "
			     "later" },
};

#endif
