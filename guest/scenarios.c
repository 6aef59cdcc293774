/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "scenarios.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net.h"

#define IPV4 "/proc/sys/net/ipv4/"
#define MOST 60

/* The cached orphan count is refreshed every 100 ms, so after this it is the true one. */
#define SETTLED 250

static void set_orphans(int most)
{
	put(IPV4 "tcp_max_orphans", "%d", most);
}

static void set_memory(long most)
{
	put(IPV4 "tcp_mem", "1 1 %ld", most);
}

/* Of the sockets that connect from now on. */
static void set_ports(int first)
{
	put(IPV4 "ip_local_port_range", "%d %d", first, first + 999);
}

void limits_far(void)
{
	set_orphans(1000);
	put(IPV4 "tcp_mem", "100000 200000 300000");
	put(IPV4 "tcp_orphan_retries", "20");
	put("/proc/sys/net/core/message_cost", "0");
	set_ports(32768);
}

static void make(struct conn *c, int n, int family, enum fill fill, enum peer peer)
{
	for (int i = 0; i < n; i++)
		c[i] = net_connect(family, fill, peer);
}

static void close_each(struct conn *c, int n, unsigned pause_ms)
{
	for (int i = 0; i < n; i++) {
		net_close(&c[i]);
		if (pause_ms)
			sleep_ms(pause_ms);
	}
}

static void end(struct conn *c, int n)
{
	limits_far();
	for (int i = 0; i < n; i++) {
		if (c[i].client >= 0)
			net_close(&c[i]);
		net_forget(&c[i]);
	}
	sleep_ms(SETTLED);
}

/* One close after the other, up to the limit and beyond. */
static void closes(int family, int limit)
{
	struct conn c[12];

	make(c, 12, family, WINDOWFUL, STILL);
	set_orphans(limit);
	sleep_ms(250);
	close_each(c, 12, SETTLED);
	end(c, 12);
}

static void close_orphans(void)
{
	closes(AF_INET, 5);
}

static void limit_0(void)
{
	closes(AF_INET, 0);
}

static void limit_1(void)
{
	closes(AF_INET, 1);
}

static void ipv6_close(void)
{
	closes(AF_INET6, 5);
}

/* Within one refresh of the cached count: all see the same number. */
static void close_burst(void)
{
	struct conn c[12];

	make(c, 12, AF_INET, WINDOWFUL, STILL);
	set_orphans(5);
	sleep_ms(250);
	close_each(c, 12, 0);
	sleep_ms(250);
	end(c, 12);
}

/* Small sockets are spared, large ones not. */
static void close_memory(void)
{
	struct conn c[12];

	make(c, 8, AF_INET, WINDOWFUL, STILL);
	make(c + 8, 4, AF_INET, NOTHING, DEAD);
	sleep_ms(100);
	set_memory(3);
	close_each(c + 8, 4, 20);
	close_each(c, 8, 20);
	end(c, 12);
}

static void close_both(void)
{
	struct conn c[12];

	make(c, 12, AF_INET, WINDOWFUL, STILL);
	set_orphans(2);
	sleep_ms(250);
	close_each(c, 4, 0);
	sleep_ms(SETTLED);
	set_memory(3);
	close_each(c + 4, 8, 20);
	end(c, 12);
}

/* What /proc/net/sockstat calls mem is what the check compares with tcp_mem[2]. */
static long memory(void)
{
	char line[256];
	long mem = -1;
	FILE *f = fopen("/proc/net/sockstat", "r");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "TCP:", 4) && strstr(line, " mem "))
			mem = atol(strstr(line, " mem ") + 5);
	if (f)
		fclose(f);
	if (mem < 0)
		die("/proc/net/sockstat");
	return mem;
}

/* The memory at, one below and one above the limit, each with a socket that is large enough. */
static void memory_exact(void)
{
	struct conn c[6];

	make(c, 6, AF_INET, WINDOWFUL, STILL);
	sleep_ms(300);
	for (int i = 0; i < 6; i++) {
		set_memory(memory() + (i + 1) % 3 - 1);
		net_close(&c[i]);
	}
	end(c, 6);
}

/* The peer is silent, and then the limit falls. */
static void retransmits(int family)
{
	struct conn c[12];

	make(c, 12, family, SOME, DEAD);
	close_each(c, 12, 0);
	sleep_ms(SETTLED);
	set_orphans(5);
	sleep_ms(4000);
	end(c, 12);
}

