/* SPDX-License-Identifier: GPL-2.0-only */
/* Alarms: the format, what a watch makes of samples and kills, and which rules warn in time. */
#include <glob.h>
#include <inttypes.h>
#include <string.h>

#include "../advice/alarm_feed.h"
#include "check.h"

#define SECOND INT64_C(1000000000)
#define SETS_MOST 8

static bool read_text(const char *body, struct tcpoom_alarm_rules *rules, struct tcpoom_error *e)
{
	char text[1000];
	FILE *in;
	bool good;

	snprintf(text, sizeof(text), "# tcpoom alarms 1\n%s", body);
	in = open_text(text);
	good = tcpoom_alarm_rules_read(in, "a", rules, e);
	fclose(in);
	return good;
}

static void test_errors(void)
{
	static const struct {
		const char *text;
		unsigned long line, column;
		const char *said;
	} bad[] = {
		{ "", 0, 0, "found no alarm, expected warn or crit" },
		{ "note x orphan > 1", 2, 1, "found \"note\", expected every, warn or crit" },
		{ "warn 7 orphan > 1", 2, 6,
		  "found \"7\", expected a name, of letters, digits and _" },
		{ "warn x orphans > 1", 2, 8,
		  "found \"orphans\", expected a variable (see tcpoom help alarms)" },
		{ "warn x tcp_mem[3] > 1", 2, 8,
		  "found \"tcp_mem[3]\", expected a variable (see tcpoom help alarms)" },
		{ "warn x orphan = 1", 2, 15, "found \"=\", expected >, >=, < or <=" },
		{ "warn x orphan >", 2, 16,
		  "found nothing, expected a variable, a number of at most 15 digits, or "
		  "NUMBER*VARIABLE" },
		{ "warn x orphan > 1.2.3", 2, 17,
		  "found \"1.2.3\", expected a variable, a number of at most 15 digits, or "
		  "NUMBER*VARIABLE" },
		{ "warn x orphan > 2*3", 2, 19,
		  "found \"3\", expected a variable (see tcpoom help alarms)" },
		{ "warn x rate(orphan) > 0", 2, 19, "found \")\", expected , and a time" },
		{ "warn x rate(orphan, 0s) > 0", 2, 21,
		  "found \"0s\", expected a time from 1ms to a day" },
		{ "warn x orphan > 1 for 25h", 2, 23,
		  "found \"25h\", expected a time from 0 to a day" },
		{ "warn x orphan > 1 or mem > 1", 2, 19,
		  "found \"or\", expected and, for or the end of the line" },
		{ "warn x orphan > 1\n\nevery soon", 4, 7,
		  "found \"soon\", expected a time, as 10s, 5m or 1h, of at most a day" },
		{ "every 1ms\nwarn x orphan > 1 for 1h", 3, 0,
		  "found a time of more than 100000 samples, expected a shorter one, or fewer "
		  "samples" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct tcpoom_alarm_rules rules;
		struct tcpoom_error e;

		CHECK_SAY(!read_text(bad[i].text, &rules, &e), "%s", bad[i].text);
		CHECK_STRING(e.text, bad[i].said);
		CHECK_SAY(e.line == bad[i].line && e.column == bad[i].column, "%s: %lu:%lu",
			  bad[i].text, e.line, e.column);
		tcpoom_alarm_rules_free(&rules);
	}
}

/* Samples of orphan and max_orphans 100, every 10 s; returns at which the alarm was given. */
static const char *watch(const char *rule, const int64_t *orphans, unsigned samples,
			 const char *kills, struct tcpoom_alarm_record *record)
{
	static char given[64];
	struct tcpoom_alarm_rules rules;
	struct tcpoom_alarm_watch w;
	struct tcpoom_error e = { .text = "" };

	CHECK_SAY(read_text(rule, &rules, &e), "%s: %s", rule, e.text);
	CHECK(tcpoom_alarm_watch_begin(&w, &rules));
	for (unsigned i = 0; i < samples; i++) {
		struct tcpoom_alarm_sample s = {
			.time = 10 * SECOND * i,
			.known = 1u << TCPOOM_A_orphan | 1u << TCPOOM_A_max_orphans,
			.value = { [TCPOOM_A_orphan] = orphans[i], [TCPOOM_A_max_orphans] = 100 },
		};

		tcpoom_alarm_watch_sample(&w, &s);
		given[i] = w.all.given ? '!' : '.';
		/* what happens 4 s after the sample */
		if (kills && kills[i] == 'k')
			tcpoom_alarm_watch_kill(&w, s.time + 4 * SECOND);
		if (kills && kills[i] == '?')
			tcpoom_alarm_watch_open(&w);
	}
	given[samples] = '\0';
	tcpoom_alarm_watch_end(&w);
	if (record)
		*record = w.all;
	tcpoom_alarm_watch_free(&w);
	tcpoom_alarm_rules_free(&rules);
	return given;
}

static void test_rules(void)
{
	static const struct {
		const char *rule, *given;
	} known[] = {
		/*                                     30 25 26 21 20 50 51 51 51 10 */
		{ "warn x orphan > 0.25*max_orphans", "!.!..!!!!." },
		{ "warn x orphan >= 0.25*max_orphans", "!!!..!!!!." },
		{ "warn x orphan < 26", ".!.!!....!" },
		{ "warn x orphan <= 25", ".!.!!....!" },
		/* it stays until it is not above 20 */
		{ "warn x orphan > 0.25*max_orphans clear 0.2*max_orphans", "!!!!.!!!!." },
		/* three samples in a row lie 20 s apart */
		{ "warn x orphan > 50 for 20s", "........!." },
		{ "warn x orphan > 50 for 5s", ".......!!." },
		{ "warn x orphan > 25 and orphan < 51", "!.!..!...." },
		/* 20 s ago: what it was at first, until then */
		{ "warn x rate(orphan, 20s) > 1", ".....!!..." },
		{ "warn x ahead(orphan, 10s) > 51", ".....!!..." },
		{ "warn x ahead(orphan, 1m) < 0", ".........!" },
		/* any of them */
		{ "warn x orphan > 50\ncrit y orphan < 20", "......!!!!" },
		/* what is not known gives no alarm */
		{ "warn x mem < 1", ".........." },
		{ "warn x orphan > tcp_mem[0]", ".........." },
	};
	static const int64_t orphans[] = { 30, 25, 26, 21, 20, 50, 51, 51, 51, 10 };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		CHECK_STRING(watch(known[i].rule, orphans, 10, NULL, NULL), known[i].given);
}

static void test_record(void)
{
	static const struct {
		const char *kills; /* k: one is killed after that sample */
		unsigned timely, late, open, needless, unwarned;
		int64_t before; /* s */
	} known[] = {
		/* alarms: ..!!...!.. */
		{ "..........", 0, 0, 0, 2, 0, -1 }, { "..kk......", 1, 0, 0, 1, 0, 4 },
		{ "...k......", 1, 0, 0, 1, 0, 14 }, { ".k.k......", 1, 0, 0, 1, 1, -1 },
		{ ".k........", 0, 1, 0, 1, 1, -1 }, { "....k.....", 0, 1, 0, 1, 1, -1 },
		{ "...k...k..", 2, 0, 0, 0, 0, 14 }, { "...?......", 0, 0, 1, 1, 0, -1 },
		{ ".........k", 0, 0, 0, 2, 1, -1 },
	};
	static const int64_t orphans[] = { 1, 1, 9, 9, 1, 1, 1, 9, 1, 1 };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct tcpoom_alarm_record r;

		watch("warn x orphan > 5", orphans, 10, known[i].kills, &r);
		CHECK_SAY(r.alarms == 2 && r.first == 20 * SECOND && r.timely == known[i].timely &&
				  r.late == known[i].late && r.open == known[i].open &&
				  r.needless == known[i].needless &&
				  r.unwarned == known[i].unwarned,
			  "%s: %" PRIu64 " timely, %" PRIu64 " late, %" PRIu64 " open, %" PRIu64
			  " needless, %" PRIu64 " unwarned",
			  known[i].kills, r.timely, r.late, r.open, r.needless, r.unwarned);
		CHECK_SAY(r.before == (known[i].before < 0 ? -1 : known[i].before * SECOND),
			  "%s: %" PRId64, known[i].kills, r.before);
	}
}

