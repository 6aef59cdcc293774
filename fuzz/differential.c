/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that two kernels, over a sequence of states and times, diverge nowhere but where a
 * reviewed ledger says so; that each verdict of a row of the table is consistent in itself; and
 * that the logs of both show no line that no verdict asked for. pair.h says which kernels, known.h
 * which ledger.
 *
 * TCPOOM_FUZZ_CLASSES=1, with two kernels named: that each divergence is also of a class of their
 * atlas; ends with status 0 as soon as every class was reached, or at the limit of `ulimit -St`.
 * TCPOOM_FUZZ_REPORT=1: says at the end what was done. TCPOOM_FUZZ_LEARN=1: prints what nobody
 * knows as lines of a ledger, for a person to review, and goes on. TCPOOM_FUZZ_EARLY=1: returns at
 * once, to time what surrounds a target.
 */
#include <inttypes.h>
#include <signal.h>
#include <time.h>

#include "../diff/compare.h"
#include "../diff/witness.h"
#include "classes.h"
#include "finding.h"
#include "known.h"
#include "target.h"

#define NOBODY_KNOWS "a divergence that nobody knows"

/*
 * What libFuzzer counts besides blocks: that there was an input, and each divergence, as the line
 * of the ledger or the class that it is. An input that reaches one first is kept. A byte has eight
 * values that are told apart, for there are more classes than it would be good to go through.
 */
static volatile uint8_t seen[512] __attribute__((section("__libfuzzer_extra_counters")));

enum { AN_INPUT, DIVERGENCES };

static void see(size_t what)
{
	static const uint8_t apart[] = { 1, 2, 3, 4, 8, 16, 32, 128 };

	seen[what % sizeof(seen)] = apart[what / sizeof(seen) % 8];
}

/* The log of one kernel over an input. */
struct log {
	struct tcpoom_log log;
	uint64_t denied, reported; /* messages held back, and those that the limiter told of */
};

static struct target {
	bool early, learn, with_classes;
	struct pairs pairs;
	struct known known;
	struct classes classes;
	struct timespec began;
	uint64_t runs, decided, decisions, differ; /* decided: runs in which both always did */
} t;

/* One input. */
struct input {
	const struct pair *pair;
	const uint8_t *data;
	size_t events;
	struct narrow narrow;
	unsigned bits;
	struct log log[2];
	bool logging, logs_differ;
	struct tcpoom_event event;
};

/* ---- what a verdict of our own kernels says is consistent ---- */

static void check_verdict(const struct tcpoom_state *s, const struct tcpoom_verdict *v)
{
	ASSERT(v->outcome < TCPOOM_OUTCOMES && v->messages <= 2);
	for (unsigned i = 0; i < v->messages; i++)
		ASSERT(v->message[i] < TCPOOM_MESSAGES);
	/* who is killed for lack of resources is counted, and never without a word */
	ASSERT(v->snmp == (v->messages > 0));
	ASSERT(!v->snmp || tcpoom_killed(v));
	ASSERT(v->outcome != TCPOOM_KILLED_RESET || v->snmp);
	ASSERT(v->outcome != TCPOOM_KILLED_SILENT || v->snmp || !s->net_alive);
	ASSERT(v->outcome != TCPOOM_EXPIRED || s->entry == TCPOOM_PROBE);
	if (s->entry == TCPOOM_CLOSE)
		ASSERT(!v->snmp || v->outcome == TCPOOM_KILLED_RESET);
	ASSERT(v->ret == (s->entry != TCPOOM_CLOSE && tcpoom_killed(v)));
	ASSERT(!v->do_reset || !v->snmp || v->outcome == TCPOOM_KILLED_RESET);
	ASSERT(v->exact_sums <= 1 && v->undefined <= (s->entry == TCPOOM_PROBE));
}

/* ---- what is found ---- */

/* Of the processor, for a machine may have others to serve. */
static double seconds_since(const struct timespec *began)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)(now.tv_sec - began->tv_sec) + (double)(now.tv_nsec - began->tv_nsec) / 1e9;
}

static void report(void)
{
	const double s = seconds_since(&t.began);

	fprintf(stderr,
		"%" PRIu64 " executions, %" PRIu64 " in which both kernels decided, %.3f s, "
		"%.0f/s; %" PRIu64 " decisions, %.0f/s; %" PRIu64 " divergences",
		t.runs, t.decided, s, (double)t.decided / s, 2 * t.decisions,
		2 * (double)t.decisions / s, t.differ);
	if (t.with_classes)
		fprintf(stderr, "; %zu of %zu classes", t.classes.count, t.classes.atlas.count);
	fputc('\n', stderr);
}

