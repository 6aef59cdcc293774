/* SPDX-License-Identifier: GPL-2.0-only */
#include "ways.h"

#include <stdlib.h>

void tcpoom_mixtures_make(struct tcpoom_mixtures *m, const struct tcpoom_kernel *a,
			  const struct tcpoom_kernel *b, tcpoom_ruleset rules)
{
	m->count = 1;
	m->rules = 0;
	m->of[0] = *a->rules;
	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		const uint8_t other = tcpoom_rules_get(b->rules, (enum tcpoom_rule)rule);

		if (!(rules >> rule & 1) ||
		    other == tcpoom_rules_get(a->rules, (enum tcpoom_rule)rule))
			continue;
		for (unsigned i = 0; i < m->count; i++) {
			m->of[m->count + i] = m->of[i];
			tcpoom_rules_set(&m->of[m->count + i], (enum tcpoom_rule)rule, other);
		}
		m->count *= 2;
		m->rule[m->rules++] = (enum tcpoom_rule)rule;
	}
}

tcpoom_ruleset tcpoom_mixture_set(const struct tcpoom_mixtures *m, unsigned i)
{
	tcpoom_ruleset set = 0;

	for (unsigned j = 0; j < m->rules; j++)
		if (i >> j & 1)
			set |= (tcpoom_ruleset)1 << m->rule[j];
	return set;
}

unsigned tcpoom_mixture_within(const struct tcpoom_mixtures *m, const struct tcpoom_mixtures *of,
			       unsigned i)
{
	const tcpoom_ruleset set = tcpoom_mixture_set(of, i);
	unsigned within = 0;

	for (unsigned j = 0; j < m->rules; j++)
		within |= (unsigned)(set >> m->rule[j] & 1) << j;
	return within;
}

static int by_answer(const void *left, const void *right)
{
	const struct tcpoom_way *a = left, *b = right;

	if (a->answer != b->answer)
		return a->answer < b->answer ? -1 : 1;
	return a->set < b->set ? -1 : a->set > b->set;
}

void tcpoom_ways_make(struct tcpoom_ways *ways, const struct tcpoom_mixtures *m,
		      const uint8_t *answer)
{
	uint8_t least[256];

	for (unsigned i = 0; i < m->count; i++)
		least[answer[i]] = UINT8_MAX;
	for (unsigned i = 0; i < m->count; i++) {
		const uint8_t size = (uint8_t)tcpoom_ruleset_size(tcpoom_mixture_set(m, i));

		if (size < least[answer[i]])
			least[answer[i]] = size;
	}
	ways->count = 0;
	for (unsigned i = 0; i < m->count; i++) {
		const tcpoom_ruleset set = tcpoom_mixture_set(m, i);
		const uint8_t size = (uint8_t)tcpoom_ruleset_size(set);

		if (size == least[answer[i]])
			ways->way[ways->count++] = (struct tcpoom_way){ answer[i], size, set };
	}
	qsort(ways->way, ways->count, sizeof(*ways->way), by_answer);
}

const struct tcpoom_way *tcpoom_ways_to(const struct tcpoom_ways *ways, uint8_t answer,
					unsigned *count)
{
	unsigned first = 0;

	*count = 0;
	while (first < ways->count && ways->way[first].answer != answer)
		first++;
	while (first + *count < ways->count && ways->way[first + *count].answer == answer)
		++*count;
	return *count ? &ways->way[first] : NULL;
}
