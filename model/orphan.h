/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One orphan: what its timers do with it from close to its end. No TCP stack; no more than it takes
 * for the number of orphans over time to follow from when they come. In particular there are no
 * tail loss probes, ICMP errors do not undo a backoff (RFC 6069), and timers fire at their tick,
 * which from 4.8 on they do up to an eighth of their time later.
 */
#ifndef TCPOOM_MODEL_ORPHAN_H
#define TCPOOM_MODEL_ORPHAN_H

#include "state.h"

/* What comes back from the other end. */
enum tcpoom_peer {
	TCPOOM_PEER_DEAD,   /* nothing */
	TCPOOM_PEER_ICMP,   /* an ICMP error for every packet */
	TCPOOM_PEER_CLOSED, /* window probes are answered: the window is still closed */
	TCPOOM_PEERS
};

/* Under the kernel's names; times in ticks. */
struct tcpoom_orphan {
	uint8_t peer; /* enum tcpoom_peer */
	uint8_t backoff, retransmits, probes_out;
	int32_t err_soft, wmem_queued;
	uint32_t snd_wnd, packets_out, lsndtime, head_sent, retrans_stamp, rto;
};

/* The timer that such an orphan has: retransmit if anything is in flight, else probe. */
enum tcpoom_entry tcpoom_orphan_timer(const struct tcpoom_orphan *o);

/* Ticks from when that timer is set until it fires. */
uint32_t tcpoom_orphan_wait(const struct tcpoom_orphan *o, uint32_t hz, uint32_t rto_max);

/*
 * The timer of an orphan fires at tick `now`, and it lives on: it retransmits or sends a probe, and
 * sets the timer again.
 */
void tcpoom_orphan_sends(struct tcpoom_orphan *o, uint32_t now, uint32_t rto_max);

/* Copies what a check reads of the orphan itself; says nothing of what is given. */
void tcpoom_orphan_fill(const struct tcpoom_orphan *o, struct tcpoom_state *s);

/*
 * The other end has acknowledged all: ticks that the orphan stays one in FIN_WAIT2, with
 * tcp_fin_timeout in ticks. 0: from now on it is a TIME_WAIT socket, and no orphan.
 */
uint32_t tcpoom_orphan_fin_wait2(const struct tcpoom_orphan *o, uint32_t fin_timeout, uint32_t hz);

#endif
