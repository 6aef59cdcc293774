/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PORT 60000

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

void die(const char *what)
{
	printf("GUEST FAILED: %s: %s\n", what, strerror(errno));
	exit(1);
}

void put(const char *file, const char *format, ...)
{
	char text[256];
	va_list args;
	int fd, len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		die(file);
	close(fd);
}

void sleep_ms(unsigned ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

void net_loopback_up(void)
{
	const int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK };

	if (s < 0 || ioctl(s, SIOCSIFFLAGS, &r))
		die("lo");
	close(s);
}

static socklen_t loopback(union address *a, int family)
{
	*a = (union address){ 0 };
	if (family == AF_INET) {
		a->v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(PORT) };
		a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(a->v4);
	}
	a->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	a->v6.sin6_addr = in6addr_loopback;
	return sizeof(a->v6);
}

static void set(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		die("setsockopt");
}

/* A small receive buffer, so that a window is soon closed. */
static int listen_on(int family)
{
	union address a;
	const socklen_t len = loopback(&a, family);
	const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	set(fd, SOL_SOCKET, SO_RCVBUF, 4096);
	if (family == AF_INET6)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (bind(fd, &a.any, len) || listen(fd, 128))
		die("listen");
	return fd;
}

/* Who listens in the namespace that we are in; a child may leave that of its parent. */
static int listener(int family)
{
	static int fd[2];
	static ino_t in[2];
	const int which = family == AF_INET6;
	struct stat here;

	if (stat("/proc/self/ns/net", &here))
		die("/proc/self/ns/net");
	if (in[which] != here.st_ino) {
		fd[which] = listen_on(family);
		in[which] = here.st_ino;
	}
	return fd[which];
}

/* A filter that takes nothing: what is sent to the socket is dropped unseen. */
static void deafen(int fd)
{
	struct sock_filter none = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &none };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		die("filter");
}

static void send_all(int fd, size_t bytes)
{
	static const char zeros[65536];

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (bytes) {
		const ssize_t sent =
			send(fd, zeros, bytes < sizeof(zeros) ? bytes : sizeof(zeros), 0);

		if (sent <= 0)
			return;
		bytes -= (size_t)sent;
	}
}

/* Where the next byte will stand in the stream: what a peer that is dead will have acknowledged. */
static uint32_t next_sequence(int fd)
{
	uint32_t sequence;
	socklen_t len = sizeof(sequence);

	set(fd, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
	set(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
	if (getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &sequence, &len))
		die("TCP_QUEUE_SEQ");
	set(fd, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
	return sequence;
}

struct conn net_connect(int family, enum fill fill, enum peer peer)
{
	struct conn c = { .family = family };
	union address a;
	socklen_t len = loopback(&a, family);
	const int accepts = listener(family);

	c.client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c.client < 0 || connect(c.client, &a.any, len))
		die("connect");
	c.server = accept4(accepts, NULL, NULL, SOCK_CLOEXEC);
	if (c.server < 0 || getsockname(c.client, &a.any, &len))
		die("accept");
	c.port = ntohs(family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
	if (peer == DEAD)
		deafen(c.server);
	if (fill == SOME)
		c.sequence = next_sequence(c.client);
	send_all(c.client, fill == NOTHING ? 0 : fill == SOME ? 5000 : 1 << 24);
	return c;
}

void net_close(struct conn *c)
{
	close(c->client);
	c->client = -1;
}

void net_forget(struct conn *c)
{
	const struct linger reset = { 1, 0 };
	int none = 0;

	if (c->server < 0)
		return;
	setsockopt(c->server, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none));
	setsockopt(c->server, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(c->server);
	c->server = -1;
}

static uint16_t checksum(const unsigned char *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put16(unsigned char *at, uint16_t value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

/* The message quotes the header of what could not be delivered and 8 bytes more. */
void net_unreachable(const struct conn *c, int code)
{
	const int s = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	const uint32_t address = htonl(INADDR_LOOPBACK), seq = htonl(c->sequence);
	unsigned char p[8 + 20 + 8] = { 3, (unsigned char)code };
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP };
	union address to;
	const socklen_t len = loopback(&to, AF_INET);

	ip.tot_len = htons(1000);
	ip.saddr = ip.daddr = address;
	memcpy(p + 8, &ip, sizeof(ip));
	put16(p + 28, c->port);
	put16(p + 30, PORT);
	memcpy(p + 32, &seq, sizeof(seq));
	put16(p + 2, checksum(p, sizeof(p)));
	to.v4.sin_port = 0;
	if (s < 0 || sendto(s, p, sizeof(p), 0, &to.any, len) < 0)
		die("icmp");
	close(s);
}
