/* SPDX-License-Identifier: GPL-2.0-only */
#include "csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "value.h"

/* What a column is for: a field (its number), or one of these. */
enum { COLUMN_TCP_MEM = TCPOOM_FIELDS, COLUMN_ID, COLUMN_PASSED_OVER };

#define COLUMNS_MOST 256

struct tcpoom_csv {
	struct tcpoom_line line;
	unsigned columns;
	uint16_t use[COLUMNS_MOST];
	char *name[COLUMNS_MOST];
	struct tcpoom_span cell[COLUMNS_MOST];
	unsigned cells;
	uint64_t row;
	char number[24]; /* the row's, where it has no id */
	char *id;	 /* copied from the row */
};

static const char *const passed_over[] = {
	"time", "sk", "cpu", "recorded", "recorded_messages", "suppressed", "expect"
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
	char *at = csv->line.text;

	/* the mark with which some programs start a text in UTF-8 */
	if (csv->line.number == 1 && !strncmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	for (csv->cells = 0; at; csv->cells++) {
		struct tcpoom_span *cell = &csv->cell[csv->cells];
		char *next = NULL;

		if (csv->cells == COLUMNS_MOST)
			return tcpoom_fail(e, (unsigned long)(at - csv->line.text) + 1,
					   "found more than %d columns", COLUMNS_MOST);
		cell->text = at;
		cell->column = (unsigned long)(at - csv->line.text) + 1;
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

static unsigned find_use(struct tcpoom_span name)
{
	const enum tcpoom_field f = tcpoom_field_find(name.text, name.len);

	if (f < TCPOOM_FIELDS)
		return f;
	if (tcpoom_span_is(name, "tcp_mem"))
		return COLUMN_TCP_MEM;
	if (tcpoom_span_is(name, "id"))
		return COLUMN_ID;
	for (size_t i = 0; i < sizeof(passed_over) / sizeof(*passed_over); i++)
		if (tcpoom_span_is(name, passed_over[i]))
			return COLUMN_PASSED_OVER;
	return UINT16_MAX;
}

static bool read_header(struct tcpoom_csv *csv, bool ignore_unknown, struct tcpoom_error *e)
{
	const enum tcpoom_line_result got = tcpoom_line_next(&csv->line, e);
	bool has_entry = false;

	if (got == TCPOOM_LINE_END)
		return tcpoom_fail(e, 0, "found nothing, expected a line of column names");
	if (got == TCPOOM_LINE_BAD || !split(csv, e))
		return false;
	for (unsigned i = 0; i < csv->cells; i++) {
		const unsigned use = find_use(csv->cell[i]);

		if (use == UINT16_MAX && !ignore_unknown)
			return tcpoom_fail_found(e, csv->cell[i],
						 "the name of a field (see tcpoom decide --help)");
		for (unsigned j = 0; j < i; j++)
			if (use != UINT16_MAX && !strcmp(csv->name[j], csv->cell[i].text))
				return tcpoom_fail_found(e, csv->cell[i], "each column once");
		csv->use[i] = (uint16_t)(use == UINT16_MAX ? COLUMN_PASSED_OVER : use);
		csv->name[i] = strdup(csv->cell[i].text);
		if (!csv->name[i])
			return tcpoom_fail(e, 0, "out of memory");
		csv->columns = i + 1;
		has_entry |= use == TCPOOM_F_entry;
	}
	if (!has_entry)
		return tcpoom_fail(e, csv->line.length + 1,
				   "found no column \"entry\", expected it: it is required");
	return true;
}

struct tcpoom_csv *tcpoom_csv_open(FILE *in, const char *name, bool ignore_unknown,
				   struct tcpoom_error *e)
{
	struct tcpoom_csv *csv = calloc(1, sizeof(*csv));

	if (!csv) {
		tcpoom_fail(e, 0, "out of memory");
		return NULL;
	}
	tcpoom_line_open(&csv->line, in, name);
	e->file = name;
	if (!read_header(csv, ignore_unknown, e)) {
		tcpoom_csv_close(csv);
		return NULL;
	}
	return csv;
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

static bool read_cell(struct tcpoom_csv *csv, struct tcpoom_state *s, unsigned use,
		      struct tcpoom_span cell, struct tcpoom_error *e)
{
	switch (use) {
	case COLUMN_PASSED_OVER:
		return true;
	case COLUMN_ID:
		return tcpoom_span_is(cell, "?") || set_id(csv, cell, e);
	case COLUMN_TCP_MEM:
		return tcpoom_tcp_mem_read(s, cell, e);
	default:
		return tcpoom_field_read(s, (enum tcpoom_field)use, cell, e);
	}
}

static bool read_row(struct tcpoom_csv *csv, struct tcpoom_state *s, struct tcpoom_error *e)
{
	enum tcpoom_field f;
	const char *expected;

	*s = (struct tcpoom_state){ 0 };
	free(csv->id);
	csv->id = NULL;
	snprintf(csv->number, sizeof(csv->number), "%" PRIu64, csv->row++);
	if (!split(csv, e))
		return false;
	if (csv->cells != csv->columns)
		return tcpoom_fail(e, csv->cell[csv->cells - 1].column,
				   "found %u columns, expected %u", csv->cells, csv->columns);
	for (unsigned i = 0; i < csv->cells; i++)
		if (csv->cell[i].len && !read_cell(csv, s, csv->use[i], csv->cell[i], e))
			return false;
	tcpoom_csv_at(csv, TCPOOM_F_entry, e);
	if (!(s->given & TCPOOM_BIT(entry)))
		return tcpoom_fail(e, e->column,
				   "found no entry, expected timer, close, retransmit or probe");
	tcpoom_state_complete(s);
	expected = tcpoom_state_unsound(s, &f);
	if (!expected)
		return true;
	tcpoom_csv_at(csv, f, e);
	return tcpoom_fail(e, e->column, "found %s=%" PRId64 ", expected %s",
			   tcpoom_field_table[f].name, tcpoom_field_get(s, f), expected);
}

enum tcpoom_csv_result tcpoom_csv_next(struct tcpoom_csv *csv, struct tcpoom_state *s,
				       struct tcpoom_error *e)
{
	switch (tcpoom_line_next(&csv->line, e)) {
	case TCPOOM_LINE_END:
		return TCPOOM_CSV_END;
	case TCPOOM_LINE_BAD:
		csv->row++;
		return TCPOOM_CSV_BAD;
	default:
		return read_row(csv, s, e) ? TCPOOM_CSV_ROW : TCPOOM_CSV_BAD;
	}
}

const char *tcpoom_csv_id(const struct tcpoom_csv *csv)
{
	return csv->id ? csv->id : csv->number;
}

void tcpoom_csv_at(const struct tcpoom_csv *csv, enum tcpoom_field f, struct tcpoom_error *e)
{
	e->file = csv->line.name;
	e->line = csv->line.number;
	e->column = csv->line.length + 1;
	for (unsigned i = 0; i < csv->cells; i++)
		if (csv->use[i] == f || (csv->use[i] == COLUMN_TCP_MEM && f == TCPOOM_F_tcp_mem2))
			e->column = csv->cell[i].column;
}

void tcpoom_csv_close(struct tcpoom_csv *csv)
{
	for (unsigned i = 0; i < csv->columns; i++)
		free(csv->name[i]);
	free(csv->id);
	tcpoom_line_close(&csv->line);
	free(csv);
}
