/* SPDX-License-Identifier: GPL-2.0-only */
#include "classes.h"

#include "target.h"

void classes_open(struct classes *classes, const struct pair *pair)
{
	bool made = tcpoom_atlas_make(&classes->atlas, pair->a, pair->b);

	classes->reached = made ? calloc(classes->atlas.count + 1, sizeof(bool)) : NULL;
	if (classes->reached)
		return;
	fputs("TCPOOM_FUZZ_CLASSES: out of memory\n", stderr);
	exit(2);
}

size_t classes_reach(struct classes *classes, const struct pair *pair, const struct tcpoom_state *s,
		     const struct tcpoom_cause *cause)
{
	const struct tcpoom_atlas_entry *entry;
	struct tcpoom_class c;
	size_t i;

	tcpoom_class_of_cause(pair->a, pair->b, s, cause, &c);
	entry = tcpoom_atlas_find(&classes->atlas, &c);
	if (!entry)
		return classes->atlas.count;
	i = (size_t)(entry - classes->atlas.entry);
	classes->count += !classes->reached[i];
	classes->reached[i] = true;
	return i;
}
