/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment.h"

const char *const tcpoom_judgement_names[TCPOOM_JUDGEMENTS] = {
	[TCPOOM_J_TRUE] = "true",
	[TCPOOM_J_FALSE] = "false",
	[TCPOOM_J_ONLY] = "only",
	[TCPOOM_J_UNIT] = "unit error",
	[TCPOOM_J_NOEFFECT] = "no effect on the decision",
	[TCPOOM_J_UNTESTABLE] = "not testable",
};

#define EACH_SUBJECT UINT8_MAX	   /* no kernel has a part in it */
#define PATHS (TCPOOM_ENTRIES + 1) /* the entries, and experiments that are of none */

struct judge {
	const struct tcpoom_claim *claim;
	const struct tcpoom_exchange *exchange;
	struct tcpoom_judgement *to;
	tcpoom_fieldset open;
	bool units;	     /* something is wrong with them */
	unsigned altered;    /* experiments with a change that is expected to matter ... */
	unsigned unaltering; /* ... of which nothing is otherwise, on no kernel */
};

static void append(char *text, size_t size, const char *separator, const char *more)
{
	const size_t at = strlen(text);

	snprintf(text + at, size - at, "%s%s", at ? separator : "", more);
}

static bool add_cell(struct tcpoom_judgement *to, struct tcpoom_cell cell, struct tcpoom_error *e)
{
	struct tcpoom_cell *more = realloc(to->cell, (to->cells + 1) * sizeof(*more));

	if (!more)
		return tcpoom_fail(e, 0, "out of memory");
	to->cell = more;
	to->cell[to->cells++] = cell;
	return true;
}

/* The entries at which an experiment is made one by one; none: it is made once. */
static unsigned entries_of(const struct tcpoom_experiment *x)
{
	unsigned all = 0, several = 0;

	for (unsigned i = 0; i < x->events; i++) {
		const unsigned entries = x->event[i].entries;

		all |= entries;
		several |= entries & (entries - 1) ? entries : 0;
	}
	return several ? several : all & (all - 1) ? 0 : all;
}

static struct tcpoom_bench bench_of(const struct judge *j, unsigned experiment, unsigned subject,
				    uint8_t path)
{
	return (struct tcpoom_bench){
		.claim = j->claim,
		.experiment = &j->claim->experiment[experiment],
		.subject = &j->claim->kernels.subject[subject == EACH_SUBJECT ? 0 : subject],
		.exchange = j->exchange,
		.entry = (enum tcpoom_entry)path,
	};
}

static bool make(struct judge *j, unsigned experiment, unsigned subject, uint8_t path,
		 bool *changes, struct tcpoom_error *e)
{
	const struct tcpoom_bench bench = bench_of(j, experiment, subject, path);
	struct tcpoom_showing s;

	if (!tcpoom_experiment_make(&bench, &s, e))
		return false;
	if (!s.concerned)
		return true;
	j->units |= s.units;
	j->open |= s.holds == TCPOOM_MAY ? s.open : 0;
	*changes |= s.changes || s.wants_same;
	if (s.holds != TCPOOM_HOLDS && !j->to->line)
		j->to->line = bench.experiment->line;
	return add_cell(j->to,
			(struct tcpoom_cell){ .experiment = (uint8_t)experiment,
					      .entry = path,
					      .subject = (uint8_t)subject,
					      .holds = (uint8_t)s.holds,
					      .changes = s.changes },
			e);
}

/* Whether it has a change that may do something: numbers alone have no world that it acts on. */
static bool is_altered(const struct tcpoom_experiment *x)
{
	bool inert = true;

	for (unsigned s = 1; s < x->stages; s++)
		for (unsigned i = 0; i < x->stage[s].alter.count; i++)
			inert &= x->stage[s].alter.inert[i];
	return x->stages > 1 && (x->kind != TCPOOM_E_NUMBERS || inert);
}

static bool make_each(struct judge *j, unsigned number, struct tcpoom_error *e)
{
	const struct tcpoom_experiment *x = &j->claim->experiment[number];
	const unsigned entries = entries_of(x);
	const bool numbers = x->kind == TCPOOM_E_NUMBERS;
	const unsigned subjects = numbers ? 1 : j->claim->kernels.count;
	bool changes = false;

	for (unsigned subject = 0; subject < subjects; subject++)
		for (uint8_t path = 0; path < PATHS; path++)
			if ((entries ? entries >> path & 1 : path == TCPOOM_ENTRIES) &&
			    !make(j, number, numbers ? EACH_SUBJECT : subject, path, &changes, e))
				return false;
	j->altered += is_altered(x);
	j->unaltering += is_altered(x) && !changes;
	return true;
}

