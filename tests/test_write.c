/* SPDX-License-Identifier: GPL-2.0-only */
/* What is written says what was read, in every form, and nothing more. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "trace_text.h"

#define MAGIC "# tcpoom trace 1\n"
#define FIRST "{\"tcpoom_trace\":1}\n"

/* All that a trace can say. */
static const char full[] =
	MAGIC "# kernel 2.6.38 arch x86_64 cpus 16\n\nset hz=0xfa tcp_mem=1,2,3 now=?\nlost 3\n"
	      "12.05 timer cpu=3 sk=a,\"\xff id=9 orphans=-4\n# between\n"
	      "\t=> killed silent \"a|\\x01 \\\\ \\\"\\xe9,;\" \"b\" suppressed=2 snmp=0\n"
	      "  expect 2.6.18: kept | killed reset \"x;\" snmp=0\n  expect 3;4\": ?\n# behind\n"
	      "0.000000001 close self_counted=1 orphans_cached=7 tcp_mem2=5\n";

static void check_converted(const char *input, enum tcpoom_form form, const char *expected)
{
	struct tcpoom_writer w;
	char *got = convert_trace(input, form, &w);

	CHECK_STRING(got, expected);
	free(got);
}

static void test_text(void)
{
	check_converted(full, TCPOOM_TEXT, full);
}

#define FULL_JSONL                                                                                 \
	FIRST "{\"kernel\":\"2.6.38\",\"arch\":\"x86_64\",\"cpus\":16}\n{\"comment\":\"\"}\n"      \
	      "{\"lost\":3}\n"                                                                     \
	      "{\"time\":12.050000,\"entry\":\"timer\",\"sk\":\"a,\\\"\\udcff\",\"cpu\":3,"        \
	      "\"id\":9,\"hz\":250,\"now\":null,\"orphans\":-4,\"tcp_mem\":[1,2,3],"               \
	      "\"recorded\":{\"verdict\":\"killed silent\",\"lines\":[\"a|\\u0001 \\\\ "           \
	      "\\\"\\udce9,;\",\"b\"],\"suppressed\":2,\"snmp\":0},\"expect\":[{\"kernel\":"       \
	      "\"2.6.18\",\"any\":[{\"verdict\":\"kept\",\"lines\":[]},{\"verdict\":"              \
	      "\"killed reset\",\"lines\":[\"x;\"],\"snmp\":0}]},{\"kernel\":\"3;4\\\"\","         \
	      "\"any\":[{\"verdict\":null,\"lines\":[]}]}]}\n"                                     \
	      "{\"comment\":\"# between\"}\n{\"comment\":\"# behind\"}\n"                          \
	      "{\"time\":0.000000001,\"entry\":\"close\",\"hz\":250,\"now\":null,"                 \
	      "\"orphans_cached\":7,\"self_counted\":1,\"tcp_mem2\":5}\n"

static void test_jsonl(void)
{
	check_converted(full, TCPOOM_JSONL, FULL_JSONL);
	check_converted(FULL_JSONL, TCPOOM_JSONL, FULL_JSONL);
}

static void test_jsonl_to_text(void)
{
	static const char text[] =
		MAGIC "kernel 2.6.38 arch x86_64 cpus 16\n\nlost 3\n"
		      "12.050000 timer sk=a,\"\xff cpu=3 id=9 hz=250 now=? orphans=-4 "
		      "tcp_mem=1,2,3\n"
		      "  => killed silent \"a|\\x01 \\\\ \\\"\xe9,;\" \"b\" suppressed=2 snmp=0\n"
		      "  expect 2.6.18: kept | killed reset \"x;\" snmp=0\n  expect 3;4\": ?\n"
		      "# between\n# behind\n"
		      "0.000000001 close hz=250 now=? orphans_cached=7 self_counted=1 tcp_mem2=5\n";

	check_converted(FULL_JSONL, TCPOOM_TEXT, text);
	check_converted(text, TCPOOM_JSONL, FULL_JSONL);
}

