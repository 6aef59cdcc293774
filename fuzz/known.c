/* SPDX-License-Identifier: GPL-2.0-only */
#include "known.h"

#include "target.h"

extern const char fuzz_known_ledger[];

void known_open(struct known *known)
{
	const char *name = getenv("TCPOOM_FUZZ_LEDGER");
	FILE *in = name ? fopen(name, "r")
			: fmemopen((char *)fuzz_known_ledger, strlen(fuzz_known_ledger), "r");
	struct tcpoom_error e;

	if (!in) {
		perror(name);
		exit(2);
	}
	if (!tcpoom_ledger_read(&known->ledger, in, name ? name : "fuzz/known.ledger", &e)) {
		fprintf(stderr, "%s:%lu:%lu: %s\n", e.file, e.line, e.column, e.text);
		exit(2);
	}
	fclose(in);
}

static bool is_same(const struct remembered *one, const struct pair *pair, enum tcpoom_entry entry,
		    enum tcpoom_kind kind, const struct tcpoom_cause *cause)
{
	return one->pair == pair && one->entry == entry && one->kind == kind &&
	       tcpoom_cause_same(&one->cause, cause);
}

static struct remembered *place_of(struct known *known, const struct pair *pair,
				   enum tcpoom_entry entry, enum tcpoom_kind kind,
				   const struct tcpoom_cause *cause)
{
	uint64_t hash = pair->number * 64 + entry * 8 + kind;

	for (unsigned i = 0; i < cause->sets; i++)
		hash = hash * 31 + cause->set[i];
	return &known->found[(hash * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
}

size_t known_find(struct known *known, const struct pair *pair, enum tcpoom_entry entry,
		  enum tcpoom_kind kind, const struct tcpoom_cause *cause)
{
	struct remembered *place = place_of(known, pair, entry, kind, cause);
	struct tcpoom_ledger *ledger = &known->ledger;
	const struct tcpoom_known *line;

	if (is_same(place, pair, entry, kind, cause))
		return place->line;
	line = tcpoom_ledger_find(ledger, pair->a, pair->b, entry, kind, cause);
	*place = (struct remembered){ pair, (uint8_t)entry, (uint8_t)kind, *cause,
				      line ? (size_t)(line - ledger->known) : ledger->count };
	return line ? place->line : UNKNOWN;
}
