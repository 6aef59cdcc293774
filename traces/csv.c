/* SPDX-License-Identifier: GPL-2.0-only */
/* States as CSV, and the cells of a trace as CSV. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"

#define COLUMNS_MOST 256

struct tcpoom_csv {
	struct tcpoom_line *line, own;
	struct tcpoom_keys keys;
	unsigned columns;
	uint8_t use[COLUMNS_MOST]; /* the key that a column holds; TCPOOM_KEYS = passed over */
	struct tcpoom_span cell[COLUMNS_MOST];
	unsigned cells;
	uint64_t row;
	char number[24]; /* the row's, where it has no id */
	char *id;	 /* copied from the row */
};

/* Takes the quotes off a cell, in place; *next is where the next one starts, or NULL. */
static bool unquote(char *at, char **next, struct tcpoom_span *cell, struct tcpoom_error *e)
{
	char *to = at, *from = at + 1;

	for (;; from++) {
		if (!*from)
			return tcpoom_fail(e, cell->column,
					   "found a quote that does not end, expected '\"'");
		if (*from == '"' && *++from != '"')
			break;
		*to++ = *from;
	}
	cell->len = (size_t)(to - at);
	if (*from && *from != ',')
		return tcpoom_fail(e, cell->column + (unsigned long)(from - at),
				   "found '%c' after a quoted value, expected ','", *from);
	*next = *from ? from + 1 : NULL;
	*to = '\0';
	return true;
}

