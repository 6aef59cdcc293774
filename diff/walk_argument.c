/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"
#include "walk.h"

#include "../kernels/timeout.h"

/* The bounds of the RTO that the two kernels may have. */
static struct values rto_bounds(const struct tcpoom_walk *w)
{
	struct values bound = NO_VALUES;

	add_value(&bound, 120 * w->state.hz);
	add_value(&bound, w->state.rto_max);
	return bound;
}

static void with_stamps(struct tcpoom_walk *w);

/* All that matters of the RTO is how it stands to the bounds of the two kernels. */
static void with_retransmit_rto(struct tcpoom_walk *w)
{
	const struct values bound = rto_bounds(w);
	struct values rto = NO_VALUES;

	EVERY(i, bound)
		around(&rto, bound.value[i]);
	tcpoom_walk_distinct(w, TCPOOM_F_rto, &rto);
	EACH_OF(w, rto, rto, with_stamps);
}

static void with_probes_out(struct tcpoom_walk *w)
{
	struct values probes = NO_VALUES;

	around(&probes, w->state.orphan_retries);
	EACH_OF(w, probes_out, probes, w->visit);
}

/* Against its bound after the shift: in 64 bits, and in 32 where it wraps. */
static void with_probe_rto(struct tcpoom_walk *w)
{
	const struct values bound = rto_bounds(w);
	const unsigned shift = w->state.backoff % 32;
	const int64_t turn = (int64_t)1 << (32 - shift);
	struct values rto = NO_VALUES;

	EVERY(i, bound) {
		around(&rto, bound.value[i]);
		around(&rto, bound.value[i] >> shift);
		around(&rto, (bound.value[i] >> shift) + turn);
	}
	EACH_OF(w, rto, rto, with_probes_out);
}

/* As a shift in 32 and in 64 bits, and against the retries. */
static void with_backoff(struct tcpoom_walk *w)
{
	struct values backoff = NO_VALUES;

	around(&backoff, w->state.orphan_retries);
	around(&backoff, 0);  /* equivalent: 1, there is none below 0 */
	around(&backoff, 32); /* equivalent: 33, 63 shifts as far as 31 */
	around(&backoff, 64); /* equivalent: 63, 1 shifts as far as 65 */
	EACH_OF(w, backoff, backoff, with_probe_rto);
}

/* Where both kernels go by the time, only that there was one matters. */
static void with_retransmits(struct tcpoom_walk *w)
{
	struct values count = NO_VALUES;

	around(&count, 0); /* equivalent: 1, two are no more than one */
	/* equivalent: true, it only saves time */
	if (!(w->a->rules->retransmit && w->b->rules->retransmit))
		around(&count, w->state.orphan_retries);
	EACH_OF(w, retransmits, count, with_retransmit_rto);
}

/* Every tick at which a clock in ms begins to show this: it wraps more often than the ticks do. */
static struct values ticks_of_ms(uint32_t ms, uint32_t hz)
{
	struct values at = NO_VALUES;

	/* equivalent: <, there is none just at the end */
	for (uint64_t turn = ms; first_tick_of(turn, hz) <= UINT32_MAX;
	     turn += (uint64_t)1 << 32) /* equivalent: 31, half turns are more */
		add_value(&at, (int64_t)first_tick_of(turn, hz));
	return at;
}

/* Ages in ticks at which the time for the retries is over, for either bound; or no time is. */
static struct values ages(const struct tcpoom_walk *w)
{
	const struct values bound = rto_bounds(w);
	struct values age = NO_VALUES;

	add_value(&age, 0);
	EVERY(i, bound)
		add_value(&age, tcp_model_timeout((uint32_t)bound.value[i], w->state.hz,
						  w->state.orphan_retries));
	return age;
}

/*
 * Times that are as far as an age after (1) or before (-1) this one, or half a turn of the clock
 * further, where a signed age changes its sign: in ticks, and in ms.
 */
static struct values times_from(const struct tcpoom_walk *w, uint32_t time, int32_t direction)
{
	const uint32_t sign = (uint32_t)direction, hz = w->state.hz;
	const struct values age = ages(w);
	struct values at = NO_VALUES;

	EVERY(i, age)
		/* equivalent: <= or 3, two halves are none */
		for (uint32_t half = 0; half < 2; half++) {
			const uint32_t ticks = (uint32_t)age.value[i], turn = half << 31;
			/* equivalent: -, it is half a turn either way */
			const uint32_t span = span_to_ms(ticks, hz) + turn;
			const struct values ms =
				ticks_of_ms(ticks_to_ms(time, hz) + sign * span, hz);

			/* equivalent: -, as above, but not of the age */
			ticks_around(&at, time + sign * (ticks + turn));
			EVERY(j, ms)
				ticks_around(&at, (uint32_t)ms.value[j]);
		}
	return at;
}

