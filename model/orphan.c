/* SPDX-License-Identifier: GPL-2.0-only */
#include "orphan.h"

enum { RETRIES2 = 15 }; /* sysctl tcp_retries2, its default */

enum tcpoom_entry tcpoom_orphan_timer(const struct tcpoom_orphan *o)
{
	return o->packets_out ? TCPOOM_RETRANSMIT : TCPOOM_PROBE;
}

/*
 * net/ipv4/tcp_output.c:tcp_send_probe0, from 3.18 on with tcp_probe0_when of include/net/tcp.h:
 * the RTO is backed off anew for each probe. That of a retransmission is kept backed off.
 */
uint32_t tcpoom_orphan_wait(const struct tcpoom_orphan *o, uint32_t hz, uint32_t rto_max)
{
	const uint32_t rto_min = hz / 5;
	uint64_t when = o->rto;

	if (!o->packets_out)
		when = (uint64_t)(o->rto < rto_min ? rto_min : o->rto) /* equivalent: <= */
		       << o->backoff;
	return when < rto_max ? (uint32_t)when : rto_max; /* equivalent: <= */
}

/* net/ipv4/tcp_timer.c:tcp_retransmit_timer, behind the check */
static void retransmits(struct tcpoom_orphan *o, uint32_t now, uint32_t rto_max)
{
	const uint64_t twice = 2 * (uint64_t)o->rto;

	o->rto = twice < rto_max ? (uint32_t)twice : rto_max; /* equivalent: <= */
	o->backoff++;
	o->retransmits++;
	o->head_sent = now;
	if (!o->retrans_stamp)
		o->retrans_stamp = now;
	/* the head is data, unless a FIN is all there is */
	if (o->packets_out > 1)
		o->lsndtime = now;
}

/* net/ipv4/tcp_output.c:tcp_send_probe0; any answer resets icsk_probes_out (tcp_ack) */
static void probes(struct tcpoom_orphan *o)
{
	if (o->backoff < RETRIES2)
		o->backoff++;
	o->probes_out = o->peer == TCPOOM_PEER_CLOSED ? 0 : (uint8_t)(o->probes_out + 1);
}

void tcpoom_orphan_sends(struct tcpoom_orphan *o, uint32_t now, uint32_t rto_max)
{
	if (tcpoom_orphan_timer(o) == TCPOOM_RETRANSMIT)
		retransmits(o, now, rto_max);
	else
		probes(o);
}

void tcpoom_orphan_fill(const struct tcpoom_orphan *o, struct tcpoom_state *s)
{
	s->lsndtime = o->lsndtime;
	s->err_soft = o->err_soft;
	s->wmem_queued = o->wmem_queued;
	s->snd_wnd = o->snd_wnd;
	s->packets_out = o->packets_out;
	s->rto = o->rto;
	s->backoff = o->backoff;
	s->retransmits = o->retransmits;
	s->probes_out = o->probes_out;
	s->retrans_stamp = o->retrans_stamp;
	s->head_sent = o->head_sent;
}

/*
 * include/net/tcp.h:tcp_fin_time, and net/ipv4/tcp_input.c:tcp_rcv_state_process. What is longer
 * than TCP_TIMEWAIT_LEN is waited for as an orphan, with the keepalive timer, which does not ask.
 */
uint32_t tcpoom_orphan_fin_wait2(const struct tcpoom_orphan *o, uint32_t fin_timeout, uint32_t hz)
{
	const uint64_t least = 4 * (uint64_t)o->rto - o->rto / 2;
	const uint64_t wait = fin_timeout < least ? least : fin_timeout; /* equivalent: <= */
	const uint64_t time_wait = 60 * (uint64_t)hz;

	return wait > time_wait ? (uint32_t)(wait - time_wait) : 0; /* equivalent: >= */
}
