/* SPDX-License-Identifier: GPL-2.0-only */
#include "alarm_feed.h"

static void set(struct tcpoom_alarm_sample *s, enum tcpoom_alarm_var var, int64_t value)
{
	s->known |= 1u << var;
	s->value[var] = value;
}

static void see_decision(void *context, const struct tcpoom_run_decision *d)
{
	const struct tcpoom_alarm_watches *to = context;

	for (unsigned i = 0; d->verdict->snmp && i < to->count; i++)
		tcpoom_alarm_watch_kill(to->watch[i], d->time);
}

static void see_sample(void *context, int64_t time, const struct tcpoom_run_result *result)
{
	const struct tcpoom_alarm_watches *to = context;
	const int64_t *setting = result->setting;
	const int64_t orphans = (int64_t)result->count[TCPOOM_N_orphans];
	const int64_t sockets = setting[TCPOOM_S_sockets] + orphans;
	struct tcpoom_alarm_sample s = { .time = time };

	set(&s, TCPOOM_A_orphan, orphans);
	set(&s, TCPOOM_A_inuse, sockets);
	set(&s, TCPOOM_A_alloc, sockets);
	set(&s, TCPOOM_A_mem, result->memory);
	set(&s, TCPOOM_A_abort_on_memory, (int64_t)result->count[TCPOOM_N_abort_on_memory]);
	set(&s, TCPOOM_A_abort_on_timeout, (int64_t)result->count[TCPOOM_N_abort_on_timeout]);
	set(&s, TCPOOM_A_max_orphans, setting[TCPOOM_S_max_orphans]);
	if (setting[TCPOOM_S_tcp_mem0] >= 0)
		set(&s, TCPOOM_A_tcp_mem0, setting[TCPOOM_S_tcp_mem0]);
	if (setting[TCPOOM_S_tcp_mem1] >= 0)
		set(&s, TCPOOM_A_tcp_mem1, setting[TCPOOM_S_tcp_mem1]);
	set(&s, TCPOOM_A_tcp_mem2, setting[TCPOOM_S_tcp_mem2]);
	for (unsigned i = 0; i < to->count; i++)
		tcpoom_alarm_watch_sample(to->watch[i], &s);
}

bool tcpoom_alarm_run(const struct tcpoom_alarm_watches *watches,
		      const struct tcpoom_machine *machine, const struct tcpoom_workload *workload,
		      uint64_t seed, struct tcpoom_error *e)
{
	const struct tcpoom_run_calls calls = { .context = (void *)watches,
						.decision = see_decision,
						.sample = see_sample };
	struct tcpoom_run_result result;

	if (!tcpoom_run(machine, workload, seed, watches->watch[0]->rules->every, &calls, &result,
			e))
		return false;
	for (unsigned i = 0; i < watches->count; i++)
		tcpoom_alarm_watch_end(watches->watch[i]);
	return true;
}

/* What a field says, if anybody does. */
static void look(struct tcpoom_alarm_sample *s, enum tcpoom_alarm_var var,
		 const struct tcpoom_state *state, enum tcpoom_field f)
{
	const int64_t value = tcpoom_field_get(state, f);

	s->known &= ~(1u << var);
	if (state->given >> f & 1)
		set(s, var, f == TCPOOM_F_mem_allocated && value < 0 ? 0 : value);
}

static void look_at(struct tcpoom_alarm_sample *s, const struct tcpoom_event *event)
{
	const struct tcpoom_tcp_mem *mem = &event->tcp_mem;

	look(s, TCPOOM_A_orphan, &event->state, TCPOOM_F_orphans);
	look(s, TCPOOM_A_mem, &event->state, TCPOOM_F_mem_allocated);
	look(s, TCPOOM_A_max_orphans, &event->state, TCPOOM_F_max_orphans);
	look(s, TCPOOM_A_tcp_mem2, &event->state, TCPOOM_F_tcp_mem2);
	s->known &= ~(1u << TCPOOM_A_tcp_mem0 | 1u << TCPOOM_A_tcp_mem1);
	if (mem->said) {
		set(s, TCPOOM_A_tcp_mem0, mem->low);
		set(s, TCPOOM_A_tcp_mem1, mem->pressure);
	}
}

/* Samples up to a time, which is not sampled yet; where nothing changes, no more than matter. */
static void sample_until(struct tcpoom_alarm_tail *tail, int64_t time)
{
	const int64_t every = tail->watch->rules->every;
	const size_t enough = tcpoom_alarm_watch_memory(tail->watch);

	for (size_t i = 0; tail->next < time; i++) {
		if (i == enough)
			tail->next += (time - 1 - tail->next) / every * every;
		tail->now.time = tail->next;
		tcpoom_alarm_watch_sample(tail->watch, &tail->now);
		tail->next += every;
	}
}

void tcpoom_alarm_tail_event(struct tcpoom_alarm_tail *tail, const struct tcpoom_event *event,
			     enum tcpoom_alarm_end end)
{
	const uint32_t counters = 1u << TCPOOM_A_abort_on_memory | 1u << TCPOOM_A_abort_on_timeout;
	int64_t *value = tail->now.value;

	if (!tail->begun) {
		tail->begun = true;
		tail->next = tail->latest = event->time;
		tail->now.known |= counters;
	}
	/* from one CPU to the other time may go backwards */
	if (event->time > tail->latest)
		tail->latest = event->time;
	sample_until(tail, tail->latest);
	look_at(&tail->now, event);
	value[TCPOOM_A_abort_on_timeout] += end == TCPOOM_ALARM_TIMED_OUT;
	value[TCPOOM_A_abort_on_memory] += end == TCPOOM_ALARM_KILLED;
	if (end == TCPOOM_ALARM_OPEN) {
		tail->now.known &= ~counters;
		tcpoom_alarm_watch_open(tail->watch);
	}
	if (end == TCPOOM_ALARM_KILLED)
		tcpoom_alarm_watch_kill(tail->watch, tail->latest);
}

void tcpoom_alarm_tail_end(struct tcpoom_alarm_tail *tail)
{
	if (tail->begun)
		sample_until(tail, tail->next + 1);
	tcpoom_alarm_watch_end(tail->watch);
}
