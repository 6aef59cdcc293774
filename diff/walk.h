/* SPDX-License-Identifier: GPL-2.0-only */
/* What the walks over the parts share: values in turn, and those around a threshold. */
#ifndef TCPOOM_DIFF_WALK_H
#define TCPOOM_DIFF_WALK_H

#include "../model/ticks.h"
#include "parts.h"

/* Values for a field. The longest list has 270: moments without a stamp, at 250 ticks/s. */
struct values {
	unsigned count;
	int64_t value[400];
};
#define NO_VALUES                                                                                  \
	{                                                                                          \
		.count = 0                                                                         \
	}
#define EVERY(i, values) for (unsigned i = 0; i < (values).count; i++)

/* Each value once. */
static inline void add_value(struct values *v, int64_t value)
{
	unsigned same = 0;

	while (same < v->count && v->value[same] != value)
		same++;
	v->value[same] = value;
	v->count += same == v->count;
}

/* A threshold, and what is below it and above it. */
static inline void around(struct values *v, int64_t threshold)
{
	for (int64_t beside = -1; beside <= 1; beside++)
		add_value(v, wrap_add(threshold, beside));
}

/* The same on the 32-bit clock. */
static inline void ticks_around(struct values *v, uint32_t threshold)
{
	add_value(v, threshold - 1U);
	add_value(v, threshold);
	add_value(v, threshold + 1U);
}

/* The field's values in turn; those out of its range are passed over. */
static inline void each_value(struct tcpoom_walk *w, enum tcpoom_field f, const int64_t *value,
			      unsigned values, void (*next)(struct tcpoom_walk *))
{
	for (unsigned i = 0; i < values; i++) {
		if (value[i] < tcpoom_field_table[f].min || value[i] > tcpoom_field_table[f].max)
			continue;
		tcpoom_field_set(&w->state, f, value[i]);
		next(w);
	}
}
#define EACH(w, field, values, count, next) each_value(w, TCPOOM_F_##field, values, count, next)
#define EACH_OF(w, field, values, next) EACH(w, field, (values).value, (values).count, next)
#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

/* Leaves of these values those that some kernel tells apart while all else is as it is. */
void tcpoom_walk_distinct(struct tcpoom_walk *w, enum tcpoom_field f, struct values *v);

/* Whether one of the two kernels has, or lacks, a variant other than the first. */
static inline bool either(const struct tcpoom_walk *w, enum tcpoom_rule rule)
{
	return tcpoom_rules_get(w->a->rules, rule) || tcpoom_rules_get(w->b->rules, rule);
}

/* The walk over the argument: what the timers read before they ask. */
void tcpoom_walk_argument(struct tcpoom_walk *walk);

#endif
