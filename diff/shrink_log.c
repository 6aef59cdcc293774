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
	return a->kind == b->kind && a->entry == b->entry && a->cause.sets == b->cause.sets &&
	       !memcmp(a->cause.set, b->cause.set, a->cause.sets * sizeof(*a->cause.set));
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
	struct tcpoom_event event = { 0 };
	struct tcpoom_compare got;
	bool shown = true;

	tcpoom_compare_init(&got, w->c->a, w->c->b, w->c->logs.own[0].bits);
	for (size_t i = 0; i < w->events && shown; i++) {
		if (i >= from && i < to)
			continue;
		event.time = w->event[i].time;
		event.state = w->event[i].state;
		shown = tcpoom_compare_event(&got, w->file, &event);
	}
	shown = shown && has_groups(w, &got);
	tcpoom_compare_free(&got);
	return shown;
}

static bool shows(const struct wanted *w)
{
	return shows_without(w, 0, 0);
}

/*
 * Delta debugging: leaves out half of the events, a quarter, and so on, the latest first; single
 * ones until none can go.
 */
static void drop_events(struct wanted *w)
{
	size_t size = w->events;
	bool less = true;

	while (size > 1 || less) {
		size = (size + 1) / 2;
		less = false;
		for (size_t to = w->events, from; to; to = from) {
			from = to > size ? to - size : 0;
			if (!shows_without(w, from, to))
				continue;
			memmove(w->event + from, w->event + to,
				(w->events - to) * sizeof(*w->event));
			w->events -= to - from;
			less = true;
		}
	}
}

/* Sets a field of all events, or with `value` -1 does not say it, if they go on showing it. */
static bool set_all(const struct wanted *w, enum tcpoom_field f, int64_t value)
{
	const tcpoom_fieldset bit = (tcpoom_fieldset)1 << f;
	struct tcpoom_log_event *const event = w->event;
	bool shown;

	/* said is not in use yet, and keeps the states */
	for (size_t i = 0; i < w->events; i++) {
		event[i].said = event[i].state;
		if (value >= 0)
			tcpoom_field_set(&event[i].state, f, value);
		else
			tcpoom_field_forget(&event[i].state, f);
		if (value < 0)
			event[i].state.unknown &= ~bit;
	}
	shown = shows(w);
	for (size_t i = 0; i < w->events && !shown; i++)
		event[i].state = event[i].said;
	return shown;
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
	static const enum tcpoom_field stamps[] = { TCPOOM_F_now, TCPOOM_F_lsndtime,
						    TCPOOM_F_retrans_stamp, TCPOOM_F_head_sent };
	const int64_t ticks =
		ns / SECOND * event->state.hz + ns % SECOND * event->state.hz / SECOND;

	event->time += ns;
	for (size_t i = 0; i < sizeof(stamps) / sizeof(*stamps); i++) {
		const int64_t stamp = tcpoom_field_get(&event->state, stamps[i]);

		/* a stamp of 0 is none, and stays none */
		if (event->state.given >> stamps[i] & 1 && (stamp || stamps[i] == TCPOOM_F_now))
			tcpoom_field_set(&event->state, stamps[i], (uint32_t)(stamp + ticks));
	}
}

/* Where the clock is `now`, the times follow it. */
static void take_time_of_now(const struct wanted *w)
{
	struct tcpoom_log_event *const event = w->event;
	const struct tcpoom_state *first = &event->state;

	for (size_t i = 1; i < w->events; i++) {
		const struct tcpoom_state *s = &event[i].state;

		if (first->given & s->given & TCPOOM_BIT(now) && s->given & TCPOOM_BIT(hz))
			event[i].time = event->time +
					ticks_since(s->now, first->now) * SECOND / (int64_t)s->hz;
	}
	set_all(w, TCPOOM_F_now, -1);
}

/* Moves all from `from` on, if they go on showing it. */
static bool try_move(const struct wanted *w, size_t from, int64_t ns)
{
	for (size_t i = from; i < w->events; i++)
		move(&w->event[i], ns);
	if (shows(w))
		return true;
	for (size_t i = from; i < w->events; i++)
		move(&w->event[i], -ns);
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

		while (to < gap && to <= 10 * SECOND && !try_move(w, i, to - gap))
			to += SECOND;
		if (to > 10 * SECOND && down < gap && !try_move(w, i, down - gap))
			try_move(w, i, down + SECOND - gap);
	}
}

/* What all events have in common, and the clock, stay as they are. */
static bool same_machine(const struct tcpoom_state *a, const struct tcpoom_state *b)
{
	const tcpoom_fieldset clock = TCPOOM_BIT(hz) | TCPOOM_BIT(now);

	return (a->given & clock) == (b->given & clock) && a->hz == b->hz && a->now == b->now &&
	       a->message_cost == b->message_cost && a->message_burst == b->message_burst;
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
static bool say_as_before(const struct wanted *w)
{
	struct tcpoom_log_event *event = &w->event[w->at];
	struct tcpoom_state s;

	if (!w->at || event->state.contended != event[-1].state.contended ||
	    event->state.entry != event[-1].state.entry)
		return false;
	s = event[-1].said;
	tcpoom_state_complete(&s);
	if (!shows_with(w, &s))
		return false;
	event->said = event[-1].said;
	event->state = s;
	return true;
}

static void shrink_states(struct wanted *w)
{
	for (w->at = 0; w->at < w->events; w->at++) {
		struct tcpoom_log_event *event = &w->event[w->at];

		if (say_as_before(w))
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

	if (!events || !shows(&w))
		return 0;
	drop_events(&w);
	round_settings(&w);
	take_time_of_now(&w);
	round_times(&w);
	/* with smaller limits fewer may do */
	drop_events(&w);
	round_times(&w);
	shrink_states(&w);
	return w.events;
}
