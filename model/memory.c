/* SPDX-License-Identifier: GPL-2.0-only */
#include "memory.h"

#include <string.h>

#include "ticks.h"

void tcpoom_memory_init(struct tcpoom_memory *m, enum tcpoom_memory_counter kind, unsigned cpus,
			int32_t *parked, uint32_t page_size)
{
	*m = (struct tcpoom_memory){
		.kind = (uint8_t)kind,
		.reserve = wrap_s32((1U << 20) / page_size),
		.parked = parked,
	};
	if (parked)
		memset(parked, 0, cpus * sizeof(*parked));
}

/*
 * include/net/sock.h:sk_memory_allocated_add and _sub (from 6.12 on in include/net/proto_memory.h).
 * Adding looks at the upper bound alone, and giving back at the lower one: it shows where the
 * reserve was lowered.
 */
void tcpoom_memory_add(struct tcpoom_memory *m, unsigned cpu, int32_t pages)
{
	int32_t parked;

	if (m->kind != TCPOOM_MEMORY_RESERVED) {
		m->allocated = wrap_add(m->allocated, pages);
		if (m->kind == TCPOOM_MEMORY_INT)
			m->allocated = wrap_s32((uint32_t)m->allocated);
		return;
	}
	parked = wrap_s32((uint32_t)m->parked[cpu] + (uint32_t)pages);
	if (pages < 0 ? parked <= -m->reserve : parked >= m->reserve) {
		m->allocated = wrap_add(m->allocated, parked);
		parked = 0;
	}
	m->parked[cpu] = parked;
}

/* include/net/sock.h:sk_memory_allocated */
int64_t tcpoom_memory_reported(const struct tcpoom_memory *m)
{
	if (m->kind == TCPOOM_MEMORY_RESERVED && m->allocated < 0) /* equivalent: <= or 1, 0 is 0 */
		return 0;
	return m->allocated;
}
