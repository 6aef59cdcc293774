/* SPDX-License-Identifier: GPL-2.0-only */
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
	/* equivalent: true or left, it only saves time */
	if (!(w->a->rules->retransmit && w->b->rules->retransmit))
		around(&count, w->state.orphan_retries);
	EACH_OF(w, retransmits, count, with_retransmit_rto);
}

/* The time for the retries, in ticks. */
static uint32_t timeout_of(const struct tcpoom_walk *w, int64_t bound)
{
	return tcp_model_timeout((uint32_t)bound, w->state.hz, w->state.orphan_retries);
}

/*
 * Ages in ticks at which the time for the retries is over, for either bound; or half of all times
 * is, on a clock in ticks or in ms, which comes round more often.
 */
static struct values timeout_ages(const struct tcpoom_walk *w)
{
	const uint32_t hz = w->state.hz;
	const uint32_t half = (uint32_t)1 << 31; /* equivalent: 30, twice as many */
	const struct values bound = rto_bounds(w);
	struct values age = NO_VALUES;

	ticks_around(&age, 0);
	EVERY(i, bound) {
		const uint32_t timeout = timeout_of(w, bound.value[i]);
		uint64_t ms = span_to_ms(timeout, hz);

		ticks_around(&age, timeout);
		ticks_around(&age, timeout + half); /* equivalent: -, the clock wraps */
		/* equivalent: 1001 or 999, the end is at no threshold */
		while ((ms += half) * hz / 1000 <= UINT32_MAX)
			ticks_around(&age, (uint32_t)(ms * hz / 1000));
	}
	return age;
}

/*
 * With no stamp, or one that is none on a clock in ms, where that comes round: at 300 Hz, and at
 * 250 Hz. Then that of the head segment, or none again.
 */
static void without_stamp(struct tcpoom_walk *w, const struct values *age)
{
	static const int64_t none[] = { 0, 1288490189, (int64_t)1 << 31, (int64_t)3 << 30 };
	struct values head = NO_VALUES, stamp;

	for (unsigned i = 0; i < LENGTH(none); i++)
		add_value(&head, none[i]);
	stamp = head;
	EVERY(i, *age)
		add_value(&head, (uint32_t)(w->state.now - age->value[i]));
	EVERY(i, stamp) {
		w->state.retrans_stamp = (uint32_t)stamp.value[i];
		EACH_OF(w, head_sent, head, w->visit);
	}
}

/* An age since the stamp; or with no stamp that of the head segment. */
static void at_time(struct tcpoom_walk *w)
{
	const struct values age = timeout_ages(w);

	EVERY(i, age) {
		w->state.retrans_stamp = w->state.now - (uint32_t)age.value[i];
		w->visit(w);
	}
	without_stamp(w, &age);
}

/* On a clock in ms spans are rounded up where a ms begins with a tick, and down 299 ticks later. */
static void at_times(struct tcpoom_walk *w)
{
	at_time(w);
	/* equivalent: true or + or 1001 or 999, it only saves time */
	if (1000 % w->state.hz) {
		w->state.now += 299; /* equivalent: 300 or 298, it is late enough */
		at_time(w);
	}
}

/*
 * Times that begin with a ms: in ticks and in ms, at each of the rates, on either side of 2^31; 0;
 * and where since then the time is over for a bound. Where the tick counter wraps, a clock in ms
 * may jump.
 */
static struct values times(const struct tcpoom_walk *w)
{
	/* equivalent: numbers, any on the same side of 2^31 */
	static const int64_t plain[] = { 2604166, 0, 5703125, 6510416, 10081943 };
	const struct values bound = rto_bounds(w);
	struct values time = NO_VALUES;

	for (unsigned i = 0; i < LENGTH(plain); i++)
		add_value(&time, 384 * plain[i]);
	EVERY(i, bound)
		add_value(&time, 384 * (timeout_of(w, bound.value[i]) / 384 + 1));
	return time;
}

/* Where there is no stamp the age is that of the head segment, or since time 0: each with each. */
static void with_stamps(struct tcpoom_walk *w)
{
	const uint32_t now = w->state.now;
	const struct values time = times(w), age = timeout_ages(w);

	/* alive for both kernels, for no bound is above 120 s: no stamp is looked at */
	if (w->state.rto < w->state.rto_max) {
		w->visit(w);
		return;
	}
	EACH_OF(w, now, time, at_times);
	EVERY(i, age) {
		w->state.now = (uint32_t)age.value[i];
		without_stamp(w, &age);
	}
	w->state.now = now;
}

/* One at which a tick less than their time is as many ms, where a tick is shorter than a ms. */
static void add_rounded_retries(const struct tcpoom_walk *w, struct values *retries)
{
	const uint32_t hz = w->state.hz;

	/* equivalent: 1 or <, both ends are there */
	for (unsigned i = 0; i <= UINT8_MAX; i++) {
		const uint32_t timeout = tcp_model_timeout(w->state.rto_max, hz, i);

		if (span_to_ms(timeout, hz) == span_to_ms(timeout - 1, hz)) {
			add_value(retries, i);
			return;
		}
	}
}

/* After an ICMP error there are none. Else the ends, and as many as double up to the maximum. */
static void with_retransmit_retries(struct tcpoom_walk *w)
{
	struct values retries = NO_VALUES;

	add_value(&retries, 0);
	/* equivalent: true, it only saves time */
	if (!w->state.err_soft) {
		add_value(&retries, 8); /* equivalent: 9 or 7, any time that is not yet long */
		add_value(&retries, UINT8_MAX);
		add_rounded_retries(w, &retries);
	}
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
