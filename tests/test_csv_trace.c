/* SPDX-License-Identifier: GPL-2.0-only */
/* Traces as CSV: what is accepted beside the states, and the place and words of every error. */
#include <string.h>

#include "../model/verdict.h"
#include "check.h"
#include "trace_text.h"

static const struct {
	const char *input, *result;
} cases[] = {
	{ "entry\nclose\n", "1 events" },
	{ "\"time\",entry\r\n1.5,close\r\n,timer", "2 events" },
	{ "\xef\xbb\xbf"
	  "entry,id\nclose,?\n",
	  "1 events" },
	{ "kernel 3.4\n", "in:1:1: found \"kernel 3.4\", expected \"# tcpoom trace 1\", "
			  "{\"tcpoom_trace\":1} or names of columns as the first line" },
	{ "time\n1\n", "in:1:5: found no column \"entry\", expected it: it is required" },
	{ "entry,message\n",
	  "in:1:7: found \"message\", expected the name of a field (see tcpoom decide --help)" },
	{ "entry,time\nclose,1e3\n", "in:2:7: found \"1e3\", expected a time in seconds" },
	{ "entry,sk\nclose,a b\n", "in:2:7: found \"a b\", expected a name for the socket" },
	{ "entry,cpu\nclose,?\n", "in:2:7: found \"?\", expected a number from 0 to 2147483647" },
	{ "entry,recorded\nclose,killed\n",
	  "in:2:7: found \"killed\", expected kept, killed reset, killed silent, expired or ?" },
	{ "entry,recorded\nclose,kept it\n", "in:2:7: found \"kept it\", expected a verdict or ?" },
	{ "entry,recorded_messages\nclose,a\n",
	  "in:2:7: found no recorded, expected it beside this: a verdict or ?" },
	{ "entry,suppressed\nclose,1\n",
	  "in:2:7: found no recorded, expected it beside this: a verdict or ?" },
	{ "recorded,entry,suppressed\n?,close,x\n",
	  "in:2:9: found \"x\", expected a number from 0 to 4294967295" },
	{ "recorded,entry,recorded_messages\n?,close,a||b\n",
	  "in:2:11: found an empty line, expected a line of a log" },
	{ "recorded,entry,recorded_messages\n?,close,a|\n",
	  "in:2:11: found an empty line, expected a line of a log" },
	{ "recorded,entry,recorded_messages\n?,close,\\q\n",
	  "in:2:10: found \"q\", expected n, t, r, \\, \" or xHH after a backslash" },
	{ "recorded,entry,recorded_messages\n?,close,1|2|3|4|5|6|7|8|9\n",
	  "in:2:25: found more than 8 lines" },
	{ "entry,expect\nclose,3.4 kept\n",
	  "in:2:7: found \"3.4\", expected KERNEL: after `expect`" },
	{ "entry,expect\nclose,3.4: kept ;\n",
	  "in:2:18: found nothing, expected KERNEL: after `expect`" },
	{ "entry,expect\nclose,3.4: kept suppressed=1\n",
	  "in:2:11: found suppressed=, expected messages as asked" },
	{ "entry,memcg_limit\nclose,1\n",
	  "in:2:7: found memcg_limit=1, expected memcg_allocated beside it" },
	{ "entry,now\nclose\n", "in:2:1: found 1 columns, expected 2" },
};

static void test_cases(void)
{
	char got[400];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		read_trace(cases[i].input, got);
		CHECK_STRING(got, cases[i].result);
	}
}

static void test_values(void)
{
	FILE *in =
		open_text("time,sk,cpu,id,entry,now,tcp_mem,recorded,recorded_messages,suppressed,"
			  "expect\n"
			  "12.05,a,3,9,timer,?,\"1,2,3\",killed silent,a\\x7cb|c,2,"
			  "\"2.6.18: kept | killed reset \"\"x\"\" ; 3.4: ?\"\n"
			  ",,,,close,5,,,,,\n");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	struct tcpoom_event event;

	CHECK(tcpoom_trace_form(trace) == TCPOOM_CSV && !tcpoom_trace_kernel(trace));
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(event.line == 2 && event.time == 12050000000 && event.cpu == 3 && event.id == 9);
	CHECK_STRING(event.sk, "a");
	CHECK(event.said.unknown == TCPOOM_BIT(now));
	CHECK(event.tcp_mem.said && event.tcp_mem.low == 1 && event.tcp_mem.pressure == 2);
	CHECK(event.has_recorded && event.recorded.outcome == TCPOOM_KILLED_SILENT);
	CHECK(event.recorded.lines == 2 && event.recorded.suppressed == 2);
	CHECK_STRING(event.recorded.line[0], "a|b");
	CHECK_STRING(event.recorded.line[1], "c");
	CHECK(event.expects == 2 && event.expect[0].alternatives == 2);
	CHECK_STRING(event.expect[0].alternative[1].line[0], "x");
	CHECK_STRING(event.expect[1].kernel, "3.4");
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(event.time == 0 && !event.sk && event.cpu == -1 && event.id == -1);
	CHECK(!event.has_recorded && !event.expects && event.state.now == 5);
	CHECK(event.said.given == (TCPOOM_BIT(entry) | TCPOOM_BIT(now)));
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_END);
	tcpoom_trace_close(trace);
	fclose(in);
}

static const struct test csv_trace_tests[] = {
	{ "rows", test_cases },
	{ "values", test_values },
	{ NULL, NULL },
};

SUITE(csv_trace)
