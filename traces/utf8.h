/* SPDX-License-Identifier: GPL-2.0-only */
/* UTF-8 as JSON has it: text that is none, byte by byte. */
#ifndef TCPOOM_TRACES_UTF8_H
#define TCPOOM_TRACES_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at `text`, which is terminated: 1 to 4, or 0 where it is not UTF-8. */
static inline size_t tcpoom_utf8_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	const size_t len = s[0] < 0x80	 ? 1
			   : s[0] < 0xc2 ? 0
			   : s[0] < 0xe0 ? 2
			   : s[0] < 0xf0 ? 3
					 : 4;

	if (s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* spelled too long, a surrogate, above the last character */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

/* Writes a character below 0x110000 and returns its length. */
static inline size_t tcpoom_utf8_write(char *to, uint32_t c)
{
	const size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = len - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(first[len] | c);
	return len;
}

#endif
