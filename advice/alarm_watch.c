/* SPDX-License-Identifier: GPL-2.0-only */
#include "alarm_watch.h"

#include <stdlib.h>

/* Samples from one to the one that is `ns` later, or more. */
static size_t samples_in(const struct tcpoom_alarm_watch *w, int64_t ns)
{
	return (size_t)((ns + w->rules->every - 1) / w->rules->every);
}

static int64_t longest(const struct tcpoom_alarm_rules *rules, bool holds)
{
	int64_t most = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct tcpoom_alarm_rule *rule = &rules->rule[i];

		if (holds && rule->hold > most)
			most = rule->hold;
		for (unsigned t = 0; !holds && t < rule->tests; t++)
			if (rule->test[t].window > most)
				most = rule->test[t].window;
	}
	return most;
}

bool tcpoom_alarm_watch_begin(struct tcpoom_alarm_watch *w, const struct tcpoom_alarm_rules *rules)
{
	const struct tcpoom_alarm_record none = { .first = -1, .first_kill = -1, .before = -1 };

	*w = (struct tcpoom_alarm_watch){ .rules = rules, .all = none };
	w->room = samples_in(w, longest(rules, false)) + 1;
	w->past = calloc(w->room, sizeof(*w->past));
	w->state = calloc(rules->count, sizeof(*w->state));
	for (size_t i = 0; w->state && i < rules->count; i++)
		w->state[i].record = none;
	return w->past && w->state;
}

void tcpoom_alarm_watch_free(struct tcpoom_alarm_watch *w)
{
	free(w->past);
	free(w->state);
}

size_t tcpoom_alarm_watch_memory(const struct tcpoom_alarm_watch *w)
{
	return w->room + samples_in(w, longest(w->rules, true)) + 1;
}

/* Whether it is known now; if not, that is kept. */
static bool knows(struct tcpoom_alarm_watch *w, const struct tcpoom_alarm_sample *s, uint8_t var)
{
	const uint32_t missing = ~s->known & 1u << var;

	w->unknown |= missing;
	return !missing;
}

/* The sample a window ago, or the first there was. */
static const struct tcpoom_alarm_sample *ago(const struct tcpoom_alarm_watch *w, int64_t window)
{
	const size_t back = samples_in(w, window);
	const size_t now = w->samples - 1;

	return &w->past[(back < now ? now - back : 0) % w->room];
}

static double left(const struct tcpoom_alarm_watch *w, const struct tcpoom_alarm_test *t,
		   const struct tcpoom_alarm_sample *s)
{
	const double now = (double)s->value[t->var];
	double then;

	if (t->how == TCPOOM_ALARM_NOW)
		return now;
	then = (double)ago(w, t->window)->value[t->var];
	return t->how == TCPOOM_ALARM_RATE ? (now - then) * 1e9 / (double)t->window
					   : now + (now - then);
}

static bool compare(double a, uint8_t op, double b)
{
	switch (op) {
	case TCPOOM_ALARM_ABOVE:
		return a > b;
	case TCPOOM_ALARM_AT_LEAST:
		return a >= b;
	case TCPOOM_ALARM_BELOW:
		return a < b;
	default:
		return a <= b;
	}
}

static bool holds(struct tcpoom_alarm_watch *w, const struct tcpoom_alarm_test *t, bool given,
		  const struct tcpoom_alarm_sample *s)
{
	const struct tcpoom_alarm_right *right = given ? &t->clear : &t->right;
	double factor = right->factor;

	if (!knows(w, s, t->var))
		return false;
	if (right->var < TCPOOM_ALARM_VARS) {
		if (!knows(w, s, right->var))
			return false;
		factor *= (double)s->value[right->var];
	}
	return compare(left(w, t, s), t->op, factor);
}

/* It is not given any longer. */
static void clear(struct tcpoom_alarm_record *r)
{
	if (r->kill_in_it)
		r->timely++;
	else if (r->kill_since)
		r->late++;
	else if (r->open_since)
		r->open++;
	else
		r->needless++;
	r->given = r->kill_in_it = r->kill_since = r->open_since = false;
}

static void give(struct tcpoom_alarm_record *r, bool given, int64_t time)
{
	if (r->given && !given)
		clear(r);
	if (r->given || !given)
		return;
	r->given = true;
	r->since = time;
	r->alarms++;
	if (r->first < 0)
		r->first = time;
}

static void kill(struct tcpoom_alarm_record *r, int64_t time)
{
	if (r->first_kill < 0) {
		r->first_kill = time;
		r->before = r->given ? time - r->since : -1;
	}
	r->kills++;
	r->unwarned += !r->given;
	*(r->given ? &r->kill_in_it : &r->kill_since) = true;
}

/* The alarm is given once all its tests have held for as long as it says. */
static bool is_given(struct tcpoom_alarm_watch *w, size_t i, const struct tcpoom_alarm_sample *s)
{
	const struct tcpoom_alarm_rule *rule = &w->rules->rule[i];
	struct tcpoom_alarm_state *state = &w->state[i];
	bool all = true;

	for (unsigned t = 0; t < rule->tests; t++)
		all &= holds(w, &rule->test[t], state->record.given, s);
	if (all && !state->holds)
		state->since = s->time;
	state->holds = all;
	return all && s->time - state->since >= rule->hold;
}

/*
 * Whether the kernel may soon kill, whatever the sockets are: orphans count up to four times
 * (tcp_out_of_resources), and beyond tcp_mem[1] the kernel itself counts memory as short.
 */
static bool is_near(const struct tcpoom_alarm_sample *s)
{
	const uint32_t orphans = 1u << TCPOOM_A_orphan | 1u << TCPOOM_A_max_orphans;
	const uint32_t memory = 1u << TCPOOM_A_mem | 1u << TCPOOM_A_tcp_mem1;
	const int64_t *v = s->value;

	return ((s->known & orphans) == orphans &&
		4 * v[TCPOOM_A_orphan] > v[TCPOOM_A_max_orphans]) ||
	       ((s->known & memory) == memory && v[TCPOOM_A_mem] > v[TCPOOM_A_tcp_mem1]);
}

void tcpoom_alarm_watch_sample(struct tcpoom_alarm_watch *w, const struct tcpoom_alarm_sample *s)
{
	bool any = false;

	w->past[w->samples++ % w->room] = *s;
	if (w->all.first_kill < 0) {
		w->shown |= is_near(s);
		w->last = *s;
	}
	for (size_t i = 0; i < w->rules->count; i++) {
		const bool given = is_given(w, i, s);

		give(&w->state[i].record, given, s->time);
		any |= given;
	}
	give(&w->all, any, s->time);
}

void tcpoom_alarm_watch_kill(struct tcpoom_alarm_watch *w, int64_t time)
{
	for (size_t i = 0; i < w->rules->count; i++)
		kill(&w->state[i].record, time);
	kill(&w->all, time);
}

void tcpoom_alarm_watch_open(struct tcpoom_alarm_watch *w)
{
	for (size_t i = 0; i < w->rules->count; i++)
		w->state[i].record.open_since = true;
	w->all.open_since = true;
}

void tcpoom_alarm_watch_end(struct tcpoom_alarm_watch *w)
{
	for (size_t i = 0; i < w->rules->count; i++)
		give(&w->state[i].record, false, 0);
	give(&w->all, false, 0);
}
