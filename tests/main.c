/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs all suites under CUnit; with names as arguments, these suites only. TCPOOM_CHECK_STOP=1 ends
 * them at the first failure: CUnit is slow where thousands fail.
 */
#include <CUnit/Basic.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

void check_at(bool ok, const char *file, unsigned line, const char *text, const char *format, ...)
{
	va_list args;

	if (!ok && *format) {
		va_start(args, format);
		vfprintf(stderr, format, args);
		va_end(args);
		fputc('\n', stderr);
	}
	if (!ok && getenv("TCPOOM_CHECK_STOP"))
		exit(1);
	CU_assertImplementation(ok, line, text, file, "", CU_FALSE);
}

static bool is_wanted(const struct suite *suite, int argc, char **argv)
{
	bool wanted = argc < 2;

	for (int i = 1; i < argc; i++)
		wanted |= !strcmp(argv[i], suite->name);
	return wanted;
}

int main(int argc, char **argv)
{
	unsigned failed;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	for (const struct suite *s = suites; s; s = s->next) {
		CU_pSuite suite;

		if (!is_wanted(s, argc, argv))
			continue;
		suite = CU_add_suite(s->name, NULL, NULL);
		for (const struct test *t = s->tests; suite && t->name; t++)
			CU_add_test(suite, t->name, t->run);
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures() + !CU_get_number_of_tests_run();
	CU_cleanup_registry();
	return failed ? 1 : 0;
}
