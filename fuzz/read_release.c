/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that every release string resolves without crash or hang, to rows and a reason or to a
 * reason alone, and that the name of a row that it resolves to is that row.
 */
#include "../kernels/release.h"
#include "reading.h"

#define TEXT_MOST 500

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TEXT_MOST + 1];
	struct tcpoom_resolution r, again;

	snprintf(text, sizeof(text), "%.*s", (int)(size < TEXT_MOST ? size : TEXT_MOST),
		 (const char *)data);
	tcpoom_release_resolve(text, &r);
	ASSERT(*r.why && (r.evidence == TCPOOM_NO_RELEASE) == (r.candidates == 0));
	ASSERT(r.evidence == TCPOOM_AMBIGUOUS || r.candidates <= 1);
	if (r.candidates)
		accepted();
	for (unsigned i = 0; i < r.candidates; i++) {
		tcpoom_release_resolve(r.candidate[i]->name, &again);
		ASSERT(again.candidates == 1 && again.candidate[0] == r.candidate[i]);
	}
	return 0;
}
