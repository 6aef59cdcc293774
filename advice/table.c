/* SPDX-License-Identifier: GPL-2.0-only */
/* /proc/net/tcp and tcp6; those of UDP look alike but for the head of their last column. */
#include <string.h>

#include "reading.h"

enum tcpoom_taken tcpoom_take_sockets(struct tcpoom_reading *r, const char *text)
{
	if (strstr(text, "local_address") && strstr(text, "tx_queue")) {
		r->tcp_table = !strstr(text, "drops");
		r->facts->sockets.read |= r->tcp_table;
		return r->tcp_table ? TCPOOM_TAKEN : TCPOOM_NOT_MINE;
	}
	if (!r->tcp_table || !tcpoom_sockets_line(&r->facts->sockets, text))
		return TCPOOM_NOT_MINE;
	return TCPOOM_TAKEN;
}
