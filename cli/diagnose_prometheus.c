/* SPDX-License-Identifier: GPL-2.0-only */
/* Limits and margins for node_exporter's textfile collector, which exports counts alone. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diagnose.h"
#include "cli.h"

static void head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP tcpoom_%s %s\n# TYPE tcpoom_%s %s\n", name, help, name, type);
}

static void print_fact(FILE *out, const struct tcpoom_facts *facts, unsigned fact, const char *name,
		       const char *type, const char *help)
{
	if (!facts->known[fact])
		return;
	head(out, name, type, help);
	fprintf(out, "tcpoom_%s %" PRId64 "\n", name, facts->value[fact]);
}

static void print_tcp_mem(FILE *out, const struct tcpoom_facts *facts)
{
	static const struct {
		unsigned fact;
		const char *name;
	} limits[] = { { TCPOOM_FACT_tcp_mem0, "low" },
		       { TCPOOM_FACT_tcp_mem1, "pressure" },
		       { TCPOOM_F_tcp_mem2, "high" } };

	if (!facts->known[TCPOOM_F_tcp_mem2])
		return;
	head(out, "tcp_mem_pages", "gauge", "sysctl net.ipv4.tcp_mem");
	for (int i = 0; i < 3; i++)
		if (facts->known[limits[i].fact])
			fprintf(out, "tcpoom_tcp_mem_pages{limit=\"%s\"} %" PRId64 "\n",
				limits[i].name, facts->value[limits[i].fact]);
}

/* For each path and number of penalties the count at which the kernel kills, less `now`. */
static void print_orphans(FILE *out, const struct tcpoom_diagnosis *d, const char *name,
			  const char *help, int64_t now)
{
	bool headed = false;

	for (unsigned path = 0; path < 2; path++)
		for (unsigned shift = 0; shift <= (path ? 2u : 0u); shift++) {
			const int64_t at =
				tcpoom_count_killed(&d->state, d->kernels, TCPOOM_BY_ORPHANS,
						    path ? TCPOOM_TIMER : TCPOOM_CLOSE, shift);

			if (at < 0)
				continue;
			if (!headed)
				head(out, name, "gauge", help);
			headed = true;
			fprintf(out, "tcpoom_%s{path=\"%s\",penalties=\"%u\"} %" PRId64 "\n", name,
				path ? "timer" : "close", shift, at - now);
		}
}

static void print_memory(FILE *out, const struct tcpoom_diagnosis *d)
{
	const int64_t at =
		tcpoom_count_killed(&d->state, d->kernels, TCPOOM_BY_MEMORY, TCPOOM_CLOSE, 0);

	if (at < 0)
		return;
	head(out, "kill_mem_pages", "gauge",
	     "pages of TCP memory at which the kernel begins to kill sockets with data queued");
	fprintf(out, "tcpoom_kill_mem_pages %" PRId64 "\n", at);
	if (!(d->state.given & TCPOOM_BIT(mem_allocated)))
		return;
	head(out, "margin_mem_pages", "gauge", "pages until then; 0 or less: it kills");
	fprintf(out, "tcpoom_margin_mem_pages %" PRId64 "\n", at - d->state.mem_allocated);
}

static void print_all(FILE *out, const struct diagnosis *x)
{
	const struct tcpoom_facts *f = &x->facts;

	print_fact(out, f, TCPOOM_F_max_orphans, "max_orphans", "gauge",
		   "sysctl net.ipv4.tcp_max_orphans");
	print_fact(out, f, TCPOOM_F_orphans, "orphans", "gauge", "orphans of the machine");
	print_tcp_mem(out, f);
	print_fact(out, f, TCPOOM_F_mem_allocated, "mem_pages", "gauge",
		   "memory of all TCP sockets");
	print_orphans(out, &x->d, "kill_orphans",
		      "orphans at which the kernel begins to kill sockets with so many penalties",
		      0);
	if (x->d.state.given & TCPOOM_BIT(orphans))
		print_orphans(out, &x->d, "margin_orphans",
			      "orphans until then; 0 or less: it kills", x->d.state.orphans);
	print_memory(out, &x->d);
	print_fact(out, f, TCPOOM_FACT_abort_on_memory, "abort_on_memory_total", "counter",
		   "sockets killed by this check (TCPAbortOnMemory)");
}

/*
 * Beside FILE under a name that does not end in .prom, which the collector passes over, then
 * renamed; readable by whom a new file is.
 */
static int write_file(const struct diagnosis *x, const char *output)
{
	char *name = malloc(strlen(output) + sizeof(".XXXXXX"));
	const mode_t mask = umask(0);
	FILE *out = NULL;
	int fd, status = STATUS_SAME;

	umask(mask);
	if (!name)
		return cli_error("out of memory");
	strcat(strcpy(name, output), ".XXXXXX");
	fd = mkstemp(name);
	if (fd >= 0)
		out = fdopen(fd, "w");
	if (out) {
		print_all(out, x);
		fchmod(fd, 0666 & ~mask);
	}
	if (!out || (fflush(out) | ferror(out)) || fsync(fd) || rename(name, output))
		status = cli_error("%s: %s", output, strerror(errno));
	if (out)
		fclose(out);
	if (status && fd >= 0)
		unlink(name);
	free(name);
	return status;
}

int diagnose_prometheus(const struct diagnosis *x, const char *output)
{
	if (output)
		return write_file(x, output);
	print_all(stdout, x);
	return STATUS_SAME;
}