static void with_stamp(struct tcpoom_walk *w)
{
	const struct values stamp = times_from(w, w->state.now, -1);

	EACH_OF(w, retrans_stamp, stamp, w->visit);
}

/* Stamps that are none: 0, or what a clock in ms shows as 0. */
static struct values no_stamps(uint32_t hz)
{
	const struct values zero = ticks_of_ms(0, hz);
	struct values near = NO_VALUES, none = NO_VALUES;

	EVERY(i, zero)
		ticks_around(&near, (uint32_t)zero.value[i]);
	EVERY(i, near)
		if (!ticks_to_ms((uint32_t)near.value[i], hz))
			add_value(&none, near.value[i]);
	return none;
}

static void with_head(struct tcpoom_walk *w)
{
	const struct values none = no_stamps(w->state.hz), head = times_from(w, w->state.now, -1);

	EACH_OF(w, head_sent, none, w->visit);
	EACH_OF(w, head_sent, head, w->visit);
}

/* A time at or after this one when a ms begins with a tick, and one when a span rounds down. */
static void add_phases(struct values *times, uint32_t time)
{
	/* equivalent: 382, then it may be one tick before */
	const uint32_t even = (time + 383) / 384 * 384;

	add_value(times, even);
	/* equivalent: 300, where that is a whole ms another rate looks the same */
	add_value(times, even + 299);
}

/* Without a stamp the age is that of the head segment, or since the stamp as time 0. */
static void without_stamp(struct tcpoom_walk *w)
{
	const struct values at = times_from(w, w->state.retrans_stamp, 1);
	struct values now = at;

	EVERY(i, at)
		add_phases(&now, (uint32_t)at.value[i]);
	EACH_OF(w, now, now, with_head);
}

static void with_stamps(struct tcpoom_walk *w)
{
	const uint32_t now = w->state.now;
	const struct values none = no_stamps(w->state.hz);
	struct values time = NO_VALUES;

	/* no stamp is read: alive for both kernels, for no bound is above 120 s; or sent once */
	/* equivalent: && or left or right, it only saves time */
	if (w->state.rto < w->state.rto_max || !w->state.retransmits) {
		w->visit(w);
		return;
	}
	add_phases(&time, now);
	add_phases(&time, 0); /* a clock in ms has just jumped */
	EACH_OF(w, now, time, with_stamp);
	/* equivalent: true, it only saves time */
	if (either(w, TCPOOM_R_stamp))
		EACH_OF(w, retrans_stamp, none, without_stamp);
	w->state.now = now;
}

/*
 * Equal for retries whose times compare alike: whether they differ by the two bounds, whether each
 * is a whole number of ms, and whether a tick more is, rounded down. None, one and more retries are
 * told apart.
 */
static int64_t relation_of_times(const struct tcpoom_walk *w, unsigned retries)
{
	const struct values bound = rto_bounds(w);
	const uint32_t hz = w->state.hz;
	struct values time = NO_VALUES;
	/* equivalent: <= or 3, they are told apart */
	uint64_t relation = retries < 2 ? retries : 2;

	EVERY(i, bound) {
		const uint32_t ticks = tcp_model_timeout((uint32_t)bound.value[i], hz, retries);

		add_value(&time, ticks);
		/* equivalent: <= or 3, one more */
		for (uint32_t more = 0; more < 2; more++)
			relation = tcpoom_mix(relation, ticks_to_ms(ticks + more, hz) <
								span_to_ms(ticks, hz));
	}
	return wrap_s64(tcpoom_mix(relation, time.count));
}

/* The first of each relation of the times, and the most; after an ICMP error there are none. */
static void with_retransmit_retries(struct tcpoom_walk *w)
{
	/* equivalent: 1, it is none all the same */
	const unsigned most = w->state.err_soft ? 0 : UINT8_MAX;
	struct values met = NO_VALUES, retries = NO_VALUES;

	/* equivalent: <, the most are added below */
	for (unsigned i = 0; i <= most; i++) {
		const unsigned before = met.count;

		add_value(&met, relation_of_times(w, i));
		if (met.count > before)
			add_value(&retries, i);
	}
	add_value(&retries, most);
	EACH_OF(w, orphan_retries, retries, with_retransmits);
}

/* For the probe timer, a backoff at and below the retries that is more than a shift in 32 bits. */
void tcpoom_walk_argument(struct tcpoom_walk *w)
{
	static const int64_t reset[] = { 0, 1 };
	/* equivalent: 3 or 1 or 101 or 99, few and many */
	static const int64_t probes[] = { 0, 2, 100 };

	if (w->state.entry == TCPOOM_TIMER)
		EACH(w, do_reset, reset, LENGTH(reset), w->visit);
	else if (w->state.entry == TCPOOM_PROBE)
		EACH(w, orphan_retries, probes, LENGTH(probes), with_backoff);
	else
		with_retransmit_retries(w);
}
