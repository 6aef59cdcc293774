/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is set otherwise: fields of every state, whatever a trace says of them, and settings of a
 * workload, from its start to its end.
 */
#ifndef TCPOOM_ADVICE_ALTER_H
#define TCPOOM_ADVICE_ALTER_H

#include "../traces/value.h"
#include "../traces/workload.h"
#include "knobs.h"

#define TCPOOM_ALTERS_MOST 16

/* The texts are the caller's, and stay as long as this. */
struct tcpoom_alter {
	unsigned count;
	struct tcpoom_span key[TCPOOM_ALTERS_MOST]; /* a sysctl's as the field or setting it is */
	struct tcpoom_span value[TCPOOM_ALTERS_MOST];
	bool inert[TCPOOM_ALTERS_MOST]; /* a sysctl that no decision reads */
	struct tcpoom_state set;	/* the fields */
};

/* Adds KEY=VALUE: a field, tcp_mem, a setting of a workload, or a sysctl. */
bool tcpoom_alter_add(struct tcpoom_alter *a, struct tcpoom_span pair, struct tcpoom_error *e);

/*
 * What an event says, with that said otherwise; *s is complete then. False: it is no sound state,
 * or what was set is none of a state.
 */
bool tcpoom_alter_state(const struct tcpoom_alter *a, const struct tcpoom_state *said,
			struct tcpoom_state *s, struct tcpoom_error *e);

/* The same of a workload. */
bool tcpoom_alter_workload(const struct tcpoom_alter *a, struct tcpoom_workload *w,
			   struct tcpoom_error *e);

#endif
