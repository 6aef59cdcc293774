/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The skeleton of the decision, in the kernel's own order and under its function names. What
 * differs between kernels is asked of the rules; what does not, stands here.
 */
#ifndef TCPOOM_KERNELS_DECIDE_H
#define TCPOOM_KERNELS_DECIDE_H

#include "memory.h"
#include "orphans.h"
#include "probe.h"
#include "retransmit.h"

enum { LATE_s32, LATE_u32 };

static const struct tcpoom_variant late_variants[] = {
	[LATE_s32] = { "s32", "2.4.0", "include/net/tcp.h:TCP_RTO_MAX", "",
		       "signed: a time ahead is recent" },
	[LATE_u32] = { "u32", "2.4.11", "include/net/tcp.h:TCP_RTO_MAX", "",
		       "unsigned: a time ahead, or 2^31 ticks ago, is long ago" },
};

enum { TEXT_path, TEXT_cause };

static const struct tcpoom_variant text_variants[] = {
	[TEXT_path] = { "path", "2.4.0", "net/ipv4/tcp_timer.c:tcp_out_of_resources", "",
			"the path: one text for the timer, one for close, whatever the cause" },
	[TEXT_cause] = { "cause", "3.3", "net/ipv4/tcp.c:tcp_check_oom", "efcdbf24fd5d",
			 "the cause: one text for orphans, one for memory, or both" },
};

enum { NETNS_no, NETNS_closes };

static const struct tcpoom_variant netns_variants[] = {
	[NETNS_no] = { "no", "2.4.0", "net/ipv4/tcp_timer.c:tcp_out_of_resources", "", "nothing" },
	[NETNS_closes] = { "closes", "4.15", "net/ipv4/tcp_timer.c:tcp_out_of_resources",
			   "4ee806d51176",
			   "a socket that would be kept is closed: no reset, no message" },
};

/* Why a socket may not keep its memory. */
struct oom {
	bool orphans, memory;
};

/*
 * Up to 3.2 the two tests are one condition that ends at the first true one; tcp_check_oom makes
 * both, for it prints a line for each.
 */
PER_KERNEL struct oom tcp_check_oom(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				    unsigned shift, struct tcpoom_verdict *v,
				    struct tcpoom_tests *t)
{
	const bool orphans = tcp_too_many_orphans(r, s, shift, v, t);
	const bool both = r->text == TEXT_cause;
	const bool memory = tcp_out_of_memory(r, s, both | !orphans, t);

	if (both) {
		v->messages = (uint8_t)(orphans + memory);
		v->message[0] = orphans ? TCPOOM_MSG_TOO_MANY_ORPHANED : TCPOOM_MSG_OUT_OF_MEMORY;
		v->message[1] = TCPOOM_MSG_OUT_OF_MEMORY;
	} else {
		v->messages = orphans | memory;
		v->message[0] = s->entry == TCPOOM_CLOSE ? TCPOOM_MSG_TOO_MANY_OF_ORPHANED
							 : TCPOOM_MSG_OUT_OF_SOCKET_MEMORY;
	}
	return (struct oom){ .orphans = orphans, .memory = memory };
}

/* check_net(), asked only where there is room enough. */
PER_KERNEL bool net_is_exiting(const struct tcpoom_rules *r, const struct tcpoom_state *s,
			       bool reached, struct tcpoom_tests *t)
{
	if (r->netns == NETNS_no)
		return false;
	return TEST(t, .id = TCPOOM_T_NET_EXITING, .reached = reached, .lhs = s->net_alive,
		    .op = TCPOOM_EQ, .rhs = 0);
}

/* The penalties that make each orphan count double: at most 2. */
PER_KERNEL unsigned penalties(const struct tcpoom_rules *r, const struct tcpoom_state *s,
			      bool do_reset, struct tcpoom_tests *t)
{
	const int32_t idle = ticks_since(s->now, s->lsndtime);
	const uint32_t bound = 2 * tcp_rto_max(r, s);
	const bool is_signed = r->late == LATE_s32;
	const int64_t ticks = is_signed ? idle : (int64_t)(uint32_t)idle;
	const bool late =
		TEST(t, .id = TCPOOM_T_IDLE, .reached = true, .lhs = ticks, .op = TCPOOM_GT,
		     .rhs = is_signed ? wrap_s32(bound) : (int64_t)bound);
	const bool unwanted = TEST(t, .id = TCPOOM_T_NO_RESET, .reached = !late, .lhs = do_reset,
				   .op = TCPOOM_EQ, .rhs = 0);
	const bool soft = TEST(t, .id = TCPOOM_T_ERR_SOFT, .reached = true, .lhs = s->err_soft,
			       .op = TCPOOM_NE, .rhs = 0);

	return (unsigned)(late | unwanted) + soft;
}

