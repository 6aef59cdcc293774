/* SPDX-License-Identifier: GPL-2.0-only */
/* States as CSV: what is accepted, and the place and words of every error. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../traces/csv.h"
#include "../traces/input.h"
#include "../traces/line.h"
#include "check.h"
#include "trace_text.h"

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

static const struct test csv_tests[] = {
	{ "rows", test_csv },
	{ "unknown columns", test_csv_unknown_columns },
	{ "values", test_csv_values },
	{ "a NUL byte", test_nul },
	{ "many columns", test_many_columns },
	{ "a line that is too long", test_long_line },
	{ "a row that is cut", test_cut_row },
	{ NULL, NULL },
};

SUITE(csv)
