/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may happen where fields are unknown: no value of them leads to a verdict that the critical
 * values did not find. The states, and the values tried for what is unknown, are the golden
 * vectors'.
 */
#include <stdlib.h>
#include <string.h>

#include "../diff/critical.h"
#include "../diff/possible.h"
#include "../traces/csv.h"
#include "check.h"
#include "state_text.h"

#define STATES_MOST 3000
#define STRIDE 37 /* of the values that are tried */

static struct tcpoom_state states[STATES_MOST];
static unsigned state_count;

static const char *const kernels[] = { "2.4.0", "2.6.18", "2.6.29", "2.6.36", "3.4.4",
				       "4.9",	"4.14",	  "5.4",    "5.16",   "6.17" };

static void read_states(const char *path)
{
	FILE *in = fopen(path, "r");
	struct tcpoom_error e;
	struct tcpoom_csv *csv = in ? tcpoom_csv_open(in, path, false, &e) : NULL;

	state_count = 0;
	while (csv && tcpoom_csv_next(csv, &states[state_count], &e) == TCPOOM_CSV_ROW)
		state_count++;
	CHECK_SAY(csv && state_count > 2000, "%s", path);
	if (csv)
		tcpoom_csv_close(csv);
	if (in)
		fclose(in);
}

static bool holds(const struct tcpoom_possible *p, const struct tcpoom_verdict *v)
{
	for (unsigned i = 0; i < p->verdicts; i++)
		if (tcpoom_verdict_same(&p->verdict[i], v))
			return true;
	return false;
}

/* A tunable bound of the RTO is between 1 s and 120 s. */
static bool can_be(const struct tcpoom_state *s)
{
	return s->rto_max >= s->hz && s->rto_max <= 120 * s->hz;
}

/* Forgets two fields of a state, and gives them the values of many others. */
static void try_fields(const struct tcpoom_kernel *kernel, unsigned at, enum tcpoom_field f,
		       enum tcpoom_field g)
{
	struct tcpoom_state open = states[at];
	struct tcpoom_possible p;

	tcpoom_field_forget(&open, f);
	tcpoom_field_forget(&open, g);
	tcpoom_possible_find(kernel, &open, &p);
	for (unsigned other = at % STRIDE; other < state_count; other += STRIDE) {
		struct tcpoom_state s = open;
		struct tcpoom_verdict v;

		tcpoom_field_set(&s, f, tcpoom_field_get(&states[other], f));
		tcpoom_field_set(&s, g, tcpoom_field_get(&states[other], g));
		if (!can_be(&s) || tcpoom_decide(kernel, &s, &v, NULL) != TCPOOM_OK)
			continue;
		CHECK_SAY(holds(&p, &v), "%s, row %u: %s=%lld %s=%lld: %s", kernel->name, at,
			  tcpoom_field_table[f].name, (long long)tcpoom_field_get(&s, f),
			  tcpoom_field_table[g].name, (long long)tcpoom_field_get(&s, g),
			  tcpoom_outcome_names[v.outcome]);
	}
}

static void try_all(const char *path, unsigned step)
{
	read_states(path);
	for (size_t k = 0; k < sizeof(kernels) / sizeof(*kernels); k++) {
		const struct tcpoom_kernel *kernel = kernel_of(kernels[k]);

		for (unsigned at = (unsigned)k; at < state_count; at += step) {
			const tcpoom_fieldset needs = kernel->needs[states[at].entry];
			enum tcpoom_field last = TCPOOM_FIELDS;

			for (unsigned i = 0; i < tcpoom_critical_fields; i++) {
				const enum tcpoom_field f = tcpoom_critical_order[i];

				if (!(needs >> f & 1))
					continue;
				try_fields(kernel, at, f, f);
				if (last < TCPOOM_FIELDS)
					try_fields(kernel, at, last, f);
				last = f;
			}
		}
	}
}

static void test_check(void)
{
	try_all("tests/vectors/decide-inputs.csv", 97);
}

/* What the check needs beside the timers' own fields is given here: some kill, and some do not. */
static void test_timers(void)
{
	read_states("tests/vectors/callers-inputs.csv");
	for (unsigned i = 0; i < state_count; i++) {
		struct tcpoom_state *s = &states[i];

		tcpoom_field_set(s, TCPOOM_F_lsndtime, s->now - i * 997);
		tcpoom_field_set(s, TCPOOM_F_wmem_queued, 0);
		tcpoom_field_set(s, TCPOOM_F_snd_wnd, i % 2);
		tcpoom_field_set(s, TCPOOM_F_packets_out, i / 2 % 2);
		tcpoom_field_set(s, TCPOOM_F_orphans, i % 50);
		tcpoom_field_set(s, TCPOOM_F_max_orphans, 25);
		tcpoom_field_set(s, TCPOOM_F_mem_allocated, 0);
		tcpoom_field_set(s, TCPOOM_F_tcp_mem2, 1);
		tcpoom_state_complete(s);
	}
	for (size_t k = 0; k < sizeof(kernels) / sizeof(*kernels); k++)
		for (unsigned at = (unsigned)k; at < state_count; at += 29)
			for (unsigned i = 0; i < tcpoom_critical_fields; i++) {
				const struct tcpoom_kernel *kernel = kernel_of(kernels[k]);
				const enum tcpoom_field f = tcpoom_critical_order[i];

				if (kernel->needs[states[at].entry] >> f & 1)
					try_fields(kernel, at, f, f);
			}
}

