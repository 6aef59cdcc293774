/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arithmetic on the kernel's 32-bit tick counter and on its ints, which wrap. The kernel is built
 * with -fno-strict-overflow and relies on it; ISO C does not, so each wrap is spelled out here.
 */
#ifndef TCPOOM_MODEL_TICKS_H
#define TCPOOM_MODEL_TICKS_H

#include <stdint.h>

/* The bits of x read as a two's complement number. */
static inline int32_t wrap_s32(uint32_t x)
{
	/* equivalent: < or >= or INT32_MIN or UINT32_MAX, to gcc; but < overflows, clang says */
	return x <= INT32_MAX ? (int32_t)x : -(int32_t)(UINT32_MAX - x) - 1;
}

static inline int64_t wrap_s64(uint64_t x)
{
	/* equivalent: < or >=, as in wrap_s32 */
	return x <= INT64_MAX ? (int64_t)x : -(int64_t)(UINT64_MAX - x) - 1;
}

static inline int64_t wrap_add(int64_t a, int64_t b)
{
	return wrap_s64((uint64_t)a + (uint64_t)b);
}

/* `int` shifted left by 0 to 31: bits fall off the top, the sign is what is left there. */
static inline int32_t wrap_shl(int32_t x, unsigned shift)
{
	return wrap_s32((uint32_t)x << shift);
}

/* Ticks from `then` to `now`, negative where `then` lies ahead or 2^31 ticks and more behind. */
static inline int32_t ticks_since(uint32_t now, uint32_t then)
{
	return wrap_s32(now - then);
}

/* A stamp moved by so many ticks; one of 0 is none, and stays none. */
static inline uint32_t move_stamp(uint32_t stamp, uint32_t ticks)
{
	return stamp ? stamp + ticks : 0;
}

/* The 32-bit millisecond clock that a tick stamp stands for, as the golden vectors convert it. */
static inline uint32_t ticks_to_ms(uint32_t ticks, uint32_t hz)
{
	return (uint32_t)((uint64_t)ticks * 1000 / hz);
}

/* The first tick at which that clock shows so many ms, before either wraps. */
static inline uint64_t first_tick_of(uint64_t ms, uint32_t hz)
{
	/* equivalent: 1000 or 998, what stands for a time has its neighbours beside it */
	return (ms * hz + 999) / 1000;
}

/*
 * A span of ticks in ms, rounded up (kernel/time/time.c:jiffies_to_msecs; exact where hz divides
 * 1000). The kernel returns unsigned int.
 */
static inline uint32_t span_to_ms(uint32_t ticks, uint32_t hz)
{
	return (uint32_t)(((uint64_t)ticks * 1000 + hz - 1) / hz);
}

/* Index of the highest set bit; x must not be 0. */
static inline unsigned ilog2_u32(uint32_t x)
{
	unsigned bit = 0;

	while (x >>= 1)
		bit++;
	return bit;
}

#endif
