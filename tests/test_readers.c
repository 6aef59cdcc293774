/* SPDX-License-Identifier: GPL-2.0-only */
/* The readers: what they accept, and the place and words of every error. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../traces/csv.h"
#include "../traces/input.h"
#include "../traces/line.h"
#include "../traces/trace.h"
#include "check.h"

static void print_error(const struct tcpoom_error *e, char text[static 400])
{
	snprintf(text, 400, "%s:%lu:%lu: %s", e->file, e->line, e->column, e->text);
}

/* Reads all rows; the last error, or "N rows". */
static void read_csv(const char *input, bool ignore_unknown, char text[static 400])
{
	struct tcpoom_error e = { .file = "" };
	FILE *in = open_text(input);
	struct tcpoom_csv *csv = tcpoom_csv_open(in, "in", ignore_unknown, &e);
	struct tcpoom_state s;
	unsigned rows = 0;
	bool bad = !csv;

	for (;;) {
		const enum tcpoom_csv_result got =
			csv ? tcpoom_csv_next(csv, &s, &e) : TCPOOM_CSV_END;

		if (got == TCPOOM_CSV_END)
			break;
		rows += got == TCPOOM_CSV_ROW;
		bad |= got == TCPOOM_CSV_BAD;
	}
	if (bad)
		print_error(&e, text);
	else
		snprintf(text, 400, "%u rows", rows);
	if (csv)
		tcpoom_csv_close(csv);
	fclose(in);
}

static const struct {
	const char *input, *result;
} csv_cases[] = {
	{ "entry\nclose\ntimer\n", "2 rows" },
	{ "entry", "0 rows" },
	{ "entry,now\r\nclose,0x10\r\nclose,", "2 rows" },
	{ "\"entry\",\"tcp_mem\"\n\"close\",\"1,2,0x3\"\nclose,?\n", "2 rows" },
	{ "time,sk,cpu,recorded,recorded_messages,suppressed,expect,entry\n1,2,3,4,\"a \"\"b\"\"\","
	  "6,7,close\n",
	  "1 rows" },
	{ "", "in:0:0: found nothing, expected a line of column names" },
	{ "\n", "in:1:1: found nothing, expected the name of a field (see tcpoom decide --help)" },
	{ "now\n1\n", "in:1:4: found no column \"entry\", expected it: it is required" },
	{ "entry,orphan\n", "in:1:7: found \"orphan\", expected the name of a field (see tcpoom "
			    "decide --help)" },
	{ "entry,now,now\n", "in:1:11: found \"now\", expected each column once" },
	{ "entry,time,time\n", "in:1:12: found \"time\", expected each column once" },
	{ "\xef\xbb\xbf"
	  "entry,id\nclose,?\n",
	  "1 rows" },
	{ "entry,id,id\n", "in:1:10: found \"id\", expected each column once" },
	{ "entry,tcp_mem,tcp_mem\n", "in:1:15: found \"tcp_mem\", expected each column once" },
	{ "entry,now\nclose\n", "in:2:1: found 1 columns, expected 2" },
	{ "entry,now\nclose,1,2\n", "in:2:9: found 3 columns, expected 2" },
	{ "entry,now\n\n", "in:2:1: found 1 columns, expected 2" },
	{ "entry,now\n,1\n", "in:2:1: found no entry, expected timer, close, retransmit or probe" },
	{ "entry\n?\n", "in:2:1: found no entry, expected timer, close, retransmit or probe" },
	{ "entry\nopen\n", "in:2:1: found \"open\", expected timer, close, retransmit or probe" },
	{ "entry,now\nclose,-1\n", "in:2:7: found \"-1\", expected a number from 0 to 4294967295" },
	{ "entry,now\nclose,4294967296\n",
	  "in:2:7: found \"4294967296\", expected a number from 0 to 4294967295" },
	{ "entry,now\nclose,4294967295\n", "1 rows" },
	{ "entry,now\nclose,1x\n", "in:2:7: found \"1x\", expected a number from 0 to 4294967295" },
	{ "entry,now\nclose,0x\n", "in:2:7: found \"0x\", expected a number from 0 to 4294967295" },
	{ "entry,now\nclose,+1\n", "in:2:7: found \"+1\", expected a number from 0 to 4294967295" },
	{ "entry,now\nclose, 1\n", "in:2:7: found \" 1\", expected a number from 0 to 4294967295" },
	{ "entry,now\nclose,1.0\n",
	  "in:2:7: found \"1.0\", expected a number from 0 to 4294967295" },
	{ "entry,now\nclose,-\n", "in:2:7: found \"-\", expected a number from 0 to 4294967295" },
	{ "entry,orphans\nclose,-9223372036854775808\nclose,9223372036854775807\n"
	  "close,-0x8000000000000000\nclose,0xAbCdEf\n",
	  "4 rows" },
	{ "entry,orphans\nclose,9223372036854775808\n",
	  "in:2:7: found \"9223372036854775808\", expected a number from -9223372036854775808 to "
	  "9223372036854775807" },
	{ "entry,orphans\nclose,-9223372036854775809\n",
	  "in:2:7: found \"-9223372036854775809\", expected a number from -9223372036854775808 to "
	  "9223372036854775807" },
	{ "entry,orphans\nclose,99999999999999999999999999999999999999999999\n",
	  "in:2:7: found \"9999999999999999999999999999999999999999...\", expected a number from "
	  "-9223372036854775808 to 9223372036854775807" },
	{ "entry,tcp_mem\nclose,\"1,2\"\n",
	  "in:2:7: found \"1,2\", expected three numbers with commas between them" },
	{ "entry,tcp_mem\nclose,\"1,2,3,4\"\n",
	  "in:2:7: found \"1,2,3,4\", expected three numbers with commas between them" },
	{ "entry,tcp_mem\nclose,\"1,x,3\"\n",
	  "in:2:9: found \"x\", expected a number from -9223372036854775808 to "
	  "9223372036854775807" },
	{ "entry,id\nclose,-1\n",
	  "in:2:7: found \"-1\", expected a number from 0 to 9223372036854775807" },
	{ "entry,page_size\nclose,5000\n", "in:2:7: found \"5000\", expected a power of two" },
	{ "entry,memcg_limit\nclose,1\n",
	  "in:2:7: found memcg_limit=1, expected memcg_allocated beside it" },
	{ "entry,hz\nclose,4\n", "in:2:7: found \"4\", expected a number from 5 to 10000" },
	{ "entry,now\nclose,\"1\n", "in:2:7: found a quote that does not end, expected '\"'" },
	{ "entry,now\nclose,\"1\"2\n", "in:2:10: found '2' after a quoted value, expected ','" },
};

