/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom alarms: what is asked, and what came of it. */
#ifndef TCPOOM_CLI_ALARMS_H
#define TCPOOM_CLI_ALARMS_H

#include "../advice/alarm_feed.h"
#include "cli.h"

#define ALARM_SETS_MOST 16
#define ALARM_KERNELS_MOST 8

/* Runs and traces under one set of alarms, added up. */
struct alarm_total {
	unsigned warned, late,
		missed; /* of those with a kill: an alarm before it, only later, none */
	uint64_t unwarned, needless;
	int64_t shortest; /* ns from an alarm to the first kill; -1 = there was none */
};

/* A file of alarms. */
struct alarm_set {
	char *name;
	struct tcpoom_alarm_rules rules;
	struct tcpoom_alarm_watch watch;
	struct alarm_total total;
};

struct alarms {
	struct alarm_set set[ALARM_SETS_MOST];
	unsigned sets;
	const char *kernel[ALARM_KERNELS_MOST];
	unsigned kernels;
	uint64_t seed;
	bool as_json, quiet, verbose;
	unsigned runs, killing, unforeseen; /* with a kill; that no sample showed to be near */
	bool found; /* a kill that a sample showed to be near was not warned of, or a needless alarm
		     */
};

/* What is judged: a workload or a trace on a kernel, and events whose outcome is not known. */
struct alarm_subject {
	const char *file, *kernel; /* NULL: what the trace says itself */
	uint64_t events, open;
	bool is_trace;
};

/* Counts what the watches of all sets saw, and says it. */
void alarms_report(struct alarms *a, const struct alarm_subject *of);
void alarms_report_totals(const struct alarms *a);

#endif
