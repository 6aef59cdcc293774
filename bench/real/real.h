/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a kernel tree, compiled in user space: real.c with what cut.py cut out of the tree,
 * or none.c where no tree is given.
 */
#ifndef TCPOOM_BENCH_REAL_H
#define TCPOOM_BENCH_REAL_H

#include "../../model/kernel.h"

extern const char *const real_release; /* of the tree; NULL without one */
extern const uint32_t real_hz;	       /* that the text was compiled with */

/* A socket, and all else that the text reads, filled in ready for one decision. */
struct real_socket;

struct real_socket *real_sockets_new(size_t count);
void real_prepare(struct real_socket *sockets, size_t i, const struct tcpoom_state *s);

/* A decision closes the socket: prepare it anew before the next one. */
void real_decide_prepared(struct real_socket *sockets, size_t i, struct tcpoom_verdict *v);

/* The same from a state, which is copied to a socket first. */
void real_decide(const struct tcpoom_state *s, struct tcpoom_verdict *v);

#endif
