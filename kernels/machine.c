/* SPDX-License-Identifier: GPL-2.0-only */
#include "machine.h"

#include "../model/memory.h"
#include "memory.h"
#include "probe.h"

#define V TCPOOM_VERSION_OF
#define LAST 0xffff

/*
 * net/ipv4/tcp_timer.c:tcp_probe_timer compares icsk_probes_out with its limit: first with >, with
 * >= from 3976535af0cb on, which 4.19 and RHEL 8 lack and 5.0 has. Stable lines took it after
 * 4.19.78 and by 4.19.95, and by 4.9.337, 4.14.177 and 4.15.18: there the first release is not
 * known, and the span begins with the one that was read.
 */
static const struct {
	uint64_t first, last;
} at_limit[] = {
	{ V(4, 9, 0, 337), V(4, 9, LAST, LAST) },     { V(4, 14, 0, 177), V(4, 14, LAST, LAST) },
	{ V(4, 15, 0, 18), V(4, 15, LAST, LAST) },    { V(4, 19, 0, 95), V(4, 19, LAST, LAST) },
	{ V(5, 0, 0, 0), V(LAST, LAST, LAST, LAST) },
};

static uint8_t memory_of(const struct tcpoom_rules *r)
{
	if (r->clamp == CLAMP_zero)
		return TCPOOM_MEMORY_RESERVED;
	return r->mem == MEM_int ? TCPOOM_MEMORY_INT : TCPOOM_MEMORY_LONG;
}

struct tcpoom_machine tcpoom_machine_of(const struct tcpoom_resolution *release)
{
	const struct tcpoom_kernel *kernel = release->candidate[0];
	const struct tcpoom_rules *r = kernel->rules;
	struct tcpoom_machine m = {
		.kernel = kernel,
		.memory = memory_of(r),
		.limiter = r->limiter,
		.quanta = r->unit == UNIT_4096,
	};

	for (size_t i = 0; i < sizeof(at_limit) / sizeof(*at_limit); i++)
		m.at_limit |=
			release->version >= at_limit[i].first &&
			release->version <= at_limit[i].last; /* equivalent: <, none is the last */
	return m;
}

uint32_t tcpoom_machine_rto_max(const struct tcpoom_machine *m, const struct tcpoom_state *s)
{
	return tcp_rto_max(m->kernel->rules, s);
}

/* net/ipv4/tcp_timer.c:tcp_write_timeout, behind the check */
static bool retries_are_over(const struct tcpoom_rules *r, const struct tcpoom_state *s)
{
	const unsigned retry_until = tcp_orphan_retries(s, s->rto < tcp_rto_max(r, s));

	if (r->retransmit == RETRANSMIT_count)
		return s->retransmits >= retry_until;
	return retransmits_timed_out(r, s, retry_until, true, /* equivalent: false, for no record */
				     NULL);
}

/* net/ipv4/tcp_timer.c:tcp_probe_timer, behind the check */
static bool probes_are_over(const struct tcpoom_machine *m, const struct tcpoom_state *s)
{
	const struct tcpoom_rules *r = m->kernel->rules;
	const unsigned shift = s->backoff % (r->backoff == BACKOFF_u32 ? 32 : 64);
	const bool alive = rto_backed_off(r, s, shift) < tcp_rto_max(r, s);
	const unsigned max_probes = tcp_orphan_retries(s, alive);

	return m->at_limit ? s->probes_out >= max_probes : s->probes_out > max_probes;
}

bool tcpoom_gives_up(const struct tcpoom_machine *m, const struct tcpoom_state *s)
{
	return s->entry == TCPOOM_PROBE ? probes_are_over(m, s)
					: retries_are_over(m->kernel->rules, s);
}
