/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that, whatever happens to the machine around a decision, the exact sum is the true one
 * and approximate counts stay within their error, the limiter loses no message and lets no more
 * through than its settings say, and of all sockets that a run closes each is killed or kept.
 */
#include "machine.h"

#include "../model/memory.h"
#include "../model/orphan_count.h"
#include "../model/ticks.h"

#define CPUS_MOST 64

static int64_t positive(int64_t x)
{
	return x < 0 ? 0 : x;
}

static int64_t distance(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

/* As many orphans as a single pair of hands counts. */
struct tally {
	unsigned cpus;
	int64_t total;
	int64_t cached; /* at the last multiple of the period since the start */
	uint64_t now, refreshed;
};

static void check_count(const struct tcpoom_orphan_count *c, const struct tally *t)
{
	const int32_t as_int = wrap_s32((uint32_t)t->total);
	/* each CPU holds back less than a batch */
	const int64_t error = (int64_t)t->cpus * (c->batch - 1);

	switch (c->kind) {
	case TCPOOM_ORPHANS_ATOMIC:
		ASSERT(tcpoom_orphan_count_read(c) == as_int);
		ASSERT(tcpoom_orphan_count_sum(c) == as_int);
		return;
	case TCPOOM_ORPHANS_CACHED:
		ASSERT(tcpoom_orphan_count_read(c) == t->cached);
		ASSERT(tcpoom_orphan_count_sum(c) == positive(as_int));
		return;
	default:
		ASSERT(tcpoom_orphan_count_sum(c) == positive(t->total));
		ASSERT(distance(c->raw, t->total) <= error);
		ASSERT(c->raw < 0 || tcpoom_orphan_count_read(c) == c->raw);
		ASSERT(c->raw >= 0 ||
		       tcpoom_orphan_count_read(c) == (c->kind == TCPOOM_ORPHANS_PERCPU_ONE));
	}
}

void try_orphan_count(struct bytes *b)
{
	static int32_t share[CPUS_MOST];
	const enum tcpoom_orphan_counter kind = (enum tcpoom_orphan_counter)(take_u8(b) % 4);
	const bool percpu = kind == TCPOOM_ORPHANS_PERCPU_ONE || kind == TCPOOM_ORPHANS_PERCPU_ZERO;
	const uint32_t hz = 100 + take_u16(b) % 925, period = (hz + 9) / 10;
	struct tally t = { .cpus = 1 + take_u8(b) % CPUS_MOST, .now = take_u32(b) };
	struct tcpoom_orphan_count c;

	t.refreshed = t.now;
	tcpoom_orphan_count_init(&c, kind, t.cpus, percpu ? share : NULL, hz, t.now);
	while (b->left) {
		const uint8_t how = take_u8(b);
		const int32_t amount = how & 1	 ? (int8_t)take_u8(b)
				       : how & 2 ? 1
						 : wrap_s32(take_u32(b));

		tcpoom_orphan_count_add(&c, (how >> 2) % t.cpus, amount);
		t.total += amount;
		if (how & 128 && kind == TCPOOM_ORPHANS_CACHED) {
			t.now += take_u16(b) % 1000;
			tcpoom_orphan_count_refresh(&c, t.now);
			if (t.now - t.refreshed >= period)
				t.cached = positive(wrap_s32((uint32_t)t.total));
			t.refreshed = t.now - (t.now - t.refreshed) % period;
		}
		check_count(&c, &t);
	}
}

void try_memory(struct bytes *b)
{
	static int32_t parked[CPUS_MOST];
	const enum tcpoom_memory_counter kind = (enum tcpoom_memory_counter)(take_u8(b) % 3);
	const unsigned cpus = 1 + take_u8(b) % CPUS_MOST;
	struct tcpoom_memory m;
	int64_t total = 0;

	tcpoom_memory_init(&m, kind, cpus, kind == TCPOOM_MEMORY_RESERVED ? parked : NULL,
			   (uint32_t)1024 << take_u8(b) % 11);
	while (b->left) {
		const uint8_t how = take_u8(b);
		const int32_t pages = how & 1 ? (int8_t)take_u8(b) : wrap_s32(take_u32(b)) / 2;

		tcpoom_memory_add(&m, (how >> 1) % cpus, pages);
		total += pages;
		if (kind == TCPOOM_MEMORY_INT) {
			ASSERT(tcpoom_memory_reported(&m) == wrap_s32((uint32_t)total));
		} else if (kind == TCPOOM_MEMORY_LONG) {
			ASSERT(tcpoom_memory_reported(&m) == total);
		} else {
			ASSERT(distance(m.allocated, total) <= (int64_t)cpus * (m.reserve - 1));
			ASSERT(tcpoom_memory_reported(&m) == positive(m.allocated));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parts[])(struct bytes *) = { try_orphan_count, try_memory, try_limiter,
							 try_run };
	struct bytes b = { data, size < 1024 ? size : 1024 };

	parts[take_u8(&b) % 4](&b);
	return 0;
}
