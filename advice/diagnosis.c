/* SPDX-License-Identifier: GPL-2.0-only */
#include "diagnosis.h"

#include <string.h>

#include "../diff/critical.h"

/* Leaves the reasons that what was seen can be of. */
static void keep_seen(struct tcpoom_reasons *reasons, unsigned seen)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < reasons->count; i++)
		if (seen >= TCPOOM_MESSAGES || (reasons->reason[i].messages >> seen & 1))
			reasons->reason[kept++] = reasons->reason[i];
	reasons->count = kept;
}

static bool is_cause(const struct tcpoom_reason *r, enum tcpoom_cause cause)
{
	return cause == TCPOOM_BY_ORPHANS ? r->orphans : r->memory;
}

static uint32_t kernels_of(const struct tcpoom_reasons *reasons)
{
	uint32_t kernels = 0;

	for (unsigned i = 0; i < reasons->count; i++)
		kernels |= reasons->reason[i].kernels;
	return kernels;
}

/*
 * A text of 3.3 and later names its own cause, also where the other one holds as well. What an
 * older text or a counter stands for is any.
 */
static void find_causes(struct tcpoom_finding *f)
{
	for (int c = 0; c < TCPOOM_CAUSES; c++) {
		f->possible[c] = false;
		f->certain[c] = f->reasons.count > 0;
		for (unsigned i = 0; i < f->reasons.count; i++) {
			const bool is = is_cause(&f->reasons.reason[i], (enum tcpoom_cause)c);

			f->possible[c] |= is;
			f->certain[c] &= is;
		}
	}
	if (f->seen < TCPOOM_MESSAGES)
		for (int c = 0; c < TCPOOM_CAUSES; c++)
			f->possible[c] &= f->certain[c] || !f->certain[!c] ||
					  (f->seen != TCPOOM_MSG_TOO_MANY_ORPHANED &&
					   f->seen != TCPOOM_MSG_OUT_OF_MEMORY);
}

static void search(struct tcpoom_finding *f, uint32_t kernels, int64_t orphans_most)
{
	tcpoom_reasons_find(&f->state, kernels, orphans_most, &f->reasons);
	keep_seen(&f->reasons, f->seen);
}

static void forget_counts(struct tcpoom_state *s)
{
	for (int c = 0; c < TCPOOM_CAUSES; c++)
		s->given &= ~((tcpoom_fieldset)1 << tcpoom_cause_counts[c]);
	s->given &= ~(TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached));
}

static void find(struct tcpoom_diagnosis *d, unsigned seen)
{
	struct tcpoom_finding *f = &d->finding[d->findings++];

	*f = (struct tcpoom_finding){ .seen = seen, .state = d->state, .kernels = d->kernels };
	search(f, d->kernels, d->orphans_most);
	if (!f->reasons.count && seen != TCPOOM_SEEN_NOTHING) {
		f->another_moment = true;
		forget_counts(&f->state);
		search(f, d->kernels, TCPOOM_ORPHANS_MOST);
	}
	if (!f->reasons.count && seen != TCPOOM_SEEN_NOTHING) {
		f->another_kernel = true;
		f->another_moment = false;
		f->state = d->state;
		search(f, TCPOOM_ALL_KERNELS, d->orphans_most);
		if (!f->reasons.count) {
			f->another_moment = true;
			forget_counts(&f->state);
			search(f, TCPOOM_ALL_KERNELS, TCPOOM_ORPHANS_MOST);
		}
	}
	if (f->reasons.count)
		f->kernels = kernels_of(&f->reasons);
	find_causes(f);
}

