/* SPDX-License-Identifier: GPL-2.0-only */
/* The events of many trace files, one after the other, with their errors and progress. */
#ifndef TCPOOM_CLI_EVENTS_H
#define TCPOOM_CLI_EVENTS_H

#include "../diff/compare.h"
#include "../traces/trace.h"
#include "../traces/workload.h"
#include "cli.h"

/* Returns false if memory runs out or standard output is broken, which ends it all. */
typedef bool cli_event_fn(void *context, const char *file, const struct tcpoom_trace *trace,
			  const struct tcpoom_event *event);

/*
 * Calls `each` for every event; `-` is standard input. Stops at the first error, or with
 * `keep_going` passes over what is bad. Returns STATUS_SAME or STATUS_TROUBLE.
 */
int cli_each_event(char *const *files, int count, bool keep_going, cli_event_fn *each,
		   void *context);

/* Whether a file is a workload, by its first line; `-` is taken as a trace. False: no such file. */
bool cli_is_workload(const char *file, bool *is);

/* STATUS_SAME, and the caller frees it; or says why not. */
int cli_read_workload(const char *file, struct tcpoom_workload *w);

/*
 * Calls `each` after every step of one trace that keeps its items (tcpoom_trace_keep), with NULL
 * where there is no event. Where it returns false it says why by itself.
 */
int cli_each_item(char *file, bool keep_going, cli_event_fn *each, void *context);

/*
 * Compares two kernels, argv[0] and argv[1], over the traces behind them. True: the comparison is
 * sorted, *status is that of the files, and the caller frees it. False: a kernel was none.
 */
bool cli_compare(struct tcpoom_compare *c, char *const *argv, int argc, bool keep_going,
		 bool every_cause, unsigned bits, int *status);

#endif
