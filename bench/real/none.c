/* SPDX-License-Identifier: GPL-2.0-only */
/* No tree was given: nothing to compare with. */
#include "real.h"

const char *const real_release = NULL;
const uint32_t real_hz = 0;

struct real_socket *real_sockets_new(size_t count)
{
	(void)count;
	return NULL;
}

void real_prepare(struct real_socket *sockets, size_t i, const struct tcpoom_state *s)
{
	(void)sockets;
	(void)i;
	(void)s;
}

void real_decide_prepared(struct real_socket *sockets, size_t i, struct tcpoom_verdict *v)
{
	(void)sockets;
	(void)i;
	(void)v;
}

void real_decide(const struct tcpoom_state *s, struct tcpoom_verdict *v)
{
	(void)s;
	(void)v;
}