/* Whether a socket that is killed is reset although the timer did not ask for it. */
PER_KERNEL bool exceptional_case(const struct tcpoom_state *s, bool reached, struct tcpoom_tests *t)
{
	const int32_t idle = ticks_since(s->now, s->lsndtime);
	const bool recent =
		TEST(t, .id = TCPOOM_T_RECENT, .reached = reached, .lhs = idle, .op = TCPOOM_LE,
		     .rhs = 60 * (int64_t)s->hz /* TCP_TIMEWAIT_LEN, an int in every kernel */);
	const bool closed = TEST(t, .id = TCPOOM_T_ZERO_WINDOW, .reached = reached & !recent,
				 .lhs = s->snd_wnd, .op = TCPOOM_EQ, .rhs = 0);
	const bool none_out =
		TEST(t, .id = TCPOOM_T_NONE_OUT, .reached = reached & !recent & closed,
		     .lhs = s->packets_out, .op = TCPOOM_EQ, .rhs = 0);

	return recent | (closed & none_out);
}

/* net/ipv4/tcp_timer.c */
PER_KERNEL void tcp_out_of_resources(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				     bool do_reset, struct tcpoom_verdict *v,
				     struct tcpoom_tests *t)
{
	const unsigned shift = penalties(r, s, do_reset, t);
	const struct oom why = tcp_check_oom(r, s, shift, v, t);
	const bool oom = why.orphans | why.memory;
	const bool reset = do_reset | exceptional_case(s, oom, t);
	const bool exiting = net_is_exiting(r, s, !oom, t);

	v->do_reset = do_reset;
	v->ret = oom | exiting;
	v->snmp = oom;
	v->outcome = (oom & reset) ? TCPOOM_KILLED_RESET
		     : v->ret	   ? TCPOOM_KILLED_SILENT
				   : TCPOOM_KEPT;
}

/* net/ipv4/tcp.c, the check near its end (__tcp_close from about 5.11 on): it always resets. */
PER_KERNEL void tcp_close(const struct tcpoom_rules *r, const struct tcpoom_state *s,
			  struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	const struct oom why = tcp_check_oom(r, s, 0, v, t);
	const bool oom = why.orphans | why.memory;
	const bool exiting = net_is_exiting(r, s, !oom, t);

	v->snmp = oom;
	v->outcome = oom ? TCPOOM_KILLED_RESET : exiting ? TCPOOM_KILLED_SILENT : TCPOOM_KEPT;
}

/* States of which this kernel gives no verdict; *blame is the field at fault. */
PER_KERNEL enum tcpoom_status refuse(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				     uint8_t *blame)
{
	if (r->count == COUNT_atomic && !fits_int(s->orphans))
		*blame = TCPOOM_F_orphans;
	else if (r->mem == MEM_int && !fits_int(s->mem_allocated))
		*blame = TCPOOM_F_mem_allocated;
	else if (r->mem == MEM_int && !fits_int(s->tcp_mem2))
		*blame = TCPOOM_F_tcp_mem2;
	else if (r->probe == PROBE_expires && s->entry == TCPOOM_PROBE && s->user_timeout) {
		*blame = TCPOOM_F_user_timeout;
		return TCPOOM_UNMODELLED;
	} else
		return TCPOOM_OK;
	return TCPOOM_UNREPRESENTABLE;
}

/* The argument of the check; false if the timer gives up before it asks. */
PER_KERNEL bool timer_asks(const struct tcpoom_rules *r, const struct tcpoom_state *s,
			   bool *do_reset, struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	switch (s->entry) {
	case TCPOOM_RETRANSMIT:
		*do_reset = tcp_write_timeout(r, s, t);
		return true;
	case TCPOOM_PROBE:
		return tcp_probe_timer(r, s, do_reset, v, t);
	default:
		*do_reset = s->do_reset;
		return true;
	}
}

PER_KERNEL enum tcpoom_status decide(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				     struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	const enum tcpoom_status status = refuse(r, s, &v->blame);
	bool do_reset;

	if (status != TCPOOM_OK)
		return status;
	*v = (struct tcpoom_verdict){ .blame = TCPOOM_FIELDS };
	if (t)
		t->count = 0;
	if (s->entry == TCPOOM_CLOSE)
		tcp_close(r, s, v, t);
	else if (timer_asks(r, s, &do_reset, v, t))
		tcp_out_of_resources(r, s, do_reset, v, t);
	else
		v->outcome = TCPOOM_EXPIRED;
	return TCPOOM_OK;
}

#endif
