/* SPDX-License-Identifier: GPL-2.0-only */
#include "walk.h"

#include "../kernels/timeout.h"

/* The bounds of the RTO that the two kernels may have. */
static unsigned rto_bounds(const struct tcpoom_walk *w, uint32_t bound[static 2])
{
	bound[0] = 120 * w->state.hz;
	bound[1] = w->state.rto_max;
	return bound[0] == bound[1] ? 1 : 2;
}

/*
 * The RTO against its bound, after the shift of the probe timer: in 64 bits, and in 32 where it
 * wraps.
 */
static void each_rto(struct tcpoom_walk *w, unsigned shift, void (*next)(struct tcpoom_walk *))
{
	struct values rto = NO_VALUES;
	uint32_t bound[2];

	add_value(&rto, 0);
	add_value(&rto, 1);
	for (unsigned i = 0; i < rto_bounds(w, bound); i++) {
		around(&rto, bound[i]);
		if (!shift)
			continue;
		around(&rto, bound[i] >> (shift & 31));
		around(&rto, (bound[i] >> (shift & 31)) + ((int64_t)1 << (32 - (shift & 31))));
	}
	if (shift)
		around(&rto, (int64_t)1 << (32 - (shift & 31)));
	add_value(&rto, UINT32_MAX);
	/* unshifted, all that matters of it is how it stands to the bounds of the two kernels */
	if (!shift)
		tcpoom_walk_distinct(w, TCPOOM_F_rto, &rto);
	EACH_OF(w, rto, rto, next);
}

static void with_stamps(struct tcpoom_walk *w);

static void with_retransmit_rto(struct tcpoom_walk *w)
{
	each_rto(w, 0, with_stamps);
}

static void with_probes_out(struct tcpoom_walk *w)
{
	struct values probes = NO_VALUES;

	around(&probes, w->state.orphan_retries);
	around(&probes, 0);
	EACH_OF(w, probes_out, probes, w->visit);
}

static void with_probe_rto(struct tcpoom_walk *w)
{
	each_rto(w, w->state.backoff, with_probes_out);
}

/* As a shift in 32 and in 64 bits, and against the retries. */
static void with_backoff(struct tcpoom_walk *w)
{
	struct values backoff = NO_VALUES;

	add_value(&backoff, 2);
	add_value(&backoff, 4);
	around(&backoff, w->state.orphan_retries);
	for (unsigned width = 0; width <= 96; width += 32)
		around(&backoff, width);
	around(&backoff, 255);
	EACH_OF(w, backoff, backoff, with_probe_rto);
}

/* Where both kernels go by the time, only that there was one matters. */
static void with_retransmits(struct tcpoom_walk *w)
{
	struct values count = NO_VALUES;

	around(&count, 0);
	if (!(w->a->rules->retransmit && w->b->rules->retransmit))
		around(&count, w->state.orphan_retries);
	EACH_OF(w, retransmits, count, with_retransmit_rto);
}

/* Ages in ticks at which the time for the retries is over, on either clock and for either bound. */
static void timeout_ages(const struct tcpoom_walk *w, struct values *age)
{
	const uint32_t hz = w->state.hz;
	/* after an ICMP error there are none */
	const unsigned retries[] = { 0, w->state.orphan_retries };
	uint32_t bound[2];

	ticks_around(age, 0);
	for (unsigned i = 0; i < rto_bounds(w, bound); i++)
		for (int r = w->state.err_soft ? 0 : 1; r < 2; r++) {
			const uint32_t timeout = tcp_model_timeout(bound[i], hz, retries[r]);
			/* in ms the span may wrap; back in ticks it is another one */
			const uint64_t ms = span_to_ms(timeout, hz);

			ticks_around(age, timeout);
			ticks_around(age, timeout + ((uint32_t)1 << 31));
			ticks_around(age, (uint32_t)(ms * hz / 1000));
			ticks_around(age, (uint32_t)((ms + ((uint64_t)1 << 31)) * hz / 1000));
		}
}

/*
 * With no stamp, or one that is none on a clock in ms, where a tick is shorter or the clock wraps:
 * that of the head segment, or none again.
 */
static void without_stamp(struct tcpoom_walk *w, const struct values *age)
{
	static const int64_t none[] = { 0, 1, (int64_t)1 << 31 };

	for (unsigned i = 0; i < LENGTH(none); i++) {
		w->state.retrans_stamp = (uint32_t)none[i];
		EACH(w, head_sent, none, LENGTH(none), w->visit);
		for (unsigned j = 0; j < age->count; j++) {
			w->state.head_sent = w->state.now - (uint32_t)age->value[j];
			w->visit(w);
		}
	}
}

/*
 * An age since the stamp: at each phase that a clock in ms may have, and across the wrap of the
 * tick counter, where one may jump. Where there is no stamp the age is that of the head segment, or
 * since time 0: where one kernel goes by the one and the other by the other, each with each.
 */
static void with_stamps(struct tcpoom_walk *w)
{
	/* in ticks and in ms, at each of the rates, on either side of 2^31; and just after 0 */
	static const uint32_t since_zero[] = { 1000000000, 50,	       300000000,
					       2190000000, 2500000000, 3871466293 };
	const bool both = !both_same(w, TCPOOM_R_stamp) || !both_same(w, TCPOOM_R_clock);
	const uint32_t phases = 1000 % w->state.hz ? 3 : 1;
	const struct values none = NO_VALUES;
	struct values age = NO_VALUES;
	const uint32_t now = w->state.now;
	uint32_t bound[2];

	/* alive for both kernels: no stamp is looked at */
	rto_bounds(w, bound);
	if (w->state.rto < bound[0] && w->state.rto < w->state.rto_max) {
		w->visit(w);
		return;
	}
	timeout_ages(w, &age);
	for (uint32_t i = 0; i < LENGTH(since_zero) * phases; i++) {
		const uint32_t phase = i / LENGTH(since_zero), moment = i % LENGTH(since_zero);

		w->state.now = since_zero[moment] + phase;
		for (unsigned j = 0; j < age.count; j++) {
			w->state.retrans_stamp = w->state.now - (uint32_t)age.value[j];
			w->visit(w);
		}
		without_stamp(w, &age);
		for (unsigned j = 0; j < age.count && !moment; j++) {
			w->state.now = (uint32_t)age.value[j] + phase;
			without_stamp(w, both ? &age : &none);
		}
	}
	w->state.now = now;
}

/*
 * The ends; no more than the doublings up to the maximum RTO; just more, so that two bounds are
 * less than a ms apart. For the probe timer, a backoff at and below the retries that is more than a
 * shift in 32 bits.
 */
void tcpoom_walk_argument(struct tcpoom_walk *w)
{
	static const int64_t reset[] = { 0, 1 }, retries[] = { 0, 1, 8, 10, 255 };
	static const int64_t probes[] = { 0, 1, 2, 8, 33, 100, 255 };

	if (w->state.entry == TCPOOM_TIMER)
		EACH(w, do_reset, reset, LENGTH(reset), w->visit);
	else if (w->state.entry == TCPOOM_PROBE)
		EACH(w, orphan_retries, probes, LENGTH(probes), with_backoff);
	else /* after an ICMP error there are none */
		EACH(w, orphan_retries, retries, w->state.err_soft ? 1 : LENGTH(retries),
		     with_retransmits);
}
