/* SPDX-License-Identifier: GPL-2.0-only */
/* Sysctls by name: which field of a state or setting of a workload one is, if any. */
#ifndef TCPOOM_ADVICE_KNOBS_H
#define TCPOOM_ADVICE_KNOBS_H

#include "../kernels/release.h"
#include "../traces/error.h"

struct tcpoom_knob {
	const char *folder, *name; /* "net.ipv4", "tcp_mem" */
	unsigned values;	   /* how many numbers it takes */
	const char *setting;	   /* what it is here; NULL: nothing that a decision reads */
	uint64_t since, gone;	   /* releases, or 0 */
	const char *why;
};

/*
 * The knob of that name, with or without its folder, with dots or slashes. *bare: without it, as no
 * kernel knows it. NULL: none that is known here.
 */
const struct tcpoom_knob *tcpoom_knob_find(struct tcpoom_span name, bool *bare);

/* The knob of that name, or the one that is this setting; NULL: none. */
const struct tcpoom_knob *tcpoom_knob_of(struct tcpoom_span key);

#endif
