/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the suites of the model where there is no CUnit for the target. */
#include <stdarg.h>
#include <stdlib.h>

#include "../check.h"

static unsigned passed, failed;

void check_at(bool ok, const char *file, unsigned line, const char *text, const char *format, ...)
{
	va_list args;

	passed += ok;
	failed += !ok;
	if (ok)
		return;
	fprintf(stderr, "%s:%u: %s\n", file, line, text);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int main(void)
{
	for (const struct suite *s = suites; s; s = s->next)
		for (const struct test *t = s->tests; t->name; t++)
			t->run();
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed;
}
