/* SPDX-License-Identifier: GPL-2.0-only */
#include "remedy.h"

#include <string.h>

const enum tcpoom_field tcpoom_ground_limits[TCPOOM_GROUNDS] = {
	[TCPOOM_BY_ORPHANS] = TCPOOM_F_max_orphans,
	[TCPOOM_BY_MEMORY] = TCPOOM_F_tcp_mem2,
};

const enum tcpoom_field tcpoom_ground_counts[TCPOOM_GROUNDS] = {
	[TCPOOM_BY_ORPHANS] = TCPOOM_F_orphans,
	[TCPOOM_BY_MEMORY] = TCPOOM_F_mem_allocated,
};

/*
 * Takes the other cause away: the two tests share no field, so that what is unknown of the one
 * changes nothing of the other (diff/parts.h).
 */
static void leave_alone(struct tcpoom_state *s, enum tcpoom_ground cause)
{
	if (cause == TCPOOM_BY_ORPHANS) {
		tcpoom_field_set(s, TCPOOM_F_mem_allocated, 0);
		tcpoom_field_set(s, TCPOOM_F_tcp_mem2, 0);
		tcpoom_field_set(s, TCPOOM_F_wmem_queued, 0);
		return;
	}
	tcpoom_field_set(s, TCPOOM_F_orphans, 0);
	tcpoom_field_set(s, TCPOOM_F_max_orphans, INT32_MAX);
}

static bool kills(const struct tcpoom_state *s, tcpoom_rows kernels, struct tcpoom_reasons *reasons)
{
	tcpoom_reasons_find(s, kernels, TCPOOM_ORPHANS_MOST, reasons);
	return reasons->count > 0;
}

void tcpoom_remedy_find(const struct tcpoom_state *known, tcpoom_rows kernels,
			enum tcpoom_ground cause, struct tcpoom_remedy *to)
{
	const enum tcpoom_field limit = tcpoom_ground_limits[cause];
	int64_t killed = -1, kept = INT32_MAX; /* what sysctls of all ages can hold */
	struct tcpoom_state s = *known;
	struct tcpoom_reasons reasons;

	*to = (struct tcpoom_remedy){ .found = false };
	if (!(known->given >> tcpoom_ground_counts[cause] & 1))
		return;
	leave_alone(&s, cause);
	tcpoom_field_set(&s, limit, kept);
	if (kills(&s, kernels, &reasons))
		return;
	while (kept - killed > 1) {
		const int64_t middle = killed + (kept - killed) / 2;

		tcpoom_field_set(&s, limit, middle);
		if (kills(&s, kernels, &reasons)) {
			killed = middle;
			to->kernel = reasons.reason[0].kernel;
			to->killed = reasons.reason[0].state;
		} else {
			kept = middle;
		}
	}
	to->found = true;
	to->value = kept;
}

int64_t tcpoom_count_killed(const struct tcpoom_state *known, tcpoom_rows kernels,
			    enum tcpoom_ground cause, enum tcpoom_entry entry, unsigned shift)
{
	/* far below where a shifted int wraps */
	const int64_t orphans_most = ((int64_t)1 << 29) - 1;
	const enum tcpoom_measure count =
		cause == TCPOOM_BY_ORPHANS ? TCPOOM_M_ORPHANS : TCPOOM_M_MEM_ALLOCATED;
	struct tcpoom_state s = *known;
	struct tcpoom_reasons reasons;
	int64_t least = -1;

	if (!(known->given >> tcpoom_ground_limits[cause] & 1))
		return -1;
	leave_alone(&s, cause);
	tcpoom_field_set(&s, TCPOOM_F_entry, entry);
	/* unknown, so that each count is tried that a kernel tells from its neighbour */
	s.given &= ~((tcpoom_fieldset)1 << tcpoom_ground_counts[cause]);
	tcpoom_reasons_find(&s, kernels, orphans_most, &reasons);
	for (unsigned i = 0; i < reasons.count; i++) {
		const struct tcpoom_reason *r = &reasons.reason[i];

		if (r->entry == entry && r->shift == shift &&
		    (cause == TCPOOM_BY_ORPHANS ? r->orphans : r->memory) &&
		    (least < 0 || r->least[count] < least))
			least = r->least[count];
	}
	return least;
}
