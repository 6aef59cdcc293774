/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The atlas before its judge: by as many states as there is time for under sanitizers; `make judge`
 * takes as many as are wanted.
 */
#include <string.h>

#include "../diff/witness.h"
#include "../kernels/release.h"
#include "../kernels/table.h"
#include "check.h"
#include "judge.h"

#define CLASSES_MOST 4096

static bool hit[CLASSES_MOST];

/* In whichever pair: no state is of a class that the atlas lacks. */
static void test_nothing_outside(void)
{
	for (int i = 0; i + 1 < TCPOOM_KERNELS; i++) {
		struct tcpoom_atlas atlas;
		struct judgement j;

		CHECK(tcpoom_atlas_make(&atlas, &tcpoom_kernels[i], &tcpoom_kernels[i + 1]) &&
		      atlas.count <= CLASSES_MOST);
		j = judge(&atlas, 20000, 1, hit);
		CHECK_SAY(!j.outside, "%s %s: state %llu", atlas.a->name, atlas.b->name,
			  (unsigned long long)j.states);
		tcpoom_atlas_free(&atlas);
	}
}

static const struct tcpoom_kernel *row(const char *name)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(name, &r);
	return r.candidate[0];
}

/* Every class is met, and each that is taken out is missed: nothing in the atlas is idle. */
static void test_each_class_is_needed(void)
{
	static const char *const pairs[][2] = {
		{ "2.6.16", "2.6.17" }, { "2.6.39", "3.0" }, { "3.10", "3.11" }, { "4.14", "4.15" }
	};

	for (size_t p = 0; p < sizeof(pairs) / sizeof(*pairs); p++) {
		struct tcpoom_atlas atlas, less;
		struct judgement j;

		CHECK(tcpoom_atlas_make(&atlas, row(pairs[p][0]), row(pairs[p][1])));
		j = judge(&atlas, 400000, 2, hit);
		CHECK_SAY(!j.outside && !j.unhit, "%s %s: %zu of %zu classes never met",
			  pairs[p][0], pairs[p][1], j.unhit, atlas.count);
		for (size_t i = 0; i < atlas.count; i++) {
			struct tcpoom_atlas_entry entry[64];

			less = atlas;
			less.entry = entry;
			less.count = atlas.count - 1;
			CHECK(less.count < 64);
			memcpy(entry, atlas.entry, i * sizeof(*entry));
			memcpy(entry + i, atlas.entry + i + 1, (less.count - i) * sizeof(*entry));
			j = judge(&less, 400000, 2, hit);
			CHECK_SAY(j.outside, "%s %s without class %zu", pairs[p][0], pairs[p][1],
				  i);
		}
		tcpoom_atlas_free(&atlas);
	}
}

/* The state that stands for a class, and what it shrinks to, are of that class. */
static void test_witnesses_show_their_class(void)
{
	struct tcpoom_atlas atlas;

	CHECK(tcpoom_atlas_make(&atlas, row("2.6.28"), row("2.6.29")));
	for (size_t i = 0; i < atlas.count; i++) {
		struct tcpoom_state s =
			tcpoom_class_witness(atlas.a, atlas.b, &atlas.entry[i].state);
		struct tcpoom_class c;

		tcpoom_state_complete(&s);
		CHECK_SAY(tcpoom_class_find(atlas.a, atlas.b, &s, &c) &&
				  !tcpoom_class_compare(&c, &atlas.entry[i].class),
			  "class %zu", i);
	}
	tcpoom_atlas_free(&atlas);
}

/* Both types of mem_allocated and tcp_mem: no verdict differs, what an int cannot hold is named. */
static void test_unrepresentable_is_set_aside(void)
{
	struct tcpoom_atlas atlas;

	CHECK(tcpoom_atlas_make(&atlas, row("2.6.36"), row("2.6.37")));
	CHECK(atlas.count == 0);
	CHECK(atlas.set_aside == (TCPOOM_BIT(mem_allocated) | TCPOOM_BIT(tcp_mem2)));
	tcpoom_atlas_free(&atlas);
}

static const struct test atlas_tests[] = {
	{ "nothing is outside of the atlas", test_nothing_outside },
	{ "each class of the atlas is needed", test_each_class_is_needed },
	{ "witnesses show their class", test_witnesses_show_their_class },
	{ "what an int cannot hold is set aside", test_unrepresentable_is_set_aside },
	{ NULL, NULL },
};

SUITE(atlas)
