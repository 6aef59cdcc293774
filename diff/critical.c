/* SPDX-License-Identifier: GPL-2.0-only */
#include "critical.h"

#include <stdlib.h>

#include "../kernels/timeout.h"

const enum tcpoom_field tcpoom_critical_order[] = {
	TCPOOM_F_net_alive,
	TCPOOM_F_page_size,
	TCPOOM_F_sizeof_sk_buff,
	TCPOOM_F_user_timeout,
	TCPOOM_F_hz,
	TCPOOM_F_rto_max,
	TCPOOM_F_orphan_retries,
	TCPOOM_F_now,
	TCPOOM_F_lsndtime,
	TCPOOM_F_do_reset,
	TCPOOM_F_err_soft,
	TCPOOM_F_backoff,
	TCPOOM_F_rto,
	TCPOOM_F_retransmits,
	TCPOOM_F_probes_out,
	TCPOOM_F_retrans_stamp,
	TCPOOM_F_head_sent,
	TCPOOM_F_snd_wnd,
	TCPOOM_F_packets_out,
	TCPOOM_F_wmem_queued,
	TCPOOM_F_tcp_mem2,
	TCPOOM_F_mem_allocated,
	TCPOOM_F_max_orphans,
	TCPOOM_F_orphans,
	TCPOOM_F_orphans_approx,
	TCPOOM_F_orphans_cached,
};
const unsigned tcpoom_critical_fields =
	sizeof(tcpoom_critical_order) / sizeof(*tcpoom_critical_order);

/* A state, and what of it is known. */
struct partial {
	const struct tcpoom_state *s;
	tcpoom_fieldset known;
};

static bool knows(const struct partial *p, enum tcpoom_field f)
{
	return p->known >> f & 1;
}

static void add(struct tcpoom_critical *to, enum tcpoom_field f, int64_t value)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];

	if (value < info->min || value > info->max)
		return;
	for (unsigned i = 0; i < to->count; i++)
		if (to->value[i] == value)
			return;
	to->cut |= to->count == TCPOOM_CRITICAL_MOST;
	if (!to->cut)
		to->value[to->count++] = value;
}

/* At a threshold, below it and above it. */
static void add_around(struct tcpoom_critical *to, enum tcpoom_field f, int64_t value)
{
	add(to, f, wrap_add(value, -1));
	add(to, f, value);
	add(to, f, wrap_add(value, 1));
}

/* The same on the 32-bit clock. */
static void add_ticks(struct tcpoom_critical *to, enum tcpoom_field f, uint32_t ticks)
{
	add(to, f, ticks - 1U);
	add(to, f, ticks);
	add(to, f, ticks + 1U);
}

/* Around every tick at which a clock in ms begins to show this. */
static void add_ms(const struct partial *p, struct tcpoom_critical *to, enum tcpoom_field f,
		   uint32_t ms)
{
	const uint32_t hz = p->s->hz;

	/* equivalent: <, there is none just at the end */
	for (uint64_t turn = ms; first_tick_of(turn, hz) <= UINT32_MAX;
	     turn += (uint64_t)1 << 32) /* equivalent: 31, more values than are needed */
		add_ticks(to, f, (uint32_t)first_tick_of(turn, hz));
}

/* Where the time since the data was sent reaches what the penalty or the reset compares it with. */
static void add_idle(const struct partial *p, struct tcpoom_critical *to, enum tcpoom_field f,
		     uint32_t base, int sign)
{
	const uint32_t ages[] = { 0, 60 * p->s->hz, 2 * p->s->rto_max, 240 * p->s->hz };

	for (int i = 0; i < 4; i++)
		add_ticks(to, f, base + (uint32_t)sign * ages[i]);
}

/* So long after or before the base, on either clock; and where that age becomes negative. */
static void add_age(const struct partial *p, struct tcpoom_critical *to, enum tcpoom_field f,
		    uint32_t base, uint32_t age, int sign)
{
	const uint32_t hz = p->s->hz;

	/* equivalent: <= or 3, two halves are none */
	for (uint32_t half = 0; half < 2; half++) {
		/* equivalent: -, half a turn either way */
		const uint32_t ticks = age + (half << 31);
		/* equivalent: -, half a turn either way */
		const uint32_t ms = span_to_ms(age, hz) + (half << 31);

		add_ticks(to, f, base + (uint32_t)sign * ticks);
		add_ms(p, to, f, ticks_to_ms(base, hz) + (uint32_t)sign * ms);
	}
}

