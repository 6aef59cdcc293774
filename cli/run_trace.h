/* SPDX-License-Identifier: GPL-2.0-only */
/* The decisions of a run as a trace. */
#ifndef TCPOOM_CLI_RUN_TRACE_H
#define TCPOOM_CLI_RUN_TRACE_H

#include "../diff/run.h"
#include "../traces/write.h"

/* Errors are left in the ferror of `out`. */
void run_trace_begin(struct tcpoom_writer *to, FILE *out, const char *kernel,
		     const struct tcpoom_workload *w);
void run_trace_event(struct tcpoom_writer *to, const struct tcpoom_run_decision *d);

#endif