/* What holds on a path of a kernel: the least of its experiments, and of those of no path. */
static int holds_at(const struct tcpoom_judgement *j, uint8_t path, unsigned subject)
{
	int least = -1;

	for (size_t i = 0; i < j->cells; i++) {
		const struct tcpoom_cell *c = &j->cell[i];

		if ((c->entry == path || c->entry == TCPOOM_ENTRIES) &&
		    (c->subject == subject || c->subject == EACH_SUBJECT))
			least = least < 0 || c->holds < least ? c->holds : least;
	}
	return least;
}

/* The kernels on which it holds so on a path. */
static bool find_kernels(const struct judge *j, uint8_t path, int holds, bool set[])
{
	bool any = false;

	for (unsigned k = 0; k < j->claim->kernels.count; k++) {
		set[k] = holds_at(j->to, path, k) == holds;
		any |= set[k];
	}
	return any;
}

static void say_fields(tcpoom_fieldset fields, char *text, size_t size)
{
	unsigned said = 0;

	snprintf(text, size, "for some values of ");
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (fields >> f & 1 && said++ < 4)
			append(text, size, said > 1 ? ", " : "", tcpoom_field_table[f].name);
	if (said > 4)
		append(text, size, ", ", "...");
}

/* Whether it holds on the same kernels whatever the path, and for all values. */
static bool is_alike(const struct judge *j, const bool has[PATHS])
{
	for (unsigned k = 0; k < j->claim->kernels.count; k++) {
		int first = -1;

		for (uint8_t path = 0; path < PATHS; path++) {
			const int here = has[path] ? holds_at(j->to, path, k) : -1;

			first = first < 0 ? here : first;
			if (here == TCPOOM_MAY || (here >= 0 && here != first))
				return false;
		}
	}
	return true;
}

/* "at close before 3.3", and one more for each path and for what holds for some values only. */
static void say_part(const struct judge *j, uint8_t path, int holds, char *text, size_t size)
{
	bool set[TCPOOM_SUBJECTS_MOST];
	char words[400], part[600] = "";

	if (!find_kernels(j, path, holds, set))
		return;
	if (path < TCPOOM_ENTRIES) {
		append(part, sizeof(part), "", "at ");
		append(part, sizeof(part), "", tcpoom_entry_names[path]);
	}
	tcpoom_subjects_say(&j->claim->kernels, set, words, sizeof(words));
	if (*words)
		append(part, sizeof(part), " ", words);
	say_fields(j->open, words, sizeof(words));
	if (holds == TCPOOM_MAY)
		append(part, sizeof(part), " ", words);
	append(text, size, "; ", part);
}

static void say_where(const struct judge *j, char *text, size_t size)
{
	bool has[PATHS] = { false }, paths = false;

	for (size_t i = 0; i < j->to->cells; i++) {
		has[j->to->cell[i].entry] = true;
		paths |= j->to->cell[i].entry != TCPOOM_ENTRIES;
	}
	has[TCPOOM_ENTRIES] &= !paths;
	if (is_alike(j, has)) {
		const uint8_t any = j->to->cell[j->to->cells - 1].entry;
		bool set[TCPOOM_SUBJECTS_MOST];

		if (find_kernels(j, any, TCPOOM_HOLDS, set))
			tcpoom_subjects_say(&j->claim->kernels, set, text, size);
		return;
	}
	for (uint8_t path = 0; path < PATHS; path++)
		if (has[path])
			say_part(j, path, TCPOOM_HOLDS, text, size);
	for (uint8_t path = 0; path < PATHS; path++)
		if (has[path])
			say_part(j, path, TCPOOM_MAY, text, size);
}

/* Why the settings of a change do nothing: what is known of them. */
static void say_change(const struct tcpoom_stage *stage, char *text, size_t size)
{
	for (unsigned i = 0; i < stage->lint.count; i++)
		if (stage->lint.finding[i].kind == TCPOOM_LINT_NAME)
			append(text, size, "; ", stage->lint.finding[i].text);
	for (unsigned i = 0; !*text && i < stage->alter.count; i++) {
		const struct tcpoom_knob *knob = tcpoom_knob_of(stage->alter.key[i]);

		if (knob && !strstr(text, knob->why))
			append(text, size, "; ", knob->why);
	}
}

