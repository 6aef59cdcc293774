/* SPDX-License-Identifier: GPL-2.0-only */
#include "identify.h"

#include <stdlib.h>
#include <string.h>

#include "../kernels/release.h"
#include "keys.h"

const char *const tcpoom_finding_names[TCPOOM_FINDINGS] = {
	[TCPOOM_HAS] = "has",
	[TCPOOM_DIFFERS] = "differs",
	[TCPOOM_UNTOLD] = "unknown",
};

/* What a kernel says to a state: a verdict, or why there is none. */
struct answer {
	enum tcpoom_status status;
	struct tcpoom_verdict verdict;
};

struct sample {
	struct tcpoom_state state;
	struct answer answer; /* of the kernel that is asked */
};

/* States that all rows and the kernel answer alike are kept so often. */
#define ALIKE_MOST 16 /* equivalent: 17 or 15, a few samples more or less */

struct work {
	const struct tcpoom_kernel *kernel;
	int like[TCPOOM_KERNELS]; /* the first row with the same rules, but for the limiter */
	uint64_t states, differ[TCPOOM_KERNELS];
	struct sample *sample;
	size_t samples, most;
	struct tcpoom_keys keys;
	bool failed;
	/* of the second walk */
	struct tcpoom_identity *to;
};

static struct answer ask(const struct tcpoom_kernel *k, const struct tcpoom_state *s)
{
	struct answer a = { 0 }; /* equivalent: 1, it is written over */

	a.status = k->decide(k, s, &a.verdict, NULL);
	return a;
}

static struct answer ask_rules(const struct tcpoom_rules *rules, const struct tcpoom_state *s)
{
	struct answer a = { 0 }; /* equivalent: 1, it is written over */

	a.status = tcpoom_rules_decide(rules, s, &a.verdict, NULL);
	return a;
}

static bool same(const struct answer *a, const struct answer *b)
{
	if (a->status != b->status)
		return false;
	return a->status == TCPOOM_OK ? tcpoom_verdict_same(&a->verdict, &b->verdict)
				      : a->verdict.blame == b->verdict.blame;
}

static uint64_t mix(uint64_t hash, const struct answer *a)
{
	const struct tcpoom_verdict *v = &a->verdict;

	hash = tcpoom_mix(hash, a->status);
	if (a->status != TCPOOM_OK)
		return tcpoom_mix(hash, v->blame);
	hash = tcpoom_mix(hash, v->outcome);
	for (unsigned i = v->messages; i--;)
		hash = tcpoom_mix(hash, v->message[i]);
	return hash;
}

static void keep(struct work *w, const struct tcpoom_state *s, const struct answer *a)
{
	if (w->samples == w->most) {
		/* equivalent: 3 or 4097 or 4095, it grows in other steps */
		const size_t most = w->most ? 2 * w->most : 4096;
		struct sample *sample = realloc(w->sample, most * sizeof(*sample));

		if (!sample) {
			w->failed = true;
			return;
		}
		w->sample = sample;
		w->most = most;
	}
	w->sample[w->samples++] = (struct sample){ *s, *a };
}

/* The first walk: how often each row says otherwise; and samples for the search. */
static void ask_rows(void *context, const struct tcpoom_state *s)
{
	struct work *w = context;
	struct answer mine;
	uint64_t key;

	if (w->failed)
		return;
	mine = ask(w->kernel, s);
	key = mix(s->entry, &mine);
	w->states++;
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		struct answer row;

		if (w->like[k] != k)
			continue;
		row = ask(&tcpoom_kernels[k], s);
		w->differ[k] += !same(&mine, &row);
		key = mix(key, &row);
	}
	/* equivalent: 1 or <=, a few samples more or less */
	for (uint64_t i = 0; i < ALIKE_MOST; i++)
		/* equivalent: true, all states are samples */
		if (tcpoom_keys_add(&w->keys, tcpoom_mix(key, i))) {
			keep(w, s, &mine);
			break;
		}
	w->failed |= w->keys.failed;
}

/* The second walk: how often the mixture says otherwise. */
static void ask_mixture(void *context, const struct tcpoom_state *s)
{
	const struct work *w = context;
	const struct answer mine = ask(w->kernel, s), mixed = ask_rules(&w->to->rules, s);

	if (same(&mine, &mixed))
		return;
	if (!w->to->differs++)
		w->to->example = *s;
}

/* Samples to which the rules say otherwise; no more than `most`. */
static size_t count_differ(const struct work *w, const struct tcpoom_rules *rules, size_t most)
{
	size_t count = 0; /* equivalent: 1, all are one more */

	/* equivalent: left or <=, but it takes longer */
	for (size_t i = w->samples; i-- && count < most;) {
		const struct answer a = ask_rules(rules, &w->sample[i].state);

		count += !same(&a, &w->sample[i].answer);
	}
	return count;
}

/* Exchanges one variant at a time as long as that brings the rules nearer. */
static void come_nearer(const struct work *w, struct tcpoom_rules *rules)
{
	size_t best = count_differ(w, rules, w->samples);
	bool nearer = true;

	while (nearer) {
		struct tcpoom_rules next = *rules;

		nearer = false;
		for (int rule = 0; rule < TCPOOM_RULES; rule++)
			/* equivalent: <=, what is no variant acts like one of them */
			for (unsigned v = 0; v < tcpoom_rule_table[rule].variants; v++) {
				struct tcpoom_rules other = *rules;
				size_t count;

				tcpoom_rules_set(&other, (enum tcpoom_rule)rule, (uint8_t)v);
				count = count_differ(w, &other, best);
				if (count >= best)
					continue;
				best = count;
				next = other;
				nearer = true;
			}
		*rules = next;
	}
}

