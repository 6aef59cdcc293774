/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The atlas before its judge: by as many states as there is time for under sanitizers; `make judge`
 * takes as many as are wanted.
 */
#include <string.h>

#include "../diff/witness.h"
#include "../kernels/table.h"
#include "check.h"
#include "judge.h"
#include "no_memory.h"
#include "state_text.h"

#define CLASSES_MOST 4096

static bool hit[CLASSES_MOST];

/*
 * The classes of each two neighbours, in the order of the table. `make judge` finds no state
 * outside of them.
 */
static const size_t classes[TCPOOM_KERNELS - 1] = {
	24, 0,	5,  149, 268, 0,   0, 404, 61,	68, 0,	0,  0,	 58,   0,   0,	 16, 100,
	0,  24, 49, 0,	 4,   212, 4, 108, 343, 4,  65, 65, 585, 2462, 154, 523, 0,
};

static void check_nothing_outside(const struct tcpoom_atlas *atlas)
{
	const struct judgement j = judge(atlas, 20000, 1, hit);

	CHECK_SAY(!j.outside, "%s %s: state %llu", atlas->a->name, atlas->b->name,
		  (unsigned long long)j.states);
}

/* In whichever pair: there are as many, and no state is of a class that the atlas lacks. */
static void test_nothing_is_missing(void)
{
	struct tcpoom_atlas atlas[TCPOOM_KERNELS - 1];

	for (int i = 0; i + 1 < TCPOOM_KERNELS; i++) {
		CHECK(tcpoom_atlas_make(&atlas[i], &tcpoom_kernels[i], &tcpoom_kernels[i + 1]));
		CHECK_SAY(atlas[i].count == classes[i], "%s %s: %zu", atlas[i].a->name,
			  atlas[i].b->name, atlas[i].count);
	}
	for (int i = 0; i + 1 < TCPOOM_KERNELS; i++) {
		if (atlas[i].count <= CLASSES_MOST)
			check_nothing_outside(&atlas[i]);
		tcpoom_atlas_free(&atlas[i]);
	}
}

#define RULE(name) ((tcpoom_ruleset)1 << TCPOOM_R_##name)
#define ORPHANS (RULE(count) | RULE(negative) | RULE(limit) | RULE(self))
#define MEMORY (RULE(sndbuf) | RULE(mem) | RULE(scope) | RULE(unit) | RULE(clamp))
#define TIME                                                                                       \
	(RULE(late) | RULE(rto_max) | RULE(retransmit) | RULE(stamp) | RULE(clock) | RULE(age) |   \
	 RULE(backoff) | RULE(probe))

/*
 * Kernels far apart, in the rules of one part alone, so that the classes are few enough to meet. Of
 * three million random states none was outside for the rules of orphans and memory.
 */
static const struct {
	const char *a, *b;
	tcpoom_ruleset rules;
	size_t classes;
} far_apart[] = {
	{ "2.4.0", "2.6.29", ORPHANS, 536 },
	{ "2.4.0", "5.16", ORPHANS, 382 },
	{ "2.6.22", "2.6.36", ORPHANS, 302 },
	{ "2.6.29", "3.0", ORPHANS, 90 },
	{ "2.4.0", "3.11", MEMORY, 100 },
	{ "3.3", "4.10", MEMORY, 216 },
	{ "3.11", "6.0", MEMORY, 64 },
	{ "2.4.0", "3.18", TIME, 238 },
	{ "2.4.0", "4.20", TIME, 1191 },
	{ "3.18", "5.1", TIME, 646 },
	{ "2.6.32", "4.20", TIME, 815 },
	{ "5.1", "6.15", TIME, 243 },
	/* a time of the retries that is as many ms as a tick less, for each bound of the RTO */
	{ "2.6.32", "6.15", TIME, 747 },
	/* two causes that act on the same parts */
	{ "2.4.0", "6.15", RULE(late) | RULE(rto_max) | RULE(retransmit), 917 },
};

/* The first kernel, but for these rules. */
static struct tcpoom_rules first_but(tcpoom_ruleset set, const struct tcpoom_kernel *k)
{
	struct tcpoom_rules rules = *tcpoom_kernels[0].rules;

	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		if (set >> rule & 1)
			tcpoom_rules_set(&rules, (enum tcpoom_rule)rule,
					 tcpoom_rules_get(k->rules, (enum tcpoom_rule)rule));
	return rules;
}

static void test_far_apart(void)
{
	for (size_t i = 0; i < sizeof(far_apart) / sizeof(*far_apart); i++) {
		const struct tcpoom_rules ra = first_but(far_apart[i].rules,
							 kernel_of(far_apart[i].a)),
					  rb = first_but(far_apart[i].rules,
							 kernel_of(far_apart[i].b));
		const struct tcpoom_kernel a = tcpoom_kernel_of(&ra, far_apart[i].a),
					   b = tcpoom_kernel_of(&rb, far_apart[i].b);
		struct tcpoom_atlas atlas;

		CHECK(tcpoom_atlas_make(&atlas, &a, &b));
		CHECK_SAY(atlas.count == far_apart[i].classes, "%s %s: %zu", a.name, b.name,
			  atlas.count);
		CHECK_SAY(!judge(&atlas, 20000, 3, hit).outside, "%s %s", a.name, b.name);
		tcpoom_atlas_free(&atlas);
	}
}

