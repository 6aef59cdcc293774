/* SPDX-License-Identifier: GPL-2.0-only */
/* The states that are timed: half from golden vectors, half random. */
#include "states.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/ticks.h"
#include "../traces/csv.h"

/* xorshift64*, so that a seed means the same states everywhere */
static uint64_t draw(struct states *to)
{
	to->random ^= to->random >> 12;
	to->random ^= to->random << 25;
	to->random ^= to->random >> 27;
	return to->random * UINT64_C(2685821657736338717);
}

static uint32_t draw_below(struct states *to, uint32_t bound)
{
	return (uint32_t)((draw(to) >> 32) * bound >> 32);
}

/* From bound - 1 to bound + 1: all sides of a comparison. */
static int64_t draw_near(struct states *to, int64_t bound)
{
	return bound - 1 + draw_below(to, 3);
}

/* Of any magnitude, so that small values and those at the ends of a type are as frequent. */
static int64_t draw_value(struct states *to, const struct tcpoom_field_info *info)
{
	const uint64_t span = (uint64_t)info->max - (uint64_t)info->min;
	const uint32_t shift = draw_below(to, 64);
	const uint64_t size = draw(to) >> shift;
	const bool negative = info->min < 0 && draw_below(to, 2);
	const uint64_t offset = (negative ? -size : size) - (uint64_t)info->min;
	const uint64_t in = span == UINT64_MAX ? offset : offset % (span + 1);

	return wrap_s64(in + (uint64_t)info->min);
}

/* What the text of a kernel has as a constant, and what it has no field for. */
static void fix_constants(struct states *to, struct tcpoom_state *s)
{
	tcpoom_field_set(s, TCPOOM_F_hz, to->hz);
	tcpoom_field_set(s, TCPOOM_F_rto_max, 120 * (int64_t)to->hz);
	tcpoom_field_set(s, TCPOOM_F_page_size, 4096);
	tcpoom_field_set(s, TCPOOM_F_sizeof_sk_buff, 232);
	tcpoom_field_forget(s, TCPOOM_F_self_counted);
	tcpoom_field_forget(s, TCPOOM_F_memcg_allocated);
	tcpoom_field_forget(s, TCPOOM_F_memcg_limit);
}

static bool has_constants(const struct states *to, const struct tcpoom_state *s)
{
	const tcpoom_fieldset none = TCPOOM_BIT(self_counted) | TCPOOM_BIT(memcg_limit);

	return s->hz == to->hz && s->page_size == 4096 && s->sizeof_sk_buff == 232 &&
	       s->entry <= TCPOOM_CLOSE && !(s->given & none);
}

static bool is_decided(const struct states *to, const struct tcpoom_state *s)
{
	struct tcpoom_verdict v;

	for (unsigned k = 0; k < to->kernels; k++)
		if (tcpoom_decide(to->kernel[k], s, &v, NULL) != TCPOOM_OK)
			return false;
	return true;
}

/* Every comparison of the decision close to where it turns. */
static void draw_thresholds(struct states *to, struct tcpoom_state *s)
{
	static const uint32_t queues[] = { 2048, 4608 }, ages[] = { 0, 60, 240, 1000 };
	const int32_t limit = 1 << (4 + draw_below(to, 14));
	const int64_t count = limit >> draw_below(to, 3);
	const int64_t pages = (int64_t)1 << (10 + draw_below(to, 12));

	s->max_orphans = limit;
	s->orphans = draw_near(to, count);
	s->orphans_approx = draw_near(to, count);
	s->orphans_cached = (int32_t)draw_near(to, count);
	s->tcp_mem2 = pages;
	s->mem_allocated = draw_near(to, pages);
	s->wmem_queued = (int32_t)draw_near(to, queues[draw_below(to, 2)]);
	s->lsndtime = (uint32_t)(s->now - draw_near(to, (int64_t)ages[draw_below(to, 4)] * s->hz));
	s->snd_wnd = draw_below(to, 2) * 5840;
	s->packets_out = draw_below(to, 2);
	s->err_soft = draw_below(to, 4) ? 0 : 113;
	s->net_alive = draw_below(to, 16) != 0;
}

static void draw_state(struct states *to, struct tcpoom_state *s, size_t number)
{
	do {
		memset(s, 0, sizeof(*s));
		for (int f = 0; f < TCPOOM_FIELDS; f++)
			tcpoom_field_set(s, (enum tcpoom_field)f,
					 draw_value(to, &tcpoom_field_table[f]));
		s->entry = number & 1 ? TCPOOM_CLOSE : TCPOOM_TIMER;
		fix_constants(to, s);
		if (number & 2)
			draw_thresholds(to, s);
	} while (!is_decided(to, s));
}

/* Reads what serves of the vectors to the front of the array; the rest stands behind. */
static bool read_rows(struct states *to, struct tcpoom_csv *csv, struct tcpoom_error *e)
{
	enum tcpoom_csv_result got = TCPOOM_CSV_ROW;

	while (to->rows < STATES / 2) {
		struct tcpoom_state s;

		got = tcpoom_csv_next(csv, &s, e);
		if (got != TCPOOM_CSV_ROW)
			break;
		if (has_constants(to, &s) && is_decided(to, &s))
			to->at[to->rows++] = s;
	}
	return got != TCPOOM_CSV_BAD;
}

static bool read_vectors(struct states *to, const char *name)
{
	struct tcpoom_error e = { .file = name };
	FILE *in = fopen(name, "r");
	struct tcpoom_csv *csv;
	bool read;

	if (!in) {
		fprintf(stderr, "bench: %s: %s\n", name, strerror(errno));
		return false;
	}
	csv = tcpoom_csv_open(in, name, false, &e);
	read = csv && read_rows(to, csv, &e);
	if (!read)
		fprintf(stderr, "bench: %s:%lu:%lu: %s\n", e.file, e.line, e.column, e.text);
	if (csv)
		tcpoom_csv_close(csv);
	fclose(in);
	if (read && !to->rows)
		fprintf(stderr, "bench: %s: no state with hz=%" PRIu32 " that all kernels decide\n",
			name, to->hz);
	return read && to->rows;
}

bool states_make(struct states *to, const char *vectors)
{
	to->rows = 0;
	to->at = calloc(STATES, sizeof(*to->at));
	if (!to->at) {
		fputs("bench: out of memory\n", stderr);
		return false;
	}
	if (!read_vectors(to, vectors))
		return false;
	for (size_t i = to->rows; i < STATES / 2; i++)
		to->at[i] = to->at[i - to->rows];
	for (size_t i = STATES / 2; i < STATES; i++)
		draw_state(to, &to->at[i], i);
	return true;
}

void states_shuffle(struct states *states)
{
	for (uint32_t i = STATES - 1; i > 0; i--) {
		const uint32_t other = draw_below(states, i + 1);
		const struct tcpoom_state s = states->at[i];

		states->at[i] = states->at[other];
		states->at[other] = s;
	}
}
