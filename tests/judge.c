/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge.h"

#include <string.h>

/* xorshift64* */
static uint64_t next(struct random *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1d;
}

static unsigned below(struct random *r, unsigned most)
{
	return (unsigned)((next(r) >> 32) * most >> 32);
}

static bool one_in(struct random *r, unsigned n)
{
	return below(r, n) == 0;
}

/* Any number of any length and sign. */
static int64_t any(struct random *r)
{
	const unsigned shift = below(r, 64);
	const uint64_t bits = next(r) >> shift;

	return (int64_t)(one_in(r, 4) ? ~bits : bits);
}

/* Plus or minus one. */
static int64_t beside(struct random *r, int64_t value)
{
	return value + below(r, 3) - 1;
}

/* Shifted by 0 to 2 either way, plus or minus one. */
static int64_t near(struct random *r, int64_t value)
{
	const unsigned shift = below(r, 3);
	const int64_t shifted =
		one_in(r, 2) ? (int64_t)((uint64_t)value << shift) : value / (1 << shift);

	return (int64_t)((uint64_t)shifted + below(r, 3) - 1);
}

static int64_t one_of(struct random *r, const int64_t *value, unsigned count)
{
	return value[below(r, count)];
}
#define ONE_OF(r, ...)                                                                             \
	one_of(r, (const int64_t[]){ __VA_ARGS__ },                                                \
	       sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

/* Into the field's range: what lies outside is any number inside. */
static void set(struct random *r, struct tcpoom_state *s, enum tcpoom_field f, int64_t value)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];
	const uint64_t width = (uint64_t)info->max - (uint64_t)info->min + 1;

	if (value < info->min || value > info->max)
		value = (int64_t)((uint64_t)info->min + (width ? next(r) % width : next(r)));
	tcpoom_field_set(s, f, value);
}
#define SET(r, s, field, value) set(r, s, TCPOOM_F_##field, value)

/* Ticks that so many doublings of hz/5 take, none longer than most: added up one by one. */
static uint32_t doublings(uint32_t hz, uint32_t most, unsigned count)
{
	uint64_t rto = hz / 5, sum = 0;

	for (unsigned i = 0; i <= count; i++) {
		sum += rto;
		rto = rto * 2 < most ? rto * 2 : most;
	}
	return (uint32_t)sum;
}

static void make_bounds(struct random *r, struct tcpoom_state *s)
{
	SET(r, s, hz, ONE_OF(r, 100, 250, 300, 1000, 1024));
	/* what sysctl and socket option take: 1 to 120 s */
	SET(r, s, rto_max,
	    one_in(r, 2)   ? 120 * (int64_t)s->hz
	    : one_in(r, 2) ? near(r, (int64_t)s->hz * ONE_OF(r, 120, 60, 30, 15))
			   : (int64_t)s->hz + below(r, 119 * s->hz));
	if (s->rto_max < s->hz || s->rto_max > 120 * s->hz)
		s->rto_max = 120 * s->hz;
	SET(r, s, err_soft, one_in(r, 3) ? 0 : one_in(r, 2) ? 113 : any(r));
}

static void make_clock(struct random *r, struct tcpoom_state *s)
{
	const int64_t bound = one_in(r, 2) ? (int64_t)s->rto_max : 120 * (int64_t)s->hz;
	const int64_t age = one_in(r, 6)   ? below(r, 3)
			    : one_in(r, 8) ? any(r)
			    : one_in(r, 4) ? near(r, (int64_t)60 * s->hz)
			    : one_in(r, 4) ? near(r, ONE_OF(r, 0, (int64_t)1 << 31))
			    : one_in(r, 2) ? beside(r, 2 * bound)
					   : near(r, bound);

	SET(r, s, now, one_in(r, 2) ? (int64_t)(uint32_t)next(r) : any(r));
	SET(r, s, lsndtime, (uint32_t)(s->now - (uint64_t)age));
}

/* Ticks in ms, rounded up. */
static uint64_t ms_of(uint64_t ticks, uint32_t hz)
{
	return (ticks * 1000 + hz - 1) / hz;
}

/* A tick at which a clock in ms comes to show this, in one of its turns. */
static uint32_t at_ms(struct random *r, uint32_t ms, uint32_t hz)
{
	const unsigned turns = 1 + (unsigned)(1000 / hz);

	return (uint32_t)((((uint64_t)below(r, turns) << 32 | ms) * hz + 999) / 1000);
}

/* So long after (1) or before (-1) a time that the retries may be over, or half of all times more.
 */
