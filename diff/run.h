/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A workload on one kernel in closed loop and virtual time: what the check does to one orphan is
 * seen by the next. Each decision is the kernel's own, of a state that the loop fills.
 *
 * Time 0 is boot: the tick counter begins 300 s before its lower 32 bits wrap, as it does from 2.6
 * on. Memory is charged for a socket when it is closed, in whole pages of what it has queued.
 */
#ifndef TCPOOM_DIFF_RUN_H
#define TCPOOM_DIFF_RUN_H

#include "../kernels/machine.h"
#include "../traces/workload.h"

enum tcpoom_run_count {
#define COUNT(name, text) TCPOOM_N_##name,
#include "run.def"
#undef COUNT
	TCPOOM_RUN_COUNTS
};

extern const char *const tcpoom_run_texts[TCPOOM_RUN_COUNTS];

struct tcpoom_run_result {
	uint64_t count[TCPOOM_RUN_COUNTS];
	/* at a sample: what /proc/net/sockstat and the sysctls say then */
	int64_t memory; /* pages; in 4.10 to 5.19 quanta of 4096 bytes, whatever a page is */
	int64_t setting[TCPOOM_SETTINGS];
};

/* One decision and what came of it. */
struct tcpoom_run_decision {
	int64_t time; /* ns */
	const struct tcpoom_state *state;
	const struct tcpoom_verdict *verdict;
	uint64_t sk; /* counts closes from 1 */
	int64_t cpu;
	bool printed[2]; /* of the verdict's messages, those that the limiter let through */
};

/* What is called in the order of time; each may be NULL. */
struct tcpoom_run_calls {
	void *context;
	void (*decision)(void *context, const struct tcpoom_run_decision *decision);
	void (*line)(void *context, int64_t time, const char *text); /* of the log */
	/* after all that happened up to and at `time`: 0, step, 2 * step ... up to the end */
	void (*sample)(void *context, int64_t time, const struct tcpoom_run_result *result);
};

/*
 * Runs to the end of the workload, with samples every `step` ns, which is above 0. Takes memory for
 * the orphans that live at one time. False: *e says why, a value that this kernel's types cannot
 * hold or no memory.
 */
bool tcpoom_run(const struct tcpoom_machine *machine, const struct tcpoom_workload *workload,
		uint64_t seed, int64_t step, const struct tcpoom_run_calls *calls,
		struct tcpoom_run_result *result, struct tcpoom_error *e);

#endif
