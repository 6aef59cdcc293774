/* SPDX-License-Identifier: GPL-2.0-only */
/* The linker leads the library's and the tests' own calls here (--wrap). */
#include "no_memory.h"

#include <stddef.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);

static bool armed;
static unsigned long left;

void no_memory_after(unsigned long allocations)
{
	armed = true;
	left = allocations;
}

bool no_memory_ended(void)
{
	const bool failed = !armed;

	armed = false;
	return failed;
}

static bool fails(void)
{
	if (!armed || left--)
		return false;
	armed = false;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t size)
{
	const size_t len = strnlen(text, size);
	char *copy = fails() ? NULL : __real_malloc(len + 1);

	if (copy) {
		memcpy(copy, text, len);
		copy[len] = 0;
	}
	return copy;
}
