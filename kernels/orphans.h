/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules on orphans: which count is read, and how it is compared with tcp_max_orphans. */
#ifndef TCPOOM_KERNELS_ORPHANS_H
#define TCPOOM_KERNELS_ORPHANS_H

#include "look.h"

enum { COUNT_atomic, COUNT_approx, COUNT_recheck, COUNT_cached };

static const struct tcpoom_variant count_variants[] = {
	[COUNT_atomic] = { "atomic", "2.4.0", "net/ipv4/tcp_timer.c:tcp_out_of_resources", "",
			   "one atomic counter, exact" },
	[COUNT_approx] = { "approx", "2.6.29", "net/ipv4/tcp_timer.c:tcp_out_of_resources",
			   "dd24c00191d", "the central value of a per-CPU counter, approximate" },
	[COUNT_recheck] = { "recheck", "2.6.36", "include/net/tcp.h:tcp_too_many_orphans",
			    "ad1af0fedba",
			    "approximate, and if that is over the limit the exact sum" },
	[COUNT_cached] = { "cached", "5.16", "net/ipv4/tcp.c:tcp_too_many_orphans", "19757cebf0c5",
			   "a sum that a timer refreshes every 100 ms" },
};

enum { NEGATIVE_raw, NEGATIVE_one, NEGATIVE_zero };

static const struct tcpoom_variant negative_variants[] = {
	[NEGATIVE_raw] = { "raw", "2.4.0", "include/asm/atomic.h:atomic_read", "", "as it is" },
	[NEGATIVE_one] = { "one", "2.6.29",
			   "include/linux/percpu_counter.h:percpu_counter_read_positive",
			   "dd24c00191d", "as 1" },
	[NEGATIVE_zero] = { "zero", "3.0",
			    "include/linux/percpu_counter.h:percpu_counter_read_positive",
			    "c84598bbfa7", "as 0" },
};

enum { LIMIT_ge, LIMIT_gt };

static const struct tcpoom_variant limit_variants[] = {
	[LIMIT_ge] = { "ge", "2.4.0", "net/ipv4/tcp_timer.c:tcp_out_of_resources", "",
		       "orphans >= tcp_max_orphans is too many" },
	[LIMIT_gt] = { "gt", "2.6.22", "include/net/tcp.h:tcp_too_many_orphans", "e4fd5da39f9",
		       "only orphans > tcp_max_orphans is too many" },
};

enum { SELF_out, SELF_in };

static const struct tcpoom_variant self_variants[] = {
	[SELF_out] = { "out", "2.4.0", "net/ipv4/tcp.c:tcp_close", "",
		       "counted after the check, so not included" },
	[SELF_in] = { "in", "2.6.17", "net/ipv4/tcp.c:tcp_close", "75c2d9077c6",
		      "counted before the check, so included" },
};

/* The count that was recorded, as it stands where this kernel's close check reads it. */
PER_KERNEL int64_t count_self(const struct tcpoom_rules *r, const struct tcpoom_state *s,
			      int64_t count)
{
	const bool adjust = s->entry == TCPOOM_CLOSE && (s->given & TCPOOM_BIT(self_counted));

	return wrap_add(count, adjust ? (r->self == SELF_in) - (int64_t)s->self_counted : 0);
}

/* lib/percpu_counter.c returns s64; the callers keep it in an int. */
PER_KERNEL int32_t count_read(const struct tcpoom_rules *r, const struct tcpoom_state *s)
{
	int64_t count;

	if (r->count == COUNT_cached)
		return s->orphans_cached;
	if (r->count == COUNT_atomic)
		return wrap_s32((uint32_t)count_self(r, s, s->orphans));
	count = count_self(r, s, s->orphans_approx);
	if (r->negative != NEGATIVE_raw && count < 0)
		count = r->negative == NEGATIVE_one;
	return wrap_s32((uint32_t)count);
}

/* percpu_counter_sum_positive */
PER_KERNEL int32_t count_sum(const struct tcpoom_rules *r, const struct tcpoom_state *s)
{
	const int64_t count = count_self(r, s, s->orphans);

	return count < 0 ? 0 : wrap_s32((uint32_t)count); /* equivalent: <= or < 1, 0 is 0 */
}

/*
 * Doubled once per penalty in `int`, which wraps. Up to 2.6.35 the count itself is doubled, later
 * it is shifted for the comparison: the same number. The close check has no penalty, and is `>`
 * in every kernel.
 */
PER_KERNEL bool tcp_too_many_orphans(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				     unsigned shift, struct tcpoom_verdict *v,
				     struct tcpoom_tests *t)
{
	const bool at_limit = r->limit == LIMIT_ge && s->entry != TCPOOM_CLOSE;
	const enum tcpoom_op op = at_limit ? TCPOOM_GE : TCPOOM_GT;
	const int32_t count = count_read(r, s), sum = count_sum(r, s);
	const bool over = TEST(t, .id = TCPOOM_T_ORPHANS, .reached = true, .base = count,
			       .shift = (uint8_t)shift, .lhs = wrap_shl(count, shift), .op = op,
			       .rhs = s->max_orphans);

	if (r->count != COUNT_recheck)
		return over;
	v->exact_sums = over;
	return over & TEST(t, .id = TCPOOM_T_ORPHANS_SUM, .reached = over, .base = sum,
			   .shift = (uint8_t)shift, .lhs = wrap_shl(sum, shift), .op = op,
			   .rhs = s->max_orphans);
}

#endif
