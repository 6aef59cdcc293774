/* SPDX-License-Identifier: GPL-2.0-only */
#include "search.h"

#include <stdlib.h>
#include <string.h>

#include "../diff/critical.h"

bool tcpoom_search_can(enum tcpoom_field field)
{
	return field == TCPOOM_F_max_orphans || field == TCPOOM_F_tcp_mem2 ||
	       field == TCPOOM_F_wmem_queued ||
	       (field != TCPOOM_F_entry && tcpoom_field_table[field].size == 1);
}

void tcpoom_search_init(struct tcpoom_search *s, enum tcpoom_field field)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[field];

	*s = (struct tcpoom_search){
		.field = field,
		.least = info->min < 0 ? 0 : info->min,
		/* what an int holds: no limit of a real machine is more */
		.most = info->max > INT32_MAX ? INT32_MAX : info->max,
	};
}

/* Whether the two overlap or touch. */
static bool meet(const struct tcpoom_values *a, const struct tcpoom_values *b)
{
	return a->first - 1 <= b->last && b->first - 1 <= a->last;
}

static bool add_values(struct tcpoom_values_set *set, struct tcpoom_values one)
{
	struct tcpoom_values *more;
	size_t at = 0, end;

	while (at < set->count && set->values[at].last + 1 < one.first)
		at++;
	for (end = at; end < set->count && meet(&set->values[end], &one); end++) {
		if (set->values[end].first < one.first)
			one.first = set->values[end].first;
		if (set->values[end].last > one.last)
			one.last = set->values[end].last;
	}
	if (end == at) {
		more = realloc(set->values, (set->count + 1) * sizeof(*more));
		if (!more)
			return false;
		set->values = more;
		memmove(more + at + 1, more + at, (set->count - at) * sizeof(*more));
		set->count++;
	} else {
		memmove(set->values + at + 1, set->values + end,
			(set->count - end) * sizeof(*set->values));
		set->count -= end - at - 1;
	}
	set->values[at] = one;
	return true;
}

/* The values at which something may change, ascending, from the least one on. */
static unsigned find_values(const struct tcpoom_search *s, const struct tcpoom_state *state,
			    int64_t value[TCPOOM_CRITICAL_MOST + 2])
{
	struct tcpoom_critical critical;
	unsigned count = 0;

	if (s->most <= UINT8_MAX) {
		while (s->least + count <= s->most) {
			value[count] = s->least + count;
			count++;
		}
		return count;
	}
	tcpoom_critical_find(state, state->given & ~((tcpoom_fieldset)1 << s->field), s->field,
			     &critical);
	value[count++] = s->least;
	for (unsigned i = 0; i < critical.count; i++)
		if (critical.value[i] > s->least && critical.value[i] < s->most)
			value[count++] = critical.value[i];
	value[count++] = s->most;
	return count;
}

/* A value that the kernel cannot hold does not help either. */
static void look(struct tcpoom_search *s, const struct tcpoom_possible *p, bool *certain,
		 bool *possible)
{
	unsigned killed = 0;

	for (unsigned i = 0; i < p->verdicts; i++)
		killed += tcpoom_killed(&p->verdict[i]);
	*possible = killed || p->refused || p->cut;
	*certain = killed == p->verdicts && !p->cut;
	s->cut |= p->cut;
}

bool tcpoom_search_add(struct tcpoom_search *s, const struct tcpoom_kernel *kernel,
		       const struct tcpoom_state *state)
{
	int64_t value[TCPOOM_CRITICAL_MOST + 2];
	const unsigned count = find_values(s, state, value);
	struct tcpoom_possible p;
	struct tcpoom_state one = *state;

	for (unsigned i = 0; i < count; i++) {
		/* all values up to the next threshold are alike */
		const struct tcpoom_values same = { value[i],
						    i + 1 < count ? value[i + 1] - 1 : s->most };
		bool certain, possible;

		tcpoom_field_set(&one, s->field, value[i]);
		tcpoom_possible_find(kernel, &one, &p);
		look(s, &p, &certain, &possible);
		if ((certain && !add_values(&s->certain, same)) ||
		    (possible && !add_values(&s->possible, same)))
			return false;
	}
	return true;
}

bool tcpoom_search_find(const struct tcpoom_search *s, const struct tcpoom_values_set *killing,
			int64_t *value)
{
	*value = s->least;
	if (killing->count && killing->values[0].first <= s->least)
		*value = killing->values[0].last + 1;
	return *value <= s->most;
}

void tcpoom_search_free(struct tcpoom_search *s)
{
	free(s->certain.values);
	free(s->possible.values);
}
