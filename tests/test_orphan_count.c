/* SPDX-License-Identifier: GPL-2.0-only */
/* The orphan counters against the golden sequences of 14 kernels' code, and what is said of them.
 */
#include <inttypes.h>
#include <string.h>

#include "../model/orphan_count.h"
#include "check.h"
#include "sequence.h"

#define CPUS_MOST 128
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* The library up to 2.6.28 has a batch of its own; no orphan count of its time is made of it. */
static const struct {
	const char *group;
	enum tcpoom_orphan_counter kind;
	bool other_batch;
} groups[] = {
	{ "2.4.22", TCPOOM_ORPHANS_ATOMIC, false },
	{ "lib-2.6.18", TCPOOM_ORPHANS_PERCPU_ONE, true },
	{ "2.6.29", TCPOOM_ORPHANS_PERCPU_ONE, false },
	{ "3.0", TCPOOM_ORPHANS_PERCPU_ZERO, false },
};

/* One column of the vectors at one step. */
static void compare(const struct sequences *s, const struct numbers *expected, unsigned step,
		    const char *what, int64_t got)
{
	CHECK_SAY(step < expected->count && got == expected->at[step],
		  "%s, sequence %s, step %u: %s is %" PRId64, s->name, s->out.name, step, what,
		  got);
}

static unsigned run_counter(const struct sequences *s, enum tcpoom_orphan_counter kind,
			    bool other_batch)
{
	struct tcpoom_orphan_count c;
	struct numbers cpu, amount, raw, approx, exact;
	const unsigned cpus = (unsigned)sequence_number(&s->in, "cpus");
	const int64_t batch = sequence_number(&s->out, "batch");
	int32_t share[CPUS_MOST];

	tcpoom_orphan_count_init(&c, kind, cpus, kind == TCPOOM_ORPHANS_ATOMIC ? NULL : share, 1000,
				 0);
	if (other_batch)
		c.batch = (int32_t)batch;
	CHECK_SAY(kind == TCPOOM_ORPHANS_ATOMIC || c.batch == batch, "%s, sequence %s", s->name,
		  s->out.name);
	sequence_numbers(&s->in, "cpu", &cpu);
	sequence_numbers(&s->in, "amt", &amount);
	sequence_numbers(&s->out, "raw", &raw);
	sequence_numbers(&s->out, "approx", &approx);
	sequence_numbers(&s->out, "exact", &exact);
	for (unsigned i = 0; i < cpu.count; i++) {
		tcpoom_orphan_count_add(&c, (unsigned)cpu.at[i], (int32_t)amount.at[i]);
		compare(s, &raw, i, "raw", c.raw);
		compare(s, &approx, i, "approx", tcpoom_orphan_count_read(&c));
		compare(s, &exact, i, "exact", tcpoom_orphan_count_sum(&c));
	}
	return cpu.count;
}

static void test_counters(void)
{
	static struct sequences s;
	unsigned sequences = 0, steps = 0;

	for (size_t i = 0; i < COUNT(groups); i++) {
		sequences_open(&s, "percpu", groups[i].group);
		for (; sequences_next(&s); sequences++)
			steps += run_counter(&s, groups[i].kind, groups[i].other_batch);
	}
	CHECK_SAY(sequences == 4 * 18 && steps == 4 * 5854, "%u sequences, %u steps", sequences,
		  steps);
}

/* CPU -1 is a step of time. */
static unsigned run_cache(const struct sequences *s)
{
	struct tcpoom_orphan_count c;
	struct numbers cpu, amount, cached, exact, expires;
	uint64_t now = (uint64_t)sequence_number(&s->in, "start");

	tcpoom_orphan_count_init(&c, TCPOOM_ORPHANS_CACHED,
				 (unsigned)sequence_number(&s->in, "cpus"), NULL,
				 (uint32_t)sequence_number(&s->in, "hz"), now);
	CHECK_SAY(c.period == sequence_number(&s->out, "period"), "sequence %s", s->out.name);
	sequence_numbers(&s->in, "cpu", &cpu);
	sequence_numbers(&s->in, "amt", &amount);
	sequence_numbers(&s->out, "cached", &cached);
	sequence_numbers(&s->out, "exact", &exact);
	sequence_numbers(&s->out, "expires", &expires);
	for (unsigned i = 0; i < cpu.count; i++) {
		if (cpu.at[i] < 0)
			now += (uint64_t)amount.at[i];
		else
			tcpoom_orphan_count_add(&c, (unsigned)cpu.at[i], (int32_t)amount.at[i]);
		tcpoom_orphan_count_refresh(&c, now);
		compare(s, &cached, i, "cached", tcpoom_orphan_count_read(&c));
		compare(s, &exact, i, "exact", tcpoom_orphan_count_sum(&c));
		compare(s, &expires, i, "expires", (int64_t)c.expires);
	}
	return cpu.count;
}

static void test_cache(void)
{
	static struct sequences s;
	unsigned sequences = 0, steps = 0;

	sequences_open(&s, "cache", "5.15.135");
	for (; sequences_next(&s); sequences++)
		steps += run_cache(&s);
	CHECK_SAY(sequences == 15 && steps == 1788, "%u sequences, %u steps", sequences, steps);
}

