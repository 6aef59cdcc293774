/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diff finds what the golden vectors contain, and nothing else: for each pair of kernels whose
 * vectors stand beside each other, in the order of their releases, the states on which the real
 * kernels' code differed, and the kind of each difference. What is expected comes from the vectors'
 * outcomes alone.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../diff/compare.h"
#include "check.h"
#include "golden.h"

/* The cells of an outcome of the check. */
enum { MIN_SNDBUF, RET, KILLED, RESET, SNMP, MESSAGES, LIMITER_CALLS };

/* The cells of an outcome of a timer. */
enum { OUTCOME, DO_RESET };

/* What happened to one state in diff. */
enum { NOT_COMPARABLE = TCPOOM_KINDS, FOUND_MOST };

struct pair {
	const struct inputs *in;
	const struct vectors *a, *b;
	const char *file_a, *file_b;
	struct tcpoom_compare compare;
	unsigned expected[FOUND_MOST]; /* how often each kind is expected */
	/* by entry: states with the same number of messages, and whether these are the same */
	unsigned same_texts[TCPOOM_ENTRIES], other_texts[TCPOOM_ENTRIES];
};

/* The n-th cell and what stands behind it. */
static const char *cell(const char *line, unsigned n)
{
	while (n--)
		line += strcspn(line, ",") + 1;
	return line;
}

static bool same_cell(const char *a, const char *b, unsigned n)
{
	const size_t len = strcspn(cell(a, n), ",");

	return len == strcspn(cell(b, n), ",") && !memcmp(cell(a, n), cell(b, n), len);
}

/* The gravest thing that differs between what the check of two kernels did. */
static enum tcpoom_kind kind_of_check(const char *a, const char *b)
{
	if (!same_cell(a, b, KILLED))
		return TCPOOM_KIND_KILL;
	if (!same_cell(a, b, RESET))
		return TCPOOM_KIND_RESET;
	if (!same_cell(a, b, LIMITER_CALLS) || !same_cell(a, b, MESSAGES))
		return TCPOOM_KIND_MESSAGE;
	return same_cell(a, b, SNMP) ? TCPOOM_SAME : TCPOOM_KIND_COUNT;
}

/* An outcome has only the messages that the limiter let through. */
static bool has_all_messages(const char *outcome, const struct tcpoom_state *s)
{
	return strtoul(cell(outcome, LIMITER_CALLS), NULL, 10) <= s->ratelimit_budget;
}

/* In a state where each timer's wish for a reset decides whether there is one. */
static enum tcpoom_kind kind_of_timer(const char *a, const char *b)
{
	if (!same_cell(a, b, OUTCOME))
		return TCPOOM_KIND_KILL;
	return same_cell(a, b, DO_RESET) ? TCPOOM_SAME : TCPOOM_KIND_RESET;
}

static uint64_t events_of(const struct tcpoom_compare *c, int kind)
{
	uint64_t events = 0;

	for (size_t i = 0; i < c->groups; i++)
		events += (int)c->group[i].kind == kind ? c->group[i].events : 0;
	return kind == TCPOOM_SAME ? c->same : kind == NOT_COMPARABLE ? c->incomparable : events;
}

/* What diff counts a state as. */
static int find_one(struct tcpoom_compare *c, const struct tcpoom_state *s, unsigned row)
{
	const struct tcpoom_event event = { .line = row + 2, .state = *s };
	uint64_t before[FOUND_MOST];
	int found = -1;

	for (int kind = 0; kind < FOUND_MOST; kind++)
		before[kind] = events_of(c, kind);
	CHECK(tcpoom_compare_event(c, "inputs", &event));
	for (int kind = 0; kind < FOUND_MOST; kind++)
		if (events_of(c, kind) > before[kind])
			found = kind;
	return found;
}

static const char *found_name(int found)
{
	return found == NOT_COMPARABLE ? "not comparable"
	       : found < 0	       ? "nothing"
				       : tcpoom_kind_names[found];
}

