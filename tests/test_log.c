/* SPDX-License-Identifier: GPL-2.0-only */
/* The log that appears: what two real kernels let through, and what is known of it when. */
#include <stdlib.h>
#include <string.h>

#include "../diff/agree.h"
#include "../diff/compare.h"
#include "check.h"
#include "state_text.h"

/* Decisions of one running kernel, each with the lines that appeared. */
static void check_recorded(const char *file, const char *release, unsigned asked, unsigned held)
{
	const struct tcpoom_kernel *kernel = kernel_of(release);
	FILE *in = fopen(file, "r");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, file, &e);
	struct tcpoom_event event;
	struct tcpoom_log log;
	unsigned suppressed = 0, same = 0;

	tcpoom_log_init(&log, kernel, 64);
	while (tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT) {
		struct tcpoom_log_lines lines;
		struct tcpoom_verdict v;

		CHECK(tcpoom_decide(kernel, &event.state, &v, NULL) == TCPOOM_OK);
		tcpoom_log_event(&log, file, &event, &v, &lines);
		CHECK_SAY(lines.known && tcpoom_agrees_log(&v, &lines, &event.recorded), "%s:%lu",
			  file, event.line);
		same += v.messages > 0;
		suppressed += tcpoom_log_suppressed(&lines);
	}
	CHECK_SAY(same == asked && suppressed == held, "%s: %u asked, %u held back", file, same,
		  suppressed);
	tcpoom_trace_close(trace);
	fclose(in);
}

static void test_recorded(void)
{
	check_recorded("traces/recorded/debian-6.1.192.trace", "6.1.192", 135, 50);
	check_recorded("traces/recorded/debian-6.12.117.trace", "6.12.117", 132, 50);
}

/* What an event says of a log: so many times, at that time in us, in that state. */
struct step {
	unsigned times;
	int64_t us;
	const char *state;
	const char *log; /* +: a message appears, -: it does not, (N): the limiter says N before
			    it, ?: not known, .: nothing asked, !: not decided */
};

#define STEPS_MOST 6

