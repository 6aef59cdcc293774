/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which rules a kernel follows, of kernels whose rules are known: rows of the table, mixtures, and
 * some that no rules are like.
 */
#include "../diff/cause.h"
#include "../diff/identify.h"

#include <string.h>

#include "check.h"
#include "no_memory.h"
#include "state_text.h"

static const struct tcpoom_numbers no_numbers = { NULL, 0 };

/* What a kernel says to a state, asked once more. */
struct again {
	const struct tcpoom_kernel *kernel, *row, *mixture;
	uint64_t states, row_differs, differs;
	struct tcpoom_state example;
};

static bool say_the_same(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
			 const struct tcpoom_state *s)
{
	struct tcpoom_verdict v = { 0 }, w = { 0 };
	const enum tcpoom_status of_a = a->decide(a, s, &v, NULL), of_b = b->decide(b, s, &w, NULL);

	if (of_a != of_b)
		return false;
	return of_a == TCPOOM_OK ? tcpoom_verdict_same(&v, &w) : v.blame == w.blame;
}

static void ask_again(void *context, const struct tcpoom_state *s)
{
	struct again *a = context;

	a->states++;
	a->row_differs += !say_the_same(a->kernel, a->row, s);
	if (!say_the_same(a->kernel, a->mixture, s) && !a->differs++)
		a->example = *s;
}

/* What is found, after what is said of how near it is was tried. */
static struct tcpoom_identity identify(const struct tcpoom_kernel *kernel, const char *release)
{
	struct tcpoom_kernel mixture;
	struct tcpoom_identity id;
	struct again a = { .kernel = kernel };

	CHECK(tcpoom_identify(kernel, &no_numbers, release, &id));
	mixture = tcpoom_kernel_of(&id.rules, "mixture");
	a.row = id.nearest;
	a.mixture = &mixture;
	tcpoom_boundary_walk(&no_numbers, ask_again, &a);
	CHECK(a.states == id.states && a.row_differs == id.row_differs);
	CHECK(a.differs == id.differs && id.differs <= id.row_differs);
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		CHECK(tcpoom_field_get(&a.example, (enum tcpoom_field)f) ==
		      tcpoom_field_get(&id.example, (enum tcpoom_field)f));
	return id;
}

/* The rules that were found, and those of which no state tells. */
static void check_rules(const struct tcpoom_identity *id, const struct tcpoom_rules *rules,
			tcpoom_ruleset untold)
{
	for (int i = 0; i < TCPOOM_RULES; i++) {
		const enum tcpoom_rule rule = (enum tcpoom_rule)i;

		CHECK_SAY(id->finding[i] == (untold >> i & 1 ? TCPOOM_UNTOLD : TCPOOM_HAS),
			  "%s: %s", tcpoom_rule_table[i].name,
			  tcpoom_finding_names[id->finding[i]]);
		CHECK_SAY(untold >> i & 1 || tcpoom_rules_get(&id->rules, rule) ==
						     tcpoom_rules_get(rules, rule),
			  "%s", tcpoom_rule_table[i].name);
	}
}

#define RULE(name) (1U << TCPOOM_R_##name)

