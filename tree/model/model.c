/* SPDX-License-Identifier: GPL-2.0-only */
/* The text of a kernel tree as a loadable model: see model/kernel.h for what it exports. */
#include "environment.h"

#include "cut_text.h"

/* ---- a state as a socket ---- */

/* The counts as they stand where this tree's close check reads them. */
static s64 count_self(const struct tcpoom_state *s, s64 count)
{
	const bool adjust = s->entry == TCPOOM_CLOSE && s->given & TCPOOM_BIT(self_counted);

	return wrap_add(count, adjust ? CUT_SELF - (s64)s->self_counted : 0);
}

static void fill_counters(const struct tcpoom_state *s)
{
	const bool cgroup = s->given & TCPOOM_BIT(memcg_limit);

	tcp_orphan_count.count = count_self(s, s->orphans_approx);
	tcp_orphan_count.exact = count_self(s, s->orphans);
	tcp_orphan_cache = s->orphans_cached;
	sysctl_tcp_max_orphans = s->max_orphans;
	tcp_memory_allocated.exact = s->mem_allocated;
	sysctl_tcp_mem[2] = s->tcp_mem2;
	cgroup_here.memory_allocated = s->memcg_allocated;
	cgroup_here.sysctl_mem[2] = s->memcg_limit;
	proto_here = (struct proto){ &tcp_orphan_count, &tcp_memory_allocated, sysctl_tcp_mem };
	tcp_sock_here.sk.sk_cgrp = cgroup ? &cgroup_here : NULL;
	PAGE_SHIFT = ilog2(s->page_size);
	sizeof_sk_buff = s->sizeof_sk_buff;
}

static struct sock *fill(const struct tcpoom_state *s)
{
	HZ = (int)s->hz;
	ticks_here = s->now;
	tcp_sock_here = (struct tcp_sock){
		.sk = { .sk_prot = &proto_here,
			.sk_wmem_queued = s->wmem_queued,
			.sk_err_soft = s->err_soft,
			.sk_state = TCP_FIN_WAIT1 },
		.lsndtime = s->lsndtime,
		.snd_wnd = s->snd_wnd,
		.packets_out = s->packets_out,
		.retrans_stamp = s->retrans_stamp,
		.icsk_rto = s->rto,
		.icsk_rto_max = s->rto_max,
		.icsk_backoff = s->backoff,
		.icsk_retransmits = s->retransmits,
		.icsk_probes_out = s->probes_out,
		.rto = s->rto,
		.backoff = s->backoff,
		.retransmits = s->retransmits,
		.probes_out = s->probes_out,
	};
	/* a close may come without a tick rate */
	if (HZ) {
		tcp_sock_here.retrans_stamp = ON_CLOCK(s->retrans_stamp);
		head_here.when = ON_CLOCK(s->head_sent);
	}
	net_here.ipv4.sysctl_tcp_orphan_retries = s->orphan_retries;
	net_here.alive = s->net_alive;
	sysctl_tcp_orphan_retries = s->orphan_retries;
	fill_counters(s);
	return &tcp_sock_here.sk;
}

/* ---- what the text can hold, and what it needs ---- */

#define EXACT (!USES_percpu_counter_read_positive && !USES_tcp_orphan_cache)

static bool fits_int(s64 x)
{
	return x >= INT32_MIN && x <= INT32_MAX;
}

static enum tcpoom_status refuse(const struct tcpoom_state *s, u8 *blame)
{
	if (EXACT && !fits_int(s->orphans))
		*blame = TCPOOM_F_orphans;
	else if (!USES_atomic_long_read && !fits_int(s->mem_allocated))
		*blame = TCPOOM_F_mem_allocated;
	else if (!USES_atomic_long_read && !fits_int(s->tcp_mem2))
		*blame = TCPOOM_F_tcp_mem2;
	else if (CUT_USER_TIMEOUT && s->entry == TCPOOM_PROBE && s->user_timeout) {
		*blame = TCPOOM_F_user_timeout;
		return TCPOOM_UNMODELLED;
	} else
		return TCPOOM_OK;
	return TCPOOM_UNREPRESENTABLE;
}

