/* SPDX-License-Identifier: GPL-2.0-only */
/* Each event of a comparison is counted in the one group that is its own. */
#include <inttypes.h>
#include <string.h>

#include "../diff/compare.h"
#include "check.h"
#include "judge.h"
#include "no_memory.h"
#include "state_text.h"

/* Groups by their names, as somebody would write them down who reads the events one by one. */
#define NAMES_MOST 400

struct names {
	char name[NAMES_MOST][2000];
	uint64_t events[NAMES_MOST];
	unsigned long first[NAMES_MOST];
	unsigned count;
};

static void add(struct names *n, const char *name, unsigned long line)
{
	unsigned i = 0;

	while (i < n->count && strcmp(n->name[i], name))
		i++;
	if (i == NAMES_MOST) {
		CHECK_SAY(false, "more than %d groups", NAMES_MOST);
		return;
	}
	if (i == n->count) {
		strcpy(n->name[n->count++], name);
		n->events[i] = 0;
		n->first[i] = line;
	}
	n->events[i]++;
}

static size_t name_cause(char *name, size_t size, enum tcpoom_kind kind,
			 const struct tcpoom_cause *cause)
{
	size_t at = (size_t)snprintf(name, size, " %s", tcpoom_kind_names[kind]);

	for (unsigned i = 0; i < cause->sets; i++)
		at += (size_t)snprintf(name + at, size - at, " %" PRIx32, cause->set[i]);
	return at;
}

static void name_group(char *name, size_t size, enum tcpoom_entry entry, enum tcpoom_kind kind,
		       const struct tcpoom_cause *cause)
{
	const size_t at = (size_t)snprintf(name, size, "%d", entry);

	name_cause(name + at, size - at, kind, cause);
}

/* What a kernel cannot hold is one group for all entries. */
static void name_open(char *name, size_t size, const struct tcpoom_open_group *o)
{
	size_t at = (size_t)snprintf(name, size, "%d %d %" PRIx64 " %d %d",
				     o->status == TCPOOM_UNKNOWN ? (int)o->entry : -1, o->status,
				     (uint64_t)o->fields, o->relation, o->divergences.more);

	for (unsigned i = 0; i < o->divergences.count; i++)
		at += name_cause(name + at, size - at, o->divergences.of[i].kind,
				 &o->divergences.of[i].cause);
}

static struct names groups, opens;
static uint64_t differ_anyway, may_differ;

/* What is expected of an event, but for its log. */
static void expect(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		   const struct tcpoom_event *event)
{
	const struct tcpoom_state *s = &event->state;
	const tcpoom_fieldset lacks = (a->needs[s->entry] | b->needs[s->entry]) & ~s->given;
	struct tcpoom_open_group open = { .entry = (enum tcpoom_entry)s->entry };
	struct tcpoom_verdict of_a, of_b;
	struct tcpoom_cause cause;
	char name[2000];

	if (lacks) {
		open.status = TCPOOM_UNKNOWN;
		open.fields = lacks;
		open.relation =
			tcpoom_relation_find(a, b, s, false, &open.example, &open.divergences);
		differ_anyway += open.relation == TCPOOM_DIFFER;
		may_differ += open.relation == TCPOOM_MAY_DIFFER;
	} else if ((open.status = tcpoom_decide(a, s, &of_a, NULL)) != TCPOOM_OK) {
		open.fields = (tcpoom_fieldset)1 << of_a.blame;
		open.relation = TCPOOM_INCOMPARABLE;
	} else if ((open.status = tcpoom_decide(b, s, &of_b, NULL)) != TCPOOM_OK) {
		open.fields = (tcpoom_fieldset)1 << of_b.blame;
		open.relation = TCPOOM_INCOMPARABLE;
	}
	if (open.status != TCPOOM_OK) {
		name_open(name, sizeof(name), &open);
		add(&opens, name, event->line);
	} else if (!tcpoom_verdict_same(&of_a, &of_b)) {
		tcpoom_cause_find(a, b, s, &of_a, &of_b, &cause);
		name_group(name, sizeof(name), open.entry, tcpoom_kind_of(&of_a, &of_b), &cause);
		add(&groups, name, event->line);
	}
}

