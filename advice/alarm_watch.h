/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A monitor that watches one machine with some alarms: when each is given, and what it was good
 * for. Tell it the samples and the kills in the order of time; what happens at the time of a sample
 * is before it.
 */
#ifndef TCPOOM_ADVICE_ALARM_WATCH_H
#define TCPOOM_ADVICE_ALARM_WATCH_H

#include "alarm_rules.h"

struct tcpoom_alarm_sample {
	int64_t time;	/* ns */
	uint32_t known; /* a bit for each variable */
	int64_t value[TCPOOM_ALARM_VARS];
};

/* What came of one alarm, or of all together. */
struct tcpoom_alarm_record {
	uint64_t alarms;   /* how often it was given */
	uint64_t timely;   /* while it was, a socket was killed */
	uint64_t late;	   /* none was, but one had been since it was given last */
	uint64_t open;	   /* neither, but of a socket it is not known */
	uint64_t needless; /* no socket was killed for sure */
	uint64_t kills, unwarned;
	int64_t first, first_kill; /* ns; -1 = there was none */
	int64_t before; /* ns for which it had been given at the first kill; -1 = it was not */

	bool given, kill_in_it, kill_since, open_since;
	int64_t since; /* ns */
};

/* An alarm at work. */
struct tcpoom_alarm_state {
	bool holds; /* all its tests, at the last sample */
	int64_t since;
	struct tcpoom_alarm_record record;
};

struct tcpoom_alarm_watch {
	const struct tcpoom_alarm_rules *rules;
	struct tcpoom_alarm_record all;	  /* any alarm is given */
	struct tcpoom_alarm_state *state; /* of each alarm */
	uint32_t unknown;		  /* variables that were asked for in vain */

	/* the samples of the longest window, in a ring */
	struct tcpoom_alarm_sample *past;
	size_t room, samples; /* samples: that there were at all */

	bool shown; /* at a sample before the first kill, the kernel's rules let one be near */
	struct tcpoom_alarm_sample last; /* the one before the first kill */
};

/* False: no memory. Free it in either case. */
bool tcpoom_alarm_watch_begin(struct tcpoom_alarm_watch *w, const struct tcpoom_alarm_rules *rules);
void tcpoom_alarm_watch_sample(struct tcpoom_alarm_watch *w, const struct tcpoom_alarm_sample *s);
void tcpoom_alarm_watch_kill(struct tcpoom_alarm_watch *w, int64_t time);
/* Of a socket it is not known whether it is killed. */
void tcpoom_alarm_watch_open(struct tcpoom_alarm_watch *w);
void tcpoom_alarm_watch_end(struct tcpoom_alarm_watch *w);
void tcpoom_alarm_watch_free(struct tcpoom_alarm_watch *w);

/* As many equal samples leave it as one more of them does. */
size_t tcpoom_alarm_watch_memory(const struct tcpoom_alarm_watch *w);

#endif