static void test_csv(void)
{
	char got[400];

	for (size_t i = 0; i < sizeof(csv_cases) / sizeof(*csv_cases); i++) {
		read_csv(csv_cases[i].input, false, got);
		CHECK_STRING(got, csv_cases[i].result);
	}
}

static void test_csv_unknown_columns(void)
{
	char got[400];

	read_csv("entry,group,group\nclose,1,a\n", true, got);
	CHECK_STRING(got, "1 rows");
}

static void test_csv_values(void)
{
	FILE *in =
		open_text("now,entry,id,tcp_mem,orphans\n16,close,0x7,\"1,2,3\",-5\n?,timer,,,\n");
	struct tcpoom_error e;
	struct tcpoom_csv *csv = tcpoom_csv_open(in, "in", false, &e);
	struct tcpoom_state s;

	CHECK(tcpoom_csv_next(csv, &s, &e) == TCPOOM_CSV_ROW);
	CHECK(s.now == 16 && s.entry == TCPOOM_CLOSE && s.tcp_mem2 == 3 && s.orphans == -5);
	CHECK_STRING(tcpoom_csv_id(csv), "0x7");
	tcpoom_csv_at(csv, TCPOOM_F_tcp_mem2, &e);
	CHECK(e.line == 2 && e.column == 14);
	tcpoom_csv_at(csv, TCPOOM_F_hz, &e);
	CHECK(e.line == 2 && e.column == 24);
	CHECK(tcpoom_csv_next(csv, &s, &e) == TCPOOM_CSV_ROW);
	CHECK(s.entry == TCPOOM_TIMER);
	CHECK(!(s.given & (TCPOOM_BIT(now) | TCPOOM_BIT(tcp_mem2) | TCPOOM_BIT(orphans))));
	CHECK_STRING(tcpoom_csv_id(csv), "1");
	CHECK(tcpoom_csv_next(csv, &s, &e) == TCPOOM_CSV_END);
	tcpoom_csv_close(csv);
	fclose(in);
}

static void test_nul(void)
{
	struct tcpoom_error e;
	FILE *in = tmpfile();
	struct tcpoom_csv *csv;
	struct tcpoom_state s;

	fwrite("entry\nclo\0e\nclose\n", 1, 18, in);
	rewind(in);
	csv = tcpoom_csv_open(in, "in", false, &e);
	CHECK(tcpoom_csv_next(csv, &s, &e) == TCPOOM_CSV_BAD);
	CHECK(e.line == 2 && e.column == 4);
	CHECK_STRING(e.text, "found a NUL byte, expected text");
	CHECK(tcpoom_csv_next(csv, &s, &e) == TCPOOM_CSV_ROW);
	CHECK_STRING(tcpoom_csv_id(csv), "1");
	tcpoom_csv_close(csv);
	fclose(in);
}