static const struct {
	const char *kernel;
	unsigned bits;
	struct step step[STEPS_MOST];
} logs[] = {
	/* the clock is `now`, which wraps, and may lie behind that of another CPU */
	{ "4.5",
	  64,
	  { { 12, 0, "", "++++++++++--" },
	    { 1, 0, "now=10005000", "-" },
	    { 1, 0, "now=10005001", "(3)+" } } },
	{ "4.5",
	  64,
	  { { 11, 0, "now=4294967295", "++++++++++-" },
	    { 1, 0, "now=4999", "-" },
	    { 1, 0, "now=5000", "(2)+" } } },
	{ "4.5",
	  64,
	  { { 11, 0, "", "++++++++++-" },
	    { 1, 0, "now=10006000", "(1)+" },
	    { 10, 0, "now=10000500", "+++++++++-" },
	    { 1, 0, "now=10011000", "-" },
	    { 1, 0, "now=10011001", "(2)+" } } },
	{ "4.5",
	  64,
	  { { 11, 0, "", "++++++++++-" },
	    { 1, 0, "now=2157483648", "-" },
	    { 1, 0, "now=2157483647", "(2)+" } } },
	/* or the time, in whole ticks */
	{ "4.5",
	  64,
	  { { 11, -1000000, "now=?", "++++++++++-" },
	    { 1, 4000999, "now=?", "-" },
	    { 1, 4001000, "now=?", "(2)+" },
	    { 1, 1000000, "now=? hz=1000", "+" } } },
	{ "4.5",
	  64,
	  { { 2, 0, "now=? message_cost=200000 message_burst=1", "+-" },
	    { 1, 200000000999, "now=? message_cost=200000 message_burst=1", "-" },
	    { 1, 200000001000, "now=? message_cost=200000 message_burst=1", "(2)+" } } },
	/* two clocks are none, and one that is unknown neither: but the first ten do appear */
	{ "4.5",
	  64,
	  { { 9, 0, "", "+++++++++" },
	    { 1, 0, "now=?", "+" },
	    { 1, 0, "", "?" },
	    { 1, 9000000, "now=19000000", "?" } } },
	{ "4.5", 64, { { 1, 0, "", "+" }, { 10, 0, "hz=100", "+++++++++?" } } },
	{ "4.5", 64, { { 11, 0, "hz=?", "++++++++++?" } } },
	{ "4.5", 64, { { 3, 0, "hz=? message_burst=2", "++?" } } },
	{ "4.5", 64, { { 12, 0, "hz=? message_cost=0", "++++++++++++" }, { 1, 0, "", "+" } } },
	{ "2.6.29", 64, { { 12, 0, "hz=? message_cost=0", "++++++++++++" }, { 1, 0, "", "+" } } },
	{ "2.6.33", 64, { { 12, 0, "hz=? message_cost=0", "++++++++++++" }, { 1, 0, "", "+" } } },
	{ "2.6.34", 64, { { 12, 0, "hz=? message_cost=0", "++++++++++++" }, { 1, 0, "", "+" } } },
	{ "2.6.32-642.el6",
	  64,
	  { { 12, 0, "hz=? message_cost=0", "++++++++++++" }, { 1, 0, "", "+" } } },
	{ "6.16", 64, { { 12, 0, "hz=? message_cost=0", "++++++++++++" }, { 1, 0, "", "+" } } },
	{ "2.6.29", 64, { { 11, 0, "hz=? message_cost=25", "++++++++++?" } } },
	{ "4.5", 64, { { 1, 0, "hz=? contended=1", "?" }, { 1, 0, "", "?" } } },
	{ "2.6.22", 64, { { 11, 0, "hz=?", "++++++++++?" } } },
	{ "2.6.22", 64, { { 3, 0, "hz=? message_cost=25", "++?" } } },
	{ "2.6.22", 64, { { 3, 0, "hz=? message_cost=17", "++?" } } },
	{ "2.6.22", 64, { { 2, 0, "hz=? message_cost=50", "+?" } } },
	{ "2.6.22", 64, { { 1, 0, "hz=? message_cost=50 message_burst=0", "?" } } },
	{ "2.6.22", 64, { { 2, 0, "hz=? message_burst=1", "+?" } } },
	{ "2.6.22", 64, { { 12, 0, "hz=? message_cost=0", "++++++++++++" } } },
	{ "2.6.22", 32, { { 1, 0, "hz=?", "?" } } },
	{ "2.6.26", 64, { { 1, 0, "hz=?", "?" } } },
	/* a setting that is unknown ends it too, but while there is no limit */
	{ "4.5",
	  64,
	  { { 1, 0, "message_cost=?", "?" },
	    { 1, 0, "", "?" },
	    { 1, 0, "message_cost=0", "+" },
	    { 1, 0, "message_cost=0 message_burst=?", "+" } } },
	{ "4.5", 64, { { 1, 0, "message_burst=?", "?" } } },
	{ "4.5", 64, { { 1, 0, "contended=?", "?" } } },
	/* and an event that may have asked for two messages */
	{ "4.5",
	  64,
	  { { 1, 0, "", "+" },
	    { 2, 0, "max_orphans=?", "!!" },
	    { 1, 0, "orphans=9", "." },
	    { 6, 0, "", "+++++?" } } },
	/* settings act at once; in 2.4 the sysctl message_burst is so many times message_cost */
	{ "4.5",
	  64,
	  { { 12, 0, "message_cost=0", "++++++++++++" }, { 11, 0, "", "++++++++++-" } } },
	{ "4.5", 64, { { 2, 0, "message_burst=1", "+-" }, { 2, 0, "message_burst=2", "+-" } } },
	{ "2.4.22",
	  64,
	  { { 4, 0, "message_burst=3", "+++-" },
	    { 2, 0, "now=10005000 message_burst=3", "(1)+-" } } },
	{ "2.4.22", 64, { { 11, 0, "", "++++++++++-" } } },
	{ "4.5",
	  64,
	  { { 3, 0, "message_cost=2 message_burst=2", "++-" },
	    { 1, 0, "now=10002001 message_cost=2", "(1)+" } } },
	/* while there is no limit, the buckets that printk shares are emptied, as their most is 0
	 */
	{ "2.6.22",
	  64,
	  { { 3, 0, "message_cost=0", "+++" },
	    { 1, 0, "", "-" },
	    { 1, 0, "now=10005000", "(1)+" } } },
	{ "2.6.26",
	  64,
	  { { 3, 0, "message_cost=0", "+++" },
	    { 1, 0, "", "-" },
	    { 1, 0, "now=10005000", "(1)+" } } },
	/* a message is asked for alone, also if it is the second one of an event */
	{ "3.4.4",
	  64,
	  { { 2, 0, "wmem_queued=5000 mem_allocated=101 message_burst=1", "+---" },
	    { 1, 0, "wmem_queued=5000 mem_allocated=101 message_burst=1 now=10005001",
	      "(3)+-" } } },
	/* the tick counter has the machine's width */
	{ "2.6.22", 32, { { 1, 0, "now=4294917296", "-" } } },
	{ "2.6.22", 64, { { 1, 0, "now=4294917296", "+" } } },
	{ "4.5",
	  32,
	  { { 11, 0, "now=0", "++++++++++-" },
	    { 1, 0, "now=3000", "-" },
	    { 1, 0, "now=5001", "-" },
	    { 1, 0, "now=8001", "(3)+" } } },
	{ "4.5",
	  64,
	  { { 11, 0, "now=0", "++++++++++-" },
	    { 1, 0, "now=3000", "-" },
	    { 1, 0, "now=5001", "(2)+" } } },
};

