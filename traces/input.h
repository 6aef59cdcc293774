/* SPDX-License-Identifier: GPL-2.0-only */
/* An input that may be compressed: plain, gzip or zstd, told apart by its first bytes. */
#ifndef TCPOOM_TRACES_INPUT_H
#define TCPOOM_TRACES_INPUT_H

#include <stdio.h>

/*
 * A stream of the plain text. It takes `in` over: closing the one closes the other. Damaged or
 * truncated input is a read error (EBADMSG) where it is met. NULL with errno set if memory runs
 * out.
 */
FILE *tcpoom_input_wrap(FILE *in);

/* The file of that name, `-` for standard input. NULL with errno set if it cannot be opened. */
FILE *tcpoom_input_open(const char *name);

/* Standard input stays open. */
void tcpoom_input_close(FILE *in);

#endif
