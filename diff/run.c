/* SPDX-License-Identifier: GPL-2.0-only */
#include "run.h"

#include <stdlib.h>

#include "heap.h"
#include "running.h"

const char *const tcpoom_run_texts[TCPOOM_RUN_COUNTS] = {
#define COUNT(name, text) [TCPOOM_N_##name] = text,
#include "run.def"
#undef COUNT
};

#define NEVER INT64_MAX

/* An orphan and what its peer will do; or a free slot, and the next free one. */
struct live {
	struct tcpoom_orphan o;
	uint64_t sk;
	int64_t answer, fin; /* ns of its acknowledgement, and from then to the FIN */
	int32_t err_soft;    /* once its FIN was sent */
	unsigned cpu;
	bool fin_wait2;
	size_t next_free;
};

/* A line of arrivals, how many are still to come, and its own random numbers. */
struct stream {
	const struct tcpoom_arrivals *a;
	int64_t left;
	uint64_t random;
};

#define NO_SLOT SIZE_MAX

struct loop {
	struct tcpoom_running m;
	const struct tcpoom_workload *w;
	struct tcpoom_heap heap; /* of streams, then of slots */
	struct stream *stream;
	struct live *live;
	size_t slots, free;
	size_t change; /* the next one */
	int64_t sample, step;
};

/* Sebastiano Vigna's splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int64_t draw(struct stream *s, enum tcpoom_socket_key key)
{
	const struct tcpoom_range *r = &s->a->value[key];

	if (r->least == r->most)
		return r->least;
	return r->least + (int64_t)(next_random(&s->random) % (uint64_t)(r->most - r->least + 1));
}

static bool no_memory(struct loop *l)
{
	return tcpoom_fail(l->m.e, 0, "out of memory");
}

static bool put(struct loop *l, int64_t time, size_t what)
{
	return tcpoom_heap_put(&l->heap, time, what) || no_memory(l);
}

/* A slot for one more orphan, or NO_SLOT: no memory. */
static size_t take_slot(struct loop *l)
{
	size_t slot = l->free;

	if (slot == NO_SLOT) {
		/* equivalent: 3 or + or 65 or 63, it grows in other steps */
		const size_t most = l->slots ? 2 * l->slots : 64;
		struct live *more = realloc(l->live, most * sizeof(*more));

		if (!more)
			return NO_SLOT;
		l->live = more;
		for (; l->slots < most; l->slots++) {
			more[l->slots].next_free = l->free;
			l->free = l->slots;
		}
		slot = l->free;
	}
	l->free = l->live[slot].next_free;
	return slot;
}

/* It is an orphan no more, for the reason that is counted. */
static bool gone(struct loop *l, size_t slot, enum tcpoom_run_count why)
{
	struct live *live = &l->live[slot];

	tcpoom_running_count(&l->m, live->cpu, -1);
	tcpoom_running_charge(&l->m, live->o.wmem_queued, live->cpu, -1);
	l->m.result->count[why]++;
	live->next_free = l->free;
	l->free = slot;
	return true;
}

/*
 * The timer is set for `ticks` from now, and fires at the next tick at the earliest; the peer's
 * answer may come first.
 */
static bool set_timer_for(struct loop *l, size_t slot, uint32_t ticks)
{
	const int64_t timer = tcpoom_running_after(&l->m, ticks ? ticks : 1);
	const int64_t answer = l->live[slot].answer;

	/* equivalent: <=, where they are equal either will do */
	return put(l, answer < timer ? answer : timer, l->w->lines + slot);
}

static bool set_timer(struct loop *l, size_t slot)
{
	return set_timer_for(l, slot,
			     tcpoom_orphan_wait(&l->live[slot].o, l->m.state.hz,
						tcpoom_running_rto_max(&l->m)));
}