static void say_why(const struct judge *j, char *text, size_t size)
{
	for (unsigned x = 0; x < j->claim->experiments; x++)
		for (unsigned s = 1; s < j->claim->experiment[x].stages; s++)
			say_change(&j->claim->experiment[x].stage[s], text, size);
}

/* Whether a kernel is named on which no experiment says anything. */
static bool leaves_out(const struct judge *j)
{
	for (unsigned k = 0; k < j->claim->kernels.count; k++) {
		bool any = false;

		for (uint8_t path = 0; path < PATHS; path++)
			any |= holds_at(j->to, path, k) >= 0;
		if (!any)
			return true;
	}
	return false;
}

static enum tcpoom_judgement_kind find_kind(const struct judge *j)
{
	const struct tcpoom_judgement *to = j->to;
	bool each = true, none = true;

	for (size_t i = 0; i < to->cells; i++) {
		each &= to->cell[i].holds == TCPOOM_HOLDS;
		none &= to->cell[i].holds == TCPOOM_FAILS;
	}
	if (!to->cells)
		return TCPOOM_J_UNTESTABLE;
	if (j->units)
		return TCPOOM_J_UNIT;
	if (j->altered && j->altered == j->unaltering)
		return TCPOOM_J_NOEFFECT;
	if (each && !leaves_out(j))
		return TCPOOM_J_TRUE;
	return none ? TCPOOM_J_FALSE : TCPOOM_J_ONLY;
}

static void conclude(struct judge *j)
{
	struct tcpoom_judgement *to = j->to;

	to->kind = find_kind(j);
	if (to->kind == TCPOOM_J_UNTESTABLE)
		snprintf(to->where, sizeof(to->where),
			 "no kernel comes to it, or can hold its numbers");
	if (to->kind == TCPOOM_J_NOEFFECT)
		say_why(j, to->where, sizeof(to->where));
	if (to->kind != TCPOOM_J_ONLY)
		return;
	say_where(j, to->where, sizeof(to->where));
	/* what holds of some part, but of no kernel as a whole */
	if (!*to->where)
		to->kind = TCPOOM_J_FALSE;
}

/* Makes once more what shows it on the newest kernel on which the whole claim holds, or does not.
 */
static bool prove(const struct judge *j, bool good, char *text, size_t size, struct tcpoom_error *e)
{
	const int wanted = good ? TCPOOM_HOLDS : TCPOOM_FAILS;
	const struct tcpoom_cell *found = NULL;
	struct tcpoom_bench bench;
	struct tcpoom_showing s;
	int closest = -1;

	for (size_t i = 0; i < j->to->cells; i++) {
		const struct tcpoom_cell *c = &j->to->cell[i];
		const unsigned subject = c->subject == EACH_SUBJECT ? 0 : c->subject;
		const int here = good ? holds_at(j->to, c->entry, subject) : c->holds;
		const int close = here == wanted ? 2 : here == TCPOOM_MAY ? 1 : 0;

		if (close && close >= closest) {
			found = c;
			closest = close;
		}
	}
	if (!found)
		return true;
	bench = bench_of(j, found->experiment, found->subject, found->entry);
	if (!tcpoom_experiment_make(&bench, &s, e))
		return false;
	tcpoom_proof(&bench, &s, good ? s.has_good : !s.has_bad, text, size);
	return true;
}

bool tcpoom_judge(const struct tcpoom_claim *claim, const struct tcpoom_exchange *exchange,
		  struct tcpoom_judgement *to, struct tcpoom_error *e)
{
	struct judge j = { .claim = claim, .exchange = exchange, .to = to };

	*to = (struct tcpoom_judgement){ .kind = TCPOOM_J_UNTESTABLE };
	if (claim->untestable) {
		snprintf(to->where, sizeof(to->where), "%s", claim->untestable);
		return true;
	}
	for (unsigned i = 0; i < claim->experiments; i++)
		if (!make_each(&j, i, e))
			return false;
	conclude(&j);
	return prove(&j, true, to->holds, sizeof(to->holds), e) &&
	       prove(&j, false, to->fails, sizeof(to->fails), e);
}

void tcpoom_judgement_free(struct tcpoom_judgement *j)
{
	free(j->cell);
}