static bool split(struct tcpoom_csv *csv, struct tcpoom_error *e)
{
	char *at = csv->line->text;

	/* the mark with which some programs start a text in UTF-8 */
	if (csv->line->number == 1 && !strncmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	for (csv->cells = 0; at; csv->cells++) {
		struct tcpoom_span *cell = &csv->cell[csv->cells];
		char *next = NULL;

		if (csv->cells == COLUMNS_MOST)
			return tcpoom_fail(e, (unsigned long)(at - csv->line->text) + 1,
					   "found more than %d columns", COLUMNS_MOST);
		cell->text = at;
		cell->column = (unsigned long)(at - csv->line->text) + 1;
		if (*at == '"') {
			if (!unquote(at, &next, cell, e))
				return false;
		} else {
			next = strchr(at, ',');
			if (next)
				*next++ = '\0';
			cell->len = strlen(at);
		}
		at = next;
	}
	return true;
}

static bool read_header(struct tcpoom_csv *csv, bool ignore_unknown, struct tcpoom_error *e)
{
	const enum tcpoom_line_result got = tcpoom_line_next(csv->line, e);
	uint64_t seen = 0;

	if (got == TCPOOM_LINE_END)
		return tcpoom_fail(e, 0, "found nothing, expected a line of column names");
	if (got == TCPOOM_LINE_BAD || !split(csv, e))
		return false;
	for (csv->columns = 0; csv->columns < csv->cells; csv->columns++) {
		const struct tcpoom_span cell = csv->cell[csv->columns];
		const unsigned key = tcpoom_key_find(&csv->keys, cell.text, cell.len);

		if (key == TCPOOM_KEYS && !ignore_unknown)
			return tcpoom_fail_found(e, cell,
						 "the name of a field (see tcpoom decide --help)");
		if (key < TCPOOM_KEYS && seen >> key & 1)
			return tcpoom_fail_found(e, cell, "each column once");
		seen |= (uint64_t)1 << key;
		csv->use[csv->columns] = (uint8_t)key;
	}
	return seen >> TCPOOM_F_entry & 1 ||
	       tcpoom_fail(e, csv->line->length + 1,
			   "found no column \"entry\", expected it: it is required");
}

static struct tcpoom_csv *open_line(struct tcpoom_line *line, FILE *in, const char *name,
				    bool ignore_unknown, struct tcpoom_error *e)
{
	struct tcpoom_csv *csv = calloc(1, sizeof(*csv));

	if (!csv) {
		tcpoom_fail(e, 0, "out of memory");
		return NULL;
	}
	csv->line = line ? line : &csv->own;
	if (!line)
		tcpoom_line_open(&csv->own, in, name);
	tcpoom_keys_make(&csv->keys);
	if (!read_header(csv, ignore_unknown, e)) {
		tcpoom_csv_close(csv);
		return NULL;
	}
	return csv;
}

struct tcpoom_csv *tcpoom_csv_open(FILE *in, const char *name, bool ignore_unknown,
				   struct tcpoom_error *e)
{
	e->file = name;
	return open_line(NULL, in, name, ignore_unknown, e);
}

struct tcpoom_csv *tcpoom_csv_of_line(struct tcpoom_line *line, struct tcpoom_error *e)
{
	return open_line(line, NULL, NULL, false, e);
}

static bool set_id(struct tcpoom_csv *csv, struct tcpoom_span cell, struct tcpoom_error *e)
{
	int64_t number;

	if (!tcpoom_number(cell, 0, INT64_MAX, &number, e))
		return false;
	free(csv->id);
	csv->id = strdup(cell.text);
	return csv->id || tcpoom_fail(e, 0, "out of memory");
}

static bool read_cell(struct tcpoom_csv *csv, struct tcpoom_state *s, struct tcpoom_tcp_mem *mem,
		      unsigned key, struct tcpoom_span cell, struct tcpoom_error *e)
{
	if (key < TCPOOM_FIELDS) {
		if (key == TCPOOM_F_tcp_mem2)
			mem->said = false;
		return tcpoom_field_read(s, (enum tcpoom_field)key, cell, e);
	}
	if (key == TCPOOM_K_tcp_mem)
		return tcpoom_tcp_mem_read(s, cell, mem, e);
	return key != TCPOOM_K_id || tcpoom_span_is(cell, "?") || set_id(csv, cell, e);
}

/* The fields of the row, as they are said. */
static bool read_row(struct tcpoom_csv *csv, struct tcpoom_state *s, struct tcpoom_tcp_mem *mem,
		     struct tcpoom_error *e)
{
	*s = (struct tcpoom_state){ 0 };
	mem->said = false;
	free(csv->id);
	csv->id = NULL;
	snprintf(csv->number, sizeof(csv->number), "%" PRIu64, csv->row++);
	if (!split(csv, e))
		return false;
	if (csv->cells != csv->columns)
		return tcpoom_fail(e, csv->cell[csv->cells - 1].column,
				   "found %u columns, expected %u", csv->cells, csv->columns);
	for (unsigned i = 0; i < csv->cells; i++)
		if (csv->cell[i].len && !read_cell(csv, s, mem, csv->use[i], csv->cell[i], e))
			return false;
	tcpoom_csv_at(csv, TCPOOM_F_entry, e);
	return s->given & TCPOOM_BIT(entry) ||
	       tcpoom_fail(e, e->column,
			   "found no entry, expected timer, close, retransmit or probe");
}

enum tcpoom_csv_result tcpoom_csv_said(struct tcpoom_csv *csv, struct tcpoom_state *s,
				       struct tcpoom_tcp_mem *mem, struct tcpoom_error *e)
{
	switch (tcpoom_line_next(csv->line, e)) {
	case TCPOOM_LINE_END:
		return TCPOOM_CSV_END;
	case TCPOOM_LINE_BAD:
		csv->row++;
		return TCPOOM_CSV_BAD;
	default:
		return read_row(csv, s, mem, e) ? TCPOOM_CSV_ROW : TCPOOM_CSV_BAD;
	}
}

enum tcpoom_csv_result tcpoom_csv_next(struct tcpoom_csv *csv, struct tcpoom_state *s,
				       struct tcpoom_error *e)
{
	struct tcpoom_tcp_mem mem;
	const enum tcpoom_csv_result got = tcpoom_csv_said(csv, s, &mem, e);
	const char *expected;
	enum tcpoom_field f;

	if (got != TCPOOM_CSV_ROW)
		return got;
	tcpoom_state_complete(s);
	expected = tcpoom_state_unsound(s, &f);
	if (!expected)
		return TCPOOM_CSV_ROW;
	tcpoom_csv_at(csv, f, e);
	tcpoom_fail_unsound(s, f, expected, e->column, e);
	return TCPOOM_CSV_BAD;
}

struct tcpoom_span tcpoom_csv_cell(const struct tcpoom_csv *csv, unsigned key)
{
	for (unsigned i = 0; i < csv->cells; i++)
		if (csv->use[i] == key)
			return csv->cell[i];
	return (struct tcpoom_span){ 0 };
}

const char *tcpoom_csv_id(const struct tcpoom_csv *csv)
{
	return csv->id ? csv->id : csv->number;
}

void tcpoom_csv_at(const struct tcpoom_csv *csv, enum tcpoom_field f, struct tcpoom_error *e)
{
	e->file = csv->line->name;
	e->line = csv->line->number;
	e->column = csv->line->length + 1;
	for (unsigned i = 0; i < csv->cells; i++)
		if (csv->use[i] == f || (csv->use[i] == TCPOOM_K_tcp_mem && f == TCPOOM_F_tcp_mem2))
			e->column = csv->cell[i].column;
}

void tcpoom_csv_close(struct tcpoom_csv *csv)
{
	free(csv->id);
	tcpoom_line_close(&csv->own);
	free(csv);
}
