/* SPDX-License-Identifier: GPL-2.0-only */
/* What is to happen, the earliest first; of what happens at one time, what was put in first. */
#ifndef TCPOOM_DIFF_HEAP_H
#define TCPOOM_DIFF_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcpoom_due {
	int64_t time;
	uint64_t order; /* of putting in */
	size_t what;	/* the caller's */
};

struct tcpoom_heap {
	struct tcpoom_due *due; /* due[0] is the first */
	size_t count, most;
	uint64_t order;
};

/* False: no memory. */
bool tcpoom_heap_put(struct tcpoom_heap *h, int64_t time, size_t what);

/* Takes the first one out; there must be one. */
struct tcpoom_due tcpoom_heap_take(struct tcpoom_heap *h);

void tcpoom_heap_free(struct tcpoom_heap *h);

#endif
