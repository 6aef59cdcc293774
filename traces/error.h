/* SPDX-License-Identifier: GPL-2.0-only */
/* An error in an input: made where it is found, returned up, printed once by the command. */
#ifndef TCPOOM_TRACES_ERROR_H
#define TCPOOM_TRACES_ERROR_H

#include <stddef.h>

struct tcpoom_error {
	const char *file;
	unsigned long line;   /* from 1; 0 = the error is not in a line */
	unsigned long column; /* bytes from 1; 0 = the whole line */
	char text[320];	      /* what was found and what was expected */
};

/* Where in a line of input the reader is. */
struct tcpoom_span {
	const char *text; /* not terminated */
	size_t len;
	unsigned long column;
};

/* Sets column and text; returns false, so that a reader can `return tcpoom_fail(...)`. */
_Bool tcpoom_fail(struct tcpoom_error *e, unsigned long column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, for something found: `found "…", expected …`. Long and unprintable text is cut. */
_Bool tcpoom_fail_found(struct tcpoom_error *e, struct tcpoom_span found, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
