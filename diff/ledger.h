/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A ledger: the divergences that are known, so that only new ones fail. One line each,
 *
 *     A B ENTRY KIND CAUSE
 *
 * with the cause as diff prints it ("text path -> cause"); what follows on # is a comment. The
 * order of the rules in a set of a cause, and of the sets, does not matter. A kernel is a release,
 * or the path of a loaded model (it has a slash), as that is named. Of a model the cause may be "no
 * known rule", which covers all of that entry and kind that no rule explains.
 */
#ifndef TCPOOM_DIFF_LEDGER_H
#define TCPOOM_DIFF_LEDGER_H

#include <stdio.h>

#include "../traces/error.h"
#include "cause.h"

struct tcpoom_known {
	unsigned long line;
	const struct tcpoom_kernel *a, *b; /* NULL for a model, */
	char *model[2];			   /* of which this is the name; else NULL */
	enum tcpoom_entry entry;
	enum tcpoom_kind kind;
	struct tcpoom_cause cause;
	struct tcpoom_rules rules[2]; /* what a and b have of the rules in it */
	bool met;		      /* tcpoom_ledger_find has found it */
};

struct tcpoom_ledger {
	struct tcpoom_known *known;
	size_t count;
};

/* False: *e says why; what was read so far is freed. */
bool tcpoom_ledger_read(struct tcpoom_ledger *ledger, FILE *in, const char *name,
			struct tcpoom_error *e);

/* The first line that knows the divergence, or NULL; marks all that do as met. */
const struct tcpoom_known *tcpoom_ledger_find(struct tcpoom_ledger *ledger,
					      const struct tcpoom_kernel *a,
					      const struct tcpoom_kernel *b,
					      enum tcpoom_entry entry, enum tcpoom_kind kind,
					      const struct tcpoom_cause *cause);

/* The next line about these kernels, from number `at` on, that was not met; NULL at the end. */
const struct tcpoom_known *tcpoom_ledger_stale(const struct tcpoom_ledger *ledger,
					       const struct tcpoom_kernel *a,
					       const struct tcpoom_kernel *b, size_t *at);

void tcpoom_ledger_free(struct tcpoom_ledger *ledger);

#endif
