/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory accounting against the golden sequences of 7 kernels' code, and what is said of it. */
#include <inttypes.h>

#include "../model/memory.h"
#include "check.h"
#include "sequence.h"

#define CPUS_MOST 64
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void compare(const struct sequences *s, const char *what, const int64_t *got, unsigned steps)
{
	struct numbers expected;

	sequence_numbers(&s->out, what, &expected);
	CHECK_SAY(expected.count == steps, "%s, sequence %s: %s", s->name, s->out.name, what);
	for (unsigned i = 0; i < expected.count; i++)
		CHECK_SAY(got[i] == expected.at[i],
			  "%s, sequence %s, step %u: %s is %" PRId64 ", expected %" PRId64, s->name,
			  s->out.name, i, what, got[i], expected.at[i]);
}

static unsigned run_sequence(const struct sequences *s, enum tcpoom_memory_counter kind)
{
	static int64_t raw[SEQUENCE_STEPS], reported[SEQUENCE_STEPS], here[SEQUENCE_STEPS],
		total[SEQUENCE_STEPS];
	const bool reserved = kind == TCPOOM_MEMORY_RESERVED;
	const unsigned cpus = (unsigned)sequence_number(&s->in, "cpus");
	struct tcpoom_memory m;
	struct numbers cpu, pages;
	int32_t parked[CPUS_MOST];

	tcpoom_memory_init(&m, kind, cpus, reserved ? parked : NULL, 4096);
	m.reserve = (int32_t)sequence_number(&s->in, "reserve");
	m.allocated = sequence_number(&s->in, "start");
	sequence_numbers(&s->in, "cpu", &cpu);
	sequence_numbers(&s->in, "pages", &pages);
	for (unsigned i = 0; i < cpu.count; i++) {
		tcpoom_memory_add(&m, (unsigned)cpu.at[i], (int32_t)pages.at[i]);
		total[i] = raw[i] = m.allocated;
		reported[i] = tcpoom_memory_reported(&m);
		here[i] = reserved ? parked[cpu.at[i]] : 0;
		for (unsigned c = 0; reserved && c < cpus; c++)
			total[i] += parked[c];
	}
	compare(s, "raw", raw, cpu.count);
	compare(s, "reported", reported, cpu.count);
	compare(s, "reserve_here", here, cpu.count);
	compare(s, "total", total, cpu.count);
	return cpu.count;
}

static void test_vectors(void)
{
	static const struct {
		const char *group;
		enum tcpoom_memory_counter kind;
		unsigned sequences;
	} groups[] = {
		{ "3.4.4", TCPOOM_MEMORY_INT, 15 },
		{ "3.4.4", TCPOOM_MEMORY_LONG, 15 },
		{ "alma-9.4", TCPOOM_MEMORY_RESERVED, 15 },
		{ "6.0.19", TCPOOM_MEMORY_RESERVED, 14 },
	};
	static struct sequences s;

	for (size_t i = 0; i < COUNT(groups); i++) {
		unsigned sequences = 0, steps = 0;

		sequences_open(&s, "memacct", groups[i].group);
		for (; sequences_next(&s); sequences++)
			steps += run_sequence(&s, groups[i].kind);
		CHECK_SAY(sequences == groups[i].sequences && steps >= 2000,
			  "%s: %u sequences, %u steps", groups[i].group, sequences, steps);
	}
}

/* 1 MiB of whatever the pages are. */
static void test_reserve(void)
{
	struct tcpoom_memory m;

	tcpoom_memory_init(&m, TCPOOM_MEMORY_RESERVED, 0, NULL, 4096);
	CHECK(m.reserve == 256 && m.allocated == 0);
	tcpoom_memory_init(&m, TCPOOM_MEMORY_RESERVED, 0, NULL, 65536);
	CHECK(m.reserve == 16);
}

/* Each CPU hides one page less than its reserve, either way. */
static void test_error(void)
{
	int32_t parked[4];
	struct tcpoom_memory m;

	for (int sign = -1; sign <= 1; sign += 2) {
		tcpoom_memory_init(&m, TCPOOM_MEMORY_RESERVED, 4, parked, 4096);
		for (unsigned cpu = 0; cpu < 4; cpu++)
			tcpoom_memory_add(&m, cpu, 255 * sign);
		CHECK(m.allocated == 0);
		for (unsigned cpu = 0; cpu < 4; cpu++)
			tcpoom_memory_add(&m, cpu, sign);
		CHECK(m.allocated == 1024 * sign);
		CHECK(tcpoom_memory_reported(&m) == (sign < 0 ? 0 : 1024));
	}
}

/* Of a reserve that was lowered, what is parked beyond it stays until a change of its own sign. */
static void test_lowered(void)
{
	int32_t parked[1];
	struct tcpoom_memory m;

	tcpoom_memory_init(&m, TCPOOM_MEMORY_RESERVED, 1, parked, 4096);
	m.reserve = 1024;
	tcpoom_memory_add(&m, 0, 1000);
	m.reserve = 256;
	tcpoom_memory_add(&m, 0, -1);
	CHECK(m.allocated == 0 && parked[0] == 999);
	tcpoom_memory_add(&m, 0, 0);
	CHECK(m.allocated == 999 && parked[0] == 0);
	m.reserve = 1024;
	tcpoom_memory_add(&m, 0, -1000);
	m.reserve = 256;
	tcpoom_memory_add(&m, 0, 1);
	CHECK(m.allocated == 999 && parked[0] == -999);
	tcpoom_memory_add(&m, 0, -1);
	CHECK(m.allocated == -1 && parked[0] == 0);
}

/* int up to 2.6.36, long later; a negative number is reported as it is up to 5.19. */
static void test_types(void)
{
	struct tcpoom_memory m;

	tcpoom_memory_init(&m, TCPOOM_MEMORY_INT, 1, NULL, 4096);
	tcpoom_memory_add(&m, 0, INT32_MAX);
	tcpoom_memory_add(&m, 0, 1);
	CHECK(tcpoom_memory_reported(&m) == INT32_MIN);
	tcpoom_memory_init(&m, TCPOOM_MEMORY_LONG, 1, NULL, 4096);
	tcpoom_memory_add(&m, 0, INT32_MAX);
	tcpoom_memory_add(&m, 0, 1);
	CHECK(tcpoom_memory_reported(&m) == 1LL << 31);
}

static const struct test memory_tests[] = {
	{ "golden sequences of 7 kernels", test_vectors },
	{ "the reserve", test_reserve },
	{ "the most that it may be off", test_error },
	{ "a reserve that was lowered", test_lowered },
	{ "types", test_types },
	{ NULL, NULL },
};

SUITE(memory)
