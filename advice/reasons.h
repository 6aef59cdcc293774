/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a socket may be killed: every way that the known numbers leave open, found by replaying all
 * values of the unknown ones that a kernel tells apart through its model. Scale and moment of the
 * clock are chosen where nobody said them: a decision reads ages in ticks against seconds only.
 */
#ifndef TCPOOM_ADVICE_REASONS_H
#define TCPOOM_ADVICE_REASONS_H

#include "../kernels/table.h"

/* Rows of the table of kernels, a bit each. */
typedef uint64_t tcpoom_rows;

/* What a machine shows, and what the two tests compare. */
enum tcpoom_measure {
	TCPOOM_M_TCP_MEM2,
	TCPOOM_M_MEM_ALLOCATED,
	TCPOOM_M_MAX_ORPHANS,
	TCPOOM_M_ORPHANS,
	TCPOOM_MEASURES
};

extern const enum tcpoom_field tcpoom_measure_fields[TCPOOM_MEASURES];

/* Kills that have entry, penalties, reasons and messages in common. */
struct tcpoom_reason {
	tcpoom_rows kernels; /* that kill so */
	uint8_t entry;	     /* TCPOOM_TIMER or TCPOOM_CLOSE */
	uint8_t shift;	     /* penalties: each orphan counts 1 << shift; 0 without `orphans` */
	bool orphans, memory;
	uint8_t messages, outcomes; /* bits of enum tcpoom_message, tcpoom_outcome */
	/* what the measures were in these kills, of the values that were tried */
	int64_t least[TCPOOM_MEASURES], most[TCPOOM_MEASURES];
	const struct tcpoom_kernel *kernel; /* of the first of these kills, with its state */
	struct tcpoom_state state;
};

#define TCPOOM_REASONS_MOST 64

struct tcpoom_reasons {
	unsigned count;
	bool refused; /* a number was met that the kernel's own type cannot hold */
	struct tcpoom_reason reason[TCPOOM_REASONS_MOST];
};

#define TCPOOM_ALL_KERNELS (((tcpoom_rows)1 << TCPOOM_KERNELS) - 1)

/*
 * `known`: the fields that have a value. An unknown count or limit is at least 0, and there are at
 * most `orphans_most` orphans. An entry that is given is the only one; retransmit and probe are
 * taken as timer, which has all that they may do.
 */
void tcpoom_reasons_find(const struct tcpoom_state *known, tcpoom_rows kernels,
			 int64_t orphans_most, struct tcpoom_reasons *to);

/* Orphans of 3 KB each that 200 GB hold: as many as any machine ever had. */
#define TCPOOM_ORPHANS_MOST ((int64_t)1 << 26)

#endif
