/* SPDX-License-Identifier: GPL-2.0-only */
/* Traces as text: what is accepted, and the place and words of every error. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../traces/line.h"

#include "check.h"
#include "trace_text.h"

#define MAGIC "# tcpoom trace 1\n"

static const struct {
	const char *input, *result;
} trace_cases[] = {
	{ MAGIC, "0 events" },
	{ MAGIC
	  "\n# a comment\n  # an indented one\n1 close\n\n  => kept\n# in between\n\texpect 3.4: "
	  "kept\n2.5 timer\n",
	  "2 events" },
	{ MAGIC "# kernel 2.6.38 arch x86_64 cpus 16\nkernel 3.4\nlost 3\n", "0 events" },
	{ MAGIC "set now=5 tcp_mem=1,2,3\nset now=?\n1 close now=? tcp_mem2=1 tcp_mem=1,2,3\n",
	  "1 events" },
	{ MAGIC
	  "1 close\n => killed reset \"a\" \"b \\\"|\\\\\\n\\t\\r\\x41\" suppressed=2 snmp=0\n"
	  " expect 2.6.18: kept | killed silent \"x\" | ?\n expect 6.1: expired\n",
	  "1 events" },
	{ "\xef\xbb\xbf" MAGIC "1 close\r\n", "1 events" }, /* as Windows writes it */
	{ "", "in:0:0: found nothing, expected \"# tcpoom trace 1\"" },
	{ "# tcpoom trace 2\n",
	  "in:1:1: found \"# tcpoom trace 2\", expected \"# tcpoom trace 1\" as the first line" },
	{ "# tcpoom trace 1", "in:1:17: found the end of the file, expected a newline: the line is "
			      "truncated" },
	{ MAGIC "1 close now=12",
	  "in:2:15: found the end of the file, expected a newline: the line "
	  "is truncated" },
	{ MAGIC "1 close\n  => ke",
	  "in:3:8: found the end of the file, expected a newline: the line is truncated" },
	{ MAGIC "close now=1\n",
	  "in:2:1: found \"close\", expected a time in seconds, or set, kernel, lost" },
	{ MAGIC "1. close\n",
	  "in:2:1: found \"1.\", expected a time in seconds, or set, kernel, lost" },
	{ MAGIC "1.0123456789 close\n",
	  "in:2:1: found \"1.0123456789\", expected a time in seconds, or set, kernel, lost" },
	{ MAGIC "1.5x close\n",
	  "in:2:1: found \"1.5x\", expected a time in seconds, or set, kernel, lost" },
	{ MAGIC "-1 close\n",
	  "in:2:1: found \"-1\", expected a time in seconds, or set, kernel, lost" },
	{ MAGIC "9999999999 close\n",
	  "in:2:1: found \"9999999999\", expected at most 8589934588 seconds" },
	{ MAGIC ".5 close\n",
	  "in:2:1: found \".5\", expected a time in seconds, or set, kernel, lost" },
	{ MAGIC "1 open\n", "in:2:3: found \"open\", expected timer, close, retransmit or probe" },
	{ MAGIC "1\n", "in:2:2: found nothing, expected timer, close, retransmit or probe" },
	{ MAGIC "1 close orphan=1\n",
	  "in:2:9: found \"orphan\", expected a field (see tcpoom diff --help)" },
	{ MAGIC "1 close entry=timer\n",
	  "in:2:9: found \"entry\", expected a field (see tcpoom diff --help)" },
	{ MAGIC "1 close now\n", "in:2:9: found \"now\", expected key=value" },
	{ MAGIC "1 close =1\n", "in:2:9: found \"=1\", expected key=value" },
	{ MAGIC "1 close now=\n",
	  "in:2:13: found nothing, expected a number from 0 to 4294967295" },
	{ MAGIC "1 close now=1 now=1\n", "in:2:15: found \"now\", expected each key once" },
	{ MAGIC "1 close sk=\n", "in:2:12: found nothing, expected a name for the socket" },
	{ MAGIC "1 close cpu=x\n", "in:2:13: found \"x\", expected a number from 0 to 2147483647" },
	{ MAGIC "1 close id=-1\n",
	  "in:2:12: found \"-1\", expected a number from 0 to 9223372036854775807" },
	{ MAGIC "1 close page_size=5000\n", "in:2:19: found \"5000\", expected a power of two" },
	{ MAGIC "set page_size=5000\n1 close\n",
	  "in:2:15: found \"5000\", expected a power of two" },
	{ MAGIC "set now\n", "in:2:5: found \"now\", expected key=value" },
	{ MAGIC "set x=1\n", "in:2:5: found \"x\", expected a field (see tcpoom diff --help)" },
	{ MAGIC "set hz=1\n", "in:2:8: found \"1\", expected a number from 5 to 10000" },
	{ MAGIC "kernel\n", "in:2:7: found nothing, expected a release" },
	{ MAGIC "kernel 3.4 cpu 1\n",
	  "in:2:12: found \"cpu\", expected arch WORD or cpus N, each once" },
	{ MAGIC "kernel 3.4 arch\n",
	  "in:2:12: found \"arch\", expected arch WORD or cpus N, each once" },
	{ MAGIC "kernel 3.4 cpus x\n",
	  "in:2:17: found \"x\", expected a number from 1 to 2147483647" },
	{ MAGIC "lost\n", "in:2:5: found nothing, expected a number from 0 to 2147483647" },
	{ MAGIC "lost 1 2\n", "in:2:8: found \"2\", expected one number" },
	{ MAGIC "  => kept\n", "in:2:1: found an indented line, expected an event above it" },
	{ MAGIC "1 close\n  kept\n", "in:3:3: found \"kept\", expected => or expect" },
	{ MAGIC "1 close\n  => kept\n  => kept\n",
	  "in:4:3: found \"=>\", expected one => for an event" },
	{ MAGIC "1 close\n  => kept | kept\n", "in:3:11: found '|', expected one outcome" },
	{ MAGIC "1 close\n  => killed\n",
	  "in:3:6: found \"killed\", expected kept, killed reset, killed silent, expired or ?" },
	{ MAGIC "1 close\n  => killed   reset\n2 close\n  =>\tkilled\tsilent\n", "2 events" },
	{ MAGIC "1 close\n  => killed softly\n",
	  "in:3:6: found \"killed softly\", expected kept, killed reset, killed silent, expired or "
	  "?" },
	{ MAGIC "1 close sk=a sk=b\n", "in:2:14: found \"sk\", expected each key once" },
	{ MAGIC "1 close cpu=1 cpu=1\n", "in:2:15: found \"cpu\", expected each key once" },
	{ MAGIC "1 close id=1 id=1\n", "in:2:14: found \"id\", expected each key once" },
	{ MAGIC "1 close tcp_mem2=1 tcp_mem2=1\n",
	  "in:2:20: found \"tcp_mem2\", expected each key once" },
	{ MAGIC "1 close tcp_mem=1,2,3 tcp_mem=1,2,3\n",
	  "in:2:23: found \"tcp_mem\", expected each key once" },
	/* the keys of the event before, in the same places or not, change nothing */
	{ MAGIC "1 close now=1 hz=100\n2 close hz=100 hz=100\n",
	  "in:3:16: found \"hz\", expected each key once" },
	{ MAGIC "1 close now=1 hz=100\n2 close hz=100 now=?\n3 close now=0x10 hz=7\n", "3 events" },
	{ MAGIC "1 close orphans=1 \n2 close orphans_approx=1 orphans=1\n3 close\n", "3 events" },
	{ MAGIC "1 close now=1\n2 close now=\n",
	  "in:3:13: found nothing, expected a number from 0 to 4294967295" },
	{ MAGIC "1 close now=1\n2 close now=1x\n",
	  "in:3:13: found \"1x\", expected a number from 0 to 4294967295" },
	{ MAGIC "1 close now=1\n2 close now=4294967296\n",
	  "in:3:13: found \"4294967296\", expected a number from 0 to 4294967295" },
	{ MAGIC "1 close now=1\n2 close now=1000000000000000000\n",
	  "in:3:13: found \"1000000000000000000\", expected a number from 0 to 4294967295" },
	{ MAGIC "1 close now=1\n2 close now\n", "in:3:9: found \"now\", expected key=value" },
	{ MAGIC "1 close page_size=4096\n2 close page_size=5000\n",
	  "in:3:19: found \"5000\", expected a power of two" },
	{ MAGIC "1 close sk=a\n2 close sk=\n",
	  "in:3:12: found nothing, expected a name for the socket" },
	{ MAGIC "1 close memcg_limit=? memcg_allocated=1\n",
	  "in:2:21: found memcg_limit=?, expected a number: without a cgroup it is left out" },
	{ MAGIC "1 close memcg_limit=1 memcg_allocated=?\n",
	  "in:2:39: found memcg_allocated=?, expected a number: without a cgroup it is left out" },
	{ MAGIC "1 close\n  =>\n",
	  "in:3:5: found nothing, expected kept, killed reset, killed silent, expired or ?" },
	{ MAGIC "1 close\n  => kept x\n",
	  "in:3:11: found \"x\", expected \"a line\", suppressed=N or snmp=0" },
	{ MAGIC "1 close\n  => kept suppressed=x\n",
	  "in:3:22: found \"x\", expected a number from 0 to 4294967295" },
	{ MAGIC "1 close\n  => kept \"a\n",
	  "in:3:11: found a string that does not end, expected '\"'" },
	{ MAGIC "1 close\n  => kept \"\\q\"\n",
	  "in:3:13: found \"q\", expected n, t, r, \\, \" or xHH after a backslash" },
	{ MAGIC "1 close\n  => kept \"\\",
	  "in:3:13: found the end of the file, expected a newline: the line is truncated" },
	{ MAGIC "1 close\n  => kept \"\\\n",
	  "in:3:13: found nothing, expected n, t, r, \\, \" or xHH after a backslash" },
	{ MAGIC "1 close\n  => kept \"\\x4\"\n",
	  "in:3:13: found \"x\", expected n, t, r, \\, \" or xHH after a backslash" },
	{ MAGIC "1 close\n  => kept \"\\x00\"\n",
	  "in:3:13: found \"x\", expected n, t, r, \\, \" or xHH after a backslash" },
	{ MAGIC "1 close\n  => kept \"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\"\n",
	  "in:3:43: found more than 8 lines" },
	{ MAGIC "1 close\n  expect 3.4 kept\n",
	  "in:3:10: found \"3.4\", expected KERNEL: after `expect`" },
	{ MAGIC "1 close\n  expect :\n", "in:3:10: found \":\", expected KERNEL: after `expect`" },
	{ MAGIC "1 close\n  expect 3.4: kept suppressed=1\n",
	  "in:3:14: found suppressed=, expected messages as asked" },
	{ MAGIC "1 close\n  => kept \"\\xAf\\xfA\"\n", "1 events" },
	/* a value of a set is found there, also where it turns out to be wrong only later */
	{ MAGIC "set hz=250 memcg_limit=5\n1 close now=1\n",
	  "in:2:24: found memcg_limit=5, expected memcg_allocated beside it (by line 3)" },
	{ MAGIC "set hz=250 rto_max=49\n\n1 close\n2 probe\n",
	  "in:2:20: found rto_max=49, expected at least hz/5 for retransmit and probe (by line "
	  "5)" },
	{ MAGIC "set rto_max=49\nset memcg_allocated=?\n1 close\n",
	  "in:3:21: found memcg_allocated=?, expected a number: without a cgroup it is left out "
	  "(by line 4)" },
	{ MAGIC "set hz=250 rto_max=100\n1 probe now=1 rto_max=49\n",
	  "in:3:23: found rto_max=49, expected at least hz/5 for retransmit and probe" },
	{ MAGIC "1 close sk=a\x01\n", "in:2:12: found \"a.\", expected a name for the socket" },
	{ MAGIC "kernel 3.4\x7f\n", "in:2:8: found \"3.4.\", expected a release" },
	{ MAGIC "kernel 3.4 arch x\x01\n", "in:2:17: found \"x.\", expected a word" },
	{ MAGIC "kernel 3.4 cpus 1 cpus 1\n",
	  "in:2:19: found \"cpus\", expected arch WORD or cpus N, each once" },
	{ MAGIC "1 close\n  expect 3.4\x01: kept\n",
	  "in:3:10: found \"3.4.\", expected a release" },
	{ MAGIC "1 close\n  => kept \"\"\n",
	  "in:3:12: found an empty line, expected a line of a log" },
	{ MAGIC "1 close\n  => kept ; kept\n", "in:3:11: found ';', expected the end of the line" },
	{ MAGIC "1\t close\t now=1 \t\n", "1 events" },
	{ MAGIC "1 close now=1\x01\n",
	  "in:2:13: found \"1.\", expected a number from 0 to 4294967295" },
	{ MAGIC "1 close now=000000000000000000000000001\n", "1 events" },
	{ MAGIC "1 close tcp_mem=1,2,3 foo=1\n",
	  "in:2:23: found \"foo\", expected a field (see tcpoom diff --help)" },
	{ MAGIC "1 close\n  expect 3.4: kept |\n",
	  "in:3:21: found nothing, expected kept, killed reset, killed silent, expired or ?" },
	{ MAGIC "1 close\n  expect 3.4: ?|?|?|?|?|?|?|?|?\n",
	  "in:3:15: found \"?|?|?|?|?|?|?|?|?\", expected kept, killed reset, killed silent, "
	  "expired "
	  "or ?" },
	{ MAGIC "1 close\n  expect 3.4: ? | ? | ? | ? | ? | ? | ? | ? | ?\n",
	  "in:3:46: found more than 8 alternatives" },
};

