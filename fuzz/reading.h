/* SPDX-License-Identifier: GPL-2.0-only */
/* What the targets of the readers share: inputs as files, and traces that are read and written. */
#ifndef TCPOOM_FUZZ_READING_H
#define TCPOOM_FUZZ_READING_H

#include "../traces/write.h"
#include "target.h"

/* The input as a file that may be compressed; NULL if there is none. */
FILE *open_input(const uint8_t *data, size_t size);

/* It has a place and a text. */
void check_error(const struct tcpoom_error *e);

/* Each value is in its range, and a kernel decides the state or names the field at fault. */
void check_state(const struct tcpoom_state *s, unsigned long kernel);

/*
 * Reads a trace, and writes what is good of it in one of the forms, which must read the same again.
 * Whichever form it is depends on the input alone.
 */
void check_trace(const uint8_t *data, size_t size);

#endif
