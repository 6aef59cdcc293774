/* SPDX-License-Identifier: GPL-2.0-only */
/* What the recorder asks of a kernel, without one; that it works in one, make check-kernels tests.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../record/host.h"
#include "../record/stream.h"
#include "../record/symbols.h"
#include "../traces/raw_event.h"
#include "../traces/sockets.h"
#include "check.h"

#define SYMBOLS                                                                                    \
	"0 T tcp_out_of_resources\n0 T tcp_check_oom\n0 T tcp_send_active_reset\n"                 \
	"0 T net_ratelimit\n0 T _printk\n0 T inet_csk_destroy_sock\n0 D jiffies\n0 B "             \
	"sysctl_tcp_mem\n"                                                                         \
	"0 D sysctl_tcp_max_orphans\n0 D tcp_memory_allocated\n0 d tcp_orphan_cache\n"

static const char offsets[] = "# of no real kernel\n"
			      "sock_common.skc_num 14\nsock.sk_wmem_queued 100\n"
			      "sock.sk_err_soft 104\ntcp_sock.snd_wnd 200\n"
			      "tcp_sock.packets_out 204\ntcp_sock.lsndtime 0xd0\nsk_buff 232\n";

static bool read_layout(const char *text, struct tcpoom_layout *layout, struct tcpoom_error *e)
{
	char name[] = "/tmp/tcpoom-layout-XXXXXX";
	const int fd = mkstemp(name);
	bool ok;

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	ok = tcpoom_layout_read(layout, name, e);
	unlink(name);
	return ok;
}

static void test_offsets(void)
{
	struct tcpoom_layout layout;
	struct tcpoom_error e;

	CHECK(read_layout(offsets, &layout, &e));
	CHECK(layout.sk_wmem_queued == 100 && layout.lsndtime == 208);
	CHECK(layout.sizeof_sk_buff == 232 && layout.skc_net == -1);
	CHECK(!read_layout("sock.sk_wmem_queued 100\n", &layout, &e));
	CHECK_STRING(e.text, "found no sock_common.skc_num");
	CHECK(!read_layout("sk_buff 232\nsock.sk_wmen_queued 100\n", &layout, &e));
	CHECK(e.line == 2);
	CHECK(!read_layout("\x9f\xeb\x01", &layout, &e));
}

static void test_symbols(void)
{
	static const char text[] =
		"0 t xtcp_close\n0 T tcp_close_state\n0 t tcp_abort.isra.0\t[m]\n";
	char found[40];

	CHECK(!tcpoom_symbol_has(text, "tcp_close"));
	CHECK(tcpoom_symbol_has(text, "tcp_close_state"));
	CHECK(!tcpoom_symbol_has(text, "tcp_abort"));
	CHECK(tcpoom_symbol_changed(text, "tcp_abort", found, sizeof(found)));
	CHECK_STRING(found, "tcp_abort.isra.0");
}

static void check_probes_with(const char *text, const char *kallsyms, const char *map,
			      const char *machine, struct tcpoom_probes *probes, bool expected)
{
	struct tcpoom_layout layout;
	struct tcpoom_error e;

	CHECK(read_layout(text, &layout, &e));
	CHECK_SAY(tcpoom_probes_make(probes, &layout, kallsyms, map, machine, &e) == expected, "%s",
		  machine);
}

static void check_probes(const char *kallsyms, const char *machine, struct tcpoom_probes *probes,
			 bool expected)
{
	check_probes_with(offsets, kallsyms, NULL, machine, probes, expected);
}

static void test_probes(void)
{
	struct tcpoom_probes probes;

	check_probes(SYMBOLS, "x86_64", &probes, true);
	CHECK(probes.sees_close && probes.sees_reset && !probes.percpu);
	CHECK(strstr(probes.probe[0].text, " wq=+100(%di):s32 ") != NULL);
	CHECK(strstr(probes.unseen, "namespace") != NULL);
	check_probes(SYMBOLS, "aarch64", &probes, true);
	CHECK(strstr(probes.probe[0].text, " reset=%x1:u8 sk=%x0:x64 ") != NULL);
	check_probes(SYMBOLS, "s390x", &probes, false);
}

#define FUNCTIONS "0 T tcp_out_of_resources\nffff800080010000 T _stext\n0 T tcp_check_oom\n"

/* Debian's arm64 has only functions in /proc/kallsyms, and may be moved at boot. */
static void test_no_variables(void)
{
	static const char map[] = "ffff800080000000 T _stext\nffff800081000000 D sysctl_tcp_mem\n"
				  "ffff800082000000 b tcp_orphan_cache\n";
	char text[400];
	struct tcpoom_probes probes;

	check_probes(FUNCTIONS, "aarch64", &probes, true);
	CHECK(strstr(probes.unseen, "not seen: tcp_mem: ") != NULL);
	CHECK(strstr(probes.unseen, "--symbols System.map") != NULL);
	check_probes_with(offsets, FUNCTIONS, map, "aarch64", &probes, true);
	CHECK(strstr(probes.probe[0].text, " m2=@0xffff800081010010:s64") != NULL);
	CHECK(strstr(probes.probe[0].text, " oc=@0xffff800082010000:s32") != NULL);
	CHECK(strstr(probes.unseen, "not seen: tcp_mem: ") == NULL);
	snprintf(text, sizeof(text),
		 "%ssock_common.skc_prot 40\nproto.memory_allocated 300\nproto.sysctl_mem 320\n",
		 offsets);
	check_probes_with(text, FUNCTIONS, NULL, "aarch64", &probes, true);
	CHECK(strstr(probes.probe[0].text, " ma=+0(+300(+40(%x0))):s64") != NULL);
	CHECK(strstr(probes.probe[0].text, " m2=+16(+320(+40(%x0))):s64") != NULL);
}

