/* SPDX-License-Identifier: GPL-2.0-only */
/* What a monitor sees: of a workload in closed loop, or of a trace. */
#ifndef TCPOOM_ADVICE_ALARM_FEED_H
#define TCPOOM_ADVICE_ALARM_FEED_H

#include "../diff/run.h"
#include "../traces/trace.h"
#include "alarm_watch.h"

/* Watches that sample alike. */
struct tcpoom_alarm_watches {
	struct tcpoom_alarm_watch **watch;
	unsigned count; /* 1 at least */
};

/* Runs the workload to its end under the watches. False: *e says why. */
bool tcpoom_alarm_run(const struct tcpoom_alarm_watches *watches,
		      const struct tcpoom_machine *machine, const struct tcpoom_workload *workload,
		      uint64_t seed, struct tcpoom_error *e);

/*
 * A trace holds the counters at its events alone, so a sample sees what the last event said. The
 * first sample is taken at the first event, and the last one behind the last event.
 */
struct tcpoom_alarm_tail {
	struct tcpoom_alarm_watch *watch;
	struct tcpoom_alarm_sample now;
	int64_t next;	/* ns: the next sample */
	int64_t latest; /* ns, of all events */
	bool begun;
};

/* What became of the socket, as far as it is counted. */
enum tcpoom_alarm_end {
	TCPOOM_ALARM_LIVES,
	TCPOOM_ALARM_KILLED,	/* TCPAbortOnMemory */
	TCPOOM_ALARM_TIMED_OUT, /* TCPAbortOnTimeout */
	TCPOOM_ALARM_OPEN,	/* it is not known */
};

void tcpoom_alarm_tail_event(struct tcpoom_alarm_tail *tail, const struct tcpoom_event *event,
			     enum tcpoom_alarm_end end);
void tcpoom_alarm_tail_end(struct tcpoom_alarm_tail *tail);

#endif