/* The time that the retries of an orphan take, or none, after the base or before it. */
static void add_retries(const struct partial *p, struct tcpoom_critical *to, enum tcpoom_field f,
			uint32_t base, int sign)
{
	const uint32_t rto_max[] = { 120 * p->s->hz, p->s->rto_max };

	add_age(p, to, f, base, 0, sign);
	for (int i = 0; i < 2; i++) {
		add_age(p, to, f, base, tcp_model_timeout(rto_max[i], p->s->hz, 0), sign);
		add_age(p, to, f, base,
			tcp_model_timeout(rto_max[i], p->s->hz, p->s->orphan_retries), sign);
	}
}

static void critical_now(const struct partial *p, struct tcpoom_critical *to)
{
	static const enum tcpoom_field stamps[] = { TCPOOM_F_retrans_stamp, TCPOOM_F_head_sent };

	/* a moment from which on no age that matters reaches back beyond 0 */
	/* equivalent: numbers, there are many */
	add(to, TCPOOM_F_now, 1000000000);
	if (knows(p, TCPOOM_F_lsndtime))
		add_idle(p, to, TCPOOM_F_now, p->s->lsndtime, 1);
	if (p->s->entry != TCPOOM_RETRANSMIT)
		return;
	for (int i = 0; i < 2; i++)
		if (knows(p, stamps[i]))
			add_retries(p, to, TCPOOM_F_now,
				    (uint32_t)tcpoom_field_get(p->s, stamps[i]), 1);
	/* an unset stamp reads as time 0 */
	add_retries(p, to, TCPOOM_F_now, 0, 1);
}

static void critical_stamp(const struct partial *p, enum tcpoom_field f, struct tcpoom_critical *to)
{
	/* unset, also on a clock in ms */
	add_ms(p, to, f, 0);
	add_retries(p, to, f, p->s->now, -1);
}

/* Where the backed-off RTO reaches its maximum, in 64 bits or after a wrap in 32. */
static void critical_rto(const struct partial *p, struct tcpoom_critical *to)
{
	/* equivalent: 1, more values than are needed */
	const unsigned shift = p->s->entry == TCPOOM_PROBE ? p->s->backoff % 32 : 0;
	const uint32_t rto_max[] = { 120 * p->s->hz, p->s->rto_max };

	add(to, TCPOOM_F_rto, 0);
	for (int i = 0; i < 2; i++) {
		add_around(to, TCPOOM_F_rto, rto_max[i]);
		add_around(to, TCPOOM_F_rto, rto_max[i] >> shift);
	}
	add_around(to, TCPOOM_F_rto, (int64_t)1 << (32 - shift));
}

/* Around a bound, of those that sysctl tcp_rto_max_ms allows: 1 to 120 s. */
static void add_bounds(const struct partial *p, struct tcpoom_critical *to, int64_t bound)
{
	const int64_t least = p->s->hz, most = 120 * (int64_t)p->s->hz;

	/* equivalent: 2, more values than are needed */
	for (int64_t beside = -1; beside <= 1; beside++) {
		const int64_t value = wrap_add(bound, beside);

		if (value >= least && value <= most)
			add(to, TCPOOM_F_rto_max, value);
	}
}

/* The ends, and where an idle time or an RTO crosses it. */
static void critical_rto_max(const struct partial *p, struct tcpoom_critical *to)
{
	const bool shifts = p->s->entry == TCPOOM_PROBE && knows(p, TCPOOM_F_backoff);
	const unsigned shift = shifts ? p->s->backoff % 64 : 0;

	add_bounds(p, to, p->s->hz);
	add_bounds(p, to, 120 * (int64_t)p->s->hz);
	if (knows(p, TCPOOM_F_now) && knows(p, TCPOOM_F_lsndtime))
		add_bounds(p, to, (p->s->now - p->s->lsndtime) / 2);
	if (knows(p, TCPOOM_F_rto))
		add_bounds(p, to, wrap_s64((uint64_t)p->s->rto << shift));
}

/*
 * A count against the retries of an orphan: given, 8 where alive, 0 after an ICMP error. A backoff
 * is also a shift, modulo 32 or 64.
 */
