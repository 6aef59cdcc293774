/* SPDX-License-Identifier: GPL-2.0-only */
/* What a line of a ledger may say, and which divergences it is about. */
#include "../diff/ledger.h"
#include "../kernels/table.h"
#include "check.h"
#include "no_memory.h"

static const struct {
	const char *line, *error; /* NULL = it is accepted */
} lines[] = {
	{ "# nothing\n\n \t\n", NULL },
	{ "2.6.3 2.6.17 close kill self out -> in\n \t# nothing more\n", NULL },
	{ "2.6.3 2.6.17 close kill self out -> in \t\r\n", NULL },
	{ "2.6.3 2.6.17 close kill self out -> in # reviewed\n", NULL },
	{ "6.0 ./tree.so close kill no known rule # reviewed\n", NULL },
	{ "2.6.3 2.6.17 close kill \t\r\n",
	  "1:26: found nothing, expected a cause, as diff prints it" },
	{ "2.6.3 2.6.17 close kill no known rule\n",
	  "1:25: found \"no\", expected a cause, as diff prints it" },
	{ "2.6.3 2.6.17 close kill selv out -> in\n",
	  "1:25: found \"selv\", expected a cause, as diff prints it" },
	{ "2.6.3 2.6.17 close kill self off -> in\n",
	  "1:30: found \"off\", expected a variant of the rule self" },
	{ "2.6.3 2.6.17 close kill self out -> out\n",
	  "1:37: found \"out\", expected in, which 2.6.17 has of the rule self" },
	{ "2.6.3 2.6.17 close kill self out in\n", "1:34: found \"in\", expected ->" },
	{ "2.6.3 2.6.17 close kill self out -> in self\n",
	  "1:40: found \"self\", expected +, or, # or the end of the line" },
	{ "6.0 ./tree.so close kill no known rule +\n",
	  "1:40: found \"+\", expected # or the end of the line" },
	{ "nonsense\n2.6.3 2.6.17 close kill self out -> in\n",
	  "1:1: found \"nonsense\", expected a release that is one kernel" },
	{ "6 6.1 close kill\n", "1:1: found \"6\", expected a release that is one kernel" },
	{ "2.6.3 2.6.17 close same self out -> in\n",
	  "1:20: found \"same\", expected kill, reset, message, count or log" },
#define FOUR "self out -> in or self out -> in or self out -> in or self out -> in"
	{ "2.6.3 2.6.17 close kill " FOUR " or " FOUR " or " FOUR " or " FOUR "\n", NULL },
	{ "2.6.3 2.6.17 close kill " FOUR " or " FOUR " or " FOUR " or " FOUR
	  " or self out -> in\n",
	  "1:310: found \"or\", expected +, or, # or the end of the line" },
	{ "2.6.3 2.6.17 close killed\n",
	  "1:20: found \"killed\", expected kill, reset, message, count or log" },
};

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		FILE *in = open_text(lines[i].line);
		struct tcpoom_ledger ledger;
		struct tcpoom_error e;
		char got[400];

		if (tcpoom_ledger_read(&ledger, in, "ledger", &e)) {
			CHECK_SAY(!lines[i].error, "%s", lines[i].line);
			tcpoom_ledger_free(&ledger);
		} else {
			snprintf(got, sizeof(got), "%lu:%lu: %s", e.line, e.column, e.text);
			CHECK_STRING(got, lines[i].error ? lines[i].error : "no error");
		}
		fclose(in);
	}
}

/* As many sets as there can be, of almost all rules: the text fits, and is read again. */
static void test_longest(void)
{
	const struct tcpoom_kernel *a = &tcpoom_kernels[0],
				   *b = &tcpoom_kernels[TCPOOM_KERNELS - 1];
	struct tcpoom_cause cause = { .sets = TCPOOM_CAUSES_MOST };
	static char line[TCPOOM_CAUSE_TEXT + 100];
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;
	FILE *in;
	int n;

	for (unsigned i = 0; i < cause.sets; i++)
		cause.set[i] = ((tcpoom_ruleset)1 << TCPOOM_RULES) - 1 - i;
	n = snprintf(line, sizeof(line), "%s %s close log ", a->name, b->name);
	tcpoom_cause_text(a, b, &cause, line + n, TCPOOM_CAUSE_TEXT);
	in = open_text(line);
	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e));
	CHECK(tcpoom_ledger_find(&ledger, a, b, TCPOOM_CLOSE, TCPOOM_KIND_LOG, &cause));
	tcpoom_ledger_free(&ledger);
	fclose(in);
}

