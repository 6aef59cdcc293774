/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock of a machine in a run, and a run for which there is not enough memory. */
#include <string.h>

#include "../diff/running.h"
#include "check.h"
#include "no_memory.h"

#define SECOND INT64_C(1000000000)

static struct tcpoom_machine machine_of(const char *release)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(release, &r);
	CHECK_SAY(r.candidates == 1, "%s", release);
	return tcpoom_machine_of(&r);
}

/* At the ns that is named the tick has come, and one ns before it has not. */
static void test_clock(void)
{
	static const int64_t hz[] = { 5, 7, 9, 100, 250, 1000, 1024, 9999 };
	const struct tcpoom_machine machine = machine_of("4.15");

	for (size_t i = 0; i < sizeof(hz) / sizeof(*hz); i++) {
		struct tcpoom_running m = { .machine = &machine };
		int64_t setting[TCPOOM_SETTINGS] = {
			[TCPOOM_S_hz] = hz[i], [TCPOOM_S_cpus] = 1, [TCPOOM_S_page_size] = 4096
		};

		CHECK(tcpoom_running_boot(&m, setting));
		for (uint64_t ticks = 1; ticks < 30; ticks++) {
			const uint64_t from = m.tick;
			const int64_t then = tcpoom_running_after(&m, ticks);

			tcpoom_running_at(&m, then - 1);
			CHECK(m.tick == from + ticks - 1);
			tcpoom_running_at(&m, then);
			CHECK(m.tick == from + ticks);
		}
		tcpoom_running_free(&m);
	}
}

/* Part of a tick is a whole one. */
static void test_ticks(void)
{
	struct tcpoom_running m = { .state = { .hz = 9 } };

	CHECK(tcpoom_running_ticks(&m, 0) == 0 && tcpoom_running_ticks(&m, 1) == 1);
	/* 8 ticks are 888888888.9 ns */
	CHECK(tcpoom_running_ticks(&m, 888888888) == 8);
	CHECK(tcpoom_running_ticks(&m, 888888889) == 9);
	CHECK(tcpoom_running_ticks(&m, 2 * SECOND) == 18);
	CHECK(tcpoom_running_ticks(&m, 2 * SECOND + 1) == 19);
}

/* Whatever allocation fails, the run does, and says so. */
static void test_without_memory(void)
{
	FILE *in =
		open_text("# tcpoom workload 1\nset cpus=2\n1 close n=200\n1 noise n=2 text=\"x\"\n"
			  "300 end\n");
	const struct tcpoom_machine machine = machine_of("4.15");
	const struct tcpoom_run_calls calls = { NULL, NULL, NULL, NULL };
	struct tcpoom_run_result result;
	struct tcpoom_workload w;
	struct tcpoom_error e;
	unsigned long allocations = 0;
	bool good;

	CHECK(tcpoom_workload_read(in, "w", &w, &e));
	for (;; allocations++) {
		e = (struct tcpoom_error){ .column = 1 };
		no_memory_after(allocations);
		good = tcpoom_run(&machine, &w, 1, SECOND, &calls, &result, &e);
		if (!no_memory_ended())
			break;
		CHECK(!good && e.column == 0);
		CHECK_STRING(e.text, "out of memory");
	}
	/* lines, counters of CPUs, what is due and the orphans, which grow */
	CHECK(good && allocations > 6);
	tcpoom_workload_free(&w);
	fclose(in);
}

static const struct test running_tests[] = {
	{ "ticks and ns", test_clock },
	{ "durations in ticks", test_ticks },
	{ "a run without enough memory", test_without_memory },
	{ NULL, NULL },
};

SUITE(running)
