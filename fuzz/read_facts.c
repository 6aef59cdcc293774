/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that nothing that tools print of a machine makes the readers of facts crash, leak or
 * hang, that each error has a place, and that every fact stays what it can be.
 */
#include "../advice/doubts.h"
#include "../advice/reading.h"
#include "../traces/input.h"
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tcpoom_facts facts;
	FILE *in = open_input(data, size);
	struct tcpoom_doubts doubts;
	struct tcpoom_error e;
	unsigned held;
	bool any = false;

	if (!in)
		return 0;
	facts = (struct tcpoom_facts){ 0 };
	if (!tcpoom_read_text(&facts, in, "input", &held, &e))
		check_error(&e);
	tcpoom_input_close(in);
	for (unsigned i = 0; i < TCPOOM_FACTS; i++) {
		if (!facts.known[i])
			continue;
		ASSERT(facts.value[i] >= tcpoom_fact_least(i) &&
		       facts.value[i] <= tcpoom_fact_most(i));
		any = true;
	}
	if (any)
		accepted();
	tcpoom_doubts_find(&facts, &doubts);
	tcpoom_facts_free(&facts);
	return 0;
}
