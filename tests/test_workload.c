/* SPDX-License-Identifier: GPL-2.0-only */
/* Workloads as they are read: values, and errors with their place. */
#include <glob.h>
#include <inttypes.h>
#include <string.h>

#include "../model/orphan.h"
#include "../traces/workload.h"
#include "check.h"

#define VERSION "# tcpoom workload 1\n"

static bool read_text(const char *text, struct tcpoom_workload *w, struct tcpoom_error *e)
{
	FILE *in = open_text(text);
	const bool good = tcpoom_workload_read(in, "w", w, e);

	fclose(in);
	return good;
}

static void test_values(void)
{
	struct tcpoom_workload w;
	struct tcpoom_error e;
	const struct tcpoom_arrivals *a;

	CHECK(read_text(VERSION "# a comment\n\n"
				"set hz=1000 cpus=0x10 tcp_mem=1,2,3 fin_timeout=90s\n"
				"0.5 close n=7 every=10us..1.5ms cpu=0..15 peer=icmp\n"
				"0.5 close peer=closed err_soft=5 snd_wnd=3\n"
				"1 noise n=2 text=\"two words\"\n"
				"1.000000001 set max_orphans=-1\n"
				"2s end\n",
			&w, &e));
	CHECK(w.value[TCPOOM_S_hz] == 1000 && w.value[TCPOOM_S_cpus] == 16);
	CHECK(w.value[TCPOOM_S_tcp_mem2] == 3 && w.value[TCPOOM_S_max_orphans] == 8192);
	CHECK(w.value[TCPOOM_S_fin_timeout] == 90 * INT64_C(1000000000));
	CHECK(w.lines == 3 && w.changes == 1 && w.end == 2 * INT64_C(1000000000));
	a = w.arrivals;
	CHECK(a[0].time == 500000000 && a[0].peer == TCPOOM_PEER_ICMP && !a[0].is_noise);
	CHECK(a[0].value[TCPOOM_C_n].least == 7);
	CHECK(a[0].value[TCPOOM_C_every].least == 10000);
	CHECK(a[0].value[TCPOOM_C_every].most == 1500000);
	CHECK(a[0].value[TCPOOM_C_cpu].most == 15);
	CHECK(a[0].value[TCPOOM_C_err_soft].most == 113);
	CHECK(a[0].value[TCPOOM_C_packets_out].most == 1);
	CHECK(a[1].value[TCPOOM_C_err_soft].least == 5);
	CHECK(a[1].value[TCPOOM_C_packets_out].most == 0);
	CHECK(a[1].value[TCPOOM_C_snd_wnd].most == 3);
	CHECK(a[2].is_noise);
	CHECK_STRING(a[2].text, "two words");
	CHECK(w.change[0].time == 1000000001);
	CHECK(w.change[0].given == 1u << TCPOOM_S_max_orphans);
	CHECK(w.change[0].value[TCPOOM_S_max_orphans] == -1);
	tcpoom_workload_free(&w);
}

