/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A workload before and after a change, in closed loop, socket by socket: which sockets are closed,
 * and when, does not depend on what the check does with them.
 */
#ifndef TCPOOM_ADVICE_RERUN_H
#define TCPOOM_ADVICE_RERUN_H

#include "../diff/run.h"
#include "whatif.h"

struct tcpoom_rerun_world {
	struct tcpoom_machine machine;
	struct tcpoom_workload *workload;
};

struct tcpoom_rerun {
	struct tcpoom_run_result result[2];
	/* sockets instead of events; `first.line` is the number of the socket, from 1 */
	struct tcpoom_whatif sockets;
	int64_t *when[2]; /* of each socket, when it was killed; -1 = it was not */
	size_t count[2];
};

/* False: *e says why. Free it in either case. */
bool tcpoom_rerun(const struct tcpoom_rerun_world world[2], const char *file, uint64_t seed,
		  struct tcpoom_rerun *to, struct tcpoom_error *e);
void tcpoom_rerun_free(struct tcpoom_rerun *r);

/* The first kill of a run. */
struct tcpoom_first_kill {
	bool found;
	int64_t time; /* ns */
	uint64_t sk;
	struct tcpoom_state state;
	struct tcpoom_verdict verdict;
};

struct tcpoom_rerun_search {
	bool found;
	int64_t value;
	bool each; /* all smaller values were run; else they follow from the run without a kill */
	struct tcpoom_first_kill below; /* at value - 1; none if value is the least there is */
	struct tcpoom_first_kill least; /* at the largest value, where there is one */
};

/*
 * The smallest value of a setting, held from start to end, with which nothing is killed. Runs that
 * kill nothing are the same run, whatever a limit is, because a limit acts through kills alone: so
 * the decisions of that run say which limits would have killed. What is found is run, and one less.
 * max_orphans and tcp_mem2 are such limits; of orphan_retries every value is run; no other setting
 * is searched. The workload is changed by it.
 */
bool tcpoom_rerun_search(const struct tcpoom_rerun_world *world, enum tcpoom_setting setting,
			 uint64_t seed, struct tcpoom_rerun_search *to, struct tcpoom_error *e);

#endif
