/* SPDX-License-Identifier: GPL-2.0-only */
/* Kinds and causes of divergences, and how they are counted. */
#include <string.h>

#include "../diff/compare.h"
#include "check.h"
#include "state_text.h"

static const struct {
	const char *a, *b, *state, *kind, *cause;
} cases[] = {
	{ "2.6.18", "2.6.24", "timer orphans=10", "kill", "limit ge -> gt" },
	{ "2.6.24", "2.6.18", "timer orphans=10", "kill", "limit gt -> ge" },
	{ "2.6.16", "2.6.18", "close orphans=10 self_counted=0", "kill", "self out -> in" },
	{ "2.4.0", "2.4.22", "timer orphans=6 lsndtime=10001000", "kill", "late s32 -> u32" },
	{ "2.6.28", "2.6.29", "close orphans=5 orphans_approx=20", "kill",
	  "count atomic -> approx" },
	{ "2.6.29", "2.6.36", "close orphans=5 orphans_approx=20", "kill",
	  "count approx -> recheck" },
	{ "3.2", "3.4.4", "timer orphans=11", "message", "text path -> cause" },
	{ "3.10", "3.11", "close mem_allocated=101 wmem_queued=3000", "kill",
	  "sndbuf 2048 -> derived" },
	{ "4.14", "4.15", "close net_alive=0", "kill", "netns no -> closes" },
	{ "3.17", "3.18", "probe rto=1048576 backoff=11 probes_out=9", "kill",
	  "probe asks -> expires" },
	/* two rules that only act together, and two of which each does it alone */
	{ "3.17", "3.18", "probe rto=1048576 backoff=12", "kill",
	  "backoff u32 -> u64 + probe asks -> expires" },
	{ "2.6.28", "2.6.29", "close orphans=0 orphans_approx=-3 max_orphans=0", "kill",
	  "count atomic -> approx + negative raw -> one" },
	{ "2.6.18", "5.16", "timer orphans=10 orphans_cached=3", "kill",
	  "count atomic -> cached or limit ge -> gt" },
	/* a reset is lost with the argument that the timer computes */
	{ "2.6.31", "2.6.32",
	  "retransmit rto=120000 retransmits=1 orphan_retries=2 retrans_stamp=1 orphans=11 "
	  "lsndtime=9900000",
	  "reset", "retransmit count -> time" },
	{ "2.6.18", "3.4.4", "timer orphans=9", "same", "" },
};

static void test_causes(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_kernel *a = kernel_of(cases[i].a), *b = kernel_of(cases[i].b);
		const struct tcpoom_state s = state_of(cases[i].state);
		struct tcpoom_verdict va, vb;
		struct tcpoom_cause cause = { 0 };
		char text[200];

		CHECK(tcpoom_decide(a, &s, &va, NULL) == TCPOOM_OK);
		CHECK(tcpoom_decide(b, &s, &vb, NULL) == TCPOOM_OK);
		CHECK_STRING(tcpoom_kind_names[tcpoom_kind_of(&va, &vb)], cases[i].kind);
		if (tcpoom_kind_of(&va, &vb) != TCPOOM_SAME)
			tcpoom_cause_find(a, b, &s, &va, &vb, &cause);
		tcpoom_cause_text(a, b, &cause, text, sizeof(text));
		CHECK_STRING(text, cases[i].cause);
	}
}

static void test_sizes_of_sets(void)
{
	CHECK(tcpoom_ruleset_size(0) == 0);
	CHECK(tcpoom_ruleset_size(5) == 2);
	CHECK(tcpoom_ruleset_size(UINT32_MAX) == 32);
}

static void test_same(void)
{
	static const struct tcpoom_cause one = { 1, { 1 } }, two = { 2, { 1, 1u << 22 } },
					 other = { 2, { 1, 1u << 21 } };

	CHECK(tcpoom_cause_same(&one, &one) && tcpoom_cause_same(&two, &two));
	CHECK(!tcpoom_cause_same(&one, &two) && !tcpoom_cause_same(&two, &one));
	CHECK(!tcpoom_cause_same(&two, &other));
	/* what stands behind the sets is nothing */
	CHECK(tcpoom_cause_same(&one, &(struct tcpoom_cause){ 1, { 1, 1 } }));
}

