/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asserts that no ledger makes its reader crash, leak or hang, that each error has a place, and
 * that what is read survives being written and read again, and is found in itself.
 */
#include <string.h>

#include "../diff/ledger.h"
#include "../traces/input.h"
#include "reading.h"

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void check_same(struct tcpoom_ledger *ledger, FILE *written)
{
	struct tcpoom_ledger again;
	struct tcpoom_error e;

	ASSERT(tcpoom_ledger_read(&again, written, "written", &e));
	ASSERT(again.count == ledger->count);
	for (size_t i = 0; i < again.count; i++) {
		const struct tcpoom_known *k = &ledger->known[i], *l = &again.known[i];

		ASSERT(k->a == l->a && k->b == l->b && k->entry == l->entry && k->kind == l->kind);
		ASSERT(same_text(k->model[0], l->model[0]) && same_text(k->model[1], l->model[1]));
		ASSERT(!memcmp(&k->rules, &l->rules, sizeof(k->rules)));
		ASSERT(k->cause.sets == l->cause.sets &&
		       !memcmp(k->cause.set, l->cause.set, sizeof(k->cause.set)));
		ASSERT(!l->a || !l->b ||
		       tcpoom_ledger_find(ledger, l->a, l->b, l->entry, l->kind, &l->cause));
	}
	tcpoom_ledger_free(&again);
}

static void write_known(FILE *out, const struct tcpoom_known *k)
{
	const struct tcpoom_kernel a = { .name = k->a ? k->a->name : k->model[0],
					 .rules = &k->rules[0] },
				   b = { .name = k->b ? k->b->name : k->model[1],
					 .rules = &k->rules[1] };
	char text[5000];

	tcpoom_cause_text(&a, &b, &k->cause, text, sizeof(text));
	fprintf(out, "%s %s %s %s %s\n", a.name, b.name, tcpoom_entry_names[k->entry],
		tcpoom_kind_names[k->kind], text);
}

static void check_round_trip(struct tcpoom_ledger *ledger)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in;

	fputs("# a ledger\n", out);
	for (size_t i = 0; i < ledger->count; i++)
		write_known(out, &ledger->known[i]);
	fclose(out);
	in = fmemopen(text, size, "r");
	check_same(ledger, in);
	fclose(in);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *in = open_input(data, size);
	struct tcpoom_ledger ledger;
	struct tcpoom_error e = { .file = NULL };

	if (!in)
		return 0;
	if (tcpoom_ledger_read(&ledger, in, "input", &e)) {
		check_round_trip(&ledger);
		if (ledger.count)
			accepted();
		tcpoom_ledger_free(&ledger);
	} else {
		check_error(&e);
	}
	tcpoom_input_close(in);
	return 0;
}