/* The sets that are built in, on one run. */
struct judged {
	struct tcpoom_alarm_rules rules[SETS_MOST];
	struct tcpoom_alarm_watch watch[SETS_MOST];
	const char *name[SETS_MOST];
	unsigned sets, own, netdata;
};

static void begin(struct judged *j)
{
	struct tcpoom_error e;

	for (j->sets = 0; tcpoom_alarm_texts[j->sets].name; j->sets++) {
		const struct tcpoom_alarm_text *t = &tcpoom_alarm_texts[j->sets];
		FILE *in = open_text(t->text);

		CHECK_SAY(tcpoom_alarm_rules_read(in, t->name, &j->rules[j->sets], &e), "%s: %s",
			  t->name, e.text);
		fclose(in);
		CHECK(tcpoom_alarm_watch_begin(&j->watch[j->sets], &j->rules[j->sets]));
		j->name[j->sets] = t->name;
		if (!strcmp(t->name, "tcpoom.alarms"))
			j->own = j->sets;
		if (!strcmp(t->name, "netdata.alarms"))
			j->netdata = j->sets;
	}
}

static void finish(struct judged *j)
{
	for (unsigned i = 0; i < j->sets; i++) {
		tcpoom_alarm_watch_free(&j->watch[i]);
		tcpoom_alarm_rules_free(&j->rules[i]);
	}
}