/* The rows that can print all that was seen; what one cannot print, another kernel printed. */
static void name_kernels(struct tcpoom_diagnosis *d)
{
	const struct tcpoom_facts *facts = d->facts;

	d->kernels = 0;
	if (*facts->kernel)
		tcpoom_release_resolve(facts->kernel, &d->resolution);
	for (unsigned i = 0; i < d->resolution.candidates; i++)
		d->kernels |= (uint32_t)1 << (d->resolution.candidate[i] - tcpoom_kernels);
	if (!d->kernels)
		d->kernels = TCPOOM_ALL_KERNELS;
	for (int m = 0; m < TCPOOM_MESSAGES; m++) {
		static const struct tcpoom_state nothing;
		struct tcpoom_finding f = { .seen = (unsigned)m, .state = nothing };

		if (!facts->log.lines[m])
			continue;
		search(&f, d->kernels, 2);
		if (kernels_of(&f.reasons))
			d->kernels = kernels_of(&f.reasons);
	}
}

void tcpoom_diagnose(const struct tcpoom_facts *facts, struct tcpoom_diagnosis *d)
{
	const unsigned counter = TCPOOM_FACT_abort_on_memory;

	memset(d, 0, sizeof(*d));
	d->facts = facts;
	tcpoom_facts_state(facts, &d->state);
	d->orphans_most = TCPOOM_ORPHANS_MOST;
	if (facts->known[TCPOOM_FACT_alloc] && facts->value[TCPOOM_FACT_alloc] < d->orphans_most)
		d->orphans_most = facts->value[TCPOOM_FACT_alloc];
	name_kernels(d);
	for (unsigned m = 0; m < TCPOOM_MESSAGES; m++)
		if (facts->log.lines[m])
			find(d, m);
	if (!d->findings && facts->known[counter] && facts->value[counter])
		find(d, TCPOOM_SEEN_COUNTER);
	if (!d->findings)
		find(d, TCPOOM_SEEN_NOTHING);
}

const struct tcpoom_reason *tcpoom_simplest(const struct tcpoom_finding *f,
					    enum tcpoom_cause cause)
{
	const struct tcpoom_reason *best = NULL;

	for (unsigned i = 0; i < f->reasons.count; i++) {
		const struct tcpoom_reason *r = &f->reasons.reason[i];
		const bool alone = r->orphans != r->memory;

		if (!is_cause(r, cause))
			continue;
		if (!best || r->shift < best->shift ||
		    (r->shift == best->shift && alone && best->orphans == best->memory))
			best = r;
	}
	return best;
}

/* How many causes are open: orphans alone, memory alone, both. */
static unsigned causes_open(const struct tcpoom_reasons *reasons)
{
	unsigned set = 0;

	for (unsigned i = 0; i < reasons->count; i++)
		set |= 1u << (reasons->reason[i].orphans + 2 * reasons->reason[i].memory);
	return (set >> 1 & 1) + (set >> 2 & 1) + (set >> 3 & 1);
}

/* The mean over the critical values of `f` at which something was killed, times 1000. */
static unsigned score(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *finding,
		      enum tcpoom_field f, uint32_t kernels)
{
	struct tcpoom_finding ask = *finding;
	struct tcpoom_critical critical;
	unsigned values = 0, open = 0;

	tcpoom_state_complete(&ask.state);
	tcpoom_critical_find(&ask.state, ask.state.given, f, &critical);
	for (unsigned i = 0; i < critical.count; i++) {
		ask.state = finding->state;
		if (critical.value[i] < 0)
			continue;
		tcpoom_field_set(&ask.state, f, critical.value[i]);
		search(&ask, kernels, d->orphans_most);
		values += ask.reasons.count > 0;
		open += causes_open(&ask.reasons);
	}
	return values ? 1000 * open / values : 0;
}

unsigned tcpoom_next_fact(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f)
{
	/* the first of these kernels stands for all: what is open differs little between them */
	const uint32_t kernel = f->kernels & -f->kernels;
	unsigned best = TCPOOM_FACTS, least;
	struct tcpoom_finding now = *f;

	search(&now, kernel, d->orphans_most);
	least = 1000 * causes_open(&now.reasons);
	for (int m = 0; m < TCPOOM_MEASURES; m++) {
		const enum tcpoom_field field = tcpoom_measure_fields[m];
		unsigned got;

		if (f->state.given >> field & 1)
			continue;
		got = score(d, f, field, kernel);
		if (got < least) {
			least = got;
			best = field;
		}
	}
	return best;
}
