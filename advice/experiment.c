/* SPDX-License-Identifier: GPL-2.0-only */
#include "experiment.h"

#include <errno.h>
#include <string.h>

#include "../kernels/defaults.h"
#include "../traces/input.h"
#include "../traces/trace.h"

#define PAGE 4096

struct tcpoom_resolution tcpoom_bench_release(const struct tcpoom_bench *b,
					      const struct tcpoom_stage *stage)
{
	struct tcpoom_resolution r = stage->kernel ? stage->release : b->subject->release;

	if (b->exchange && b->exchange->of)
		r.candidate[0] = b->exchange->of(b->exchange->context, r.candidate[0]);
	return r;
}

/* What holds of a part holds of the whole no more than that. */
static void conclude(struct tcpoom_showing *to, enum tcpoom_holds holds,
		     const struct tcpoom_stage *stage, const struct tcpoom_wish *wish)
{
	if (holds < to->holds || to->holds == TCPOOM_HOLDS) {
		to->stage = stage;
		to->wish = wish;
	}
	if (holds < to->holds)
		to->holds = holds;
}

/* One stage as it is made: of two worlds, before and now. */
struct making {
	const struct tcpoom_bench *bench;
	const struct tcpoom_stage *stage;
	bool is_change;
	struct tcpoom_shown shown[2];
	struct tcpoom_showing *to;
	bool same; /* so far nothing is otherwise; for some values at least: */
	bool may_be_same;
};

static void add_bounds(struct tcpoom_shown *shown, int quantity, double least, double most)
{
	shown->known |= UINT64_C(1) << quantity;
	shown->quantity[quantity].least += least;
	shown->quantity[quantity].most += most;
}

static unsigned counted(int quantity, const struct tcpoom_verdict *v, uint8_t entry)
{
	const bool close = entry == TCPOOM_CLOSE;

	switch (quantity) {
	case TCPOOM_Q_killed:
		return tcpoom_killed(v);
	case TCPOOM_Q_kept:
		return v->outcome == TCPOOM_KEPT;
	case TCPOOM_N_killed_close:
		return close && tcpoom_killed(v);
	case TCPOOM_N_killed_reset:
		return !close && v->outcome == TCPOOM_KILLED_RESET;
	case TCPOOM_N_killed_silent:
		return v->outcome == TCPOOM_KILLED_SILENT;
	case TCPOOM_N_resets:
		return v->outcome == TCPOOM_KILLED_RESET;
	case TCPOOM_N_messages:
		return v->messages;
	default:
		return v->snmp;
	}
}

static void count(struct making *m, const struct tcpoom_contrast *c)
{
	static const int quantities[] = {
		TCPOOM_Q_killed,	TCPOOM_Q_kept,
		TCPOOM_N_killed_close,	TCPOOM_N_killed_reset,
		TCPOOM_N_killed_silent, TCPOOM_N_resets,
		TCPOOM_N_messages,	TCPOOM_N_abort_on_memory,
	};

	for (int world = 0; world < 2; world++) {
		add_bounds(&m->shown[world], TCPOOM_Q_events, 1, 1);
		for (size_t q = 0; q < sizeof(quantities) / sizeof(*quantities); q++) {
			unsigned least = c->cut ? 0 : 2, most = c->cut ? 2 : 0;

			for (unsigned p = 0; p < c->pairs; p++) {
				const unsigned n =
					counted(quantities[q], &c->pair[p].verdict[world],
						c->pair[p].state[world].entry);

				least = n < least ? n : least;
				most = n > most ? n : most;
			}
			add_bounds(&m->shown[world], quantities[q], least, most);
		}
	}
}

static bool is_wished(const struct tcpoom_stage *stage, const struct tcpoom_verdict *v,
		      const struct tcpoom_wish **missed)
{
	for (unsigned i = 0; i < stage->wishes; i++)
		if (!tcpoom_wish_verdict(&stage->wish[i], v)) {
			*missed = &stage->wish[i];
			return false;
		}
	return true;
}

/*
 * Drops the pairs of which nothing is expected: by what is given, and of what is unknown those that
 * take a number below 0.
 */
static void choose(const struct tcpoom_experiment *x, struct tcpoom_contrast *c)
{
	const bool said = c->pairs == 1;
	unsigned kept = 0;

	for (unsigned p = 0; p < c->pairs; p++) {
		bool given = said || !tcpoom_state_is_odd(&c->pair[p].state[0]);

		for (unsigned i = 0; i < x->givens; i++)
			given &= tcpoom_wish_verdict(&x->given[i], &c->pair[p].verdict[0]);
		if (given)
			c->pair[kept++] = c->pair[p];
	}
	c->pairs = kept;
}

