/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tcpoom shrink: diverging traces to a regression test, one event for each kind and cause, and for
 * the logs as few as show it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../diff/shrink_log.h"
#include "../diff/witness.h"
#include "../traces/write.h"
#include "events.h"
#include "say.h"

const struct option_info shrink_options[] = {
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	CLI_BITS,
	{ 0 },
};

struct shrink {
	struct tcpoom_compare compare;
	char *const *named;
	const char *file; /* whose events are kept: the first one with other lines in the log */
	struct tcpoom_log_event *event;
	size_t events, room;
	bool has_logs;
	unsigned second; /* of the next event that is written */
};

/* What is decided without a message is no part of a log. */
static bool may_print(const struct tcpoom_compare *c, const struct tcpoom_state *s)
{
	struct tcpoom_verdict a, b;

	return tcpoom_decide(c->a, s, &a, NULL) != TCPOOM_OK ||
	       tcpoom_decide(c->b, s, &b, NULL) != TCPOOM_OK || a.messages || b.messages;
}

static bool keep(struct shrink *s, const struct tcpoom_event *event)
{
	struct tcpoom_log_event *grown;

	if (s->events == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		grown = realloc(s->event, s->room * sizeof(*grown));
		if (!grown)
			return false;
		s->event = grown;
	}
	s->event[s->events++] =
		(struct tcpoom_log_event){ .time = event->time, .state = event->state };
	return true;
}

static bool shrink_event(void *context, const char *file, const struct tcpoom_trace *trace,
			 const struct tcpoom_event *event)
{
	struct shrink *s = context;
	struct tcpoom_compare *c = &s->compare;
	const size_t groups = c->groups;

	(void)trace;
	if (s->file != file && !s->has_logs) {
		s->file = file;
		s->events = 0;
	}
	if (!tcpoom_compare_event(c, file, event))
		return false;
	if (c->groups > groups && c->group[groups].kind == TCPOOM_KIND_LOG)
		s->has_logs = true;
	return s->file != file || !may_print(c, &event->state) || keep(s, event);
}

static void print_expect(const struct tcpoom_kernel *kernel, const char *named,
			 const struct tcpoom_state *s)
{
	struct tcpoom_verdict v;

	if (tcpoom_decide(kernel, s, &v, NULL) != TCPOOM_OK)
		return;
	printf("  expect %s: ", named);
	say_verdict(stdout, &v);
	putchar('\n');
}

static void print_head(const struct tcpoom_compare *c, const struct tcpoom_group *g)
{
	char cause[TCPOOM_CAUSE_TEXT];

	tcpoom_cause_text(c->a, c->b, &g->cause, cause, sizeof(cause));
	printf("# %s: %s (%" PRIu64 " events, first %s:%lu)\n", tcpoom_kind_names[g->kind], cause,
	       g->events, g->first.file, g->first.line);
}

/* What either kernel prints, its limiter's own lines too, where that differs. */
static void print_lines(const struct shrink *s, const struct tcpoom_verdict v[2],
			const struct tcpoom_log_lines lines[2])
{
	char text[400];

	if (tcpoom_kind_of(&v[0], &v[1]) != TCPOOM_SAME || !lines[0].known || !lines[1].known ||
	    tcpoom_log_same(&lines[0], &lines[1]))
		return;
	for (int i = 0; i < 2; i++) {
		say_lines(s->named[i], &v[i], &lines[i], text, sizeof(text));
		printf(i ? "; %s\n" : "# %s", text);
	}
}

static void print_log_event(const struct shrink *s, const struct tcpoom_log_event *e,
			    struct tcpoom_log log[2])
{
	const struct tcpoom_event event = { .time = e->time, .state = e->state };
	const struct tcpoom_kernel *const kernel[2] = { s->compare.a, s->compare.b };
	struct tcpoom_log_lines lines[2];
	char time[24], text[1000] = "";
	struct tcpoom_verdict v[2];
	bool decided[2];

	for (int i = 0; i < 2; i++) {
		decided[i] = tcpoom_decide(kernel[i], &e->state, &v[i], NULL) == TCPOOM_OK;
		tcpoom_log_event(&log[i], s->file, &event, decided[i] ? &v[i] : NULL, &lines[i]);
	}
	if (decided[0] && decided[1])
		print_lines(s, v, lines);
	say_given(&e->said, text, sizeof(text));
	tcpoom_time_text(e->time, time);
	printf("%s %s%s\n", time, tcpoom_entry_names[e->said.entry], text);
	if (decided[0] && lines[0].known) {
		say_logged(&v[0], &lines[0], text, sizeof(text));
		printf("  => %s\n", text);
	}
	print_expect(kernel[0], s->named[0], &e->state);
	print_expect(kernel[1], s->named[1], &e->state);
}

