/* SPDX-License-Identifier: GPL-2.0-only */
/* What tools print, of all ages, and what is read of it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../advice/doubts.h"
#include "../advice/reading.h"
#include "../advice/words.h"
#include "check.h"

static struct tcpoom_facts *facts;

/* Reads a text as if it were all that there is; false: with an error. */
static bool read_text(const char *text, const char *name, struct tcpoom_error *e)
{
	FILE *in = open_text(text);
	unsigned held;
	bool good;

	if (facts)
		tcpoom_facts_free(facts);
	free(facts);
	facts = calloc(1, sizeof(*facts));
	good = tcpoom_read_text(facts, in, name, &held, e);
	fclose(in);
	return good;
}

static void done(void)
{
	tcpoom_facts_free(facts);
	free(facts);
	facts = NULL;
}

static void test_numbers(void)
{
	static const struct {
		const char *text, *name;
		unsigned fact;
		int64_t value; /* -1 = nothing is read */
	} cases[] = {
		{ "TCP: inuse 7 orphan 21564 tw 3 alloc 9 mem 1\n", "sockstat", TCPOOM_F_orphans,
		  21564 },
		{ "TCP: inuse 7 orphan 0 tw 3 alloc 9 mem 1894\n", "", TCPOOM_F_mem_allocated,
		  1894 },
		/* 2.4 has no alloc and mem */
		{ "TCP: inuse 7 orphan 4 tw 3\n", "", TCPOOM_F_orphans, 4 },
		{ "used 14565 / TCP inuse 35938 orphan 2 tw 1 alloc 35942 mem 5", "",
		  TCPOOM_FACT_alloc, 35942 },
		{ "TCP6: inuse 12\n", "", TCPOOM_FACT_inuse6, 12 },
		{ "UDP: inuse 7 mem 3\n", "", TCPOOM_F_mem_allocated, -1 },
		{ "TCP:   1674 (estab 1556, closed 39, orphaned 40, synrecv 0, timewait 39/0), "
		  "ports 0",
		  "", TCPOOM_F_orphans, 40 },
		{ "TCP:   14 (estab 2, closed 0, orphaned 10, timewait 5)\n", "", TCPOOM_FACT_tw,
		  5 },
		/* of the table that ss -s prints below */
		{ "TCP\t  14        10        4\n", "", TCPOOM_FACT_tcp_size, -1 },
		{ "TCP   30  39   2368   13    8 : tunables    0    0    0 : slabdata 3 3 0", "",
		  TCPOOM_FACT_tcp_size, 2368 },
		{ "TcpExt: A TCPAbortOnMemory B\nTcpExt: 1 54 3\nIpExt: C\nIpExt: 9\n", "",
		  TCPOOM_FACT_abort_on_memory, 54 },
		{ "TcpExtTCPAbortOnMemory          54                 0.0\n", "",
		  TCPOOM_FACT_abort_on_memory, 54 },
		{ "    54 connections aborted due to memory pressure\n", "",
		  TCPOOM_FACT_abort_on_memory, 54 },
		{ "    TCPAbortOnMemory: 54\n", "", TCPOOM_FACT_abort_on_memory, 54 },
		{ "    TCP ran low on memory 3 times\n", "", TCPOOM_FACT_memory_pressures, 3 },
		{ "net.ipv4.tcp_max_orphans = 65536\n", "", TCPOOM_F_max_orphans, 65536 },
		{ "net/ipv4/tcp_max_orphans=1\n", "", TCPOOM_F_max_orphans, 1 },
		{ "sysctl -w net.ipv4.tcp_max_orphans=\"8192\"\n", "", TCPOOM_F_max_orphans, 8192 },
		{ "#net.ipv4.tcp_max_orphans = 1\n", "", TCPOOM_F_max_orphans, -1 },
		{ "  # net.ipv4.tcp_max_orphans = 1\n", "", TCPOOM_F_max_orphans, -1 },
		{ "net.ipv4.tcp_mem = 1\t2\t3\n", "", TCPOOM_F_tcp_mem2, 3 },
		{ "tcp_mem=1,2,3\n", "", TCPOOM_FACT_tcp_mem1, 2 },
		{ "net.ipv4.udp_mem = 1 2 3\n", "", TCPOOM_F_tcp_mem2, -1 },
		{ "net.ipv4.tcp_rmem = 4096 131072 6291456\n", "", TCPOOM_F_tcp_mem2, -1 },
		{ "# cat /proc/sys/net/ipv4/tcp_mem\n1 2 3\n", "", TCPOOM_F_tcp_mem2, 3 },
		{ "/proc/sys/net/ipv4/tcp_max_orphans:77\n", "", TCPOOM_F_max_orphans, 77 },
		{ "1 2 3\n", "proc/sys/net/ipv4/tcp_mem", TCPOOM_F_tcp_mem2, 3 },
		{ "77\n", "tcp_max_orphans.txt", TCPOOM_F_max_orphans, 77 },
		/* a message of the check ends in the name of a sysctl */
		{ "TCP: out of memory -- consider tuning tcp_mem\n1 2 3\n", "", TCPOOM_F_tcp_mem2,
		  -1 },
		{ "sysctl: cannot stat /proc/sys/net/ipv4/tcp_mem: No such file or directory\n", "",
		  TCPOOM_F_tcp_mem2, -1 },
		{ "MemTotal:       65599452 kB\n", "", TCPOOM_FACT_mem_total, 65599452 },
		{ "orphans=99 wmem_queued=5664\n", "", TCPOOM_F_wmem_queued, 5664 },
		{ "CLOSE-WAIT 1 0 10.0.0.1:80 10.0.0.2:1\nCLOSE-WAIT 1 0 10.0.0.1:80 10.0.0.2:2\n",
		  "", TCPOOM_FACT_close_wait, 2 },
		{ "tcp        1      0 10.0.0.1:80    10.0.0.2:1234    CLOSE_WAIT\n", "",
		  TCPOOM_FACT_close_wait, 1 },
		{ "tcp    CLOSE-WAIT 1      0      10.0.0.1:80    10.0.0.2:1234\n", "",
		  TCPOOM_FACT_close_wait, 1 },
		{ "tcp    ESTAB      1      0      10.0.0.1:80    10.0.0.2:1234\n", "",
		  TCPOOM_FACT_close_wait, -1 },
	};
	struct tcpoom_error e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const bool good = read_text(cases[i].text, cases[i].name, &e);
		const int64_t got = facts->known[cases[i].fact] ? facts->value[cases[i].fact] : -1;

		CHECK_SAY(good && got == cases[i].value, "%s: %" PRId64, cases[i].text, got);
	}
	done();
}

