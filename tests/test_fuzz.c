/* SPDX-License-Identifier: GPL-2.0-only */
/* The ledger of the fuzzer, which a person wrote, against the atlas, which is computed. */
#include <string.h>

#include "../diff/atlas.h"
#include "../diff/ledger.h"
#include "../kernels/table.h"
#include "check.h"

static void read_ledger(struct tcpoom_ledger *ledger)
{
	FILE *in = fopen("fuzz/known.ledger", "r");
	struct tcpoom_error e;

	CHECK(in && tcpoom_ledger_read(ledger, in, "fuzz/known.ledger", &e));
	if (in)
		fclose(in);
}

static void find_classes(struct tcpoom_ledger *ledger, const struct tcpoom_kernel *a,
			 const struct tcpoom_kernel *b)
{
	struct tcpoom_atlas atlas;
	char text[600];

	CHECK(tcpoom_atlas_make(&atlas, a, b));
	for (size_t i = 0; i < atlas.count; i++) {
		const struct tcpoom_class *c = &atlas.entry[i].class;

		tcpoom_cause_text(a, b, &c->cause, text, sizeof(text));
		CHECK_SAY(tcpoom_ledger_find(ledger, a, b, (enum tcpoom_entry)c->entry,
					     (enum tcpoom_kind)c->kind, &c->cause),
			  "%s %s: %s", a->name, b->name, text);
	}
	tcpoom_atlas_free(&atlas);
}

/* No class is missing; and what no class is of, is a line on a log. */
static void test_ledger_is_the_atlas(void)
{
	struct tcpoom_ledger ledger = { 0 };

	read_ledger(&ledger);
	for (int k = 0; k + 1 < TCPOOM_KERNELS; k++)
		find_classes(&ledger, &tcpoom_kernels[k], &tcpoom_kernels[k + 1]);
	for (size_t i = 0; i < ledger.count; i++) {
		const struct tcpoom_known *known = &ledger.known[i];

		CHECK_SAY(known->met == (known->kind != TCPOOM_KIND_LOG), "fuzz/known.ledger:%lu",
			  known->line);
		CHECK_SAY(known->b == known->a + 1, "fuzz/known.ledger:%lu", known->line);
	}
	tcpoom_ledger_free(&ledger);
}

static const struct test fuzz_tests[] = {
	{ "the fuzzer knows the atlas, no more and no less", test_ledger_is_the_atlas },
	{ NULL, NULL },
};
SUITE(fuzz)
