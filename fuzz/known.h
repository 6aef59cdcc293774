/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a divergence is in a ledger: TCPOOM_FUZZ_LEDGER=FILE, or the one that is a part of the
 * target, fuzz/known.ledger.
 */
#ifndef TCPOOM_FUZZ_KNOWN_H
#define TCPOOM_FUZZ_KNOWN_H

#include "../diff/ledger.h"
#include "pair.h"

/* What was found there is remembered: the ledger is long, and divergences are frequent. */
struct known {
	struct tcpoom_ledger ledger;
	struct remembered {
		const struct pair *pair;
		uint8_t entry, kind;
		struct tcpoom_cause cause;
		size_t line;
	} found[4096];
};

/* Ends the program where there is no such ledger. */
void known_open(struct known *known);

#define UNKNOWN SIZE_MAX

/*
 * The line of the ledger that knows it, from 0; UNKNOWN if none does, and ledger.count where that
 * is remembered: what to do about it was said.
 */
size_t known_find(struct known *known, const struct pair *pair, enum tcpoom_entry entry,
		  enum tcpoom_kind kind, const struct tcpoom_cause *cause);

#endif