static void critical_count(const struct partial *p, enum tcpoom_field f, struct tcpoom_critical *to)
{
	/* equivalent: 1, no count is below 0 */
	add_around(to, f, 0);
	add_around(to, f, p->s->orphan_retries);
	if (f != TCPOOM_F_backoff)
		return;
	/* equivalent: 65 or 1, more values than are needed */
	for (int shift = 2; shift <= 64; shift++) {
		add(to, f, shift);
		add(to, f, p->s->orphan_retries + shift);
	}
}

static void critical_retries(const struct partial *p, struct tcpoom_critical *to)
{
	static const enum tcpoom_field counts[] = { TCPOOM_F_retransmits, TCPOOM_F_probes_out,
						    TCPOOM_F_backoff };

	/* equivalent: 1, no count is below 0 */
	add_around(to, TCPOOM_F_orphan_retries, 0);
	add(to, TCPOOM_F_orphan_retries, UINT8_MAX);
	for (int i = 0; i < 3; i++)
		if (knows(p, counts[i]))
			add_around(to, TCPOOM_F_orphan_retries, tcpoom_field_get(p->s, counts[i]));
	if (!knows(p, TCPOOM_F_retrans_stamp))
		return;
	/* the number of retries whose time is over since the first one */
	/* equivalent: <= or 17 or 1, more values than are needed */
	for (int retries = 2; retries < 16; retries++)
		add(to, TCPOOM_F_orphan_retries, retries);
}

static void critical_wmem(const struct partial *p, struct tcpoom_critical *to)
{
	const int64_t derived = 2 * (2048 + 64 * (((int64_t)p->s->sizeof_sk_buff + 63) / 64));

	add_around(to, TCPOOM_F_wmem_queued, 0);
	add_around(to, TCPOOM_F_wmem_queued, 2048);
	add_around(to, TCPOOM_F_wmem_queued, derived);
}

/* Quanta of 4096 bytes in a page, as a shift; negative where a page is smaller. */
static int quanta_shift(const struct tcpoom_state *s)
{
	return (int)ilog2_u32(s->page_size) - 12;
}

static void critical_tcp_mem(const struct partial *p, struct tcpoom_critical *to)
{
	/* equivalent: numbers, any count stands for one that is not known */
	const int64_t allocated = knows(p, TCPOOM_F_mem_allocated) ? p->s->mem_allocated : 1000;
	const int shift = quanta_shift(p->s);

	/* equivalent: 1, what is below a count is below 0 too where it must be */
	add_around(to, TCPOOM_F_tcp_mem2, 0);
	add_around(to, TCPOOM_F_tcp_mem2, allocated);
	/* equivalent: > or 1, more values than are needed */
	if (shift >= 0) {
		add_around(to, TCPOOM_F_tcp_mem2, allocated >> shift);
		return;
	}
	/* the first and the last pages in so many quanta */
	/* equivalent: 2, more values than are needed */
	for (int64_t quanta = 0; quanta <= 1; quanta++)
		add_around(to, TCPOOM_F_tcp_mem2,
			   wrap_s64((uint64_t)wrap_add(allocated, quanta) << -shift));
}

static void critical_allocated(const struct partial *p, struct tcpoom_critical *to)
{
	const int shift = quanta_shift(p->s);

	/* equivalent: 1, what is below a limit is below 0 too where it must be */
	add_around(to, TCPOOM_F_mem_allocated, 0);
	add_around(to, TCPOOM_F_mem_allocated, p->s->tcp_mem2);
	add_around(to, TCPOOM_F_mem_allocated,
		   /* equivalent: > or 1, a shift by 0 is none */
		   shift >= 0 ? wrap_s64((uint64_t)p->s->tcp_mem2 << shift)
			      : p->s->tcp_mem2 >> -shift);
}

/* The limits that a count meets at each shift. */
static void add_limits(struct tcpoom_critical *to, int64_t count)
{
	/* equivalent: 3, more values than are needed */
	for (unsigned shift = 0; shift <= 2; shift++)
		add_around(to, TCPOOM_F_max_orphans, wrap_shl(wrap_s32((uint32_t)count), shift));
}

/*
 * Of each count that is known, with and without the closing socket; and of 0 and 1, as which some
 * kernels read a count below.
 */
