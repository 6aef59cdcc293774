/* SPDX-License-Identifier: GPL-2.0-only */
/* How a divergence that nobody knows is said: as a line of a ledger, and as a trace. */
#ifndef TCPOOM_FUZZ_FINDING_H
#define TCPOOM_FUZZ_FINDING_H

#include <stdio.h>

#include "../diff/cause.h"
#include "pair.h"

/* "A B ENTRY KIND CAUSE" */
void finding_line(FILE *out, const struct pair *pair, const struct tcpoom_state *s,
		  enum tcpoom_kind kind, const struct tcpoom_cause *cause);

/*
 * A trace: its first line, with the bits of the machine if that is not the usual one, and each
 * event with what both kernels say of it.
 */
void finding_begin(FILE *out, unsigned bits);
void finding_event(FILE *out, const struct pair *pair, const struct tcpoom_state *s, size_t number);

#endif