static void check_one(struct pair *p, unsigned i, int found, int expected)
{
	p->expected[expected]++;
	CHECK_SAY(found == expected, "%s and %s, row %s: found %s, expected %s", p->file_a,
		  p->file_b, p->in->id[i], found_name(found), found_name(expected));
}

/*
 * Kernels with one atomic counter were given the approximate count: it must be the exact one, as a
 * state is the same for both kernels.
 */
static bool is_one_state(const struct tcpoom_state *s)
{
	return s->orphans == s->orphans_approx;
}

/* Compares the texts where nothing else differs and the limiter let all of them through. */
static void learn_texts(struct pair *p)
{
	for (unsigned i = 0; i < p->in->count; i++) {
		const struct tcpoom_state *s = &p->in->state[i];
		const char *a = outcome_of(p->a, i), *b = outcome_of(p->b, i);

		if (!is_one_state(s) || !a || !b || !same_cell(a, b, RESET) ||
		    !same_cell(a, b, KILLED) || !same_cell(a, b, LIMITER_CALLS) ||
		    !has_all_messages(a, s) || *cell(a, LIMITER_CALLS) == '0')
			continue;
		if (same_cell(a, b, MESSAGES))
			p->same_texts[s->entry]++;
		else
			p->other_texts[s->entry]++;
	}
}

/* What the limiter held back differs if all texts do that it let through. */
static enum tcpoom_kind expect_check(const struct pair *p, const char *a, const char *b,
				     const struct tcpoom_state *s)
{
	const enum tcpoom_kind kind = kind_of_check(a, b);

	if (kind != TCPOOM_SAME || has_all_messages(a, s))
		return kind;
	CHECK_SAY(!p->same_texts[s->entry] || !p->other_texts[s->entry], "%s and %s: %u and %u",
		  p->file_a, p->file_b, p->same_texts[s->entry], p->other_texts[s->entry]);
	return p->other_texts[s->entry] ? TCPOOM_KIND_MESSAGE : TCPOOM_SAME;
}

static void check_pair(struct pair *p)
{
	learn_texts(p);
	for (unsigned i = 0; i < p->in->count; i++) {
		const struct tcpoom_state *s = &p->in->state[i];
		const char *a = outcome_of(p->a, i), *b = outcome_of(p->b, i);

		if (is_one_state(s))
			check_one(p, i, find_one(&p->compare, s, i),
				  a && b ? (int)expect_check(p, a, b, s) : NOT_COMPARABLE);
	}
}

