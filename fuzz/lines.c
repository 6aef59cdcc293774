/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libFuzzer's mutator of texts for the readers: whole lines and words of the input come, go and
 * change places, besides libFuzzer's own changes, for a reader refuses nearly all of those.
 */
#include <string.h>

#include "target.h"

#define COPY_MOST 4096

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

struct part {
	size_t at, len;
};

static uint32_t draw(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* The part around a place that is between two of these. */
static struct part part_at(const uint8_t *data, size_t size, size_t at, const char *between)
{
	size_t first = at, end = at;

	while (first > 0 && !strchr(between, data[first - 1]))
		first--;
	while (end < size && !strchr(between, data[end]))
		end++;
	return (struct part){ first, end - first };
}

/* A line with its end, or a word. */
static struct part any(const uint8_t *data, size_t size, bool is_line, uint32_t *seed)
{
	struct part p = part_at(data, size, draw(seed) % size, is_line ? "\n" : " \t\n=,:");

	if (is_line && p.at + p.len < size)
		p.len++;
	return p;
}

/* Puts a text in the place of a part; not if it does not fit. */
static size_t put(uint8_t *data, size_t size, size_t most, struct part p, const uint8_t *text,
		  size_t len)
{
	const size_t rest = size - p.at - p.len;

	if (size - p.len + len > most)
		return size;
	memmove(data + p.at + len, data + p.at + p.len, rest);
	memcpy(data + p.at, text, len);
	return p.at + len + rest;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	enum { DROP, INSERT, REPLACE, OWN } how = seed % 4;
	const bool is_line = seed / 4 % 2;
	uint8_t text[COPY_MOST];
	uint32_t random = seed;
	struct part from, to;

	if (how == OWN || !size)
		return LLVMFuzzerMutate(data, size, most);
	from = any(data, size, is_line, &random);
	to = any(data, size, is_line, &random);
	if (from.len > sizeof(text))
		return LLVMFuzzerMutate(data, size, most);
	memcpy(text, data + from.at, from.len);
	if (how == DROP)
		return put(data, size, most, to, text, 0);
	if (how == INSERT)
		to.len = 0;
	return put(data, size, most, to, text, from.len);
}
