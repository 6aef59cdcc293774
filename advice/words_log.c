/* SPDX-License-Identifier: GPL-2.0-only */
/* The log and the table of sockets in words. */
#include <inttypes.h>

#include "words.h"

void tcpoom_say_log(const struct tcpoom_klog *log, char text[static TCPOOM_WORDS])
{
	const struct tcpoom_burst *last = log->bursts ? tcpoom_klog_burst(log, 0) : NULL;
	uint64_t suppressed = log->suppressed_before;

	*text = '\0';
	if (!last)
		return;
	for (unsigned i = 0; i < log->bursts && i < TCPOOM_BURSTS_MOST; i++)
		suppressed += tcpoom_klog_burst(log, i)->suppressed;
	tcpoom_add(text, "%" PRIu64 " burst%s, at least %" PRIu64 " decision%s", log->bursts,
		   log->bursts > 1 ? "s" : "", tcpoom_klog_decisions(log),
		   tcpoom_klog_decisions(log) > 1 ? "s" : "");
	if (suppressed)
		tcpoom_add(text,
			   "; the limiter held %" PRIu64 " more lines back, of all that the "
			   "network code prints",
			   suppressed);
	if (*last->when)
		tcpoom_add(text, "; the last burst began at %s", last->when);
}

static void say_states(const struct tcpoom_queued *queued, char text[static TCPOOM_WORDS])
{
	const char *comma = "";

	for (int s = 1; s < TCPOOM_TCP_STATES; s++)
		if (queued[s].sockets) {
			tcpoom_add(text, "%s%" PRIu64 " %s", comma, queued[s].sockets,
				   tcpoom_tcp_state_names[s]);
			comma = ", ";
		}
}

void tcpoom_say_who(const struct tcpoom_facts *facts, char text[static TCPOOM_WORDS])
{
	const struct tcpoom_sockets *s = &facts->sockets;
	const struct tcpoom_peer *peer = tcpoom_sockets_peer(s);
	const uint64_t close_wait = s->read ? s->owned[TCPOOM_CLOSE_WAIT].sockets
				    : facts->known[TCPOOM_FACT_close_wait]
					    ? (uint64_t)facts->value[TCPOOM_FACT_close_wait]
					    : 0;
	uint64_t bytes = 0;
	char address[48];

	*text = '\0';
	for (int i = 0; i < TCPOOM_TCP_STATES; i++)
		bytes += s->orphan[i].sent;
	if (peer) {
		say_states(s->orphan, text);
		tcpoom_address_text(peer->address, address);
		tcpoom_add(text,
			   "; %" PRIu64 " bytes queued, %" PRIu64
			   " before a closed window; most (%" PRIu64 ") to %s",
			   bytes, s->probing, peer->sockets, address);
	}
	if (close_wait)
		tcpoom_add(text,
			   "%s%" PRIu64 " in CLOSE_WAIT are no orphans: their peer closed, "
			   "their application did not",
			   peer ? "; " : "", close_wait);
}
