/* SPDX-License-Identifier: GPL-2.0-only */
#include "known.h"

#include <errno.h>
#include <string.h>

#include "../traces/input.h"
#include "cli.h"

#define STALE_SHOWN 8 /* a ledger of all that can be is stale in most lines for one trace */

int known_read(struct tcpoom_ledger *ledger, const char *file)
{
	FILE *in = tcpoom_input_open(file);
	struct tcpoom_error e;
	bool good;

	if (!in)
		return cli_error("%s: %s", file, strerror(errno));
	good = tcpoom_ledger_read(ledger, in, file, &e);
	tcpoom_input_close(in);
	return good ? STATUS_SAME : cli_input_error(&e);
}

unsigned known_report_stale(const struct tcpoom_ledger *ledger, const struct tcpoom_kernel *a,
			    const struct tcpoom_kernel *b, const char *file, const char *why,
			    bool quiet)
{
	const struct tcpoom_known *stale;
	unsigned count = 0;
	size_t at = 0;

	for (; (stale = tcpoom_ledger_stale(ledger, a, b, &at)) != NULL; count++)
		if (!quiet && count < STALE_SHOWN)
			cli_error("%s:%lu: stale: %s", file, stale->line, why);
	if (!quiet && count > STALE_SHOWN)
		cli_error("%s: stale: %u more lines", file, count - STALE_SHOWN);
	return count;
}
