/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no trace in text, plain or compressed, makes its reader crash, leak or hang, that
 * each error has a place, and that what is read survives being written and read again in every
 * form.
 */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_trace(data, size);
	return 0;
}
