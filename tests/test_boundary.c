/* SPDX-License-Identifier: GPL-2.0-only */
/* Boundary states: sound, always the same, and such that kernels part on them. */
#include <string.h>

#include "../diff/atlas.h"
#include "../kernels/table.h"
#include "check.h"
#include "state_text.h"

static const struct tcpoom_numbers no_numbers = { NULL, 0 };

/* What was met on a walk. */
struct met {
	uint64_t states, hash, incomplete;
	bool outcome[TCPOOM_ENTRIES][TCPOOM_OUTCOMES], message[TCPOOM_MESSAGES];
	tcpoom_fieldset needs[TCPOOM_ENTRIES];
	uint64_t number[TCPOOM_FIELDS]; /* a bit for each that is near the caller's number */
	bool below;
};

static void check_sound(struct met *m, const struct tcpoom_state *s)
{
	enum tcpoom_field at;
	bool good = !tcpoom_state_unsound(s, &at) && !(m->needs[s->entry] & ~s->given);

	for (int f = 0; f < TCPOOM_FIELDS && good; f++) {
		const int64_t value = tcpoom_field_get(s, (enum tcpoom_field)f);

		good = value >= tcpoom_field_table[f].min && value <= tcpoom_field_table[f].max &&
		       (value == 0 || (s->given >> f & 1));
	}
	m->incomplete += !good;
}

static void meet(void *context, const struct tcpoom_state *s)
{
	struct met *m = context;
	const struct tcpoom_kernel *first = &tcpoom_kernels[0],
				   *last = &tcpoom_kernels[TCPOOM_KERNELS - 1];
	struct tcpoom_verdict v;

	m->states++;
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		m->hash = m->hash * 31 + (uint64_t)tcpoom_field_get(s, (enum tcpoom_field)f);
	check_sound(m, s);
	for (int i = 0; i < 2; i++) {
		if (tcpoom_decide(i ? last : first, s, &v, NULL) != TCPOOM_OK)
			continue;
		m->outcome[s->entry][v.outcome] = true;
		for (unsigned j = 0; j < v.messages; j++)
			m->message[v.message[j]] = true;
	}
}

/* Every state is one that all kernels can decide, and together they lead to every outcome. */
static void test_states(void)
{
	static struct met m, again;

	for (int k = 0; k < TCPOOM_KERNELS; k++)
		for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
			m.needs[entry] |= tcpoom_kernels[k].needs[entry];
	again = m;
	tcpoom_boundary_walk(&no_numbers, meet, &m);
	tcpoom_boundary_walk(&no_numbers, meet, &again);
	CHECK(!memcmp(&m, &again, sizeof(m)));
	CHECK_SAY(m.states == 328076, "%llu", (unsigned long long)m.states);
	CHECK_SAY(!m.incomplete, "%llu", (unsigned long long)m.incomplete);
	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
		for (int outcome = 0; outcome < TCPOOM_OUTCOMES; outcome++)
			CHECK(m.outcome[entry][outcome] ==
			      (outcome != TCPOOM_EXPIRED || entry == TCPOOM_PROBE));
	for (int message = 0; message < TCPOOM_MESSAGES; message++)
		CHECK(m.message[message]);
}

/*
 * How many classes of two kernels the boundary states show. Of the values that the states are made
 * of, leaving out any one shows fewer.
 */
