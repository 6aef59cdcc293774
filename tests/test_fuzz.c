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

static void find(struct tcpoom_ledger *ledger, const struct tcpoom_atlas *atlas, unsigned entry,
		 unsigned kind, const struct tcpoom_cause *cause)
{
	char text[TCPOOM_CAUSE_TEXT];

	tcpoom_cause_text(atlas->a, atlas->b, cause, text, sizeof(text));
	CHECK_SAY(tcpoom_ledger_find(ledger, atlas->a, atlas->b, (enum tcpoom_entry)entry,
				     (enum tcpoom_kind)kind, cause),
		  "%s %s: %s", atlas->a->name, atlas->b->name, text);
}

#define SETS_MOST 64

/* Sets of rules, none twice. */
struct sets {
	tcpoom_ruleset set[SETS_MOST];
	unsigned count;
};

static void add(struct sets *sets, tcpoom_ruleset set)
{
	for (unsigned i = 0; i < sets->count; i++)
		if (sets->set[i] == set)
			return;
	CHECK(sets->count < SETS_MOST);
	if (sets->count < SETS_MOST)
		sets->set[sets->count++] = set;
}

/* What makes the kernels ask for different messages, alone and together. */
static struct sets asking(const struct tcpoom_atlas *atlas)
{
	struct sets sets = { .count = 0 };
	struct tcpoom_verdict a, b;

	for (size_t i = 0; i < atlas->count; i++) {
		tcpoom_decide(atlas->a, &atlas->entry[i].state, &a, NULL);
		tcpoom_decide(atlas->b, &atlas->entry[i].state, &b, NULL);
		if (a.messages != b.messages)
			add(&sets, tcpoom_cause_rules(&atlas->entry[i].class.cause));
	}
	for (unsigned i = 0; i < sets.count; i++)
		for (unsigned j = 0; j < i; j++)
			add(&sets, sets.set[i] | sets.set[j]);
	return sets;
}

/*
 * Logs part where both kernels ask for the same: by their limiters, by what they asked for before,
 * or by both.
 */
static void find_logs(struct tcpoom_ledger *ledger, const struct tcpoom_atlas *atlas)
{
	const tcpoom_ruleset limiter = (tcpoom_ruleset)1 << TCPOOM_R_limiter;
	struct sets sets = asking(atlas);
	const unsigned before = sets.count;

	if (atlas->a->rules->text != atlas->b->rules->text)
		return; /* they never ask for the same */
	if (atlas->a->rules->limiter != atlas->b->rules->limiter) {
		add(&sets, limiter);
		for (unsigned i = 0; i < before; i++)
			add(&sets, sets.set[i] | limiter);
	}
	for (unsigned i = 0; i < sets.count; i++)
		for (unsigned entry = 0; entry < TCPOOM_ENTRIES; entry++) {
			const struct tcpoom_cause cause = { .sets = 1, .set = { sets.set[i] } };

			find(ledger, atlas, entry, TCPOOM_KIND_LOG, &cause);
		}
}

static void test_ledger_is_the_atlas(void)
{
	struct tcpoom_ledger ledger = { 0 };

	read_ledger(&ledger);
	for (int k = 0; k + 1 < TCPOOM_KERNELS; k++) {
		struct tcpoom_atlas atlas;

		CHECK(tcpoom_atlas_make(&atlas, &tcpoom_kernels[k], &tcpoom_kernels[k + 1]));
		for (size_t i = 0; i < atlas.count; i++)
			find(&ledger, &atlas, atlas.entry[i].class.entry, atlas.entry[i].class.kind,
			     &atlas.entry[i].class.cause);
		find_logs(&ledger, &atlas);
		tcpoom_atlas_free(&atlas);
	}
	for (size_t i = 0; i < ledger.count; i++)
		CHECK_SAY(ledger.known[i].met, "fuzz/known.ledger:%lu", ledger.known[i].line);
	tcpoom_ledger_free(&ledger);
}

static const struct test fuzz_tests[] = {
	{ "the fuzzer knows the atlas, no more and no less", test_ledger_is_the_atlas },
	{ NULL, NULL },
};
SUITE(fuzz)
