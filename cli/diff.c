/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom diff: where two kernels diverge on traces. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../diff/compare.h"
#include "../diff/witness.h"
#include "diff.h"
#include "events.h"
#include "json.h"
#include "known.h"
#include "say.h"

const struct option_info diff_options[] = {
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'c', false, "certain", NULL, "status 1 for certain differences only" },
	{ 'e', false, "expect", "FILE", "a ledger of known divergences: only new ones fail" },
	{ 'u', false, "junit", "FILE", "write what was found as JUnit test cases" },
	{ 't', false, "ktap", NULL, "print it as KTAP instead of the table" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	CLI_BITS,
	{ 0 },
};

static const char *const relation_texts[TCPOOM_RELATIONS] = {
	[TCPOOM_AGREE] = "; they agree all the same",
	[TCPOOM_MAY_DIFFER] = "; they may differ",
	[TCPOOM_DIFFER] = "; they differ all the same",
	[TCPOOM_INCOMPARABLE] = "",
};

void diff_open_text(const struct tcpoom_open_group *open, char *text, size_t size)
{
	char fields[400];

	say_fields(open->fields, fields, sizeof(fields));
	if (open->status == TCPOOM_UNKNOWN)
		snprintf(text, size, "not decided: %s unknown%s", fields,
			 relation_texts[open->relation]);
	else if (open->status == TCPOOM_UNREPRESENTABLE)
		snprintf(text, size, "not comparable: %s is more than an int holds", fields);
	else
		snprintf(text, size, "not comparable: %s is not modelled", fields);
}

void diff_example_text(const struct tcpoom_open_group *open, char *text, size_t size)
{
	*text = '\0';
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (open->fields & open->example.given & (tcpoom_fieldset)1 << f)
			snprintf(text + strlen(text), size - strlen(text), "%s%s=%" PRId64,
				 *text ? " " : "", tcpoom_field_table[f].name,
				 tcpoom_field_get(&open->example, (enum tcpoom_field)f));
}

void diff_divergence_text(const struct tcpoom_compare *c, const struct tcpoom_open_group *open,
			  unsigned i, char *text, size_t size)
{
	const struct tcpoom_divergence *d = &open->divergences.of[i];

	snprintf(text, size, "%s %s ", tcpoom_entry_names[open->entry], tcpoom_kind_names[d->kind]);
	tcpoom_cause_text(c->a, c->b, &d->cause, text + strlen(text), size - strlen(text));
}

/* What may differ, each in a line, as a ledger has it. */
static void print_divergences(const struct tcpoom_compare *c, const struct tcpoom_open_group *o)
{
	char text[TCPOOM_CAUSE_TEXT + 100]; /* an entry and a kind before it */

	if (!o->divergences.count)
		return;
	diff_example_text(o, text, sizeof(text));
	printf("%18s for example with %s: ", "", text);
	for (unsigned i = 0; i < o->divergences.count; i++) {
		diff_divergence_text(c, o, i, text, sizeof(text));
		if (i)
			printf("%18s or with other values: ", "");
		printf("%s%s\n", text, o->known ? " (known)" : "");
	}
	if (c->every_cause && o->divergences.more)
		printf("%18s or otherwise: not all values were tried\n", "");
}

/* As a command that shrinks its history, which makes it; then what appears of the first event. */
static void log_text(const struct tcpoom_compare *c, char *const *named,
		     const struct tcpoom_group *g, char *text, size_t size)
{
	char a[400], b[400];

	say_lines(named[0], &g->verdict, &g->lines[0], a, sizeof(a));
	say_lines(named[1], &g->verdict, &g->lines[1], b, sizeof(b));
	snprintf(text, size, "tcpoom shrink%s %s %s %s # line %lu: %s; %s",
		 c->logs.own[0].bits == 32 ? " --bits=32" : "", named[0], named[1], g->first.file,
		 g->first.line, a, b);
}

void diff_witness_text(const struct tcpoom_compare *c, char *const *named,
		       const struct tcpoom_group *group, char *text, size_t size)
{
	struct tcpoom_state s;

	if (group->kind == TCPOOM_KIND_LOG) {
		log_text(c, named, group, text, size);
		return;
	}
	s = tcpoom_witness(c->a, c->b, &group->state);
	snprintf(text, size, "tcpoom explain -k %s %s", named[0], tcpoom_entry_names[s.entry]);
	say_given(&s, text, size);
}

