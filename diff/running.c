/* SPDX-License-Identifier: GPL-2.0-only */
#include "running.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../model/ticks.h"

#define SECOND INT64_C(1000000000)

/* include/linux/jiffies.h:INITIAL_JIFFIES */
static uint64_t boot_tick(uint64_t hz)
{
	return (uint32_t)(-300 * hz);
}

uint32_t tcpoom_running_ticks(const struct tcpoom_running *m, int64_t ns)
{
	const int64_t hz = m->state.hz;

	return (uint32_t)(ns / SECOND * hz + (ns % SECOND * hz + SECOND - 1) / SECOND);
}

int64_t tcpoom_running_after(const struct tcpoom_running *m, uint64_t ticks)
{
	const uint64_t hz = m->state.hz, since_boot = m->tick + ticks - boot_tick(hz);

	return (int64_t)(since_boot / hz) * SECOND +
	       (int64_t)((since_boot % hz * (uint64_t)SECOND + hz - 1) / hz);
}

uint32_t tcpoom_running_rto_max(const struct tcpoom_running *m)
{
	return tcpoom_machine_rto_max(m->machine, &m->state);
}

/* Copies the settings to where they act. */
static void apply(struct tcpoom_running *m)
{
	const int32_t interval =
		(int32_t)(m->setting[TCPOOM_S_message_cost] * (int64_t)m->state.hz);
	const int32_t burst = (int32_t)m->setting[TCPOOM_S_message_burst];

	m->state.max_orphans = (int32_t)m->setting[TCPOOM_S_max_orphans];
	m->state.tcp_mem2 = m->setting[TCPOOM_S_tcp_mem2];
	m->state.orphan_retries = (uint8_t)m->setting[TCPOOM_S_orphan_retries];
	m->state.net_alive = (uint8_t)m->setting[TCPOOM_S_net_alive];
	m->state.message_cost = (uint32_t)m->setting[TCPOOM_S_message_cost];
	m->state.message_burst = (uint32_t)burst;
	m->state.rto_max = tcpoom_running_ticks(m, m->setting[TCPOOM_S_rto_max]);
	m->limiter.interval = interval;
	/* 2.4 has it in ticks */
	m->limiter.burst = m->limiter.variant == TCPOOM_RATELIMIT_NET
				   ? wrap_s32((uint32_t)burst * (uint32_t)interval)
				   : burst;
}

/* Pages, as this kernel counts them. */
static int64_t units(const struct tcpoom_running *m, int64_t pages)
{
	return m->machine->quanta ? pages * (int64_t)m->state.page_size / 4096 : pages;
}

bool tcpoom_running_boot(struct tcpoom_running *m, const int64_t setting[TCPOOM_SETTINGS])
{
	const unsigned cpus = (unsigned)setting[TCPOOM_S_cpus];
	const uint32_t hz = (uint32_t)setting[TCPOOM_S_hz];
	const tcpoom_fieldset absent = TCPOOM_BIT(do_reset) | TCPOOM_BIT(memcg_allocated) |
				       TCPOOM_BIT(memcg_limit) | TCPOOM_BIT(ratelimit_budget);

	memcpy(m->setting, setting, sizeof(m->setting));
	m->state = (struct tcpoom_state){
		.given = (((tcpoom_fieldset)1 << TCPOOM_FIELDS) - 1) & ~absent,
		.hz = hz,
		.page_size = (uint32_t)setting[TCPOOM_S_page_size],
		.sizeof_sk_buff = 232,
	};
	m->share = calloc(cpus, sizeof(*m->share));
	m->parked = calloc(cpus, sizeof(*m->parked));
	if (!m->share || !m->parked)
		return tcpoom_fail(m->e, 0, "out of memory");
	m->tick = boot_tick(hz);
	/* equivalent: TCPOOM_ORPHANS_PERCPU_ONE, the raw number is what is read */
	tcpoom_orphan_count_init(&m->percpu, TCPOOM_ORPHANS_PERCPU_ZERO, cpus, m->share, hz,
				 m->tick);
	/* equivalent: TCPOOM_ORPHANS_ATOMIC, only below 0 it has another sum */
	tcpoom_orphan_count_init(&m->cached, TCPOOM_ORPHANS_CACHED, cpus, NULL, hz, m->tick);
	tcpoom_memory_init(&m->memory, (enum tcpoom_memory_counter)m->machine->memory, cpus,
			   m->parked, m->state.page_size);
	m->memory.allocated = units(m, setting[TCPOOM_S_memory]);
	tcpoom_ratelimit_init(&m->limiter, (enum tcpoom_ratelimit_variant)m->machine->limiter, hz,
			      64); /* equivalent: 65 or 63, all but 32 stands for 64 */
	apply(m);
	return true;
}

void tcpoom_running_free(struct tcpoom_running *m)
{
	free(m->share);
	free(m->parked);
}

void tcpoom_running_at(struct tcpoom_running *m, int64_t time)
{
	const int64_t hz = m->state.hz;

	m->time = time;
	m->tick = boot_tick(m->state.hz) +
		  (uint64_t)(time / SECOND * hz + time % SECOND * hz / SECOND);
	tcpoom_orphan_count_refresh(&m->cached, m->tick);
}

