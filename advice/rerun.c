/* SPDX-License-Identifier: GPL-2.0-only */
#include "rerun.h"

#include <stdlib.h>
#include <string.h>

#include "search.h"

#define STEP INT64_C(1000000000000)

/* How a socket was killed: one of a few verdicts, at one of the entries. */
struct kill {
	uint8_t entry;
	struct tcpoom_verdict verdict;
};

#define KILLS_MOST 64

/* The fates of all sockets of one world, by their number. */
struct fates {
	struct kill kill[KILLS_MOST];
	unsigned kills;
	uint8_t *how; /* 1 + an index of kill; 0 = it was not killed */
	int64_t *when;
	size_t count, room;
	bool failed;
};

static bool make_room(struct fates *f, size_t sockets)
{
	size_t room = f->room ? f->room : 1024;
	uint8_t *how;
	int64_t *when;

	while (room < sockets)
		room *= 2;
	if (room == f->room)
		return true;
	how = realloc(f->how, room);
	if (how)
		f->how = how;
	when = realloc(f->when, room * sizeof(*when));
	if (when)
		f->when = when;
	if (!how || !when)
		return false;
	f->room = room;
	return true;
}

static uint8_t find_kill(struct fates *f, const struct tcpoom_run_decision *d)
{
	unsigned i = 0;

	while (i < f->kills && (f->kill[i].entry != d->state->entry ||
				!tcpoom_verdict_same(&f->kill[i].verdict, d->verdict)))
		i++;
	if (i == f->kills && i < KILLS_MOST)
		f->kill[f->kills++] = (struct kill){ d->state->entry, *d->verdict };
	return (uint8_t)(i + 1);
}

static void see(void *context, const struct tcpoom_run_decision *d)
{
	struct fates *f = context;
	const size_t at = (size_t)d->sk - 1;

	f->failed = f->failed || !make_room(f, (size_t)d->sk);
	if (f->failed)
		return;
	for (; f->count <= at; f->count++) {
		f->how[f->count] = 0;
		f->when[f->count] = -1;
	}
	if (!tcpoom_killed(d->verdict))
		return;
	f->how[at] = find_kill(f, d);
	f->when[at] = d->time;
}

static void set_end(const struct fates *f, size_t at, int world, struct tcpoom_turned *one)
{
	one->verdict[world] = (struct tcpoom_verdict){ .outcome = TCPOOM_KEPT };
	if (at >= f->count || !f->how[at])
		return;
	one->entry[world] = f->kill[f->how[at] - 1].entry;
	one->verdict[world] = f->kill[f->how[at] - 1].verdict;
}

static bool compare(const struct fates fates[2], const char *file, struct tcpoom_whatif *w)
{
	const size_t count = fates[0].count > fates[1].count ? fates[0].count : fates[1].count;

	for (size_t at = 0; at < count; at++) {
		struct tcpoom_turned one = { .certain = true };
		bool killed[2];

		for (int i = 0; i < 2; i++) {
			set_end(&fates[i], at, i, &one);
			killed[i] = tcpoom_killed(&one.verdict[i]);
			w->killed[i] += killed[i];
		}
		w->events++;
		w->remain += killed[0] && killed[1];
		one.turn = tcpoom_turn_of(one.verdict);
		if (tcpoom_verdict_same(&one.verdict[0], &one.verdict[1]) &&
		    one.entry[0] == one.entry[1])
			continue;
		w->changed++;
		if (!tcpoom_whatif_add(w, &one, file, at + 1))
			return false;
	}
	return true;
}

bool tcpoom_rerun(const struct tcpoom_rerun_world world[2], const char *file, uint64_t seed,
		  struct tcpoom_rerun *to, struct tcpoom_error *e)
{
	struct fates fates[2] = { { .kills = 0 }, { .kills = 0 } };
	bool good = true;

	*to = (struct tcpoom_rerun){ .count = { 0 } };
	for (int i = 0; i < 2 && good; i++) {
		const struct tcpoom_run_calls calls = { &fates[i], see, NULL, NULL };

		good = tcpoom_run(&world[i].machine, world[i].workload, seed, STEP, &calls,
				  &to->result[i], e);
	}
	if (good && (fates[0].failed || fates[1].failed || !compare(fates, file, &to->sockets)))
		good = tcpoom_fail(e, 0, "out of memory");
	for (int i = 0; i < 2; i++) {
		free(fates[i].how);
		to->when[i] = fates[i].when;
		to->count[i] = fates[i].count;
	}
	return good;
}

