/* SPDX-License-Identifier: GPL-2.0-only */
#include "sockets.h"

#include <stdbool.h>
#include <stdlib.h>

#define SLOTS_LEAST 256

/* The slot of an address, or the free one where it belongs. */
static struct tcpoom_socket *find(struct tcpoom_socket *slot, size_t slots, uint64_t address)
{
	/* objects of a slab differ in their middle bits; the odd constant is 2^64 / golden ratio */
	size_t at = (size_t)(address * 0x9e3779b97f4a7c15u >> 32) & (slots - 1);

	while (slot[at].number && slot[at].address != address)
		at = (at + 1) & (slots - 1);
	return &slot[at];
}

static bool grow(struct tcpoom_sockets *s)
{
	const size_t slots = s->slots ? 2 * s->slots : SLOTS_LEAST;
	struct tcpoom_socket *slot = calloc(slots, sizeof(*slot));

	if (!slot)
		return false;
	for (size_t i = 0; i < s->slots; i++)
		if (s->slot[i].number)
			*find(slot, slots, s->slot[i].address) = s->slot[i];
	free(s->slot);
	s->slot = slot;
	s->slots = slots;
	return true;
}

uint32_t tcpoom_socket_number(struct tcpoom_sockets *s, uint64_t address)
{
	struct tcpoom_socket *socket;

	if (2 * (size_t)s->used >= s->slots && !grow(s))
		return 0;
	socket = find(s->slot, s->slots, address);
	if (!socket->number)
		*socket = (struct tcpoom_socket){ address, ++s->used };
	return socket->number;
}

void tcpoom_sockets_free(struct tcpoom_sockets *s)
{
	free(s->slot);
	*s = (struct tcpoom_sockets){ 0 };
}
