/* SPDX-License-Identifier: GPL-2.0-only */
/* The classes that the boundary states meet: an atlas where one kernel is not built of rules. */
#include "atlas.h"
#include "keys.h"

struct work {
	struct tcpoom_atlas *atlas;
	struct tcpoom_keys outlines, classes;
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
		w->failed |= !tcpoom_atlas_add(w->atlas, &c, s);
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
	tcpoom_atlas_sort(atlas);
	return !w.failed;
}