static uint32_t at_age(struct random *r, const struct tcpoom_state *s, uint32_t time, int direction)
{
	const uint32_t most = one_in(r, 2) ? s->rto_max : 120 * s->hz, hz = s->hz;
	const unsigned retries = s->err_soft && !one_in(r, 4) ? 0 : s->orphan_retries;
	const uint32_t age = one_in(r, 6)   ? 0
			     : one_in(r, 6) ? below(r, 300)
					    : doublings(hz, most, retries);
	const uint64_t half = one_in(r, 4) ? (uint64_t)1 << 31 : 0, sign = (uint64_t)direction;
	const uint32_t at = one_in(r, 2) ? (uint32_t)(time + sign * (age + half))
					 : at_ms(r,
						 (uint32_t)((uint64_t)time * 1000 / hz +
							    sign * (ms_of(age, hz) + half)),
						 hz);

	return (uint32_t)beside(r, at);
}

/* None, also on a clock in ms, or just not; any; or one since which the retries may be over. */
static uint32_t a_stamp(struct random *r, const struct tcpoom_state *s)
{
	return one_in(r, 6)   ? 0
	       : one_in(r, 2) ? at_ms(r, 0, s->hz)
	       : one_in(r, 6) ? (uint32_t)beside(r, at_ms(r, 0, s->hz))
	       : one_in(r, 6) ? (uint32_t)any(r)
			      : at_age(r, s, s->now, -1);
}

/* With no stamp it is the clock itself that matters. */
static void make_stamps(struct random *r, struct tcpoom_state *s)
{
	SET(r, s, retrans_stamp, a_stamp(r, s));
	if (one_in(r, 2)) {
		const uint32_t age = s->now - s->lsndtime;

		s->now = at_age(r, s, s->retrans_stamp, 1);
		s->lsndtime = s->now - age;
	}
	SET(r, s, head_sent, a_stamp(r, s));
}

static void make_timers(struct random *r, struct tcpoom_state *s)
{
	const int64_t bound = one_in(r, 2) ? (int64_t)s->rto_max : 120 * (int64_t)s->hz;
	unsigned shift;

	SET(r, s, do_reset, below(r, 2));
	SET(r, s, orphan_retries, one_in(r, 8) ? below(r, 256) : ONE_OF(r, 0, 1, 2, 3, 7, 8, 15));
	SET(r, s, retransmits, one_in(r, 4) ? below(r, 3) : beside(r, s->orphan_retries));
	SET(r, s, probes_out, one_in(r, 4) ? below(r, 3) : beside(r, s->orphan_retries));
	SET(r, s, backoff,
	    one_in(r, 3)   ? beside(r, s->orphan_retries)
	    : one_in(r, 2) ? below(r, 8)
			   : near(r, ONE_OF(r, 32, 64, 128)));
	shift = s->entry == TCPOOM_PROBE ? s->backoff & 31 : 0;
	SET(r, s, rto,
	    one_in(r, 2)   ? bound + below(r, 2)
	    : one_in(r, 4) ? any(r)
	    : one_in(r, 3) ? beside(r, (bound + ONE_OF(r, 0, (int64_t)1 << 32)) >> shift)
	    : one_in(r, 2) ? beside(r, bound >> shift)
			   : near(r, bound));
	make_stamps(r, s);
}

/*
 * Around the limit as a shift meets it, and its turns, up to so many either way: those that come
 * back to it when doubled.
 */
static int64_t around_turns(struct random *r, const struct tcpoom_state *s, unsigned shift,
			    unsigned most)
{
	const int64_t turn = (int64_t)1 << (32 - shift);
	const int64_t turns = one_in(r, 3) ? 0 : (int64_t)below(r, 2 * most + 1) - most;

	return beside(r, s->max_orphans / (1 << shift) + turns * turn);
}

static int64_t a_count(struct random *r, const struct tcpoom_state *s, int64_t like)
{
	const unsigned shift = below(r, 3);

	switch (below(r, 9)) {
	case 0:
		return any(r);
	case 1:
		return near(r, like);
	case 2:
		return (int64_t)below(r, 9) - 4;
	case 3:
		return near(r, ONE_OF(r, INT32_MAX, INT32_MIN, (int64_t)1 << 30, (int64_t)1 << 29,
				      -((int64_t)1 << 29)));
	case 4:
		return near(r, s->max_orphans);
	case 5:
		return around_turns(r, s, shift, 4);
	default:
		return beside(r, s->max_orphans / (1 << shift));
	}
}

static void make_orphans(struct random *r, struct tcpoom_state *s)
{
	SET(r, s, max_orphans,
	    one_in(r, 4) ? any(r)
	    : one_in(r, 2)
		    ? (int64_t)below(r, 17) - 8
		    : near(r, ONE_OF(r, 1000, INT32_MAX, INT32_MIN, (int64_t)1 << 30, -1000)));
	SET(r, s, orphans, a_count(r, s, 0));
	SET(r, s, orphans_approx, one_in(r, 2) ? s->orphans : a_count(r, s, s->orphans));
	SET(r, s, orphans_cached, a_count(r, s, s->orphans));
}

