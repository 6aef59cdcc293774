/* SPDX-License-Identifier: GPL-2.0-only */
/* --expect: the divergences that a ledger knows. */
#ifndef TCPOOM_CLI_KNOWN_H
#define TCPOOM_CLI_KNOWN_H

#include "../diff/ledger.h"

/* STATUS_SAME, or STATUS_TROUBLE after an error was printed. */
int known_read(struct tcpoom_ledger *ledger, const char *file);

/*
 * How many lines about these kernels nothing met; reports them, but for `quiet`. `why` says what
 * that means.
 */
unsigned known_report_stale(const struct tcpoom_ledger *ledger, const struct tcpoom_kernel *a,
			    const struct tcpoom_kernel *b, const char *file, const char *why,
			    bool quiet);

#endif
