/* SPDX-License-Identifier: GPL-2.0-only */
#include "doubts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "../kernels/defaults.h"
#include "../kernels/release.h"

static void add(struct tcpoom_doubts *to, const char *format, va_list args)
{
	if (to->count < TCPOOM_DOUBTS_MOST)
		vsnprintf(to->text[to->count++], sizeof(*to->text), format, args);
}

static void note(struct tcpoom_doubts *to, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void note(struct tcpoom_doubts *to, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(to, format, args);
	va_end(args);
}

static void doubt(struct tcpoom_doubts *to, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void doubt(struct tcpoom_doubts *to, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(to, format, args);
	va_end(args);
	to->serious++;
}

static int64_t get(const struct tcpoom_facts *f, unsigned fact, int64_t otherwise)
{
	return f->known[fact] ? f->value[fact] : otherwise;
}

/*
 * alloc counts every TCP socket of the machine, of both families; inuse those that are hashed, of
 * one family and network namespace (net/ipv4/proc.c:sockstat_seq_show). Every orphan is in alloc.
 */
static void doubt_sockstat(const struct tcpoom_facts *f, struct tcpoom_doubts *to)
{
	const int64_t inuse = get(f, TCPOOM_FACT_inuse, -1), inuse6 = get(f, TCPOOM_FACT_inuse6, 0),
		      alloc = get(f, TCPOOM_FACT_alloc, INT64_MAX),
		      orphans = get(f, TCPOOM_F_orphans, 0);

	if (inuse >= 0 && inuse > alloc - inuse6)
		doubt(to,
		      "sockstat is edited or of two moments: %" PRId64
		      " sockets in use, but %" PRId64 " allocated, which counts all of them",
		      inuse + inuse6, alloc);
	if (orphans > alloc)
		doubt(to, "%" PRId64 " orphans, but only %" PRId64 " sockets allocated", orphans,
		      alloc);
	if (inuse >= 0 && orphans > inuse + inuse6)
		doubt(to,
		      "%" PRId64 " orphans, but %" PRId64
		      " sockets in use: %s (inuse and tw are of one network namespace and family; "
		      "orphan, alloc and mem of the machine)",
		      orphans, inuse + inuse6,
		      f->known[TCPOOM_FACT_inuse6]
			      ? "read in a container"
			      : "add sockstat6, or it was read in a container");
}

static bool looks_like_bytes(const struct tcpoom_facts *f)
{
	/* both other sysctls begin with a page, no tcp_mem of a machine with 256 MB and more does
	 */
	return f->known[TCPOOM_FACT_tcp_mem0] && f->value[TCPOOM_FACT_tcp_mem0] == 4096 &&
	       f->value[TCPOOM_FACT_tcp_mem1] > 4 * f->value[TCPOOM_FACT_tcp_mem0];
}

static void doubt_tcp_mem(const struct tcpoom_facts *f, struct tcpoom_doubts *to)
{
	const int64_t low = get(f, TCPOOM_FACT_tcp_mem0, -1),
		      pressure = get(f, TCPOOM_FACT_tcp_mem1, -1),
		      high = get(f, TCPOOM_F_tcp_mem2, -1), page = get(f, TCPOOM_F_page_size, 4096),
		      pages = get(f, TCPOOM_FACT_mem_total, -1) / (page / 1024);
	const bool all = low >= 0 && pressure >= 0 && high >= 0;

	if (all && (low > pressure || pressure > high))
		doubt(to, "tcp_mem is not ascending: %" PRId64 " %" PRId64 " %" PRId64, low,
		      pressure, high);
	if (looks_like_bytes(f))
		doubt(to,
		      "tcp_mem looks like the bytes of tcp_rmem or tcp_wmem; its unit is pages");
	if (pages > 0 && high > pages)
		doubt(to,
		      "tcp_mem[2] is %" PRId64 " pages of %" PRId64 " that the machine has: it "
		      "limits nothing%s",
		      high, pages,
		      high / page <= pages ? "; it looks like bytes, but the unit is pages" : "");
	if (pages > 0 && get(f, TCPOOM_F_mem_allocated, 0) > pages)
		doubt(to, "mem is more than the machine has: its unit is pages, not bytes");
}

/* Whether a release is among those that compute what is known. */
static bool computes(const struct tcpoom_guess *guess, unsigned guesses, uint64_t version)
{
	for (unsigned i = 0; i < guesses; i++)
		if (version >= guess[i].first && (!guess[i].next || version < guess[i].next))
			return true;
	return false;
}

/* "; from 16384 MB it computes about 1 2 3", where memory and kernel are known. */
static void say_default(const struct tcpoom_facts *f, const struct tcpoom_resolution *kernel,
			bool tcp_mem, char text[static 100])
{
	const int64_t kb = get(f, TCPOOM_FACT_mem_total, 0),
		      page = get(f, TCPOOM_F_page_size, 4096);
	const struct tcpoom_boot boot = { kernel->version, kernel->build, (uint32_t)page,
					  (uint64_t)(kb / (page / 1024)) };
	struct tcpoom_defaults to;

	*text = '\0';
	if (!kb || !kernel->version || boot.pages > TCPOOM_PAGES_MOST)
		return;
	tcpoom_defaults(&boot, &to);
	if (tcp_mem)
		snprintf(text, 100,
			 "; of its %" PRId64 " MB it computes at most %" PRId64 " %" PRId64
			 " %" PRId64,
			 kb / 1024, to.tcp_mem[0], to.tcp_mem[1], to.tcp_mem[2]);
	else
		snprintf(text, 100, "; of its %" PRId64 " MB it computes %" PRId64, kb / 1024,
			 to.max_orphans);
}

/* A value that is no default was set, or is of another machine: no fault, but worth to know. */
static void note_by_hand(const struct tcpoom_facts *f, const struct tcpoom_known *known,
			 const char *name, struct tcpoom_doubts *to)
{
	const uint32_t page = (uint32_t)get(f, TCPOOM_F_page_size, 4096);
	struct tcpoom_guess guess[TCPOOM_GUESSES];
	struct tcpoom_resolution kernel = { .version = 0 };
	const unsigned guesses = tcpoom_defaults_guess(known, page, guess);
	char first[24], text[100];

	if (*f->kernel)
		tcpoom_release_resolve(f->kernel, &kernel);
	say_default(f, &kernel, known->has_tcp_mem, text);
	if (!guesses) {
		note(to, "%s was set by hand: no kernel computes that%s", name, text);
	} else if (kernel.version && !kernel.build && !computes(guess, guesses, kernel.version)) {
		tcpoom_version_print(guess[guesses - 1].first, first);
		note(to,
		     "%s was set by hand: this kernel does not compute that, others up to %s do%s",
		     name, first, text);
	}
}

/* of 4096 bytes: more than any machine has */
#define PAGES_MOST ((int64_t)1 << 40)

static void note_defaults(const struct tcpoom_facts *f, struct tcpoom_doubts *to)
{
	struct tcpoom_known known = { .has_max_orphans = f->known[TCPOOM_F_max_orphans],
				      .max_orphans = f->value[TCPOOM_F_max_orphans] };

	if (known.has_max_orphans && known.max_orphans > 0)
		note_by_hand(f, &known, "tcp_max_orphans", to);
	known = (struct tcpoom_known){ .has_tcp_mem = f->known[TCPOOM_FACT_tcp_mem0] &&
						      f->known[TCPOOM_FACT_tcp_mem1] &&
						      f->known[TCPOOM_F_tcp_mem2],
				       .tcp_mem = { f->value[TCPOOM_FACT_tcp_mem0],
						    f->value[TCPOOM_FACT_tcp_mem1],
						    f->value[TCPOOM_F_tcp_mem2] } };
	if (known.has_tcp_mem && known.tcp_mem[0] <= PAGES_MOST && known.tcp_mem[1] <= PAGES_MOST &&
	    known.tcp_mem[2] >= 0 && known.tcp_mem[2] <= PAGES_MOST)
		note_by_hand(f, &known, "tcp_mem", to);
}

static void doubt_twice(const struct tcpoom_facts *f, struct tcpoom_doubts *to)
{
	for (unsigned i = 0; i < TCPOOM_FACTS; i++)
		if (f->twice[i] && tcpoom_fact_kind(i) == TCPOOM_SETTING &&
		    f->earlier[i] != f->value[i])
			doubt(to,
			      "%s is %" PRId64 " in %s:%lu and %" PRId64
			      " in %s:%lu; the last one is taken",
			      tcpoom_fact_name(i), f->earlier[i], f->before[i].file,
			      f->before[i].line, f->value[i], f->source[i].file, f->source[i].line);
}

void tcpoom_doubts_find(const struct tcpoom_facts *f, struct tcpoom_doubts *to)
{
	uint64_t lines = 0;

	to->count = to->serious = 0;
	doubt_tcp_mem(f, to);
	doubt_sockstat(f, to);
	doubt_twice(f, to);
	for (int m = 0; m < TCPOOM_MESSAGES; m++)
		lines += f->log.lines[m];
	if (lines && f->known[TCPOOM_FACT_abort_on_memory] &&
	    !f->value[TCPOOM_FACT_abort_on_memory])
		doubt(to, "the log has kills, TCPAbortOnMemory has none: it counts since boot, and "
			  "for one network namespace");
	note_defaults(f, to);
}