/* The header, and the row that a line of text becomes. */
static void test_csv(void)
{
	struct tcpoom_writer w;
	char *got = convert_trace(full, TCPOOM_CSV, &w), *again;
	static const unsigned dropped[TCPOOM_DROPS] = { [TCPOOM_DROP_COMMENTS] = 3,
							[TCPOOM_DROP_KERNELS] = 1,
							[TCPOOM_DROP_LOST] = 1,
							[TCPOOM_DROP_SNMP] = 1,
							[TCPOOM_DROP_TCP_MEM] = 1 };

	for (int i = 0; i < TCPOOM_DROPS; i++)
		CHECK_SAY(w.dropped[i] == dropped[i], "%s", tcpoom_drop_texts[i]);
	CHECK(strstr(got, "\n12.050000,\"a,\"\"\xff\",3,9,timer,250,?,"));
	CHECK(strstr(got, ",killed silent,\"a\\x7c\\x01 \\x5c \"\"\xe9,;|b\",2,"
			  "\"2.6.18: kept | killed reset \"\"x;\"\" snmp=0 ; 3;4\"\": ?\"\n"));
	again = convert_trace(got, TCPOOM_CSV, &w);
	CHECK_STRING(again, got);
	free(got);
	free(again);
}

/* Text that says the same of its events, by way of the other forms. */
static void test_collections(void)
{
	glob_t files;

	CHECK(!glob("traces/*/*.trace", 0, NULL, &files) && files.gl_pathc > 4);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		static char input[1 << 17];
		struct tcpoom_writer w;
		FILE *in = fopen(files.gl_pathv[i], "r");
		char *text, *jsonl, *back, *same;

		input[fread(input, 1, sizeof(input) - 1, in)] = '\0';
		fclose(in);
		text = convert_trace(input, TCPOOM_TEXT, &w);
		CHECK_STRING(text, input);
		jsonl = convert_trace(input, TCPOOM_JSONL, &w);
		back = convert_trace(jsonl, TCPOOM_TEXT, &w);
		same = convert_trace(back, TCPOOM_JSONL, &w);
		CHECK_STRING(same, jsonl);
		free(text);
		free(jsonl);
		free(back);
		free(same);
	}
	globfree(&files);
}

/* What is bad is left out, and what a bad `set` left unknown stays so. */
static void test_bad(void)
{
	check_converted(MAGIC "set hz=250 now=1 max_orphans=7\n"
			      "set hz=1 now=2 max_orphans=0x8 tcp_mem=1,2,3\n"
			      "set x=1\nlost x\nkernel\n1 close x=1\n# kept\n  => kept\n2 close\n",
			TCPOOM_TEXT,
			MAGIC "set hz=250 now=1 max_orphans=7\nset hz=? now=2 max_orphans=8 "
			      "tcp_mem=1,2,3\n"
			      "# kept\n2 close\n");
}

static const struct {
	int64_t ns;
	const char *text;
} times[] = {
	{ 0, "0.000000" },
	{ 1, "0.000000001" },
	{ 1500000000, "1.500000" },
	{ 1000000100, "1.0000001" },
	{ 8589934588999999999, "8589934588.999999999" },
};

static void test_times(void)
{
	char got[24];

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		CHECK(tcpoom_time_text(times[i].ns, got) == strlen(times[i].text));
		CHECK_STRING(got, times[i].text);
	}
}

/* UTF-8 is copied, and anything else is no UTF-8 to a strict reader of JSON. */
static void test_utf8(void)
{
	static const struct {
		const char *text, *json;
	} texts[] = {
		{ "\x7f\xc2\x80\xdf\xbf", "\"\x7f\xc2\x80\xdf\xbf\"" },
		{ "\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf",
		  "\"\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\"" },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"" },
		{ "\x80\xc1\xbf\xf5", "\"\\udc80\\udcc1\\udcbf\\udcf5\"" },
		{ "\xe0\x9f\xbf", "\"\\udce0\\udc9f\\udcbf\"" },
		{ "\xed\xa0\x80", "\"\\udced\\udca0\\udc80\"" },
		{ "\xf0\x8f\xbf\xbf", "\"\\udcf0\\udc8f\\udcbf\\udcbf\"" },
		{ "\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\"" },
		{ "\xe2\x82", "\"\\udce2\\udc82\"" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char got[100] = "";
		FILE *out = fmemopen(got, sizeof(got), "w");

		tcpoom_json_text(out, texts[i].text);
		fclose(out);
		CHECK_STRING(got, texts[i].json);
	}
}

static const struct test write_tests[] = {
	{ "text", test_text },
	{ "JSON Lines", test_jsonl },
	{ "JSON Lines as text", test_jsonl_to_text },
	{ "CSV", test_csv },
	{ "the collections", test_collections },
	{ "what is bad", test_bad },
	{ "times", test_times },
	{ "UTF-8", test_utf8 },
	{ NULL, NULL },
};

SUITE(write)
