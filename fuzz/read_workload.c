/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no workload makes its reader crash, leak or hang, that each error has a place, that
 * what a run takes for granted holds, and that what is read survives being written and read again.
 */
#include <inttypes.h>
#include <string.h>

#include "../traces/input.h"
#include "../traces/workload.h"
#include "reading.h"

#define SECOND INT64_C(1000000000)

/* The ranges of all values, and that time does not go backwards. */
static void check_workload(const struct tcpoom_workload *w)
{
	int64_t time = 0;

	for (int i = 0; i < TCPOOM_SETTINGS; i++) {
		const struct tcpoom_workload_key *key = &tcpoom_settings[i];

		ASSERT((w->value[i] >= key->least && w->value[i] <= key->most) ||
		       w->value[i] == key->absent);
	}
	for (size_t l = 0; l < w->lines; time = w->arrivals[l++].time) {
		const struct tcpoom_range *value = w->arrivals[l].value;

		ASSERT(w->arrivals[l].time >= time && w->arrivals[l].time <= w->end);
		ASSERT(w->arrivals[l].is_noise == (w->arrivals[l].text != NULL));
		for (int i = 0; i < TCPOOM_SOCKET_KEYS; i++)
			ASSERT(value[i].least <= value[i].most &&
			       value[i].most <= tcpoom_socket_keys[i].most);
		ASSERT(value[TCPOOM_C_cpu].most < w->value[TCPOOM_S_cpus]);
	}
}

/* ---- written and read again ---- */

static void write_time(FILE *out, int64_t ns)
{
	fprintf(out, "%" PRId64 ".%09" PRId64, ns / SECOND, ns % SECOND);
}

static void write_value(FILE *out, const struct tcpoom_workload_key *key, int64_t value)
{
	if (key->is_time)
		write_time(out, value);
	else
		fprintf(out, "%" PRId64, value);
}

static void write_settings(FILE *out, const int64_t value[TCPOOM_SETTINGS], uint32_t given)
{
	fputs("set", out);
	for (int i = 0; i < TCPOOM_SETTINGS; i++) {
		/* what nobody said may be a value that cannot be said */
		if (!(given >> i & 1) || value[i] < tcpoom_settings[i].least)
			continue;
		fprintf(out, " %s=", tcpoom_settings[i].name);
		write_value(out, &tcpoom_settings[i], value[i]);
	}
	fputc('\n', out);
}

static void write_arrivals(FILE *out, const struct tcpoom_arrivals *a)
{
	write_time(out, a->time);
	if (a->is_noise)
		fprintf(out, " noise text=\"%s\"", a->text);
	else
		fprintf(out, " close peer=%s", tcpoom_peer_names[a->peer]);
	for (int i = 0; i < TCPOOM_SOCKET_KEYS; i++) {
		const struct tcpoom_workload_key *key = &tcpoom_socket_keys[i];

		/* -1 is never, which cannot be said */
		if (a->value[i].least < key->least ||
		    (a->is_noise && i != TCPOOM_C_n && i != TCPOOM_C_every))
			continue;
		fprintf(out, " %s=", key->name);
		write_value(out, key, a->value[i].least);
		fputs("..", out);
		write_value(out, key, a->value[i].most);
	}
	fputc('\n', out);
}

/* Changes and arrivals by their times. */
static void write_workload(FILE *out, const struct tcpoom_workload *w)
{
	size_t change = 0, line = 0;

	fputs("# tcpoom workload 1\n", out);
	write_settings(out, w->value, ~(uint32_t)0);
	while (change < w->changes || line < w->lines) {
		if (change < w->changes &&
		    (line == w->lines || w->change[change].time <= w->arrivals[line].time)) {
			write_time(out, w->change[change].time);
			fputc(' ', out);
			write_settings(out, w->change[change].value, w->change[change].given);
			change++;
		} else {
			write_arrivals(out, &w->arrivals[line++]);
		}
	}
	write_time(out, w->end);
	fputs(" end\n", out);
}

static void check_same(const struct tcpoom_workload *a, const struct tcpoom_workload *b)
{
	ASSERT(!memcmp(a->value, b->value, sizeof(a->value)) && a->end == b->end);
	ASSERT(a->changes == b->changes && a->lines == b->lines);
	for (size_t i = 0; i < a->changes; i++)
		ASSERT(a->change[i].time == b->change[i].time &&
		       a->change[i].given == b->change[i].given &&
		       !memcmp(a->change[i].value, b->change[i].value, sizeof(a->change[i].value)));
	for (size_t i = 0; i < a->lines; i++) {
		const struct tcpoom_arrivals *x = &a->arrivals[i], *y = &b->arrivals[i];

		ASSERT(x->time == y->time && x->is_noise == y->is_noise && x->peer == y->peer);
		ASSERT(!x->is_noise || !strcmp(x->text, y->text));
		ASSERT(!memcmp(x->value, y->value, sizeof(x->value)));
	}
}

static void check_round_trip(const struct tcpoom_workload *w)
{
	struct tcpoom_workload again;
	struct tcpoom_error e;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in;

	write_workload(out, w);
	fclose(out);
	in = fmemopen(text, size, "r");
	ASSERT(tcpoom_workload_read(in, "written", &again, &e));
	check_same(w, &again);
	tcpoom_workload_free(&again);
	fclose(in);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcpoom_error e = { .file = NULL };
	FILE *in = open_input(data, size);
	struct tcpoom_workload w;

	if (!in)
		return 0;
	if (tcpoom_workload_read(in, "input", &w, &e)) {
		check_workload(&w);
		check_round_trip(&w);
		if (w.lines)
			accepted();
	} else {
		check_error(&e);
	}
	tcpoom_workload_free(&w);
	tcpoom_input_close(in);
	return 0;
}