static enum tcpoom_run_count why_killed(const struct tcpoom_verdict *v, bool at_close)
{
	if (!v->snmp)
		return TCPOOM_N_net_exited;
	if (at_close)
		return TCPOOM_N_killed_close;
	return v->outcome == TCPOOM_KILLED_RESET ? TCPOOM_N_killed_reset : TCPOOM_N_killed_silent;
}

static void fill(struct loop *l, struct stream *s, struct live *live)
{
	const struct tcpoom_running *m = &l->m;
	const int64_t err_soft = draw(s, TCPOOM_C_err_soft), answer = draw(s, TCPOOM_C_answer);
	const bool icmp = s->a->peer == TCPOOM_PEER_ICMP;
	const uint32_t idle = tcpoom_running_ticks(m, draw(s, TCPOOM_C_idle));

	*live = (struct live){
		/* an ICMP error answers the FIN, and not what was sent before */
		.o = {
			.peer = s->a->peer,
			.err_soft = icmp ? 0 : (int32_t)err_soft,
			.wmem_queued = (int32_t)draw(s, TCPOOM_C_wmem_queued),
			.snd_wnd = (uint32_t)draw(s, TCPOOM_C_snd_wnd),
			.packets_out = (uint32_t)draw(s, TCPOOM_C_packets_out),
			.lsndtime = (uint32_t)m->tick - idle,
			.head_sent = (uint32_t)m->tick - idle,
			.rto = tcpoom_running_ticks(m, draw(s, TCPOOM_C_rto)),
			.backoff = (uint8_t)draw(s, TCPOOM_C_backoff),
		},
		.sk = l->m.result->count[TCPOOM_N_closed],
		.err_soft = (int32_t)err_soft,
		.cpu = (unsigned)draw(s, TCPOOM_C_cpu),
		.answer = answer < 0 ? NEVER : m->time + answer,
		.fin = draw(s, TCPOOM_C_fin),
	};
}

/* net/ipv4/tcp.c:tcp_close: it is counted, asks, and if it lives, has its timer. */
static bool close_one(struct loop *l, struct stream *s)
{
	const size_t slot = take_slot(l);
	const int64_t timer = draw(s, TCPOOM_C_timer);
	struct tcpoom_verdict v;
	struct live *live;

	if (slot == NO_SLOT)
		return no_memory(l);
	l->m.result->count[TCPOOM_N_closed]++;
	live = &l->live[slot];
	fill(l, s, live);
	tcpoom_running_count(&l->m, live->cpu, 1);
	tcpoom_running_charge(&l->m, live->o.wmem_queued, live->cpu, 1);
	if (!tcpoom_running_decide(&l->m, TCPOOM_CLOSE, &live->o, live->cpu, live->sk, &v))
		return false;
	if (v.outcome != TCPOOM_KEPT)
		return gone(l, slot, why_killed(&v, true));
	/* its FIN is sent; a soft error stays until something is acknowledged */
	live->o.err_soft = live->err_soft;
	return timer < 0 ? set_timer(l, slot)
			 : set_timer_for(l, slot, tcpoom_running_ticks(&l->m, timer));
}

/* All is acknowledged: TIME_WAIT at once, or at the FIN, or when FIN_WAIT2 has lasted so long. */
static bool answered(struct loop *l, size_t slot)
{
	struct live *live = &l->live[slot];
	const uint32_t fin_timeout =
		tcpoom_running_ticks(&l->m, l->m.setting[TCPOOM_S_fin_timeout]);
	const uint32_t ticks = tcpoom_orphan_fin_wait2(&live->o, fin_timeout, l->m.state.hz);

	if (!ticks || live->fin_wait2)
		return gone(l, slot, TCPOOM_N_done);
	tcpoom_running_charge(&l->m, live->o.wmem_queued, live->cpu, -1);
	live->o.wmem_queued = 0;
	live->fin_wait2 = true;
	live->answer = live->fin < 0 ? NEVER : l->m.time + live->fin;
	return set_timer_for(l, slot, ticks);
}

