/* SPDX-License-Identifier: GPL-2.0-only */
/* A recording: every decision of the kernel that runs here, as trace format 1. */
#ifndef TCPOOM_RECORD_SESSION_H
#define TCPOOM_RECORD_SESSION_H

#include "../traces/ftrace.h"
#include "host.h"

struct tcpoom_session {
	const char *offsets;  /* a file instead of the kernel's BTF, or NULL */
	const char *symbols;  /* a System.map, or NULL */
	unsigned duration;    /* s */
	uint64_t max_size;    /* bytes of the trace, about; 0 = any */
	unsigned buffer_kb;   /* of each CPU */
	bool raw, kills_only; /* as in struct tcpoom_ftrace_options */

	struct tcpoom_host host;
	struct tcpoom_layout layout;
	struct tcpoom_probes probes;
};

/* Finds out what can be seen on this kernel. False: *e says what is missing and what to do. */
bool tcpoom_session_prepare(struct tcpoom_session *s, struct tcpoom_error *e);

/*
 * Records until the time or size is over or SIGINT, SIGTERM or SIGHUP comes, and writes to `out`
 * as it goes. Where it returns nothing is left behind in the kernel, or *e says so. False: the
 * recording is not whole, and *e says why.
 */
bool tcpoom_session_run(struct tcpoom_session *s, FILE *out, struct tcpoom_ftrace_counts *counts,
			struct tcpoom_error *e);

#endif