/* A loaded model may decide otherwise than the rules that come nearest to it. */
static void test_no_rule(void)
{
	const struct tcpoom_kernel *a = kernel_of("2.6.18"), *b = kernel_of("2.6.24");
	const struct tcpoom_state s = state_of("timer orphans=10 max_orphans=10");
	struct tcpoom_verdict kills, keeps;
	struct tcpoom_cause cause;

	CHECK(tcpoom_decide(a, &s, &kills, NULL) == TCPOOM_OK);
	CHECK(tcpoom_decide(b, &s, &keeps, NULL) == TCPOOM_OK);
	tcpoom_cause_find(a, b, &s, &kills, &keeps, &cause);
	CHECK(cause.sets == 1 && cause.set[0] == (tcpoom_ruleset)1 << TCPOOM_R_limit);
	tcpoom_cause_find(a, b, &s, &kills, &kills, &cause);
	CHECK(cause.sets == 1 && cause.set[0] == 0);
	tcpoom_cause_find(a, b, &s, &keeps, &keeps, &cause);
	CHECK(cause.sets == 1 && cause.set[0] == 0);
}

/* What does not fit says so, and nothing is written behind it. */
static void test_text_that_is_cut(void)
{
	static const struct {
		unsigned sets;
		size_t size;
		const char *text;
	} fits[] = {
		{ 1, 15, "limit ge -> gt" },
		{ 1, 14, "limit ge -..." },
		{ 2, 33, "limit ge -> gt or limit ge -> gt" },
		{ 2, 20, "limit ge -> gt o..." },
	};
	const tcpoom_ruleset limit = (tcpoom_ruleset)1 << TCPOOM_R_limit;

	for (size_t i = 0; i < sizeof(fits) / sizeof(*fits); i++) {
		const struct tcpoom_cause cause = { fits[i].sets, { limit, limit } };
		char text[40];

		memset(text, '#', sizeof(text));
		tcpoom_cause_text(kernel_of("2.6.18"), kernel_of("2.6.24"), &cause, text,
				  fits[i].size);
		CHECK_STRING(text, fits[i].text);
		CHECK(text[fits[i].size] == '#');
	}
}

static const struct tcpoom_verdict kept = { .outcome = TCPOOM_KEPT };

static void test_kinds(void)
{
	struct tcpoom_verdict killed = {
		.outcome = TCPOOM_KILLED_RESET, .snmp = 1, .messages = 1, .message = { 1 }
	};
	struct tcpoom_verdict other = killed;

	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_SAME);
	other.message[1] = 3; /* behind what is asked */
	other.do_reset = other.ret = other.exact_sums = other.undefined = 1;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_SAME);
	other.message[0] = 0;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_KIND_MESSAGE);
	other.outcome = TCPOOM_KILLED_SILENT;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_KIND_RESET);
	CHECK(tcpoom_kind_of(&killed, &kept) == TCPOOM_KIND_KILL);
	other = killed;
	other.messages = 2;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_KIND_MESSAGE);
	other.snmp = 0;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_KIND_MESSAGE);
	other.messages = 1;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_KIND_COUNT);
	/* the second message alone */
	killed.messages = other.messages = 2;
	other.snmp = killed.snmp;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_SAME);
	other.message[1] = 3;
	CHECK(tcpoom_kind_of(&killed, &other) == TCPOOM_KIND_MESSAGE);
	other = (struct tcpoom_verdict){ .outcome = TCPOOM_EXPIRED };
	CHECK(tcpoom_kind_of(&kept, &other) == TCPOOM_KIND_KILL);
}

static struct tcpoom_event event_of(const char *text, unsigned long line)
{
	return (struct tcpoom_event){ .line = line, .state = state_of(text) };
}

