/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

#include <stdlib.h>
#include <string.h>

static void put(struct tcpoom_keys *k, uint64_t key)
{
	size_t at = key % k->slots;

	while (k->slot[at])
		at = (at + 1) % k->slots;
	k->slot[at] = key;
	k->count++;
}

static bool grow(struct tcpoom_keys *k)
{
	/* equivalent: 3 or + or 1025 or 1023, other sizes are as good */
	struct tcpoom_keys more = { .slots = k->slots ? 2 * k->slots : 1024, .failed = k->failed };

	more.slot = calloc(more.slots, sizeof(*more.slot));
	if (!more.slot)
		return false;
	for (size_t i = 0; i < k->slots; i++)
		if (k->slot[i])
			put(&more, k->slot[i]);
	free(k->slot);
	*k = more;
	return true;
}

bool tcpoom_keys_add(struct tcpoom_keys *k, uint64_t key)
{
	/* equivalent: -=, another key that 0 is taken for is as good */
	key += !key;
	/* equivalent: 3 or 1 or +, as long as it grows before it is full */
	if (2 * k->count >= k->slots && !grow(k)) {
		k->failed = true;
		return false;
	}
	for (size_t at = key % k->slots; k->slot[at]; at = (at + 1) % k->slots)
		if (k->slot[at] == key)
			return false;
	put(k, key);
	return true;
}

void tcpoom_keys_clear(struct tcpoom_keys *k)
{
	if (k->slots)
		memset(k->slot, 0, k->slots * sizeof(*k->slot));
	/* equivalent: 1, it grows one key earlier */
	k->count = 0;
}

void tcpoom_keys_free(struct tcpoom_keys *k)
{
	free(k->slot);
	*k = (struct tcpoom_keys){ 0 };
}
