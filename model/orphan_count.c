/* SPDX-License-Identifier: GPL-2.0-only */
#include "orphan_count.h"

#include <string.h>

#include "ticks.h"

/* lib/percpu_counter.c:compute_batch_value, from 2.6.29 on */
static int32_t batch_of(unsigned cpus)
{
	return cpus > 16 ? wrap_s32(2 * (uint32_t)cpus) : 32; /* equivalent: >= or 15, 2 * 16 is 32 */
}

static int is_percpu(const struct tcpoom_orphan_count *c)
{
	return c->kind == TCPOOM_ORPHANS_PERCPU_ONE || c->kind == TCPOOM_ORPHANS_PERCPU_ZERO;
}

void tcpoom_orphan_count_init(struct tcpoom_orphan_count *c, enum tcpoom_orphan_counter kind,
			      unsigned cpus, int32_t *share, uint32_t hz, uint64_t now)
{
	*c = (struct tcpoom_orphan_count){
		.kind = (uint8_t)kind,
		.batch = batch_of(cpus),
		.share = share,
		.period = (hz + 9) / 10, /* msecs_to_jiffies(100), which rounds up */
	};
	c->expires = now + c->period;
	if (share)
		memset(share, 0, cpus * sizeof(*share));
}

/*
 * lib/percpu_counter.c:__percpu_counter_add. The cached counts of the CPUs are unsigned and summed
 * up in an int (net/ipv4/tcp.c:tcp_orphan_count_sum): they wrap as one int does.
 */
void tcpoom_orphan_count_add(struct tcpoom_orphan_count *c, unsigned cpu, int32_t amount)
{
	int64_t share;

	if (!is_percpu(c)) {
		c->raw = wrap_s32((uint32_t)c->raw + (uint32_t)amount);
		c->total = c->raw;
		return;
	}
	c->total = wrap_add(c->total, amount);
	share = (int64_t)c->share[cpu] + amount;
	if (share >= c->batch || share <= -c->batch) {
		c->raw = wrap_add(c->raw, share);
		share = 0;
	}
	c->share[cpu] = (int32_t)share;
}

/* net/ipv4/tcp.c:tcp_orphan_update */
void tcpoom_orphan_count_refresh(struct tcpoom_orphan_count *c, uint64_t now)
{
	const uint64_t late = now - c->expires;

	if (wrap_s64(late) < 0)
		return;
	c->cache = (int32_t)tcpoom_orphan_count_sum(c);
	c->expires += (late / c->period + 1) * c->period;
}

/* include/linux/percpu_counter.h:percpu_counter_read_positive */
int64_t tcpoom_orphan_count_read(const struct tcpoom_orphan_count *c)
{
	if (c->kind == TCPOOM_ORPHANS_CACHED)
		return c->cache;
	if (is_percpu(c) && c->raw < 0)
		return c->kind == TCPOOM_ORPHANS_PERCPU_ONE;
	return c->raw;
}

/* include/linux/percpu_counter.h:percpu_counter_sum_positive; tcp_orphan_count_sum */
int64_t tcpoom_orphan_count_sum(const struct tcpoom_orphan_count *c)
{
	if (c->kind != TCPOOM_ORPHANS_ATOMIC && c->total < 0) /* equivalent: <= or < 1, 0 is 0 */
		return 0;
	return c->total;
}