static void test_compare(void)
{
	const char *const states[] = {
		"timer orphans=10", "timer orphans=9",	"timer orphans=11",
		"timer orphans=10", "close now=?",	"close tcp_mem2=?",
		"close tcp_mem2=?", "timer hz=? now=?", "close mem_allocated=2147483648",
	};
	struct tcpoom_compare c;

	tcpoom_compare_init(&c, kernel_of("2.6.18"), kernel_of("2.6.24"), 64);
	for (unsigned long i = 0; i < sizeof(states) / sizeof(*states); i++) {
		struct tcpoom_event event = event_of(states[i], i + 1);

		event.assumed = i == 1 ? TCPOOM_BIT(orphans) : TCPOOM_BIT(orphans_cached);
		CHECK(tcpoom_compare_event(&c, "file", &event));
	}
	tcpoom_compare_sort(&c);
	CHECK(c.events == 9 && c.same == 3 && c.differ == 2 && c.undecided == 3);
	CHECK(c.incomparable == 1 && c.assumed == 1);
	CHECK(c.groups == 1 && c.group[0].events == 2 && c.group[0].first.line == 1);
	CHECK_STRING(c.group[0].first.file, "file");
	CHECK(c.opens == 3 && c.open[0].events == 2 && c.open[0].first.line == 6);
	CHECK(c.open[0].fields == TCPOOM_BIT(tcp_mem2) && c.open[0].status == TCPOOM_UNKNOWN);
	CHECK(c.open[1].fields == (TCPOOM_BIT(hz) | TCPOOM_BIT(now)));
	CHECK(c.open[2].status == TCPOOM_UNREPRESENTABLE);
	CHECK(c.open[2].fields == TCPOOM_BIT(mem_allocated));
	tcpoom_compare_free(&c);
}

/* The second kernel's refusal is reported too, with its field. */
static void test_compare_second(void)
{
	const struct tcpoom_event event = event_of("close mem_allocated=2147483648", 1);
	struct tcpoom_compare c;

	tcpoom_compare_init(&c, kernel_of("3.0"), kernel_of("2.6.24"), 64);
	CHECK(tcpoom_compare_event(&c, "file", &event));
	CHECK(c.opens == 1 && c.open[0].fields == TCPOOM_BIT(mem_allocated));
	tcpoom_compare_free(&c);
}

/* The gravest kind first, then the most events, then the place. */
static void test_order(void)
{
	const char *const states[] = {
		"timer orphans=11", "close orphans=11",
		"timer orphans=10", "close mem_allocated=101 wmem_queued=5000",
		"timer orphans=10", "timer orphans_approx=11 orphans=9",
	};
	struct tcpoom_compare c;

	tcpoom_compare_init(&c, kernel_of("2.6.18"), kernel_of("3.4.4"), 64);
	for (unsigned long i = 0; i < sizeof(states) / sizeof(*states); i++) {
		const struct tcpoom_event event = event_of(states[i], i + 1);

		CHECK(tcpoom_compare_event(&c, "file", &event));
	}
	tcpoom_compare_sort(&c);
	CHECK(c.groups == 3);
	CHECK(c.group[0].kind == TCPOOM_KIND_KILL && c.group[0].events == 2);
	CHECK(c.group[1].kind == TCPOOM_KIND_MESSAGE && c.group[1].events == 2);
	CHECK(c.group[1].entry == TCPOOM_CLOSE && c.group[2].entry == TCPOOM_TIMER);
	tcpoom_compare_free(&c);
}

static const struct test cause_tests[] = {
	{ "causes", test_causes },
	{ "how many rules a set has", test_sizes_of_sets },
	{ "causes that are the same", test_same },
	{ "a text that is cut", test_text_that_is_cut },
	{ "no rule where the rules decide otherwise", test_no_rule },
	{ "kinds", test_kinds },
	{ "compare", test_compare },
	{ "compare, the second kernel refuses", test_compare_second },
	{ "order of groups", test_order },
	{ NULL, NULL },
};

SUITE(cause)
