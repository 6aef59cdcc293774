/* SPDX-License-Identifier: GPL-2.0-only */
/* The state: its table of fields, defaults, what is unsound; arithmetic that wraps; needs. */
#include <string.h>

#include "../model/ticks.h"
#include "check.h"
#include "state_text.h"

static void test_fields(void)
{
	struct tcpoom_state s = { 0 };

	for (int i = 0; i < TCPOOM_FIELDS; i++) {
		const enum tcpoom_field f = (enum tcpoom_field)i;
		const struct tcpoom_field_info *info = &tcpoom_field_table[f];
		const int64_t ends[] = { info->min, info->max };

		CHECK_SAY(tcpoom_field_find(info->name, strlen(info->name)) == f, "%s", info->name);
		for (int end = 0; end < 2; end++) {
			tcpoom_field_set(&s, f, ends[end]);
			CHECK_SAY(tcpoom_field_get(&s, f) == ends[end], "%s", info->name);
			CHECK_SAY(s.given == (tcpoom_fieldset)1 << f, "%s", info->name);
		}
		tcpoom_field_forget(&s, f);
		CHECK_SAY(tcpoom_field_get(&s, f) == 0 && !s.given, "%s", info->name);
	}
	CHECK(tcpoom_field_find("orphan", 6) == TCPOOM_FIELDS);
	CHECK(tcpoom_field_find("orphans_", 8) == TCPOOM_FIELDS);
	CHECK(tcpoom_field_find("now=1", 3) == TCPOOM_F_now);
	CHECK(tcpoom_field_find("", 0) == TCPOOM_FIELDS);
}

static void test_defaults(void)
{
	struct tcpoom_state s = { 0 };

	CHECK(tcpoom_state_complete(&s) == 0);
	CHECK(s.page_size == 4096 && s.sizeof_sk_buff == 232 && s.net_alive == 1);
	CHECK(s.user_timeout == 0 && s.ratelimit_budget == UINT32_MAX);
	/* and nothing else */
	CHECK(s.given ==
	      (TCPOOM_BIT(page_size) | TCPOOM_BIT(sizeof_sk_buff) | TCPOOM_BIT(net_alive) |
	       TCPOOM_BIT(user_timeout) | TCPOOM_BIT(ratelimit_budget) | TCPOOM_BIT(message_cost) |
	       TCPOOM_BIT(message_burst) | TCPOOM_BIT(contended)));
	tcpoom_field_set(&s, TCPOOM_F_hz, 250);
	tcpoom_field_set(&s, TCPOOM_F_net_alive, 0);
	tcpoom_state_complete(&s);
	CHECK(s.rto_max == 30000 && s.net_alive == 0);
	s = (struct tcpoom_state){ 0 };
	tcpoom_field_set(&s, TCPOOM_F_hz, 250);
	tcpoom_field_set(&s, TCPOOM_F_rto_max, 500);
	tcpoom_state_complete(&s);
	CHECK(s.rto_max == 500);
	/* nor one that was unknown before */
	tcpoom_field_forget(&s, TCPOOM_F_net_alive);
	tcpoom_field_set(&s, TCPOOM_F_net_alive, 0);
	CHECK(s.unknown == 0 && s.given >> TCPOOM_F_net_alive & 1);
}

