/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Around each comparison that some kernel makes: at the threshold, one below and one above, shifted
 * as the penalties shift, wrapped as the kernel's types wrap. A threshold is most often another
 * field of the same record; where it is computed (a timeout) it is computed here, one step after
 * the other, and not by the model's own code.
 */
#include "mutate.h"

#include <string.h>

#include "record.h"

struct random {
	uint64_t state;
};

/* splitmix64: every seed will do */
static uint64_t draw(struct random *r)
{
	uint64_t x = r->state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static unsigned below(struct random *r, unsigned most)
{
	return (unsigned)((draw(r) >> 32) * most >> 32);
}

static bool one_in(struct random *r, unsigned n)
{
	return below(r, n) == 0;
}

/* Of any length and sign. */
static int64_t any(struct random *r)
{
	const uint64_t bits = draw(r) >> below(r, 64);

	return wrap_s64(one_in(r, 3) ? ~bits : bits);
}

static int64_t beside(struct random *r, int64_t threshold)
{
	return wrap_add(threshold, (int64_t)below(r, 3) - 1);
}

static int64_t choose(struct random *r, const int64_t *value, unsigned count)
{
	return value[below(r, count)];
}
#define CHOOSE(r, ...)                                                                             \
	choose(r, (const int64_t[]){ __VA_ARGS__ },                                                \
	       sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

#define TURN ((int64_t)1 << 32) /* of an int, and of the tick counter */

/* ---- orphans ---- */

/* Often one that a doubled count can be. */
static void mutate_limit(struct random *r, struct record *x)
{
	const int64_t limit =
		one_in(r, 3) ? (int64_t)below(r, 17) - 8
		: one_in(r, 2)
			? beside(r, CHOOSE(r, 1000, -1000, INT32_MAX, INT32_MIN, 1 << 30, 1 << 29))
			: any(r);

	x->max_orphans = wrap_s32((uint32_t)(one_in(r, 2) ? limit & ~3 : limit));
}

/* How often the penalties double a count: for the record as it is, or as it may become. */
static unsigned a_shift(struct random *r, const struct record *x)
{
	const bool late = x->now - x->lsndtime > 240 * record_hz(x, true);

	if (one_in(r, 3))
		return below(r, 3);
	return (unsigned)(late || (x->entry % TCPOOM_ENTRIES == TCPOOM_TIMER &&
				   !(x->flags & RECORD_DO_RESET))) +
	       (x->err_soft != 0);
}

/* A count that, doubled so often and wrapped, comes to the limit. */
static int64_t a_count(struct random *r, const struct record *x)
{
	const unsigned shift = a_shift(r, x);
	const int64_t limit = x->max_orphans;
	const int64_t back = limit < 0 ? -(-limit >> shift) : limit >> shift;

	switch (below(r, 9)) {
	case 0:
		return beside(r, CHOOSE(r, 0, INT32_MAX, INT32_MIN, 1 << 30, 1 << 29, -(1 << 29)));
	case 1:
		return one_in(r, 2) ? any(r) : below(r, 9) - (int64_t)4;
	case 2:
		return beside(r, CHOOSE(r, x->orphans, x->orphans_approx, x->orphans_cached));
	case 3:
	case 4:
	case 5:
		return beside(r, back + ((int64_t)below(r, 9) - 4) * (TURN >> shift));
	default:
		return beside(r, back);
	}
}

/* Together; or one of them, so that the others keep to what they have come to. */
static void mutate_counts(struct random *r, struct record *x)
{
	const unsigned which = one_in(r, 3) ? 7 : 1u << below(r, 3);
	const bool same = one_in(r, 3);

	if (which & 1)
		x->orphans = a_count(r, x);
	if (which & 2)
		x->orphans_approx = same ? x->orphans : a_count(r, x);
	if (which & 4)
		x->orphans_cached = wrap_s32((uint32_t)(same ? x->orphans : a_count(r, x)));
}

/* ---- memory ---- */

static int64_t a_limit(struct random *r)
{
	return one_in(r, 4) ? any(r) : beside(r, CHOOSE(r, 0, 1000, INT32_MAX, 1));
}

static void mutate_memory(struct random *r, struct record *x)
{
	const unsigned page = 10 + x->page % 11;
	int64_t in_quanta;

	if (one_in(r, 3))
		x->tcp_mem2 = a_limit(r);
	if (one_in(r, 3))
		x->page = (uint8_t)below(r, 11);
	in_quanta = page < 12 ? x->tcp_mem2 >> (12 - page)
			      : wrap_s64((uint64_t)x->tcp_mem2 << (page - 12));
	if (one_in(r, 2))
		x->mem_allocated =
			one_in(r, 5) ? any(r)
				     : beside(r, CHOOSE(r, x->tcp_mem2, x->tcp_mem2, in_quanta, 0));
	if (one_in(r, 3))
		x->memcg_limit = a_limit(r);
	if (one_in(r, 2))
		x->memcg_allocated =
			one_in(r, 4) ? any(r) : beside(r, CHOOSE(r, x->memcg_limit, 0));
}

static void mutate_queue(struct random *r, struct record *x)
{
	const int64_t lines = (x->sizeof_sk_buff ? x->sizeof_sk_buff : 232) + 63;

	if (one_in(r, 8))
		x->sizeof_sk_buff = (uint16_t)CHOOSE(r, 0, 232, 256, 257, any(r));
	x->wmem_queued = wrap_s32(
		(uint32_t)(one_in(r, 6) ? any(r)
					: beside(r, CHOOSE(r, 0, 2048, 2 * (2048 + lines / 64 * 64),
							   2 * (2048 + lines / 64 * 64), INT32_MIN,
							   -1))));
}

/* ---- time ---- */

static uint32_t hz_of(const struct record *x)
{
	return record_hz(x, true);
}

static uint32_t bound_of(struct random *r, const struct record *x)
{
	return one_in(r, 2) ? 120 * hz_of(x) : record_rto_max(x, hz_of(x), true);
}

static void mutate_bounds(struct random *r, struct record *x)
{
	x->hz = (uint16_t)below(r, 5);
	x->rto_max =
		(uint32_t)(one_in(r, 2)
				   ? 0
				   : beside(r, (int64_t)hz_of(x) * CHOOSE(r, 1, 15, 30, 60, 119)));
	if (one_in(r, 4))
		x->rto_max = hz_of(x) + below(r, 119 * hz_of(x));
}

/* How long ago data was sent. */
static void mutate_idle(struct random *r, struct record *x)
{
	const int64_t age =
		one_in(r, 8) ? any(r)
			     : CHOOSE(r, 0, 60 * (int64_t)hz_of(x), 2 * (int64_t)bound_of(r, x),
				      2 * (int64_t)bound_of(r, x), TURN / 2, bound_of(r, x),
				      TURN - 2 * (int64_t)bound_of(r, x));

	if (one_in(r, 2))
		x->now = (uint32_t)(one_in(r, 3) ? below(r, 3) : any(r));
	x->lsndtime = x->now - (uint32_t)beside(r, age);
}

/* The ticks that so many retransmissions take, added up. */
static uint64_t retries_take(uint32_t hz, uint32_t bound, unsigned retries)
{
	uint64_t rto = hz / 5, sum = 0;

	for (unsigned i = 0; i <= retries; i++, rto *= 2)
		sum += rto < bound ? rto : (rto = bound);
	return sum;
}

/* How long ago the first of them was sent, if they are over about now. */
static int64_t an_age(struct random *r, const struct record *x)
{
	const uint32_t hz = hz_of(x);
	const unsigned retries = x->err_soft && one_in(r, 2) ? 0 : x->orphan_retries;
	uint64_t age = retries_take(hz, bound_of(r, x), retries);

	if (one_in(r, 3)) /* on a clock of ms, and back */
		age = (age * 1000 + hz - 1) / hz % TURN * hz / 1000;
	if (one_in(r, 3))
		age += (uint64_t)CHOOSE(r, TURN / 2, TURN / 2 * hz / 1000);
	return beside(r, (int64_t)age);
}

/* None; or one that is none in ms, where the clock wraps; or that long ago. */
static uint32_t a_stamp(struct random *r, const struct record *x)
{
	if (one_in(r, 2))
		return one_in(r, 2) ? below(r, 2) : below(r, 4) << 30;
	return one_in(r, 8) ? (uint32_t)any(r) : x->now - (uint32_t)an_age(r, x);
}

static void mutate_retries(struct random *r, struct record *x)
{
	const int64_t retries = x->orphan_retries;

	if (one_in(r, 2))
		x->orphan_retries =
			(uint8_t)(one_in(r, 8) ? below(r, 256) : CHOOSE(r, 0, 0, 1, 2, 7, 8, 15));
	if (one_in(r, 2))
		x->retransmits =
			(uint8_t)beside(r, CHOOSE(r, 1, retries, retries, x->orphan_retries));
	if (one_in(r, 2))
		x->probes_out = (uint8_t)beside(r, CHOOSE(r, 1, retries, x->orphan_retries, 8));
	if (one_in(r, 2))
		x->backoff =
			(uint8_t)(one_in(r, 8) ? (int64_t)below(r, 256)
					       : beside(r, CHOOSE(r, 1, 3, retries,
								  x->orphan_retries, 8, 32, 64)));
}

static void mutate_rto(struct random *r, struct record *x)
{
	const unsigned shift = one_in(r, 4) ? 0 : x->backoff % 32;
	const int64_t bound = bound_of(r, x);

	x->rto =
		(uint32_t)(one_in(r, 8) ? any(r)
					: beside(r, CHOOSE(r, bound, bound, (bound + TURN) >> shift,
							   bound >> shift, TURN >> shift)));
}

static void mutate_stamps(struct random *r, struct record *x)
{
	if (one_in(r, 2))
		x->retrans_stamp = a_stamp(r, x);
	if (one_in(r, 2))
		x->head_sent = a_stamp(r, x);
}

/* The clock goes by a stamp: where there is none, it is the clock itself that matters. */
static void mutate_clock(struct random *r, struct record *x)
{
	const uint32_t idle = x->now - x->lsndtime;
	const uint32_t since = one_in(r, 2) ? x->retrans_stamp : x->head_sent;

	x->now = since + (one_in(r, 4) ? below(r, 300) : (uint32_t)an_age(r, x));
	x->lsndtime = x->now - idle;
}

/* ---- the rest ---- */

static void mutate_flags(struct random *r, struct record *x)
{
	x->flags ^= (uint8_t)(1u << below(r, 6));
	if (one_in(r, 2))
		x->flags |= RECORD_DO_RESET * below(r, 2);
}

static void mutate_peer(struct random *r, struct record *x)
{
	if (one_in(r, 2))
		x->snd_wnd = one_in(r, 2) ? 0 : (uint32_t)any(r);
	if (one_in(r, 2))
		x->packets_out = one_in(r, 2) ? 0 : (uint32_t)any(r);
	if (one_in(r, 2))
		x->err_soft = one_in(r, 2) ? 0 : wrap_s32((uint32_t)CHOOSE(r, 113, 1, any(r)));
}

static void mutate_entry(struct random *r, struct record *x)
{
	x->entry = (uint8_t)below(r, TCPOOM_ENTRIES);
}

static void mutate_limiter(struct random *r, struct record *x)
{
	x->message_cost = (uint16_t)CHOOSE(r, 0, 1, 5, 5, any(r));
	x->message_burst = (uint32_t)CHOOSE(r, 0, 1, 2, 10, 10, any(r));
}

static void mutate_record(struct random *r, struct record *x)
{
	static void (*const mutations[])(struct random *, struct record *) = {
		mutate_entry,  mutate_bounds, mutate_idle,  mutate_peer,   mutate_retries,
		mutate_rto,    mutate_stamps, mutate_clock, mutate_limit,  mutate_counts,
		mutate_memory, mutate_queue,  mutate_flags, mutate_limiter
	};
	const unsigned count = sizeof(mutations) / sizeof(*mutations);

	/* one; or a few and most of them, in an order in which what comes later goes by what came
	 * before */
	if (one_in(r, 2)) {
		one_in(r, 4) ? mutate_counts(r, x) : mutations[below(r, count)](r, x);
		return;
	}
	for (unsigned i = 0, rare = one_in(r, 2) ? 2 : 6; i < count; i++)
		if (one_in(r, rare))
			mutations[i](r, x);
}

static void put(uint8_t *data, size_t i, const struct record *x)
{
	memcpy(data + sizeof(struct head) + i * sizeof(*x), x, sizeof(*x));
}

static void mutate_head(struct random *r, uint8_t *data)
{
	struct head head;

	memcpy(&head, data, sizeof(head));
	if (one_in(r, 16))
		head.pair = (uint8_t)draw(r);
	/* now and then, and not for long: most of what is wide no kernel decides */
	head.wide = (uint8_t)(head.wide & 1 ? one_in(r, 8) : one_in(r, 256));
	if (one_in(r, 64))
		head.bits = (uint8_t)below(r, 2);
	memcpy(data, &head, sizeof(head));
}

/* One event more, like one that is there; or one less. */
static size_t change_length(struct random *r, uint8_t *data, size_t events, size_t most)
{
	struct record x;

	if (events > 1 && one_in(r, 4))
		return events - 1;
	if (events == most || one_in(r, 2))
		return events;
	record_get(&x, data, below(r, (unsigned)events));
	put(data, events, &x);
	return events + 1;
}

size_t mutate_input(uint8_t *data, size_t size, size_t most, uint64_t seed)
{
	struct random r = { seed };
	const size_t room = record_count(most);
	size_t events = record_count(size);
	struct record x = { 0 };

	if (!room)
		return size;
	if (!events) {
		memset(data, 0, sizeof(struct head));
		put(data, events++, &x);
	}
	mutate_head(&r, data);
	events = change_length(&r, data, events, room);
	for (size_t i = 0; i < events; i++) {
		record_get(&x, data, i);
		mutate_record(&r, &x);
		put(data, i, &x);
	}
	return sizeof(struct head) + events * sizeof(x);
}

size_t mutate_cross(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
		    uint8_t *data, size_t most, uint64_t seed)
{
	const size_t of_one = record_count(one_size), of_other = record_count(other_size);
	const size_t room = record_count(most), longer = of_one > of_other ? of_one : of_other;
	const size_t events = longer < room ? longer : room;
	struct random r = { seed };
	struct head head, of_the_other;
	struct record x;

	if (!of_one || !of_other || !room)
		return 0;
	memcpy(&head, one, sizeof(head));
	memcpy(&of_the_other, other, sizeof(head));
	head.wide &= of_the_other.wide; /* as seldom as mutate_head makes it so */
	memcpy(data, &head, sizeof(head));
	for (size_t i = 0; i < events; i++) {
		const bool first = one_in(&r, 2);

		record_get(&x, first ? one : other, i % (first ? of_one : of_other));
		put(data, i, &x);
	}
	return sizeof(struct head) + events * sizeof(x);
}