static struct tcpoom_event event_of(const struct step *step)
{
	char text[200];

	snprintf(text, sizeof(text), "close orphans=11 %s", step->state);
	return (struct tcpoom_event){ .time = step->us * 1000, .state = state_of(text) };
}

static void show(const struct tcpoom_log_lines *lines, bool decided, char *text)
{
	if (!lines->messages)
		strcat(text, decided ? "." : "!");
	for (unsigned i = 0; i < lines->messages; i++) {
		if (lines->known && lines->own[i].text)
			sprintf(text + strlen(text), "(%d)", (int)lines->own[i].count);
		strcat(text, !lines->known ? "?" : lines->printed[i] ? "+" : "-");
	}
}

static void run_step(struct tcpoom_log *log, const struct tcpoom_kernel *kernel, const char *file,
		     const struct step *step)
{
	const struct tcpoom_event event = event_of(step);
	char text[200] = "";

	for (unsigned i = 0; i < step->times; i++) {
		struct tcpoom_log_lines lines;
		struct tcpoom_verdict v;
		const bool decided = tcpoom_decide(kernel, &event.state, &v, NULL) == TCPOOM_OK;

		tcpoom_log_event(log, file, &event, decided ? &v : NULL, &lines);
		CHECK(lines.known || !decided || lines.messages);
		/* it then says what was asked */
		CHECK(lines.known || !tcpoom_log_suppressed(&lines));
		show(&lines, decided, text);
	}
	CHECK_SAY(!strcmp(text, step->log), "%s: %s: got %s, expected %s", kernel->name,
		  step->state, text, step->log);
}

static void test_logs(void)
{
	for (size_t i = 0; i < sizeof(logs) / sizeof(*logs); i++) {
		const struct tcpoom_kernel *kernel = kernel_of(logs[i].kernel);
		struct tcpoom_log log;

		tcpoom_log_init(&log, kernel, logs[i].bits);
		for (unsigned j = 0; j < STEPS_MOST && logs[i].step[j].times; j++)
			run_step(&log, kernel, "file", &logs[i].step[j]);
	}
}

