/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom shrink: diverging traces to a regression test, one event for each kind and cause. */
#include <inttypes.h>
#include <unistd.h>

#include "../diff/witness.h"
#include "events.h"
#include "say.h"

const struct option_info shrink_options[] = {
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	CLI_BITS,
	{ 0 },
};

static void print_expect(const struct tcpoom_kernel *kernel, const char *named,
			 const struct tcpoom_state *s)
{
	struct tcpoom_verdict v;

	tcpoom_decide(kernel, s, &v, NULL);
	printf("  expect %s: ", named);
	say_verdict(stdout, &v);
	putchar('\n');
}

/* The smallest event with the divergence of this state. */
static void print_state(const struct tcpoom_compare *c, const struct tcpoom_state *state,
			unsigned number, char *const *named)
{
	struct tcpoom_state s = tcpoom_witness(c->a, c->b, state);
	char fields[1000] = "";

	say_given(&s, fields, sizeof(fields));
	printf("%u.000000 %s%s\n", number, tcpoom_entry_names[s.entry], fields);
	tcpoom_state_complete(&s);
	print_expect(c->a, named[0], &s);
	print_expect(c->b, named[1], &s);
}

static void print_group(const struct tcpoom_compare *c, const struct tcpoom_group *g,
			unsigned number, char *const *named)
{
	char cause[600];

	tcpoom_cause_text(c->a, c->b, &g->cause, cause, sizeof(cause));
	printf("\n# %s: %s (%" PRIu64 " events, first %s:%lu)\n", tcpoom_kind_names[g->kind], cause,
	       g->events, g->first.file, g->first.line);
	if (g->kind == TCPOOM_KIND_LOG) {
		puts("# no single event shows it: a log is made by all that came before");
		return;
	}
	print_state(c, &g->state, number, named);
}

/* An event that an unknown field leaves open, with values of it that show the divergence. */
static void print_open(const struct tcpoom_compare *c, const struct tcpoom_open_group *o,
		       unsigned number, char *const *named)
{
	const struct tcpoom_divergence *d = o->divergences.of;
	char cause[600], fields[1000];

	tcpoom_cause_text(c->a, c->b, &d->cause, cause, sizeof(cause));
	say_fields(o->fields, fields, sizeof(fields));
	printf("\n# %s: %s (%" PRIu64 " events, first %s:%lu, where it depends on unknown %s)\n",
	       tcpoom_kind_names[d->kind], cause, o->events, o->first.file, o->first.line, fields);
	print_state(c, &o->example, number, named);
}

int cmd_shrink(const struct command *command, int argc, char **argv)
{
	struct tcpoom_compare c;
	bool keep_going = false;
	unsigned bits = 64, number = 0;
	int option, status;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'g')
			keep_going = true;
		else if (option != 'b')
			return cli_stop(option);
		else if (!cli_bits(optarg, &bits))
			return STATUS_TROUBLE;
	}
	if (argc - optind < 3)
		return cli_error("shrink needs two kernels and a trace");
	argv += optind;
	if (!cli_compare(&c, argv, argc - optind, keep_going, false, bits, &status))
		return STATUS_TROUBLE;
	if (c.groups || c.differ_anyway || c.may_differ)
		printf("# tcpoom trace 1\n# What differs between %s and %s, by tcpoom shrink.\n",
		       argv[0], argv[1]);
	for (size_t i = 0; i < c.groups; i++)
		print_group(&c, &c.group[i], ++number, argv);
	for (size_t i = 0; i < c.opens; i++)
		if (c.open[i].divergences.count)
			print_open(&c, &c.open[i], ++number, argv);
	if (!status && !number)
		status = STATUS_DIFFERENT;
	tcpoom_compare_free(&c);
	return status;
}
