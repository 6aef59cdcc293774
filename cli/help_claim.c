/* SPDX-License-Identifier: GPL-2.0-only */
/* The format of a claim, for --help. */
#include "../advice/expect.h"
#include "cli.h"

static const struct {
	const char *name, *meaning;
} quantities[] = {
#define COUNT(name, text) { #name, text },
#include "../diff/run.def"
#undef COUNT
#define QUANTITY(id, name, meaning) { name, meaning },
#include "../advice/quantities.def"
#undef QUANTITY
};

void cli_print_claim_help(FILE *out)
{
	fputs("\nA claim is text, without a verdict:\n"
	      "  # tcpoom claim 1\n"
	      "  claim   What is said, in one line or several.\n"
	      "  source  Who says so.\n"
	      "  kernels 2.6.18, 3.3..4.4, 6.1..      (by default all)\n"
	      "  experiment What is tried.\n"
	      "    event timer|close plain orphans=51 max_orphans=100 err_soft=113\n"
	      "    expect killed\n"
	      "    change max_orphans=200\n"
	      "    expect kept\n\n"
	      "Instead of events: trace FILE, workload FILE (beside the claim), or ram SIZE, a "
	      "boot.\n"
	      "plain is a socket that every kernel keeps; a field that is not set is unknown. "
	      "given\n"
	      "OUTCOME or given message \"TEXT\" looks only at what comes out so. change takes "
	      "fields,\n"
	      "settings of a workload, sysctls, kernel=RELEASE and ram=SIZE; sysctl LINE is a "
	      "change\n"
	      "as in sysctl.conf. expect takes kept, killed [reset|silent], expired, [no] message\n"
	      "\"TEXT\", [no] log \"TEXT\", unchanged, or SUM = SUM, where = may be != < <= > >= "
	      "or\n"
	      "about, and a SUM is numbers and names with + - * / between them. before.NAME is "
	      "that\n"
	      "before the change, NAME@TIME that at a time of a run. Instead of experiments:\n"
	      "untestable WHY.\n\n"
	      "names:\n",
	      out);
	for (size_t i = 0; i < sizeof(quantities) / sizeof(*quantities); i++)
		fprintf(out, "  %-20s %s\n", quantities[i].name, quantities[i].meaning);
}