void tcpoom_running_set(struct tcpoom_running *m, const struct tcpoom_change *change)
{
	const int64_t memory = m->setting[TCPOOM_S_memory];

	/* equivalent: 1 or <=, hz stays and no bit is given behind the last */
	for (int i = 0; i < TCPOOM_SETTINGS; i++)
		if (change->given >> i & 1)
			m->setting[i] = change->value[i];
	m->memory.allocated =
		wrap_add(m->memory.allocated, units(m, m->setting[TCPOOM_S_memory] - memory));
	apply(m);
}

void tcpoom_running_count(struct tcpoom_running *m, unsigned cpu, int sign)
{
	uint64_t *count = m->result->count;

	tcpoom_orphan_count_add(&m->percpu, cpu, sign);
	tcpoom_orphan_count_add(&m->cached, cpu, sign);
	count[TCPOOM_N_orphans] = (uint64_t)m->percpu.total;
	/* equivalent: >=, of two that are equal either is the most */
	if (count[TCPOOM_N_orphans] > count[TCPOOM_N_orphans_most])
		count[TCPOOM_N_orphans_most] = count[TCPOOM_N_orphans];
}

void tcpoom_running_charge(struct tcpoom_running *m, int32_t wmem_queued, unsigned cpu, int sign)
{
	const int32_t unit = m->machine->quanta ? 4096 : (int32_t)m->state.page_size;

	if (wmem_queued > 0)
		tcpoom_memory_add(&m->memory, cpu, sign * ((wmem_queued - 1) / unit + 1));
}

static void line(struct tcpoom_running *m, const char *text)
{
	m->result->count[TCPOOM_N_lines]++;
	if (m->calls->line)
		m->calls->line(m->calls->context, m->time, text);
}

bool tcpoom_running_print(struct tcpoom_running *m, const char *text)
{
	struct tcpoom_ratelimit_line own;
	const bool allowed = tcpoom_ratelimit(&m->limiter, m->tick, false, &own);
	char said[120]; /* equivalent: 121 or 119, no line is as long */

	if (own.text != TCPOOM_RATELIMIT_SILENT) {
		tcpoom_ratelimit_print(&own, said, sizeof(said));
		line(m, said);
	}
	if (allowed)
		line(m, text);
	return allowed;
}

/* net/ipv4/proc.c:sockstat_seq_show */
void tcpoom_running_see(struct tcpoom_running *m)
{
	m->result->memory = tcpoom_memory_reported(&m->memory);
	memcpy(m->result->setting, m->setting, sizeof(m->setting));
}

static void fill(struct tcpoom_running *m, enum tcpoom_entry entry, const struct tcpoom_orphan *o)
{
	struct tcpoom_state *s = &m->state;

	tcpoom_orphan_fill(o, s);
	s->entry = (uint8_t)entry;
	s->now = (uint32_t)m->tick;
	s->orphans = m->percpu.total;
	s->orphans_approx = m->percpu.raw;
	s->orphans_cached = m->cached.cache;
	s->mem_allocated = m->memory.allocated;
	/* the counts have the closing socket in them */
	s->self_counted = entry == TCPOOM_CLOSE;
	s->given &= ~TCPOOM_BIT(self_counted);
	if (entry == TCPOOM_CLOSE)
		s->given |= TCPOOM_BIT(self_counted);
}

static bool refused(struct tcpoom_running *m, const struct tcpoom_verdict *v)
{
	const enum tcpoom_field f = (enum tcpoom_field)v->blame;

	return tcpoom_fail(m->e, 0, "%s becomes %" PRId64 ", more than its int holds in %s",
			   tcpoom_field_table[f].name, tcpoom_field_get(&m->state, f),
			   m->machine->kernel->name);
}

bool tcpoom_running_decide(struct tcpoom_running *m, enum tcpoom_entry entry,
			   const struct tcpoom_orphan *o, unsigned cpu, uint64_t sk,
			   struct tcpoom_verdict *v)
{
	uint64_t *count = m->result->count;
	struct tcpoom_run_decision d = {
		.time = m->time, .state = &m->state, .verdict = v, .sk = sk, .cpu = cpu
	};

	fill(m, entry, o);
	if (tcpoom_decide(m->machine->kernel, &m->state, v, NULL) != TCPOOM_OK)
		return refused(m, v);
	for (unsigned i = 0; i < v->messages; i++) {
		d.printed[i] = tcpoom_running_print(m, tcpoom_message_texts[v->message[i]]);
		count[TCPOOM_N_printed] += d.printed[i];
	}
	count[TCPOOM_N_decisions]++;
	count[TCPOOM_N_messages] += v->messages;
	count[TCPOOM_N_abort_on_memory] += v->snmp;
	count[TCPOOM_N_resets] += v->outcome == TCPOOM_KILLED_RESET;
	if (m->calls->decision)
		m->calls->decision(m->calls->context, &d);
	return true;
}
