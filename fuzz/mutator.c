/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mutate.h for both fuzzers: for libFuzzer a part of the differential target, for AFL++ a shared
 * object (AFL_CUSTOM_MUTATOR_LIBRARY). libFuzzer's own mutations get a turn now and then;
 * TCPOOM_FUZZ_BLIND=1 leaves it at them, to compare.
 */
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "record.h"

#ifndef TCPOOM_FUZZ_AFL
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,
				 size_t other_size, uint8_t *data, size_t most, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	static int blind = -1;

	if (blind < 0)
		blind = getenv("TCPOOM_FUZZ_BLIND") != NULL;
	if (blind || seed % 64 == 0)
		return LLVMFuzzerMutate(data, size, most);
	return mutate_input(data, size, most, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,
				 size_t other_size, uint8_t *data, size_t most, unsigned seed)
{
	return mutate_cross(one, one_size, other, other_size, data, most, seed);
}
#else
void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *context, uint8_t *data, size_t size, uint8_t **to, uint8_t *other,
		       size_t other_size, size_t most);
void afl_custom_deinit(void *context);

struct mutator {
	uint64_t seed;
	uint8_t data[INPUT_MOST];
};

void *afl_custom_init(void *afl, unsigned seed)
{
	struct mutator *m = calloc(1, sizeof(*m));

	(void)afl;
	if (m)
		m->seed = (uint64_t)seed << 32;
	return m;
}

size_t afl_custom_fuzz(void *context, uint8_t *data, size_t size, uint8_t **to, uint8_t *other,
		       size_t other_size, size_t most)
{
	struct mutator *m = context;
	const size_t room = most < sizeof(m->data) ? most : sizeof(m->data);

	m->seed++;
	*to = m->data;
	if (other && m->seed % 8 == 0) {
		const size_t crossed =
			mutate_cross(data, size, other, other_size, m->data, room, m->seed);

		if (crossed)
			return crossed;
	}
	size = size < room ? size : room;
	memcpy(m->data, data, size);
	return mutate_input(m->data, size, room, m->seed);
}

void afl_custom_deinit(void *context)
{
	free(context);
}
#endif
