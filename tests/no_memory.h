/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that runs out where a test wants it to: of the library, not of libc. */
#ifndef TCPOOM_TESTS_NO_MEMORY_H
#define TCPOOM_TESTS_NO_MEMORY_H

#include <stdbool.h>

/* After so many allocations one fails, and those behind it do not. */
void no_memory_after(unsigned long allocations);

/* Whether it came to that; no allocation fails any more. */
bool no_memory_ended(void);

#endif