/* A line that is no text is none, however it begins. */
static void test_nul(void)
{
	static char text[] = "2.6.3 2.6.17 close kill self out -> in\0\n";
	FILE *in = fmemopen(text, sizeof(text) - 1, "r");
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;

	CHECK(in && !tcpoom_ledger_read(&ledger, in, "ledger", &e));
	CHECK_STRING(e.text, "found a NUL byte, expected text");
	fclose(in);
}

/* Rules, sets and lines may stand in any order; each rule and set must be there. */
static void test_order(void)
{
	const struct tcpoom_kernel *a = &tcpoom_kernels[TCPOOM_K_2_6_17],
				   *b = &tcpoom_kernels[TCPOOM_K_3_3];
	const tcpoom_ruleset one = 1u << TCPOOM_R_limit, two = 1u << TCPOOM_R_text,
			     three = 1u << TCPOOM_R_count;
	const struct tcpoom_cause cause = { 2, { one | two, three } }, less = { 1, { one | two } },
				  other = { 2, { one, three } }, half = { 2, { one | two, one } };
	char text[300], line[400];
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;
	FILE *in;

	tcpoom_cause_text(a, b, &(struct tcpoom_cause){ 2, { three, one | two } }, text,
			  sizeof(text));
	snprintf(line, sizeof(line), "%s %s timer kill %s\n", a->name, b->name, text);
	in = open_text(line);
	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e));
	CHECK(!tcpoom_ledger_find(&ledger, a, b, TCPOOM_TIMER, TCPOOM_KIND_KILL, &less));
	CHECK(!tcpoom_ledger_find(&ledger, a, b, TCPOOM_TIMER, TCPOOM_KIND_KILL, &other));
	CHECK(!tcpoom_ledger_find(&ledger, a, b, TCPOOM_TIMER, TCPOOM_KIND_KILL, &half));
	CHECK(!tcpoom_ledger_find(&ledger, b, b, TCPOOM_TIMER, TCPOOM_KIND_KILL, &cause));
	CHECK(!tcpoom_ledger_find(&ledger, a, a, TCPOOM_TIMER, TCPOOM_KIND_KILL, &cause));
	CHECK(!tcpoom_ledger_find(&ledger, a, b, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &cause));
	CHECK(!tcpoom_ledger_find(&ledger, a, b, TCPOOM_TIMER, TCPOOM_KIND_RESET, &cause));
	CHECK(tcpoom_ledger_find(&ledger, a, b, TCPOOM_TIMER, TCPOOM_KIND_KILL, &cause));
	tcpoom_ledger_free(&ledger);
	fclose(in);
}

/* A model is known by its path, and by what it has of the rules: it can be made anew. */
static void test_models(void)
{
	FILE *in = open_text("6.0 ./tree.so close kill no known rule\n"
			     "6.0 ./tree.so timer kill limit gt -> ge\n");
	const struct tcpoom_kernel *row = &tcpoom_kernels[TCPOOM_K_6_0];
	const struct tcpoom_cause none = { 1, { 0 } }, limit = { 1, { 1u << TCPOOM_R_limit } },
				  count = { 1, { 1u << TCPOOM_R_count } };
	struct tcpoom_rules rules = *row->rules;
	struct tcpoom_kernel model = *row;
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;
	size_t at = 0;

	model.rules = &rules;
	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e));
	model.name = "./other.so";
	CHECK(!tcpoom_ledger_find(&ledger, row, &model, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &none));
	model.name = "./tree.so";
	CHECK(tcpoom_ledger_stale(&ledger, row, &model, &at) == &ledger.known[0]);
	CHECK(tcpoom_ledger_find(&ledger, row, &model, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &none));
	CHECK(!tcpoom_ledger_find(&ledger, row, row, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &none));
	CHECK(!tcpoom_ledger_find(&ledger, row, &model, TCPOOM_TIMER, TCPOOM_KIND_KILL, &limit));
	tcpoom_rules_set(&rules, TCPOOM_R_limit, ledger.known[1].rules[1].limit);
	CHECK(tcpoom_ledger_find(&ledger, row, &model, TCPOOM_TIMER, TCPOOM_KIND_KILL, &limit));
	tcpoom_ledger_free(&ledger);
	fclose(in);
	/* the first rule too */
	in = open_text("6.0 ./tree.so close kill count cached -> atomic\n");
	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e));
	CHECK(!tcpoom_ledger_find(&ledger, row, &model, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &count));
	tcpoom_rules_set(&rules, TCPOOM_R_count, ledger.known[0].rules[1].count);
	CHECK(tcpoom_ledger_find(&ledger, row, &model, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &count));
	tcpoom_ledger_free(&ledger);
	fclose(in);
	in = open_text("./tree.so 6.0 close kill no known rule\n");
	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e));
	CHECK(tcpoom_ledger_find(&ledger, &model, row, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &none));
	tcpoom_ledger_free(&ledger);
	fclose(in);
}