static void check_groups(const struct tcpoom_compare *c)
{
	char name[2000];
	size_t logs = 0;

	for (size_t i = 0; i < c->groups; i++) {
		const struct tcpoom_group *g = &c->group[i];

		if (g->kind == TCPOOM_KIND_LOG) {
			logs++;
			continue;
		}
		name_group(name, sizeof(name), g->entry, g->kind, &g->cause);
		CHECK_SAY(i - logs < groups.count && !strcmp(groups.name[i - logs], name) &&
				  groups.events[i - logs] == g->events &&
				  groups.first[i - logs] == g->first.line,
			  "%s %s: %s", c->a->name, c->b->name, name);
	}
	CHECK(c->groups - logs == groups.count);
	CHECK(c->opens == opens.count);
	for (size_t i = 0; i < c->opens && i < opens.count; i++) {
		name_open(name, sizeof(name), &c->open[i]);
		CHECK_SAY(!strcmp(opens.name[i], name) && opens.events[i] == c->open[i].events &&
				  opens.first[i] == c->open[i].first.line,
			  "%s %s: %s", c->a->name, c->b->name, name);
	}
}

/* Random states of two kernels that differ in most rules; some lack a field that is needed. */
static void test_groups(void)
{
	static const char *const pairs[][2] = { { "2.4.0", "6.16" }, { "2.6.28", "3.11" } };

	for (size_t p = 0; p < sizeof(pairs) / sizeof(*pairs); p++) {
		const struct tcpoom_kernel *a = kernel_of(pairs[p][0]), *b = kernel_of(pairs[p][1]);
		struct random r = { p };
		struct tcpoom_compare c;

		groups.count = opens.count = 0;
		differ_anyway = may_differ = 0;
		tcpoom_compare_init(&c, a, b, 64);
		for (unsigned long line = 1; line <= 3000; line++) {
			struct tcpoom_event event = { .line = line, .state = judge_state(&r) };

			if (line % 8 == 0)
				event.state.given &=
					~((tcpoom_fieldset)1 << line / 8 % TCPOOM_FIELDS);
			expect(a, b, &event);
			CHECK(tcpoom_compare_event(&c, "file", &event));
		}
		check_groups(&c);
		CHECK(differ_anyway && c.differ_anyway == differ_anyway);
		CHECK(may_differ && c.may_differ == may_differ);
		CHECK(c.events == 3000 &&
		      c.events == c.same + c.differ + c.undecided + c.incomparable);
		tcpoom_compare_free(&c);
	}
}

/* Memory that runs out is said, once, and all is freed. */
static void test_without_memory(void)
{
	static const char *const states[] = { "timer orphans=11 hz=?", "timer orphans=10",
					      "timer orphans=?",
					      "timer orphans=11 message_cost=?" };
	bool failed;

	for (unsigned long allocations = 0;; allocations++) {
		bool good = true;
		struct tcpoom_compare c;

		tcpoom_compare_init(&c, kernel_of("2.6.18"), kernel_of("2.6.26"), 64);
		no_memory_after(allocations);
		for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
			const struct tcpoom_event event = { .line = i + 1,
							    .state = state_of(states[i]) };

			good &= tcpoom_compare_event(&c, "file", &event);
		}
		failed = no_memory_ended();
		CHECK(good == !failed);
		if (!failed) {
			CHECK(allocations == 5 && c.groups == 1 && c.opens == 1 && c.log_unknown);
		}
		tcpoom_compare_free(&c);
		if (!failed)
			break;
	}
}

/* The gravest kind first, then what is most frequent, then what came first. */
static void test_order(void)
{
	static const struct tcpoom_group sorted[] = {
		{ .kind = TCPOOM_KIND_KILL, .events = 1, .first = { "a", 9 } },
		{ .kind = TCPOOM_KIND_RESET, .events = 5, .first = { "a", 8 } },
		{ .kind = TCPOOM_KIND_RESET, .events = 4, .first = { "b", 6 } },
		{ .kind = TCPOOM_KIND_RESET, .events = 4, .first = { "a", 7 } },
		{ .kind = TCPOOM_KIND_RESET, .events = 4, .first = { "b", 7 } },
	};
	enum { COUNT = sizeof(sorted) / sizeof(*sorted) };
	struct tcpoom_group group[COUNT];
	struct tcpoom_compare c = { .group = group, .groups = COUNT };

	for (unsigned turn = 0; turn < COUNT; turn++) {
		for (unsigned i = 0; i < COUNT; i++)
			group[i] = sorted[(i * 2 + turn) % COUNT];
		tcpoom_compare_sort(&c);
		for (unsigned i = 0; i < COUNT; i++)
			CHECK(group[i].kind == sorted[i].kind &&
			      group[i].events == sorted[i].events &&
			      group[i].first.line == sorted[i].first.line &&
			      group[i].first.file == sorted[i].first.file);
	}
	c = (struct tcpoom_compare){ 0 };
	tcpoom_compare_sort(&c);
}

static const struct test compare_tests[] = {
	{ "each event is in its own group", test_groups },
	{ "memory that runs out is said", test_without_memory },
	{ "groups by weight", test_order },
	{ NULL, NULL },
};

SUITE(compare)
