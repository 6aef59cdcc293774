/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no claim makes its reader crash, leak or hang, that each error has a place, and that
 * what is read says what is claimed, by whom, and of which kernels.
 */
#include "../advice/claim.h"
#include "../traces/input.h"
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *in = open_input(data, size);
	struct tcpoom_claim c;
	struct tcpoom_error e;

	if (!in)
		return 0;
	if (tcpoom_claim_read(in, "input", &c, &e)) {
		ASSERT(c.claim && c.source && c.kernels.count &&
		       c.experiments <= TCPOOM_EXPERIMENTS_MOST);
		accepted();
	} else {
		check_error(&e);
	}
	tcpoom_claim_free(&c);
	tcpoom_input_close(in);
	return 0;
}
