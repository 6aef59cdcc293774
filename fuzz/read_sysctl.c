/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no sysctl.conf makes its judge crash, leak or hang, whatever the machine is for
 * which it is, that each error has a place, and that each finding has a place and a text.
 */
#include "../advice/lint.h"
#include "../kernels/release.h"
#include "../traces/input.h"
#include "../traces/line.h"
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const releases[] = { NULL, "2.6.18", "6.1.192" };
	const char *const named = releases[size % 3];
	struct tcpoom_lint_machine machine = { .named = named, .ram = 1 << 30 };
	struct tcpoom_resolution release;
	FILE *in = open_input(data, size);
	struct tcpoom_lint_findings found;
	struct tcpoom_error e = { .file = "input" };
	enum tcpoom_line_result got;
	struct tcpoom_line line;
	bool any = false;

	if (!in)
		return 0;
	if (named) {
		tcpoom_release_resolve(named, &release);
		machine.release = &release;
	}
	tcpoom_line_open(&line, in, "input");
	while ((got = tcpoom_line_next(&line, &e)) != TCPOOM_LINE_END) {
		if (got == TCPOOM_LINE_BAD) {
			check_error(&e);
			continue;
		}
		if (!tcpoom_lint_line(line.text, &machine, &found, &e))
			check_error(&e);
		ASSERT(found.count <= TCPOOM_FINDINGS_MOST);
		any |= found.count > 0;
		for (unsigned i = 0; i < found.count; i++)
			ASSERT(found.finding[i].column && *found.finding[i].text);
	}
	if (any)
		accepted();
	tcpoom_line_close(&line);
	tcpoom_input_close(in);
	return 0;
}
