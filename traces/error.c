/* SPDX-License-Identifier: GPL-2.0-only */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

_Bool tcpoom_fail(struct tcpoom_error *e, unsigned long column, const char *format, ...)
{
	va_list args;

	e->column = column;
	va_start(args, format);
	vsnprintf(e->text, sizeof(e->text), format, args);
	va_end(args);
	return 0;
}

_Bool tcpoom_fail_found(struct tcpoom_error *e, struct tcpoom_span found, const char *format, ...)
{
	char shown[48], expected[200];
	size_t n = 0;
	va_list args;

	if (!found.len)
		snprintf(shown, sizeof(shown), "nothing");
	for (; n < found.len && n < 40; n++) {
		const unsigned char c = (unsigned char)found.text[n];

		shown[n + 1] = c < ' ' || c > '~' ? '.' : (char)c;
	}
	if (found.len) {
		shown[0] = '"';
		snprintf(shown + n + 1, sizeof(shown) - n - 1, n < found.len ? "...\"" : "\"");
	}
	va_start(args, format);
	vsnprintf(expected, sizeof(expected), format, args);
	va_end(args);
	return tcpoom_fail(e, found.column, "found %s, expected %s", shown, expected);
}