static void see_contrast(struct making *m, const struct tcpoom_world world[2],
			 const struct tcpoom_contrast *c)
{
	const struct tcpoom_wish *missed = NULL;
	struct tcpoom_showing *to = m->to;
	unsigned good = 0, differ = 0;

	if (!c->pairs && !c->cut)
		to->concerned = false;
	for (unsigned p = 0; p < c->pairs; p++) {
		const struct tcpoom_pair *pair = &c->pair[p];
		const struct tcpoom_world before = { world[0].kernel, pair->state[0] };

		differ += !tcpoom_verdict_same(&pair->verdict[0], &pair->verdict[1]);
		if (is_wished(m->stage, &pair->verdict[1], &missed)) {
			good++;
			to->good = to->holds == TCPOOM_HOLDS || !to->has_good ? before : to->good;
			to->has_good = true;
		} else if (!to->has_bad) {
			to->bad = before;
			to->has_bad = true;
		}
	}
	m->same &= !differ;
	m->may_be_same &= differ < c->pairs || c->cut;
	count(m, c);
	conclude(to,
		 good == c->pairs && !c->cut ? TCPOOM_HOLDS
		 : good || c->cut	     ? TCPOOM_MAY
					     : TCPOOM_FAILS,
		 m->stage, missed);
}

static bool see_event(struct making *m, const struct tcpoom_state *said, struct tcpoom_error *e)
{
	const struct tcpoom_resolution before =
		tcpoom_bench_release(m->bench, &m->bench->experiment->stage[0]);
	const struct tcpoom_resolution now = tcpoom_bench_release(m->bench, m->stage);
	struct tcpoom_world world[2] = { { before.candidate[0], *said },
					 { now.candidate[0], *said } };
	struct tcpoom_contrast contrast;

	tcpoom_state_complete(&world[0].state);
	if (!tcpoom_alter_state(&m->stage->alter, said, &world[1].state, e))
		return false;
	m->to->open |= world[1].kernel->needs[said->entry] & ~world[1].state.given;
	tcpoom_contrast_find(world, &contrast);
	choose(m->bench->experiment, &contrast);
	see_contrast(m, world, &contrast);
	return true;
}

static bool see_events(struct making *m, struct tcpoom_error *e)
{
	const struct tcpoom_experiment *x = m->bench->experiment;

	for (unsigned i = 0; i < x->events; i++) {
		struct tcpoom_state said = x->event[i].said;

		if (x->event[i].entries >> m->bench->entry & 1)
			tcpoom_field_set(&said, TCPOOM_F_entry, m->bench->entry);
		if (!see_event(m, &said, e))
			return false;
	}
	return true;
}

static bool see_trace(struct making *m, struct tcpoom_error *e)
{
	const char *path = m->bench->experiment->path;
	struct tcpoom_error bad = { .file = path };
	FILE *in = tcpoom_input_open(path);
	struct tcpoom_trace *trace = in ? tcpoom_trace_open(in, path, &bad) : NULL;
	enum tcpoom_trace_result got = TCPOOM_TRACE_END;
	struct tcpoom_event event;
	bool good = true;

	if (!in)
		tcpoom_fail(&bad, 0, "%s", strerror(errno));
	while (trace && good &&
	       (got = tcpoom_trace_next(trace, &event, &bad)) == TCPOOM_TRACE_EVENT)
		good = see_event(m, &event.said, e);
	if (!trace || got == TCPOOM_TRACE_BAD) {
		*e = bad;
		good = false;
	}
	if (trace)
		tcpoom_trace_close(trace);
	if (in)
		tcpoom_input_close(in);
	return good;
}

static bool see_run(struct making *m, struct tcpoom_error *e)
{
	const struct tcpoom_stage *before = &m->bench->experiment->stage[0];
	uint64_t digest[2];
	bool held[2] = { true, true };

	if (!tcpoom_experiment_run(m->bench, m->stage, &m->shown[1], &digest[1], &held[1], e))
		return false;
	m->shown[0] = m->shown[1];
	digest[0] = digest[1];
	if (m->is_change &&
	    !tcpoom_experiment_run(m->bench, before, &m->shown[0], &digest[0], &held[0], e))
		return false;
	m->to->concerned &= held[0] && held[1];
	m->same = m->may_be_same = digest[0] == digest[1];
	return true;
}

static void see_boot(struct making *m, const struct tcpoom_stage *stage, struct tcpoom_shown *to)
{
	const struct tcpoom_resolution r = tcpoom_bench_release(m->bench, stage);
	const struct tcpoom_boot boot = {
		.version = r.version,
		.build = r.build,
		.page_size = PAGE,
		.pages = (uint64_t)(stage->ram ? stage->ram : m->bench->experiment->ram) / PAGE,
	};
	struct tcpoom_defaults d;

	tcpoom_defaults(&boot, &d);
	for (int i = 0; i < 3; i++)
		add_bounds(to, TCPOOM_Q_tcp_mem0 + i, (double)d.tcp_mem[i], (double)d.tcp_mem[i]);
	for (int i = 0; i < 2; i++) {
		add_bounds(to, TCPOOM_Q_tcp_rmem1 + i, (double)d.tcp_rmem[i + 1],
			   (double)d.tcp_rmem[i + 1]);
		add_bounds(to, TCPOOM_Q_tcp_wmem1 + i, (double)d.tcp_wmem[i + 1],
			   (double)d.tcp_wmem[i + 1]);
	}
	add_bounds(to, TCPOOM_Q_max_orphans, (double)d.max_orphans, (double)d.max_orphans);
	add_bounds(to, TCPOOM_Q_ram, (double)boot.pages, (double)boot.pages);
}

