/* SPDX-License-Identifier: GPL-2.0-only */
/* The atlas of boundary states: the classes of all of them, and no others. */
#include "../diff/atlas.h"
#include "../kernels/table.h"
#include "check.h"
#include "no_memory.h"
#include "state_text.h"

static const struct tcpoom_numbers none = { .count = 0 };

/* What the states show, one by one. */
struct seen {
	const struct tcpoom_atlas *atlas;
	bool met[256];
	uint64_t states;
	tcpoom_fieldset set_aside;
};

static void see(void *context, const struct tcpoom_state *s)
{
	struct seen *seen = context;
	const struct tcpoom_atlas_entry *entry;
	struct tcpoom_verdict v;
	struct tcpoom_class c;

	seen->states++;
	if (tcpoom_decide(seen->atlas->a, s, &v, NULL) != TCPOOM_OK ||
	    tcpoom_decide(seen->atlas->b, s, &v, NULL) != TCPOOM_OK)
		seen->set_aside |= (tcpoom_fieldset)1 << v.blame;
	if (!tcpoom_class_find(seen->atlas->a, seen->atlas->b, s, &c))
		return;
	entry = tcpoom_atlas_find(seen->atlas, &c);
	CHECK(entry != NULL);
	if (entry)
		seen->met[entry - seen->atlas->entry] = true;
}

static void check_entries(const struct tcpoom_atlas *atlas, const struct seen *seen)
{
	for (size_t i = 0; i < atlas->count; i++) {
		const struct tcpoom_atlas_entry *entry = &atlas->entry[i];
		struct tcpoom_class c;

		CHECK(seen->met[i]);
		CHECK(!i || tcpoom_class_compare(&entry[-1].class, &entry->class) < 0);
		CHECK(tcpoom_class_find(atlas->a, atlas->b, &entry->state, &c) &&
		      !tcpoom_class_compare(&c, &entry->class));
	}
}

static void test_all_states(void)
{
	static const char *const pairs[][2] = { { "2.6.16", "2.6.17" }, { "2.6.17", "2.6.32" },
						{ "2.6.36", "2.6.37" }, { "2.6.37", "2.6.36" },
						{ "2.6.38", "3.3" },	{ "4.14", "6.0" },
						{ "6.0", "6.15" } };

	for (size_t p = 0; p < sizeof(pairs) / sizeof(*pairs); p++) {
		struct tcpoom_atlas atlas;
		struct seen seen = { .atlas = &atlas };

		CHECK(tcpoom_atlas_sample(&atlas, kernel_of(pairs[p][0]), kernel_of(pairs[p][1]),
					  &none));
		CHECK_SAY(atlas.count < sizeof(seen.met), "%zu", atlas.count);
		tcpoom_boundary_walk(&none, see, &seen);
		CHECK(atlas.sampled == seen.states && atlas.set_aside == seen.set_aside);
		check_entries(&atlas, &seen);
		tcpoom_atlas_free(&atlas);
	}
}

static void test_without_memory(void)
{
	struct tcpoom_atlas atlas;

	for (unsigned long n = 0; n < 3; n++) {
		no_memory_after(n);
		CHECK(tcpoom_atlas_sample(&atlas, kernel_of("2.6.16"), kernel_of("2.6.17"),
					  &none) == (n == 2));
		CHECK(no_memory_ended() == (n < 2));
		tcpoom_atlas_free(&atlas);
	}
}

static const struct test sample_tests[] = {
	{ "the classes of all boundary states", test_all_states },
	{ "a sample without memory", test_without_memory },
	{ NULL, NULL },
};

SUITE(sample)
