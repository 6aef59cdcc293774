/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers for sockets, so that no address of the kernel gets into a trace. */
#ifndef TCPOOM_TRACES_SOCKETS_H
#define TCPOOM_TRACES_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

/* All 0 is an empty table. A socket that takes the place of one that is gone has its number. */
struct tcpoom_sockets {
	struct tcpoom_socket {
		uint64_t address;
		uint32_t number; /* 0 = a free slot */
	} * slot;
	size_t slots; /* a power of two, or 0 */
	uint32_t used;
};

/* From 1, in the order of the first calls; 0 if memory runs out. */
uint32_t tcpoom_socket_number(struct tcpoom_sockets *sockets, uint64_t address);

void tcpoom_sockets_free(struct tcpoom_sockets *sockets);

#endif
