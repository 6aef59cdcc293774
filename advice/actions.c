/* SPDX-License-Identifier: GPL-2.0-only */
#include "actions.h"

#include <inttypes.h>
#include <string.h>

static int64_t get(const struct tcpoom_facts *f, unsigned fact, int64_t otherwise)
{
	return f->known[fact] ? f->value[fact] : otherwise;
}

/* net/ipv4/tcp.c:tcp_init: the most that any kernel sets tcp_wmem[2] to */
#define TCP_WMEM_MOST (4 << 20)

/*
 * Pages that are still held when every orphan is gone, were each as large as it can be: its queue
 * stops at tcp_wmem[2], unless the application set SO_SNDBUF. Where the table of sockets was read,
 * what waits in the queues of sockets with an owner is a bound as well.
 */
static uint64_t held_alive(const struct tcpoom_diagnosis *d)
{
	const struct tcpoom_facts *f = d->facts;
	const int64_t page = get(f, TCPOOM_F_page_size, 4096),
		      mem = get(f, TCPOOM_F_mem_allocated, 0),
		      orphans = get(f, TCPOOM_F_orphans, -1),
		      queue = get(f, TCPOOM_FACT_tcp_wmem2, TCP_WMEM_MOST);
	uint64_t owned = 0;

	for (int s = 0; s < TCPOOM_TCP_STATES; s++)
		owned += f->sockets.owned[s].sent + f->sockets.owned[s].received;
	owned /= (uint64_t)page;
	if (orphans >= 0 && orphans < TCPOOM_ORPHANS_MOST && queue >= 0 && queue < INT32_MAX) {
		const int64_t most = orphans * ((queue + page - 1) / page + 1);

		if (mem > most && (uint64_t)(mem - most) > owned)
			owned = (uint64_t)(mem - most);
	}
	return owned;
}

/* tcp_mem[1], or the larger tcp_mem[2] where it is not known; -1: neither is. */
static int64_t pressure(const struct tcpoom_diagnosis *d)
{
	const struct tcpoom_facts *f = d->facts;

	return get(f, TCPOOM_FACT_tcp_mem1, get(f, TCPOOM_F_tcp_mem2, -1));
}

bool tcpoom_action_find(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
			enum tcpoom_ground cause, struct tcpoom_action *to)
{
	const struct tcpoom_reason *r = tcpoom_simplest(f, cause);
	struct tcpoom_state at = f->state;
	const enum tcpoom_field count = tcpoom_ground_counts[cause];

	memset(to, 0, sizeof(*to));
	if (!r)
		return false;
	to->cause = cause;
	to->current = f->state.given >> tcpoom_ground_limits[cause] & 1
			      ? tcpoom_field_get(&f->state, tcpoom_ground_limits[cause])
			      : -1;
	/* nobody sampled the count at that moment: there were at least so many */
	if (!(at.given >> count & 1) && to->current >= 0) {
		to->floor = true;
		tcpoom_field_set(&at, count,
				 cause == TCPOOM_BY_ORPHANS ? tcpoom_least_orphans(f)
							    : r->least[TCPOOM_M_MEM_ALLOCATED]);
	}
	tcpoom_remedy_find(&at, f->kernels, cause, &to->remedy);
	to->held_alive = cause == TCPOOM_BY_MEMORY ? held_alive(d) : 0;
	to->pressure = to->cause == TCPOOM_BY_MEMORY ? pressure(d) : -1;
	/* from there on the kernel itself counts memory as short */
	to->knob = to->pressure < 0 || to->held_alive <= (uint64_t)to->pressure;
	to->vain = tcpoom_is_vain(d, f, (enum tcpoom_ground) !cause);
	return true;
}

static const char *const limit_names[TCPOOM_GROUNDS] = { "tcp_max_orphans", "tcp_mem[2]" };
static const char *const kept_words[TCPOOM_GROUNDS] = { "orphans", "memory" };

