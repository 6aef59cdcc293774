/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no CSV of states or of a trace makes its reader crash, leak or hang, that each error
 * has a place, that a state is sound, and that a trace survives being written and read again.
 */
#include "../traces/csv.h"
#include "../traces/input.h"
#include "reading.h"

static void read_states(FILE *in)
{
	struct tcpoom_error e = { .file = NULL };
	struct tcpoom_csv *csv = tcpoom_csv_open(in, "input", false, &e);
	enum tcpoom_csv_result got;
	struct tcpoom_state s;
	unsigned long rows = 0;

	if (!csv) {
		check_error(&e);
		return;
	}
	while ((got = tcpoom_csv_next(csv, &s, &e)) != TCPOOM_CSV_END) {
		if (got == TCPOOM_CSV_ROW)
			check_state(&s, rows++);
		else
			check_error(&e);
	}
	tcpoom_csv_close(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *in = open_input(data, size);

	if (!in)
		return 0;
	read_states(in);
	tcpoom_input_close(in);
	check_trace(data, size);
	return 0;
}