static void found(const struct pair *p, const struct tcpoom_state *s, enum tcpoom_kind kind,
		  const struct tcpoom_cause *cause, const char *what)
{
	struct tcpoom_state least;

	if (t.learn) {
		finding_line(stdout, p, s, kind, cause);
		return;
	}
	least = tcpoom_witness(p->a, p->b, s);
	fprintf(stderr, "%s: ", what);
	finding_line(stderr, p, s, kind, cause);
	finding_begin(stderr, 64);
	finding_event(stderr, p, &least, 1);
	abort();
}

static volatile sig_atomic_t out_of_time;

static void run_out_of_time(int signal)
{
	(void)signal;
	out_of_time = 1;
}

static void check_class(const struct pair *p, const struct tcpoom_state *s, enum tcpoom_kind kind,
			const struct tcpoom_cause *cause)
{
	const size_t class = classes_reach(&t.classes, p, s, cause);

	if (class == t.classes.atlas.count)
		found(p, s, kind, cause, "a divergence that is in no class of the atlas");
	see(DIVERGENCES + class);
	if (t.classes.count < t.classes.atlas.count)
		return;
	report();
	_Exit(0);
}

static void check_divergence(const struct input *in, const struct tcpoom_verdict *a,
			     const struct tcpoom_verdict *b)
{
	const struct tcpoom_state *s = &in->event.state;
	const struct pair *p = in->pair;
	const enum tcpoom_kind kind = tcpoom_kind_of(a, b);
	struct tcpoom_cause cause;
	size_t line;

	t.differ++;
	if (p->row[0] && p->row[1])
		tcpoom_cause_of_rules(p->a->rules, p->b->rules, s, b, &cause);
	else
		tcpoom_cause_find(p->a, p->b, s, a, b, &cause);
	line = known_find(&t.known, p, (enum tcpoom_entry)s->entry, kind, &cause);
	if (line == UNKNOWN)
		found(p, s, kind, &cause, NOBODY_KNOWS);
	else if (!t.with_classes)
		see(DIVERGENCES + line);
	if (t.with_classes && in->narrow.clock)
		check_class(p, s, kind, &cause);
}

/* ---- logs ---- */

static void check_lines(struct log *log, const struct tcpoom_verdict *v,
			const struct tcpoom_log_lines *lines)
{
	ASSERT(lines->messages == v->messages);
	for (unsigned i = 0; i < 2; i++) {
		const struct tcpoom_ratelimit_line *own = &lines->own[i];

		ASSERT(i < v->messages || (!lines->printed[i] && !own->text));
		log->denied += i < v->messages && !lines->printed[i];
		if (own->text == TCPOOM_RATELIMIT_SUPPRESSED) {
			ASSERT(own->count > 0);
			log->reported += (uint64_t)own->count;
		}
		ASSERT(own->text != TCPOOM_RATELIMIT_NEGATIVE || own->interval < 0);
	}
	ASSERT(log->reported <= log->denied);
}

static void open_logs(struct input *in)
{
	for (int i = 0; i < 2; i++) {
		in->log[i].denied = in->log[i].reported = 0;
		tcpoom_log_init(&in->log[i].log, i ? in->pair->b : in->pair->a, in->bits);
	}
	in->logging = true;
}

/* Verdicts are NULL where a kernel did not decide: what is asked is then not known. */
static void write_logs(struct input *in, const struct tcpoom_verdict *const v[2])
{
	struct tcpoom_log_lines lines[2];

	if (!in->logging)
		open_logs(in);
	for (int i = 0; i < 2; i++) {
		tcpoom_log_event(&in->log[i].log, "input", &in->event, v[i], &lines[i]);
		if (v[i])
			check_lines(&in->log[i], v[i], &lines[i]);
	}
	in->logs_differ |= v[0] && v[1] && tcpoom_verdict_same(v[0], v[1]) && lines[0].known &&
			   lines[1].known && !tcpoom_log_same(&lines[0], &lines[1]);
}

/* The whole input is the trace, for tcpoom shrink: logs part at what came before. */
static void found_log(struct input *in, const struct tcpoom_group *g)
{
	struct record r;

	if (t.learn) {
		finding_line(stdout, in->pair, &g->state, TCPOOM_KIND_LOG, &g->cause);
		return;
	}
	fputs(NOBODY_KNOWS ": ", stderr);
	finding_line(stderr, in->pair, &g->state, TCPOOM_KIND_LOG, &g->cause);
	finding_begin(stderr, in->bits);
	for (size_t i = 0; i < in->events; i++) {
		record_get(&r, in->data, i);
		record_state(&r, in->narrow, &in->event.state);
		finding_event(stderr, in->pair, &in->event.state, i + 1);
	}
	abort();
}

