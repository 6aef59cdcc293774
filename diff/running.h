/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine in a run: its clock, settings, counters and limiter, and a decision on it. */
#ifndef TCPOOM_DIFF_RUNNING_H
#define TCPOOM_DIFF_RUNNING_H

#include "../model/memory.h"
#include "../model/orphan.h"
#include "../model/orphan_count.h"
#include "../model/ratelimit.h"
#include "run.h"

/*
 * Both later forms of the orphan counter run, whatever the kernel: a state then says what any
 * kernel would have read, and the rules take what they read.
 */
struct tcpoom_running {
	const struct tcpoom_machine *machine;
	const struct tcpoom_run_calls *calls;
	struct tcpoom_run_result *result;
	struct tcpoom_error *e;
	int64_t time;  /* ns */
	uint64_t tick; /* of the 64-bit counter */
	int64_t setting[TCPOOM_SETTINGS];
	struct tcpoom_orphan_count percpu, cached;
	struct tcpoom_memory memory;
	struct tcpoom_ratelimit limiter;
	struct tcpoom_state state; /* what does not change from one decision to the next */
	int32_t *share, *parked;   /* of the CPUs */
};

/* False: no memory. Free it in either case. */
bool tcpoom_running_boot(struct tcpoom_running *m, const int64_t setting[TCPOOM_SETTINGS]);
void tcpoom_running_free(struct tcpoom_running *m);

/* Lets time pass. */
void tcpoom_running_at(struct tcpoom_running *m, int64_t time);
void tcpoom_running_set(struct tcpoom_running *m, const struct tcpoom_change *change);

/* ns as ticks, rounded up, and when it will be `ticks` from now. */
uint32_t tcpoom_running_ticks(const struct tcpoom_running *m, int64_t ns);
int64_t tcpoom_running_after(const struct tcpoom_running *m, uint64_t ticks);

/* The maximum RTO in ticks. */
uint32_t tcpoom_running_rto_max(const struct tcpoom_running *m);

/* Counts one more orphan, or one less. */
void tcpoom_running_count(struct tcpoom_running *m, unsigned cpu, int sign);

/* Charges the memory of what is queued (sign 1), or gives it back (-1). */
void tcpoom_running_charge(struct tcpoom_running *m, int32_t wmem_queued, unsigned cpu, int sign);

/*
 * What the kernel does with the orphan here and now; writes the log. m->state is then the state.
 * False: the kernel cannot hold a value, and m->e says which.
 */
bool tcpoom_running_decide(struct tcpoom_running *m, enum tcpoom_entry entry,
			   const struct tcpoom_orphan *o, unsigned cpu, uint64_t sk,
			   struct tcpoom_verdict *v);

/* Writes what a monitor sees into m->result. */
void tcpoom_running_see(struct tcpoom_running *m);

/* A message that asks the limiter; returns whether it went into the log. */
bool tcpoom_running_print(struct tcpoom_running *m, const char *text);

#endif
