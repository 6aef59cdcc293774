/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an input of the differential target is: a head, then records of one event each, as they lie
 * in the memory of a little-endian machine. Every byte string is one; values that a field cannot
 * have are folded into its range, so that nothing is refused.
 */
#ifndef TCPOOM_FUZZ_RECORD_H
#define TCPOOM_FUZZ_RECORD_H

#include <assert.h>
#include <string.h>

#include "../model/state.h"
#include "../model/ticks.h"

struct head {
	uint8_t pair; /* of neighbouring rows, where the environment names no kernels */
	uint8_t wide; /* 1: also values that one of the kernels cannot hold */
	uint8_t bits; /* 1: a machine of 32 bits */
	uint8_t spare[5];
};

enum {
	RECORD_DO_RESET = 1,
	RECORD_SELF_GIVEN = 2,
	RECORD_SELF = 4,
	RECORD_MEMCG = 8,
	RECORD_EXITING = 16,
	RECORD_CONTENDED = 32,
};

struct record {
	int64_t orphans, orphans_approx, mem_allocated, tcp_mem2, memcg_allocated, memcg_limit;
	uint32_t now, lsndtime, snd_wnd, packets_out, rto_max, rto, retrans_stamp, head_sent;
	int32_t err_soft, wmem_queued, orphans_cached, max_orphans;
	uint32_t message_burst;
	uint16_t hz, sizeof_sk_buff, message_cost;
	uint8_t entry, flags, page, backoff, retransmits, probes_out, orphan_retries, spare;
	uint16_t spare2;
	uint32_t spare3;
};

static_assert(sizeof(struct head) == 8 && sizeof(struct record) == 120, "no byte between");

#define EVENTS_MOST 64
#define INPUT_MOST (sizeof(struct head) + EVENTS_MOST * sizeof(struct record))

/* Whole records of an input; what is left over is not used. */
static inline size_t record_count(size_t size)
{
	const size_t count = size < sizeof(struct head)
				     ? 0
				     : (size - sizeof(struct head)) / sizeof(struct record);

	return count < EVENTS_MOST ? count : EVENTS_MOST;
}

static inline void record_get(struct record *r, const uint8_t *data, size_t i)
{
	memcpy(r, data + sizeof(struct head) + i * sizeof(*r), sizeof(*r));
}

/* The fields of a state that a record always gives. */
#define RECORD_GIVES                                                                               \
	((((tcpoom_fieldset)1 << TCPOOM_FIELDS) - 1) & ~TCPOOM_BIT(self_counted) &                 \
	 ~TCPOOM_BIT(memcg_allocated) & ~TCPOOM_BIT(memcg_limit) & ~TCPOOM_BIT(ratelimit_budget))

/*
 * What an input that is not wide keeps to: tick rates and bounds of the RTO that a kernel can have,
 * and ints where one of the kernels has an int.
 */
struct narrow {
	bool clock, orphans, memory;
};

static inline uint32_t record_hz(const struct record *r, bool narrow)
{
	static const uint32_t usual[] = { 1000, 250, 100, 300, 1024 };

	if (narrow)
		return usual[r->hz % 5];
	return r->hz >= 5 && r->hz <= 10000 ? r->hz : 1000;
}

/* Below the least RTO a timer is not sound; a sysctl takes 1 to 120 s. */
static inline uint32_t record_rto_max(const struct record *r, uint32_t hz, bool narrow)
{
	const uint32_t least = narrow ? hz : hz / 5, most = narrow ? 120 * hz : UINT32_MAX;

	return r->rto_max < least || r->rto_max > most ? 120 * hz : r->rto_max;
}

/* Sound and complete; what is absent has its default. */
static inline void record_state(const struct record *r, struct narrow narrow,
				struct tcpoom_state *s)
{
	const bool self = r->flags & RECORD_SELF_GIVEN, memcg = r->flags & RECORD_MEMCG;

	s->given = RECORD_GIVES | (self ? TCPOOM_BIT(self_counted) : 0) |
		   (memcg ? TCPOOM_BIT(memcg_allocated) | TCPOOM_BIT(memcg_limit) : 0);
	s->unknown = 0;
	s->entry = r->entry % TCPOOM_ENTRIES;
	s->hz = record_hz(r, narrow.clock);
	s->now = r->now;
	s->lsndtime = r->lsndtime;
	s->do_reset = r->flags & RECORD_DO_RESET;
	s->err_soft = r->err_soft;
	s->wmem_queued = r->wmem_queued;
	s->snd_wnd = r->snd_wnd;
	s->packets_out = r->packets_out;
	s->orphans = narrow.orphans ? wrap_s32((uint32_t)r->orphans) : r->orphans;
	s->orphans_approx = r->orphans_approx;
	s->orphans_cached = r->orphans_cached;
	s->self_counted = self && r->flags & RECORD_SELF;
	s->max_orphans = r->max_orphans;
	s->mem_allocated = narrow.memory ? wrap_s32((uint32_t)r->mem_allocated) : r->mem_allocated;
	s->tcp_mem2 = narrow.memory ? wrap_s32((uint32_t)r->tcp_mem2) : r->tcp_mem2;
	s->page_size = (uint32_t)1024 << r->page % 11;
	s->sizeof_sk_buff = r->sizeof_sk_buff ? r->sizeof_sk_buff : 232;
	s->rto_max = record_rto_max(r, s->hz, narrow.clock);
	s->net_alive = !(r->flags & RECORD_EXITING);
	s->rto = r->rto;
	s->backoff = r->backoff;
	s->retransmits = r->retransmits;
	s->probes_out = r->probes_out;
	s->retrans_stamp = r->retrans_stamp;
	s->head_sent = r->head_sent;
	s->orphan_retries = r->orphan_retries;
	s->user_timeout = 0;
	s->memcg_allocated = memcg ? r->memcg_allocated : 0;
	s->memcg_limit = memcg ? r->memcg_limit : 0;
	s->ratelimit_budget = 0;
	s->message_cost = r->message_cost;
	s->message_burst = r->message_burst & INT32_MAX;
	s->contended = (r->flags & RECORD_CONTENDED) != 0;
}

#endif