/* Before 3.3 the check of tcp_close has no function; a changed one must not pass for it either. */
static void test_unseen(void)
{
	struct tcpoom_probes probes;

	check_probes("0 T tcp_out_of_resources\n", "x86_64", &probes, true);
	CHECK(!probes.sees_close && !probes.sees_reset && !probes.sees_orphans);
	CHECK(strstr(probes.unseen, "close (before 3.3") != NULL);
	check_probes("0 t tcp_out_of_resources.isra.0\n0 T tcp_check_oom\n", "x86_64", &probes,
		     false);
	CHECK(strstr(probes.unseen, "tcp_out_of_resources.isra.0") != NULL);
}

static void test_upstream(void)
{
	char release[40];

	CHECK(tcpoom_host_upstream("Linux version 6.1.0-56-cloud-amd64 (x) #1 SMP PREEMPT_DYNAMIC "
				   "Debian 6.1.192-2 (2026-01-01)",
				   release, sizeof(release)));
	CHECK_STRING(release, "6.1.192");
	CHECK(tcpoom_host_upstream("Ubuntu 5.15.0-91.101-generic 5.15.131", release,
				   sizeof(release)));
	CHECK_STRING(release, "5.15.131");
	CHECK(!tcpoom_host_upstream("Linux version 6.9.1 (gcc (Debian 12.2.0-14) 12.2.0)", release,
				    sizeof(release)));
}

static void test_sockets(void)
{
	struct tcpoom_sockets sockets = { 0 };
	bool same = true;

	for (uint32_t i = 0; i < 5000; i++)
		same &= tcpoom_socket_number(&sockets, 0xffff888000000000u + i * 2304) == i + 1;
	CHECK(same);
	CHECK(tcpoom_socket_number(&sockets, 0xffff888000000000u) == 1);
	tcpoom_sockets_free(&sockets);
}

/* A number that no trace can hold is no CPU. */
static void test_raw_cpu(void)
{
	struct tcpoom_raw_event event;

	CHECK(tcpoom_raw_read(" a-1 [007] 6.5: oor_in: (f) jif=1", &event) == TCPOOM_RAW_EVENT);
	CHECK(event.cpu == 7);
	CHECK(tcpoom_raw_read(" a-1 [4294967295] 6.5: oor_in: (f)", &event) == TCPOOM_RAW_OTHER);
	CHECK(tcpoom_raw_read(" a-1 [-1] 6.5: oor_in: (f)", &event) == TCPOOM_RAW_OTHER);
	CHECK(tcpoom_raw_read("CPU:-1 [LOST 3 EVENTS]", &event) == TCPOOM_RAW_OTHER);
	CHECK(tcpoom_raw_read("oor_in t=5 cpu=-1 jif=1", &event) == TCPOOM_RAW_EVENT);
	CHECK(!event.has_cpu);
}

/* A kernel that decides without end, as long as somebody reads. */
static pid_t flood(int to)
{
	static const char check[] = " a-1 [000] 6.5: chk_in: (f) shift=0 sk=0x1 sport=1 jif=1\n"
				    " a-1 [000] 6.5: chk_ret: (f <- f) ret=0\n";
	const pid_t child = fork();

	if (child)
		return child;
	while (write(to, check, sizeof(check) - 1) > 0)
		;
	_exit(0);
}

/* Records a flood; the bytes written. */
static uint64_t record_flood(unsigned seconds, uint64_t max_size)
{
	const struct tcpoom_ftrace_options options = { 0 };
	struct tcpoom_ftrace_counts counts;
	struct tcpoom_error e;
	FILE *out = tmpfile();
	struct tcpoom_stream *s = tcpoom_stream_open(out);
	int flow[2], quiet[2];
	uint64_t written;
	pid_t child;

	CHECK(s && !pipe(flow) && !pipe(quiet));
	child = flood(flow[1]);
	s->pipe = flow[0];
	s->signals = quiet[0];
	s->max_size = max_size;
	s->ftrace = tcpoom_ftrace_begin(s->made, &options);
	CHECK(tcpoom_stream_record(s, seconds, &e));
	written = s->written;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (int i = 0; i < 2; i++) {
		close(flow[i]);
		close(quiet[i]);
	}
	tcpoom_ftrace_end(s->ftrace, &counts);
	tcpoom_stream_close(s);
	fclose(out);
	return written;
}

/* The recording ends all the same, and after what one reading more can give. */
static void test_flood(void)
{
	const uint64_t most = 20000, written = record_flood(INT32_MAX, most);

	CHECK_SAY(written >= most && written < most + (1 << 16), "%d bytes", (int)written);
	CHECK(record_flood(1, 0) > 0);
}

static const struct test record_tests[] = {
	{ "offsets out of a file", test_offsets },
	{ "symbols have whole names", test_symbols },
	{ "probes", test_probes },
	{ "what is not seen is said", test_unseen },
	{ "variables without a symbol", test_no_variables },
	{ "the upstream release", test_upstream },
	{ "numbers of sockets", test_sockets },
	{ "numbers of CPUs", test_raw_cpu },
	{ "a flood of events", test_flood },
	{ NULL, NULL },
};
SUITE(record)