static bool timer_fires(struct loop *l, size_t slot)
{
	struct live *live = &l->live[slot];
	struct tcpoom_verdict v;

	if (!tcpoom_running_decide(&l->m, tcpoom_orphan_timer(&live->o), &live->o, live->cpu,
				   live->sk, &v))
		return false;
	if (tcpoom_killed(&v))
		return gone(l, slot, why_killed(&v, false));
	if (v.outcome == TCPOOM_EXPIRED || tcpoom_gives_up(l->m.machine, &l->m.state)) {
		l->m.result->count[TCPOOM_N_abort_on_timeout]++;
		return gone(l, slot, TCPOOM_N_timed_out);
	}
	tcpoom_orphan_sends(&live->o, (uint32_t)l->m.tick, tcpoom_running_rto_max(&l->m));
	return set_timer(l, slot);
}

static bool arrive(struct loop *l, size_t i)
{
	struct stream *s = &l->stream[i];

	if (s->a->is_noise)
		tcpoom_running_print(&l->m, s->a->text);
	else if (!close_one(l, s))
		return false;
	return --s->left == 0 || put(l, l->m.time + draw(s, TCPOOM_C_every), i);
}

static bool happen(struct loop *l, size_t what)
{
	const size_t slot = what - l->w->lines;

	if (what < l->w->lines)
		return arrive(l, what);
	if (l->live[slot].fin_wait2 || l->live[slot].answer <= l->m.time)
		return answered(l, slot);
	return timer_fires(l, slot);
}

/* Samples and changes of settings up to a time; at it, changes come before all else. */
static void pass(struct loop *l, int64_t time)
{
	const struct tcpoom_run_calls *calls = l->m.calls;

	for (;;) {
		const int64_t change =
			l->change < l->w->changes ? l->w->change[l->change].time : NEVER;
		const bool is_change = change <= time && change <= l->sample;

		if (!is_change && l->sample >= time)
			break;
		tcpoom_running_at(&l->m, is_change ? change : l->sample);
		if (is_change) {
			tcpoom_running_set(&l->m, &l->w->change[l->change++]);
			continue;
		}
		if (calls->sample) {
			tcpoom_running_see(&l->m);
			calls->sample(calls->context, l->sample, l->m.result);
		}
		l->sample += l->step;
	}
}

static bool begin(struct loop *l, uint64_t seed)
{
	/* equivalent: 2 or 0, calloc of nothing may return NULL, but need not */
	l->stream = calloc(l->w->lines + 1, sizeof(*l->stream));
	if (!l->stream)
		return no_memory(l);
	for (size_t i = 0; i < l->w->lines; i++) {
		const struct tcpoom_arrivals *a = &l->w->arrivals[i];

		l->stream[i] = (struct stream){ a, a->value[TCPOOM_C_n].least, seed };
		/* apart from the other lines, and from those of the next seed */
		l->stream[i].random = next_random(&l->stream[i].random) + i;
		if (!put(l, a->time, i))
			return false;
	}
	return tcpoom_running_boot(&l->m, l->w->value);
}

bool tcpoom_run(const struct tcpoom_machine *machine, const struct tcpoom_workload *workload,
		uint64_t seed, int64_t step, const struct tcpoom_run_calls *calls,
		struct tcpoom_run_result *result, struct tcpoom_error *e)
{
	struct loop l = {
		.m = { .machine = machine, .calls = calls, .result = result, .e = e },
		.w = workload,
		.free = NO_SLOT,
		.step = step,
	};
	bool good;

	*result = (struct tcpoom_run_result){ .count = { 0 } };
	good = begin(&l, seed);
	while (good && l.heap.count && l.heap.due[0].time <= workload->end) {
		const struct tcpoom_due due = tcpoom_heap_take(&l.heap);

		pass(&l, due.time);
		tcpoom_running_at(&l.m, due.time);
		good = happen(&l, due.what);
	}
	if (good)
		pass(&l, workload->end + 1);
	tcpoom_heap_free(&l.heap);
	tcpoom_running_free(&l.m);
	free(l.stream);
	free(l.live);
	return good;
}
