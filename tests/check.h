/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests share. They run under CUnit (main.c), and where there is no CUnit for the target,
 * under a runner that only counts (portable/main.c).
 */
#ifndef TCPOOM_TESTS_CHECK_H
#define TCPOOM_TESTS_CHECK_H

#include <stdbool.h>
#include <stdio.h>

struct test {
	const char *name;
	void (*run)(void);
};

struct suite {
	const char *name;
	const struct test *tests; /* ends with a NULL name */
	struct suite *next;
};

extern struct suite *suites;

/* Adds a suite without a list of suites anywhere. */
#define SUITE(title)                                                                               \
	static struct suite title##_suite = { #title, title##_tests, NULL };                       \
	__attribute__((constructor)) static void add_##title(void)                                 \
	{                                                                                          \
		title##_suite.next = suites;                                                       \
		suites = &title##_suite;                                                           \
	}

/* Counts a check; where it fails, says what (printf style) before the runner says where. */
void check_at(bool ok, const char *file, unsigned line, const char *text, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#define CHECK(condition) check_at(condition, __FILE__, __LINE__, #condition, "%s", "")
#define CHECK_SAY(condition, ...) check_at(condition, __FILE__, __LINE__, #condition, __VA_ARGS__)
#define CHECK_STRING(got, expected) check_string(got, expected, __FILE__, __LINE__)

void check_string(const char *got, const char *expected, const char *file, unsigned line);

/* A text as an input file. */
FILE *open_text(const char *text);

#endif
