/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of times, and the states on which a model and a text differ. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "fold.h"

#define MISMATCHES_SHOWN 10

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const struct loop *loop)
{
	return loop->ns[ROUNDS / 2];
}

static void print_loop(const struct loop *loop, const struct loop *read, const struct loop *real)
{
	const double min = loop->ns[0], max = loop->ns[ROUNDS - 1], mid = median(loop);

	printf("%-24s %7.2f %7.2f %7.2f %6.1f%% %7.1f %7.2f", loop->name, min, mid, max,
	       100 * (max - min) / mid, 1e3 / mid, mid / median(read));
	if (real && loop != read)
		printf(" %7.2f", mid / median(real));
	else
		printf(" %7s", "-");
	printf("  %016" PRIx64 "\n", loop->sum);
}

void print_table(struct bench *b)
{
	const struct loop *last = &b->loop[b->loops - 1];

	for (unsigned l = 0; l < b->loops; l++)
		qsort(b->loop[l].ns, ROUNDS, sizeof(double), by_size);
	printf("%-24s %7s %7s %7s %7s %7s %7s %7s  %s\n", "ns per decision", "min", "median", "max",
	       "spread", "M/s", "/read", "/real", "checksum");
	for (unsigned l = 0; l < b->loops; l++)
		print_loop(&b->loop[l], &b->loop[0], last->sockets ? last : NULL);
}

static void print_verdict(const char *who, const struct tcpoom_verdict *v)
{
	printf("  %-24s %s, ret %u, do_reset %u, snmp %u, exact sums %u, messages %u:", who,
	       tcpoom_outcome_names[v->outcome], v->ret, v->do_reset, v->snmp, v->exact_sums,
	       v->messages);
	for (unsigned i = 0; i < v->messages && i < 2; i++)
		printf(" \"%s\"", v->message[i] < TCPOOM_MESSAGES
					  ? tcpoom_message_texts[v->message[i]]
					  : "(a text that no model prints)");
	putchar('\n');
}

static void print_state(const struct tcpoom_state *s, tcpoom_fieldset fields)
{
	printf("mismatch: %s", tcpoom_entry_names[s->entry]);
	for (int f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++)
		if (fields >> f & 1)
			printf(" %s=%" PRId64, tcpoom_field_table[f].name,
			       tcpoom_field_get(s, (enum tcpoom_field)f));
	putchar('\n');
}

bool agree(const struct loop *model, const struct loop *real)
{
	size_t mismatches = 0;

	for (size_t i = 0; i < STATES; i++) {
		const struct tcpoom_state *s = &real->state[i];
		struct tcpoom_verdict by_model, by_real;

		tcpoom_decide(model->kernel, s, &by_model, NULL);
		if (real->sockets) {
			real_prepare(real->sockets, i, s);
			real_decide_prepared(real->sockets, i, &by_real);
		} else {
			real_decide(s, &by_real);
		}
		if (fold_verdict(&by_model) == fold_verdict(&by_real))
			continue;
		if (mismatches++ < MISMATCHES_SHOWN) {
			print_state(s, model->kernel->needs[s->entry] | TCPOOM_BIT(net_alive));
			print_verdict(model->name, &by_model);
			print_verdict(real->name, &by_real);
		}
	}
	printf("%s and %s agree on %zu of %d states\n", model->name, real->name,
	       STATES - mismatches, STATES);
	return !mismatches;
}
