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
					     (enum tcpoom_kind)c->kind, text),
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

/* Blanks and returns at the end of a line are no part of a cause. */
static void test_ends_of_lines(void)
{
	FILE *in = open_text("2.6.3 2.6.17 close kill self out -> in \t\r\r\n");
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;

	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e) && ledger.count == 1);
	CHECK_STRING(ledger.known[0].cause, "self out -> in");
	tcpoom_ledger_free(&ledger);
	fclose(in);
	in = open_text("2.6.3 2.6.17 close kill \t\r\t\n");
	CHECK(!tcpoom_ledger_read(&ledger, in, "ledger", &e));
	CHECK_STRING(e.text, "found nothing, expected a cause, as diff prints it");
	fclose(in);
}

/* A model is known by its path, and no other one is. */
static void test_models(void)
{
	FILE *in = open_text("6.0 ./tree.so close kill no known rule\n");
	const struct tcpoom_kernel *row = &tcpoom_kernels[TCPOOM_K_6_0];
	struct tcpoom_kernel model = *row;
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;
	size_t at = 0;

	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e));
	model.name = "./other.so";
	CHECK(!tcpoom_ledger_find(&ledger, row, &model, TCPOOM_CLOSE, TCPOOM_KIND_KILL,
				  "no known rule"));
	model.name = "./tree.so";
	CHECK(tcpoom_ledger_stale(&ledger, row, &model, &at) == &ledger.known[0]);
	CHECK(tcpoom_ledger_find(&ledger, row, &model, TCPOOM_CLOSE, TCPOOM_KIND_KILL,
				 "no known rule"));
	CHECK(!tcpoom_ledger_find(&ledger, row, row, TCPOOM_CLOSE, TCPOOM_KIND_KILL,
				  "no known rule"));
	tcpoom_ledger_free(&ledger);
	fclose(in);
}

static const struct test fuzz_tests[] = {
	{ "the fuzzer knows the atlas, no more and no less", test_ledger_is_the_atlas },
	{ "ends of lines of a ledger", test_ends_of_lines },
	{ "models in a ledger", test_models },
	{ NULL, NULL },
};
SUITE(fuzz)
