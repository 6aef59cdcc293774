/* SPDX-License-Identifier: GPL-2.0-only */
#include "ways.h"

#include <stdlib.h>

void tcpoom_mixtures_make(struct tcpoom_mixtures *m, const struct tcpoom_kernel *a,
			  const struct tcpoom_kernel *b, tcpoom_ruleset rules)
{
	m->count = 1;
	m->rules = 0;
	m->of[0] = *a->rules;
	for (int rule = 0; rules >> rule; rule++) {
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

	for (unsigned j = 0; i >> j; j++)
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

	return a->answer != b->answer ? a->answer - b->answer : a->size - b->size;
}

void tcpoom_ways_make(struct tcpoom_ways *ways, const struct tcpoom_mixtures *m,
		      const uint8_t *answer)
{
	struct tcpoom_way *way = ways->way, *last = way;

	for (unsigned i = 0; i < m->count; i++) {
		const tcpoom_ruleset set = tcpoom_mixture_set(m, i);

		way[i] = (struct tcpoom_way){ answer[i], (uint8_t)tcpoom_ruleset_size(set), set };
	}
	qsort(way, m->count, sizeof(*way), by_answer);
	for (unsigned i = 1; i < m->count; i++)
		if (way[i].answer != last->answer || way[i].size == last->size)
			*++last = way[i];
	ways->count = (unsigned)(last - way) + 1;
}

const struct tcpoom_way *tcpoom_ways_to(const struct tcpoom_ways *ways, uint8_t answer,
					unsigned *count)
{
	const struct tcpoom_way *first = NULL;

	*count = 0;
	for (unsigned i = 0; i < ways->count; i++)
		if (ways->way[i].answer == answer && !(*count)++)
			first = &ways->way[i];
	return first;
}
