/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Critical values: for a field of a state, values that stand for all its values. Every comparison
 * that a kernel makes is a threshold in each field that it reads, so that a value at, below and
 * above each threshold meets every class of values that the kernels tell apart. A threshold may
 * depend on other fields: a field is asked for after those that stand before it in critical_order.
 *
 * Of tick rates, page sizes, sizes of struct sk_buff and bounds of the RTO those are critical that
 * kernels have: 100, 250, 300, 1000 and 1024; 4096 to 65536; 192 to 320; and 1 s to 120 s.
 */
#ifndef TCPOOM_DIFF_CRITICAL_H
#define TCPOOM_DIFF_CRITICAL_H

#include "../model/state.h"

#define TCPOOM_CRITICAL_MOST 2048

struct tcpoom_critical {
	unsigned count;
	bool cut; /* there are more, as at very low tick rates */
	int64_t value[TCPOOM_CRITICAL_MOST];
};

/* The fields that may be unknown, in the order in which to choose them. */
extern const enum tcpoom_field tcpoom_critical_order[];
extern const unsigned tcpoom_critical_fields;

/*
 * The critical values of `f`, in ascending order, each once and in the field's range. `known` are
 * the fields of *s that have a value by now.
 */
void tcpoom_critical_find(const struct tcpoom_state *s, tcpoom_fieldset known, enum tcpoom_field f,
			  struct tcpoom_critical *to);

#endif
