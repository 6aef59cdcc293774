/* SPDX-License-Identifier: GPL-2.0-only */
/* Classes of divergence: what they hold, and their order. */
#include <string.h>

#include "../diff/atlas.h"
#include "check.h"
#include "judge.h"
#include "state_text.h"

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static unsigned first_size(const struct tcpoom_class *c)
{
	return tcpoom_ruleset_size(c->cause.set[0]);
}

/* What must be decided by kind, entry and few rules first. */
static int by_contract(const struct tcpoom_class *c, const struct tcpoom_class *d)
{
	if (c->kind != d->kind)
		return c->kind < d->kind ? -1 : 1;
	if (c->entry != d->entry)
		return c->entry < d->entry ? -1 : 1;
	if (first_size(c) != first_size(d))
		return first_size(c) < first_size(d) ? -1 : 1;
	return 0;
}

/* An order: none is before itself, and of two one is first, whichever is asked. */
static void test_order(void)
{
	struct tcpoom_atlas atlas;

	CHECK(tcpoom_atlas_make(&atlas, kernel_of("2.4.0"), kernel_of("2.6.29")));
	for (size_t i = 0; i < atlas.count; i += 7)
		for (size_t j = 0; j < atlas.count; j += 5) {
			const struct tcpoom_class *c = &atlas.entry[i].class,
						  *d = &atlas.entry[j].class;
			const int order = sign(tcpoom_class_compare(c, d));

			if (order != (i > j) - (i < j) ||
			    order != -sign(tcpoom_class_compare(d, c)) ||
			    by_contract(c, d) * order < 0)
				CHECK_SAY(false, "%zu %zu", i, j);
			if ((tcpoom_class_hash(c) == tcpoom_class_hash(d)) != (i == j))
				CHECK_SAY(false, "hash of %zu and %zu", i, j);
		}
	tcpoom_atlas_free(&atlas);
}

/* Each part of a class tells it from another one, in the order and in the hash. */
static void test_each_part_tells(void)
{
	const struct tcpoom_class plain = { .cause = { .sets = 2, .set = { 1, 2 } } };
	struct tcpoom_class other[14];
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		other[i] = plain;
	other[n++].kind = 1;
	other[n++].entry = 1;
	other[n++].cause.set[1] = 4;
	other[n++].cause.sets = 1;
	other[n++].a.outcome = TCPOOM_EXPIRED;
	other[n++].b.outcome = TCPOOM_EXPIRED;
	other[n++].a.messages = 1;
	other[n++].a.message[0] = 1;
	other[n++].a.message[1] = 1;
	other[n++].b.snmp = 1;
	other[n++].at[0][0].has = 1;
	other[n++].at[0][TCPOOM_TESTS - 1].truth = 1;
	other[n++].at[1][0].relation = 1;
	other[n++].at[1][TCPOOM_TESTS - 1].negative = 1;
	for (unsigned i = 0; i < n; i++) {
		CHECK(tcpoom_class_compare(&plain, &other[i]) != 0);
		CHECK(tcpoom_class_hash(&plain) != tcpoom_class_hash(&other[i]));
		for (unsigned j = 0; j < i; j++)
			CHECK(tcpoom_class_hash(&other[j]) != tcpoom_class_hash(&other[i]));
	}
}

/* Where two kernels agree, or one has no verdict, there is no class. */
static void test_no_class(void)
{
	const struct tcpoom_state same = state_of("timer"),
				  large = state_of("timer orphans=11 mem_allocated=4294967296"),
				  over = state_of("close orphans=11");
	struct tcpoom_class c;

	CHECK(!tcpoom_class_find(kernel_of("2.4.0"), kernel_of("6.0"), &same, &c));
	CHECK(!tcpoom_class_find(kernel_of("2.4.0"), kernel_of("6.0"), &large, &c));
	CHECK(!tcpoom_class_find(kernel_of("6.0"), kernel_of("2.4.0"), &large, &c));
	CHECK(tcpoom_class_find(kernel_of("2.4.0"), kernel_of("6.0"), &over, &c));
}

static const struct test class_tests[] = {
	{ "the order of classes", test_order },
	{ "each part of a class tells", test_each_part_tells },
	{ "no divergence, no class", test_no_class },
	{ NULL, NULL },
};
SUITE(class)