/* Each count that is absent is taken from another one, the exact one before the others. */
static void test_assumed_counts(void)
{
	static const struct {
		const char *given;
		int64_t orphans, approx;
		int32_t cached;
		tcpoom_fieldset assumed;
		bool self_counted;
	} cases[] = {
		{ "orphans=1 self_counted=1", 1, 1, 1,
		  TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached), true },
		{ "orphans_approx=2 self_counted=1", 2, 2, 2,
		  TCPOOM_BIT(orphans) | TCPOOM_BIT(orphans_cached), true },
		{ "orphans_cached=3 self_counted=1", 3, 3, 3,
		  TCPOOM_BIT(orphans) | TCPOOM_BIT(orphans_approx), false },
		{ "orphans=1 orphans_approx=2", 1, 2, 1, TCPOOM_BIT(orphans_cached), false },
		{ "orphans=1 orphans_cached=3", 1, 1, 3, TCPOOM_BIT(orphans_approx), false },
		{ "orphans_approx=2 orphans_cached=3 self_counted=0", 2, 2, 3, TCPOOM_BIT(orphans),
		  true },
		{ "orphans=1 orphans_approx=2 orphans_cached=3", 1, 2, 3, 0, false },
		{ "orphans=4294967298", 4294967298, 4294967298, 2,
		  TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached), false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_state s = state_of(cases[i].given);
		struct tcpoom_state again = s;

		CHECK_SAY(s.orphans == cases[i].orphans && s.orphans_approx == cases[i].approx &&
				  s.orphans_cached == cases[i].cached,
			  "%s", cases[i].given);
		CHECK_SAY(!(s.given & TCPOOM_BIT(self_counted)) == !cases[i].self_counted, "%s",
			  cases[i].given);
		tcpoom_field_forget(&again, TCPOOM_F_orphans);
		tcpoom_field_forget(&again, TCPOOM_F_orphans_approx);
		tcpoom_field_forget(&again, TCPOOM_F_orphans_cached);
		again.unknown = 0;
		for (enum tcpoom_field f = TCPOOM_F_orphans; f <= TCPOOM_F_orphans_cached; f++)
			if (!(cases[i].assumed >> f & 1))
				tcpoom_field_set(&again, f, tcpoom_field_get(&s, f));
		CHECK_SAY(tcpoom_state_complete(&again) == cases[i].assumed, "%s", cases[i].given);
	}
}

