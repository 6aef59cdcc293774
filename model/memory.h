/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tcp_memory_allocated, the memory of all TCP sockets: in pages, from 4.10 to 5.19 in quanta of
 * 4096 bytes. From 6.0 on each CPU keeps a reserve of its own, so that the number that the check
 * compares may be wrong by almost a reserve for each CPU, either way, and is never summed up.
 */
#ifndef TCPOOM_MODEL_MEMORY_H
#define TCPOOM_MODEL_MEMORY_H

#include <stdint.h>

enum tcpoom_memory_counter {
	TCPOOM_MEMORY_INT,	/* up to 2.6.36 */
	TCPOOM_MEMORY_LONG,	/* from 2.6.37 */
	TCPOOM_MEMORY_RESERVED, /* from 6.0: long, and reserves */
};

struct tcpoom_memory {
	uint8_t kind;	   /* enum tcpoom_memory_counter */
	int32_t reserve;   /* RESERVED: pages at which a CPU's own are added to the global number */
	int32_t *parked;   /* RESERVED: what each CPU has not yet added; the caller's array */
	int64_t allocated; /* the global number, raw */
};

/*
 * Nothing allocated. `parked`, one for each of `cpus`, must last as long as *m, and is NULL unless
 * RESERVED. The reserve is 1 MiB in pages of `page_size` bytes, 1024 to 1 MiB; where it is a
 * tunable (net.core.mem_pcpu_rsv, in pages) that is its default, and m->reserve may be changed.
 */
void tcpoom_memory_init(struct tcpoom_memory *m, enum tcpoom_memory_counter kind, unsigned cpus,
			int32_t *parked, uint32_t page_size);

/* Charges pages on a CPU below `cpus`, or gives back as many as `pages` is below 0. */
void tcpoom_memory_add(struct tcpoom_memory *m, unsigned cpu, int32_t pages);

/* What the check compares with tcp_mem[2]. */
int64_t tcpoom_memory_reported(const struct tcpoom_memory *m);

#endif
