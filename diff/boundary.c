/* SPDX-License-Identifier: GPL-2.0-only */
#include "boundary.h"

#include "../model/ticks.h"
#include "critical.h"

struct walk {
	const struct tcpoom_numbers *numbers;
	void (*visit)(void *context, const struct tcpoom_state *state);
	void *context;
	struct tcpoom_state state;
};

static void show(struct walk *w)
{
	enum tcpoom_field at;

	if (!tcpoom_state_unsound(&w->state, &at))
		w->visit(w->context, &w->state);
}

static void show_value(struct walk *w, enum tcpoom_field f, int64_t value)
{
	if (value < tcpoom_field_table[f].min || value > tcpoom_field_table[f].max)
		return;
	tcpoom_field_set(&w->state, f, value);
	show(w);
}

#define BIT(name) TCPOOM_BIT(name)

static const tcpoom_fieldset times = BIT(now) | BIT(lsndtime) | BIT(retrans_stamp) | BIT(head_sent);

/* The numbers of the caller, as they are; or as an age, in ticks and in seconds. */
static void show_numbers(struct walk *w, enum tcpoom_field f)
{
	for (unsigned i = 0; i < w->numbers->count; i++)
		/* equivalent: 2, one more */
		for (int64_t beside = -1; beside <= 1; beside++) {
			const int64_t number = w->numbers->number[i];
			const uint32_t seconds = (uint32_t)number * w->state.hz;

			if (times >> f & 1) {
				show_value(w, f, w->state.now - (uint32_t)wrap_add(number, beside));
				/* equivalent: -, on either side */
				show_value(w, f, w->state.now - (seconds + (uint32_t)beside));
			} else {
				show_value(w, f, wrap_add(number, beside));
			}
		}
}

/* The field alone takes other values. */
static void vary(struct walk *w, enum tcpoom_field f)
{
	const int64_t before = tcpoom_field_get(&w->state, f);
	const int64_t high = (int64_t)1 << 32; /* equivalent: 2 or 33, the lower half is the same */
	struct tcpoom_critical critical;

	tcpoom_critical_find(&w->state, w->state.given, f, &critical);
	for (unsigned i = 0; i < critical.count; i++)
		show_value(w, f, critical.value[i]);
	/* of a 64-bit count an int keeps the lower half; equivalent: true, no other has room */
	if (tcpoom_field_table[f].size == 8) {
		show_value(w, f, before + high);
		show_value(w, f, before - high);
	}
	tcpoom_field_set(&w->state, f, before);
	/* a tick rate or a page size is not compared with anything */
	if (f != TCPOOM_F_hz && f != TCPOOM_F_page_size)
		show_numbers(w, f);
	tcpoom_field_set(&w->state, f, before);
}

/* What the check reads, and what the timers read before. */
static const tcpoom_fieldset of_counts = BIT(max_orphans) | BIT(orphans) | BIT(orphans_approx) |
					 BIT(orphans_cached),
			     of_memory = BIT(wmem_queued) | BIT(mem_allocated) | BIT(tcp_mem2) |
					 BIT(page_size) | BIT(sizeof_sk_buff),
			     of_check = BIT(hz) | BIT(rto_max) | BIT(now) | BIT(lsndtime) |
					BIT(snd_wnd) | BIT(packets_out) | BIT(err_soft),
			     of_retransmit = BIT(rto) | BIT(retransmits) | BIT(retrans_stamp) |
					     BIT(head_sent) | BIT(orphan_retries) | BIT(lsndtime) |
					     BIT(rto_max),
			     of_probe = BIT(rto) | BIT(backoff) | BIT(probes_out) |
					BIT(orphan_retries) | BIT(lsndtime) | BIT(rto_max);

static void vary_all(struct walk *w, tcpoom_fieldset fields)
{
	show(w);
	/* equivalent: 1 or <=, the entry is no such field, nor what is behind the last one */
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (fields >> f & 1)
			vary(w, (enum tcpoom_field)f);
}

/* ---- the states around which to look; equivalent from here: numbers, others would do ---- */

