/* SPDX-License-Identifier: GPL-2.0-only */
/* What keeps a compiler from leaving work out: each result ends up in a sum that is printed. */
#ifndef TCPOOM_BENCH_FOLD_H
#define TCPOOM_BENCH_FOLD_H

#include "../model/kernel.h"

#define FOLD_PRIME UINT64_C(0x9e3779b97f4a7c15)

/* All fields of a state, and nothing else. */
static inline uint64_t fold_state(const struct tcpoom_state *s)
{
	const uint64_t sum = s->given
#define FIELD(name, ...) +(uint64_t)s->name
#include "../model/fields.def"
#undef FIELD
		;

	return sum * FOLD_PRIME;
}

/*
 * All fields of a verdict, one at a time: a wide load of bytes that were just stored one by one
 * would stall; and without branches, which would be part of what is timed. A message that was not
 * asked for counts as none. Sums of it do not depend on the order of the states.
 */
static inline uint64_t fold_verdict(const struct tcpoom_verdict *v)
{
	const unsigned none = 7, first = v->message[0] | (none * (v->messages < 1));
	const unsigned second = v->message[1] | (none * (v->messages < 2));
	uint64_t x = v->outcome;

	x = x * 8 + v->ret;
	x = x * 8 + v->do_reset;
	x = x * 8 + v->snmp;
	x = x * 8 + v->exact_sums;
	x = x * 8 + v->undefined;
	x = x * 8 + v->messages;
	x = x * 8 + first;
	x = x * 8 + second;
	x = x * 64 + v->blame;
	return x * FOLD_PRIME;
}

#endif