void tcpoom_rerun_free(struct tcpoom_rerun *r)
{
	tcpoom_whatif_free(&r->sockets);
	free(r->when[0]);
	free(r->when[1]);
}

/* A run that is looked at up to its first kill. */
struct look {
	const struct tcpoom_kernel *kernel;
	struct tcpoom_search *search; /* NULL: only the kill is asked for */
	struct tcpoom_first_kill *kill;
	bool failed;
};

static void look_at(void *context, const struct tcpoom_run_decision *d)
{
	struct look *l = context;

	if (l->kill->found)
		return;
	if (l->search && !tcpoom_search_add(l->search, l->kernel, d->state))
		l->failed = true;
	if (tcpoom_killed(d->verdict))
		*l->kill =
			(struct tcpoom_first_kill){ true, d->time, d->sk, *d->state, *d->verdict };
}

/* Runs with the setting held at a value. */
static bool run_at(const struct tcpoom_rerun_world *world, enum tcpoom_setting setting,
		   int64_t value, uint64_t seed, struct tcpoom_search *search,
		   struct tcpoom_first_kill *kill, struct tcpoom_error *e)
{
	struct look l = { world->machine.kernel, search, kill, false };
	const struct tcpoom_run_calls calls = { &l, look_at, NULL, NULL };
	struct tcpoom_run_result result;

	kill->found = false;
	world->workload->value[setting] = value;
	for (size_t i = 0; i < world->workload->changes; i++)
		world->workload->change[i].given &= ~(1u << setting);
	if (!tcpoom_run(&world->machine, world->workload, seed, STEP, &calls, &result, e))
		return false;
	return !l.failed || tcpoom_fail(e, 0, "out of memory");
}

/* Every value, from the least on. */
static bool try_each(const struct tcpoom_rerun_world *world, enum tcpoom_setting setting,
		     uint64_t seed, struct tcpoom_rerun_search *to, struct tcpoom_error *e)
{
	const struct tcpoom_workload_key *key = &tcpoom_settings[setting];
	struct tcpoom_first_kill kill;

	to->each = true;
	for (int64_t value = key->least; value <= key->most && !to->found; value++) {
		if (!run_at(world, setting, value, seed, NULL, &kill, e))
			return false;
		if (kill.found)
			to->below = to->least = kill;
		to->found = !kill.found;
		to->value = value;
	}
	return true;
}

/*
 * Up to its first kill every run is the one without a kill. So the decisions up to there say which
 * limits kill in any run; each run adds what the ones before did not reach.
 */
static bool search_limit(const struct tcpoom_rerun_world *world, enum tcpoom_setting setting,
			 struct tcpoom_search *s, uint64_t seed, struct tcpoom_rerun_search *to,
			 struct tcpoom_error *e)
{
	struct tcpoom_first_kill kill;

	if (!run_at(world, setting, s->most, seed, s, &to->least, e))
		return false;
	while (!to->found && tcpoom_search_find(s, &s->possible, &to->value)) {
		if (!run_at(world, setting, to->value, seed, s, &kill, e))
			return false;
		to->found = !kill.found;
	}
	return !to->found || to->value == s->least ||
	       run_at(world, setting, to->value - 1, seed, NULL, &to->below, e);
}

bool tcpoom_rerun_search(const struct tcpoom_rerun_world *world, enum tcpoom_setting setting,
			 uint64_t seed, struct tcpoom_rerun_search *to, struct tcpoom_error *e)
{
	const char *name = tcpoom_settings[setting].name;
	struct tcpoom_search s;
	bool good;

	*to = (struct tcpoom_rerun_search){ .found = false };
	if (setting == TCPOOM_S_orphan_retries)
		return try_each(world, setting, seed, to, e);
	if (setting != TCPOOM_S_max_orphans && setting != TCPOOM_S_tcp_mem2)
		return tcpoom_fail(e, 0,
				   "found %s, expected max_orphans, tcp_mem2 or orphan_retries: no "
				   "other setting of a workload is searched",
				   name);
	tcpoom_search_init(&s, tcpoom_field_find(name, strlen(name)));
	good = search_limit(world, setting, &s, seed, to, e);
	tcpoom_search_free(&s);
	return good;
}
