/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The smallest value of a field with which no event kills. That a larger limit kills less is not
 * taken for granted: each event has its own values that kill, from the thresholds of its tests
 * (diff/critical.h), and what no event's values cover is what is looked for.
 */
#ifndef TCPOOM_ADVICE_SEARCH_H
#define TCPOOM_ADVICE_SEARCH_H

#include "../diff/possible.h"

/* Values from first to last. */
struct tcpoom_values {
	int64_t first, last;
};

/* Ascending, apart from each other. */
struct tcpoom_values_set {
	struct tcpoom_values *values;
	size_t count;
};

/* What kills certainly, and what kills for some values of what is unknown. */
struct tcpoom_search {
	enum tcpoom_field field;
	int64_t least, most; /* that are looked at: from 0 on, a limit below it is none */
	struct tcpoom_values_set certain, possible;
	bool cut; /* not all values of what is unknown could be tried */
};

/*
 * Whether it can be searched: fields whose thresholds are all known and lie in one row, and fields
 * of 8 bits, of which each value is tried.
 */
bool tcpoom_search_can(enum tcpoom_field field);

void tcpoom_search_init(struct tcpoom_search *s, enum tcpoom_field field);

/* Adds the values with which this complete state is killed. False: no memory. */
bool tcpoom_search_add(struct tcpoom_search *s, const struct tcpoom_kernel *kernel,
		       const struct tcpoom_state *state);

/* The smallest value that is not in the set; false: there is none. */
bool tcpoom_search_find(const struct tcpoom_search *s, const struct tcpoom_values_set *killing,
			int64_t *value);

void tcpoom_search_free(struct tcpoom_search *s);

#endif
