/* SPDX-License-Identifier: GPL-2.0-only */
#include "contrast.h"

#include "../diff/critical.h"

struct walk {
	const struct tcpoom_world *world;
	struct tcpoom_state state[2];
	tcpoom_fieldset unknown[2];
	struct tcpoom_contrast *to;
	unsigned tried;
};

bool tcpoom_state_is_odd(const struct tcpoom_state *s)
{
	return s->wmem_queued < 0 || s->orphans < 0 || s->orphans_approx < 0 ||
	       s->orphans_cached < 0 || s->mem_allocated < 0 || s->max_orphans < 0 ||
	       s->tcp_mem2 < 0;
}

static void keep_states(const struct walk *w, struct tcpoom_pair *pair)
{
	for (int i = 0; i < 2; i++)
		pair->state[i] = w->state[i];
}

static bool collect(struct walk *w)
{
	struct tcpoom_contrast *to = w->to;
	struct tcpoom_verdict v[2];

	for (int i = 0; i < 2; i++) {
		const enum tcpoom_status status =
			tcpoom_decide(w->world[i].kernel, &w->state[i], &v[i], NULL);

		if (status == TCPOOM_OK)
			continue;
		to->refused = status;
		to->blame = v[i].blame;
		return true;
	}
	for (unsigned p = 0; p < to->pairs; p++)
		if (tcpoom_verdict_same(&to->pair[p].verdict[0], &v[0]) &&
		    tcpoom_verdict_same(&to->pair[p].verdict[1], &v[1])) {
			if (tcpoom_state_is_odd(&to->pair[p].state[0]) &&
			    !tcpoom_state_is_odd(&w->state[0]))
				keep_states(w, &to->pair[p]);
			return true;
		}
	if (to->pairs == TCPOOM_PAIRS_MOST) {
		to->cut = true;
		return false;
	}
	keep_states(w, &to->pair[to->pairs]);
	for (int i = 0; i < 2; i++)
		to->pair[to->pairs].verdict[i] = v[i];
	to->pairs++;
	return true;
}

static bool visit(struct walk *w)
{
	if (w->tried++ == TCPOOM_TRIED_MOST) {
		w->to->cut = true;
		return false;
	}
	return collect(w);
}

/* The values that either world tells apart. */
static void find_values(const struct walk *w, enum tcpoom_field f, struct tcpoom_critical *to)
{
	struct tcpoom_critical other = { .count = 0, .cut = false };
	const bool in[2] = { w->unknown[0] >> f & 1, w->unknown[1] >> f & 1 };

	tcpoom_critical_find(&w->state[!in[0]], w->state[!in[0]].given, f, to);
	if (in[0] && in[1])
		tcpoom_critical_find(&w->state[1], w->state[1].given, f, &other);
	to->cut |= other.cut;
	for (unsigned i = 0; i < other.count; i++) {
		unsigned same = 0;

		while (same < to->count && to->value[same] != other.value[i])
			same++;
		if (same == TCPOOM_CRITICAL_MOST) {
			to->cut = true;
			return;
		}
		to->value[same] = other.value[i];
		to->count += same == to->count;
	}
}

static bool walk_from(struct walk *w, unsigned at)
{
	const tcpoom_fieldset unknown = w->unknown[0] | w->unknown[1];
	struct tcpoom_critical critical;
	enum tcpoom_field f;

	while (at < tcpoom_critical_fields && !(unknown >> tcpoom_critical_order[at] & 1))
		at++;
	if (at == tcpoom_critical_fields)
		return visit(w);
	f = tcpoom_critical_order[at];
	find_values(w, f, &critical);
	w->to->cut |= critical.cut;
	for (unsigned v = 0; v < critical.count; v++) {
		for (int i = 0; i < 2; i++)
			if (w->unknown[i] >> f & 1)
				tcpoom_field_set(&w->state[i], f, critical.value[v]);
		if (!walk_from(w, at + 1))
			return false;
	}
	for (int i = 0; i < 2; i++)
		if (w->unknown[i] >> f & 1)
			tcpoom_field_forget(&w->state[i], f);
	return true;
}

void tcpoom_contrast_find(const struct tcpoom_world world[2], struct tcpoom_contrast *to)
{
	struct walk w = { .world = world, .to = to };

	to->pairs = 0;
	to->refused = TCPOOM_OK;
	to->cut = false;
	for (int i = 0; i < 2; i++) {
		w.state[i] = world[i].state;
		w.unknown[i] = world[i].kernel->needs[w.state[i].entry] & ~w.state[i].given;
	}
	/* what one of them alone needs, the other may know otherwise: it is one socket all the same
	 */
	for (int i = 0; i < 2; i++)
		w.unknown[i] |= w.unknown[!i] & ~w.state[i].given;
	walk_from(&w, 0);
}

enum tcpoom_share tcpoom_contrast_kills(const struct tcpoom_contrast *c, int world)
{
	unsigned killed = 0;

	for (unsigned p = 0; p < c->pairs; p++)
		killed += tcpoom_killed(&c->pair[p].verdict[world]);
	if (!killed)
		return c->cut ? TCPOOM_SOME : TCPOOM_NONE;
	return killed == c->pairs && !c->cut && !c->refused ? TCPOOM_EACH : TCPOOM_SOME;
}