/* Another file is another machine, with a limiter of its own. */
static void test_files(void)
{
	static const struct step step = { 11, 0, "", "++++++++++-" },
				 none = { 1, 0, "max_orphans=?", "!" };
	const struct tcpoom_kernel *kernel = kernel_of("4.5");
	struct tcpoom_log log;

	tcpoom_log_init(&log, kernel, 64);
	run_step(&log, kernel, "one", &step);
	run_step(&log, kernel, "one", &none);
	run_step(&log, kernel, "another", &step);
}

/* What a comparison finds: the causes of its groups, in order, and how often the log is unknown. */
struct compared {
	const char *state, *groups;
	unsigned unknown;
};

static void run_compare(struct tcpoom_compare *c, const char *file, unsigned long line,
			const struct compared *step)
{
	const struct tcpoom_event event = { .line = line, .state = state_of(step->state) };
	char got[600] = "", cause[200];

	CHECK(tcpoom_compare_event(c, file, &event));
	for (size_t i = 0; i < c->groups; i++) {
		tcpoom_cause_text(c->a, c->b, &c->group[i].cause, cause, sizeof(cause));
		sprintf(got + strlen(got), "%s%s %s %u", i ? ", " : "",
			tcpoom_kind_names[c->group[i].kind], cause, (unsigned)c->group[i].events);
	}
	CHECK_SAY(!strcmp(got, step->groups) && c->log_unknown == step->unknown,
		  "%lu: got %s, expected %s; %u unknown", line, got, step->groups,
		  (unsigned)c->log_unknown);
	CHECK(c->same + c->differ + c->undecided == c->events);
}

static void run_steps(const char *a, const char *b, const struct compared *step, size_t steps)
{
	struct tcpoom_compare c;

	tcpoom_compare_init(&c, kernel_of(a), kernel_of(b), 64);
	for (size_t i = 0; i < steps; i++)
		run_compare(&c, "file", i + 1, &step[i]);
	tcpoom_compare_free(&c);
}

/*
 * Of two kernels one asks for a message more: what that leaves in the log is of the rule that made
 * it ask, until their limiters differ themselves.
 */
static void test_causes(void)
{
#define ONE "kill limit ge -> gt 1, log limit ge -> gt 1"
#define BOTH ", log limit ge -> gt + limiter printk -> u32 1"
#define TWO "kill limit ge -> gt 2, log limit ge -> gt 1" BOTH
	static const struct compared steps[] = {
		{ "timer message_burst=1 orphans=10", "kill limit ge -> gt 1", 0 },
		{ "timer message_burst=1 orphans=11", ONE, 0 },
		{ "timer message_burst=1 orphans=11", ONE, 0 },
		{ "timer message_burst=1 orphans=11 now=10005000", ONE BOTH, 0 },
		{ "timer message_burst=1 orphans=10 now=10010000", TWO, 0 },
		{ "timer message_burst=1 orphans=9 now=10015000", TWO, 0 },
		{ "timer message_burst=1 orphans=11 now=10020000", TWO, 0 },
		{ "timer message_burst=1 orphans=11 now=10020000", TWO, 0 },
		{ "timer message_burst=1 orphans=11 now=10025000",
		  TWO ", log limiter printk -> u32 1", 0 },
	};

	run_steps("2.6.18", "2.6.26", steps, sizeof(steps) / sizeof(*steps));
}

/* Each event that is asked for on one side alone goes through both limiters. */
static void test_parted_twice(void)
{
	static const struct compared steps[] = {
		{ "timer message_burst=2 orphans=10", "kill limit ge -> gt 1", 0 },
		{ "timer message_burst=2 orphans=10", "kill limit ge -> gt 2", 0 },
		{ "timer message_burst=2 orphans=11", "kill limit ge -> gt 2, log limit ge -> gt 1",
		  0 },
	};

	run_steps("2.6.18", "2.6.22", steps, sizeof(steps) / sizeof(*steps));
}

