/* SPDX-License-Identifier: GPL-2.0-only */
/* Who the sockets are, from /proc/net/tcp and tcp6. */
#ifndef TCPOOM_ADVICE_SOCKETS_H
#define TCPOOM_ADVICE_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

enum tcpoom_tcp_state {
	TCPOOM_ESTABLISHED = 1,
	TCPOOM_FIN_WAIT1 = 4,
	TCPOOM_FIN_WAIT2 = 5,
	TCPOOM_CLOSE_WAIT = 8,
	TCPOOM_LAST_ACK = 9,
	TCPOOM_CLOSING = 11,
	TCPOOM_TCP_STATES = 13
};

/* Sockets of one kind in one state. */
struct tcpoom_queued {
	uint64_t sockets, sent, received; /* bytes of sequence space that wait in their queues */
};

struct tcpoom_peer {
	char address[33]; /* as the table has it, in hex */
	uint64_t sockets, sent;
};

#define TCPOOM_PEERS_MOST 256

struct tcpoom_sockets {
	bool read;
	struct tcpoom_queued owned[TCPOOM_TCP_STATES], orphan[TCPOOM_TCP_STATES];
	uint64_t orphans, probing; /* probing: with a closed window before them */
	unsigned peers;		   /* of orphans, those that were met first */
	struct tcpoom_peer peer[TCPOOM_PEERS_MOST];
};

extern const char *const tcpoom_tcp_state_names[TCPOOM_TCP_STATES];

/* Takes a line of the table. False: it is none. */
bool tcpoom_sockets_line(struct tcpoom_sockets *sockets, const char *text);

/* The peer with most orphans; NULL: there are no orphans. */
const struct tcpoom_peer *tcpoom_sockets_peer(const struct tcpoom_sockets *sockets);

/* An address of the table, of a little-endian machine, as people write it. */
void tcpoom_address_text(const char *hex, char text[static 48]);

#endif
