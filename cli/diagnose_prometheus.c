/* SPDX-License-Identifier: GPL-2.0-only */
/* Limits and margins for node_exporter's textfile collector, which exports counts alone. */
#include <inttypes.h>
#include <stdio.h>

#include "diagnose.h"

static void head(const char *name, const char *type, const char *help)
{
	printf("# HELP tcpoom_%s %s\n# TYPE tcpoom_%s %s\n", name, help, name, type);
}

static void print_fact(const struct tcpoom_facts *facts, unsigned fact, const char *name,
		       const char *type, const char *help)
{
	if (!facts->known[fact])
		return;
	head(name, type, help);
	printf("tcpoom_%s %" PRId64 "\n", name, facts->value[fact]);
}

static void print_tcp_mem(const struct tcpoom_facts *facts)
{
	static const struct {
		unsigned fact;
		const char *name;
	} limits[] = { { TCPOOM_FACT_tcp_mem0, "low" },
		       { TCPOOM_FACT_tcp_mem1, "pressure" },
		       { TCPOOM_F_tcp_mem2, "high" } };

	if (!facts->known[TCPOOM_F_tcp_mem2])
		return;
	head("tcp_mem_pages", "gauge", "sysctl net.ipv4.tcp_mem");
	for (int i = 0; i < 3; i++)
		if (facts->known[limits[i].fact])
			printf("tcpoom_tcp_mem_pages{limit=\"%s\"} %" PRId64 "\n", limits[i].name,
			       facts->value[limits[i].fact]);
}

/* The count at which this kernel begins to kill, for each path and number of penalties. */
static void print_thresholds(const struct tcpoom_diagnosis *d)
{
	const int64_t memory =
		tcpoom_count_killed(&d->state, d->kernels, TCPOOM_BY_MEMORY, TCPOOM_CLOSE, 0);

	if (d->state.given & TCPOOM_BIT(max_orphans))
		head("kill_orphans", "gauge",
		     "orphans at which the kernel begins to kill sockets with so many penalties");
	for (unsigned path = 0; path < 2; path++)
		for (unsigned shift = 0; shift <= (path ? 2u : 0u); shift++) {
			const int64_t at =
				tcpoom_count_killed(&d->state, d->kernels, TCPOOM_BY_ORPHANS,
						    path ? TCPOOM_TIMER : TCPOOM_CLOSE, shift);

			if (at >= 0)
				printf("tcpoom_kill_orphans{path=\"%s\",penalties=\"%u\"} %" PRId64
				       "\n",
				       path ? "timer" : "close", shift, at);
		}
	if (memory < 0)
		return;
	head("kill_mem_pages", "gauge",
	     "pages of TCP memory at which the kernel begins to kill sockets with a full queue");
	printf("tcpoom_kill_mem_pages %" PRId64 "\n", memory);
}

void diagnose_prometheus(const struct diagnosis *x)
{
	const struct tcpoom_facts *f = &x->facts;

	print_fact(f, TCPOOM_F_max_orphans, "max_orphans", "gauge",
		   "sysctl net.ipv4.tcp_max_orphans");
	print_fact(f, TCPOOM_F_orphans, "orphans", "gauge", "orphans of the machine");
	print_tcp_mem(f);
	print_fact(f, TCPOOM_F_mem_allocated, "mem_pages", "gauge", "memory of all TCP sockets");
	print_thresholds(&x->d);
	print_fact(f, TCPOOM_FACT_abort_on_memory, "abort_on_memory_total", "counter",
		   "sockets killed by this check (TCPAbortOnMemory)");
}
