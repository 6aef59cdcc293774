/* SPDX-License-Identifier: GPL-2.0-only */
/* The classes that the boundary states meet: an atlas where one kernel is not built of rules. */
#include <stdlib.h>

#include "atlas.h"
#include "keys.h"

struct work {
	struct tcpoom_atlas *atlas;
	struct tcpoom_keys outlines, classes;
	size_t most;
	bool failed;
};

static uint64_t hash_side(uint64_t hash, const struct tcpoom_verdict *v,
			  const struct tcpoom_tests *tests)
{
	struct tcpoom_threshold at[TCPOOM_TESTS];

	hash = tcpoom_mix(hash, v->outcome | (uint64_t)v->snmp << 8 | (uint64_t)v->messages << 16 |
					(uint64_t)v->message[0] << 24);
	tcpoom_thresholds(tests, at);
	for (unsigned id = 0; id < TCPOOM_TESTS; id++)
		hash = tcpoom_threshold_hash(hash, &at[id]);
	return hash;
}

static void add_class(struct work *w, const struct tcpoom_state *s, const struct tcpoom_class *c)
{
	struct tcpoom_atlas *atlas = w->atlas;

	if (atlas->count == w->most) {
		const size_t most = w->most ? 2 * w->most : 256;
		struct tcpoom_atlas_entry *entry = realloc(atlas->entry, most * sizeof(*entry));

		if (!entry) {
			w->failed = true;
			return;
		}
		atlas->entry = entry;
		w->most = most;
	}
	atlas->entry[atlas->count++] = (struct tcpoom_atlas_entry){ *c, *s };
}

static void look(void *context, const struct tcpoom_state *s)
{
	struct work *w = context;
	struct tcpoom_verdict a, b;
	struct tcpoom_tests ta, tb;
	struct tcpoom_class c;

	w->atlas->sampled++;
	if (w->atlas->a->decide(w->atlas->a, s, &a, &ta) != TCPOOM_OK) {
		w->atlas->set_aside |= (tcpoom_fieldset)1 << a.blame;
		return;
	}
	if (w->atlas->b->decide(w->atlas->b, s, &b, &tb) != TCPOOM_OK) {
		w->atlas->set_aside |= (tcpoom_fieldset)1 << b.blame;
		return;
	}
	if (tcpoom_verdict_same(&a, &b) ||
	    !tcpoom_keys_add(&w->outlines, hash_side(hash_side(s->entry, &a, &ta), &b, &tb)))
		return;
	if (tcpoom_class_find(w->atlas->a, w->atlas->b, s, &c) &&
	    tcpoom_keys_add(&w->classes, tcpoom_class_hash(&c)))
		add_class(w, s, &c);
}

static int by_class(const void *left, const void *right)
{
	const struct tcpoom_atlas_entry *a = left, *b = right;

	return tcpoom_class_compare(&a->class, &b->class);
}

bool tcpoom_atlas_sample(struct tcpoom_atlas *atlas, const struct tcpoom_kernel *a,
			 const struct tcpoom_kernel *b, const struct tcpoom_numbers *numbers)
{
	struct work w = { .atlas = atlas };

	*atlas = (struct tcpoom_atlas){ .a = a, .b = b };
	tcpoom_boundary_walk(numbers, look, &w);
	w.failed |= w.outlines.failed || w.classes.failed;
	tcpoom_keys_free(&w.outlines);
	tcpoom_keys_free(&w.classes);
	if (atlas->count)
		qsort(atlas->entry, atlas->count, sizeof(*atlas->entry), by_class);
	return !w.failed;
}
