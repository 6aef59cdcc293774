/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The traces that come with the project: what real kernels did, and what is expected of the models.
 */
#include <glob.h>
#include <string.h>

#include "../diff/agree.h"
#include "../diff/possible.h"
#include "../kernels/release.h"
#include "check.h"

/* Outcomes that agreed, that some values of what is unknown make true, and without a kernel. */
struct count {
	unsigned agreed, open, unsaid;
};

/* An outcome that a trace states: what was recorded, or else what is expected. */
struct claim {
	const char *file, *kernel;
	unsigned long line;
	const struct tcpoom_state *state;
	const struct tcpoom_stated *recorded;
	const struct tcpoom_expect *expect;
};

/*
 * What was recorded must be one of the verdicts that are possible; what is expected must be all of
 * them, of which not all are known where too many fields are not.
 */
static void check_claim(const struct claim *c, struct count *count)
{
	struct tcpoom_resolution r;
	struct tcpoom_possible p;
	unsigned agreeing = 0;
	bool all;

	tcpoom_release_resolve(c->kernel, &r);
	tcpoom_possible_find(r.candidate[0], c->state, &p);
	for (unsigned i = 0; i < p.verdicts; i++)
		agreeing += c->recorded ? tcpoom_agrees_recorded(&p.verdict[i], c->recorded)
					: tcpoom_agrees_expected(&p.verdict[i], c->expect);
	all = agreeing == p.verdicts;
	CHECK_SAY(agreeing && (all || c->recorded), "%s:%lu: %u of %u agree", c->file, c->line,
		  agreeing, p.verdicts);
	count->agreed += all && !p.cut;
	count->open += !all || p.cut;
}

static void check_event(const char *file, const struct tcpoom_trace *trace,
			const struct tcpoom_event *event, struct count *count)
{
	struct claim c = { .file = file, .line = event->line, .state = &event->state };

	c.kernel = tcpoom_trace_kernel(trace);
	c.recorded = &event->recorded;
	count->unsaid += event->has_recorded && !c.kernel;
	if (event->has_recorded && c.kernel)
		check_claim(&c, count);
	c.recorded = NULL;
	for (unsigned i = 0; i < event->expects; i++) {
		c.kernel = event->expect[i].kernel;
		c.line = event->expect[i].line;
		c.expect = &event->expect[i];
		check_claim(&c, count);
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

		while ((got = tcpoom_trace_next(trace, &event, &e)) == TCPOOM_TRACE_EVENT)
			check_event(file, trace, &event, &count);
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

	CHECK_SAY(count.agreed == 623 && !count.open, "%u agreed", count.agreed);
}

static void test_scenarios(void)
{
	const struct count count = check_files("traces/scenarios/*.trace");

	CHECK_SAY(count.agreed == 317 && !count.open, "%u agreed", count.agreed);
}

/* As much as was published of them. */
static void test_incidents(void)
{
	const struct count count = check_files("traces/incidents/*.trace");

	CHECK_SAY(count.agreed == 20 && count.open == 6 && count.unsaid == 2,
		  "%u agreed, %u open, %u without a kernel", count.agreed, count.open,
		  count.unsaid);
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
		{ { TCPOOM_KEPT, 0, { NULL }, -1, false }, false, false },
		{ { TCPOOM_KEPT, 2, { ORPHANED, MEMORY }, -1, false }, false, false },
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
	const struct tcpoom_verdict forgot = { .outcome = TCPOOM_KILLED_RESET };
	const struct tcpoom_stated reset = { .outcome = TCPOOM_KILLED_RESET, .suppressed = -1 };
	const struct tcpoom_stated anything_uncounted = { .outcome = -1, .uncounted = true };
	const struct tcpoom_stated stays = { .outcome = TCPOOM_KEPT, .suppressed = -1 };

	CHECK(tcpoom_agrees_recorded(&quiet, &uncounted));
	CHECK(!tcpoom_agrees_recorded(&quiet, &counted));
	CHECK(tcpoom_agrees_recorded(&kept, &stays));
	/* a model may forget the count of any kill */
	CHECK(!tcpoom_agrees_recorded(&forgot, &reset));
	CHECK(tcpoom_agrees_recorded(&forgot, &anything_uncounted));
}

/* An alternative more than there are is none. */
static void test_alternatives(void)
{
	const struct tcpoom_verdict kept = { .outcome = TCPOOM_KEPT };
	const struct tcpoom_expect expect = {
		.alternatives = 1,
		.alternative = { { .outcome = TCPOOM_EXPIRED, .suppressed = -1 },
				 { .outcome = TCPOOM_KEPT, .suppressed = -1 } }
	};

	CHECK(!tcpoom_agrees_expected(&kept, &expect));
}

static const struct test traces_tests[] = {
	{ "recorded in real kernels", test_recorded },
	{ "scenarios", test_scenarios },
	{ "incidents", test_incidents },
	{ "agreement", test_agreement },
	{ "kills that are not counted", test_uncounted },
	{ "alternatives", test_alternatives },
	{ NULL, NULL },
};

SUITE(traces)