static void test_unsound(void)
{
	static const struct {
		const char *state, *expected;
		enum tcpoom_field at;
	} cases[] = {
		{ "close page_size=4096", NULL, 0 },
		{ "close memcg_limit=? memcg_allocated=1",
		  "a number: without a cgroup it is left out", TCPOOM_F_memcg_limit },
		{ "close memcg_allocated=? memcg_limit=1",
		  "a number: without a cgroup it is left out", TCPOOM_F_memcg_allocated },
		{ "close memcg_limit=1 memcg_allocated=1", NULL, 0 },
		{ "close memcg_limit=1", "memcg_allocated beside it", TCPOOM_F_memcg_limit },
		{ "close memcg_allocated=1", "memcg_limit beside it", TCPOOM_F_memcg_allocated },
		{ "retransmit rto_max=200", NULL, 0 },
		{ "retransmit rto_max=199", "at least hz/5 for retransmit and probe",
		  TCPOOM_F_rto_max },
		{ "probe rto_max=199", "at least hz/5 for retransmit and probe", TCPOOM_F_rto_max },
		{ "timer rto_max=0", NULL, 0 },
		{ "retransmit rto_max=1 hz=?", NULL, 0 },
		{ "retransmit rto_max=?", NULL, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_state s = state_of(cases[i].state);
		enum tcpoom_field at = 0;
		const char *got = tcpoom_state_unsound(&s, &at);

		CHECK_STRING(got ? got : "sound", cases[i].expected ? cases[i].expected : "sound");
		CHECK_SAY(at == cases[i].at, "%s", cases[i].state);
	}
}

static void test_unsound_page(void)
{
	struct tcpoom_state s = state_of("close");
	enum tcpoom_field at = 0;

	tcpoom_field_set(&s, TCPOOM_F_page_size, 4097);
	CHECK_STRING(tcpoom_state_unsound(&s, &at), "a power of two");
	CHECK(at == TCPOOM_F_page_size);
}

/* What is said to be unknown has no default and no value, and is missed where it is read. */
static void test_said_unknown(void)
{
	static const struct {
		const char *kernel, *state, *outcome;
	} cases[] = {
		{ "4.14", "close net_alive=?", "kept" },
		{ "4.15", "close net_alive=?", "unknown: net_alive" },
		{ "4.9", "close page_size=?", "kept" },
		{ "4.10", "close page_size=?", "unknown: page_size" },
		{ "3.10", "close sizeof_sk_buff=?", "kept" },
		{ "3.11", "close sizeof_sk_buff=?", "unknown: sizeof_sk_buff" },
		{ "6.14", "timer rto_max=?", "kept" },
		{ "6.15", "timer rto_max=?", "unknown: rto_max" },
		{ "6.15", "close rto_max=?", "kept" },
		{ "3.17", "probe user_timeout=?", "kept do_reset=1" },
		{ "3.18", "probe user_timeout=?", "unknown: user_timeout" },
		{ "3.18", "retransmit user_timeout=?", "kept do_reset=1" },
		{ "2.6.18", "close orphans=? orphans_cached=1", "unknown: orphans" },
		{ "5.16", "close orphans=? orphans_cached=1", "kept" },
	};
	char got[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_state s = state_of(cases[i].state);

		outcome_of(kernel_of(cases[i].kernel), &s, got);
		CHECK_SAY(!strcmp(got, cases[i].outcome), "%s: %s: got %s, expected %s",
			  cases[i].kernel, cases[i].state, got, cases[i].outcome);
		for (int f = 0; f < TCPOOM_FIELDS; f++)
			CHECK_SAY(!(s.unknown >> f & 1) ||
					  tcpoom_field_get(&s, (enum tcpoom_field)f) == 0,
				  "%s", cases[i].state);
	}
}

static void test_wraps(void)
{
	CHECK(wrap_s32(0x7fffffff) == INT32_MAX);
	CHECK(wrap_s32(0x80000000) == INT32_MIN);
	CHECK(wrap_s32(0xffffffff) == -1);
	CHECK(wrap_s64(0x8000000000000000) == INT64_MIN);
	CHECK(wrap_s64(UINT64_MAX) == -1);
	CHECK(wrap_add(INT64_MAX, 1) == INT64_MIN);
	CHECK(wrap_shl(0x40000000, 1) == INT32_MIN);
	CHECK(wrap_shl(0x40000001, 2) == 4);
	CHECK(wrap_shl(-1, 2) == -4);
	CHECK(ticks_since(5, 0xfffffffb) == 10);
	CHECK(ticks_since(0, 1) == -1);
	CHECK(ticks_to_ms(1073741825, 250) == 4);
	CHECK(ticks_to_ms(100, 1024) == 97);
	CHECK(span_to_ms(100, 1024) == 98);
	CHECK(span_to_ms(204, 1024) == 200);
	CHECK(span_to_ms(6, 7) == 858); /* 857 1/7 */
	CHECK(ilog2_u32(1) == 0);
	CHECK(ilog2_u32(600) == 9);
	CHECK(ilog2_u32(UINT32_MAX) == 31);
}

/* A field that an entry needs on a kernel is missed whatever a short circuit would skip. */
static void test_needs(void)
{
	static const struct {
		const char *kernel, *state, *outcome;
	} cases[] = {
		{ "2.6.18", "close max_orphans=?", "unknown: max_orphans" },
		{ "2.6.18", "close tcp_mem2=? orphans=11", "unknown: tcp_mem2" },
		{ "2.6.18", "close wmem_queued=?", "unknown: wmem_queued" },
		{ "2.6.18", "close mem_allocated=?", "unknown: mem_allocated" },
		{ "2.6.18", "close hz=? now=? lsndtime=? err_soft=? snd_wnd=? packets_out=?",
		  "kept" },
		{ "2.6.18", "timer hz=?", "unknown: hz" },
		{ "2.6.18", "timer now=?", "unknown: now" },
		{ "2.6.18", "timer lsndtime=?", "unknown: lsndtime" },
		{ "2.6.18", "timer err_soft=?", "unknown: err_soft" },
		{ "2.6.18", "timer snd_wnd=?", "unknown: snd_wnd" },
		{ "2.6.18", "timer packets_out=?", "unknown: packets_out" },
		{ "2.6.18", "timer do_reset=?", "unknown: do_reset" },
		{ "2.6.18", "timer rto=? retransmits=? orphan_retries=?", "kept" },
		{ "2.6.18",
		  "retransmit do_reset=? retrans_stamp=? head_sent=? backoff=? probes_out=?",
		  "kept do_reset=1" },
		{ "2.6.18", "retransmit rto=?", "unknown: rto" },
		{ "2.6.18", "retransmit retransmits=?", "unknown: retransmits" },
		{ "2.6.18", "retransmit orphan_retries=?", "unknown: orphan_retries" },
		{ "2.6.32", "retransmit retrans_stamp=?", "unknown: retrans_stamp" },
		{ "2.6.32", "retransmit head_sent=?", "kept do_reset=1" },
		{ "2.6.33", "retransmit head_sent=?", "unknown: head_sent" },
		{ "4.19", "retransmit head_sent=?", "unknown: head_sent" },
		{ "5.4", "retransmit head_sent=?", "kept do_reset=1" },
		{ "2.6.18", "probe do_reset=? retransmits=? retrans_stamp=?", "kept do_reset=1" },
		{ "2.6.18", "probe backoff=?", "unknown: backoff" },
		{ "2.6.18", "probe rto=?", "unknown: rto" },
		{ "2.6.18", "probe orphan_retries=?", "unknown: orphan_retries" },
		{ "2.6.18", "probe probes_out=?", "unknown: probes_out" },
		{ "3.18", "probe probes_out=?", "kept do_reset=1" },
	};
	char got[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_state s = state_of(cases[i].state);

		outcome_of(kernel_of(cases[i].kernel), &s, got);
		CHECK_SAY(!strcmp(got, cases[i].outcome), "%s: %s: got %s, expected %s",
			  cases[i].kernel, cases[i].state, got, cases[i].outcome);
	}
}

/* Which orphan counts a kernel reads. */
static void test_needed_counts(void)
{
	static const struct {
		const char *kernel;
		tcpoom_fieldset counts;
	} cases[] = {
		{ "2.6.28", TCPOOM_BIT(orphans) },
		{ "2.6.29", TCPOOM_BIT(orphans_approx) },
		{ "2.6.36", TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans) },
		{ "5.16", TCPOOM_BIT(orphans_cached) },
	};
	const tcpoom_fieldset all =
		TCPOOM_BIT(orphans) | TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
			CHECK_SAY((kernel_of(cases[i].kernel)->needs[entry] & all) ==
					  cases[i].counts,
				  "%s", cases[i].kernel);
	/* an event has an entry: nobody can miss it */
	for (int k = 0; k < TCPOOM_KERNELS; k++)
		for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
			CHECK(!(tcpoom_kernels[k].needs[entry] & TCPOOM_BIT(entry)));
}

/* A row's own table of needs is what its rules need. */
static void test_needs_of_rules(void)
{
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		const struct tcpoom_kernel *row = &tcpoom_kernels[k];
		const struct tcpoom_kernel same = tcpoom_kernel_of(row->rules, row->name);

		CHECK_SAY(row->abi == TCPOOM_ABI && same.abi == TCPOOM_ABI, "%s", row->name);
		CHECK_SAY(same.rules == row->rules && !strcmp(same.name, row->name), "%s",
			  row->name);
		CHECK_SAY(!memcmp(same.needs, row->needs, sizeof(same.needs)), "%s", row->name);
	}
}

static const struct test state_tests[] = {
	{ "fields", test_fields },
	{ "defaults", test_defaults },
	{ "assumed counts", test_assumed_counts },
	{ "unsound states", test_unsound },
	{ "an unsound page size", test_unsound_page },
	{ "said to be unknown", test_said_unknown },
	{ "wraps", test_wraps },
	{ "needs", test_needs },
	{ "needed counts", test_needed_counts },
	{ "needs of rules", test_needs_of_rules },
	{ NULL, NULL },
};

SUITE(state)
