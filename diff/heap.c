/* SPDX-License-Identifier: GPL-2.0-only */
#include "heap.h"

#include <stdlib.h>

static bool is_before(const struct tcpoom_due *a, const struct tcpoom_due *b)
{
	if (a->time != b->time)
		return a->time < b->time; /* equivalent: <=, they are not the same */
	return a->order < b->order;	  /* equivalent: <=, no two have one order */
}

bool tcpoom_heap_put(struct tcpoom_heap *h, int64_t time, size_t what)
{
	const struct tcpoom_due due = { time, h->order++, what };
	size_t i = h->count;

	if (h->count == h->most) {
		/* equivalent: 3 or + or 65 or 63, it grows in other steps */
		const size_t most = h->most ? 2 * h->most : 64;
		struct tcpoom_due *more = realloc(h->due, most * sizeof(*more));

		if (!more)
			return false;
		h->due = more;
		h->most = most;
	}
	h->count++;
	for (; i && is_before(&due, &h->due[(i - 1) / 2]); i = (i - 1) / 2)
		h->due[i] = h->due[(i - 1) / 2];
	h->due[i] = due;
	return true;
}

struct tcpoom_due tcpoom_heap_take(struct tcpoom_heap *h)
{
	const struct tcpoom_due first = h->due[0], last = h->due[--h->count];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		/* equivalent: 0 or <=, behind the end lies what was the last */
		if (child + 1 < h->count && is_before(&h->due[child + 1], &h->due[child]))
			child++;
		/* equivalent: >, behind the end lies the last itself */
		if (child >= h->count || !is_before(&h->due[child], &last))
			break;
		h->due[i] = h->due[child];
		i = child;
	}
	h->due[i] = last;
	return first;
}

void tcpoom_heap_free(struct tcpoom_heap *h)
{
	free(h->due);
}