#define BIT(field) TCPOOM_BIT(field)
#define IF(used, fields) ((used) ? (fields) : 0)
#define NEED_CLOSE                                                                                 \
	(BIT(wmem_queued) | BIT(max_orphans) | BIT(mem_allocated) | BIT(tcp_mem2) |                \
	 IF(EXACT || USES_percpu_counter_sum_positive, BIT(orphans)) |                             \
	 IF(USES_percpu_counter_read_positive, BIT(orphans_approx)) |                              \
	 IF(USES_tcp_orphan_cache, BIT(orphans_cached)) | IF(USES_sk_buff, BIT(sizeof_sk_buff)) |  \
	 IF(USES_PAGE_SIZE || USES_PAGE_SHIFT, BIT(page_size)) |                                   \
	 IF(USES_check_net, BIT(net_alive)))
#define NEED_CHECK                                                                                 \
	(NEED_CLOSE | BIT(hz) | BIT(now) | BIT(lsndtime) | BIT(err_soft) | BIT(snd_wnd) |          \
	 BIT(packets_out) | IF(USES_icsk_rto_max, BIT(rto_max)))
#define HEAD (USES_tcp_write_queue_head || USES_tcp_rtx_queue_head || USES_tcp_skb_timestamp)
#define NEED_RETRANSMIT                                                                            \
	(NEED_CHECK | BIT(rto) | BIT(retransmits) | BIT(orphan_retries) |                          \
	 IF(USES_retrans_stamp, BIT(retrans_stamp)) | IF(HEAD, BIT(head_sent)))
#define NEED_PROBE                                                                                 \
	(NEED_CHECK | BIT(rto) | BIT(backoff) | BIT(orphan_retries) |                              \
	 IF(USES_icsk_probes_out || USES_probes_out, BIT(probes_out)) |                            \
	 IF(CUT_USER_TIMEOUT, BIT(user_timeout)))

/* ---- the decision ---- */

/* Returns whether the socket is finished. */
static bool run(const struct tcpoom_state *s, struct sock *sk)
{
	switch (s->entry) {
	case TCPOOM_CLOSE:
		cut_close(sk);
		return sk->sk_state == TCP_CLOSE;
	case TCPOOM_RETRANSMIT:
		cut_retransmit(sk);
		return seen.done;
	case TCPOOM_PROBE:
		cut_probe(sk);
		return seen.done;
	default:
		asked(sk, s->do_reset);
		return seen.done;
	}
}

static enum tcpoom_status decide(const struct tcpoom_kernel *k, const struct tcpoom_state *s,
				 struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	const enum tcpoom_status status = refuse(s, &v->blame);
	bool finished;

	if (status != TCPOOM_OK)
		return status;
	memset(&seen, 0, sizeof(seen));
	finished = run(s, fill(s));
	*v = (struct tcpoom_verdict){
		.outcome = seen.expired && !seen.asked ? TCPOOM_EXPIRED
			   : !finished		       ? TCPOOM_KEPT
			   : seen.reset		       ? TCPOOM_KILLED_RESET
						       : TCPOOM_KILLED_SILENT,
		.ret = seen.ret,
		.do_reset = seen.do_reset,
		.snmp = seen.snmp,
		.exact_sums = seen.sums,
		.undefined = s->entry == TCPOOM_PROBE &&
			     s->backoff >= (USES_inet_csk_rto_backoff ? 64 : 32),
		.messages = seen.messages,
		.message = { seen.message[0], seen.message[1] },
		.blame = TCPOOM_FIELDS,
	};
	if (t)
		t->count = 0;
	return TCPOOM_OK;
}

const struct tcpoom_kernel tcpoom_model = {
	.abi = TCPOOM_ABI,
	.name = CUT_RELEASE,
	.needs = { [TCPOOM_TIMER] = NEED_CHECK | BIT(do_reset),
		   [TCPOOM_CLOSE] = NEED_CLOSE,
		   [TCPOOM_RETRANSMIT] = NEED_RETRANSMIT,
		   [TCPOOM_PROBE] = NEED_PROBE },
	.decide = decide,
};

/* The numbers that stand in the text: where it may decide otherwise than any release. */
const int64_t tcpoom_model_constants[] = { CUT_CONSTANTS };
const unsigned tcpoom_model_constant_count =
	sizeof(tcpoom_model_constants) / sizeof(*tcpoom_model_constants);
