/* SPDX-License-Identifier: GPL-2.0-only */
#include "check.h"

#include <stdlib.h>
#include <string.h>

struct suite *suites;

void check_string(const char *got, const char *expected, const char *file, unsigned line)
{
	check_at(!strcmp(got, expected), file, line, "strings are equal",
		 "got      %s\nexpected %s", got, expected);
}

FILE *open_text(const char *text)
{
	FILE *file = tmpfile();

	if (!file || fputs(text, file) == EOF || fseek(file, 0, SEEK_SET)) {
		perror("tmpfile");
		exit(2);
	}
	return file;
}
