/* SPDX-License-Identifier: GPL-2.0-only */
/* Mutations of an input of the differential target that know its layout and the thresholds. */
#ifndef TCPOOM_FUZZ_MUTATE_H
#define TCPOOM_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Changes the input of `size` bytes in place, which has room for `most`; returns its new size. The
 * seed alone decides how.
 */
size_t mutate_input(uint8_t *data, size_t size, size_t most, uint64_t seed);

/* Writes to `data` records of the one and of the other; returns the size. */
size_t mutate_cross(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
		    uint8_t *data, size_t most, uint64_t seed);

#endif