static bool see(struct making *m, struct tcpoom_error *e)
{
	switch (m->bench->experiment->kind) {
	case TCPOOM_E_EVENTS:
		return see_events(m, e);
	case TCPOOM_E_TRACE:
		return see_trace(m, e);
	case TCPOOM_E_WORKLOAD:
		return see_run(m, e);
	case TCPOOM_E_BOOT:
		see_boot(m, &m->bench->experiment->stage[0], &m->shown[0]);
		see_boot(m, m->stage, &m->shown[1]);
		m->same = !memcmp(m->shown[0].quantity, m->shown[1].quantity,
				  sizeof(m->shown[0].quantity));
		m->may_be_same = m->same;
		return true;
	default:
		return true;
	}
}

/* A wish about a whole world; those about a verdict were looked at event by event. */
static bool look_at(struct making *m, unsigned i, struct tcpoom_error *e)
{
	const enum tcpoom_experiment_kind kind = m->bench->experiment->kind;
	const struct tcpoom_wish *w = &m->stage->wish[i];
	enum tcpoom_holds holds = TCPOOM_HOLDS;
	const char *unknown;

	e->line = w->line;
	if ((w->kind == TCPOOM_X_OUTCOME || w->kind == TCPOOM_X_MESSAGE) &&
	    kind != TCPOOM_E_EVENTS && kind != TCPOOM_E_TRACE)
		return tcpoom_fail(e, 0,
				   "found an outcome, expected a comparison, log or unchanged: "
				   "one outcome is that of an event");
	if (w->kind == TCPOOM_X_LOG && kind != TCPOOM_E_WORKLOAD)
		return tcpoom_fail(e, 0, "found log, expected message: only a workload has a log");
	if (w->kind == TCPOOM_X_LOG)
		holds = (m->shown[1].logged >> i & 1) != w->none ? TCPOOM_HOLDS : TCPOOM_FAILS;
	if (w->kind == TCPOOM_X_UNCHANGED)
		holds = m->same ? TCPOOM_HOLDS : m->may_be_same ? TCPOOM_MAY : TCPOOM_FAILS;
	if (w->kind == TCPOOM_X_COMPARE) {
		if (!tcpoom_wish_compare(w, &m->shown[0], &m->shown[1], &holds, &unknown))
			return tcpoom_fail(e, 0, "found %s, which this experiment does not count",
					   unknown);
		if (holds <= m->to->holds)
			for (int side = 0; side < 2; side++)
				m->to->side[side] = tcpoom_sum_value(&w->side[side], &m->shown[0],
								     &m->shown[1]);
		m->to->units |= w->units && holds != TCPOOM_HOLDS;
	}
	conclude(m->to, holds, m->stage, w);
	return true;
}

static bool make_stage(const struct tcpoom_bench *bench, unsigned s, struct tcpoom_showing *to,
		       struct tcpoom_error *e)
{
	const struct tcpoom_stage *stage = &bench->experiment->stage[s];
	struct making m = {
		.bench = bench,
		.stage = stage,
		.is_change = s > 0,
		.to = to,
		.same = true,
		.may_be_same = true,
	};
	bool same = false;

	e->line = stage->line ? stage->line : bench->experiment->line;
	if (!see(&m, e))
		return false;
	for (unsigned i = 0; i < stage->wishes; i++) {
		if (!look_at(&m, i, e))
			return false;
		same |= stage->wish[i].kind == TCPOOM_X_UNCHANGED;
	}
	to->changes |= s > 0 && !m.same;
	to->wants_same |= same;
	for (unsigned i = 0; i < stage->lint.count; i++) {
		const enum tcpoom_lint_kind kind = stage->lint.finding[i].kind;

		to->units |= kind == TCPOOM_LINT_UNIT;
		if (kind <= TCPOOM_LINT_VALUE)
			conclude(to, TCPOOM_FAILS, stage, NULL);
	}
	if (!to->stage)
		to->stage = stage;
	return true;
}

bool tcpoom_experiment_make(const struct tcpoom_bench *bench, struct tcpoom_showing *to,
			    struct tcpoom_error *e)
{
	*to = (struct tcpoom_showing){ .concerned = true, .holds = TCPOOM_HOLDS };
	*e = (struct tcpoom_error){ .file = bench->claim->file };
	for (unsigned s = 0; s < bench->experiment->stages; s++)
		if ((s > 0 || bench->experiment->stage[0].wishes) && !make_stage(bench, s, to, e))
			return false;
	return true;
}