/* A row is found, and its rules but for those that act on nothing there. */
static void test_rows(void)
{
	static const struct {
		const char *release;
		tcpoom_ruleset untold;
	} rows[] = {
		{ "2.4.0", RULE(negative) | RULE(stamp) | RULE(clock) | RULE(age) },
		{ "6.0", RULE(negative) | RULE(self) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct tcpoom_kernel *row = kernel_of(rows[i].release);
		const struct tcpoom_identity id = identify(row, rows[i].release);

		CHECK_STRING(id.nearest->name, row->name);
		CHECK(!id.row_differs && !id.differs);
		check_rules(&id, row->rules, rows[i].untold | RULE(limiter));
	}
}

/* A mixture that no release had is found, of rules that are exchanged one by one. */
static void test_mixtures(void)
{
	struct tcpoom_rules rules = *kernel_of("4.4.131")->rules;
	const struct tcpoom_kernel kernel = tcpoom_kernel_of(&rules, "mixture");
	struct tcpoom_identity id;

	rules.self = 0;
	id = identify(&kernel, "4.4.131");
	CHECK(id.row_differs && !id.differs);
	CHECK(id.rules.limiter == id.nearest->rules->limiter);
	check_rules(&id, &rules, RULE(limiter));
	rules = *kernel_of("6.15")->rules;
	rules.late = rules.sndbuf = rules.backoff = 0;
	id = identify(&kernel, "6.15");
	CHECK(id.row_differs && !id.differs);
	check_rules(&id, &rules, RULE(limiter) | RULE(negative) | RULE(self));
}

/* Of rows that differ in the limiter alone it is the release's, if it is one of them. */
static void test_release(void)
{
	static const struct {
		const char *release, *row;
	} known[] = { { "2.6.34", "2.6.34" }, { "2.6.33", "2.6.33" }, { "6.0", "2.6.32.2" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct tcpoom_identity id;

		CHECK(tcpoom_identify(kernel_of("2.6.34"), &no_numbers, known[i].release, &id));
		CHECK_STRING(id.nearest->name, known[i].row);
		CHECK(id.rules.limiter == id.nearest->rules->limiter && !id.row_differs);
	}
}

/* 6.0, but with its own idea of one state or another. */
static enum tcpoom_status decide_otherwise(const struct tcpoom_kernel *kernel,
					   const struct tcpoom_state *state,
					   struct tcpoom_verdict *verdict,
					   struct tcpoom_tests *tests)
{
	const struct tcpoom_rules *rules = tcpoom_kernels[TCPOOM_K_6_0].rules;
	struct tcpoom_state s = *state;
	enum tcpoom_status status;

	(void)tests;
	/* at twice the least send buffer it is more than that */
	s.wmem_queued += !strcmp(kernel->name, "queue") && s.wmem_queued == 4608;
	s.now *= strcmp(kernel->name, "fast") ? 1 : 2;
	s.orphans_cached += !strcmp(kernel->name, "cached") && s.orphans_cached < INT32_MAX;
	status = tcpoom_rules_decide(rules, &s, verdict, NULL);
	if (!strcmp(kernel->name, "refuses") && s.wmem_queued == 4608)
		status = TCPOOM_UNREPRESENTABLE;
	if (!strcmp(kernel->name, "none")) {
		verdict->blame = TCPOOM_F_hz;
		status = TCPOOM_UNMODELLED;
	}
	return status;
}

static struct tcpoom_identity identify_other(const char *name)
{
	const struct tcpoom_kernel kernel = { .name = name, .decide = decide_otherwise };

	return identify(&kernel, "6.0");
}

static void check_differs(const struct tcpoom_identity *id, enum tcpoom_rule rule)
{
	CHECK(id->row_differs && id->differs);
	for (int i = 0; i < TCPOOM_RULES; i++)
		CHECK_SAY((id->finding[i] == TCPOOM_DIFFERS) == (i == (int)rule), "%s",
			  tcpoom_rule_table[i].name);
}

/* Where no rule says what the kernel does, the one differs that decides there. */
static void test_others(void)
{
	struct tcpoom_identity id = identify_other("queue");

	CHECK_STRING(id.nearest->name, "6.0");
	CHECK(id.example.wmem_queued == 4608);
	check_differs(&id, TCPOOM_R_sndbuf);
	CHECK(id.finding[TCPOOM_R_count] == TCPOOM_HAS);
	/* a clock that is too fast: others are wrong as often by chance, but not where they matter
	 */
	id = identify_other("fast");
	check_differs(&id, TCPOOM_R_clock);
	id = identify_other("cached");
	check_differs(&id, TCPOOM_R_count);
	/* no rule refuses a state for its queue */
	id = identify_other("refuses");
	CHECK_STRING(id.nearest->name, "6.0");
	CHECK(id.differs && id.differs == id.row_differs && id.example.wmem_queued == 4608);
	id = identify_other("none");
	CHECK(id.differs == id.states);
}

/* Wherever memory runs out, and there is memory again for what comes after. */
static void test_no_memory(void)
{
	struct tcpoom_identity id;
	unsigned long n = 0;
	bool ended = true;

	while (ended) {
		bool good;

		no_memory_after(n++);
		good = tcpoom_identify(tcpoom_kernels, &no_numbers, "2.4.0", &id);
		ended = no_memory_ended();
		CHECK(good == !ended);
	}
	CHECK(n > 5);
}

static const struct test identify_tests[] = {
	{ "rows of the table", test_rows },
	{ "mixtures of rules", test_mixtures },
	{ "rows that decide alike", test_release },
	{ "a kernel that no rules are like", test_others },
	{ "memory runs out", test_no_memory },
	{ NULL, NULL },
};

SUITE(identify)