/* More columns than anybody needs, at the limit and above it. */
static void test_many_columns(void)
{
	char input[1200] = "entry", got[400];

	for (int i = 1; i < 256; i++)
		strcat(input, ",x");
	strcat(input, "\n");
	read_csv(input, true, got);
	CHECK_STRING(got, "0 rows");
	input[strlen(input) - 1] = '\0';
	strcat(input, ",x\n");
	read_csv(input, true, got);
	CHECK_STRING(got, "in:1:517: found more than 256 columns");
}

#define MAGIC "# tcpoom trace 1\n"

/* Reads all events; the last error, or "N events". */
static void read_trace(const char *input, char text[static 400])
{
	struct tcpoom_error e = { .file = "" };
	FILE *in = open_text(input);
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	struct tcpoom_event event;
	unsigned events = 0;
	bool bad = !trace;

	for (;;) {
		const enum tcpoom_trace_result got =
			trace ? tcpoom_trace_next(trace, &event, &e) : TCPOOM_TRACE_END;

		if (got == TCPOOM_TRACE_END)
			break;
		events += got == TCPOOM_TRACE_EVENT;
		bad |= got == TCPOOM_TRACE_BAD;
		if (got == TCPOOM_TRACE_BAD)
			print_error(&e, text);
	}
	if (!trace)
		print_error(&e, text);
	if (!bad)
		snprintf(text, 400, "%u events", events);
	if (trace)
		tcpoom_trace_close(trace);
	fclose(in);
}

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
	{ MAGIC "kernel 3.4 cpu 1\n", "in:2:12: found \"cpu\", expected arch WORD or cpus N, each once" },
	{ MAGIC "kernel 3.4 arch\n", "in:2:12: found \"arch\", expected arch WORD or cpus N, each once" },
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

/* A line has a limit, so that no input takes all memory. */
static void test_long_line(void)
{
	char got[400];
	char *input = malloc(TCPOOM_LINE_MOST + 20);

	memset(input, ' ', TCPOOM_LINE_MOST + 20);
	memcpy(input, "entry\n", 6);
	strcpy(input + 6 + TCPOOM_LINE_MOST, "\nclose\n");
	read_csv(input, false, got);
	CHECK(strstr(got, "expected timer, close, retransmit or probe"));
	strcpy(input + 6 + TCPOOM_LINE_MOST, " \nclose\n");
	read_csv(input, false, got);
	CHECK_STRING(got, "in:2:1048577: found a longer line, expected at most 1048576 bytes");
	free(input);
}

/* A row that a damaged file cuts is never decided. */
static void test_cut_row(void)
{
	struct tcpoom_line line;
	struct tcpoom_error e;
	unsigned char data[200];
	FILE *file = tmpfile();
	z_stream z = { 0 };
	static const char text[] = "entry,now\nclose,12345\n";

	deflateInit2(&z, 0, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (unsigned char *)text;
	z.avail_in = sizeof(text) - 1;
	z.next_out = data;
	z.avail_out = sizeof(data);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	/* without the trailer, the newline and three digits */
	fwrite(data, 1, sizeof(data) - z.avail_out - 8 - 4, file);
	rewind(file);
	tcpoom_line_open(&line, tcpoom_input_wrap(file), "in");
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_READ);
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_BAD);
	CHECK_STRING(e.text, "cannot read on: the compressed data is damaged or truncated");
	CHECK(e.line == 2 && e.column == 9);
	CHECK(tcpoom_line_next(&line, &e) == TCPOOM_LINE_END);
	tcpoom_input_close(line.in);
	tcpoom_line_close(&line);
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

static const struct test readers_tests[] = {
	{ "CSV", test_csv },
	{ "CSV with unknown columns", test_csv_unknown_columns },
	{ "values of CSV", test_csv_values },
	{ "a NUL byte", test_nul },
	{ "many columns", test_many_columns },
	{ "traces", test_trace },
	{ "values of a trace", test_trace_values },
	{ "a trace goes on after an error", test_trace_goes_on },
	{ "a bad set", test_bad_set },
	{ "bad lines under events", test_bad_lines_under },
	{ "a line that is too long", test_long_line },
	{ "a row that is cut", test_cut_row },
	{ "an event with many outcomes", test_trace_grows },
	{ NULL, NULL },
};

SUITE(readers)
