/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs in closed loop against what is known: the experiment of snmp_counter.rst, what a real 6.1
 * did, published logs, and what the timers of an orphan lead to.
 */
#include <inttypes.h>
#include <string.h>

#include "../diff/run.h"
#include "../model/memory.h"
#include "../model/orphan.h"
#include "../traces/trace.h"
#include "check.h"

#define SECOND INT64_C(1000000000)
#define LINES_MOST 32
#define SEEN_MOST 64

/* What a run did, as far as a test looks. */
struct seen {
	struct tcpoom_run_result result;
	unsigned lines, decisions;
	char line[LINES_MOST][80];
	int64_t line_time[LINES_MOST];
	struct {
		int64_t time;
		int32_t cached;
		bool is_close;
		uint8_t outcome;
	} decision[SEEN_MOST];
	uint64_t digest; /* of all states and their times */
	int64_t late;	 /* time of the last decision */
	int64_t sampled; /* of the last sample */
	unsigned closes, resets;
};

/* Of the last run, the state of each decision. */
static struct tcpoom_state state[SEEN_MOST];

static void see_line(void *context, int64_t time, const char *text)
{
	struct seen *s = context;

	if (s->lines < LINES_MOST) {
		snprintf(s->line[s->lines], sizeof(s->line[0]), "%s", text);
		s->line_time[s->lines] = time;
	}
	s->lines++;
}

static void see_decision(void *context, const struct tcpoom_run_decision *d)
{
	struct seen *s = context;

	for (int f = 0; f < TCPOOM_FIELDS; f++)
		s->digest = s->digest * 31 + (uint64_t)tcpoom_field_get(d->state, f);
	s->digest = s->digest * 31 + (uint64_t)d->time;
	s->late = d->time;
	s->closes += d->state->entry == TCPOOM_CLOSE;
	s->resets += d->verdict->outcome == TCPOOM_KILLED_RESET;
	if (s->decisions < SEEN_MOST) {
		state[s->decisions] = *d->state;
		s->decision[s->decisions].time = d->time;
		s->decision[s->decisions].cached = d->state->orphans_cached;
		s->decision[s->decisions].is_close = d->state->entry == TCPOOM_CLOSE;
		s->decision[s->decisions].outcome = d->verdict->outcome;
	}
	s->decisions++;
}

/* What is sampled stays in the result. */
static void see_sample(void *context, int64_t time, const struct tcpoom_run_result *result)
{
	struct seen *s = context;

	CHECK(result == &s->result);
	s->sampled = time;
}

static struct tcpoom_machine machine_of(const char *release)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(release, &r);
	CHECK_SAY(r.candidates == 1, "%s", release);
	return tcpoom_machine_of(&r);
}

static void run_seeded(FILE *in, const char *release, uint64_t seed, struct seen *s)
{
	const struct tcpoom_machine machine = machine_of(release);
	const struct tcpoom_run_calls calls = { s, see_decision, see_line, see_sample };
	struct tcpoom_workload w;
	struct tcpoom_error e = { .text = "" };
	bool good = in && tcpoom_workload_read(in, "workload", &w, &e);

	memset(s, 0, sizeof(*s));
	good = good && tcpoom_run(&machine, &w, seed, SECOND, &calls, &s->result, &e);
	CHECK_SAY(good, "%s: line %lu: %s", release, e.line, e.text);
	if (in) {
		tcpoom_workload_free(&w);
		fclose(in);
	}
}

static void run_text(const char *body, const char *release, struct seen *s)
{
	char text[2000];

	snprintf(text, sizeof(text), "# tcpoom workload 1\n%s", body);
	run_seeded(open_text(text), release, 1, s);
}

static void run_file(const char *name, const char *release, struct seen *s)
{
	char path[100];

	snprintf(path, sizeof(path), "traces/workloads/%s.workload", name);
	run_seeded(fopen(path, "r"), release, 1, s);
}

static uint64_t count(const struct seen *s, enum tcpoom_run_count which)
{
	return s->result.count[which];
}

/*
 * Documentation/networking/snmp_counter.rst, on 4.15: 54 aborts and 10 orphans that time out later;
 * none of 11. The approximate count is 0 up to the 32nd close.
 */