/* The string that tells more of the kernel wins. */
static void test_release(void)
{
	static const struct {
		const char *text, *kernel;
	} cases[] = {
		{ "Linux version 6.1.0-13-amd64 (x) #1 SMP Debian 6.1.55-1 (2023-09-29)\n",
		  "Linux version 6.1.0-13-amd64 (x) #1 SMP Debian 6.1.55-1 (2023-09-29)" },
		{ "5.15.0-91-generic\nUbuntu 5.15.0-91.101-generic 5.15.131\n",
		  "Ubuntu 5.15.0-91.101-generic 5.15.131" },
		{ "Linux web 4.18.0-372.9.1.el8.x86_64 #1 SMP x86_64\n",
		  "Linux web 4.18.0-372.9.1.el8.x86_64 #1 SMP x86_64" },
		{ "[    0.000000] Linux version 2.6.18 (a) #1\n", "Linux version 2.6.18 (a) #1" },
		{ "3.14\n", "" },
	};
	struct tcpoom_error e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK(read_text(cases[i].text, "", &e));
		CHECK_STRING(facts->kernel, cases[i].kernel);
	}
	done();
}

static void test_errors(void)
{
	static const struct {
		const char *text;
		unsigned long line, column;
	} cases[] = {
		{ "\nTCP: inuse 7 orphan x tw 3\n", 2, 21 },
		{ "TCP: inuse 7 orphan\n", 1, 20 },
		{ "net.ipv4.tcp_mem = 1 2\n", 1, 23 },
		{ "net.ipv4.tcp_max_orphans = 99999999999\n", 1, 28 },
		{ "TcpExt: TCPAbortOnMemory\nTcpExt: 1x\n", 2, 9 },
	};
	struct tcpoom_error e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK(!read_text(cases[i].text, "file", &e));
		CHECK_SAY(e.line == cases[i].line && e.column == cases[i].column, "%s: %lu:%lu",
			  cases[i].text, e.line, e.column);
	}
	done();
}

