/* SPDX-License-Identifier: GPL-2.0-only */
#include "shrink_log.h"

#include <string.h>

#include "../model/ticks.h"
#include "witness.h"

#define SECOND ((int64_t)1000000000)

/* The events, and what they must go on showing. */
struct wanted {
	const struct tcpoom_compare *c;
	const char *file;
	struct tcpoom_log_event *event;
	size_t events, at; /* at: the event that is being shrunk */
};

static bool same_group(const struct tcpoom_group *a, const struct tcpoom_group *b)
{
	return a->kind == b->kind && a->entry == b->entry &&
	       tcpoom_cause_same(&a->cause, &b->cause);
}

static bool has_groups(const struct wanted *w, const struct tcpoom_compare *got)
{
	for (size_t i = 0; i < w->c->groups; i++) {
		const struct tcpoom_group *g = &w->c->group[i];
		size_t j = 0;

		if (g->kind != TCPOOM_KIND_LOG || strcmp(g->first.file, w->file) != 0)
			continue;
		while (j < got->groups && !same_group(g, &got->group[j]))
			j++;
		if (j == got->groups)
			return false;
	}
	return true;
}

/* Whether the events show it without those from `from` up to `to`. */
static bool shows_without(const struct wanted *w, size_t from, size_t to)
{
	struct tcpoom_event event = { 0 }; /* equivalent: 1, nobody asks for a line */
	struct tcpoom_compare got;
	bool shown;

	/* equivalent: 1, both have the bits of the machine */
	tcpoom_compare_init(&got, w->c->a, w->c->b, w->c->logs.own[0].bits);
	for (size_t i = 0; i < w->events; i++) {
		if (i >= from && i < to)
			continue;
		event.time = w->event[i].time;
		event.state = w->event[i].state;
		/* where memory runs out a group is missing */
		tcpoom_compare_event(&got, w->file, &event);
	}
	shown = has_groups(w, &got);
	tcpoom_compare_free(&got);
	return shown;
}

static bool shows(const struct wanted *w)
{
	return shows_without(w, 0, 0); /* equivalent: 1, none lies before 0 */
}

/* Delta debugging: leaves out half of the events, a quarter, and so on, the latest first. */
static void drop_events(struct wanted *w)
{
	size_t size = w->events;

	do {
		size = (size + 1) / 2;
		for (size_t to = w->events, from; to; to = from) {
			from = to > size ? to - size : 0; /* equivalent: >=, 0 is 0 */
			if (!shows_without(w, from, to))
				continue;
			memmove(w->event + from, w->event + to,
				(w->events - to) * sizeof(*w->event));
			w->events -= to - from;
		}
	} while (size > 1);
}

/* said is not in use yet, or no more, and keeps the states. */
static void keep(const struct wanted *w)
{
	for (size_t i = 0; i < w->events; i++)
		w->event[i].said = w->event[i].state;
}

/* Whether they go on showing it; if not, the states are those that were kept. */
static bool go_on(const struct wanted *w)
{
	const bool shown = shows(w);

	for (size_t i = 0; i < w->events && !shown; i++)
		w->event[i].state = w->event[i].said;
	return shown;
}

/* Sets a field of all events. */
static bool set_all(const struct wanted *w, enum tcpoom_field f, int64_t value)
{
	keep(w);
	for (size_t i = 0; i < w->events; i++)
		tcpoom_field_set(&w->event[i].state, f, value);
	return go_on(w);
}

/* The settings are one machine's, so they change for all events alike. */
static void round_settings(const struct wanted *w)
{
	static const int64_t bursts[] = { 1, 2, 3 };

	for (size_t i = 0; i < sizeof(bursts) / sizeof(*bursts); i++)
		if (set_all(w, TCPOOM_F_message_burst, bursts[i]))
			break;
	set_all(w, TCPOOM_F_message_cost, 5);
	set_all(w, TCPOOM_F_hz, 1000);
}

/* Moves an event in time, on either clock. */
static void move(struct tcpoom_log_event *event, int64_t ns)
{
	struct tcpoom_state *s = &event->state;
	const uint32_t ticks = (uint32_t)(ns / SECOND * s->hz + ns % SECOND * s->hz / SECOND);

	event->time += ns;
	if (!(s->given & TCPOOM_BIT(now)))
		return;
	s->now += ticks;
	s->lsndtime = move_stamp(s->lsndtime, ticks);
	s->retrans_stamp = move_stamp(s->retrans_stamp, ticks);
	s->head_sent = move_stamp(s->head_sent, ticks);
}