/* A divergence in which both ask for a message has no part in what differs later. */
static void test_asked_alike(void)
{
#define RESET "reset retransmit count -> time 1"
	static const struct compared steps[] = {
		{ "retransmit rto=120000 retransmits=1 orphan_retries=2 retrans_stamp=1 "
		  "orphans=11 orphans_approx=11 lsndtime=9900000 message_burst=2",
		  RESET, 0 },
		{ "timer message_burst=2 orphans=10 orphans_approx=10",
		  RESET ", kill limit ge -> gt 1", 0 },
		{ "timer message_burst=2 orphans=11 orphans_approx=11",
		  RESET ", kill limit ge -> gt 1, log limit ge -> gt 1", 0 },
	};

	run_steps("2.6.18", "2.6.36", steps, sizeof(steps) / sizeof(*steps));
}

/* Where one kernel's log alone is not known, the two cannot be compared. */
static void test_one_unknown(void)
{
	static const struct compared
		known = { "close hz=? message_cost=17 orphans=11 orphans_approx=11", "", 0 },
		unknown = { "close hz=? message_cost=17 orphans=11 orphans_approx=11", "", 1 };
	static const char *const kernels[][2] = { { "2.6.22", "2.6.29" }, { "2.6.29", "2.6.22" } };

	for (int i = 0; i < 2; i++) {
		struct tcpoom_compare c;

		tcpoom_compare_init(&c, kernel_of(kernels[i][0]), kernel_of(kernels[i][1]), 64);
		run_compare(&c, "file", 1, &known);
		run_compare(&c, "file", 2, &known);
		run_compare(&c, "file", 3, &unknown);
		tcpoom_compare_free(&c);
	}
}

/* The limiter's own line alone makes a difference too, and one limiter asked for other things. */
static void test_own_line(void)
{
	static const struct compared steps[] = {
		{ "timer message_burst=1 orphans=11", "", 0 },
		{ "timer message_burst=1 orphans=10", "kill limit ge -> gt 1", 0 },
		{ "timer message_burst=1 orphans=11 now=10005000", ONE, 0 },
	};

	run_steps("2.6.18", "2.6.22", steps, sizeof(steps) / sizeof(*steps));
}