void tcpoom_say_do(const struct tcpoom_diagnosis *d, const struct tcpoom_action *a,
		   char text[static TCPOOM_WORDS])
{
	const char *limit = limit_names[a->cause];

	*text = '\0';
	if (!a->knob)
		tcpoom_add(text,
			   "no knob: without any orphan at least %" PRIu64
			   " pages are held, over tcp_mem[%d] %" PRId64
			   ": by an application or peers that do not read (ss -tmp); ",
			   a->held_alive, d->facts->known[TCPOOM_FACT_tcp_mem1] ? 1 : 2,
			   a->pressure);
	if (!a->remedy.found) {
		tcpoom_add(text, "%s as large as %s", limit,
			   a->cause == TCPOOM_BY_ORPHANS ? "4 times the most orphans ever sampled"
							 : "the most pages ever sampled");
		return;
	}
	if (a->remedy.value <= a->current) {
		tcpoom_add(text, "%s need not be raised: from %" PRId64 " on none is killed", limit,
			   a->remedy.value);
		return;
	}
	tcpoom_add(text, "%s %s%" PRId64 "%s: no socket is then killed for %s", limit,
		   a->floor ? "at least " : "", a->remedy.value, a->knob ? "" : " buys time only",
		   kept_words[a->cause]);
	if (a->remedy.kernel)
		tcpoom_add(text, ", at %" PRId64 " one still is", a->remedy.value - 1);
	if (a->current < 0)
		tcpoom_add(text, "; if it is more now, leave it");
	if (a->floor && a->cause == TCPOOM_BY_ORPHANS)
		tcpoom_add(text, "; 4 more for each further orphan at the peak");
	else if (a->floor)
		tcpoom_add(text, "; more for each further page at the peak");
	if (d->facts->known[TCPOOM_FACT_close_wait] && a->cause == TCPOOM_BY_MEMORY &&
	    d->facts->value[TCPOOM_FACT_close_wait] > get(d->facts, TCPOOM_F_orphans, 0))
		tcpoom_add(text, "; first make the application close its CLOSE_WAIT sockets");
}

static void say_orphan_cost(const struct tcpoom_diagnosis *d, const struct tcpoom_action *a,
			    char text[static TCPOOM_WORDS])
{
	const struct tcpoom_facts *f = d->facts;
	const int64_t page = get(f, TCPOOM_F_page_size, 4096),
		      size = get(f, TCPOOM_FACT_tcp_size, 0),
		      queue = get(f, TCPOOM_FACT_tcp_wmem2, 0), high = get(f, TCPOOM_F_tcp_mem2, 0),
		      more = a->remedy.value - a->current;

	tcpoom_add(text, "%" PRId64 " more orphans * (", more);
	if (size)
		tcpoom_add(text, "%" PRId64, size);
	else
		tcpoom_add(text, "a socket, TCP in /proc/slabinfo,");
	tcpoom_add(text, " + its queue");
	if (queue)
		tcpoom_add(text, ", at most %" PRId64, queue);
	tcpoom_add(text, ") bytes");
	if (high > 0 && high < INT32_MAX)
		tcpoom_add(text, "; all queues end at tcp_mem[2] = %" PRId64 " %s",
			   high * (page / 1024) / (high < 10240 ? 1 : 1024),
			   high < 10240 ? "kB" : "MB");
	else
		tcpoom_add(text, "; all queues end at tcp_mem[2]");
}

void tcpoom_say_cost(const struct tcpoom_diagnosis *d, const struct tcpoom_action *a,
		     char text[static TCPOOM_WORDS])
{
	const int64_t page = get(d->facts, TCPOOM_F_page_size, 4096),
		      kb = get(d->facts, TCPOOM_FACT_mem_total, 0);

	*text = '\0';
	if (!a->remedy.found || a->current < 0 || a->remedy.value <= a->current)
		return;
	if (a->cause == TCPOOM_BY_ORPHANS) {
		say_orphan_cost(d, a, text);
		return;
	}
	tcpoom_add(text,
		   "at most (%" PRId64 " - %" PRId64 ") * %" PRId64 " = %" PRId64
		   " more bytes, which cannot be swapped",
		   a->remedy.value, a->current, page, (a->remedy.value - a->current) * page);
	if (kb)
		tcpoom_add(text, "; then TCP may hold %" PRId64 " of %" PRId64 " MB",
			   a->remedy.value * (page / 1024) / 1024, kb / 1024);
}

void tcpoom_say_do_not(const struct tcpoom_action *a, char text[static TCPOOM_WORDS])
{
	*text = '\0';
	if (a->vain)
		tcpoom_add(text, "raise %s: even at %" PRId32 " the same sockets are killed",
			   limit_names[!a->cause], TCPOOM_LIMIT_MOST);
}
