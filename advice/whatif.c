/* SPDX-License-Identifier: GPL-2.0-only */
#include "whatif.h"

#include <stdlib.h>
#include <string.h>

const char *const tcpoom_turn_names[TCPOOM_TURNS] = {
	[TCPOOM_TURN_SAVED] = "kill vanishes", [TCPOOM_TURN_KILLED] = "new kill",
	[TCPOOM_TURN_RESET] = "reset",	       [TCPOOM_TURN_MESSAGE] = "message",
	[TCPOOM_TURN_OTHER] = "other",
};

enum tcpoom_turn tcpoom_turn_of(const struct tcpoom_verdict v[2])
{
	if (tcpoom_killed(&v[0]) != tcpoom_killed(&v[1]))
		return tcpoom_killed(&v[0]) ? TCPOOM_TURN_SAVED : TCPOOM_TURN_KILLED;
	switch (tcpoom_kind_of(&v[0], &v[1])) {
	case TCPOOM_KIND_RESET:
		return TCPOOM_TURN_RESET;
	case TCPOOM_KIND_MESSAGE:
		return TCPOOM_TURN_MESSAGE;
	default:
		return TCPOOM_TURN_OTHER;
	}
}

static bool set_place(struct tcpoom_place *place, const char *file, unsigned long line)
{
	place->file = strdup(file);
	place->line = line;
	return place->file != NULL;
}

static bool same_turn(const struct tcpoom_turned *a, const struct tcpoom_turned *b)
{
	return a->certain == b->certain && a->entry[0] == b->entry[0] &&
	       a->entry[1] == b->entry[1] && tcpoom_verdict_same(&a->verdict[0], &b->verdict[0]) &&
	       tcpoom_verdict_same(&a->verdict[1], &b->verdict[1]);
}

bool tcpoom_whatif_add(struct tcpoom_whatif *w, const struct tcpoom_turned *one, const char *file,
		       unsigned long line)
{
	struct tcpoom_turned *more;

	for (size_t i = 0; i < w->turns; i++)
		if (same_turn(&w->turned[i], one)) {
			w->turned[i].events++;
			return true;
		}
	more = realloc(w->turned, (w->turns + 1) * sizeof(*more));
	if (!more)
		return false;
	w->turned = more;
	more += w->turns;
	*more = *one;
	more->events = 1;
	if (!set_place(&more->first, file, line))
		return false;
	w->turns++;
	return true;
}

static void count_kills(struct tcpoom_whatif *w, const struct tcpoom_contrast *c)
{
	for (int i = 0; i < 2; i++) {
		const enum tcpoom_share share = tcpoom_contrast_kills(c, i);

		w->killed[i] += share == TCPOOM_EACH;
		w->may_kill[i] += share == TCPOOM_SOME;
	}
}

/* Killed in both worlds by the same values of what is unknown. */
static bool count_remaining(struct tcpoom_whatif *w, const struct tcpoom_contrast *c,
			    const char *file, unsigned long line)
{
	unsigned both = 0;

	for (unsigned p = 0; p < c->pairs; p++)
		both += tcpoom_killed(&c->pair[p].verdict[0]) &&
			tcpoom_killed(&c->pair[p].verdict[1]);
	if (!both)
		return true;
	if (both == c->pairs && !c->cut && !c->refused)
		w->remain++;
	else
		w->may_remain++;
	return w->first_remain.file || set_place(&w->first_remain, file, line);
}

/* Whether all pairs turn the same way, whatever is unknown. */
static bool is_certain(const struct tcpoom_contrast *c)
{
	for (unsigned p = 0; p < c->pairs; p++) {
		const struct tcpoom_verdict *v = c->pair[p].verdict;

		if (tcpoom_verdict_same(&v[0], &v[1]) ||
		    tcpoom_turn_of(v) != tcpoom_turn_of(c->pair[0].verdict))
			return false;
	}
	return !c->cut && !c->refused;
}

static bool add_turns(struct tcpoom_whatif *w, const struct tcpoom_contrast *c, const char *file,
		      unsigned long line)
{
	const bool certain = is_certain(c);

	for (unsigned p = 0; p < c->pairs; p++) {
		const struct tcpoom_pair *pair = &c->pair[p];
		struct tcpoom_turned one = {
			.turn = tcpoom_turn_of(pair->verdict),
			.certain = certain,
			.entry = { pair->state[0].entry, pair->state[1].entry },
			.verdict = { pair->verdict[0], pair->verdict[1] },
		};

		if (!tcpoom_verdict_same(&pair->verdict[0], &pair->verdict[1]) &&
		    !tcpoom_whatif_add(w, &one, file, line))
			return false;
	}
	return true;
}

bool tcpoom_whatif_event(struct tcpoom_whatif *w, const struct tcpoom_contrast *c, const char *file,
			 unsigned long line)
{
	unsigned differ = 0;

	w->events++;
	if (!c->pairs && !c->cut) {
		w->undecided++;
		return true;
	}
	for (unsigned p = 0; p < c->pairs; p++)
		differ += !tcpoom_verdict_same(&c->pair[p].verdict[0], &c->pair[p].verdict[1]);
	if (differ && differ == c->pairs && !c->cut && !c->refused)
		w->changed++;
	else
		w->may_change += differ || c->cut;
	count_kills(w, c);
	return count_remaining(w, c, file, line) && add_turns(w, c, file, line);
}

static int by_weight(const void *left, const void *right)
{
	const struct tcpoom_turned *a = left, *b = right;

	if (a->certain != b->certain)
		return a->certain ? -1 : 1;
	if (a->turn != b->turn)
		return a->turn < b->turn ? -1 : 1;
	if (a->events != b->events)
		return a->events > b->events ? -1 : 1;
	if (a->first.line != b->first.line)
		return a->first.line < b->first.line ? -1 : 1;
	return strcmp(a->first.file, b->first.file);
}

void tcpoom_whatif_sort(struct tcpoom_whatif *w)
{
	if (w->turns)
		qsort(w->turned, w->turns, sizeof(*w->turned), by_weight);
}

void tcpoom_whatif_free(struct tcpoom_whatif *w)
{
	for (size_t i = 0; i < w->turns; i++)
		free(w->turned[i].first.file);
	free(w->first_remain.file);
	free(w->turned);
}