static void test_trace(void)
{
	char got[400];

	for (size_t i = 0; i < sizeof(trace_cases) / sizeof(*trace_cases); i++) {
		read_trace(trace_cases[i].input, got);
		CHECK_STRING(got, trace_cases[i].result);
	}
}

static void test_trace_values(void)
{
	FILE *in = open_text(MAGIC
			     "kernel 2.6.38 arch x86_64 cpus 16\nset hz=250 now=7\nlost 3\n"
			     "12.05 timer sk=ab cpu=3 now=? id=9 orphans=4\n"
			     "  => killed silent \"a\\x7cb\" suppressed=2 snmp=0\n"
			     "  expect 2.6.18: kept | killed reset \"x\" \"y\"\n  expect 3.4: ?\n"
			     "lost 4\n13 close\n");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	struct tcpoom_event event;

	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK_STRING(tcpoom_trace_kernel(trace), "2.6.38");
	CHECK(event.line == 5 && event.time == 12050000000);
	CHECK_STRING(event.sk, "ab");
	CHECK(event.cpu == 3 && event.id == 9);
	CHECK(event.state.entry == TCPOOM_TIMER && event.state.hz == 250);
	CHECK(!(event.state.given & TCPOOM_BIT(now)));
	CHECK(event.assumed == (TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached)));
	CHECK(event.has_recorded && event.recorded.outcome == 1 && event.recorded.lines == 1);
	CHECK_STRING(event.recorded.line[0], "a|b");
	CHECK(event.recorded.suppressed == 2 && event.recorded.uncounted);
	CHECK(event.expects == 2 && event.expect[0].line == 7);
	CHECK_STRING(event.expect[0].kernel, "2.6.18");
	CHECK(event.expect[0].alternatives == 2 && event.expect[0].alternative[1].outcome == 2);
	CHECK_STRING(event.expect[0].alternative[1].line[1], "y");
	CHECK(event.expect[1].alternative[0].outcome == -1);
	CHECK(event.expect[1].alternative[0].suppressed == -1);
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(tcpoom_trace_lost(trace) == 7);
	CHECK(!event.sk && event.cpu == -1 && event.id == -1 && !event.has_recorded);
	CHECK(event.state.now == 7 && !event.expects && event.time == 13000000000);
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_END);
	tcpoom_trace_close(trace);
	fclose(in);
}

