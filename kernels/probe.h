/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules on the zero-window probe timer: whether it asks at all, and for a reset. */
#ifndef TCPOOM_KERNELS_PROBE_H
#define TCPOOM_KERNELS_PROBE_H

#include "retransmit.h"

enum { BACKOFF_u32, BACKOFF_u64 };

static const struct tcpoom_variant backoff_variants[] = {
	[BACKOFF_u32] = { "u32", "2.4.0", "net/ipv4/tcp_timer.c:tcp_probe_timer", "",
			  "in 32 bits, so that a long backoff looks alive again" },
	[BACKOFF_u64] = { "u64", "3.18", "include/net/inet_connection_sock.h:inet_csk_rto_backoff",
			  "fcdd1cf4dd63", "in 64 bits" },
};

enum { PROBE_asks, PROBE_expires };

static const struct tcpoom_variant probe_variants[] = {
	[PROBE_asks] = { "asks", "2.4.0", "net/ipv4/tcp_timer.c:tcp_probe_timer", "",
			 "asks, without wanting a reset" },
	[PROBE_expires] = { "expires", "3.18", "net/ipv4/tcp_timer.c:tcp_probe_timer",
			    "b248230c3497",
			    "gives up through tcp_write_err; else it always wants a reset" },
};

/*
 * From 3.18 on the kernel cuts the product off at the maximum RTO; here it is cut off where an
 * int64_t ends, so that the record shows it.
 */
PER_KERNEL int64_t rto_backed_off(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				  unsigned shift)
{
	const uint64_t when = (uint64_t)s->rto << shift;

	if (r->backoff == BACKOFF_u32)
		return (uint32_t)when;
	return when > INT64_MAX ? INT64_MAX : (int64_t)when; /* equivalent: >=, then both are one */
}

/* Returns false if the timer gives up before it asks. */
PER_KERNEL bool tcp_probe_timer(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				bool *do_reset, struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	/* x86 takes a shift count modulo the width; in ISO C a larger one is undefined */
	const unsigned width = r->backoff == BACKOFF_u32 ? 32 : 64;
	const uint8_t shift = s->backoff % width;
	const bool alive =
		TEST(t, .id = TCPOOM_T_ALIVE, .reached = true, .base = s->rto, .shift = shift,
		     .lhs = rto_backed_off(r, s, shift), .op = TCPOOM_LT, .rhs = tcp_rto_max(r, s));
	const unsigned max_probes = tcp_orphan_retries(s, alive);
	const bool expires = r->probe == PROBE_expires;
	const uint8_t count = expires ? s->backoff : s->probes_out;
	const bool had_probes = TEST(t, .id = expires ? TCPOOM_T_BACKOFF : TCPOOM_T_PROBES_OUT,
				     .reached = !alive, .lhs = count,
				     /* equivalent: TCPOOM_GT_UNSIGNED, for counts */
				     .op = expires ? TCPOOM_GE : TCPOOM_GT, .rhs = max_probes);

	v->undefined = s->backoff >= width;
	*do_reset = expires | alive | !had_probes;
	return !expires | alive | !had_probes;
}

#endif
