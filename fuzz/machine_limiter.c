/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The limiter against what its settings promise, by the times of all messages that it let through;
 * and the buckets against one that is filled and emptied in plain words.
 */
#include "../model/ratelimit.h"
#include "machine.h"

#define CALLS_MOST 512

/* Calls so far. */
struct calls {
	unsigned count, allowed;
	uint64_t time[CALLS_MOST]; /* of those that were allowed by the limiter's own count */
	uint64_t denied, reported, uncounted;
};

/* Allowed in the `span` ticks up to the last one. */
static unsigned allowed_within(const struct calls *c, uint64_t span)
{
	unsigned n = 0;

	for (unsigned i = c->allowed; i-- > 0 && c->time[c->allowed - 1] - c->time[i] < span;)
		n++;
	return n;
}

static bool is_bucket(const struct tcpoom_ratelimit *rs)
{
	return rs->variant <= TCPOOM_RATELIMIT_U32;
}

/* Whether a call that does not get the lock is told to wait, and not counted. */
static bool passes_over(const struct tcpoom_ratelimit *rs)
{
	return rs->variant == TCPOOM_RATELIMIT_TRIES || rs->variant == TCPOOM_RATELIMIT_DENIES ||
	       rs->variant == TCPOOM_RATELIMIT_BEGINS;
}

/* A bucket of someone who counts its ticks one by one: it holds at most `most`. */
struct bucket {
	uint64_t ticks, most, cost;
	uint64_t last; /* time */
	bool is_int;   /* unsigned: the first call may find it run over */
};

static bool bucket_allows(struct bucket *b, uint64_t now)
{
	const uint64_t sum = b->ticks + (now - b->last), ticks = b->is_int ? (uint32_t)sum : sum;

	b->last = now;
	b->ticks = ticks < b->most ? ticks : b->most;
	if (b->ticks < b->cost)
		return false;
	b->ticks -= b->cost;
	return true;
}

static void check_line(struct calls *c, const struct tcpoom_ratelimit_line *line)
{
	char text[120];

	if (!line->text)
		return;
	ASSERT(line->text == TCPOOM_RATELIMIT_SUPPRESSED && line->count > 0);
	c->reported += (uint64_t)line->count;
	ASSERT(c->reported + c->uncounted <= c->denied);
	ASSERT(tcpoom_ratelimit_print(line, text, sizeof(text)) < (int)sizeof(text));
}

void try_limiter(struct bytes *b)
{
	const enum tcpoom_ratelimit_variant variant =
		(enum tcpoom_ratelimit_variant)(take_u8(b) % TCPOOM_RATELIMIT_VARIANTS);
	const uint32_t hz = 100 + take_u16(b) % 925;
	uint64_t now = ((uint64_t)1 << 32) + take_u32(b);
	struct bucket bucket = { .ticks = 50 * (uint64_t)hz };
	struct tcpoom_ratelimit rs;
	struct calls c = { 0 };

	tcpoom_ratelimit_init(&rs, variant, hz, 64);
	rs.interval = (int32_t)(hz * (1 + take_u8(b) % 20));
	rs.burst = 1 + take_u8(b) % 20;
	bucket.most = (uint64_t)rs.burst * (uint64_t)rs.interval;
	bucket.cost = (uint64_t)rs.interval;
	bucket.is_int = variant == TCPOOM_RATELIMIT_U32;
	if (variant == TCPOOM_RATELIMIT_NET)
		rs.burst *= rs.interval;
	while (b->left && c.count < CALLS_MOST) {
		const uint8_t how = take_u8(b);
		const bool contended = how & 1 && !is_bucket(&rs);
		struct tcpoom_ratelimit_line line;
		bool allowed;

		now += how & 2 ? take_u16(b) : how >> 2;
		allowed = tcpoom_ratelimit(&rs, now, contended, &line);
		c.count++;
		c.denied += !allowed;
		c.uncounted += !allowed && contended && passes_over(&rs);
		/* allowed for want of the lock is not counted */
		if (allowed && !(contended && variant == TCPOOM_RATELIMIT_ALLOWS))
			c.time[c.allowed++] = now;
		check_line(&c, &line);
		/* nothing is lost: what was denied was told of, or will be */
		ASSERT(c.reported + rs.missed == c.denied - c.uncounted);
		if (is_bucket(&rs))
			ASSERT(allowed == bucket_allows(&bucket, now));
		/* two windows at most lie side by side */
		if (!is_bucket(&rs))
			ASSERT(allowed_within(&c, (uint64_t)rs.interval) <= 2 * (uint64_t)rs.burst);
	}
}
