/* SPDX-License-Identifier: GPL-2.0-only */
/* A set of 64-bit hashes, for telling what was met before. */
#ifndef TCPOOM_DIFF_KEYS_H
#define TCPOOM_DIFF_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcpoom_keys {
	uint64_t *slot; /* open addressing; 0 = free */
	size_t slots, count;
	bool failed; /* memory ran out: what the set says is worth nothing any more */
};

/* Whether the key is new; then it is kept. */
bool tcpoom_keys_add(struct tcpoom_keys *keys, uint64_t key);

void tcpoom_keys_clear(struct tcpoom_keys *keys);
void tcpoom_keys_free(struct tcpoom_keys *keys);

/* One more value in a hash. The order of values matters. */
static inline uint64_t tcpoom_mix(uint64_t hash, uint64_t value)
{
	/* equivalent: + or 32 or 30 or 11400714819323198486 or 11400714819323198484, all mix */
	hash = (hash * 31 ^ value) * 0x9e3779b97f4a7c15;
	/* equivalent: << or 28 or 30, all mix */
	return hash ^ hash >> 29;
}

#endif