/* Where the clock is `now`, the times follow it; often they are all that need be said. */
static void take_time_of_now(const struct wanted *w)
{
	struct tcpoom_log_event *const event = w->event;
	const struct tcpoom_state first = event->state;

	keep(w);
	for (size_t i = 0; i < w->events; i++) {
		struct tcpoom_state *s = &event[i].state;

		/* equivalent: left or |, without hz nothing is known, and no such event is left */
		if (first.given & s->given & TCPOOM_BIT(now) && s->given & TCPOOM_BIT(hz))
			event[i].time = event->time +
					ticks_since(s->now, first.now) * SECOND / (int64_t)s->hz;
		s->now = 0;
		s->given &= ~TCPOOM_BIT(now);
	}
	go_on(w);
}

/* Moves all from `from` on, if they go on showing it. */
static bool try_move(const struct wanted *w, size_t from, int64_t ns)
{
	keep(w);
	for (size_t i = from; i < w->events; i++)
		move(&w->event[i], ns);
	if (go_on(w))
		return true;
	for (size_t i = from; i < w->events; i++)
		w->event[i].time -= ns;
	return false;
}

/* The first event at 0; each other one as few whole seconds after the one before as will do. */
static void round_times(const struct wanted *w)
{
	try_move(w, 0, -w->event->time);
	for (size_t i = 1; i < w->events; i++) {
		const int64_t gap = w->event[i].time - w->event[i - 1].time;
		const int64_t down = gap / SECOND * SECOND;
		int64_t to = 0;

		while (to <= 10 * SECOND && !try_move(w, i, to - gap))
			to += SECOND;
		if (to > 10 * SECOND && !try_move(w, i, down - gap))
			try_move(w, i, down + SECOND - gap);
	}
}

/* What all events have in common stays as it is, and so does the time. */
static bool same_machine(const struct tcpoom_state *a, const struct tcpoom_state *b)
{
	return a->now == b->now && a->message_cost == b->message_cost &&
	       a->message_burst == b->message_burst;
}

static bool shows_with(const void *what, const struct tcpoom_state *state)
{
	const struct wanted *w = what;
	struct tcpoom_state *at = &w->event[w->at].state;
	const struct tcpoom_state before = *at;
	bool shown;

	if (!same_machine(&before, state))
		return false;
	*at = *state;
	shown = shows(w);
	*at = before;
	return shown;
}

/* Most often an event does that says the same as the one before. */
static bool say_as(const struct wanted *w, const struct tcpoom_log_event *before)
{
	struct tcpoom_log_event *event = &w->event[w->at];
	struct tcpoom_state s = before->said;

	if (event->state.entry != before->state.entry)
		return false;
	tcpoom_state_complete(&s);
	if (!shows_with(w, &s))
		return false;
	event->said = before->said;
	event->state = s;
	return true; /* equivalent: false, then it may be shrunk further, and need not */
}

static void shrink_states(struct wanted *w)
{
	for (w->at = 0; w->at < w->events; w->at++) {
		struct tcpoom_log_event *event = &w->event[w->at];

		if (w->at && say_as(w, event - 1))
			continue;
		event->said = tcpoom_shrink(&event->state, shows_with, w);
		event->state = event->said;
		tcpoom_state_complete(&event->state);
	}
}

size_t tcpoom_shrink_log(const struct tcpoom_compare *c, const char *file,
			 struct tcpoom_log_event *event, size_t events)
{
	struct wanted w = { .c = c, .file = file, .event = event, .events = events };
	size_t before;

	if (!events || !shows(&w))
		return 0;
	drop_events(&w);
	round_settings(&w);
	take_time_of_now(&w);
	/* with smaller limits and times fewer may do, and their states are what takes long */
	round_times(&w);
	drop_events(&w);
	/* with smaller states, too, and then these smaller ones */
	do {
		round_times(&w);
		shrink_states(&w);
		before = w.events;
		drop_events(&w);
	} while (w.events < before);
	return w.events;
}