static void test_classes(void)
{
	static const struct {
		const char *a, *b;
		size_t classes;
	} cases[] = { { "2.6.3", "3.10.0-1062.el7", 288 }, { "2.6.32.23", "6.15", 423 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tcpoom_atlas atlas;

		CHECK(tcpoom_atlas_sample(&atlas, kernel_of(cases[i].a), kernel_of(cases[i].b),
					  &no_numbers));
		CHECK_SAY(atlas.count == cases[i].classes, "%s %s: %zu", cases[i].a, cases[i].b,
			  atlas.count);
		tcpoom_atlas_free(&atlas);
	}
}

/* The rules that alone turn whether a socket is killed, as far as the atlas knows. */
static tcpoom_ruleset killing_rules(const struct tcpoom_atlas *atlas)
{
	tcpoom_ruleset rules = 0;

	for (size_t i = 0; i < atlas->count; i++) {
		const struct tcpoom_class *c = &atlas->entry[i].class;

		if (c->kind == TCPOOM_KIND_KILL && tcpoom_ruleset_size(c->cause.set[0]) == 1)
			rules |= tcpoom_cause_rules(&c->cause);
	}
	return rules;
}

/* Where a rule alone makes neighbours part, some boundary state shows it. */
static void test_each_rule_shows(void)
{
	for (int k = 0; k + 1 < TCPOOM_KERNELS; k++) {
		const struct tcpoom_kernel *a = &tcpoom_kernels[k], *b = a + 1;
		struct tcpoom_atlas all, sample;

		CHECK(tcpoom_atlas_make(&all, a, b));
		CHECK(tcpoom_atlas_sample(&sample, a, b, &no_numbers));
		CHECK_SAY(killing_rules(&sample) == killing_rules(&all), "%s %s: %x of %x", a->name,
			  b->name, killing_rules(&sample), killing_rules(&all));
		tcpoom_atlas_free(&all);
		tcpoom_atlas_free(&sample);
	}
}

#define NUMBER 7777
#define BELOW (-8888)
#define PAGE (1 << 17)

/* Whether a number was cut to fit into a field. */
static bool is_cut(const struct tcpoom_state *s)
{
	const uint8_t low = (uint8_t)(s->backoff - NUMBER);
	const uint32_t negative = s->rto - (uint32_t)BELOW;

	return low == UINT8_MAX || low <= 1 || negative == UINT32_MAX || negative <= 1;
}

static void find_number(void *context, const struct tcpoom_state *s)
{
	struct met *m = context;

	check_sound(m, s);
	m->incomplete += is_cut(s) || s->page_size == PAGE;
	m->below |= s->max_orphans == BELOW;
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const int64_t value = tcpoom_field_get(s, (enum tcpoom_field)f);
		const uint32_t age = s->now - (uint32_t)value;

		if (value >= NUMBER - 1 && value <= NUMBER + 1)
			m->number[f] |= 1U << (value - NUMBER + 1);
		if (age >= NUMBER - 1 && age <= NUMBER + 1)
			m->number[f] |= 8U << (age - NUMBER + 1);
		if (age >= NUMBER * s->hz - 1 && age <= NUMBER * s->hz + 1)
			m->number[f] |= 64U << (age - NUMBER * s->hz + 1);
	}
}

/*
 * A number of the caller is met in each field that is compared, or as its age in ticks and in s,
 * where there is room for it; and in no tick rate or page size.
 */
static void test_numbers(void)
{
	static const enum tcpoom_field plain[] = { TCPOOM_F_orphans,	    TCPOOM_F_orphans_approx,
						   TCPOOM_F_orphans_cached, TCPOOM_F_max_orphans,
						   TCPOOM_F_wmem_queued,    TCPOOM_F_mem_allocated,
						   TCPOOM_F_tcp_mem2,	    TCPOOM_F_err_soft,
						   TCPOOM_F_snd_wnd,	    TCPOOM_F_packets_out,
						   TCPOOM_F_rto_max,	    TCPOOM_F_rto };
	static const enum tcpoom_field times[] = { TCPOOM_F_lsndtime, TCPOOM_F_retrans_stamp,
						   TCPOOM_F_head_sent };
	static const int64_t number[] = { BELOW, 1, PAGE, INT64_MAX, INT64_MIN, NUMBER };
	const struct tcpoom_numbers numbers = { number, 6 };
	static struct met m;

	tcpoom_boundary_walk(&numbers, find_number, &m);
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		CHECK_SAY((m.number[plain[i]] & 7) == 7, "%s", tcpoom_field_table[plain[i]].name);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		CHECK_SAY((m.number[times[i]] & 0x1f8) == 0x1f8, "%s",
			  tcpoom_field_table[times[i]].name);
	CHECK(!m.number[TCPOOM_F_hz] && m.below);
	CHECK_SAY(!m.incomplete, "%llu", (unsigned long long)m.incomplete);
}

static const struct test boundary_tests[] = {
	{ "boundary states are sound", test_states },
	{ "classes that boundary states show", test_classes },
	{ "each rule shows", test_each_rule_shows },
	{ "numbers of the caller", test_numbers },
	{ NULL, NULL },
};
SUITE(boundary)