/* What an event says of tcp_mem2 takes the place of all of tcp_mem, as often as it does. */
static void test_tcp_mem2(void)
{
	FILE *in = open_text(MAGIC "set tcp_mem=1,2,3\n1 close tcp_mem2=4\n2 close tcp_mem2=5\n"
				   "3 close\n");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	struct tcpoom_event event;

	for (int i = 0; i < 2; i++) {
		CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
		CHECK(event.state.tcp_mem2 == 4 + i && !event.tcp_mem.said);
	}
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(event.state.tcp_mem2 == 3 && event.tcp_mem.said);
	tcpoom_trace_close(trace);
	fclose(in);
}

/* The lines of all events and errors, in their order. */
static void list_events(struct tcpoom_trace *trace, char seen[static 80])
{
	enum tcpoom_trace_result got;
	struct tcpoom_event event;
	struct tcpoom_error e;

	*seen = '\0';
	while ((got = tcpoom_trace_next(trace, &event, &e)) != TCPOOM_TRACE_END)
		sprintf(seen + strlen(seen), "%s%lu ", got == TCPOOM_TRACE_BAD ? "bad " : "",
			got == TCPOOM_TRACE_BAD ? e.line : event.line);
}

/* After an error the reader goes on behind the bad event, and loses no other one. */
static void test_trace_goes_on(void)
{
	FILE *in =
		open_text(MAGIC "1 close x=1\n  => kept\n2 close\n  => what\n  => kept\n3 close\n"
				"set x=1\n4 close\n");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	char seen[80] = "";

	list_events(trace, seen);
	CHECK_STRING(seen, "bad 2 bad 5 7 bad 8 9 ");
	tcpoom_trace_close(trace);
	fclose(in);
}

