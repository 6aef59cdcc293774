/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of tcpoom whatif share. */
#ifndef TCPOOM_CLI_WHATIF_H
#define TCPOOM_CLI_WHATIF_H

#include "../advice/alter.h"
#include "../advice/whatif.h"
#include "cli.h"
#include "json.h"

struct whatif {
	const char *named[2]; /* the kernel before, --from, and after, -k; NULL = not said */
	struct tcpoom_alter alter;
	const char *search; /* a field, or NULL */
	uint64_t seed;
	unsigned bits;
	bool keep_going, as_json, quiet;
};

/* `the field of --search`, translated from a sysctl's name. */
struct tcpoom_span whatif_search_key(const struct whatif *w);

int whatif_traces(const struct whatif *w, char *const *files, int count);
int whatif_workload(const struct whatif *w, const char *file);

/* --search, over traces. */
int whatif_search(const struct whatif *w, char *const *files, int count);

/* "kept", or "close: killed reset ..."; of a socket that was not killed "not killed". */
void whatif_say_end(FILE *out, uint8_t entry, const struct tcpoom_verdict *v, bool is_socket);

/* The tests that were true, which make the decision: " (orphans 7 > tcp_max_orphans 6)". */
void whatif_say_why(FILE *out, const struct tcpoom_kernel *kernel, const struct tcpoom_state *s);

/* The kernel of a trace's event, before the change; NULL: an error was printed. */
struct whatif_base {
	char named[200]; /* that was resolved last */
	const struct tcpoom_kernel *kernel, *after;
};
bool whatif_find_kernels(const struct whatif *w, const char *file, const char *of_trace,
			 struct whatif_base *base);

#endif