/* Both penalties, so that a count is shifted by 2, of a socket that still has probes to send. */
static void make_penalties(struct random *r, struct tcpoom_state *s)
{
	SET(r, s, err_soft, 113);
	SET(r, s, lsndtime, (uint32_t)(s->now - 2 * (uint64_t)s->rto_max - 1 - below(r, 2)));
	SET(r, s, rto, s->hz);
	SET(r, s, backoff, below(r, 3));
}

/* All three counts around the same limit, at the same shift, and cut by an int in every way. */
static void make_wrapping_orphans(struct random *r, struct tcpoom_state *s)
{
	const unsigned shift = one_in(r, 2) ? 2 : below(r, 2);

	if (shift == 2 && one_in(r, 2))
		make_penalties(r, s);
	SET(r, s, max_orphans, (one_in(r, 2) ? any(r) : (int64_t)below(r, 17) - 8) & ~3);
	SET(r, s, orphans, one_in(r, 2) ? (int64_t)(next(r) >> 30) : around_turns(r, s, shift, 4));
	SET(r, s, orphans_approx,
	    one_in(r, 2) ? (int64_t)(next(r) >> 30) : around_turns(r, s, shift, 4));
	/* an int holds fewer turns */
	SET(r, s, orphans_cached, around_turns(r, s, shift, 2));
}

static void make_memory(struct random *r, struct tcpoom_state *s)
{
	const int64_t queued = 2 * (2048 + ((int64_t)232 + 63) / 64 * 64);

	s->page_size = 4096;
	if (one_in(r, 2))
		s->page_size = 1024U << below(r, 11);
	SET(r, s, sizeof_sk_buff, one_in(r, 8) ? any(r) : 232);
	SET(r, s, wmem_queued,
	    one_in(r, 2)   ? below(r, 3)
	    : one_in(r, 4) ? any(r)
			   : near(r, ONE_OF(r, 2048, queued, queued, INT32_MIN, 0)));
	SET(r, s, tcp_mem2, one_in(r, 4) ? any(r) : near(r, ONE_OF(r, 1000, 0, INT32_MAX)));
	SET(r, s, mem_allocated,
	    one_in(r, 4)   ? any(r)
	    : one_in(r, 2) ? near(r, s->tcp_mem2)
			   : near(r, (int64_t)((uint64_t)s->tcp_mem2 * s->page_size) / 4096));
	if (one_in(r, 3))
		return;
	SET(r, s, memcg_limit, one_in(r, 4) ? any(r) : near(r, ONE_OF(r, 1000, 0)));
	SET(r, s, memcg_allocated, one_in(r, 4) ? any(r) : near(r, s->memcg_limit));
}

struct tcpoom_state judge_state(struct random *r)
{
	struct tcpoom_state s = { 0 };

	/* the entries that read most, more often */
	SET(r, &s, entry,
	    one_in(r, 3) ? ONE_OF(r, TCPOOM_RETRANSMIT, TCPOOM_PROBE) : below(r, TCPOOM_ENTRIES));
	make_bounds(r, &s);
	make_clock(r, &s);
	make_timers(r, &s);
	SET(r, &s, snd_wnd, one_in(r, 2) ? 0 : any(r));
	SET(r, &s, packets_out, one_in(r, 2) ? 0 : any(r));
	(one_in(r, 2) ? make_orphans : make_wrapping_orphans)(r, &s);
	if (one_in(r, 2))
		SET(r, &s, self_counted, below(r, 2));
	make_memory(r, &s);
	SET(r, &s, net_alive, !one_in(r, 4));
	s.given |= TCPOOM_BIT(page_size);
	tcpoom_state_complete(&s);
	return s;
}

struct judgement judge(const struct tcpoom_atlas *atlas, uint64_t states, uint64_t seed, bool *hit)
{
	struct judgement j = { 0 };
	struct random r = { .state = seed };

	memset(hit, 0, atlas->count * sizeof(*hit));
	for (; j.states < states && !j.outside; j.states++) {
		const struct tcpoom_state s = judge_state(&r);
		const struct tcpoom_atlas_entry *entry;
		struct tcpoom_class c;

		if (!tcpoom_class_find(atlas->a, atlas->b, &s, &c))
			continue;
		j.differ++;
		entry = tcpoom_atlas_find(atlas, &c);
		if (entry) {
			hit[entry - atlas->entry] = true;
		} else {
			j.outside = true;
			j.example = s;
		}
	}
	for (size_t i = 0; i < atlas->count; i++)
		j.unhit += !hit[i];
	return j;
}
