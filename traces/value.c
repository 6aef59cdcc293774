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

/* What almost all numbers are. */
static bool read_plain(struct tcpoom_span text, int64_t *value)
{
	const char *at = text.text;

	return tcpoom_digits(&at, text.text + text.len, value) && at == text.text + text.len;
}

bool tcpoom_number(struct tcpoom_span text, int64_t min, int64_t max, int64_t *value,
		   struct tcpoom_error *e)
{
	if ((read_plain(text, value) || read_number(text, value)) && *value >= min && *value <= max)
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
	const char *const end = word.text + word.len, *at = word.text, *dot;
	int64_t seconds, fraction = 0;

	if (!tcpoom_digits(&at, end, &seconds))
		return tcpoom_fail_found(e, word, "%s", expected);
	if (seconds > most)
		return tcpoom_fail_found(e, word, "at most %" PRId64 " seconds", most);
	dot = at;
	if ((at < end && (*at++ != '.' || !tcpoom_digits(&at, end, &fraction) || at - dot > 10)) ||
	    at != end)
		return tcpoom_fail_found(e, word, "%s", expected);
	for (long digits = at == dot ? 0 : at - dot - 1; digits < 9; digits++)
		fraction *= 10;
	*ns = seconds * 1000000000 + fraction;
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

bool tcpoom_field_plain(struct tcpoom_state *s, enum tcpoom_field f, int64_t number)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];

	if (f == TCPOOM_F_entry || f == TCPOOM_F_page_size || number < info->min ||
	    number > info->max)
		return false;
	tcpoom_field_set(s, f, number);
	return true;
}

bool tcpoom_field_read(struct tcpoom_state *s, enum tcpoom_field f, struct tcpoom_span value,
		       struct tcpoom_error *e)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[f];
	int64_t number;

	if (read_plain(value, &number) && tcpoom_field_plain(s, f, number))
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