/* A log, how many bursts it has, the decisions behind them, and what was held back in the last. */
static void test_bursts(void)
{
#define ORPHANS "TCP: too many orphaned sockets\n"
#define MEMORY "TCP: out of memory -- consider tuning tcp_mem\n"
	static const struct {
		const char *text;
		unsigned bursts, decisions, suppressed;
		const char *when;
	} cases[] = {
		{ "[1.5] a\n[10.000001] " ORPHANS "[10.000000] " ORPHANS "[15.2] " ORPHANS, 1, 3, 0,
		  "[10.000001]" },
		/* a decision may print both lines, none twice */
		{ "[1.000001] " ORPHANS "[1.000002] " MEMORY "[1.000003] " MEMORY, 1, 2, 0,
		  "[1.000001]" },
		/* before 3.3 each prints one */
		{ "[1.000001] Out of socket memory\n[1.000002] TCP: too many of orphaned sockets\n",
		  1, 2, 0, "[1.000001]" },
		{ "[1.000001] " MEMORY "[16.000000] net_ratelimit: 273 callbacks suppressed\n", 1,
		  1, 273, "[1.000001]" },
		{ "[1.000001] " MEMORY "[12.000000] " MEMORY, 2, 2, 0, "[12.000000]" },
		{ "Jul  3 23:59:58 h kernel: " ORPHANS "Jul  4 00:00:03 h kernel: " ORPHANS, 1, 2,
		  0, "Jul  3 23:59:58" },
		{ "Jul 31 23:59:58 h kernel: [77.000000] " ORPHANS, 1, 1, 0, "[77.000000]" },
		{ "[Sat Feb 28 23:59:59 2015] " ORPHANS "[Sun Mar  1 00:00:01 2015] " ORPHANS, 1, 2,
		  0, "Sat Feb 28 23:59:59 2015" },
		{ "[Sun Feb 28 23:59:59 2016] " ORPHANS "[Tue Mar  1 00:00:01 2016] " ORPHANS, 2, 2,
		  0, "Tue Mar  1 00:00:01 2016" },
		{ "2026-11-23T02:18:28+0000 h kernel: " ORPHANS
		  "2026-11-23T02:18:33+0000 h kernel: "
		  "net_ratelimit: 5 callbacks suppressed\n",
		  1, 1, 5, "2026-11-23T02:18:28" },
		{ "Jul  3 10:00:00 h kernel: message repeated 4 times: [ TCP: too many orphaned "
		  "sockets]\n",
		  1, 4, 0, "Jul  3 10:00:00" },
		{ "<6>" ORPHANS "<4>NET: 7 messages suppressed.\n", 1, 1, 7, "" },
		/* somebody cut the zeros at the end of a time */
		{ "[5.25] " ORPHANS, 1, 1, 0, "[5.250000]" },
		{ "[12.5 x] " ORPHANS, 1, 1, 0, "" },
		/* a limiter of another kind of message */
		{ ORPHANS "nf_conntrack: 7 callbacks suppressed\n", 1, 1, 0, "" },
	};
	struct tcpoom_error e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_klog *log;

		CHECK(read_text(cases[i].text, "log", &e));
		log = &facts->log;
		CHECK_SAY(log->bursts == cases[i].bursts &&
				  tcpoom_klog_decisions(log) == cases[i].decisions &&
				  tcpoom_klog_burst(log, 0)->suppressed == cases[i].suppressed,
			  "%s: %" PRIu64 " bursts, %" PRIu64 " decisions", cases[i].text,
			  log->bursts, tcpoom_klog_decisions(log));
		CHECK_STRING(tcpoom_klog_burst(log, 0)->when, cases[i].when);
	}
	done();
}

/* What was held back before the first line that is left of a log is told all the same. */
static void test_held_back_before(void)
{
	struct tcpoom_klog log = { .bursts = 0 };
	char said[TCPOOM_WORDS];

	CHECK(tcpoom_klog_line(&log, "log", 1, "[5.000000] printk: 42 messages suppressed.", 5));
	CHECK(tcpoom_klog_line(&log, "log", 2, "[5.000000] Out of socket memory", 5));
	CHECK(tcpoom_klog_line(&log, "log", 3, "[10.000001] printk: 7 messages suppressed.", 5));
	tcpoom_say_log(&log, said);
	CHECK_STRING(said, "1 burst, at least 1 decision; the limiter held 49 more lines back, of "
			   "all that the network code prints; the last burst began at [5.000000]");
}

/* Bursts that are no longer kept are counted still. */
static void test_many_bursts(void)
{
	struct tcpoom_klog log = { .bursts = 0 };
	char text[100];

	for (unsigned i = 1; i <= 200; i++) {
		snprintf(text, sizeof(text), "[%u.000000] %s", 100 * i, ORPHANS);
		CHECK(tcpoom_klog_line(&log, "log", i, text, 5));
	}
	CHECK(log.bursts == 200 && tcpoom_klog_decisions(&log) == 200);
	CHECK(tcpoom_klog_burst(&log, 0)->first == 200 &&
	      tcpoom_klog_burst(&log, 63)->first == 137);
}