/*
 * States that an earlier atlas lacked: counts that are too many only together, a limit near an end,
 * an RTO that wraps between two bounds.
 */
static void test_states_that_were_missed(void)
{
	static const struct {
		const char *a, *b, *state[2];
	} cases[] = {
		{ "2.6.18",
		  "3.4.4",
		  { "timer do_reset=0 orphans=2 orphans_approx=-2147483646 max_orphans=3",
		    "timer do_reset=0 orphans=1073741825 orphans_approx=1073741824 "
		    "max_orphans=-2147483646" } },
		{ "3.11",
		  "3.18",
		  { "probe rto=1073771823 backoff=2 orphan_retries=1 probes_out=2 orphans=5 "
		    "max_orphans=8" } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tcpoom_atlas atlas;

		CHECK(tcpoom_atlas_make(&atlas, kernel_of(cases[i].a), kernel_of(cases[i].b)));
		for (int j = 0; j < 2 && cases[i].state[j]; j++) {
			const struct tcpoom_state s = state_of(cases[i].state[j]);
			struct tcpoom_class c;

			CHECK_SAY(tcpoom_class_find(atlas.a, atlas.b, &s, &c) &&
					  tcpoom_atlas_find(&atlas, &c),
				  "%s", cases[i].state[j]);
		}
		tcpoom_atlas_free(&atlas);
	}
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

		CHECK(tcpoom_atlas_make(&atlas, kernel_of(pairs[p][0]), kernel_of(pairs[p][1])));
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

/* A backport of one text, where both kernels close the sockets of a namespace that exits. */
static void test_mixture(void)
{
	struct tcpoom_rules rules = *kernel_of("4.15")->rules;
	struct tcpoom_kernel path;
	struct tcpoom_atlas atlas;
	struct judgement j;

	rules.text = kernel_of("3.0")->rules->text;
	path = tcpoom_kernel_of(&rules, "path");
	CHECK(tcpoom_atlas_make(&atlas, &path, kernel_of("4.15")));
	j = judge(&atlas, 20000, 3, hit);
	/* at each entry: orphans, memory, both */
	CHECK(atlas.count == 12 && !j.outside && !j.unhit);
	for (size_t i = 0; i < atlas.count; i++) {
		struct tcpoom_class c;

		CHECK(tcpoom_class_find(atlas.a, atlas.b, &atlas.entry[i].state, &c) &&
		      !tcpoom_class_compare(&c, &atlas.entry[i].class));
	}
	tcpoom_atlas_free(&atlas);
}

/* The state that stands for a class, and what it shrinks to, are of that class. */
static void test_witnesses_show_their_class(void)
{
	struct tcpoom_atlas atlas;

	CHECK(tcpoom_atlas_make(&atlas, kernel_of("2.6.28"), kernel_of("2.6.29")));
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

	CHECK(tcpoom_atlas_make(&atlas, kernel_of("2.6.36"), kernel_of("2.6.37")));
	CHECK(atlas.count == 0);
	CHECK(atlas.set_aside == (TCPOOM_BIT(mem_allocated) | TCPOOM_BIT(tcp_mem2)));
	tcpoom_atlas_free(&atlas);
}

/*
 * Whichever allocation fails, the atlas says so, and the next one is whole. Two entries are enough,
 * the second of which has all classes: so many allocations do not reach the end.
 */
static void test_without_memory(void)
{
	struct tcpoom_atlas atlas;

	for (unsigned long n = 0; n < 80; n++) {
		no_memory_after(n);
		CHECK_SAY(!tcpoom_atlas_make(&atlas, kernel_of("2.6.16"), kernel_of("2.6.17")),
			  "%lu", n);
		CHECK_SAY(no_memory_ended(), "%lu", n);
		tcpoom_atlas_free(&atlas);
	}
	CHECK(tcpoom_atlas_make(&atlas, kernel_of("2.6.16"), kernel_of("2.6.17")) &&
	      atlas.count == 5);
	tcpoom_atlas_free(&atlas);
}

static const struct test atlas_tests[] = {
	{ "nothing is missing in an atlas", test_nothing_is_missing },
	{ "nor between kernels far apart", test_far_apart },
	{ "an atlas without memory", test_without_memory },
	{ "an atlas of a mixture", test_mixture },
	{ "states that were missed", test_states_that_were_missed },
	{ "each class of the atlas is needed", test_each_class_is_needed },
	{ "witnesses show their class", test_witnesses_show_their_class },
	{ "what an int cannot hold is set aside", test_unrepresentable_is_set_aside },
	{ NULL, NULL },
};

SUITE(atlas)