static int first_like(int k)
{
	for (int first = 0;; first++) {
		struct tcpoom_rules rules = *tcpoom_kernels[first].rules;

		rules.limiter = tcpoom_kernels[k].rules->limiter;
		if (!memcmp(&rules, tcpoom_kernels[k].rules, sizeof(rules)))
			return first;
	}
}

/* The row that is nearest; of several the one that the release stands for, if that is told. */
static void find_row(struct work *w, const char *release, struct tcpoom_identity *to)
{
	struct tcpoom_resolution r;
	int nearest = 0; /* equivalent: 1, of two that are as near either will do */

	/* equivalent: 1, the first row is like itself */
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		w->differ[k] = w->differ[w->like[k]];
		if (w->differ[k] < w->differ[nearest])
			nearest = k;
	}
	tcpoom_release_resolve(release, &r);
	/* equivalent: --, so far a second candidate is no nearer than the first row like it */
	for (unsigned i = 0; i < r.candidates; i++)
		if (w->differ[r.candidate[i] - tcpoom_kernels] == w->differ[nearest]) {
			nearest = (int)(r.candidate[i] - tcpoom_kernels);
			break;
		}
	to->nearest = &tcpoom_kernels[nearest];
	to->row_differs = w->differ[nearest];
}

/* What the samples say of one rule. */
struct evidence {
	uint32_t fits;	    /* variants that agree in all samples that the mixture explains */
	size_t explained;   /* of these, those in which not all variants agree */
	size_t unexplained; /* samples in which another variant agrees, and the mixture's does not
			     */
};

/*
 * Looks where exchanging the rule's variants changes the answer, and one of them gives the
 * kernel's: elsewhere it is not this rule that says otherwise.
 */
static struct evidence look_at_rule(const struct work *w, const struct tcpoom_rules *rules,
				    enum tcpoom_rule rule)
{
	const unsigned variants = tcpoom_rule_table[rule].variants;
	const uint32_t all = ((uint32_t)1 << variants) - 1;
	struct evidence e = { .fits = all };

	/* equivalent: 1, a sample less */
	for (size_t i = 0; i < w->samples; i++) {
		struct tcpoom_rules other = *rules;
		uint32_t agree = 0;

		for (unsigned v = 0; v < variants; v++) {
			struct answer a;

			tcpoom_rules_set(&other, rule, (uint8_t)v);
			a = ask_rules(&other, &w->sample[i].state);
			agree |= (uint32_t)same(&a, &w->sample[i].answer) << v;
		}
		if (!agree || agree == all)
			continue;
		if (agree >> tcpoom_rules_get(rules, rule) & 1) {
			e.explained++;
			e.fits &= agree;
		} else {
			e.unexplained++;
		}
	}
	return e;
}

/* How often the mixture is wrong where the rule matters, in millionths. */
static size_t share(const struct evidence *e)
{
	/* equivalent: 1000001 or 999999, any large number */
	return e->unexplained ? e->unexplained * 1000000 / (e->unexplained + e->explained) : 0;
}

/*
 * The rule differs that is wrong most often where it matters. Exchanging another one may explain
 * some of it by chance: that one is right nearly everywhere.
 */
static void find_variants(const struct work *w, struct tcpoom_identity *to)
{
	struct evidence e[TCPOOM_RULES];
	size_t most = 1; /* equivalent: 2, no share is as small */

	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		e[rule] = look_at_rule(w, &to->rules, (enum tcpoom_rule)rule);
		if (share(&e[rule]) > most) /* equivalent: >=, as much is no more */
			most = share(&e[rule]);
	}
	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		to->finding[rule] = share(&e[rule]) == most		   ? TCPOOM_DIFFERS
				    : !(e[rule].fits & (e[rule].fits - 1)) ? TCPOOM_HAS
									   : TCPOOM_UNTOLD;
}

bool tcpoom_identify(const struct tcpoom_kernel *kernel, const struct tcpoom_numbers *numbers,
		     const char *release, struct tcpoom_identity *to)
{
	struct work w = { .kernel = kernel, .to = to };

	*to = (struct tcpoom_identity){ .states = 0 }; /* equivalent: 1, it is written over */
	/* equivalent: 1, the first row is like itself */
	for (int k = 0; k < TCPOOM_KERNELS; k++)
		w.like[k] = first_like(k);
	tcpoom_boundary_walk(numbers, ask_rows, &w);
	if (!w.failed) { /* equivalent: true, then nobody looks at it */
		find_row(&w, release, to);
		to->rules = *to->nearest->rules;
		come_nearer(&w, &to->rules);
		to->rules.limiter = to->nearest->rules->limiter;
		to->states = w.states;
		tcpoom_boundary_walk(numbers, ask_mixture, &w);
		/* equivalent: >=, one is as near as the other */
		if (to->differs > to->row_differs) { /* nearer in the samples alone */
			to->rules = *to->nearest->rules;
			to->differs = 0;
			tcpoom_boundary_walk(numbers, ask_mixture, &w);
		}
		find_variants(&w, to);
	}
	tcpoom_keys_free(&w.keys);
	free(w.sample);
	return !w.failed;
}