/* What our own alarms promise of each run and trace. */
static void check_own(const struct judged *j, const char *file)
{
	const struct tcpoom_alarm_watch *own = &j->watch[j->own];

	CHECK_SAY(!own->shown || !own->all.kills || own->all.before >= 0,
		  "%s: a sample shows that a kill is near, and there is no alarm", file);
	for (unsigned i = 0; i < j->sets; i++)
		CHECK_SAY(j->watch[i].all.before < 0 || own->all.before >= 0,
			  "%s: %s warns, and our own do not", file, j->name[i]);
	CHECK_SAY(own->all.needless <= j->watch[j->netdata].all.needless,
		  "%s: %" PRIu64 " needless", file, own->all.needless);
}

static void run(struct judged *j, const char *file, const char *release)
{
	struct tcpoom_workload w;
	struct tcpoom_error e = { .text = "" };
	struct tcpoom_resolution r;
	struct tcpoom_machine machine;
	FILE *in = fopen(file, "r");

	tcpoom_release_resolve(release, &r);
	machine = tcpoom_machine_of(&r);
	CHECK_SAY(in && tcpoom_workload_read(in, file, &w, &e), "%s: %s", file, e.text);
	for (unsigned i = 0; i < j->sets; i++) {
		struct tcpoom_alarm_watch *watch = &j->watch[i];
		const struct tcpoom_alarm_watches watches = { &watch, 1 };

		/* the others are not compared with but for what they warn of, and netdata's */
		if (i == j->own || i == j->netdata)
			CHECK(tcpoom_alarm_run(&watches, &machine, &w, 1, &e));
	}
	tcpoom_workload_free(&w);
	fclose(in);
}

/*
 * On each workload our own alarms warn before the first kill wherever a sample shows it to be near,
 * and wherever netdata's do; they are needless less often, and leave fewer kills without an alarm.
 */
