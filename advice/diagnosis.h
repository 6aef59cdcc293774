/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which test fired: what was seen, in a log or by a counter, against every way in which the numbers
 * let a socket be killed.
 */
#ifndef TCPOOM_ADVICE_DIAGNOSIS_H
#define TCPOOM_ADVICE_DIAGNOSIS_H

#include "../kernels/release.h"
#include "facts.h"
#include "remedy.h"

/* What speaks of a kill: one of the texts, by enum tcpoom_message, or something else. */
enum { TCPOOM_SEEN_COUNTER = TCPOOM_MESSAGES, TCPOOM_SEEN_NOTHING, TCPOOM_SEEN };

/* Why one thing that was seen happened, as far as the numbers tell. */
struct tcpoom_finding {
	unsigned seen;
	tcpoom_rows kernels; /* that may be meant */
	bool another_kernel; /* the kernel that was named never does that: these are others */
	bool alone;	     /* nothing was seen, but a closing socket alone is too many */
	bool another_moment; /* at the counts that were sampled it cannot happen */
	bool possible[TCPOOM_GROUNDS], certain[TCPOOM_GROUNDS];
	struct tcpoom_state state; /* without the counts, if the moment was another one */
	struct tcpoom_reasons reasons;
};

struct tcpoom_diagnosis {
	const struct tcpoom_facts *facts;
	struct tcpoom_resolution resolution; /* evidence NO_RELEASE where none was named */
	tcpoom_rows kernels;
	struct tcpoom_state state;
	int64_t orphans_most;
	unsigned findings; /* at least 1: where nothing was seen, what could be killed */
	struct tcpoom_finding finding[TCPOOM_SEEN];
};

void tcpoom_diagnose(const struct tcpoom_facts *facts, struct tcpoom_diagnosis *to);

/*
 * The unknown fact that would leave the fewest causes open, on average over its critical values;
 * TCPOOM_FACTS: none would.
 */
unsigned tcpoom_next_fact(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f);

/* Kills that TCPAbortOnMemory counted: since boot, or between two samples. */
int64_t tcpoom_kills_counted(const struct tcpoom_facts *facts);

/* The fewest orphans of all kills for orphans. */
int64_t tcpoom_least_orphans(const struct tcpoom_finding *f);

/*
 * Whether raising the limit of a cause as far as it goes leaves what was seen as it is: everything
 * that it can be still happens.
 */
bool tcpoom_is_vain(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		    enum tcpoom_ground cause);

/* Of a finding, the kill for this cause with the fewest penalties; NULL: there is none. */
const struct tcpoom_reason *tcpoom_simplest(const struct tcpoom_finding *f,
					    enum tcpoom_ground cause);

#endif