/* What a bad line was to set is unknown from then on; what others set stays. */
static void test_bad_set(void)
{
	FILE *in = open_text(MAGIC
			     "set now=1 hz=250 max_orphans=3\nset now=2 max_orphans=x hz=y now=\n"
			     "1 close\n");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	struct tcpoom_event event;

	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_BAD);
	CHECK(e.line == 3 && e.column == 23);
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(!(event.state.given & (TCPOOM_BIT(max_orphans) | TCPOOM_BIT(hz) | TCPOOM_BIT(now))));
	tcpoom_trace_close(trace);
	fclose(in);
}

/* A line that cannot be read under a bad event, or under a good one, is an error of its own. */
static void test_bad_lines_under(void)
{
	static const char text[] =
		MAGIC "1 close x=1\n  => ke\0pt\n  => kept\n2 close\n  => ke\0pt\n"
		      "  => ke\0pt\n  => kept\n3 close\n";
	struct tcpoom_error e;
	struct tcpoom_trace *trace;
	char seen[80] = "";
	FILE *in = tmpfile();

	fwrite(text, 1, sizeof(text) - 1, in);
	rewind(in);
	trace = tcpoom_trace_open(in, "in", &e);
	list_events(trace, seen);
	CHECK_STRING(seen, "bad 2 bad 3 bad 6 bad 7 9 ");
	tcpoom_trace_close(trace);
	fclose(in);
}