/* Two messages, of which the second one makes the difference. */
static void test_second_message(void)
{
#define TWO_MESSAGES "close orphans=11 wmem_queued=5000 mem_allocated=101 "
	static const struct compared steps[] = {
		{ "close orphans=11 message_burst=3", "", 0 },
		{ TWO_MESSAGES "message_burst=2", "log limiter begins -> counts 1", 0 },
	};
	struct tcpoom_compare c;

	tcpoom_compare_init(&c, kernel_of("6.15"), kernel_of("6.16"), 64);
	for (unsigned i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		run_compare(&c, "file", i + 1, &steps[i]);
	if (c.groups) {
		CHECK(tcpoom_log_suppressed(&c.group->lines[0]) == 1);
		CHECK(tcpoom_log_suppressed(&c.group->lines[1]) == 0);
	}
	tcpoom_compare_free(&c);
}

/* Of two messages the second one alone appeared. */
static void test_agreement(void)
{
	static const struct tcpoom_verdict v = {
		.outcome = TCPOOM_KILLED_RESET,
		.messages = 2,
		.message = { TCPOOM_MSG_TOO_MANY_ORPHANED, TCPOOM_MSG_OUT_OF_MEMORY },
	};
	static const struct tcpoom_log_lines lines = { .known = true,
						       .messages = 2,
						       .printed = { false, true } };
	static const struct {
		struct tcpoom_stated recorded;
		bool agrees;
	} cases[] = {
		{ { .lines = 1, .line = { "TCP: out of memory -- consider tuning tcp_mem" } },
		  true },
		{ { .lines = 1, .line = { "TCP: too many orphaned sockets" } }, false },
		{ { .lines = 0 }, false },
		{ { .lines = 2,
		    .line = { "TCP: out of memory -- consider tuning tcp_mem",
			      "TCP: out of memory -- consider tuning tcp_mem" } },
		  false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_SAY(tcpoom_agrees_log(&v, &lines, &cases[i].recorded) == cases[i].agrees,
			  "case %zu", i);
	CHECK(tcpoom_log_suppressed(&lines) == 1);
}

/* The limiter's own line is one of the log, and its text another for each variant and count. */
static void test_lines_differ(void)
{
	static const struct tcpoom_log_lines silent = { .known = true,
							.messages = 1,
							.printed = { true } };
	struct tcpoom_log_lines says = silent, other;

	says.own[0] = (struct tcpoom_ratelimit_line){ .text = TCPOOM_RATELIMIT_SUPPRESSED,
						      .variant = TCPOOM_RATELIMIT_WINDOW,
						      .count = 3 };
	CHECK(tcpoom_log_same(&silent, &silent) && tcpoom_log_same(&says, &says));
	CHECK(!tcpoom_log_same(&silent, &says) && !tcpoom_log_same(&says, &silent));
	other = says;
	other.own[0].variant = TCPOOM_RATELIMIT_TRIES;
	CHECK(tcpoom_log_same(&says, &other));
	other.own[0].variant = TCPOOM_RATELIMIT_ALLOWS;
	CHECK(!tcpoom_log_same(&says, &other));
	other = says;
	other.own[0].count = 4;
	CHECK(!tcpoom_log_same(&says, &other));
	/* a second message that was not asked for */
	other = says;
	other.printed[1] = true;
	CHECK(tcpoom_log_same(&says, &other));
}

/* One limiter that was asked the same gives the same, whatever the time; and not after that. */
static void test_unknown(void)
{
	static const struct compared close_same = { "close hz=? orphans=11", "", 0 },
				     close_unknown = { "close hz=? orphans=11", "", 1 },
				     undecided = { "close max_orphans=?", "", 0 };
	struct tcpoom_compare c;

	tcpoom_compare_init(&c, kernel_of("4.5"), kernel_of("4.9.337"), 64);
	for (unsigned i = 1; i <= 11; i++)
		run_compare(&c, "file", i, &close_same);
	run_compare(&c, "file", 12, &undecided);
	run_compare(&c, "file", 13, &close_unknown);
	CHECK(c.log_first.line == 13);
	/* in another file they did not part */
	for (unsigned i = 1; i <= 11; i++)
		run_compare(&c, "next", i, &close_unknown);
	tcpoom_compare_free(&c);
	tcpoom_compare_init(&c, kernel_of("4.4.131"), kernel_of("4.5"), 64);
	for (unsigned i = 1; i <= 10; i++)
		run_compare(&c, "file", i, &close_same);
	run_compare(&c, "file", 11, &close_unknown);
	CHECK(c.log_first.line == 11);
	/* what was unknown in one file is not in the next */
	for (unsigned i = 1; i <= 10; i++)
		run_compare(&c, "next", i, &close_unknown);
	tcpoom_compare_free(&c);
}

static const struct test log_tests[] = {
	{ "two recordings", test_recorded },
	{ "clocks, settings, and what is not known", test_logs },
	{ "files", test_files },
	{ "causes", test_causes },
	{ "what is asked for on one side twice", test_parted_twice },
	{ "what both ask for", test_asked_alike },
	{ "one log that is not known", test_one_unknown },
	{ "the limiter's own line", test_own_line },
	{ "the second of two messages", test_second_message },
	{ "lines that are not the same", test_lines_differ },
	{ "logs that are not known", test_unknown },
	{ "agreement with a recording", test_agreement },
	{ NULL, NULL },
};

SUITE(log)
