/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules on the retransmission timer: whether it asks for a reset. */
#ifndef TCPOOM_KERNELS_RETRANSMIT_H
#define TCPOOM_KERNELS_RETRANSMIT_H

#include "look.h"
#include "timeout.h"

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
	[STAMP_zero] = { "zero", "2.6.32, again 5.1", "net/ipv4/tcp_timer.c:retransmits_timed_out",
			 "7ae189759cc4", "as time 0" },
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
	[AGE_u32] = { "u32", "2.6.32", "net/ipv4/tcp_timer.c:retransmits_timed_out", "6fa12c85031",
		      "age >= timeout, unsigned" },
	[AGE_s32] = { "s32", "4.20", "net/ipv4/tcp_timer.c:retransmits_timed_out", "9efdda4e3abe",
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

PER_KERNEL uint32_t on_clock(const struct tcpoom_rules *r, uint32_t ticks, uint32_t hz)
{
	return r->clock == CLOCK_ms ? ticks_to_ms(ticks, hz) : ticks;
}

/*
 * The time from which on retransmissions are counted; false if there is none, and so the socket
 * has not timed out.
 */
PER_KERNEL bool tcp_retransmit_stamp(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				     bool reached, uint32_t *start, struct tcpoom_tests *t)
{
	const uint32_t stamp = on_clock(r, s->retrans_stamp, s->hz);
	const uint32_t head = on_clock(r, s->head_sent, s->hz);
	bool unset;

	*start = stamp;
	if (r->stamp == STAMP_zero)
		return true;
	unset = TEST(t, .id = TCPOOM_T_NO_STAMP, .reached = reached, .lhs = stamp,
		     .op = TCPOOM_EQ, /* equivalent: TCPOOM_LE, for a stamp */
		     .rhs = 0);
	if (unset)
		*start = head;
	if (r->stamp == STAMP_head)
		return true;
	return !(unset & TEST(t, .id = TCPOOM_T_NO_HEAD, .reached = reached & unset, .lhs = head,
			      .op = TCPOOM_EQ, /* equivalent: TCPOOM_LE, for a stamp */
			      .rhs = 0));
}

PER_KERNEL bool retransmits_timed_out(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				      unsigned boundary, bool reached, struct tcpoom_tests *t)
{
	const bool never = TEST(t, .id = TCPOOM_T_NEVER, .reached = reached, .lhs = s->retransmits,
				.op = TCPOOM_EQ, /* equivalent: TCPOOM_LE, for a count */
				.rhs = 0);
	uint32_t timeout = tcp_model_timeout(tcp_rto_max(r, s), s->hz, boundary);
	uint32_t start, age;
	const bool stamped = tcp_retransmit_stamp(r, s, reached & !never, &start, t);
	int64_t seen;

	if (r->clock == CLOCK_ms)
		timeout = span_to_ms(timeout, s->hz);
	age = on_clock(r, s->now, s->hz) - start;
	seen = r->age == AGE_s32 ? (int64_t)timeout + ticks_since(age, timeout) : age;
	return !never & stamped &
	       TEST(t, .id = TCPOOM_T_TIMED_OUT, .reached = reached & !never & stamped, .lhs = seen,
		    .op = TCPOOM_GE, .rhs = timeout);
}

/* The argument with which the retransmission timer of a dead socket calls the check. */
PER_KERNEL bool tcp_write_timeout(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				  struct tcpoom_tests *t)
{
	const bool alive = TEST(t, .id = TCPOOM_T_ALIVE, .reached = true, .lhs = s->rto,
				.op = TCPOOM_LT, .rhs = tcp_rto_max(r, s));
	const unsigned retry_until = tcp_orphan_retries(s, alive);

	if (r->retransmit == RETRANSMIT_time)
		return alive | !retransmits_timed_out(r, s, retry_until, !alive, t);
	return alive | TEST(t, .id = TCPOOM_T_RETRANSMITS, .reached = !alive, .lhs = s->retransmits,
			    .op = TCPOOM_LT, .rhs = retry_until);
}

#endif