static void print_text(const struct tcpoom_compare *c, char *const *named)
{
	tcpoom_ruleset rules = 0;
	char text[TCPOOM_CAUSE_TEXT];

	if (c->groups)
		printf("%8s  %-10s %-8s %-36s %s\n", "events", "entry", "kind", "cause", "first");
	for (size_t i = 0; i < c->groups; i++) {
		const struct tcpoom_group *g = &c->group[i];

		tcpoom_cause_text(c->a, c->b, &g->cause, text, sizeof(text));
		printf("%8" PRIu64 "  %-10s %-8s %-36s %s:%lu%s\n", g->events,
		       tcpoom_entry_names[g->entry], tcpoom_kind_names[g->kind], text,
		       g->first.file, g->first.line, g->known ? " (known)" : "");
		rules |= tcpoom_cause_rules(&g->cause);
	}
	for (size_t i = 0; i < c->opens; i++) {
		const struct tcpoom_open_group *o = &c->open[i];

		diff_open_text(o, text, sizeof(text));
		printf("%8" PRIu64 "  %s\n%18s first at %s:%lu\n", o->events, text, "",
		       o->first.file, o->first.line);
		print_divergences(c, o);
	}
	printf("%" PRIu64 " events: %" PRIu64 " same, %" PRIu64 " differ, %" PRIu64
	       " not decided, %" PRIu64 " not comparable\n",
	       c->events, c->same, c->differ, c->undecided, c->incomparable);
	if (c->log_unknown)
		printf("(of %" PRIu64
		       " of the same ones the lines in the log are not known, first at "
		       "%s:%lu)\n",
		       c->log_unknown, c->log_first.file, c->log_first.line);
	if (c->assumed)
		printf("(in %" PRIu64 " of them an orphan count was assumed from another one)\n",
		       c->assumed);
	if (rules)
		puts("\nwitnesses:");
	for (size_t i = 0; i < c->groups; i++) {
		diff_witness_text(c, named, &c->group[i], text, sizeof(text));
		printf("  %s\n", text);
	}
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

static void print_json(const struct tcpoom_compare *c, char *const *named)
{
	struct json j = { .out = stdout };
	char text[TCPOOM_CAUSE_TEXT + 100];

	for (size_t i = 0; i < c->groups; i++) {
		tcpoom_cause_text(c->a, c->b, &c->group[i].cause, text, sizeof(text));
		json_open(&j, NULL, '{');
		json_string(&j, "entry", tcpoom_entry_names[c->group[i].entry]);
		json_string(&j, "kind", tcpoom_kind_names[c->group[i].kind]);
		json_bool(&j, "known", c->group[i].known);
		json_string(&j, "cause", text);
		json_unsigned(&j, "events", c->group[i].events);
		diff_witness_text(c, named, &c->group[i], text, sizeof(text));
		json_string(&j, "witness", text);
		json_place(&j, &c->group[i].first);
	}
	for (size_t i = 0; i < c->opens; i++) {
		diff_open_text(&c->open[i], text, sizeof(text));
		json_open(&j, NULL, '{');
		json_string(&j, "open", text);
		diff_example_text(&c->open[i], text, sizeof(text));
		json_string(&j, "example", text);
		json_bool(&j, "known", c->open[i].known);
		json_open(&j, "divergences", '[');
		for (unsigned n = 0; n < c->open[i].divergences.count; n++) {
			diff_divergence_text(c, &c->open[i], n, text, sizeof(text));
			json_string(&j, NULL, text);
		}
		json_close(&j, ']');
		json_unsigned(&j, "events", c->open[i].events);
		json_place(&j, &c->open[i].first);
	}
	json_open(&j, NULL, '{');
	json_unsigned(&j, "events", c->events);
	json_unsigned(&j, "same", c->same);
	json_unsigned(&j, "differ", c->differ);
	json_unsigned(&j, "not_decided", c->undecided);
	json_unsigned(&j, "differ_anyway", c->differ_anyway);
	json_unsigned(&j, "may_differ", c->may_differ);
	json_unsigned(&j, "not_comparable", c->incomparable);
	json_unsigned(&j, "assumed", c->assumed);
	json_unsigned(&j, "log_unknown", c->log_unknown);
	json_close(&j, '}');
	json_end_line(&j);
}

/* It is known only if every divergence is that the unknown fields allow for. */
static void use_ledger_open(const struct tcpoom_compare *c, struct tcpoom_ledger *ledger,
			    struct tcpoom_open_group *o)
{
	o->known = o->divergences.count && !o->divergences.more;
	for (unsigned i = 0; i < o->divergences.count; i++) {
		const struct tcpoom_divergence *d = &o->divergences.of[i];

		o->known &= !!tcpoom_ledger_find(ledger, c->a, c->b, o->entry, d->kind, &d->cause);
	}
}

/* Marks the groups that the ledger knows, and reports the lines that nothing met. */
static void use_ledger(struct tcpoom_compare *c, struct tcpoom_ledger *ledger, const char *file,
		       bool quiet)
{
	for (size_t i = 0; i < c->groups; i++) {
		struct tcpoom_group *g = &c->group[i];

		g->known = tcpoom_ledger_find(ledger, c->a, c->b, g->entry, g->kind, &g->cause);
	}
	for (size_t i = 0; i < c->opens; i++)
		use_ledger_open(c, ledger, &c->open[i]);
	known_report_stale(ledger, c->a, c->b, file, "no event shows this divergence", quiet);
}

static bool has_new(const struct tcpoom_compare *c, bool certain)
{
	for (size_t i = 0; i < c->opens; i++) {
		const struct tcpoom_open_group *o = &c->open[i];

		if (!o->known && (o->relation == TCPOOM_DIFFER ||
				  (o->relation == TCPOOM_MAY_DIFFER && !certain)))
			return true;
	}
	for (size_t i = 0; i < c->groups; i++)
		if (!c->group[i].known)
			return true;
	return false;
}

struct diff_options {
	bool keep_going, as_json, quiet, ktap, certain;
	unsigned bits;
	const char *expect, *junit;
};

static int compare_files(const struct diff_options *o, char **argv, int argc)
{
	struct tcpoom_ledger ledger = { 0 };
	struct diff_report report;
	struct tcpoom_compare c;
	int status;

	if ((o->expect && known_read(&ledger, o->expect)) ||
	    !cli_compare(&c, argv, argc, o->keep_going, o->expect != NULL, o->bits, &status)) {
		tcpoom_ledger_free(&ledger);
		return STATUS_TROUBLE;
	}
	if (o->expect)
		use_ledger(&c, &ledger, o->expect, o->quiet);
	report = (struct diff_report){ &c, argv, o->certain, status == STATUS_TROUBLE };
	if (o->ktap)
		diff_print_ktap(&report);
	else if (!o->quiet)
		(o->as_json ? print_json : print_text)(&c, argv);
	if (o->junit && diff_write_junit(&report, o->junit))
		status = STATUS_TROUBLE;
	if (!status && (has_new(&c, o->certain) || (c.log_unknown && !o->certain)))
		status = STATUS_DIFFERENT;
	tcpoom_compare_free(&c);
	tcpoom_ledger_free(&ledger);
	return status;
}

int cmd_diff(const struct command *command, int argc, char **argv)
{
	struct diff_options o = { .bits = 64 };
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'g')
			o.keep_going = true;
		else if (option == 'j')
			o.as_json = true;
		else if (option == 'q')
			o.quiet = true;
		else if (option == 't')
			o.ktap = true;
		else if (option == 'c')
			o.certain = true;
		else if (option == 'e')
			o.expect = optarg;
		else if (option == 'u')
			o.junit = optarg;
		else if (option != 'b')
			return cli_stop(option);
		else if (!cli_bits(optarg, &o.bits))
			return STATUS_TROUBLE;
	}
	if (argc - optind < 3)
		return cli_error("diff needs two kernels and a trace");
	return compare_files(&o, argv + optind, argc - optind);
}
