/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each entry reads, as a function of the rules that make a difference to it: P is the prefix
 * of their names. Fields that have a default are missed only where they are said to be unknown.
 */
#ifndef TCPOOM_KERNELS_NEEDS_H
#define TCPOOM_KERNELS_NEEDS_H

#include "decide.h"

#define BIT TCPOOM_BIT
#define IF(rule, variant, fields) ((int)(rule) == (variant) ? (fields) : 0)
#define NEED_COUNT(count)                                                                          \
	((int)(count) == COUNT_atomic	 ? BIT(orphans)                                            \
	 : (int)(count) == COUNT_approx	 ? BIT(orphans_approx)                                     \
	 : (int)(count) == COUNT_recheck ? BIT(orphans_approx) | BIT(orphans)                      \
					 : BIT(orphans_cached))
#define NEED_CLOSE(P)                                                                              \
	(NEED_COUNT(P##count) | BIT(wmem_queued) | BIT(max_orphans) | BIT(mem_allocated) |         \
	 BIT(tcp_mem2) | IF(P##sndbuf, SNDBUF_derived, BIT(sizeof_sk_buff)) |                      \
	 IF(P##unit, UNIT_4096, BIT(page_size)) | IF(P##netns, NETNS_closes, BIT(net_alive)))
#define NEED_CHECK(P)                                                                              \
	(NEED_CLOSE(P) | BIT(hz) | BIT(now) | BIT(lsndtime) | BIT(err_soft) | BIT(snd_wnd) |       \
	 BIT(packets_out) | IF(P##rto_max, RTO_MAX_socket, BIT(rto_max)))
#define NEED_TIMER(P) (NEED_CHECK(P) | BIT(do_reset))
#define NEED_RETRANSMIT(P)                                                                         \
	(NEED_CHECK(P) | BIT(rto) | BIT(retransmits) | BIT(orphan_retries) |                       \
	 IF(P##retransmit, RETRANSMIT_time, BIT(retrans_stamp)) |                                  \
	 IF(P##stamp, STAMP_head, BIT(head_sent)) | IF(P##stamp, STAMP_never, BIT(head_sent)))
#define NEED_PROBE(P)                                                                              \
	(NEED_CHECK(P) | BIT(rto) | BIT(backoff) | BIT(orphan_retries) |                           \
	 IF(P##probe, PROBE_asks, BIT(probes_out)) |                                               \
	 IF(P##probe, PROBE_expires, BIT(user_timeout)))

#endif
