/* SPDX-License-Identifier: GPL-2.0-only */
#include "witness.h"

#include "../model/ticks.h"

/* What the state must go on showing. */
struct wanted {
	tcpoom_shows_fn *shows;
	const void *what;
};

static bool shows(const struct wanted *w, const struct tcpoom_state *partial)
{
	struct tcpoom_state s = *partial;
	enum tcpoom_field at;

	tcpoom_state_complete(&s);
	return !tcpoom_state_unsound(&s, &at) && w->shows(w->what, &s);
}

static void drop(struct tcpoom_state *s, enum tcpoom_field f)
{
	tcpoom_field_forget(s, f);
	s->unknown &= ~((tcpoom_fieldset)1 << f);
}

/* Leaves out what need not be said. */
static void drop_fields(const struct wanted *w, struct tcpoom_state *s)
{
	/* backwards: of the orphan counts the exact one stays */
	/* equivalent: + or 0, no field is given behind the last */
	for (int f = TCPOOM_FIELDS - 1; f > TCPOOM_F_entry; f--) {
		struct tcpoom_state less = *s;

		/* equivalent: |, without what is not given the state is the same */
		if (!(s->given >> f & 1))
			continue;
		drop(&less, (enum tcpoom_field)f);
		if (shows(w, &less))
			*s = less;
	}
}

/* Moves all times back, so that the data was sent at tick 0. */
static void move_to_zero(const struct wanted *w, struct tcpoom_state *s)
{
	struct tcpoom_state moved = *s;

	moved.retrans_stamp = move_stamp(s->retrans_stamp, 0 - s->lsndtime);
	moved.head_sent = move_stamp(s->head_sent, 0 - s->lsndtime);
	moved.lsndtime = 0;
	if (s->given & TCPOOM_BIT(now))
		moved.now = s->now - s->lsndtime;
	if (shows(w, &moved))
		*s = moved;
}

/* Takes the value if it is in range and the state still shows it. */
static bool try_value(const struct wanted *w, struct tcpoom_state *s, enum tcpoom_field f,
		      int64_t value)
{
	struct tcpoom_state other = *s;

	if (value < tcpoom_field_table[f].min || value > tcpoom_field_table[f].max)
		return false;
	tcpoom_field_set(&other, f, value);
	if (!shows(w, &other))
		return false;
	*s = other;
	return true;
}

/* The roundest number there is: a small one, else this one with as few digits as possible. */
static void round_value(const struct wanted *w, struct tcpoom_state *s, enum tcpoom_field f)
{
	static const int64_t usual[] = { 0, 1, 2, 10, 100, 1000, 10000, 100000, -1 };
	const int64_t value = tcpoom_field_get(s, f);
	int64_t unit = 1;

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		/* equivalent: right, what it is already is taken as well */
		if (value == usual[i] || try_value(w, s, f, usual[i]))
			return;
	while (unit <= value / 10)
		unit *= 10;
	/* equivalent: >= or 0 or 2, with 1 it is as it was */
	for (; unit > 1; unit /= 10)
		if (try_value(w, s, f, value / unit * unit) ||
		    try_value(w, s, f, wrap_add(value / unit * unit, unit)))
			return;
}

/* A limit and what is held against it, which often can shrink only together. */
static void round_pair(const struct wanted *w, struct tcpoom_state *s, enum tcpoom_field limit,
		       enum tcpoom_field count)
{
	static const int64_t small_ones[] = { 0, 1, 2, 4, -1, -2, -4 };
	struct tcpoom_state small = *s;

	if (!(s->given >> limit & 1) || !(s->given >> count & 1))
		return;
	for (int most = 0; most < 7; most++)
		for (int n = 0; n < 7; n++) {
			tcpoom_field_set(&small, limit, small_ones[most]);
			tcpoom_field_set(&small, count, small_ones[n]);
			if (shows(w, &small)) {
				*s = small;
				return;
			}
		}
}