/* The input is compared again, now for the causes. */
static void check_logs(struct input *in)
{
	struct tcpoom_compare c;
	struct record r;

	tcpoom_compare_init(&c, in->pair->a, in->pair->b, in->bits);
	for (size_t i = 0; i < in->events; i++) {
		record_get(&r, in->data, i);
		record_state(&r, in->narrow, &in->event.state);
		in->event.line = i + 1;
		tcpoom_compare_event(&c, "input", &in->event);
	}
	for (size_t i = 0; i < c.groups; i++) {
		const struct tcpoom_group *g = &c.group[i];
		size_t line;

		if (g->kind != TCPOOM_KIND_LOG)
			continue;
		line = known_find(&t.known, in->pair, g->entry, TCPOOM_KIND_LOG, &g->cause);
		if (line == UNKNOWN)
			found_log(in, g);
		else if (!t.with_classes)
			see(DIVERGENCES + line);
	}
	tcpoom_compare_free(&c);
}

/* ---- one input ---- */

/* Whether both kernels decided. */
static bool run_event(struct input *in)
{
	const struct tcpoom_state *s = &in->event.state;
	struct tcpoom_verdict a, b;
	const struct tcpoom_verdict *const none[2] = { NULL, NULL }, *const both[2] = { &a, &b };
	enum tcpoom_status of_a, of_b;

	of_a = tcpoom_decide(in->pair->a, s, &a, NULL);
	of_b = tcpoom_decide(in->pair->b, s, &b, NULL);
	if (of_a != TCPOOM_OK || of_b != TCPOOM_OK) {
		ASSERT(of_a == TCPOOM_OK || a.blame < TCPOOM_FIELDS);
		ASSERT(of_b == TCPOOM_OK || b.blame < TCPOOM_FIELDS);
		write_logs(in, none);
		return false;
	}
	/* what a loaded model does otherwise is a divergence, which has a report and a ledger */
	if (in->pair->row[0])
		check_verdict(s, &a);
	if (in->pair->row[1])
		check_verdict(s, &b);
	if (!tcpoom_verdict_same(&a, &b))
		check_divergence(in, &a, &b);
	/* before the first message there is nothing that could be told of later */
	if (a.messages || b.messages || in->logging)
		write_logs(in, both);
	return true;
}

static void run_input(const uint8_t *data, size_t events)
{
	struct input in;
	struct head head;
	struct record r;
	bool decided = events > 0;

	memcpy(&head, data, sizeof(head));
	in.pair = &t.pairs.pair[head.pair % t.pairs.count];
	in.data = data;
	in.events = events;
	in.narrow = head.wide & 1 ? (struct narrow){ false, false, false } : in.pair->narrow;
	in.bits = head.bits & 1 ? 32 : 64;
	in.logging = in.logs_differ = false;
	in.event.assumed = 0;
	for (size_t i = 0; i < events; i++) {
		record_get(&r, data, i);
		record_state(&r, in.narrow, &in.event.state);
		decided &= run_event(&in);
	}
	if (in.logs_differ)
		check_logs(&in);
	t.decided += decided;
	t.decisions += events;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	t.early = getenv("TCPOOM_FUZZ_EARLY") != NULL;
	t.learn = getenv("TCPOOM_FUZZ_LEARN") != NULL;
	t.with_classes = getenv("TCPOOM_FUZZ_CLASSES") != NULL;
	pairs_open(&t.pairs);
	known_open(&t.known);
	if (t.with_classes) {
		if (t.pairs.count > 1) {
			fputs("TCPOOM_FUZZ_CLASSES: TCPOOM_FUZZ_KERNELS must name two kernels\n",
			      stderr);
			exit(2);
		}
		signal(SIGXCPU, run_out_of_time);
		classes_open(&t.classes, &t.pairs.pair[0]);
		out_of_time = !t.classes.atlas.count;
	}
	if (getenv("TCPOOM_FUZZ_REPORT"))
		atexit(report);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t.began);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t events;

	if (out_of_time) {
		report();
		_Exit(0);
	}
	t.runs++;
	see(AN_INPUT);
	if (t.early)
		return 0;
	events = record_count(size);
	if (events)
		run_input(data, events);
	return 0;
}
