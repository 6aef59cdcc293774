/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The three limiters that there have been: a bucket of ticks, a window with a count of what was
 * printed, and a window with a count of what is left. The members have the kernel's names.
 */
#include "ratelimit.h"

#include <inttypes.h>
#include <stdio.h>

#include "ticks.h"

void tcpoom_ratelimit_init(struct tcpoom_ratelimit *rs, enum tcpoom_ratelimit_variant variant,
			   uint32_t hz, unsigned bits)
{
	const int32_t seconds = wrap_s32(hz);

	*rs = (struct tcpoom_ratelimit){
		.interval = 5 * seconds,
		.burst = variant == TCPOOM_RATELIMIT_NET ? 50 * seconds : 10,
		.variant = (uint8_t)variant,
		.ulong_max = bits == 32 ? UINT32_MAX : UINT64_MAX,
		.toks = 50 * (uint64_t)hz,
	};
}

/* Prints how many were denied, if any were. */
static void report(struct tcpoom_ratelimit *rs, struct tcpoom_ratelimit_line *line)
{
	if (!rs->missed)
		return;
	line->text = TCPOOM_RATELIMIT_SUPPRESSED;
	line->variant = rs->variant;
	line->count = wrap_s32(rs->missed);
	rs->missed = 0;
}

/*
 * net/core/utils.c:net_ratelimit in 2.4, kernel/printk.c:__printk_ratelimit up to 2.6.25,
 * lib/ratelimit.c:__ratelimit in 2.6.26. Every tick puts one into the bucket, a message takes
 * `interval`. All are compared as unsigned long (U32: unsigned int), so that a negative setting is
 * a huge one; the product of the settings is an int.
 */
static bool bucket(struct tcpoom_ratelimit *rs, uint64_t now, struct tcpoom_ratelimit_line *line)
{
	const uint64_t max = rs->variant == TCPOOM_RATELIMIT_U32 ? UINT32_MAX : rs->ulong_max;
	const uint64_t cost = (uint64_t)rs->interval & max;
	int32_t most = rs->burst;

	if (rs->variant != TCPOOM_RATELIMIT_NET)
		most = wrap_s32((uint32_t)most * (uint32_t)rs->interval);
	rs->toks = (rs->toks + now - rs->begin) & max;
	rs->begin = now;
	if (rs->toks > ((uint64_t)most & max)) /* equivalent: >= */
		rs->toks = (uint64_t)most & max;
	if (rs->toks < cost) {
		rs->missed++;
		return false;
	}
	rs->toks -= cost;
	report(rs, line);
	return true;
}

/* time_is_before_jiffies(begin + interval): what is left of the window is negative as a long. */
static bool is_over(const struct tcpoom_ratelimit *rs, uint64_t now)
{
	const uint64_t left = rs->begin + (uint64_t)rs->interval - now;

	return (left & rs->ulong_max) > rs->ulong_max / 2;
}

/*
 * lib/ratelimit.c:__ratelimit from 2.6.27 on, ___ratelimit from 2.6.33 to 6.15. A window that is
 * not there begins with the call that finds it so; up to 4.4, where the end of one leaves none,
 * that is the next call.
 */
static bool window(struct tcpoom_ratelimit *rs, uint64_t now, bool contended,
		   struct tcpoom_ratelimit_line *line)
{
	if (!rs->interval)
		return true;
	if (contended && rs->variant != TCPOOM_RATELIMIT_WINDOW)
		return rs->variant == TCPOOM_RATELIMIT_ALLOWS;
	now &= rs->ulong_max;
	if (!rs->begin)
		rs->begin = now;
	if (is_over(rs, now)) {
		report(rs, line);
		rs->begin = rs->variant >= TCPOOM_RATELIMIT_BEGINS ? now : 0;
		rs->printed = 0;
	}
	if (rs->burst <= rs->printed) {
		rs->missed++;
		return false;
	}
	rs->printed++;
	return true;
}

/* A setting of 0 or less: no limit without an interval, no message without a burst. */
static bool switched_off(struct tcpoom_ratelimit *rs, bool contended,
			 struct tcpoom_ratelimit_line *line)
{
	const bool negative = rs->interval < 0 || rs->burst < 0;

	if (negative && !rs->warned) {
		line->text = TCPOOM_RATELIMIT_NEGATIVE;
		line->interval = rs->interval;
		line->burst = rs->burst;
		rs->warned = true;
	}
	if ((rs->interval || rs->burst) && !contended)
		rs->initialized = false;
	return !rs->interval || rs->burst > 0;
}

/*
 * lib/ratelimit.c:___ratelimit from 6.16 on. Whoever does not get the lock may still take one of
 * the messages that are left; a new burst acts with the next window.
 */
static bool countdown(struct tcpoom_ratelimit *rs, uint64_t now, bool contended,
		      struct tcpoom_ratelimit_line *line)
{
	bool allowed;

	if (rs->interval <= 0 || rs->burst <= 0) {
		allowed = switched_off(rs, contended, line);
	} else {
		if (!contended && (!rs->initialized || is_over(rs, now))) {
			if (rs->initialized)
				report(rs, line);
			rs->begin = now;
			rs->initialized = true;
			rs->n_left = rs->burst;
		}
		allowed = rs->initialized && rs->n_left > 0;
		rs->n_left -= allowed;
	}
	rs->missed += !allowed;
	return allowed;
}

bool tcpoom_ratelimit(struct tcpoom_ratelimit *rs, uint64_t now, bool contended,
		      struct tcpoom_ratelimit_line *line)
{
	line->text = TCPOOM_RATELIMIT_SILENT;
	if (rs->variant <= TCPOOM_RATELIMIT_U32)
		return bucket(rs, now, line);
	if (rs->variant < TCPOOM_RATELIMIT_COUNTS)
		return window(rs, now, contended, line);
	return countdown(rs, now, contended, line);
}

int tcpoom_ratelimit_print(const struct tcpoom_ratelimit_line *line, char *to, size_t size)
{
	static const struct {
		const char *who, *what;
	} suppressed[TCPOOM_RATELIMIT_VARIANTS] = {
		[TCPOOM_RATELIMIT_NET] = { "NET", "messages suppressed." },
		[TCPOOM_RATELIMIT_PRINTK] = { "printk", "messages suppressed." },
		[TCPOOM_RATELIMIT_U32] = { "__ratelimit", "messages suppressed" },
		[TCPOOM_RATELIMIT_WINDOW] = { "__ratelimit", "callbacks suppressed" },
		[TCPOOM_RATELIMIT_TRIES] = { "__ratelimit", "callbacks suppressed" },
		[TCPOOM_RATELIMIT_ALLOWS] = { "net_ratelimit", "callbacks suppressed" },
		[TCPOOM_RATELIMIT_DENIES] = { "net_ratelimit", "callbacks suppressed" },
		[TCPOOM_RATELIMIT_BEGINS] = { "net_ratelimit", "callbacks suppressed" },
		[TCPOOM_RATELIMIT_COUNTS] = { "net_ratelimit", "callbacks suppressed" },
	};

	if (line->text == TCPOOM_RATELIMIT_NEGATIVE)
		return snprintf(to, size,
				"Negative interval (%" PRId32 ") or burst (%" PRId32
				"): Uninitialized ratelimit_state structure?",
				line->interval, line->burst);
	return snprintf(to, size, "%s: %" PRId32 " %s", suppressed[line->variant].who, line->count,
			suppressed[line->variant].what);
}
