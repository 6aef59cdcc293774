/* SPDX-License-Identifier: GPL-2.0-only */
/* How a divergence that nobody knows is said: as a line of a ledger, and as the least trace. */
#ifndef TCPOOM_FUZZ_FINDING_H
#define TCPOOM_FUZZ_FINDING_H

#include <stdio.h>

#include "pair.h"

/* "A B ENTRY KIND CAUSE" */
void finding_line(FILE *out, const struct pair *pair, const struct tcpoom_state *s,
		  enum tcpoom_kind kind, const struct tcpoom_cause *cause);

/*
 * A trace of the smallest state with the same kind and cause, and what both kernels say of it. Of
 * a log, which many events make, it has the last one.
 */
void finding_trace(FILE *out, const struct pair *pair, const struct tcpoom_state *s,
		   enum tcpoom_kind kind);

#endif
