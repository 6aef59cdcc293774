/* SPDX-License-Identifier: GPL-2.0-only */
/* net/ipv4/tcp_timer.c:tcp_model_timeout, the same in every kernel that times retransmissions. */
#ifndef TCPOOM_KERNELS_TIMEOUT_H
#define TCPOOM_KERNELS_TIMEOUT_H

#include "../model/ticks.h"

/* Ticks that `boundary` retransmissions take, doubling from the minimum RTO to the maximum. */
static inline uint32_t tcp_model_timeout(uint32_t rto_max, uint32_t hz, unsigned boundary)
{
	const uint32_t rto_base = hz / 5; /* TCP_RTO_MIN */
	const unsigned thresh = ilog2_u32(rto_max / rto_base);

	if (boundary <= thresh) /* equivalent: <, both times meet here */
		return ((2u << boundary) - 1) * rto_base;
	return ((2u << thresh) - 1) * rto_base + (boundary - thresh) * rto_max;
}

#endif