/* Of two lines that say the same the first is found, and both are met; what is not met is stale. */
static void test_stale(void)
{
	FILE *in = open_text("2.6.3 2.6.17 close kill self out -> in\n"
			     "2.6.3 2.6.17 timer kill self out -> in\n"
			     "2.6.3 6.0 close kill limit ge -> gt\n"
			     "2.6.17 6.0 close kill limit ge -> gt\n"
			     "2.6.3 2.6.17 close kill self out -> in\n"
			     "2.6.3 2.6.17 probe kill self out -> in\n");
	const struct tcpoom_kernel *a = &tcpoom_kernels[TCPOOM_K_2_6_3],
				   *b = &tcpoom_kernels[TCPOOM_K_2_6_17],
				   *c = &tcpoom_kernels[TCPOOM_K_6_0];
	const struct tcpoom_cause self = { 1, { 1u << TCPOOM_R_self } };
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;
	size_t at = 0;

	CHECK(tcpoom_ledger_read(&ledger, in, "ledger", &e) && ledger.count == 6);
	CHECK(tcpoom_ledger_find(&ledger, a, b, TCPOOM_CLOSE, TCPOOM_KIND_KILL, &self) ==
	      &ledger.known[0]);
	CHECK(tcpoom_ledger_stale(&ledger, a, b, &at) == &ledger.known[1]);
	CHECK(tcpoom_ledger_stale(&ledger, a, b, &at) == &ledger.known[5]);
	CHECK(!tcpoom_ledger_stale(&ledger, a, b, &at));
	at = 0;
	CHECK(tcpoom_ledger_stale(&ledger, a, c, &at) == &ledger.known[2]);
	CHECK(!tcpoom_ledger_stale(&ledger, a, c, &at));
	tcpoom_ledger_free(&ledger);
	fclose(in);
}

/* Whatever allocation fails, reading does, and leaves an empty ledger. */
static void test_without_memory(void)
{
	unsigned long allocations = 0;
	struct tcpoom_ledger ledger;
	struct tcpoom_error e;
	bool good;

	for (;; allocations++) {
		FILE *in = open_text("./a.so ./b.so close kill no known rule\n"
				     "6.0 ./b.so close kill no known rule\n");

		no_memory_after(allocations);
		good = tcpoom_ledger_read(&ledger, in, "ledger", &e);
		fclose(in);
		if (!no_memory_ended())
			break;
		CHECK(!good && !ledger.known && !ledger.count);
		CHECK_STRING(e.text, "out of memory");
		CHECK_STRING(e.file, "ledger");
		CHECK(e.column == 0);
	}
	/* the text, two lines and three names */
	CHECK(good && ledger.count == 2 && allocations == 6);
	tcpoom_ledger_free(&ledger);
}

static const struct test ledger_tests[] = {
	{ "what a line may say", test_lines },
	{ "the longest cause", test_longest },
	{ "a line with a NUL byte", test_nul },
	{ "rules and sets in any order", test_order },
	{ "models", test_models },
	{ "lines that are met, and stale ones", test_stale },
	{ "memory that runs out", test_without_memory },
	{ NULL, NULL },
};
SUITE(ledger)
