/* SPDX-License-Identifier: GPL-2.0-only */
/* What the targets of the readers share: inputs as files, and traces that are read and written. */
#ifndef TCPOOM_FUZZ_READING_H
#define TCPOOM_FUZZ_READING_H

#include "../traces/write.h"
#include "target.h"

/* The input as a file that may be compressed; NULL if there is none. */
FILE *open_input(const uint8_t *data, size_t size);

/* It has a text and a place: a line and a column, but for what is missing. */
void check_error(const struct tcpoom_error *e);

/*
 * Counts an input that was no error and not empty. With TCPOOM_FUZZ_REPORT=1 their number is
 * printed at the end: a target that refuses all of them asserts nothing.
 */
void accepted(void);

/* Each value is in its range, and a kernel decides the state or names the field at fault. */
void check_state(const struct tcpoom_state *s, unsigned long kernel);

/* Reads a trace, and writes what is good of it in each form, which must read the same again. */
void check_trace(const uint8_t *data, size_t size);

#endif