static void critical_max_orphans(const struct partial *p, struct tcpoom_critical *to)
{
	/* equivalent: 1, what is below a count is below 0 too where it must be */
	add_limits(to, 0);
	/* equivalent: 2, those around 1, 2 and 4 are among these */
	add_limits(to, 1);
	for (enum tcpoom_field f = TCPOOM_F_orphans; f <= TCPOOM_F_orphans_cached; f++)
		/* equivalent: 2, more values than are needed */
		for (int64_t self = -1; knows(p, f) && self <= 1; self++)
			add_limits(to, wrap_add(tcpoom_field_get(p->s, f), self));
}

/* The count at which each shift reaches the limit, and where the shifted count wraps. */
static void critical_orphans(const struct partial *p, enum tcpoom_field f,
			     struct tcpoom_critical *to)
{
	/* equivalent: 1, what is below a limit is below 0 too where it must be */
	add_around(to, f, 0);
	/* equivalent: 3, more values than are needed */
	for (int shift = 0; shift <= 2; shift++) {
		const int64_t limit = p->s->max_orphans >> shift;

		/* equivalent: 2, more values than are needed */
		for (int64_t self = -1; self <= 1; self++)
			/* equivalent: -, the neighbours are the same */
			add_around(to, f, limit + self);
		/* equivalent: 0 or 2, more values than are needed */
		for (int wrap = 1; wrap <= 1 << shift; wrap++)
			add_around(to, f, ((int64_t)1 << (31 - shift)) * wrap);
	}
}

static int ascending(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	/* equivalent: >= or <=, no two are the same */
	return (a > b) - (a < b);
}

static void find(const struct partial *p, enum tcpoom_field f, struct tcpoom_critical *to)
{
	static const int64_t rates[] = { 100, 250, 300, 1000, 1024 };

	switch (f) {
	case TCPOOM_F_hz:
		for (int i = 0; i < 5; i++)
			add(to, f, rates[i]);
		break;
	case TCPOOM_F_page_size:
		/* equivalent: 65537, it is no power of two */
		for (int64_t size = 4096; size <= 65536; size *= 2)
			add(to, f, size);
		break;
	case TCPOOM_F_sizeof_sk_buff:
		/* equivalent: 321, it is no multiple of 64 */
		for (int64_t size = 192; size <= 320; size += 64)
			add(to, f, size);
		break;
	case TCPOOM_F_user_timeout:
		add(to, f, 0);
		break;
	case TCPOOM_F_rto_max:
		critical_rto_max(p, to);
		break;
	case TCPOOM_F_now:
		critical_now(p, to);
		break;
	case TCPOOM_F_lsndtime:
		add_idle(p, to, f, p->s->now, -1);
		break;
	case TCPOOM_F_orphan_retries:
		critical_retries(p, to);
		break;
	case TCPOOM_F_backoff:
	case TCPOOM_F_retransmits:
	case TCPOOM_F_probes_out:
		critical_count(p, f, to);
		break;
	case TCPOOM_F_rto:
		critical_rto(p, to);
		break;
	case TCPOOM_F_retrans_stamp:
	case TCPOOM_F_head_sent:
		critical_stamp(p, f, to);
		break;
	case TCPOOM_F_wmem_queued:
		critical_wmem(p, to);
		break;
	case TCPOOM_F_tcp_mem2:
		critical_tcp_mem(p, to);
		break;
	case TCPOOM_F_mem_allocated:
		critical_allocated(p, to);
		break;
	case TCPOOM_F_max_orphans:
		critical_max_orphans(p, to);
		break;
	case TCPOOM_F_orphans:
	case TCPOOM_F_orphans_approx:
	case TCPOOM_F_orphans_cached:
		critical_orphans(p, f, to);
		break;
	default: /* zero or not: net_alive, do_reset, err_soft, snd_wnd, packets_out */
		add(to, f, 0);
		add(to, f, 1);
	}
}

void tcpoom_critical_find(const struct tcpoom_state *s, tcpoom_fieldset known, enum tcpoom_field f,
			  struct tcpoom_critical *to)
{
	const struct partial p = { s, known };

	to->count = 0;
	to->cut = false;
	find(&p, f, to);
	qsort(to->value, to->count, sizeof(*to->value), ascending);
}
