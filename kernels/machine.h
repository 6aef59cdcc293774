/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel has around the decision: its counters, its limiter, and what its timers do once the
 * check has let a socket live. Most of it follows from the kernel's rules; what differs between
 * releases that decide alike follows from the release.
 */
#ifndef TCPOOM_KERNELS_MACHINE_H
#define TCPOOM_KERNELS_MACHINE_H

#include "release.h"

struct tcpoom_machine {
	const struct tcpoom_kernel *kernel;
	uint8_t memory;	 /* enum tcpoom_memory_counter */
	uint8_t limiter; /* enum tcpoom_ratelimit_variant */
	bool quanta;	 /* memory is counted in 4096 bytes, whatever the page size */
	bool at_limit;	 /* the probe timer gives up at its limit, not one probe later */
};

/* The machine of a release that resolves to one row, and that row is built of rules. */
struct tcpoom_machine tcpoom_machine_of(const struct tcpoom_resolution *release);

/* The maximum RTO in ticks: 120 s, or that of the state. */
uint32_t tcpoom_machine_rto_max(const struct tcpoom_machine *m, const struct tcpoom_state *s);

/*
 * Whether the timer that asked, retransmit or probe, gives the socket up (tcp_write_err) although
 * the check let it live. A complete state, in which all that the entry needs is given.
 */
bool tcpoom_gives_up(const struct tcpoom_machine *m, const struct tcpoom_state *s);

#endif
