/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom diff: where two kernels diverge on traces. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../diff/compare.h"
#include "events.h"
#include "json.h"

const struct option_info diff_options[] = {
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

static bool compare_event(void *context, const char *file, const struct tcpoom_trace *trace,
			  const struct tcpoom_event *event)
{
	(void)trace;
	return tcpoom_compare_event(context, file, event);
}

static void open_text(const struct tcpoom_open_group *open, char *text, size_t size)
{
	snprintf(text, size, "%s",
		 open->status == TCPOOM_UNKNOWN		  ? "not decided: "
		 : open->status == TCPOOM_UNREPRESENTABLE ? "not comparable: "
							  : "not modelled: ");
	for (int f = 0, n = 0; f < TCPOOM_FIELDS; f++)
		if (open->fields >> f & 1)
			snprintf(text + strlen(text), size - strlen(text), "%s%s", n++ ? ", " : "",
				 tcpoom_field_table[f].name);
	snprintf(text + strlen(text), size - strlen(text), "%s",
		 open->status == TCPOOM_UNKNOWN		  ? " unknown"
		 : open->status == TCPOOM_UNREPRESENTABLE ? " is more than an int holds"
							  : "");
}

static void print_text(const struct tcpoom_compare *c)
{
	tcpoom_ruleset rules = 0;
	char text[500];

	if (c->groups)
		printf("%8s  %-8s %-48s %s\n", "events", "kind", "cause", "first");
	for (size_t i = 0; i < c->groups; i++) {
		const struct tcpoom_group *g = &c->group[i];

		tcpoom_cause_text(c->a, c->b, &g->cause, text, sizeof(text));
		printf("%8" PRIu64 "  %-8s %-48s %s:%lu\n", g->events, tcpoom_kind_names[g->kind],
		       text, g->first.file, g->first.line);
		rules |= tcpoom_cause_rules(&g->cause);
	}
	for (size_t i = 0; i < c->opens; i++) {
		const struct tcpoom_open_group *o = &c->open[i];

		open_text(o, text, sizeof(text));
		printf("%8" PRIu64 "  %s\n%18s first at %s:%lu\n", o->events, text, "",
		       o->first.file, o->first.line);
	}
	printf("%" PRIu64 " events: %" PRIu64 " same, %" PRIu64 " differ, %" PRIu64
	       " not decided, %" PRIu64 " not comparable\n",
	       c->events, c->same, c->differ, c->undecided, c->incomparable);
	if (c->assumed)
		printf("(in %" PRIu64 " of them an orphan count was assumed from another one)\n",
		       c->assumed);
	if (rules)
		putchar('\n');
	cli_print_rules(rules);
}

static void json_place(struct json *j, const struct tcpoom_place *place)
{
	json_string(j, "file", place->file);
	json_unsigned(j, "line", place->line);
	json_close(j, '}');
	json_end_line(j);
}

static void print_json(const struct tcpoom_compare *c)
{
	struct json j = { .out = stdout };
	char text[500];

	for (size_t i = 0; i < c->groups; i++) {
		tcpoom_cause_text(c->a, c->b, &c->group[i].cause, text, sizeof(text));
		json_open(&j, NULL, '{');
		json_string(&j, "kind", tcpoom_kind_names[c->group[i].kind]);
		json_string(&j, "cause", text);
		json_unsigned(&j, "events", c->group[i].events);
		json_place(&j, &c->group[i].first);
	}
	for (size_t i = 0; i < c->opens; i++) {
		open_text(&c->open[i], text, sizeof(text));
		json_open(&j, NULL, '{');
		json_string(&j, "open", text);
		json_unsigned(&j, "events", c->open[i].events);
		json_place(&j, &c->open[i].first);
	}
	json_open(&j, NULL, '{');
	json_unsigned(&j, "events", c->events);
	json_unsigned(&j, "same", c->same);
	json_unsigned(&j, "differ", c->differ);
	json_unsigned(&j, "not_decided", c->undecided);
	json_unsigned(&j, "not_comparable", c->incomparable);
	json_unsigned(&j, "assumed", c->assumed);
	json_close(&j, '}');
	json_end_line(&j);
}

int cmd_diff(const struct command *command, int argc, char **argv)
{
	const struct tcpoom_kernel *a, *b;
	struct tcpoom_resolution resolution;
	bool keep_going = false, as_json = false, quiet = false;
	struct tcpoom_compare c;
	int option, status;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'g')
			keep_going = true;
		else if (option == 'j')
			as_json = true;
		else if (option == 'q')
			quiet = true;
		else
			return cli_stop(option);
	}
	if (argc - optind < 3)
		return cli_error("diff needs two kernels and a trace");
	a = cli_kernel(argv[optind], &resolution);
	b = cli_kernel(argv[optind + 1], &resolution);
	if (!a || !b)
		return STATUS_TROUBLE;
	tcpoom_compare_init(&c, a, b);
	status =
		cli_each_event(argv + optind + 2, argc - optind - 2, keep_going, compare_event, &c);
	tcpoom_compare_sort(&c);
	if (!quiet)
		(as_json ? print_json : print_text)(&c);
	if (!status && c.differ)
		status = STATUS_DIFFERENT;
	tcpoom_compare_free(&c);
	return status;
}