static bool same_state(const struct tcpoom_state *a, const struct tcpoom_state *b)
{
	/* equivalent: 1, the entry stays */
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (tcpoom_field_get(a, (enum tcpoom_field)f) !=
		    tcpoom_field_get(b, (enum tcpoom_field)f))
			return false;
	return a->given == b->given;
}

struct tcpoom_state tcpoom_shrink(const struct tcpoom_state *state, tcpoom_shows_fn *accept,
				  const void *what)
{
	const struct wanted w = { accept, what };
	struct tcpoom_state s = *state, before;

	do {
		before = s;
		drop_fields(&w, &s);
		move_to_zero(&w, &s);
		/* a usual tick rate rather than a small one */
		if (s.given & TCPOOM_BIT(hz))
			try_value(&w, &s, TCPOOM_F_hz, 1000);
		for (int f = TCPOOM_F_orphans; f <= TCPOOM_F_orphans_cached; f++)
			round_pair(&w, &s, TCPOOM_F_max_orphans, (enum tcpoom_field)f);
		round_pair(&w, &s, TCPOOM_F_tcp_mem2, TCPOOM_F_mem_allocated);
		/* equivalent: + or 0 or 2, none is given behind the last, which stays as it is */
		for (int f = TCPOOM_FIELDS - 1; f > TCPOOM_F_hz; f--)
			/* equivalent: true or |, what is not given is dropped again */
			if (s.given >> f & 1)
				round_value(&w, &s, (enum tcpoom_field)f);
	} while (!same_state(&before, &s));
	return s;
}

/* A divergence of two kernels. */
struct divergence {
	const struct tcpoom_kernel *a, *b;
	enum tcpoom_kind kind;
	struct tcpoom_cause cause;
	struct tcpoom_class class;
};

static enum tcpoom_kind diverges(const struct divergence *d, const struct tcpoom_state *s,
				 struct tcpoom_cause *cause)
{
	struct tcpoom_verdict a, b;

	if (tcpoom_decide(d->a, s, &a, NULL) != TCPOOM_OK ||
	    /* equivalent: left, the kind would be the same, after a longer search */
	    tcpoom_decide(d->b, s, &b, NULL) != TCPOOM_OK || tcpoom_verdict_same(&a, &b))
		return TCPOOM_SAME;
	tcpoom_cause_find(d->a, d->b, s, &a, &b, cause);
	return tcpoom_kind_of(&a, &b);
}

static bool shows_kind_and_cause(const void *what, const struct tcpoom_state *s)
{
	const struct divergence *d = what;
	struct tcpoom_cause cause;

	return diverges(d, s, &cause) == d->kind && tcpoom_cause_same(&cause, &d->cause);
}

struct tcpoom_state tcpoom_witness(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
				   const struct tcpoom_state *state)
{
	struct divergence d = { .a = a, .b = b };

	d.kind = diverges(&d, state, &d.cause);
	return tcpoom_shrink(state, shows_kind_and_cause, &d);
}

/* The cause comes last: it takes longest to find. */
static bool shows_class(const void *what, const struct tcpoom_state *s)
{
	const struct divergence *d = what;
	struct tcpoom_verdict a, b;
	struct tcpoom_class c;

	if (tcpoom_decide(d->a, s, &a, NULL) != TCPOOM_OK ||
	    /* equivalent: left, the class would be another, after a longer search */
	    tcpoom_decide(d->b, s, &b, NULL) != TCPOOM_OK || tcpoom_verdict_same(&a, &b))
		return false;
	tcpoom_class_of_cause(d->a, d->b, s, &d->class.cause, &c);
	if (tcpoom_class_compare(&c, &d->class))
		return false;
	tcpoom_cause_find(d->a, d->b, s, &a, &b, &c.cause);
	return !tcpoom_class_compare(&c, &d->class);
}

struct tcpoom_state tcpoom_class_witness(const struct tcpoom_kernel *a,
					 const struct tcpoom_kernel *b,
					 const struct tcpoom_state *state)
{
	struct divergence d = { .a = a, .b = b };

	tcpoom_class_find(a, b, state, &d.class);
	return tcpoom_shrink(state, shows_class, &d);
}