static void test_snmp_counter(void)
{
	static const struct {
		const char *workload, *release;
		uint64_t at_close, by_timer, timed_out;
	} known[] = {
		{ "snmp-counter-64", "4.15", 33, 21, 10 },
		{ "snmp-counter-11", "4.15", 0, 0, 11 },
		/* one atomic count; the timer compares with >= */
		{ "snmp-counter-64", "2.6.18", 54, 1, 9 },
		{ "snmp-counter-11", "2.6.18", 1, 1, 9 },
		/* the closing socket is not counted */
		{ "snmp-counter-64", "2.6.16", 53, 2, 9 },
		/* nothing of the approximate count is looked at again */
		{ "snmp-counter-64", "2.6.32", 33, 31, 0 },
		/* the sum of 100 ms ago is 0 for every close, and 64 for every first timer */
		{ "snmp-counter-64", "7.1", 0, 64, 0 },
		{ "snmp-counter-11", "7.1", 0, 11, 0 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct seen s;

		run_file(known[i].workload, known[i].release, &s);
		CHECK_SAY(count(&s, TCPOOM_N_killed_close) == known[i].at_close &&
				  count(&s, TCPOOM_N_killed_reset) == known[i].by_timer &&
				  count(&s, TCPOOM_N_timed_out) == known[i].timed_out,
			  "%s on %s: %" PRIu64 " + %" PRIu64 ", %" PRIu64 " timed out",
			  known[i].workload, known[i].release, count(&s, TCPOOM_N_killed_close),
			  count(&s, TCPOOM_N_killed_reset), count(&s, TCPOOM_N_timed_out));
		CHECK(count(&s, TCPOOM_N_closed) == s.closes);
		CHECK(count(&s, TCPOOM_N_decisions) == s.decisions);
		CHECK(count(&s, TCPOOM_N_resets) == s.resets);
		CHECK(count(&s, TCPOOM_N_messages) == count(&s, TCPOOM_N_abort_on_memory));
		CHECK(count(&s, TCPOOM_N_abort_on_memory) == known[i].at_close + known[i].by_timer);
		CHECK(count(&s, TCPOOM_N_abort_on_timeout) == known[i].timed_out);
		CHECK(count(&s, TCPOOM_N_orphans) == 0);
	}
}

/* The scenario of the recording that begins with this comment, against the same workload. */
static void compare_recorded(const char *begins, const char *ends, const char *workload)
{
	FILE *in = fopen("traces/recorded/debian-6.1.192.trace", "r");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = in ? tcpoom_trace_open(in, "recorded", &e) : NULL;
	struct tcpoom_event event;
	unsigned long first = 0, last = 0, line = 0;
	char text[1000];
	unsigned i = 0;
	struct seen s;
	FILE *again = fopen("traces/recorded/debian-6.1.192.trace", "r");

	while (again && fgets(text, sizeof(text), again)) {
		line++;
		if (strstr(text, begins))
			first = line;
		if (strstr(text, ends))
			last = line;
	}
	run_file(workload, "6.1.192", &s);
	while (trace && tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT) {
		int64_t apart;

		if (event.line < first || event.line > last)
			continue;
		apart = event.time - s.decision[i].time;
		CHECK_SAY(apart > -SECOND / 10 && apart < SECOND / 10, "line %lu: %" PRId64 " ns",
			  event.line, apart);
		CHECK_SAY((event.state.entry == TCPOOM_CLOSE) == s.decision[i].is_close &&
				  event.recorded.outcome == s.decision[i].outcome &&
				  event.state.orphans_cached == s.decision[i].cached,
			  "line %lu", event.line);
		i++;
	}
	CHECK_SAY(i && i == s.decisions, "%u recorded, %u in the run", i, s.decisions);
	tcpoom_trace_close(trace);
	fclose(in);
	fclose(again);
}

static void test_recorded(void)
{
	compare_recorded("scenario A-", "scenario A2-", "recorded-a");
	compare_recorded("scenario A2-", "scenario B-", "recorded-a2");
}

static void test_ten_lines(void)
{
	struct seen s;

	run_file("vertx-ten-lines", "4.4", &s);
	CHECK(count(&s, TCPOOM_N_killed_close) == 232000 && s.lines == 10);
	CHECK(count(&s, TCPOOM_N_lines) == s.lines && count(&s, TCPOOM_N_printed) == s.lines);
	CHECK_STRING(s.line[9], "TCP: out of memory -- consider tuning tcp_mem");
	CHECK(s.line_time[9] - s.line_time[0] == 59004);
}

/* Eight of the ten messages are on orphans, two of others; 273 more were held back. */
static void test_shared_limiter(void)
{
	struct seen s;
	unsigned orphans = 0, others = 0;

	run_file("openmptcprouter", "5.4.207", &s);
	for (unsigned i = 0; i < 10; i++) {
		orphans += !strcmp(s.line[i], "TCP: too many orphaned sockets");
		others += !strcmp(s.line[i], "MPTCP: out of memory: force closing socket");
	}
	CHECK(s.lines == 12 && orphans == 8 && others == 2);
	CHECK(s.line_time[9] - s.line_time[0] < 110000);
	CHECK_STRING(s.line[10], "net_ratelimit: 273 callbacks suppressed");
	CHECK_STRING(s.line[11], "TCP: too many orphaned sockets");
}

/*
 * Before 3.18 an orphan whose peer keeps its window closed was probed for ever (b248230c3497): each
 * answer resets what counts.
 */
static void test_closed_window(void)
{
	static const char workload[] = "1 close peer=closed wmem_queued=9000\n7200 end\n";
	struct seen s;

	run_text(workload, "3.16", &s);
	CHECK(count(&s, TCPOOM_N_orphans) == 1 && s.decisions > 50);
	run_text(workload, "3.18", &s);
	CHECK(count(&s, TCPOOM_N_timed_out) == 1 && s.decisions == 12);
	/* a peer that is dead answers no probe, and that ends it before 3.18 too */
	run_text("1 close peer=dead packets_out=0 snd_wnd=0\n7200 end\n", "3.16", &s);
	CHECK(count(&s, TCPOOM_N_timed_out) == 1);
	/* nor does one that opens its window */
	run_text("1 close peer=closed answer=100s\n7200 end\n", "3.16", &s);
	CHECK(count(&s, TCPOOM_N_done) == 1);
}

/* What a timer leaves behind: of retransmissions the first one's time, and the last one's. */
static void test_sends(void)
{
	struct tcpoom_orphan o = { .packets_out = 1, .rto = 300 };

	tcpoom_orphan_sends(&o, 5, 1000);
	tcpoom_orphan_sends(&o, 7, 1000);
	CHECK(o.retransmits == 2 && o.backoff == 2 && o.rto == 1000);
	CHECK(o.retrans_stamp == 5 && o.head_sent == 7 && o.lsndtime == 0);
	o = (struct tcpoom_orphan){ .packets_out = 0, .rto = 300 };
	for (int i = 0; i < 20; i++)
		tcpoom_orphan_sends(&o, 5, 1000);
	/* tcp_retries2 is 15 */
	CHECK(o.probes_out == 20 && o.backoff == 15 && o.rto == 300 && o.retransmits == 0);
}

/* A probe comes no sooner than the minimum RTO; a retransmission does. */
static void test_short_rto(void)
{
	struct seen s;

	run_text("set hz=1000\n1 close peer=closed rto=10ms\n3 end\n", "4.15", &s);
	CHECK(s.decision[1].time == 1200 * SECOND / 1000);
	CHECK(s.decision[2].time == 1600 * SECOND / 1000);
	run_text("set hz=1000\n1 close peer=dead rto=10ms\n3 end\n", "4.15", &s);
	CHECK(s.decision[1].time == 1010 * SECOND / 1000);
	CHECK(s.decision[2].time == 1030 * SECOND / 1000);
}

/*
 * Each retransmission of data is data sent; that of a FIN is not, and after 240 s without any the
 * orphan counts double: at its timer 204.6 s + 120 s after close.
 */
static void test_idle(void)
{
	struct seen s;

	run_text("set max_orphans=1 orphan_retries=15\n1 close packets_out=1\n500 end\n", "2.6.28",
		 &s);
	CHECK(count(&s, TCPOOM_N_killed_reset) == 1 && s.late == 325600 * SECOND / 1000);
	run_text("set max_orphans=1 orphan_retries=15\n1 close packets_out=2\n500 end\n", "2.6.28",
		 &s);
	CHECK(count(&s, TCPOOM_N_orphans) == 1);
}

/* tcp_orphan_retries 3: the fourth timer gives up, 200 ms * (1 + 2 + 4 + 8) after close. */
static void test_orphan_retries(void)
{
	static const char workload[] = "set hz=1000 orphan_retries=3\n1 close peer=dead\n600 end\n";
	struct seen s;

	run_text(workload, "2.6.18", &s);
	CHECK(count(&s, TCPOOM_N_timed_out) == 1 && s.late == 4 * SECOND);
	/* by time from the first retransmission on: one more, as 2.8 s are not 3 s */
	run_text(workload, "4.15", &s);
	CHECK(count(&s, TCPOOM_N_timed_out) == 1 && s.late == 7200 * SECOND / 1000);
}

/* An ICMP error makes an orphan count double, and one that is not alive any more has no retries. */
static void test_icmp(void)
{
	struct seen s;

	run_text("set max_orphans=5\n1 close n=3 peer=icmp\n1.5 end\n", "3.4", &s);
	CHECK(count(&s, TCPOOM_N_killed_close) == 0);
	CHECK(count(&s, TCPOOM_N_killed_reset) == 0); /* read as 0 of a batch of 32 */
	run_text("set max_orphans=5\n1 close n=3 peer=icmp\n1.5 end\n", "2.6.28", &s);
	CHECK(count(&s, TCPOOM_N_killed_reset) == 1); /* 3 * 2 > 5, and 2 * 2 is not */
	run_text("set max_orphans=5\n1 close n=3 peer=dead\n1.5 end\n", "2.6.28", &s);
	CHECK(count(&s, TCPOOM_N_killed_reset) == 0);
	/* it answers the FIN; an error that was there before is of the socket, whatever its peer */
	run_text("1 close peer=icmp err_soft=101\n1.5 end\n", "4.15", &s);
	CHECK(state[0].err_soft == 0 && state[1].err_soft == 101);
	run_text("1 close peer=dead err_soft=101\n1.5 end\n", "4.15", &s);
	CHECK(state[0].err_soft == 101 && state[1].err_soft == 101);
}

/* An orphan whose peer acknowledges all waits in FIN_WAIT2 for what tcp_fin_timeout is over 60 s.
 */
static void test_fin_wait2(void)
{
	static const struct {
		const char *workload;
		uint64_t at_end;
	} cases[] = {
		{ "1 close answer=10ms\n1.009 end\n", 1 },
		{ "1 close answer=10ms\n1.010 end\n", 0 }, /* TIME_WAIT at once */
		{ "set fin_timeout=90s\n1 close answer=0s\n30.9 end\n", 1 },
		{ "set fin_timeout=90s\n1 close answer=0s\n31.0 end\n", 0 },
		{ "set fin_timeout=90s\n1 close answer=0s fin=2s\n2.9 end\n", 1 },
		{ "set fin_timeout=90s\n1 close answer=0s fin=2s\n3.0 end\n", 0 },
		{ "set fin_timeout=90s\n1 close answer=10ms fin=0s\n1.010 end\n", 0 },
		/* no less than 3.5 RTOs */
		{ "set fin_timeout=1s\n1 close answer=0s rto=40s timer=40s\n80.9 end\n", 1 },
		{ "set fin_timeout=1s\n1 close answer=0s rto=40s timer=40s\n81.0 end\n", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct seen s;

		run_text(cases[i].workload, "4.15", &s);
		CHECK_SAY(count(&s, TCPOOM_N_orphans) == cases[i].at_end, "%s", cases[i].workload);
		/* the keepalive timer does not ask */
		CHECK_SAY(s.decisions == 1, "%s", cases[i].workload);
	}
}

/* What is queued is charged in pages, and a kernel with reserves does not see all of it. */
static void test_memory(void)
{
	static const char closes[] = "set tcp_mem=1,2,99\n"
				     "1 close n=50 wmem_queued=8192 every=1us\n1.1 end\n";
	struct seen s;

	run_text(closes, "5.19", &s); /* the 50th is charged with page 99 and 100 */
	CHECK(count(&s, TCPOOM_N_killed_close) == 1);
	run_text(closes, "6.0", &s); /* 100 pages are less than the 256 that a CPU parks */
	CHECK(count(&s, TCPOOM_N_killed_close) == 0);
	/* 64 KiB pages: 4.10 to 5.19 count in 4096 bytes, and others in pages */
	run_text("set page_size=65536 tcp_mem=1,2,6\n1 close n=7 wmem_queued=8192\n1.1 end\n",
		 "5.19", &s);
	CHECK(count(&s, TCPOOM_N_killed_close) == 0);
	run_text("set page_size=65536 tcp_mem=1,2,6\n1 close n=7 wmem_queued=8192\n1.1 end\n",
		 "4.9", &s);
	CHECK(count(&s, TCPOOM_N_killed_close) == 1);
	/* too many orphans and too much memory are two messages */
	run_text("set tcp_mem=1,2,99 memory=99 max_orphans=-1\n1 close wmem_queued=8192\n1 end\n",
		 "4.15", &s);
	CHECK(s.lines == 2 && count(&s, TCPOOM_N_messages) == 2 &&
	      count(&s, TCPOOM_N_printed) == 2);
	/* what sockets that are no orphans hold may change */
	run_text("set tcp_mem=1,2,99\n1 close wmem_queued=8192\n"
		 "2 set memory=98\n3 close wmem_queued=8192\n"
		 "4 set memory=0\n5 close wmem_queued=8192\n5.1 end\n",
		 "5.19", &s);
	CHECK(count(&s, TCPOOM_N_killed_close) == 1);
}

/* Each page that is begun is charged, in quanta where a kernel has them; the rest is not looked at.
 */
static void test_pages(void)
{
	static const struct {
		const char *release, *set, *queued;
		int64_t pages;
	} cases[] = {
		{ "5.19", "memory=7", "-5", 7 },
		{ "5.19", "memory=7", "0", 7 },
		{ "5.19", "memory=7", "1", 8 },
		{ "5.19", "memory=7", "4096", 8 },
		{ "5.19", "memory=7", "4097", 9 },
		{ "4.9", "memory=100000 page_size=65536", "4097", 100001 },
		{ "5.19", "memory=100000 page_size=65536", "4097", 1600002 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[100];
		struct seen s;

		snprintf(text, sizeof(text), "set %s\n1 close wmem_queued=%s\n1.1 end\n",
			 cases[i].set, cases[i].queued);
		run_text(text, cases[i].release, &s);
		CHECK_SAY(state[0].mem_allocated == cases[i].pages, "%s: %s", cases[i].release,
			  text);
		/* net/ipv4/proc.c:sockstat_seq_show prints the number as it is, quanta or not */
		CHECK_SAY(s.result.memory == cases[i].pages, "%s: %s", cases[i].release, text);
	}
}

/* What was charged is given back once, when it is acknowledged or the orphan is gone. */
static void test_given_back(void)
{
	static const struct {
		const char *workload;
		int64_t pages;
	} cases[] = {
		{ "1 close wmem_queued=9000\n1 end\n", 10 },
		{ "1 close wmem_queued=9000 answer=1s\n2 end\n", 7 },
		{ "set max_orphans=0\n1 close wmem_queued=9000\n1 end\n", 7 },
		{ "set fin_timeout=90s\n1 close wmem_queued=9000 answer=1s\n1 end\n", 10 },
		{ "set fin_timeout=90s\n1 close wmem_queued=9000 answer=1s\n2 end\n", 7 },
		{ "set fin_timeout=90s\n1 close wmem_queued=9000 answer=1s\n100 end\n", 7 },
		{ "set orphan_retries=3\n1 close wmem_queued=9000\n100 end\n", 7 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[200];
		struct seen s;

		snprintf(text, sizeof(text), "set memory=7\n%s", cases[i].workload);
		run_text(text, "2.6.18", &s);
		CHECK_SAY(s.result.memory == cases[i].pages, "%s", text);
	}
}

/*
 * INITIAL_JIFFIES (include/linux/jiffies.h, since 2.6): five minutes after boot the lower 32 bits
 * of the counter wrap.
 */
static void test_boot_tick(void)
{
	struct seen s;

	run_text("set hz=1000\n0 close n=2 every=300s idle=1s\n300 end\n", "4.15", &s);
	CHECK(state[0].now == UINT32_MAX - 300000 + 1);
	CHECK(state[0].lsndtime == state[0].now - 1000 && state[0].head_sent == state[0].lsndtime);
	CHECK(s.decision[s.decisions - 1].time == 300 * SECOND && state[s.decisions - 1].now == 0);
	run_text("set hz=100\n0 close\n1 end\n", "4.15", &s);
	CHECK(state[0].now == UINT32_MAX - 30000 + 1);
}

/* A timer that is due fires at the next tick, as the current one's is over. */
static void test_timer_at_once(void)
{
	struct seen s;

	run_text("set hz=1000\n1.0005 close timer=0s\n1.1 end\n", "4.15", &s);
	CHECK(s.decisions == 2 && s.decision[1].time == 1001 * SECOND / 1000);
	run_text("set hz=1000\n1 close timer=1ns\n1.1 end\n", "4.15", &s);
	CHECK(s.decisions == 2 && s.decision[1].time == 1001 * SECOND / 1000);
}

/* The states say all that a run knows; what it does not say of the machine is as by default. */
static void test_states(void)
{
	const tcpoom_fieldset not_known = TCPOOM_BIT(do_reset) | TCPOOM_BIT(memcg_allocated) |
					  TCPOOM_BIT(memcg_limit) | TCPOOM_BIT(ratelimit_budget);
	const tcpoom_fieldset all = (((tcpoom_fieldset)1 << TCPOOM_FIELDS) - 1) & ~not_known;
	struct tcpoom_state plain = { 0 };
	struct seen s;

	tcpoom_state_complete(&plain);
	run_text("1 close\n1 close snd_wnd=0 packets_out=0\n2 end\n", "4.15", &s);
	CHECK(s.decisions > 3);
	for (unsigned i = 0; i < s.decisions; i++) {
		/* whether the socket is counted is asked at close alone */
		CHECK(state[i].given ==
		      (state[i].entry == TCPOOM_CLOSE ? all : all & ~TCPOOM_BIT(self_counted)));
		CHECK(state[i].sizeof_sk_buff == plain.sizeof_sk_buff);
		CHECK(state[i].page_size == plain.page_size && !state[i].user_timeout);
	}
}

/* The most orphans at one time, of whom none need be left. */
static void test_most(void)
{
	struct seen s;

	run_text("1 close n=3 answer=1s\n3 close n=2 answer=1s\n5 end\n", "4.15", &s);
	CHECK(count(&s, TCPOOM_N_orphans_most) == 3 && count(&s, TCPOOM_N_orphans) == 0);
}

/* Settings that change in a run, at their time and before whatever else happens then. */
static void test_settings(void)
{
	struct seen s;

	run_text("set max_orphans=9\n1 close n=3 every=1s\n2 set max_orphans=1\n2.5 end\n",
		 "2.6.28", &s);
	CHECK(count(&s, TCPOOM_N_killed_close) == 1);
	CHECK(s.result.setting[TCPOOM_S_hz] == 250 && s.result.setting[TCPOOM_S_max_orphans] == 1);
	CHECK(s.result.setting[TCPOOM_S_net_alive] == 1);
	/* a sample says what is set up to its time, and the last one is not behind the end */
	run_text("2 set max_orphans=1\n2.999999999 end\n", "4.15", &s);
	CHECK(s.sampled == 2 * SECOND && s.result.setting[TCPOOM_S_max_orphans] == 1);
	run_text("1.5 set max_orphans=1\n1.9 end\n", "4.15", &s);
	CHECK(s.sampled == SECOND && s.result.setting[TCPOOM_S_max_orphans] == 8192);
	/* and a decision what is set up to its own */
	run_text("1.2 close\n1.5 set max_orphans=1\n1.9 end\n", "4.15", &s);
	CHECK(state[0].max_orphans == 8192);
	run_text("1 close\n1.1 set net_alive=0\n2 end\n", "4.15", &s);
	CHECK(count(&s, TCPOOM_N_net_exited) == 1 && count(&s, TCPOOM_N_abort_on_memory) == 0);
	run_text("set max_orphans=0 message_cost=0\n1 close n=20\n1 end\n", "2.6.28", &s);
	CHECK(s.lines == 20);
	run_text("set max_orphans=0 message_burst=3\n1 close n=20\n1 end\n", "2.6.28", &s);
	CHECK(s.lines == 3);
	run_text("set max_orphans=-1 message_burst=3\n1 close n=20\n1 end\n", "2.4.22", &s);
	CHECK(s.lines == 3);
	/* from 6.15 on the backoff ends at a setting; the eighth retry comes sooner */
	run_text("set rto_max=1s\n1 close\n600 end\n", "6.15", &s);
	CHECK(count(&s, TCPOOM_N_timed_out) == 1 && s.late < 12 * SECOND);
	run_text("set rto_max=1s\n1 close\n600 end\n", "6.14", &s);
	CHECK(count(&s, TCPOOM_N_timed_out) == 1 && s.late > 100 * SECOND);
}

/* What an int of an old kernel cannot hold ends the run with an error, at a close or a timer. */
static void test_refused(void)
{
	static const char *const workloads[] = {
		"# tcpoom workload 1\nset tcp_mem2=2147483648\n1 close\n2 end\n",
		"# tcpoom workload 1\n1 close\n1.1 set tcp_mem2=2147483648\n2 end\n",
	};
	const struct tcpoom_machine machine = machine_of("2.6.18");
	const struct tcpoom_run_calls calls = { NULL, NULL, NULL, NULL };

	for (size_t i = 0; i < sizeof(workloads) / sizeof(*workloads); i++) {
		FILE *in = open_text(workloads[i]);
		struct tcpoom_run_result result;
		struct tcpoom_workload w;
		struct tcpoom_error e;

		CHECK(tcpoom_workload_read(in, "w", &w, &e));
		CHECK(!tcpoom_run(&machine, &w, 1, SECOND, &calls, &result, &e));
		CHECK_STRING(e.text,
			     "tcp_mem2 becomes 2147483648, more than its int holds in 2.6.17");
		CHECK(e.column == 0);
		tcpoom_workload_free(&w);
		fclose(in);
	}
}

/* One seed, one run; another seed, another one. */
static void test_seed(void)
{
	static const char text[] = "# tcpoom workload 1\nset cpus=4 max_orphans=50\n"
				   "1 close n=500 every=1ms..9ms cpu=0..3 answer=1ms..9s\n9 end\n";
	struct seen a, b, c;

	run_seeded(open_text(text), "4.15", 7, &a);
	run_seeded(open_text(text), "4.15", 7, &b);
	run_seeded(open_text(text), "4.15", 8, &c);
	CHECK(!memcmp(&a, &b, sizeof(a)));
	CHECK(a.digest != c.digest);
	CHECK(count(&a, TCPOOM_N_killed_close) > 0 && count(&a, TCPOOM_N_done) > 0);
}

/*
 * A seed means the same run for ever. With this one the first line draws the numbers that are
 * published of splitmix64 from 1234567 on: 6457827717110365317, 3203168211198807973 and
 * 9817491932198370423; their lower 32 bits are the windows. The next line draws from 1234568 on.
 */
static void test_known_seed(void)
{
	struct seen s;
	unsigned drawn = 0;

	run_seeded(open_text("# tcpoom workload 1\n1 close n=3 snd_wnd=0..4294967295\n"
			     "1.1 close snd_wnd=0..4294967295\n1.1 end\n"),
		   "4.15", UINT64_C(11906536674387683726), &s);
	CHECK(state[0].snd_wnd == 4211670149 && state[1].snd_wnd == 1481904037 &&
	      state[2].snd_wnd == 2750577783);
	CHECK(state[3].snd_wnd == 1272436754);
	/* from the least to the most, and both come */
	run_text("1 close n=50 snd_wnd=7..9\n1.1 end\n", "4.15", &s);
	for (unsigned i = 0; i < s.decisions; i++)
		drawn |= 1u << state[i].snd_wnd;
	CHECK(drawn == (1u << 7 | 1u << 8 | 1u << 9));
}

static void sample(void *context, int64_t time, const struct tcpoom_run_result *result)
{
	char *text = context;
	const size_t len = strlen(text);

	snprintf(text + len, 200 - len, "%" PRId64 ":%" PRIu64 " ", time / (SECOND / 2),
		 result->count[TCPOOM_N_orphans]);
}

/* Samples come at 0 and every step, after what happened at that time, up to the end. */
static void test_samples(void)
{
	const struct tcpoom_machine machine = machine_of("4.15");
	char text[200] = "";
	const struct tcpoom_run_calls calls = { text, NULL, NULL, sample };
	struct tcpoom_run_result result;
	struct tcpoom_workload w;
	struct tcpoom_error e;
	FILE *in = open_text("# tcpoom workload 1\n0.5 close n=2 every=1s answer=600ms\n2.5 end\n");

	CHECK(tcpoom_workload_read(in, "w", &w, &e));
	CHECK(tcpoom_run(&machine, &w, 1, SECOND / 2, &calls, &result, &e));
	CHECK_STRING(text, "0:0 1:1 2:1 3:1 4:1 5:0 ");
	tcpoom_workload_free(&w);
	fclose(in);
}

/* From which release on as many probes as the limit allows are too many, at each border. */
static void test_at_limit(void)
{
	static const struct {
		const char *release;
		bool at_limit;
	} cases[] = {
		{ "2.4.22", false },  { "4.9.336", false }, { "4.9.337", true },
		{ "4.9.338", true },  { "4.10", false },    { "4.14.176", false },
		{ "4.14.177", true }, { "4.14.178", true }, { "4.15.17", false },
		{ "4.15.18", true },  { "4.15.19", true },  { "4.16", false },
		{ "4.18.20", false }, { "4.19.94", false }, { "4.19.95", true },
		{ "4.19.96", true },  { "4.19.325", true }, { "4.20.17", false },
		{ "5.0", true },      { "5.0.21", true },   { "7.1.5", true },
		{ "4.9", false },     { "4.14.15", false }, { "4.18.0-553.el8_10", false },
		{ "4.8.17", false },  { "4.13.16", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_SAY(machine_of(cases[i].release).at_limit == cases[i].at_limit, "%s",
			  cases[i].release);
}

/* An int up to 2.6.36, then a long; with pages that each CPU holds back from 6.0 on. */
static void test_memory_counter(void)
{
	CHECK(machine_of("2.6.36").memory == TCPOOM_MEMORY_INT);
	CHECK(machine_of("2.6.37").memory == TCPOOM_MEMORY_LONG);
	CHECK(machine_of("5.19").memory == TCPOOM_MEMORY_LONG);
	CHECK(machine_of("6.0").memory == TCPOOM_MEMORY_RESERVED);
}

/*
 * x86 shifts by the backoff modulo the width: an RTO that was backed off that often is short once
 * more, and the socket, of which an ICMP error said that its peer is gone, goes on.
 */
static void test_backoff_wraps(void)
{
	static const struct {
		const char *release;
		uint8_t backoff;
		bool gives_up;
	} cases[] = {
		{ "3.17", 31, true },  { "3.17", 32, false }, { "3.17", 33, false },
		{ "3.18", 32, true },  { "3.18", 63, true },  { "3.18", 64, false },
		{ "3.18", 65, false }, { "3.17", 42, true },  { "3.18", 74, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_machine m = machine_of(cases[i].release);
		const struct tcpoom_state s = {
			.entry = TCPOOM_PROBE,
			.hz = 1000,
			.rto = 201,
			.rto_max = 120000,
			.err_soft = 113,
			.probes_out = 5,
			.orphan_retries = 80,
			.backoff = cases[i].backoff,
		};

		CHECK_SAY(tcpoom_gives_up(&m, &s) == cases[i].gives_up, "%s: %u", cases[i].release,
			  cases[i].backoff);
	}
}

static const struct test run_tests[] = {
	{ "a backoff that wraps", test_backoff_wraps },
	{ "the counter of memory", test_memory_counter },
	{ "probes at the limit", test_at_limit },
	{ "the experiment of snmp_counter.rst", test_snmp_counter },
	{ "what a real 6.1 did", test_recorded },
	{ "exactly ten lines", test_ten_lines },
	{ "a limiter that others use too", test_shared_limiter },
	{ "a window that stays closed", test_closed_window },
	{ "what a timer leaves behind", test_sends },
	{ "a short RTO", test_short_rto },
	{ "idle for long", test_idle },
	{ "tcp_orphan_retries", test_orphan_retries },
	{ "ICMP errors", test_icmp },
	{ "FIN_WAIT2", test_fin_wait2 },
	{ "memory", test_memory },
	{ "pages and quanta", test_pages },
	{ "memory that is given back", test_given_back },
	{ "the tick of boot", test_boot_tick },
	{ "a timer that fires at once", test_timer_at_once },
	{ "what a state says", test_states },
	{ "the most orphans", test_most },
	{ "settings", test_settings },
	{ "what a kernel cannot hold", test_refused },
	{ "seeds", test_seed },
	{ "the numbers of a seed", test_known_seed },
	{ "samples", test_samples },
	{ NULL, NULL },
};

SUITE(run)
