/* SPDX-License-Identifier: GPL-2.0-only */
/* Traces as texts in tests: what a reader says of them, and whether two say the same. */
#ifndef TCPOOM_TESTS_TRACE_TEXT_H
#define TCPOOM_TESTS_TRACE_TEXT_H

#include "../traces/write.h"

void print_error(const struct tcpoom_error *e, char text[static 400]);

/* Reads all events; the last error, or "N events". */
void read_trace(const char *input, char text[static 400]);

/* Converts a whole trace; the caller frees. What is bad in it is passed over. */
char *convert_trace(const char *input, enum tcpoom_form form, struct tcpoom_writer *w);

#endif
