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
	uint32_t kernels;     /* that may be meant */
	bool another_kernel;  /* the kernel that was named never does that: these are others */
	bool another_moment;  /* at the counts that were sampled it cannot happen */
	bool possible[TCPOOM_CAUSES], certain[TCPOOM_CAUSES];
	struct tcpoom_state state; /* without the counts, if the moment was another one */
	struct tcpoom_reasons reasons;
};

struct tcpoom_diagnosis {
	const struct tcpoom_facts *facts;
	struct tcpoom_resolution resolution; /* evidence NO_RELEASE where none was named */
	uint32_t kernels;
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

/* Of a finding, the kill for this cause with the fewest penalties; NULL: there is none. */
const struct tcpoom_reason *tcpoom_simplest(const struct tcpoom_finding *f,
					    enum tcpoom_cause cause);

#endif
