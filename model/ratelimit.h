/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net_ratelimit, the limiter that every message of the check asks: a verdict asks to print, the
 * limiter decides. It is shared with all of the network stack, up to 2.6.26 also with all callers
 * of printk_ratelimit, who take from what is left for the messages of the check.
 */
#ifndef TCPOOM_MODEL_RATELIMIT_H
#define TCPOOM_MODEL_RATELIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What kernels/limiter.h has the sources of. */
enum tcpoom_ratelimit_variant {
	TCPOOM_RATELIMIT_NET,	 /* a bucket of ticks of net_ratelimit alone */
	TCPOOM_RATELIMIT_PRINTK, /* one that it shares with printk_ratelimit */
	TCPOOM_RATELIMIT_U32,	 /* and that holds 32 bits on every machine */
	TCPOOM_RATELIMIT_WINDOW, /* so many in each window; waits for the lock */
	TCPOOM_RATELIMIT_TRIES,	 /* tries the lock, and denies without it */
	TCPOOM_RATELIMIT_ALLOWS, /* allows without it */
	TCPOOM_RATELIMIT_DENIES, /* denies without it */
	TCPOOM_RATELIMIT_BEGINS, /* a window begins where the one before was found to be over */
	TCPOOM_RATELIMIT_COUNTS, /* counts down, also without the lock */
	TCPOOM_RATELIMIT_VARIANTS
};

/*
 * `interval` and `burst` may be changed between calls. They are net.core.message_cost in ticks
 * (its unit in /proc is seconds) and message_burst: messages, but ticks for NET. PRINTK and U32 are
 * given them by the caller: before a call that stands for printk_ratelimit, set its own ones.
 */
struct tcpoom_ratelimit {
	int32_t interval, burst;
	uint8_t variant;    /* enum tcpoom_ratelimit_variant */
	bool initialized;   /* COUNTS: a window has begun since it was last switched off */
	bool warned;	    /* COUNTS: of a negative setting, once */
	int32_t printed;    /* messages let through in this window */
	int32_t n_left;	    /* COUNTS: those that still may be */
	uint32_t missed;    /* messages denied since the last line about them; an int that wraps */
	uint64_t ulong_max; /* of the machine; its tick counter is as wide */
	uint64_t begin;	    /* of the window, 0 = none yet; buckets: time of the last call */
	uint64_t toks;	    /* ticks in the bucket */
};

/* The lines that a limiter prints itself, at level 4 (KERN_WARNING). */
enum tcpoom_ratelimit_text {
	TCPOOM_RATELIMIT_SILENT,
	TCPOOM_RATELIMIT_SUPPRESSED,
	TCPOOM_RATELIMIT_NEGATIVE, /* the kernel's warning with a stack trace: a negative setting */
};

/* A line as numbers. It goes into the log before the message, if the same call lets one through. */
struct tcpoom_ratelimit_line {
	uint8_t text;	 /* enum tcpoom_ratelimit_text; if SILENT, the rest means nothing */
	uint8_t variant; /* enum tcpoom_ratelimit_variant */
	int32_t count;	 /* SUPPRESSED: messages that were denied */
	int32_t interval, burst;
};

/* The limiter as it boots: at `hz` ticks a second, on a machine of 32 or 64 `bits`. */
void tcpoom_ratelimit_init(struct tcpoom_ratelimit *rs, enum tcpoom_ratelimit_variant variant,
			   uint32_t hz, unsigned bits);

/*
 * Whether a message may be printed at tick `now`, of which the lower `bits` count. It must not go
 * backwards, which a bucket takes for a very long time; so where only the lower 32 bits of a 64-bit
 * counter are known, the caller carries. `contended`: another CPU holds the limiter's lock; it
 * matters to variants that only try it. Always writes line->text.
 */
bool tcpoom_ratelimit(struct tcpoom_ratelimit *rs, uint64_t now, bool contended,
		      struct tcpoom_ratelimit_line *line);

/*
 * The text of a line that is not SILENT, without level prefix and newline; cut to `size` bytes with
 * the final 0 (120 are enough). Returns its whole length, as snprintf does.
 */
int tcpoom_ratelimit_print(const struct tcpoom_ratelimit_line *line, char *to, size_t size);

#endif