static void test_workloads(void)
{
	static const char *const releases[] = { "2.6.18", "4.15", "7.1" };
	uint64_t needless[2] = { 0 }, unwarned[2] = { 0 }, warned[2] = { 0 };
	glob_t files;

	CHECK(glob("traces/workloads/*.workload", 0, NULL, &files) == 0);
	for (size_t i = 0; i < 3 * files.gl_pathc; i++) {
		struct judged j;

		begin(&j);
		run(&j, files.gl_pathv[i / 3], releases[i % 3]);
		check_own(&j, files.gl_pathv[i / 3]);
		for (int k = 0; k < 2; k++) {
			const struct tcpoom_alarm_record *r = &j.watch[k ? j.own : j.netdata].all;

			needless[k] += r->needless;
			unwarned[k] += r->unwarned;
			warned[k] += r->before >= 0;
		}
		finish(&j);
	}
	CHECK_SAY(warned[1] > warned[0], "%" PRIu64 " warned", warned[1]);
	CHECK_SAY(2 * needless[1] < needless[0], "%" PRIu64 " needless", needless[1]);
	CHECK_SAY(unwarned[1] < unwarned[0], "%" PRIu64 " unwarned", unwarned[1]);
	globfree(&files);
}

static enum tcpoom_alarm_end recorded_end(const struct tcpoom_event *event)
{
	if (!event->has_recorded || event->recorded.outcome < 0)
		return TCPOOM_ALARM_OPEN;
	if (event->recorded.outcome == TCPOOM_EXPIRED)
		return TCPOOM_ALARM_TIMED_OUT;
	return event->recorded.outcome == TCPOOM_KEPT ? TCPOOM_ALARM_LIVES : TCPOOM_ALARM_KILLED;
}

/* The same of what was recorded, as it was. */
static void test_traces(void)
{
	glob_t files;

	CHECK(glob("traces/[ir]*/*.trace", 0, NULL, &files) == 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct tcpoom_alarm_tail tail[SETS_MOST] = { 0 };
		struct tcpoom_event event;
		struct tcpoom_error e;
		struct judged j;
		FILE *in = fopen(files.gl_pathv[i], "r");
		struct tcpoom_trace *t = tcpoom_trace_open(in, files.gl_pathv[i], &e);

		begin(&j);
		for (unsigned k = 0; k < j.sets; k++)
			tail[k].watch = &j.watch[k];
		while (t && tcpoom_trace_next(t, &event, &e) == TCPOOM_TRACE_EVENT)
			for (unsigned k = 0; k < j.sets; k++)
				tcpoom_alarm_tail_event(&tail[k], &event, recorded_end(&event));
		for (unsigned k = 0; k < j.sets; k++)
			tcpoom_alarm_tail_end(&tail[k]);
		check_own(&j, files.gl_pathv[i]);
		finish(&j);
		if (t)
			tcpoom_trace_close(t);
		fclose(in);
	}
	globfree(&files);
}

/* Years between two events are no work; what a sample sees then is what the first event said. */
static void test_gap(void)
{
	struct tcpoom_alarm_rules rules;
	struct tcpoom_alarm_watch w;
	struct tcpoom_alarm_tail tail = { .watch = &w };
	struct tcpoom_event event = { .time = 0 };
	struct tcpoom_error e;

	CHECK(read_text("warn x orphan > 5 for 1h", &rules, &e));
	CHECK(tcpoom_alarm_watch_begin(&w, &rules));
	event.state.given = TCPOOM_BIT(orphans);
	event.state.orphans = 6;
	tcpoom_alarm_tail_event(&tail, &event, TCPOOM_ALARM_LIVES);
	event.time = INT64_C(1000000005) * SECOND;
	tcpoom_alarm_tail_event(&tail, &event, TCPOOM_ALARM_KILLED);
	tcpoom_alarm_tail_end(&tail);
	CHECK(w.all.first == 3600 * SECOND && w.all.before == event.time - 3600 * SECOND);
	CHECK(w.last.time == INT64_C(1000000000) * SECOND);
	CHECK(w.samples < 2000);
	tcpoom_alarm_watch_free(&w);
	tcpoom_alarm_rules_free(&rules);
}

static const struct test alarms_tests[] = {
	{ "errors", test_errors },
	{ "rules", test_rules },
	{ "timely, late and needless", test_record },
	{ "our own alarms on the workloads", test_workloads },
	{ "our own alarms on the traces", test_traces },
	{ "a gap", test_gap },
	{ NULL, NULL },
};

SUITE(alarms)