/* Without an inode are also requests, what nobody accepted, and TIME_WAIT: they are no orphans. */
static void test_orphans(void)
{
#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
#define ROW(state, timer, inode)                                                                   \
	"   1: 0100000A:1F90 0200000A:C350 " state " 00000010:00000000 " timer                     \
	":00000014 00000003     0        0 " inode " 1 0\n"
	static const struct {
		const char *text;
		unsigned orphans;
	} cases[] = {
		{ HEAD ROW("04", "01", "0"), 1 }, /* FIN_WAIT1 */
		{ HEAD ROW("05", "00", "0"), 1 }, /* FIN_WAIT2 */
		{ HEAD ROW("05", "03", "0"), 0 }, /* the same in TIME_WAIT's clothes */
		{ HEAD ROW("06", "03", "0"), 0 }, /* TIME_WAIT */
		{ HEAD ROW("09", "04", "0"), 1 }, /* LAST_ACK */
		{ HEAD ROW("0B", "01", "0"), 1 }, /* CLOSING */
		{ HEAD ROW("0B", "01", "9"), 0 }, /* the application waits for it (SO_LINGER) */
		{ HEAD ROW("01", "00", "0"), 0 }, /* not accepted */
		{ HEAD ROW("08", "00", "0"), 0 }, /* not accepted, and the peer closed */
		{ HEAD ROW("03", "01", "0"), 0 }, /* a request */
		{ "  sl  local_address rem_address   st tx_queue rx_queue ref pointer "
		  "drops\n" ROW("04", "01", "0"),
		  0 }, /* of /proc/net/udp */
	};
	struct tcpoom_error e;
	char address[48];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK(read_text(cases[i].text, "tcp", &e));
		CHECK_SAY(facts->sockets.orphans == cases[i].orphans, "%s", cases[i].text);
	}
	CHECK(read_text(HEAD ROW("04", "01", "0"), "tcp", &e));
	tcpoom_address_text(tcpoom_sockets_peer(&facts->sockets)->address, address);
	CHECK_STRING(address, "10.0.0.2");
	tcpoom_address_text("B80D0120000000000000000001000000", address);
	CHECK_STRING(address, "2001:db8::1");
	done();
}

static void test_doubts(void)
{
	static const struct {
		const char *text, *doubt; /* how the first one begins, or NULL */
	} cases[] = {
		{ "TCP: inuse 35938 orphan 21564 tw 70529 alloc 35942 mem 1894\n", NULL },
		{ "TCP: inuse 6 orphan 0 tw 0 alloc 9 mem 0\nTCP6: inuse 4\n",
		  "sockstat is edited" },
		{ "TCP: inuse 6 orphan 10 tw 0 alloc 9 mem 0\n", "10 orphans, but only 9 sockets" },
		{ "TCP: inuse 6 orphan 8 tw 0 alloc 9 mem 0\n", "8 orphans, but 6 sockets in use" },
		{ "tcp_mem = 3 2 1\n", "tcp_mem is not ascending" },
		{ "tcp_mem = 4096 87380 6291456\n", "tcp_mem looks like the bytes" },
		{ "tcp_mem = 786432 2097152 3145728\n", "tcp_mem was set by hand" },
		{ "Linux version 2.6.38 x\ntcp_mem = 765579 1020775 1531158\n",
		  "tcp_mem was set by hand: this kernel does not" },
		{ "Linux version 6.8 x\ntcp_mem = 765579 1020775 1531158\n", NULL },
		{ "tcp_mem = 3093984 4125312 6187968\n", NULL },
		{ "MemTotal: 8000000 kB\ntcp_mem = 778231808 1037643776 1556463616\n",
		  "tcp_mem[2] is 1556463616 pages of 2000000" },
		{ "MemTotal: 8000000 kB\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 1551000000\n",
		  "mem is more than the machine has" },
		{ "tcp_max_orphans = 10\n", "tcp_max_orphans was set by hand: no kernel" },
		{ "tcp_max_orphans = 1024\ntcp_max_orphans = 2048\n", "max_orphans is 1024 in" },
		{ "Out of socket memory\nTcpExtTCPAbortOnMemory 0 0.0\n", "the log has kills" },
	};
	struct tcpoom_doubts doubts;
	struct tcpoom_error e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK(read_text(cases[i].text, "file", &e));
		tcpoom_doubts_find(facts, &doubts);
		CHECK_SAY(cases[i].doubt ? doubts.count && !strncmp(doubts.text[0], cases[i].doubt,
								    strlen(cases[i].doubt))
					 : !doubts.count,
			  "%s: %s", cases[i].text, doubts.count ? doubts.text[0] : "no doubt");
	}
	done();
}

static const struct test facts_tests[] = {
	{ "numbers", test_numbers },
	{ "release", test_release },
	{ "errors", test_errors },
	{ "bursts", test_bursts },
	{ "many bursts", test_many_bursts },
	{ "orphans", test_orphans },
	{ "held back before", test_held_back_before },
	{ "doubts", test_doubts },
	{ NULL, NULL },
};

SUITE(facts)
