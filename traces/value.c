/* SPDX-License-Identifier: GPL-2.0-only */
#include "value.h"

#include <inttypes.h>
#include <string.h>

#include "../model/ticks.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* Returns false where it is no number, or none that an int64_t holds. */
static bool read_number(struct tcpoom_span text, int64_t *value)
{
	const bool negative = text.len && text.text[0] == '-';
	const uint64_t most = (uint64_t)INT64_MAX + negative;
	uint64_t magnitude = 0;
	size_t i = negative;
	int base = 10;

	if (text.len - i > 2 && text.text[i] == '0' && text.text[i + 1] == 'x') {
		base = 16;
		i += 2;
	}
	if (i == text.len)
		return false;
	for (; i < text.len; i++) {
		const int d = digit(text.text[i]);

		if (d >= base || magnitude > (most - (unsigned)d) / (unsigned)base)
			return false;
		magnitude = magnitude * (unsigned)base + (unsigned)d;
	}
	*value = wrap_s64(negative ? -magnitude : magnitude);
	return true;
}

/* What almost all numbers are: no more digits than an int64_t holds. */
static bool read_plain(const char *text, size_t len, int64_t *value)
{
	int64_t number = 0;

	if (!len || len > 18)
		return false;
	for (size_t i = 0; i < len; i++) {
		const unsigned d = (unsigned char)text[i] - (unsigned)'0';

		if (d > 9)
			return false;
		number = number * 10 + d;
	}
	*value = number;
	return true;
}

bool tcpoom_number(struct tcpoom_span text, int64_t min, int64_t max, int64_t *value,
		   struct tcpoom_error *e)
{
	if ((read_plain(text.text, text.len, value) || read_number(text, value)) && *value >= min &&
	    *value <= max)
		return true;
	return tcpoom_fail_found(e, text, "a number from %" PRId64 " to %" PRId64, min, max);
}

bool tcpoom_key_known(struct tcpoom_span key)
{
	return tcpoom_field_find(key.text, key.len) < TCPOOM_FIELDS ||
	       tcpoom_span_is(key, "tcp_mem");
}

bool tcpoom_tcp_mem_read(struct tcpoom_state *s, struct tcpoom_span text,
			 struct tcpoom_tcp_mem *mem, struct tcpoom_error *e)
{
	struct tcpoom_span part = text;
	int64_t pages[3];

	mem->said = false;
	if (tcpoom_span_is(text, "?")) {
		tcpoom_field_forget(s, TCPOOM_F_tcp_mem2);
		return true;
	}
	for (int i = 0; i < 3; i++) {
		const char *end = memchr(part.text, ',', part.len);
		const size_t left = part.len;

		if (!end != (i == 2))
			return tcpoom_fail_found(e, text, "three numbers with commas between them");
		if (end)
			part.len = (size_t)(end - part.text);
		if (!tcpoom_number(part, INT64_MIN, INT64_MAX, &pages[i], e))
			return false;
		part.text += part.len + 1;
		part.column += part.len + 1;
		part.len = left - part.len - (end ? 1 : 0);
	}
	tcpoom_field_set(s, TCPOOM_F_tcp_mem2, pages[2]);
	*mem = (struct tcpoom_tcp_mem){ true, pages[0], pages[1] };
	return true;
}

bool tcpoom_token(struct tcpoom_span text, const char *expected, struct tcpoom_error *e)
{
	size_t i = 0;

	while (i < text.len && (unsigned char)text.text[i] > ' ' && text.text[i] != 0x7f)
		i++;
	return (text.len && i == text.len) || tcpoom_fail_found(e, text, "%s", expected);
}

bool tcpoom_time_read(struct tcpoom_span word, const char *expected, int64_t *ns,
		      struct tcpoom_error *e)
{
	const int64_t most = INT32_MAX * (int64_t)4; /* seconds; the ns of more do not fit */
	int64_t number = 0;
	int fraction = -1; /* digits behind the dot */

	for (size_t i = 0; i < word.len; i++) {
		const unsigned d = (unsigned char)word.text[i] - (unsigned)'0';

		if (word.text[i] == '.' && fraction < 0 && i) {
			fraction = 0;
			continue;
		}
		if (d > 9 || fraction == 9)
			return tcpoom_fail_found(e, word, "%s", expected);
		number = number * 10 + d;
		if (fraction >= 0)
			fraction++;
		else if (number > most)
			return tcpoom_fail_found(e, word, "at most %" PRId64 " seconds", most);
	}
	if (!word.len || !fraction)
		return tcpoom_fail_found(e, word, "%s", expected);
	for (fraction = fraction < 0 ? 0 : fraction; fraction < 9; fraction++)
		number *= 10;
	*ns = number;
	return true;
}

bool tcpoom_entry_set(struct tcpoom_state *s, struct tcpoom_span word, struct tcpoom_error *e)
{
	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
		if (tcpoom_span_is(word, tcpoom_entry_names[entry])) {
			tcpoom_field_set(s, TCPOOM_F_entry, entry);
			return true;
		}
	return tcpoom_fail_found(e, word, "timer, close, retransmit or probe");
}

bool tcpoom_field_plain(struct tcpoom_state *s, enum tcpoom_field f, const char *text, size_t len)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];
	int64_t number;

	if (f == TCPOOM_F_entry || f == TCPOOM_F_page_size || !read_plain(text, len, &number) ||
	    number < info->min || number > info->max)
		return false;
	tcpoom_field_set(s, f, number);
	return true;
}

bool tcpoom_field_read(struct tcpoom_state *s, enum tcpoom_field f, struct tcpoom_span value,
		       struct tcpoom_error *e)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];
	int64_t number;

	if (tcpoom_field_plain(s, f, value.text, value.len))
		return true;
	if (tcpoom_span_is(value, "?")) {
		tcpoom_field_forget(s, f);
		return true;
	}
	if (f == TCPOOM_F_entry)
		return tcpoom_entry_set(s, value, e);
	if (!tcpoom_number(value, info->min, info->max, &number, e))
		return false;
	if (f == TCPOOM_F_page_size && (number & (number - 1)))
		return tcpoom_fail_found(e, value, "a power of two");
	tcpoom_field_set(s, f, number);
	return true;
}

bool tcpoom_value_set(struct tcpoom_state *s, struct tcpoom_span key, struct tcpoom_span value,
		      enum tcpoom_field *field, struct tcpoom_error *e)
{
	const bool is_tcp_mem = tcpoom_span_is(key, "tcp_mem");
	struct tcpoom_tcp_mem mem;

	*field = is_tcp_mem ? TCPOOM_F_tcp_mem2 : tcpoom_field_find(key.text, key.len);
	return is_tcp_mem ? tcpoom_tcp_mem_read(s, value, &mem, e)
			  : tcpoom_field_read(s, *field, value, e);
}

bool tcpoom_fail_unsound(const struct tcpoom_state *s, enum tcpoom_field f, const char *expected,
			 unsigned long column, struct tcpoom_error *e)
{
	if (s->unknown >> f & 1)
		return tcpoom_fail(e, column, "found %s=?, expected %s", tcpoom_field_table[f].name,
				   expected);
	return tcpoom_fail(e, column, "found %s=%" PRId64 ", expected %s",
			   tcpoom_field_table[f].name, tcpoom_field_get(s, f), expected);
}