static void test_errors(void)
{
	static const struct {
		const char *text;
		unsigned long line, column;
		const char *error;
	} cases[] = {
		{ "", 0, 0, "found nothing, expected \"# tcpoom workload 1\"" },
		{ "# tcpoom trace 1\n", 1, 1,
		  "found \"# tcpoom trace 1\", expected \"# tcpoom workload 1\" as the first "
		  "line" },
		{ VERSION "1 close\n", 2, 0, "found no end, expected a line \"TIME end\"" },
		{ VERSION "set hz=4\n", 2, 8, "found \"4\", expected a number from 5 to 10000" },
		{ VERSION "set page_size=5000\n", 2, 15,
		  "found \"5000\", expected a power of two" },
		{ VERSION "set orphans=4\n", 2, 5,
		  "found \"orphans\", expected a key (see tcpoom run --help)" },
		{ VERSION "set hz\n", 2, 5, "found \"hz\", expected key=value" },
		{ VERSION "set tcp_mem=1,2\n", 2, 13,
		  "found \"1,2\", expected three numbers with commas between them" },
		{ VERSION "set tcp_mem=5,-2,7\n", 2, 13,
		  "found \"5,-2,7\", expected first two values that are not negative" },
		{ VERSION "set tcp_mem=-1,2,7\n", 2, 13,
		  "found \"-1,2,7\", expected first two values that are not negative" },
		{ VERSION "set tcp_mem=?\n", 2, 13,
		  "found \"?\", expected three numbers with commas between them" },
		{ VERSION "set rto_max=1ms\n", 2, 13,
		  "found \"1ms\", expected a time from 1000 ms to 120000 ms" },
		{ VERSION "1 set hz=100\n", 2, 7,
		  "found \"hz\", expected it before the first time" },
		{ VERSION "1 close\nset hz=100\n", 3, 1,
		  "found \"set\", expected a time before it" },
		{ VERSION "1 open\n", 2, 3, "found \"open\", expected set, close, noise or end" },
		{ VERSION "x close\n", 2, 1,
		  "found \"x\", expected a time such as 5, 1.5s, 200ms or 10us" },
		{ VERSION "1. close\n", 2, 1,
		  "found \"1.\", expected a time such as 5, 1.5s, 200ms or 10us" },
		{ VERSION "1.0000000001 close\n", 2, 1,
		  "found \"1.0000000001\", expected a time such as 5, 1.5s, 200ms or 10us" },
		{ VERSION "99999999999999999999 close\n", 2, 1,
		  "found \"99999999999999999999\", expected a time such as 5, 1.5s, 200ms or "
		  "10us" },
		{ VERSION "2 close\n1 close\n", 3, 1,
		  "found \"1\", expected no time before that of an earlier line" },
		{ VERSION "1 close peer=slow\n", 2, 14,
		  "found \"slow\", expected dead, icmp or closed" },
		{ VERSION "1 close n=1..2\n", 2, 11, "found \"1..2\", expected one number" },
		{ VERSION "1 close every=2s..1s\n", 2, 15,
		  "found \"2s..1s\", expected the smaller value before .." },
		{ VERSION "1 close cpu=0..1\n", 2, 13, "found \"0..1\", expected a CPU of 1" },
		{ VERSION "1 close text=\"x\"\n", 2, 9,
		  "found \"text\", expected a key (see tcpoom run --help)" },
		{ VERSION "1 noise cpu=0\n", 2, 9,
		  "found \"cpu\", expected a key (see tcpoom run --help)" },
		{ VERSION "1 noise text=x\n", 2, 14,
		  "found \"x\", expected a text in double quotes" },
		{ VERSION "1 noise text=\"x\n", 2, 14,
		  "found \"\"x\", expected a text in double quotes" },
		{ VERSION "1 end now\n", 2, 7, "found \"now\", expected nothing after the end" },
		{ VERSION "1 end\n2 close\n", 3, 1, "found \"2\", expected nothing after the end" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tcpoom_workload w;
		struct tcpoom_error e;

		CHECK_SAY(!read_text(cases[i].text, &w, &e), "%s", cases[i].text);
		CHECK_STRING(e.text, cases[i].error);
		CHECK_SAY(e.column == cases[i].column, "%s: column %lu", cases[i].error, e.column);
		CHECK_SAY(!cases[i].line || e.line == cases[i].line, "%s: line %lu", cases[i].error,
			  e.line);
		tcpoom_workload_free(&w);
	}
}

/* All that come with the project can be read. */
static void test_collection(void)
{
	glob_t files;

	CHECK(!glob("traces/workloads/*.workload", 0, NULL, &files));
	CHECK(files.gl_pathc >= 6);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		FILE *in = fopen(files.gl_pathv[i], "r");
		struct tcpoom_workload w;
		struct tcpoom_error e = { .text = "" };

		CHECK_SAY(in && tcpoom_workload_read(in, "w", &w, &e), "%s:%lu: %s",
			  files.gl_pathv[i], e.line, e.text);
		tcpoom_workload_free(&w);
		if (in)
			fclose(in);
	}
	globfree(&files);
}

static const struct test workload_tests[] = {
	{ "values", test_values },
	{ "errors", test_errors },
	{ "those that come with the project", test_collection },
	{ NULL, NULL },
};

SUITE(workload)
