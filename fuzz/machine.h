/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the machine target, each of which takes the rest of an input for its operations. */
#ifndef TCPOOM_FUZZ_MACHINE_H
#define TCPOOM_FUZZ_MACHINE_H

#include <string.h>

#include "target.h"

/* What is left of the input; at its end all bytes are 0. */
struct bytes {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t take_u8(struct bytes *b)
{
	if (!b->left)
		return 0;
	b->left--;
	return *b->at++;
}

static inline uint16_t take_u16(struct bytes *b)
{
	const uint16_t low = take_u8(b);

	return (uint16_t)(low | take_u8(b) << 8);
}

static inline uint32_t take_u32(struct bytes *b)
{
	const uint32_t low = take_u16(b);

	return low | (uint32_t)take_u16(b) << 16;
}

void try_orphan_count(struct bytes *b);
void try_memory(struct bytes *b);
void try_limiter(struct bytes *b);
void try_run(struct bytes *b);

#endif
