/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes in an ftrace instance of their own (Documentation/trace/ftrace.rst), which others do not
 * notice and which leaves nothing behind.
 */
#ifndef TCPOOM_RECORD_TRACEFS_H
#define TCPOOM_RECORD_TRACEFS_H

#include "probes.h"

struct tcpoom_tracefs {
	const char *root;
	int lock; /* the one who holds it records; the kernel frees it also after SIGKILL */
	int pipe; /* trace_pipe, not blocking */
	bool made;
};

/*
 * Takes the lock, removes what a recorder that was killed left, and installs the probes, still
 * off. False: *e says why, and what to do; nothing is left then.
 */
bool tcpoom_tracefs_open(struct tcpoom_tracefs *t, const struct tcpoom_probes *probes,
			 unsigned buffer_kb, struct tcpoom_error *e);

bool tcpoom_tracefs_switch(const struct tcpoom_tracefs *t, bool on, struct tcpoom_error *e);

/*
 * How often a probe of ours could not be served, as kprobe_profile counts it: an interrupt came
 * while another probe was.
 */
unsigned long long tcpoom_tracefs_missed(const struct tcpoom_tracefs *t,
					 const struct tcpoom_probes *probes);

/* Removes all of it. False: something of it could not be. */
bool tcpoom_tracefs_close(struct tcpoom_tracefs *t, struct tcpoom_error *e);

#endif