/* Every kernel kills, and resets only where it is asked to: 100 s after the last data. */
static void add_shortage(struct tcpoom_state *s)
{
	static const struct {
		enum tcpoom_field field;
		int64_t value;
	} values[] = {
		{ TCPOOM_F_wmem_queued, 0 },	{ TCPOOM_F_snd_wnd, 1 },
		{ TCPOOM_F_packets_out, 1 },	{ TCPOOM_F_orphans, 2 },
		{ TCPOOM_F_orphans_approx, 2 }, { TCPOOM_F_orphans_cached, 2 },
		{ TCPOOM_F_max_orphans, 1 },	{ TCPOOM_F_mem_allocated, 0 },
		{ TCPOOM_F_tcp_mem2, 0 },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		tcpoom_field_set(s, values[i].field, values[i].value);
	tcpoom_field_set(s, TCPOOM_F_lsndtime, (uint32_t)(s->now - 100 * s->hz));
}

/* These vectors end where the check is asked: they say nothing of its messages. */
static void timers_pair(struct pair *p)
{
	for (unsigned i = 0; i < p->in->count; i++) {
		const char *a = outcome_of(p->a, i), *b = outcome_of(p->b, i);
		struct tcpoom_state s = p->in->state[i];
		int found;

		if (!a || !b)
			continue;
		add_shortage(&s);
		found = find_one(&p->compare, &s, i);
		check_one(p, i, found == TCPOOM_KIND_MESSAGE ? TCPOOM_SAME : found,
			  (int)kind_of_timer(a, b));
	}
}

/* Returns how many divergences the vectors contain. */
static unsigned run_pair(struct pair *p, const char *release_a, const char *release_b,
			 void (*run)(struct pair *))
{
	const struct tcpoom_kernel *a = resolve_verified(release_a),
				   *b = resolve_verified(release_b);
	unsigned divergences = 0;

	memset(p->expected, 0, sizeof(p->expected));
	tcpoom_compare_init(&p->compare, a, b, 64);
	run(p);
	for (int kind = TCPOOM_SAME + 1; kind < TCPOOM_KINDS; kind++)
		divergences += p->expected[kind];
	CHECK_SAY(a != b || !divergences, "%s and %s are one row", p->file_a, p->file_b);
	tcpoom_compare_free(&p->compare);
	return divergences;
}

/* Runs all pairs of neighbours; returns how many divergences their vectors contain. */
static unsigned run_neighbours(const char *what, unsigned pairs, void (*run)(struct pair *))
{
	struct inputs *in = read_inputs(what);
	struct vectors *vectors = calloc(2, sizeof(*vectors));
	const struct golden_name *before = NULL;
	unsigned divergences = 0, kernels = 0;

	for (size_t i = 0; vectors && i < golden_kernels; i++) {
		const struct golden_name *name = &golden_names[i];
		struct pair p = { .in = in };

		if (!read_vectors(what, name->file, &vectors[kernels % 2]))
			continue;
		p.a = &vectors[(kernels + 1) % 2];
		p.b = &vectors[kernels % 2];
		p.file_b = name->file;
		if (before) {
			p.file_a = before->file;
			divergences += run_pair(&p, before->release, name->release, run);
		}
		before = name;
		kernels++;
	}
	CHECK_SAY(kernels == pairs + 1, "%u kernels", kernels);
	free(vectors);
	free(in);
	return divergences;
}

static void test_check(void)
{
	const unsigned divergences = run_neighbours("decide", 33, check_pair);

	CHECK_SAY(divergences == 1769, "%u divergences", divergences);
}

static void test_timers(void)
{
	const unsigned divergences = run_neighbours("callers", 24, timers_pair);

	CHECK_SAY(divergences == 2618, "%u divergences", divergences);
}

/* The pair of the README; transcripts/vectors.md has the same numbers from the command. */
static void test_readme_pair(void)
{
	struct inputs *in = read_inputs("decide");
	struct vectors *v = calloc(2, sizeof(*v));
	struct pair p = { .in = in, .a = v, .b = v + 1, .file_a = "2.6.18", .file_b = "3.4.4" };

	CHECK(v && read_vectors("decide", p.file_a, &v[0]) &&
	      read_vectors("decide", p.file_b, &v[1]));
	run_pair(&p, "2.6.18", "3.4.4", check_pair);
	CHECK_SAY(p.expected[TCPOOM_SAME] == 820, "%u same", p.expected[TCPOOM_SAME]);
	CHECK_SAY(p.expected[TCPOOM_KIND_KILL] == 135, "%u kill", p.expected[TCPOOM_KIND_KILL]);
	CHECK_SAY(p.expected[TCPOOM_KIND_MESSAGE] == 1110, "%u message",
		  p.expected[TCPOOM_KIND_MESSAGE]);
	CHECK_SAY(p.expected[NOT_COMPARABLE] == 79, "%u not comparable",
		  p.expected[NOT_COMPARABLE]);
	free(v);
	free(in);
}

static const struct test divergences_tests[] = {
	{ "check, neighbours of 34 kernels", test_check },
	{ "timers, neighbours of 25 kernels", test_timers },
	{ "check, 2.6.18 and 3.4.4", test_readme_pair },
	{ NULL, NULL },
};

SUITE(divergences)