/* Published incidents: what is unknown there leaves just these verdicts. */
static void test_known(void)
{
	const struct tcpoom_state s = state_of("close max_orphans=? orphans=99 mem_allocated=6145 "
					       "tcp_mem2=6144 wmem_queued=5664");
	struct tcpoom_possible p;

	tcpoom_possible_find(kernel_of("2.4.1"), &s, &p);
	CHECK(p.verdicts == 1 && p.verdict[0].outcome == TCPOOM_KILLED_RESET && !p.cut);
	tcpoom_possible_find(kernel_of("3.4.4"), &s, &p);
	CHECK(p.verdicts == 2 && p.verdict[0].messages + p.verdict[1].messages == 3);
}

/* A state that leaves nothing open has one verdict, and one that no kernel decides has none. */
static void test_closed(void)
{
	const struct tcpoom_state known = state_of("close orphans=11");
	const struct tcpoom_state huge = state_of("close mem_allocated=0x80000000 max_orphans=?");
	struct tcpoom_possible p;

	tcpoom_possible_find(kernel_of("2.6.18"), &known, &p);
	CHECK(p.verdicts == 1 && p.verdict[0].outcome == TCPOOM_KILLED_RESET);
	tcpoom_possible_find(kernel_of("2.6.18"), &huge, &p);
	CHECK(p.verdicts == 0 && p.refused == TCPOOM_UNREPRESENTABLE);
	CHECK(p.blame == TCPOOM_F_mem_allocated);
}

/* Too many unknown fields are not walked through for ever, and that is said. */
static void test_cut(void)
{
	struct tcpoom_state s = { .entry = TCPOOM_PROBE, .given = TCPOOM_BIT(entry) };
	struct tcpoom_possible p;

	tcpoom_state_complete(&s);
	tcpoom_possible_find(kernel_of("5.4"), &s, &p);
	CHECK(p.cut);
	/* nor through more values of one field than there is room for */
	s = state_of("retransmit hz=5 orphan_retries=7");
	tcpoom_field_forget(&s, TCPOOM_F_now);
	tcpoom_possible_find(kernel_of("5.4"), &s, &p);
	CHECK(p.cut);
	tcpoom_field_forget(&s, TCPOOM_F_snd_wnd);
	tcpoom_field_set(&s, TCPOOM_F_now, 10000000);
	tcpoom_possible_find(kernel_of("5.4"), &s, &p);
	CHECK(!p.cut);
}

/* Of a model that knows as many outcomes as a backoff has values, or only some of them. */
static unsigned outcomes;

static enum tcpoom_status decide_by_backoff(const struct tcpoom_kernel *kernel,
					    const struct tcpoom_state *state,
					    struct tcpoom_verdict *verdict,
					    struct tcpoom_tests *tests)
{
	(void)kernel;
	(void)tests;
	*verdict = (struct tcpoom_verdict){ .outcome = state->backoff % outcomes };
	return TCPOOM_OK;
}

/* Each verdict is there once, with the first state that leads to it; and if there are more, so. */
static void test_verdicts(void)
{
	const struct tcpoom_state s = state_of("probe backoff=?");
	const struct tcpoom_kernel kernel = { .name = "many",
					      .needs = { [TCPOOM_PROBE] = TCPOOM_BIT(backoff) },
					      .decide = decide_by_backoff };
	struct tcpoom_possible p;

	for (outcomes = 1; outcomes <= TCPOOM_POSSIBLE_MOST + 1; outcomes++) {
		const bool more = outcomes > TCPOOM_POSSIBLE_MOST;

		tcpoom_possible_find(&kernel, &s, &p);
		CHECK(p.cut == more && p.verdicts == outcomes - more && !p.refused);
		for (unsigned i = 0; i < p.verdicts; i++)
			CHECK(p.verdict[i].outcome == i && p.state[i].backoff == i);
	}
}

static const struct test possible_tests[] = {
	{ "unknown fields of the check", test_check },
	{ "unknown fields of the timers", test_timers },
	{ "incidents", test_known },
	{ "nothing unknown", test_closed },
	{ "too much unknown", test_cut },
	{ "many verdicts", test_verdicts },
	{ NULL, NULL },
};

SUITE(possible)
