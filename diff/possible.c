/* SPDX-License-Identifier: GPL-2.0-only */
#include "possible.h"

#include "critical.h"

/* One walk over the critical values of all unknown fields. */
struct walk {
	tcpoom_fieldset unknown;
	struct tcpoom_state state;
	/* returns false to end the walk */
	bool (*visit)(struct walk *walk);
	const struct tcpoom_kernel *kernel, *other;
	struct tcpoom_possible *to;
	struct tcpoom_state *example;
	struct tcpoom_divergences *divergences;
	unsigned tried, causes;
	bool cut, same, differ, every;
};

static bool collect(struct walk *w)
{
	struct tcpoom_possible *p = w->to;
	struct tcpoom_verdict v;
	const enum tcpoom_status status = tcpoom_decide(w->kernel, &w->state, &v, NULL);

	if (status != TCPOOM_OK) {
		p->refused = status;
		p->blame = v.blame;
		return true;
	}
	for (unsigned i = 0; i < p->verdicts; i++)
		if (tcpoom_verdict_same(&p->verdict[i], &v))
			return true;
	if (p->verdicts == TCPOOM_POSSIBLE_MOST) {
		w->cut = true;
		return false; /* equivalent: true, it only takes longer */
	}
	p->verdict[p->verdicts] = v;
	p->state[p->verdicts++] = w->state;
	return true;
}

static bool visit(struct walk *w)
{
	if (w->tried++ == TCPOOM_TRIED_MOST) {
		w->cut = true;
		return false;
	}
	return w->visit(w);
}

static bool walk_from(struct walk *w, unsigned at)
{
	struct tcpoom_critical critical;
	enum tcpoom_field f;

	while (at < tcpoom_critical_fields && !(w->unknown >> tcpoom_critical_order[at] & 1))
		at++;
	if (at == tcpoom_critical_fields)
		return visit(w);
	f = tcpoom_critical_order[at];
	tcpoom_critical_find(&w->state, w->state.given, f, &critical);
	w->cut |= critical.cut;
	for (unsigned i = 0; i < critical.count; i++) {
		tcpoom_field_set(&w->state, f, critical.value[i]);
		if (!walk_from(w, at + 1))
			return false;
	}
	tcpoom_field_forget(&w->state, f);
	return true;
}

void tcpoom_possible_find(const struct tcpoom_kernel *kernel, const struct tcpoom_state *state,
			  struct tcpoom_possible *to)
{
	struct walk w = { .state = *state, .visit = collect, .kernel = kernel, .to = to };

	to->verdicts = 0;
	to->refused = TCPOOM_OK;
	w.unknown = kernel->needs[state->entry] & ~state->given;
	walk_from(&w, 0);
	to->cut = w.cut;
}

static bool same_divergence(const struct tcpoom_divergence *a, const struct tcpoom_divergence *b)
{
	return a->kind == b->kind && tcpoom_cause_same(&a->cause, &b->cause);
}

bool tcpoom_divergences_same(const struct tcpoom_divergences *a, const struct tcpoom_divergences *b)
{
	if (a->count != b->count || a->more != b->more)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (!same_divergence(&a->of[i], &b->of[i]))
			return false;
	return true;
}

static void add_divergence(struct walk *w, const struct tcpoom_verdict *a,
			   const struct tcpoom_verdict *b)
{
	struct tcpoom_divergences *d = w->divergences;
	struct tcpoom_divergence one = { .kind = tcpoom_kind_of(a, b) };

	if (d->more)
		return;
	d->more = w->causes++ == TCPOOM_CAUSES_TRIED_MOST;
	if (d->more)
		return;
	tcpoom_cause_find(w->kernel, w->other, &w->state, a, b, &one.cause);
	/* equivalent: <=, what is behind is no divergence */
	for (unsigned i = 0; i < d->count; i++)
		if (same_divergence(&d->of[i], &one))
			return;
	d->more = d->count == TCPOOM_DIVERGENCES_MOST;
	if (!d->more)
		d->of[d->count++] = one;
}

static bool relate(struct walk *w)
{
	struct tcpoom_verdict a, b;

	if (tcpoom_decide(w->kernel, &w->state, &a, NULL) != TCPOOM_OK ||
	    tcpoom_decide(w->other, &w->state, &b, NULL) != TCPOOM_OK)
		return true;
	if (tcpoom_verdict_same(&a, &b)) {
		w->same = true;
	} else {
		if (!w->differ)
			*w->example = w->state;
		if (!w->differ || w->every)
			add_divergence(w, &a, &b);
		w->differ = true;
	}
	/* equivalent: left, then it only takes longer */
	return !w->same || !w->differ || (w->every && !w->divergences->more);
}

enum tcpoom_relation tcpoom_relation_find(const struct tcpoom_kernel *a,
					  const struct tcpoom_kernel *b,
					  const struct tcpoom_state *state, bool every,
					  struct tcpoom_state *example,
					  struct tcpoom_divergences *divergences)
{
	struct walk w = {
		.state = *state, .visit = relate, .kernel = a, .other = b, .example = example
	};

	w.divergences = divergences;
	w.every = every;
	*divergences = (struct tcpoom_divergences){ 0 };
	*example = *state;
	w.unknown = (a->needs[state->entry] | b->needs[state->entry]) & ~state->given;
	walk_from(&w, 0);
	divergences->more |= w.cut;
	/* what was not tried may be otherwise */
	if (w.cut || (w.same && w.differ))
		return TCPOOM_MAY_DIFFER;
	return w.differ ? TCPOOM_DIFFER : w.same ? TCPOOM_AGREE : TCPOOM_INCOMPARABLE;
}
