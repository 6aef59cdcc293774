/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace before and after a change: what becomes otherwise, by kind of change, and what remains.
 */
#ifndef TCPOOM_ADVICE_WHATIF_H
#define TCPOOM_ADVICE_WHATIF_H

#include "../diff/compare.h"
#include "contrast.h"

enum tcpoom_turn {
	TCPOOM_TURN_SAVED,   /* killed before, not after */
	TCPOOM_TURN_KILLED,  /* not before, but after */
	TCPOOM_TURN_RESET,   /* killed in both, with a reset in one */
	TCPOOM_TURN_MESSAGE, /* the messages that are asked for */
	TCPOOM_TURN_OTHER,   /* it expires, or TCPAbortOnMemory is counted */
	TCPOOM_TURNS
};

extern const char *const tcpoom_turn_names[TCPOOM_TURNS];
enum tcpoom_turn tcpoom_turn_of(const struct tcpoom_verdict v[2]);

/* Events of one entry that turn the same way. */
struct tcpoom_turned {
	enum tcpoom_turn turn;
	bool certain; /* whatever is unknown; else it may be */
	uint8_t entry[2];
	struct tcpoom_verdict verdict[2];
	uint64_t events;
	struct tcpoom_place first;
};

struct tcpoom_whatif {
	uint64_t events;
	uint64_t changed, may_change;	  /* certainly; for some values of what is unknown */
	uint64_t undecided;		  /* a kernel has no verdict */
	uint64_t killed[2], may_kill[2];  /* in each world */
	uint64_t remain, may_remain;	  /* killed in both */
	struct tcpoom_place first_remain; /* of either */
	struct tcpoom_turned *turned;
	size_t turns;
};

/* Returns false if memory runs out. */
bool tcpoom_whatif_event(struct tcpoom_whatif *w, const struct tcpoom_contrast *c, const char *file,
			 unsigned long line);

/* Adds one that turned, or may. It is not among the events counted above. */
bool tcpoom_whatif_add(struct tcpoom_whatif *w, const struct tcpoom_turned *one, const char *file,
		       unsigned long line);

/* Kills first, then the most frequent. */
void tcpoom_whatif_sort(struct tcpoom_whatif *w);

void tcpoom_whatif_free(struct tcpoom_whatif *w);

#endif
