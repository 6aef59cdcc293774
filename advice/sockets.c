/* SPDX-License-Identifier: GPL-2.0-only */
#define _DEFAULT_SOURCE /* inet_ntop with musl and glibc alike */
#include "sockets.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const tcpoom_tcp_state_names[TCPOOM_TCP_STATES] = {
	"",	 "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",    "TIME_WAIT",
	"CLOSE", "CLOSE_WAIT",	"LAST_ACK", "LISTEN",	"CLOSING",   "NEW_SYN_RECV",
};

enum { TIMER_TIME_WAIT = 3, TIMER_PROBE = 4 };

/*
 * An orphan is a socket without inode that was closed: close moves it to one of these states. No
 * inode is also what a connection has that nobody accepted yet (ESTABLISHED, CLOSE_WAIT), a
 * request (SYN_RECV), and what is left of a socket in TIME_WAIT, whose timer is 3 even where the
 * state is FIN_WAIT2 (net/ipv4/tcp_ipv4.c:get_timewait4_sock).
 */
static bool is_orphan(unsigned state, unsigned timer, uint64_t inode)
{
	return !inode && timer != TIMER_TIME_WAIT &&
	       (state == TCPOOM_FIN_WAIT1 || state == TCPOOM_FIN_WAIT2 || state == TCPOOM_CLOSING ||
		state == TCPOOM_LAST_ACK);
}

static void add_peer(struct tcpoom_sockets *s, const char *address, uint64_t sent)
{
	unsigned i = 0;

	while (i < s->peers && strcmp(s->peer[i].address, address))
		i++;
	if (i == TCPOOM_PEERS_MOST)
		return;
	if (i == s->peers) {
		snprintf(s->peer[i].address, sizeof(s->peer[i].address), "%s", address);
		s->peers++;
	}
	s->peer[i].sockets++;
	s->peer[i].sent += sent;
}

bool tcpoom_sockets_line(struct tcpoom_sockets *s, const char *text)
{
	char remote[33];
	unsigned state, tx, rx, timer;
	uint64_t inode;
	struct tcpoom_queued *q;
	bool orphan;

	if (sscanf(text,
		   " %*d: %*32[0-9A-Fa-f]:%*4[0-9A-Fa-f] %32[0-9A-Fa-f]:%*4[0-9A-Fa-f] %2x %8x:%8x "
		   "%2x:%*8[0-9A-Fa-f] %*8[0-9A-Fa-f] %*u %*d %" SCNu64,
		   remote, &state, &tx, &rx, &timer, &inode) != 6 ||
	    state >= TCPOOM_TCP_STATES)
		return false;
	s->read = true;
	orphan = is_orphan(state, timer, inode);
	q = orphan ? &s->orphan[state] : &s->owned[state];
	q->sockets++;
	q->sent += tx;
	/* of a listening socket this is the number of connections that wait */
	q->received += state == 10 ? 0 : rx;
	if (!orphan)
		return true;
	s->orphans++;
	s->probing += timer == TIMER_PROBE;
	add_peer(s, remote, tx);
	return true;
}

const struct tcpoom_peer *tcpoom_sockets_peer(const struct tcpoom_sockets *s)
{
	const struct tcpoom_peer *most = s->peers ? s->peer : NULL;

	for (unsigned i = 1; i < s->peers; i++)
		if (s->peer[i].sockets > most->sockets)
			most = &s->peer[i];
	return most;
}

void tcpoom_address_text(const char *hex, char text[static 48])
{
	const size_t words = strlen(hex) / 8;
	unsigned char bytes[16] = { 0 };
	char word[9] = "";

	for (size_t w = 0; w < words && w < 4; w++) {
		memcpy(word, hex + 8 * w, 8);
		const uint32_t value = (uint32_t)strtoul(word, NULL, 16);

		for (unsigned b = 0; b < 4; b++)
			bytes[4 * w + b] = (unsigned char)(value >> 8 * b);
	}
	if (!inet_ntop(words == 1 ? AF_INET : AF_INET6, bytes, text, 48))
		snprintf(text, 48, "%s", hex);
}