/* The logs come first: what a limiter prints depends on what it was asked since boot. */
static void print_logs(struct shrink *s)
{
	const struct tcpoom_compare *c = &s->compare;
	const unsigned bits = c->logs.own[0].bits;
	const size_t events = tcpoom_shrink_log(c, s->file, s->event, s->events);
	struct tcpoom_log log[2];

	putchar('\n');
	for (size_t i = 0; i < c->groups; i++) {
		if (c->group[i].kind != TCPOOM_KIND_LOG)
			continue;
		print_head(c, &c->group[i]);
		if (strcmp(c->group[i].first.file, s->file) != 0)
			printf("# (of another machine: tcpoom shrink %s %s %s)\n", s->named[0],
			       s->named[1], c->group[i].first.file);
	}
	printf("# What %s prints: tcpoom check --log%s. That %s prints otherwise: tcpoom diff%s %s "
	       "%s.\nkernel %s\n",
	       s->named[0], bits == 32 ? " --bits=32" : "", s->named[1],
	       bits == 32 ? " --bits=32" : "", s->named[0], s->named[1], s->named[0]);
	tcpoom_log_init(&log[0], c->a, bits);
	tcpoom_log_init(&log[1], c->b, bits);
	for (size_t i = 0; i < events; i++)
		print_log_event(s, &s->event[i], log);
	if (events)
		s->second = (unsigned)(s->event[events - 1].time / 1000000000) + 1;
}

/* The smallest event with the divergence of this state. */
static void print_state(struct shrink *shrink, const struct tcpoom_state *state)
{
	const struct tcpoom_compare *c = &shrink->compare;
	struct tcpoom_state s = tcpoom_witness(c->a, c->b, state);
	char fields[1000] = "";

	say_given(&s, fields, sizeof(fields));
	printf("%u.000000 %s%s\n", shrink->second++, tcpoom_entry_names[s.entry], fields);
	tcpoom_state_complete(&s);
	print_expect(c->a, shrink->named[0], &s);
	print_expect(c->b, shrink->named[1], &s);
}

/* An event that an unknown field leaves open, with values of it that show the divergence. */
static void print_open(struct shrink *s, const struct tcpoom_open_group *o)
{
	const struct tcpoom_divergence *d = o->divergences.of;
	char cause[TCPOOM_CAUSE_TEXT], fields[1000];

	tcpoom_cause_text(s->compare.a, s->compare.b, &d->cause, cause, sizeof(cause));
	say_fields(o->fields, fields, sizeof(fields));
	printf("\n# %s: %s (%" PRIu64 " events, first %s:%lu, where it depends on unknown %s)\n",
	       tcpoom_kind_names[d->kind], cause, o->events, o->first.file, o->first.line, fields);
	print_state(s, &o->example);
}

static void print_trace(struct shrink *s)
{
	const struct tcpoom_compare *c = &s->compare;

	printf("# tcpoom trace 1\n# What differs between %s and %s, by tcpoom shrink.\n",
	       s->named[0], s->named[1]);
	if (s->has_logs)
		print_logs(s);
	for (size_t i = 0; i < c->groups; i++)
		if (c->group[i].kind != TCPOOM_KIND_LOG) {
			putchar('\n');
			print_head(c, &c->group[i]);
			print_state(s, &c->group[i].state);
		}
	for (size_t i = 0; i < c->opens; i++)
		if (c->open[i].divergences.count)
			print_open(s, &c->open[i]);
}

int cmd_shrink(const struct command *command, int argc, char **argv)
{
	struct shrink s = { .second = 1 };
	struct tcpoom_resolution resolution;
	const struct tcpoom_kernel *a, *b;
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
	s.named = argv;
	a = cli_kernel(argv[0], &resolution);
	b = cli_kernel(argv[1], &resolution);
	if (!a || !b)
		return STATUS_TROUBLE;
	tcpoom_compare_init(&s.compare, a, b, bits);
	status = cli_each_event(argv + 2, argc - optind - 2, keep_going, shrink_event, &s);
	tcpoom_compare_sort(&s.compare);
	if (s.compare.groups || s.compare.differ_anyway || s.compare.may_differ)
		print_trace(&s);
	else if (!status)
		status = STATUS_DIFFERENT;
	tcpoom_compare_free(&s.compare);
	free(s.event);
	return status;
}
