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

static bool has_reason(const struct tcpoom_reasons *reasons, enum tcpoom_ground cause,
		       enum tcpoom_entry entry, unsigned shift)
{
	for (unsigned i = 0; i < reasons->count; i++) {
		const struct tcpoom_reason *r = &reasons->reason[i];

		if (r->entry == entry && r->shift == shift &&
		    (cause == TCPOOM_BY_ORPHANS ? r->orphans : r->memory))
			return true;
	}
	return false;
}

int64_t tcpoom_count_killed(const struct tcpoom_state *known, tcpoom_rows kernels,
			    enum tcpoom_ground cause, enum tcpoom_entry entry, unsigned shift)
{
	const enum tcpoom_field count = tcpoom_ground_counts[cause];
	/* far below where a shifted int wraps; memory has no shift */
	int64_t kept = -1,
		killed = cause == TCPOOM_BY_ORPHANS ? (int64_t)1 << 29 : (int64_t)INT32_MAX;
	struct tcpoom_state s = *known;
	struct tcpoom_reasons reasons;

	if (!(known->given >> tcpoom_ground_limits[cause] & 1))
		return -1;
	leave_alone(&s, cause);
	tcpoom_field_set(&s, TCPOOM_F_entry, entry);
	tcpoom_field_set(&s, count, killed - 1);
	kills(&s, kernels, &reasons);
	if (!has_reason(&reasons, cause, entry, shift))
		return -1;
	killed--;
	while (killed - kept > 1) {
		const int64_t middle = kept + (killed - kept) / 2;

		tcpoom_field_set(&s, count, middle);
		kills(&s, kernels, &reasons);
		if (has_reason(&reasons, cause, entry, shift))
			killed = middle;
		else
			kept = middle;
	}
	return killed;
}