#define EACH(type, name, ...)                                                                      \
	for (const type *name = (const type[]){ __VA_ARGS__ },                                     \
			*name##_end = name + sizeof((const type[]){ __VA_ARGS__ }) / sizeof(type); \
	     name < name##_end; name++)

/* Against a limit of 10; or a central value below 0, and a limit that is not above. */
#define BELOW_ZERO (-1)

static void put_count(struct walk *w, int32_t count)
{
	const bool below = count == BELOW_ZERO;

	w->state.max_orphans = below ? 0 : 10;
	w->state.orphans = w->state.orphans_cached = below ? 11 : count;
	w->state.orphans_approx = count;
}

/* Room enough; too much; the cgroup's too much or enough; limits below 0 and above an int. */
enum { ROOM, FULL, CGROUP_FULL, CGROUP_ROOM, NEGATIVE, LARGE, MEMORIES };

static void put_memory(struct walk *w, int memory)
{
	static const int64_t limit[] = { 1000, 1000, 1000, 1000, -10, (int64_t)1 << 40 },
			     over[] = { -10, 1, -10, 1, -10, 1 };
	struct tcpoom_state *s = &w->state;

	s->wmem_queued = 10000;
	s->tcp_mem2 = limit[memory];
	s->mem_allocated = limit[memory] + over[memory];
	s->memcg_limit = s->memcg_allocated = 0;
	s->given &= ~(BIT(memcg_limit) | BIT(memcg_allocated));
	if (memory != CGROUP_FULL && memory != CGROUP_ROOM)
		return;
	tcpoom_field_set(s, TCPOOM_F_memcg_limit, 500);
	tcpoom_field_set(s, TCPOOM_F_memcg_allocated, memory == CGROUP_FULL ? 501 : 499);
}

static void put_clock(struct walk *w, uint32_t now, uint32_t hz, uint32_t idle)
{
	w->state.hz = hz;
	w->state.rto_max = 120 * hz;
	w->state.now = now;
	w->state.lsndtime = now - idle * hz;
}

static void put_self(struct walk *w, bool given, uint8_t counted)
{
	const tcpoom_fieldset self = BIT(self_counted);

	w->state.given = given ? w->state.given | self : w->state.given & ~self;
	w->state.self_counted = counted;
}

static void around_close(struct walk *w)
{
	w->state.entry = TCPOOM_CLOSE;
	EACH(int32_t, count, BELOW_ZERO, 0, 9, 10, 11)
	for (int memory = 0; memory < MEMORIES; memory++)
		EACH(uint8_t, alive, 1, 0)
		{
			put_count(w, *count);
			put_memory(w, memory);
			w->state.net_alive = *alive;
			put_self(w, true, 0);
			vary_all(w, of_counts);
			put_self(w, true, 1);
			vary_all(w, of_counts);
			put_self(w, false, 0);
			vary_all(w, of_counts | of_memory);
		}
}

static void around_peer(struct walk *w, uint32_t hz, uint32_t idle)
{
	EACH(uint8_t, do_reset, 1, 0)
	EACH(int32_t, err_soft, 0, 113)
	EACH(uint32_t, open, 1, 0)
	{
		put_clock(w, 1000000000, hz, idle);
		w->state.do_reset = *do_reset;
		w->state.err_soft = *err_soft;
		w->state.snd_wnd = w->state.packets_out = *open;
		vary_all(w, of_check | of_counts | of_memory);
	}
}

static void around_timer(struct walk *w)
{
	w->state.entry = TCPOOM_TIMER;
	EACH(int32_t, count, BELOW_ZERO, 0, 3, 6, 11)
	for (int memory = 0; memory < MEMORIES; memory++) {
		put_count(w, *count);
		put_memory(w, memory);
		EACH(uint32_t, idle, 30, 100, 300)
		around_peer(w, 1000, *idle);
		if (memory == ROOM)
			around_peer(w, 300, 300);
		w->state.net_alive = 0;
		around_peer(w, 1000, 100);
		w->state.net_alive = 1;
	}
}

/* The stamp of the first retransmission, or only that of the head segment, or none. */
static void around_stamps(struct walk *w)
{
	const uint32_t then = w->state.now - 10 * w->state.hz; /* equivalent: +, any */

	for (int stamps = 0; stamps < 3; stamps++) {
		w->state.retrans_stamp = stamps == 0 ? then : 0;
		/* equivalent: !=, the same in another order */
		w->state.head_sent = stamps == 1 ? then : 0;
		vary_all(w, of_retransmit | (stamps ? BIT(now) : 0));
	}
}

static void around_retransmit(struct walk *w)
{
	w->state.entry = TCPOOM_RETRANSMIT;
	EACH(int32_t, count, 6, 11)
	EACH(int32_t, err_soft, 0, 113)
	EACH(uint32_t, hz, 1000, 300)
	EACH(uint32_t, now, 1000000000, 5000, 3000000000)
	EACH(uint8_t, retries, 0, 1, 8)
	{
		put_count(w, *count);
		put_clock(w, *now, *hz, 100);
		w->state.err_soft = *err_soft;
		w->state.orphan_retries = *retries;
		w->state.retransmits = 3;
		w->state.rto = 120 * *hz;
		around_stamps(w);
		w->state.rto_max = 30 * *hz;
		around_stamps(w);
	}
}

static void around_backoff(struct walk *w)
{
	EACH(uint8_t, backoff, 0, 1, 5, 33, 64)
	EACH(uint8_t, probes, 0, 2)
	{
		w->state.backoff = *backoff;
		w->state.probes_out = *probes;
		vary_all(w, of_probe);
	}
}

static void around_probe(struct walk *w)
{
	w->state.entry = TCPOOM_PROBE;
	EACH(int32_t, count, 6, 11)
	EACH(int32_t, err_soft, 0, 113)
	EACH(uint32_t, bound, 120, 30)
	EACH(uint8_t, retries, 0, 1, 8)
	EACH(uint32_t, rto, 200, 120000)
	{
		put_count(w, *count);
		put_clock(w, 1000000000, 1000, 100);
		w->state.rto_max = *bound * w->state.hz;
		w->state.err_soft = *err_soft;
		w->state.orphan_retries = *retries;
		w->state.rto = *rto;
		around_backoff(w);
	}
}

void tcpoom_boundary_walk(const struct tcpoom_numbers *numbers,
			  void (*visit)(void *context, const struct tcpoom_state *state),
			  void *context)
{
	struct walk w = { .numbers = numbers, .visit = visit, .context = context };

	tcpoom_state_complete(&w.state);
	/* equivalent: >>, what is behind the last field is none */
	w.state.given = ((tcpoom_fieldset)1 << TCPOOM_FIELDS) - 1;
	w.state.snd_wnd = w.state.packets_out = 1;
	put_clock(&w, 1000000000, 1000, 100);
	around_close(&w);
	put_memory(&w, ROOM);
	w.state.net_alive = 1;
	around_retransmit(&w);
	around_probe(&w);
	around_timer(&w);
}
