/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a kernel, which cut.py cuts out of a tree into cut.h when the benchmark is built,
 * between the stand-ins for what is around it and the interface of real.h.
 */
#include "real.h"

#include <stdlib.h>

#include "stand_ins.h"

/* the kernel is not built with these warnings */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-value"
#define CUT_TEXT
#include "cut.h"
#pragma GCC diagnostic pop

const char *const real_release = CUT_RELEASE;
const uint32_t real_hz = HZ;

static inline void fill_proto(struct proto *to, const struct tcpoom_state *s)
{
#if CUT_PERCPU
	to->orphan_count[0].count = s->orphans_approx;
	to->orphan_count[0].sum = s->orphans;
#else
	to->orphan_count[0].counter = (int)s->orphans;
#endif
	to->memory_allocated[0].counter = (pages_t)s->mem_allocated;
	to->sysctl_mem[2] = (pages_t)s->tcp_mem2;
}

static inline void fill(struct real_socket *to, const struct tcpoom_state *s)
{
	fill_proto(&to->proto, s);
	to->tp = (struct tcp_sock){
		.sk = { .sk_prot = &to->proto,
			.sk_wmem_queued = s->wmem_queued,
			.sk_err_soft = s->err_soft,
			.sk_state = TCP_FIN_WAIT1 },
		.lsndtime = s->lsndtime,
		.snd_wnd = s->snd_wnd,
		.packets_out = s->packets_out,
		.icsk_rto_max = s->rto_max,
	};
	to->max_orphans = s->max_orphans;
	to->orphan_cache = s->orphans_cached;
	to->now = s->now;
	to->net_alive = s->net_alive;
	to->close = s->entry == TCPOOM_CLOSE;
	to->do_reset = !to->close && s->do_reset;
}

static inline void decide(struct real_socket *socket, struct tcpoom_verdict *v)
{
	struct sock *sk = &socket->tp.sk;
	bool killed;
	int ret = 0;

	at = socket;
	memset(&seen, 0, sizeof(seen));
	if (socket->close) {
		cut_close(sk);
		killed = sk->sk_state == TCP_CLOSE;
	} else {
		ret = tcp_out_of_resources(sk, socket->do_reset);
		killed = seen.done;
	}
	*v = (struct tcpoom_verdict){
		.outcome = !killed	? TCPOOM_KEPT
			   : seen.reset ? TCPOOM_KILLED_RESET
					: TCPOOM_KILLED_SILENT,
		.ret = (uint8_t)ret,
		.do_reset = socket->do_reset,
		.snmp = seen.snmp,
		.exact_sums = seen.sums,
		.messages = seen.messages,
		.message = { seen.message[0], seen.message[1] },
		.blame = TCPOOM_FIELDS,
	};
}

struct real_socket *real_sockets_new(size_t count)
{
	return calloc(count, sizeof(struct real_socket));
}

void real_prepare(struct real_socket *sockets, size_t i, const struct tcpoom_state *s)
{
	fill(&sockets[i], s);
}

void real_decide_prepared(struct real_socket *sockets, size_t i, struct tcpoom_verdict *v)
{
	decide(&sockets[i], v);
}

void real_decide(const struct tcpoom_state *s, struct tcpoom_verdict *v)
{
	static struct real_socket socket;

	fill(&socket, s);
	decide(&socket, v);
}
