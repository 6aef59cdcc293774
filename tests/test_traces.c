/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The traces that come with the project: what real kernels did, and what is expected of the models,
 * at every event that can be decided.
 */
#include <glob.h>
#include <string.h>

#include "../diff/agree.h"
#include "../kernels/release.h"
#include "check.h"

/* How many outcomes agreed, and how many could not be decided. */
struct count {
	unsigned agreed, undecided;
};

static void check_recorded(const char *file, const struct tcpoom_trace *trace,
			   const struct tcpoom_event *event, struct count *count)
{
	struct tcpoom_resolution r;
	struct tcpoom_verdict v;

	if (!event->has_recorded)
		return;
	if (!tcpoom_trace_kernel(trace)) {
		count->undecided++;
		return;
	}
	tcpoom_release_resolve(tcpoom_trace_kernel(trace), &r);
	if (tcpoom_decide(r.candidate[0], &event->state, &v, NULL) != TCPOOM_OK) {
		count->undecided++;
		return;
	}
	count->agreed++;
	CHECK_SAY(tcpoom_agrees_recorded(&v, &event->recorded), "%s:%lu: %s", file, event->line,
		  tcpoom_outcome_names[v.outcome]);
}

static void check_expected(const char *file, const struct tcpoom_event *event, struct count *count)
{
	for (unsigned i = 0; i < event->expects; i++) {
		struct tcpoom_resolution r;
		struct tcpoom_verdict v;

		tcpoom_release_resolve(event->expect[i].kernel, &r);
		CHECK_SAY(tcpoom_decide(r.candidate[0], &event->state, &v, NULL) == TCPOOM_OK &&
				  tcpoom_agrees_expected(&v, &event->expect[i]),
			  "%s:%lu", file, event->expect[i].line);
		count->agreed++;
	}
}

static struct count check_files(const char *pattern)
{
	struct count count = { 0 };
	struct tcpoom_event event;
	struct tcpoom_error e;
	glob_t files;

	CHECK_SAY(glob(pattern, 0, NULL, &files) == 0, "%s", pattern);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *file = files.gl_pathv[i];
		FILE *in = fopen(file, "r");
		struct tcpoom_trace *trace = tcpoom_trace_open(in, file, &e);
		enum tcpoom_trace_result got;

		while ((got = tcpoom_trace_next(trace, &event, &e)) == TCPOOM_TRACE_EVENT) {
			check_recorded(file, trace, &event, &count);
			check_expected(file, &event, &count);
		}
		CHECK_SAY(got == TCPOOM_TRACE_END, "%s:%lu: %s", file, e.line, e.text);
		tcpoom_trace_close(trace);
		fclose(in);
	}
	globfree(&files);
	return count;
}

/* 623 decisions that Debian's 6.1.192 and 6.12.117 made in a guest. */
static void test_recorded(void)
{
	const struct count count = check_files("traces/recorded/*.trace");

	CHECK_SAY(count.agreed == 623 && !count.undecided, "%u agreed", count.agreed);
}

static void test_scenarios(void)
{
	const struct count count = check_files("traces/scenarios/*.trace");

	CHECK_SAY(count.agreed == 295 && !count.undecided, "%u agreed", count.agreed);
}

/* Nobody published enough of these to decide them. */
static void test_incidents(void)
{
	const struct count count = check_files("traces/incidents/*.trace");

	CHECK_SAY(!count.agreed && count.undecided == 3, "%u undecided", count.undecided);
}

/* What agrees with a kill that asked for two messages. */
static void test_agreement(void)
{
	static const struct {
		struct tcpoom_stated stated;
		bool recorded, expected;
	} cases[] = {
#define ORPHANED "TCP: too many orphaned sockets"
#define MEMORY "TCP: out of memory -- consider tuning tcp_mem"
		{ { TCPOOM_KILLED_RESET, 2, { ORPHANED, MEMORY }, -1, false }, true, true },
		{ { TCPOOM_KILLED_RESET, 2, { MEMORY, ORPHANED }, -1, false }, false, false },
		{ { TCPOOM_KILLED_RESET, 1, { MEMORY }, 1, false }, true, false },
		{ { TCPOOM_KILLED_RESET, 1, { ORPHANED }, -1, false }, false, false },
		{ { TCPOOM_KILLED_RESET, 0, { NULL }, 2, false }, true, false },
		{ { TCPOOM_KILLED_RESET, 0, { NULL }, 3, false }, false, false },
		{ { TCPOOM_KILLED_RESET, 2, { ORPHANED, "x" }, 0, false }, false, false },
		{ { TCPOOM_KILLED_SILENT, 2, { ORPHANED, MEMORY }, -1, false }, false, false },
		{ { TCPOOM_KILLED_RESET, 2, { ORPHANED, MEMORY }, -1, true }, false, false },
		{ { -1, 1, { MEMORY }, -1, false }, true, true },
		{ { -1, 1, { "x" }, -1, false }, false, false },
		{ { -1, 1, { MEMORY }, -1, true }, false, false },
	};
	const struct tcpoom_verdict v = { .outcome = TCPOOM_KILLED_RESET,
					  .snmp = 1,
					  .messages = 2,
					  .message = { TCPOOM_MSG_TOO_MANY_ORPHANED,
						       TCPOOM_MSG_OUT_OF_MEMORY } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_expect expect = { .alternatives = 1,
						      .alternative = { cases[i].stated } };

		CHECK_SAY(tcpoom_agrees_recorded(&v, &cases[i].stated) == cases[i].recorded,
			  "case %zu", i);
		CHECK_SAY(tcpoom_agrees_expected(&v, &expect) == cases[i].expected, "case %zu", i);
	}
}

/* A dying namespace kills without a count, and only that. */
static void test_uncounted(void)
{
	const struct tcpoom_verdict quiet = { .outcome = TCPOOM_KILLED_SILENT };
	const struct tcpoom_verdict kept = { .outcome = TCPOOM_KEPT };
	const struct tcpoom_stated uncounted = { .outcome = TCPOOM_KILLED_SILENT,
						 .suppressed = -1,
						 .uncounted = true };
	const struct tcpoom_stated counted = { .outcome = TCPOOM_KILLED_SILENT, .suppressed = -1 };
	const struct tcpoom_stated stays = { .outcome = TCPOOM_KEPT, .suppressed = -1 };

	CHECK(tcpoom_agrees_recorded(&quiet, &uncounted));
	CHECK(!tcpoom_agrees_recorded(&quiet, &counted));
	CHECK(tcpoom_agrees_recorded(&kept, &stays));
}

static const struct test traces_tests[] = {
	{ "recorded in real kernels", test_recorded },
	{ "scenarios", test_scenarios },
	{ "incidents", test_incidents },
	{ "agreement", test_agreement },
	{ "kills that are not counted", test_uncounted },
	{ NULL, NULL },
};

SUITE(traces)
