/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules on the retransmission timer: whether it asks for a reset. */
#ifndef TCPOOM_KERNELS_RETRANSMIT_H
#define TCPOOM_KERNELS_RETRANSMIT_H

#include "look.h"

enum { RTO_MAX_120s, RTO_MAX_socket };

static const struct tcpoom_variant rto_max_variants[] = {
	[RTO_MAX_120s] = { "120s", "2.4.0", "include/net/tcp.h:TCP_RTO_MAX", "", "120 s" },
	[RTO_MAX_socket] = { "socket", "6.15", "include/net/tcp.h:tcp_rto_max", "",
			     "the socket's own, by default sysctl tcp_rto_max_ms" },
};

enum { RETRANSMIT_count, RETRANSMIT_time };

static const struct tcpoom_variant retransmit_variants[] = {
	[RETRANSMIT_count] = { "count", "2.4.0", "net/ipv4/tcp_timer.c:tcp_write_timeout", "",
			       "by the number of retransmissions" },
	[RETRANSMIT_time] = { "time", "2.6.32", "net/ipv4/tcp_timer.c:retransmits_timed_out",
			      "6fa12c85031",
			      "by the time that so many retransmissions would take" },
};

enum { STAMP_zero, STAMP_head, STAMP_never };

static const struct tcpoom_variant stamp_variants[] = {
	[STAMP_zero] = { "zero", "2.6.32, again 5.1",
			 "net/ipv4/tcp_timer.c:retransmits_timed_out", "7ae189759cc4",
			 "as time 0" },
	[STAMP_head] = { "head", "2.6.33", "net/ipv4/tcp_timer.c:retransmits_timed_out",
			 "07f29bc5bba", "as the time when the head segment was sent" },
	[STAMP_never] = { "never", "4.19", "net/ipv4/tcp_timer.c:retransmits_timed_out", "",
			  "as head; if that is unset too, it has not timed out" },
};

enum { CLOCK_ticks, CLOCK_ms };

static const struct tcpoom_variant clock_variants[] = {
	[CLOCK_ticks] = { "ticks", "2.4.0", "include/net/tcp.h:tcp_time_stamp", "", "ticks" },
	[CLOCK_ms] = { "ms", "4.13", "include/net/tcp.h:tcp_time_stamp", "9a568de4818d",
		        "milliseconds" },
};

enum { AGE_u32, AGE_s32 };

static const struct tcpoom_variant age_variants[] = {
	[AGE_u32] = { "u32", "2.6.32", "net/ipv4/tcp_timer.c:retransmits_timed_out",
		      "6fa12c85031", "age >= timeout, unsigned" },
	[AGE_s32] = { "s32", "4.20", "net/ipv4/tcp_timer.c:retransmits_timed_out",
		      "9efdda4e3abe",
		      "age - timeout >= 0, signed" },
};

/* In every kernel `unsigned`, but for 2.4.0, where TCP_RTO_MAX is an int: see the rule late. */
PER_KERNEL uint32_t tcp_rto_max(const struct tcpoom_rules *r, const struct tcpoom_state *s)
{
	return r->rto_max == RTO_MAX_120s ? 120 * s->hz : s->rto_max;
}

/* net/ipv4/tcp_timer.c:tcp_orphan_retries, the same from 2.4.0 to 7.1 */
PER_KERNEL unsigned tcp_orphan_retries(const struct tcpoom_state *s, bool alive)
{
	if (s->err_soft && !alive)
		return 0;
	return s->orphan_retries || !alive ? s->orphan_retries : 8;
}

/* Ticks that `boundary` retransmissions take, doubling from the minimum RTO to the maximum. */
PER_KERNEL uint32_t tcp_model_timeout(uint32_t rto_max, uint32_t hz, unsigned boundary)
{
	const uint32_t rto_base = hz / 5; /* TCP_RTO_MIN */
	const unsigned thresh = ilog2_u32(rto_max / rto_base);

	if (boundary <= thresh) /* equivalent: <, both times meet here */
		return ((2u << boundary) - 1) * rto_base;
	return ((2u << thresh) - 1) * rto_base + (boundary - thresh) * rto_max;
}

PER_KERNEL uint32_t on_clock(const struct tcpoom_rules *r, uint32_t ticks, uint32_t hz)
{
	return r->clock == CLOCK_ms ? ticks_to_ms(ticks, hz) : ticks;
}

PER_KERNEL bool retransmits_timed_out(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				      unsigned boundary, bool reached, struct tcpoom_tests *t)
{
	uint32_t start = on_clock(r, s->retrans_stamp, s->hz);
	uint32_t timeout = tcp_model_timeout(tcp_rto_max(r, s), s->hz, boundary);
	bool stamped = true;
	uint32_t age;
	int64_t seen;

	if (r->stamp != STAMP_zero && !start) {
		start = on_clock(r, s->head_sent, s->hz);
		stamped = r->stamp == STAMP_head || start;
	}
	if (r->clock == CLOCK_ms)
		timeout = span_to_ms(timeout, s->hz);
	age = on_clock(r, s->now, s->hz) - start;
	seen = r->age == AGE_s32 ? (int64_t)timeout + ticks_since(age, timeout) : age;
	return stamped & test(t, (struct tcpoom_test){
		.id = TCPOOM_T_TIMED_OUT,
		.reached = reached & stamped,
		.base = seen,
		.lhs = seen,
		.op = TCPOOM_GE,
		.rhs = timeout,
	});
}

/* The argument with which the retransmission timer of a dead socket calls the check. */
PER_KERNEL bool tcp_write_timeout(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				  struct tcpoom_tests *t)
{
	const bool alive = test(t, (struct tcpoom_test){
		.id = TCPOOM_T_ALIVE,
		.reached = true,
		.base = s->rto,
		.lhs = s->rto,
		.op = TCPOOM_LT,
		.rhs = tcp_rto_max(r, s),
	});
	const unsigned retry_until = tcp_orphan_retries(s, alive);
	const bool counted = r->retransmit == RETRANSMIT_count;
	const bool below = test(t, (struct tcpoom_test){
		.id = TCPOOM_T_RETRANSMITS,
		.reached = !alive,
		.base = s->retransmits,
		.lhs = s->retransmits,
		.op = counted ? TCPOOM_LT : TCPOOM_EQ, /* equivalent: <= 0, for a count */
		.rhs = counted ? retry_until : 0,
	});

	/* timed by the clock, a socket that never retransmitted has not timed out */
	if (counted)
		return alive | below;
	return alive | below | !retransmits_timed_out(r, s, retry_until, !alive & !below, t);
}

#endif
