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

static bool is_cause(const struct tcpoom_reason *r, enum tcpoom_ground cause)
{
	return cause == TCPOOM_BY_ORPHANS ? r->orphans : r->memory;
}

static tcpoom_rows kernels_of(const struct tcpoom_reasons *reasons)
{
	tcpoom_rows kernels = 0;

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
	for (int c = 0; c < TCPOOM_GROUNDS; c++) {
		f->possible[c] = false;
		f->certain[c] = f->reasons.count > 0;
		for (unsigned i = 0; i < f->reasons.count; i++) {
			const bool is = is_cause(&f->reasons.reason[i], (enum tcpoom_ground)c);

			f->possible[c] |= is;
			f->certain[c] &= is;
		}
	}
	if (f->seen == TCPOOM_MSG_TOO_MANY_ORPHANED)
		f->possible[TCPOOM_BY_MEMORY] = f->certain[TCPOOM_BY_MEMORY] = false;
	if (f->seen == TCPOOM_MSG_OUT_OF_MEMORY)
		f->possible[TCPOOM_BY_ORPHANS] = f->certain[TCPOOM_BY_ORPHANS] = false;
}

static void search(struct tcpoom_finding *f, tcpoom_rows kernels, int64_t orphans_most)
{
	tcpoom_reasons_find(&f->state, kernels, orphans_most, &f->reasons);
	keep_seen(&f->reasons, f->seen);
}

static void forget_counts(struct tcpoom_state *s)
{
	for (int c = 0; c < TCPOOM_GROUNDS; c++)
		s->given &= ~((tcpoom_fieldset)1 << tcpoom_ground_counts[c]);
	s->given &= ~(TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached));
}

/* The least that a close sees is itself; it needs no memory to be killed. */
static void find_alone(const struct tcpoom_diagnosis *d, struct tcpoom_finding *f)
{
	struct tcpoom_finding alone = *f;

	if ((f->state.given & TCPOOM_BIT(orphans)) || !(f->state.given & TCPOOM_BIT(max_orphans)))
		return;
	tcpoom_field_set(&alone.state, TCPOOM_F_entry, TCPOOM_CLOSE);
	tcpoom_field_set(&alone.state, TCPOOM_F_orphans, 1);
	tcpoom_field_set(&alone.state, TCPOOM_F_self_counted, 1);
	tcpoom_field_set(&alone.state, TCPOOM_F_mem_allocated, 0);
	tcpoom_field_set(&alone.state, TCPOOM_F_tcp_mem2, 0);
	search(&alone, f->kernels, d->orphans_most);
	if (!alone.reasons.count)
		return;
	*f = alone;
	f->state.given &= ~(TCPOOM_BIT(mem_allocated) | TCPOOM_BIT(tcp_mem2));
	f->alone = true;
}

static void find(struct tcpoom_diagnosis *d, unsigned seen)
{
	struct tcpoom_finding *f = &d->finding[d->findings++];

	*f = (struct tcpoom_finding){ .seen = seen, .state = d->state, .kernels = d->kernels };
	search(f, d->kernels, d->orphans_most);
	if (seen == TCPOOM_SEEN_NOTHING)
		find_alone(d, f);
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

/* The lines of the limiter date a kernel, too. */
static tcpoom_rows with_limiter(const struct tcpoom_facts *facts, tcpoom_rows kernels)
{
	tcpoom_rows with = 0;

	for (int k = 0; k < TCPOOM_KERNELS && facts->log.limiters; k++)
		if (tcpoom_klog_limiter(&facts->log, tcpoom_rules_get(tcpoom_kernels[k].rules,
								      TCPOOM_R_limiter)))
			with |= kernels & (tcpoom_rows)1 << k;
	return with ? with : kernels;
}

/* The rows that can print all that was seen; what one cannot print, another kernel printed. */
static void name_kernels(struct tcpoom_diagnosis *d)
{
	const struct tcpoom_facts *facts = d->facts;

	d->kernels = 0;
	if (*facts->kernel)
		tcpoom_release_resolve(facts->kernel, &d->resolution);
	for (unsigned i = 0; i < d->resolution.candidates; i++)
		d->kernels |= (tcpoom_rows)1 << (d->resolution.candidate[i] - tcpoom_kernels);
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
	d->kernels = with_limiter(facts, d->kernels);
}

int64_t tcpoom_kills_counted(const struct tcpoom_facts *facts)
{
	const unsigned counter = TCPOOM_FACT_abort_on_memory;

	return facts->value[counter] - (facts->twice[counter] ? facts->earlier[counter] : 0);
}

int64_t tcpoom_least_orphans(const struct tcpoom_finding *f)
{
	int64_t least = INT64_MAX;

	for (unsigned i = 0; i < f->reasons.count; i++) {
		const struct tcpoom_reason *r = &f->reasons.reason[i];

		if (r->orphans && r->least[TCPOOM_M_ORPHANS] < least)
			least = r->least[TCPOOM_M_ORPHANS];
	}
	return least;
}

void tcpoom_diagnose(const struct tcpoom_facts *facts, struct tcpoom_diagnosis *d)
{
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
	if (!d->findings && tcpoom_kills_counted(facts) > 0)
		find(d, TCPOOM_SEEN_COUNTER);
	if (!d->findings)
		find(d, TCPOOM_SEEN_NOTHING);
}

const struct tcpoom_reason *tcpoom_simplest(const struct tcpoom_finding *f,
					    enum tcpoom_ground cause)
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

static bool still_there(const struct tcpoom_reason *r, const struct tcpoom_reasons *in)
{
	for (unsigned i = 0; i < in->count; i++)
		if (in->reason[i].entry == r->entry && in->reason[i].shift == r->shift)
			return true;
	return false;
}

bool tcpoom_is_vain(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		    enum tcpoom_ground cause)
{
	struct tcpoom_finding raised = *f;

	tcpoom_field_set(&raised.state, tcpoom_ground_limits[cause], INT32_MAX);
	search(&raised, f->kernels, f->another_moment ? TCPOOM_ORPHANS_MOST : d->orphans_most);
	for (unsigned i = 0; i < f->reasons.count; i++)
		if (!is_cause(&f->reasons.reason[i], !cause) ||
		    !still_there(&f->reasons.reason[i], &raised.reasons))
			return false;
	return f->reasons.count > 0;
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
		      enum tcpoom_field f, tcpoom_rows kernels)
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
	const tcpoom_rows kernel = f->kernels & -f->kernels;
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
