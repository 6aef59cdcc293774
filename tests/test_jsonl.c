/* SPDX-License-Identifier: GPL-2.0-only */
/* Traces as JSON Lines: what is accepted, and the place and words of every error. */
#include <inttypes.h>
#include <string.h>

#include "../model/verdict.h"
#include "check.h"
#include "trace_text.h"

#define FIRST "{\"tcpoom_trace\":1}\n"
#define E "{\"time\":1,\"entry\":\"close\","

static const struct {
	const char *input, *result;
} cases[] = {
	{ FIRST, "0 events" },
	{ " {\"tcpoom_trace\":1}\n",
	  "in:1:1: found \" {\"tcpoom_trace\":1}\", expected \"# tcpoom trace 1\", "
	  "{\"tcpoom_trace\":1} or names of columns as the first line" },
	{ "{ \"tcpoom_trace\" : 1 } ", "0 events" },
	{ "{\"tcpoom_trace\":2}\n", "in:1:17: found \"2\", expected a number from 1 to 1" },
	{ "{}\n", "in:1:1: found another object, expected {\"tcpoom_trace\":1} as the first line" },
	{ "{\"tcpoom_trace\":1,\"kernel\":\"3.4\"}\n",
	  "in:1:19: found \"kernel\", expected no other key in this object" },
	{ FIRST "{\"entry\":\"close\",\"time\":1}\n" E "\"now\":null}", "2 events" },
	{ FIRST "\n", "in:2:1: found nothing, expected an object" },
	{ FIRST "{\"tcpoom_trace\":1}\n",
	  "in:2:2: found \"tcpoom_trace\", expected it in the first line alone" },
	{ FIRST "{}\n", "in:2:1: found no \"time\", expected it: it is required" },
	{ FIRST "{\"time\":1}\n", "in:2:1: found no \"entry\", expected it: it is required" },
	/* JSON that is none, also where jsmn lets it pass */
	{ FIRST E, "in:2:27: found the end of the line, expected a whole JSON object" },
	{ FIRST "{\"time\":1 \"entry\":\"close\"}", "in:2:11: found \"\"\", expected ',' or '}'" },
	{ FIRST "{\"time\":1,,\"entry\":\"close\"}", "in:2:11: found \",\", expected a string" },
	{ FIRST "{\"time\":1,\"entry\":\"close\",}", "in:2:27: found \"}\", expected a string" },
	{ FIRST "{,\"time\":1}", "in:2:2: found \",\", expected a string" },
	{ FIRST "{\"time\" 1}", "in:2:9: found \"1\", expected JSON" },
	{ FIRST "{\"time\" \"1\"}", "in:2:9: found \"\"\", expected ':'" },
	{ FIRST "{\"time\"::1}", "in:2:9: found \":\", expected a time in seconds" },
	{ FIRST "{\"time\"}", "in:2:8: found \"}\", expected ':'" },
	{ FIRST "{time:1}", "in:2:2: found \"t\", expected JSON" },
	{ FIRST "[1]", "in:2:1: found \"[\", expected an object" },
	{ FIRST "{\"time\":1]", "in:2:10: found \"]\", expected JSON" },
	{ FIRST E "\"now\":1} x", "in:2:36: found \"x\", expected JSON" },
	{ FIRST E "\"now\":1} {}", "in:2:36: found \"{\", expected the end of the line" },
	{ FIRST E "\"now\":'1'}", "in:2:33: found \"'\", expected JSON" },
	{ FIRST E "\"sk\":\"a}", "in:2:32: found a string that does not end, expected '\"'" },
	{ FIRST E "\"sk\":\"\\q\"}",
	  "in:2:32: found a string with a bad escape, expected one of JSON" },
	{ FIRST E "\"sk\":\"\\u12\"}",
	  "in:2:32: found a string with a bad escape, expected one of JSON" },
	{ FIRST E "\"recorded\":{\"verdict\":null,\"lines\":[\"a\tb\"]}}",
	  "in:2:65: found \".\", expected a character of a text, or \\udc80 to \\udcff for a "
	  "byte" },
	{ FIRST E "\"recorded\":{\"verdict\":null,\"lines\":[\"\xff\"]}}",
	  "in:2:64: found \".\", expected a character of a text, or \\udc80 to \\udcff for a "
	  "byte" },
	{ FIRST E "\"recorded\":{\"verdict\":null,\"lines\":[\"\\u0000\"]}}",
	  "in:2:64: found \"\\\", expected a character of a text, or \\udc80 to \\udcff for a "
	  "byte" },
	{ FIRST E "\"recorded\":{\"verdict\":null,\"lines\":[\"\\ud83dx\"]}}",
	  "in:2:64: found \"\\\", expected a character of a text, or \\udc80 to \\udcff for a "
	  "byte" },
	{ FIRST E "\"recorded\":{\"verdict\":null,\"lines\":[\"\\ud83d\\u0041\"]}}",
	  "in:2:64: found \"\\\", expected a character of a text, or \\udc80 to \\udcff for a "
	  "byte" },
	/* numbers are those of JSON, and never cut */
	{ FIRST E "\"now\":4294967295,\"orphans\":-9223372036854775808}", "1 events" },
	{ FIRST E "\"now\":4294967296}",
	  "in:2:33: found \"4294967296\", expected a number from 0 to 4294967295" },
	{ FIRST E "\"now\":01}", "in:2:33: found \"01\", expected a number or null" },
	{ FIRST E "\"now\":0x1}", "in:2:33: found \"0x1\", expected a number or null" },
	{ FIRST E "\"now\":1e3}", "in:2:33: found \"1e3\", expected a number or null" },
	{ FIRST E "\"now\":1.0}",
	  "in:2:33: found \"1.0\", expected a number from 0 to 4294967295" },
	{ FIRST E "\"now\":1.}", "in:2:33: found \"1.\", expected a number or null" },
	{ FIRST E "\"now\":-}", "in:2:33: found \"-\", expected a number or null" },
	{ FIRST E "\"now\":true}", "in:2:33: found \"true\", expected a number or null" },
	{ FIRST E "\"now\":\"1\"}", "in:2:33: found \"\"\", expected a number or null" },
	{ FIRST E "\"now\":?}", "in:2:33: found \"?\", expected JSON" },
	{ FIRST "{\"time\":1.0123456789,\"entry\":\"close\"}",
	  "in:2:9: found \"1.0123456789\", expected a time in seconds" },
	{ FIRST "{\"time\":-1,\"entry\":\"close\"}",
	  "in:2:9: found \"-1\", expected a time in seconds" },
	{ FIRST "{\"time\":null,\"entry\":\"close\"}",
	  "in:2:9: found \"null\", expected a time in seconds" },
	/* keys */
	{ FIRST E "\"now\":1,\"now\":1}", "in:2:35: found \"now\", expected each key once" },
	{ FIRST E "\"orphan\":1}",
	  "in:2:27: found \"orphan\", expected a key of an event, or a field" },
	{ FIRST E "\"suppressed\":1}",
	  "in:2:27: found \"suppressed\", expected a key of an event, or a field" },
	{ FIRST E "\"tcp_mem\":[1,2,3],\"tcp_mem2\":3}",
	  "in:2:56: found tcp_mem2, expected tcp_mem alone" },
	{ FIRST E "\"tcp_mem\":[1,2]}", "in:2:41: found less, expected three numbers" },
	{ FIRST E "\"tcp_mem\":[1,2,3,4]}", "in:2:44: found more, expected three numbers" },
	{ FIRST E "\"tcp_mem\":1}", "in:2:37: found \"1\", expected an array" },
	{ FIRST E "\"tcp_mem\":null}", "1 events" },
	{ FIRST "{\"time\":1,\"entry\":\"open\"}",
	  "in:2:19: found \"open\", expected timer, close, retransmit or probe" },
	{ FIRST "{\"time\":1,\"entry\":null}", "in:2:19: found \"n\", expected a string" },
	{ FIRST E "\"sk\":\"\"}", "in:2:32: found nothing, expected a name for the socket" },
	{ FIRST E "\"sk\":\"a b\"}", "in:2:32: found \"a b\", expected a name for the socket" },
	{ FIRST E "\"sk\":1}", "in:2:32: found \"1\", expected a string" },
	{ FIRST E "\"cpu\":-1}", "in:2:33: found \"-1\", expected a number from 0 to 2147483647" },
	{ FIRST E "\"memcg_limit\":1}",
	  "in:2:41: found memcg_limit=1, expected memcg_allocated beside it" },
	/* outcomes */
	{ FIRST E "\"recorded\":{\"lines\":[]}}",
	  "in:2:38: found no \"verdict\", expected it: it is required" },
	{ FIRST E "\"recorded\":{\"verdict\":\"killed\"}}",
	  "in:2:49: found \"killed\", expected kept, killed reset, killed silent, expired or "
	  "null" },
	{ FIRST E "\"recorded\":{\"verdict\":\"kept\",\"verdict\":\"kept\"}}",
	  "in:2:56: found \"verdict\", expected each key once" },
	{ FIRST E "\"recorded\":{\"verdict\":\"kept\",\"snmp\":1}}",
	  "in:2:63: found \"1\", expected a number from 0 to 0" },
	{ FIRST E "\"recorded\":{\"verdict\":\"kept\",\"lines\":[\"\"]}}",
	  "in:2:65: found an empty line, expected a line of a log" },
	{ FIRST E "\"recorded\":{\"verdict\":\"kept\",\"lines\":[\"1\",\"2\",\"3\",\"4\",\"5\","
		  "\"6\",\"7\",\"8\",\"9\"]}}",
	  "in:2:97: found more than 8 lines" },
	{ FIRST E "\"recorded\":{\"verdict\":\"kept\",\"line\":[]}}",
	  "in:2:56: found \"line\", expected verdict, lines, suppressed or snmp" },
	{ FIRST E "\"expect\":[{\"kernel\":\"3.4\",\"any\":[{\"verdict\":null,"
		  "\"suppressed\":1}]}]}",
	  "in:2:76: found \"suppressed\", expected verdict, lines or snmp" },
	{ FIRST E "\"expect\":[{\"kernel\":\"3.4\"}]}",
	  "in:2:37: found no \"any\", expected it: it is required" },
	{ FIRST E "\"expect\":[{\"any\":[{\"verdict\":null}]}]}",
	  "in:2:37: found no \"kernel\", expected it: it is required" },
	{ FIRST E "\"expect\":[{\"kernel\":\"3.4\",\"any\":[]}]}",
	  "in:2:60: found nothing, expected an outcome" },
	{ FIRST E "\"expect\":[{\"kernel\":\"3 4\",\"any\":[]}]}",
	  "in:2:47: found \"3 4\", expected a release" },
	{ FIRST E "\"expect\":[{\"all\":1}]}", "in:2:38: found \"all\", expected kernel or any" },
	{ FIRST E "\"expect\":[]}", "1 events" },
	{ FIRST E "\"expect\":[1]}", "in:2:37: found \"1\", expected an object" },
	{ FIRST E "\"expect\":1}", "in:2:36: found \"1\", expected an array" },
	{ FIRST E "\"recorded\":null}", "in:2:38: found \"n\", expected an object" },
	{ FIRST E "\"recorded\":{\"verdict\":1}}", "in:2:49: found \"1\", expected a string" },
	{ FIRST E "\"recorded\":{\"verdict\":null,\"lines\":[\"a\" \"b\"]}}",
	  "in:2:67: found \"\"\", expected ',' or ']'" },
	{ FIRST E "\"recorded\":{\"verdict\":null,\"lines\":null}}",
	  "in:2:62: found \"n\", expected an array" },
	{ FIRST E "\"recorded\":{\"verdict\":null \"lines\":[]}}",
	  "in:2:54: found \"\"\", expected ',' or '}'" },
	{ FIRST E "\"expect\":[{\"kernel\":\"3.4\",\"any\":[{\"verdict\":null},{\"verdict\":null},"
		  "{\"verdict\":null},{\"verdict\":null},{\"verdict\":null},{\"verdict\":null},"
		  "{\"verdict\":null},{\"verdict\":null},{\"verdict\":null}]}]}",
	  "in:2:196: found more than 8 alternatives" },
	/* directives */
	{ FIRST "{\"cpus\":16,\"kernel\":\"2.6.38\",\"arch\":\"x86_64\"}\n{\"lost\":3}\n"
		"{\"comment\":\"\"}\n{\"comment\":\" # a\"}\n",
	  "0 events" },
	{ FIRST "{\"cpus\":16}", "in:2:1: found no \"kernel\", expected it beside arch and cpus" },
	{ FIRST "{\"kernel\":\"a b\"}", "in:2:11: found \"a b\", expected a release" },
	{ FIRST "{\"lost\":1,\"time\":1}",
	  "in:2:11: found \"time\", expected no other key in this object" },
	{ FIRST "{\"lost\":-1}", "in:2:9: found \"-1\", expected a number from 0 to 2147483647" },
	{ FIRST "{\"comment\":\"1 close\"}",
	  "in:2:12: found \"1 close\", expected a line that is blank or begins with '#'" },
	{ FIRST "{\"comment\":\"# a\\nset hz=250\"}",
	  "in:2:12: found \"# a.set hz=250\", expected a line that is blank or begins with '#'" },
	{ FIRST "{\"comment\":\"# kernel 3.4\"}",
	  "in:2:12: found \"# kernel 3.4\", expected a line that is blank or begins with '#'" },
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
	FILE *in = open_text(
		FIRST
		"{\"kernel\":\"2.6.38\",\"arch\":\"x86_64\",\"cpus\":16}\n{\"lost\":3}\n"
		"{ \"id\" : 9, \"sk\":\"a\\u00e9\", \"cpu\":3, \"entry\":\"timer\",\"time\":12.05,"
		"\"now\":null,\"orphans\":4,\"tcp_mem\":[1,-2,3],\"recorded\":"
		"{\"lines\":[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude00\\udcff\"],"
		"\"suppressed\":2,\"snmp\":0,\"verdict\":\"killed silent\"},\"expect\":"
		"[{\"kernel\":\"2.6.18\",\"any\":[{\"verdict\":\"kept\"},"
		"{\"verdict\":null,\"lines\":[\"x\",\"y\"]}]}]}\n" E "\"\\u006eow\":7}\n");
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, "in", &e);
	struct tcpoom_event event;

	CHECK(tcpoom_trace_form(trace) == TCPOOM_JSONL);
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK_STRING(tcpoom_trace_kernel(trace), "2.6.38");
	CHECK_STRING(tcpoom_trace_arch(trace), "x86_64");
	CHECK(tcpoom_trace_cpus(trace) == 16 && tcpoom_trace_lost(trace) == 3);
	CHECK(event.line == 4 && event.time == 12050000000 && event.cpu == 3 && event.id == 9);
	CHECK_STRING(event.sk, "a\xc3\xa9");
	CHECK(event.said.unknown == TCPOOM_BIT(now));
	CHECK(event.said.given == (TCPOOM_BIT(entry) | TCPOOM_BIT(orphans) | TCPOOM_BIT(tcp_mem2)));
	CHECK(event.state.page_size == 4096 && event.state.orphans_cached == 4);
	CHECK(event.tcp_mem.said && event.tcp_mem.low == 1 && event.tcp_mem.pressure == -2);
	CHECK(event.has_recorded && event.recorded.outcome == TCPOOM_KILLED_SILENT);
	CHECK_STRING(event.recorded.line[0], "\"\\/\b\f\n\r\t\xf0\x9f\x98\x80\xff");
	CHECK(event.recorded.suppressed == 2 && event.recorded.uncounted);
	CHECK(event.expects == 1 && event.expect[0].alternatives == 2);
	CHECK_STRING(event.expect[0].kernel, "2.6.18");
	CHECK(event.expect[0].alternative[1].outcome == -1);
	CHECK_STRING(event.expect[0].alternative[1].line[1], "y");
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT);
	CHECK(event.state.now == 7 && !event.sk && !event.tcp_mem.said);
	CHECK(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_END);
	tcpoom_trace_close(trace);
	fclose(in);
}

/* More tokens than there is room for at first. */
static void test_many_tokens(void)
{
	char input[9000] = FIRST E "\"expect\":[", got[400];

	for (int i = 0; i < 100; i++)
		strcat(input, i ? ",{\"kernel\":\"3.4\",\"any\":[{\"verdict\":null}]}"
				: "{\"kernel\":\"3.4\",\"any\":[{\"verdict\":null}]}");
	strcat(input, "]}\n");
	read_trace(input, got);
	CHECK_STRING(got, "1 events");
}

static const struct test jsonl_tests[] = {
	{ "lines", test_cases },
	{ "values", test_values },
	{ "many tokens", test_many_tokens },
	{ NULL, NULL },
};

SUITE(jsonl)