/* The most by which the central value may be off: online CPUs times one less than the batch. */
static void test_error(void)
{
	static const struct {
		unsigned cpus;
		int32_t error;
	} rows[] = {
		{ 1, 31 }, { 4, 124 }, { 16, 496 }, { 17, 561 }, { 64, 8128 }, { 128, 32640 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int32_t share[CPUS_MOST];
		struct tcpoom_orphan_count c;

		tcpoom_orphan_count_init(&c, TCPOOM_ORPHANS_PERCPU_ZERO, rows[i].cpus, share, 1000,
					 0);
		for (unsigned cpu = 0; cpu < rows[i].cpus; cpu++)
			for (int32_t n = rows[i].error / (int32_t)rows[i].cpus; n; n--)
				tcpoom_orphan_count_add(&c, cpu, -1);
		CHECK_SAY(c.raw == 0 && c.total == -rows[i].error, "%u CPUs", rows[i].cpus);
		tcpoom_orphan_count_add(&c, 0, -1);
		CHECK_SAY(c.raw == -rows[i].error / (int32_t)rows[i].cpus - 1, "%u CPUs",
			  rows[i].cpus);
	}
}

/* A quiet machine whose central value is below 0: up to 2.6.39 the check reads one orphan. */
static void test_negative(void)
{
	int32_t share[2];
	struct tcpoom_orphan_count c;

	for (int kind = TCPOOM_ORPHANS_PERCPU_ONE; kind <= TCPOOM_ORPHANS_PERCPU_ZERO; kind++) {
		tcpoom_orphan_count_init(&c, (enum tcpoom_orphan_counter)kind, 2, share, 1000, 0);
		tcpoom_orphan_count_add(&c, 0, -32);
		for (unsigned i = 0; i < 31; i++)
			tcpoom_orphan_count_add(&c, 1, 1);
		tcpoom_orphan_count_add(&c, 0, 1);
		CHECK(c.raw == -32 && tcpoom_orphan_count_sum(&c) == 0);
		CHECK(tcpoom_orphan_count_read(&c) == (kind == TCPOOM_ORPHANS_PERCPU_ONE));
	}
}

/* What is counted within a period shows after it; and nothing at all within the first one. */
static void test_period(void)
{
	static const struct {
		uint32_t hz, period;
	} rows[] = { { 100, 10 },   { 250, 25 },   { 300, 30 },
		     { 1000, 100 }, { 1001, 101 }, { 1024, 103 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		const uint64_t boot = UINT64_MAX - rows[i].period;
		struct tcpoom_orphan_count c;

		tcpoom_orphan_count_init(&c, TCPOOM_ORPHANS_CACHED, 4, NULL, rows[i].hz, boot);
		tcpoom_orphan_count_add(&c, 3, 1000);
		tcpoom_orphan_count_refresh(&c, boot + rows[i].period - 1);
		CHECK_SAY(tcpoom_orphan_count_read(&c) == 0, "hz %u", rows[i].hz);
		tcpoom_orphan_count_refresh(&c, boot + rows[i].period);
		CHECK_SAY(tcpoom_orphan_count_read(&c) == 1000, "hz %u", rows[i].hz);
		tcpoom_orphan_count_add(&c, 2, -1000);
		tcpoom_orphan_count_refresh(&c, boot + 2 * rows[i].period - 1);
		CHECK_SAY(tcpoom_orphan_count_read(&c) == 1000, "hz %u", rows[i].hz);
		tcpoom_orphan_count_refresh(&c, boot + 7 * rows[i].period + 1);
		CHECK_SAY(tcpoom_orphan_count_read(&c) == 0, "hz %u", rows[i].hz);
		CHECK_SAY(c.expires == boot + 8 * rows[i].period, "hz %u", rows[i].hz);
	}
}

/* The ints wrap; the percpu_counter is 64 bits wide. */
static void test_wraps(void)
{
	int32_t share[1];
	struct tcpoom_orphan_count c;

	tcpoom_orphan_count_init(&c, TCPOOM_ORPHANS_ATOMIC, 1, NULL, 1000, 0);
	tcpoom_orphan_count_add(&c, 0, INT32_MAX);
	tcpoom_orphan_count_add(&c, 0, 1);
	CHECK(tcpoom_orphan_count_read(&c) == INT32_MIN &&
	      tcpoom_orphan_count_sum(&c) == INT32_MIN);
	tcpoom_orphan_count_init(&c, TCPOOM_ORPHANS_CACHED, 1, NULL, 1000, 0);
	tcpoom_orphan_count_add(&c, 0, INT32_MAX);
	tcpoom_orphan_count_add(&c, 0, 1);
	CHECK(tcpoom_orphan_count_sum(&c) == 0);
	tcpoom_orphan_count_init(&c, TCPOOM_ORPHANS_PERCPU_ZERO, 1, share, 1000, 0);
	tcpoom_orphan_count_add(&c, 0, INT32_MAX);
	tcpoom_orphan_count_add(&c, 0, 31);
	CHECK(c.raw == INT32_MAX && tcpoom_orphan_count_sum(&c) == INT32_MAX + 31LL);
}

static const struct test orphan_count_tests[] = {
	{ "golden sequences of 12 counters", test_counters },
	{ "golden sequences of 2 cached counters", test_cache },
	{ "the most that it may be off", test_error },
	{ "a negative count", test_negative },
	{ "every 100 ms", test_period },
	{ "counts that wrap", test_wraps },
	{ NULL, NULL },
};

SUITE(orphan_count)