static void retransmit(void)
{
	retransmits(AF_INET);
}

static void ipv6_retransmit(void)
{
	retransmits(AF_INET6);
}

static void probe(void)
{
	struct conn c[12];

	make(c, 12, AF_INET, WINDOWFUL, STILL);
	sleep_ms(300);
	close_each(c, 12, 0);
	sleep_ms(SETTLED);
	set_orphans(5);
	sleep_ms(4000);
	end(c, 12);
}

static void timer_memory(void)
{
	struct conn c[12];

	make(c, 8, AF_INET, WINDOWFUL, STILL);
	make(c + 8, 4, AF_INET, NOTHING, DEAD);
	sleep_ms(300);
	close_each(c, 12, 0);
	sleep_ms(SETTLED);
	set_memory(3);
	sleep_ms(4000);
	end(c, 12);
}

/* A soft error counts double: 6 are below 8, twice 6 are not. */
static void soft_error(void)
{
	struct conn c[6];

	make(c, 6, AF_INET, SOME, DEAD);
	close_each(c, 6, 0);
	sleep_ms(SETTLED);
	set_orphans(8);
	for (int i = 0; i < 3; i++)
		net_unreachable(&c[i], 1);
	sleep_ms(4000);
	end(c, 6);
}

/* Data was last sent more than 240 s ago: 4 are below 6, twice 4 are not. */
static void idle(void)
{
	struct conn c[4];

	make(c, 4, AF_INET, WINDOWFUL, STILL);
	sleep_ms(200000);
	close_each(c, 4, 0);
	sleep_ms(SETTLED);
	set_orphans(6);
	sleep_ms(300000);
	end(c, 4);
}

/*
 * Dead peers for so long that the RTO is at its maximum: do_reset is 0, and there is no reset. Two
 * of the four also have a soft error, of a kind that leaves the RTO as it is: they count four
 * times, so that a limit of 12 kills them and spares the others.
 */
static void dead(int limit, int errors)
{
	struct conn c[4];

	make(c, 4, AF_INET, SOME, DEAD);
	sleep_ms(320000);
	put(IPV4 "tcp_orphan_retries", "0");
	set_orphans(limit);
	for (int i = 0; i < errors; i++)
		net_unreachable(&c[i], 13);
	close_each(c, 4, 0);
	sleep_ms(130000);
	end(c, 4);
}

static void dead_silent(void)
{
	dead(7, 0);
}

static void shift_2(void)
{
	dead(12, 2);
}

/*
 * TCP_USER_TIMEOUT lets the timer expire early: 30 s after the last transmission, though the RTO
 * is at its maximum and do_reset 0. Data was sent within 60 s, so there is a reset all the same.
 */
static void rescued(void)
{
	struct conn c[4];
	const unsigned timeout = 235000;

	make(c, 4, AF_INET, SOME, DEAD);
	for (int i = 0; i < 4; i++)
		if (setsockopt(c[i].client, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout,
			       sizeof(timeout)))
			die("TCP_USER_TIMEOUT");
	sleep_ms(215000);
	put(IPV4 "tcp_orphan_retries", "0");
	set_orphans(3);
	close_each(c, 4, 0);
	sleep_ms(30000);
	end(c, 4);
}

