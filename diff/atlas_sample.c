/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The classes that the boundary states meet: an atlas where one kernel is not built of rules. Each
 * state is asked for its cause: two that both kernels see alike may have other ones.
 */
#include "atlas.h"
#include "keys.h"

struct work {
	struct tcpoom_atlas *atlas;
	struct tcpoom_keys classes;
	bool failed;
};

static void look(void *context, const struct tcpoom_state *s)
{
	struct work *w = context;
	struct tcpoom_atlas *atlas = w->atlas;
	struct tcpoom_verdict v;
	struct tcpoom_class c;

	atlas->sampled++;
	if (atlas->a->decide(atlas->a, s, &v, NULL) != TCPOOM_OK ||
	    atlas->b->decide(atlas->b, s, &v, NULL) != TCPOOM_OK) {
		atlas->set_aside |= (tcpoom_fieldset)1 << v.blame;
		return;
	}
	if (tcpoom_class_find(atlas->a, atlas->b, s, &c) &&
	    tcpoom_keys_add(&w->classes, tcpoom_class_hash(&c)))
		w->failed |= !tcpoom_atlas_add(atlas, &c, s);
}

bool tcpoom_atlas_sample(struct tcpoom_atlas *atlas, const struct tcpoom_kernel *a,
			 const struct tcpoom_kernel *b, const struct tcpoom_numbers *numbers)
{
	struct work w = { .atlas = atlas };

	*atlas = (struct tcpoom_atlas){ .a = a, .b = b };
	tcpoom_boundary_walk(numbers, look, &w);
	w.failed |= w.classes.failed;
	tcpoom_keys_free(&w.classes);
	tcpoom_atlas_sort(atlas);
	return !w.failed;
}
