/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every target has. One source serves libFuzzer, AFL++ and, with driver.c, main(files...), so
 * that a corpus is an ordinary test.
 */
#ifndef TCPOOM_FUZZ_TARGET_H
#define TCPOOM_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Once before the first input; not every target has it. Returns 0; may end the program. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In every build: a finding is an abort, behind a line that says what does not hold. */
#define ASSERT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