/* More outcomes than the reader has room for at first. */
static void test_trace_grows(void)
{
	char input[2000] = MAGIC "1 close\n";
	struct tcpoom_error e;
	struct tcpoom_trace *trace;
	struct tcpoom_event event;
	FILE *in;

	for (int i = 0; i < 40; i++)
		strcat(input, "  expect 2.6.18: kept \"line\"\n");
	in = open_text(input);
	trace = tcpoom_trace_open(in, "in", &e);
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(event.expects == 40);
	for (int i = 0; i < 40; i++)
		CHECK_STRING(event.expect[i].alternative[0].line[0], "line");
	tcpoom_trace_close(trace);
	fclose(in);
}

/* An event of which the lines lie in several of the blocks that are read. */
static void test_long_event(void)
{
	enum { LINES = 999, SIZE = 600 };
	char *input = malloc(LINES * (SIZE + 1) + 100), *at = input, got[400];
	struct tcpoom_error e;
	struct tcpoom_trace *trace;
	struct tcpoom_event event;
	FILE *in;

	at += sprintf(at, MAGIC "1 close sk=first\n");
	for (int i = 0; i < LINES; i++)
		at += sprintf(at, "  expect 3.4: ? \"%d%*d\"\n", i, SIZE - 24, i);
	in = open_text(input);
	trace = tcpoom_trace_open(in, "in", &e);
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(event.expects == LINES);
	CHECK_STRING(event.sk, "first");
	for (int i = 0; i < LINES; i++)
		CHECK(atoi(event.expect[i].alternative[0].line[0]) == i &&
		      event.expect[i].line == (unsigned long)i + 3);
	tcpoom_trace_close(trace);
	fclose(in);
	strcpy(at, "  expect 3.4: ?\n  expect 3.4: ?\n");
	read_trace(input, got);
	CHECK_STRING(got, "in:1003:3: found more than 1000 expectations");
	free(input);
}

/* A line that came through a pipe is handed out before the next one is there. */
static void test_pipe(void)
{
	struct tcpoom_error e;
	struct tcpoom_line line;
	int ends[2];
	FILE *in;

	CHECK(!pipe(ends));
	in = fdopen(ends[0], "r");
	tcpoom_line_open(&line, in, "in");
	CHECK(write(ends[1], "one\ntwo\nth", 10) == 10);
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_READ && line.ended);
	CHECK_STRING(line.text, "one");
	tcpoom_line_again(&line);
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_READ && line.number == 1);
	CHECK_STRING(line.text, "one");
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_READ);
	CHECK_STRING(line.text, "two");
	close(ends[1]);
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_READ && !line.ended);
	CHECK_STRING(line.text, "th");
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_END);
	tcpoom_line_close(&line);
	fclose(in);
}

static const struct test text_tests[] = {
	{ "lines", test_trace },
	{ "values", test_trace_values },
	{ "tcp_mem2", test_tcp_mem2 },
	{ "it goes on after an error", test_trace_goes_on },
	{ "a bad set", test_bad_set },
	{ "bad lines under events", test_bad_lines_under },
	{ "an event with many outcomes", test_trace_grows },
	{ "an event longer than a block", test_long_event },
	{ "a pipe", test_pipe },
	{ NULL, NULL },
};

SUITE(text)