/* Ways to close that end before the check, and FIN_WAIT2 with a long time, which does not. */
static void other_closes(void)
{
	struct conn c[5];
	const struct linger reset = { 1, 0 };
	const int long_time = 120;

	make(c, 5, AF_INET, NOTHING, STILL);
	set_orphans(0);
	sleep_ms(SETTLED);
	send(c[0].server, "xx", 2, 0);
	setsockopt(c[1].client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	net_forget(&c[2]);
	shutdown(c[3].client, SHUT_WR);
	setsockopt(c[4].client, IPPROTO_TCP, TCP_LINGER2, &long_time, sizeof(long_time));
	shutdown(c[4].client, SHUT_WR);
	sleep_ms(20);
	close_each(c, 5, 20);
	sleep_ms(200);
	end(c, 5);
}

/* More messages than the limiter lets through. */
static void rate_limit(void)
{
	struct conn c[MOST];

	put("/proc/sys/net/core/message_cost", "5");
	make(c, MOST, AF_INET, WINDOWFUL, STILL);
	set_orphans(3);
	close_each(c, 10, 0);
	sleep_ms(250);
	close_each(c + 10, MOST - 10, 0);
	sleep_ms(6000);
	end(c, MOST);
}

/*
 * A namespace that its last process has left, with orphans in it: they hold it until they are gone,
 * so their checks still find it alive.
 */
static void namespace_left(void)
{
	const pid_t child = fork();
	struct conn c[8];
	int status;

	if (!child) {
		if (unshare(CLONE_NEWNET))
			die("unshare");
		net_loopback_up();
		make(c, 8, AF_INET, SOME, DEAD);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status)
		die("namespace");
	sleep_ms(SETTLED);
	set_orphans(3);
	sleep_ms(4000);
	limits_far();
}

/*
 * A check finds a namespace that exits only for a socket that does not hold it, and no part of
 * these kernels makes one that outlives its close. So guest/debugger.py takes the references away:
 * of the first four sockets when they are closed, of the next eight when their timers ask. Too many
 * orphans go before: with two more, which are orphans already, the first two are reset.
 */
static void namespace_exits(void)
{
	struct conn c[14];

	set_ports(22000);
	make(c, 4, AF_INET, WINDOWFUL, STILL);
	set_ports(23000);
	make(c + 4, 4, AF_INET, SOME, DEAD);
	make(c + 8, 4, AF_INET, WINDOWFUL, STILL);
	set_ports(32768);
	make(c + 12, 2, AF_INET, SOME, DEAD);
	close_each(c + 12, 2, 0);
	sleep_ms(SETTLED);
	set_orphans(0);
	close_each(c, 2, 0);
	set_orphans(1000);
	close_each(c + 2, 10, 0);
	sleep_ms(4000);
	end(c, 14);
}

/*
 * Nothing in flight, the window closed for more than 60 s, and do_reset 0: since 3.18 the timer
 * that probes a window never asks so, and guest/debugger.py changes what it asks.
 */
static void rescued_window(void)
{
	struct conn c[6];

	set_ports(21000);
	make(c, 6, AF_INET, WINDOWFUL, STILL);
	sleep_ms(70000);
	close_each(c, 6, 0);
	sleep_ms(SETTLED);
	set_orphans(4);
	sleep_ms(130000);
	end(c, 6);
}

/* Two processes, each on a CPU of its own, close what they opened around the limits. */
static void close_on(int cpu, int rounds)
{
	struct conn c[20];
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < 20; i++)
			c[i] = net_connect(cpu ? AF_INET6 : AF_INET, i % 2 ? WINDOWFUL : SOME,
					   i % 3 ? STILL : DEAD);
		sleep_ms(50);
		close_each(c, 20, 7);
		sleep_ms(100);
		for (int i = 0; i < 20; i++)
			net_forget(&c[i]);
	}
}

static void two_cpus(void)
{
	pid_t child[2];
	int status;

	set_orphans(8);
	for (int cpu = 0; cpu < 2; cpu++) {
		child[cpu] = fork();
		if (!child[cpu]) {
			close_on(cpu, 12);
			_exit(0);
		}
	}
	for (int i = 0; i < 40; i++) {
		sleep_ms(100);
		set_orphans(6 + i % 5);
		set_memory(i % 4 ? 300000 : 600);
	}
	for (int cpu = 0; cpu < 2; cpu++)
		if (child[cpu] < 0 || waitpid(child[cpu], &status, 0) < 0 || status)
			die("a process of two_cpus");
	limits_far();
}

/* The ones that are close to 300 s after boot see the tick counter wrap. */
const struct scenario scenarios[] = {
	{ "close-orphans", close_orphans },
	{ "limit-0", limit_0 },
	{ "limit-1", limit_1 },
	{ "ipv6-close", ipv6_close },
	{ "close-burst", close_burst },
	{ "close-memory", close_memory },
	{ "close-both", close_both },
	{ "memory-exact", memory_exact },
	{ "retransmit", retransmit },
	{ "ipv6-retransmit", ipv6_retransmit },
	{ "probe", probe },
	{ "timer-memory", timer_memory },
	{ "soft-error", soft_error },
	{ "idle", idle },
	{ "dead-silent", dead_silent },
	{ "shift-2", shift_2 },
	{ "rescued-60s", rescued },
	{ "other-closes", other_closes },
	{ "rate-limit", rate_limit },
	{ "namespace-left", namespace_left },
	{ "namespace-exits", namespace_exits },
	{ "rescued-window", rescued_window },
	{ "two-cpus", two_cpus },
	{ NULL, NULL },
};
