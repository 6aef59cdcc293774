/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules on memory: a socket that queues much, while all of TCP holds more than tcp_mem[2]. */
#ifndef TCPOOM_KERNELS_MEMORY_H
#define TCPOOM_KERNELS_MEMORY_H

#include "look.h"

enum { SNDBUF_2048, SNDBUF_derived };

static const struct tcpoom_variant sndbuf_variants[] = {
	[SNDBUF_2048] = { "2048", "2.4.0", "include/net/sock.h:SOCK_MIN_SNDBUF", "",
			  "2048 bytes, compared as int" },
	[SNDBUF_derived] = { "derived", "3.11", "include/net/sock.h:SOCK_MIN_SNDBUF",
			     "eea86af6b1e1",
			     "2*(2048 + sizeof(struct sk_buff) in whole cache lines), compared as "
			     "size_t, so that a negative queue is huge" },
};

enum { MEM_int, MEM_long };

static const struct tcpoom_variant mem_variants[] = {
	[MEM_int] = { "int", "2.4.0", "net/ipv4/tcp.c:tcp_memory_allocated", "", "int" },
	[MEM_long] = { "long", "2.6.37", "net/ipv4/tcp.c:tcp_memory_allocated", "8d987e5c751",
		       "long" },
};

enum { SCOPE_all, SCOPE_memcg };

static const struct tcpoom_variant scope_variants[] = {
	[SCOPE_all] = { "all", "2.4.0, again 4.5", "include/net/sock.h:sk_memory_allocated",
			"e805605c7210", "the memory of all TCP sockets against tcp_mem[2]" },
	[SCOPE_memcg] = { "memcg", "3.3", "include/net/sock.h:sk_memory_allocated", "180d8cd942ce",
			  "for a socket in a memory cgroup, the cgroup's counter and limit" },
};

enum { UNIT_page, UNIT_4096 };

static const struct tcpoom_variant unit_variants[] = {
	[UNIT_page] = { "page", "2.4.0, again 6.0", "include/net/sock.h:sk_prot_mem_limits",
			"4890b686f408", "pages, as tcp_mem" },
	[UNIT_4096] = { "4096", "4.10", "include/net/sock.h:sk_prot_mem_limits", "bd68a2a854ad",
			"4096 bytes; tcp_mem is converted to it" },
};

enum { CLAMP_no, CLAMP_zero };

static const struct tcpoom_variant clamp_variants[] = {
	[CLAMP_no] = { "no", "2.4.0", "include/net/sock.h:sk_memory_allocated", "", "as it is" },
	[CLAMP_zero] = { "zero", "6.0", "include/net/sock.h:sk_memory_allocated", "3cd3399dd7a8",
			 "as 0" },
};

/* sk_prot_mem_limits: pages to quanta of 4096 bytes, in long, which wraps. */
PER_KERNEL int64_t pages_to_quanta(int64_t pages, uint32_t page_size)
{
	if (page_size < 4096) /* equivalent: <= or 4097 or 4095, a shift by 0 is none */
		return pages >> (12 - ilog2_u32(page_size));
	return wrap_s64((uint64_t)pages << (ilog2_u32(page_size) - 12));
}

PER_KERNEL int64_t sock_min_sndbuf(const struct tcpoom_rules *r, const struct tcpoom_state *s)
{
	const int64_t lines = ((int64_t)s->sizeof_sk_buff + 63) / 64;

	return r->sndbuf == SNDBUF_2048 ? 2048 : 2 * (2048 + 64 * lines);
}

/*
 * A function of its own from 3.3 on (include/net/tcp.h); before, a part of the condition in
 * tcp_out_of_resources and tcp_close.
 */
PER_KERNEL bool tcp_out_of_memory(const struct tcpoom_rules *r, const struct tcpoom_state *s,
				  bool reached, struct tcpoom_tests *t)
{
	const bool memcg = r->scope == SCOPE_memcg && (s->given & TCPOOM_BIT(memcg_limit));
	int64_t allocated = s->mem_allocated, limit = s->tcp_mem2;
	bool queued;

	if (r->unit == UNIT_4096)
		limit = pages_to_quanta(limit, s->page_size);
	if (memcg) {
		allocated = s->memcg_allocated;
		limit = s->memcg_limit;
	}
	if (r->clamp == CLAMP_zero && allocated < 0) /* equivalent: <= or < 1, 0 is 0 */
		allocated = 0;
	queued = TEST(t, .id = TCPOOM_T_WMEM_QUEUED, .reached = reached, .lhs = s->wmem_queued,
		      .op = r->sndbuf == SNDBUF_2048 ? TCPOOM_GT : TCPOOM_GT_UNSIGNED,
		      .rhs = sock_min_sndbuf(r, s));
	return queued & TEST(t, .id = memcg ? TCPOOM_T_MEMCG : TCPOOM_T_MEMORY,
			     .reached = reached & queued, .lhs = allocated, .op = TCPOOM_GT,
			     .rhs = limit);
}

PER_KERNEL bool fits_int(int64_t x)
{
	return x >= INT32_MIN && x <= INT32_MAX;
}

#endif
