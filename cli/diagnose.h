/* SPDX-License-Identifier: GPL-2.0-only */
/* The forms in which tcpoom diagnose answers. */
#ifndef TCPOOM_CLI_DIAGNOSE_H
#define TCPOOM_CLI_DIAGNOSE_H

#include "../advice/actions.h"
#include "../advice/doubts.h"

/* All that an answer is made of. */
struct diagnosis {
	struct tcpoom_facts facts;
	struct tcpoom_diagnosis d;
	struct tcpoom_doubts doubts;
};

/* Whether a kill was seen, or certainly could be. */
bool diagnose_has_cause(const struct diagnosis *x);

void diagnose_print(const struct diagnosis *x, bool verbose);
void diagnose_json(const struct diagnosis *x);

/*
 * Limits and margins, as the textfile collector of node_exporter reads them: to standard output, or
 * to a file that it never sees half written.
 */
int diagnose_prometheus(const struct diagnosis *x, const char *output);

/* The page on what the messages mean. */
void diagnose_page(void);

#endif
