/* SPDX-License-Identifier: GPL-2.0-only */
#include "symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next ` NAME`, with anything behind it. */
static const char *find(const char *text, const char *name)
{
	while ((text = strstr(text, name)) && text[-1] != ' ')
		text++;
	return text;
}

/* The whole name, in a line `ADDRESS TYPE NAME`; or NULL. */
static const char *find_whole(const char *text, const char *name)
{
	const size_t len = strlen(name);

	for (const char *at = text; *at && (at = find(at + 1, name)); at++)
		if (!at[len] || strchr("\n\t ", at[len]))
			return at;
	return NULL;
}

bool tcpoom_symbol_has(const char *text, const char *name)
{
	return find_whole(text, name) != NULL;
}

uint64_t tcpoom_symbol_address(const char *text, const char *name)
{
	const char *line = find_whole(text, name);

	while (line && line > text && line[-1] != '\n')
		line--;
	return line ? strtoull(line, NULL, 16) : 0;
}

bool tcpoom_symbol_changed(const char *text, const char *name, char *found, size_t size)
{
	const size_t len = strlen(name);

	for (const char *at = text; *at && (at = find(at + 1, name)); at++)
		if (!strncmp(at + len, ".isra.", 6) || !strncmp(at + len, ".constprop.", 11)) {
			snprintf(found, size, "%.*s", (int)strcspn(at, "\n\t "), at);
			return true;
		}
	return false;
}
