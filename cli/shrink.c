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

static void print_group(const struct tcpoom_compare *c, const struct tcpoom_group *g,
			unsigned number, char *const *named)
{
	char cause[600], fields[1000] = "";
	struct tcpoom_state s;

	tcpoom_cause_text(c->a, c->b, &g->cause, cause, sizeof(cause));
	printf("\n# %s: %s (%" PRIu64 " events, first %s:%lu)\n", tcpoom_kind_names[g->kind], cause,
	       g->events, g->first.file, g->first.line);
	if (g->kind == TCPOOM_KIND_LOG) {
		puts("# no single event shows it: a log is made by all that came before");
		return;
	}
	s = tcpoom_witness(c->a, c->b, &g->state);
	say_given(&s, fields, sizeof(fields));
	printf("%u.000000 %s%s\n", number, tcpoom_entry_names[s.entry], fields);
	tcpoom_state_complete(&s);
	print_expect(c->a, named[0], &s);
	print_expect(c->b, named[1], &s);
}

int cmd_shrink(const struct command *command, int argc, char **argv)
{
	struct tcpoom_compare c;
	bool keep_going = false;
	unsigned bits = 64;
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
	if (!cli_compare(&c, argv, argc - optind, keep_going, bits, &status))
		return STATUS_TROUBLE;
	if (c.groups)
		printf("# tcpoom trace 1\n# What differs between %s and %s, by tcpoom shrink.\n",
		       argv[0], argv[1]);
	for (size_t i = 0; i < c.groups; i++)
		print_group(&c, &c.group[i], (unsigned)i + 1, argv);
	if (!status && !c.groups)
		status = STATUS_DIFFERENT;
	tcpoom_compare_free(&c);
	return status;
}
