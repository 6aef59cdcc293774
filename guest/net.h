/* SPDX-License-Identifier: GPL-2.0-only */
/* TCP connections on the loopback device, and what makes orphans of them that stay. */
#ifndef TCPOOM_GUEST_NET_H
#define TCPOOM_GUEST_NET_H

#include <stdbool.h>
#include <stdint.h>

struct conn {
	int family;
	int client, server; /* -1 = closed */
	uint16_t port;	    /* of the client */
	uint32_t sequence;  /* SOME: of its first byte of data */
};

enum fill {
	NOTHING,   /* an idle connection */
	SOME,	   /* 5000 bytes */
	WINDOWFUL, /* until nothing more fits: the peer's window is closed */
};

enum peer {
	STILL, /* it answers, but does not read */
	DEAD,  /* it does not get anything any more */
};

/* Failing, here and below, ends the guest: nothing that follows would mean what it says. */
void die(const char *what);

/* Sends printf's text to a file of /proc or /sys in one write. */
void put(const char *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

void net_loopback_up(void);

struct conn net_connect(int family, enum fill fill, enum peer peer);
void net_close(struct conn *c);

/* Ends what is left of a connection: the peer wakes up and resets it. */
void net_forget(struct conn *c);

/*
 * An ICMP destination unreachable of that code (1 host, 13 administratively prohibited) for the
 * first byte of an IPv4 connection that was filled with SOME and whose peer is DEAD.
 */
void net_unreachable(const struct conn *c, int code);

void sleep_ms(unsigned ms);

#endif
