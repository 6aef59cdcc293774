/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom diff: where two kernels diverge on traces. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../diff/compare.h"
#include "../diff/witness.h"
#include "events.h"
#include "json.h"
#include "known.h"
#include "say.h"

const struct option_info diff_options[] = {
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'c', false, "certain", NULL, "status 1 for certain differences only" },
	{ 'e', false, "expect", "FILE", "a ledger of known divergences: only new ones fail" },
	{ 'u', false, "junit", "FILE", "write the groups as JUnit test cases" },
	{ 't', false, "ktap", NULL, "print the groups as KTAP instead of the table" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

static const char *const relation_texts[TCPOOM_RELATIONS] = {
	[TCPOOM_AGREE] = "; they agree all the same",
	[TCPOOM_MAY_DIFFER] = "; they may differ",
	[TCPOOM_DIFFER] = "; they differ all the same",
	[TCPOOM_INCOMPARABLE] = "",
};

/* "not decided: max_orphans unknown; they differ all the same" */
static void open_text(const struct tcpoom_open_group *open, char *text, size_t size)
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

/* "err_soft=1 ...": what was unknown, with values that make a difference. */
static void example_text(const struct tcpoom_open_group *open, char *text, size_t size)
{
	*text = '\0';
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (open->fields & open->example.given & (tcpoom_fieldset)1 << f)
			snprintf(text + strlen(text), size - strlen(text), "%s%s=%" PRId64,
				 *text ? " " : "", tcpoom_field_table[f].name,
				 tcpoom_field_get(&open->example, (enum tcpoom_field)f));
}

/* The smallest state that shows the group's divergence, as a command that explains it. */
static void witness_text(const struct tcpoom_compare *c, const char *named,
			 const struct tcpoom_group *group, char *text, size_t size)
{
	const struct tcpoom_state s = tcpoom_witness(c->a, c->b, &group->state);

	snprintf(text, size, "tcpoom explain -k %s %s", named, tcpoom_entry_names[s.entry]);
	say_given(&s, text, size);
}

static void print_text(const struct tcpoom_compare *c, const char *named)
{
	tcpoom_ruleset rules = 0;
	char text[1000];

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

		open_text(o, text, sizeof(text));
		printf("%8" PRIu64 "  %s\n%18s first at %s:%lu\n", o->events, text, "",
		       o->first.file, o->first.line);
		example_text(o, text, sizeof(text));
		if (*text && o->relation == TCPOOM_MAY_DIFFER)
			printf("%18s for example with %s\n", "", text);
	}
	printf("%" PRIu64 " events: %" PRIu64 " same, %" PRIu64 " differ, %" PRIu64
	       " not decided, %" PRIu64 " not comparable\n",
	       c->events, c->same, c->differ, c->undecided, c->incomparable);
	if (c->assumed)
		printf("(in %" PRIu64 " of them an orphan count was assumed from another one)\n",
		       c->assumed);
	if (rules)
		puts("\nwitnesses:");
	for (size_t i = 0; i < c->groups; i++) {
		witness_text(c, named, &c->group[i], text, sizeof(text));
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

static void print_json(const struct tcpoom_compare *c, const char *named)
{
	struct json j = { .out = stdout };
	char text[1000];

	for (size_t i = 0; i < c->groups; i++) {
		tcpoom_cause_text(c->a, c->b, &c->group[i].cause, text, sizeof(text));
		json_open(&j, NULL, '{');
		json_string(&j, "entry", tcpoom_entry_names[c->group[i].entry]);
		json_string(&j, "kind", tcpoom_kind_names[c->group[i].kind]);
		json_bool(&j, "known", c->group[i].known);
		json_string(&j, "cause", text);
		json_unsigned(&j, "events", c->group[i].events);
		witness_text(c, named, &c->group[i], text, sizeof(text));
		json_string(&j, "witness", text);
		json_place(&j, &c->group[i].first);
	}
	for (size_t i = 0; i < c->opens; i++) {
		open_text(&c->open[i], text, sizeof(text));
		json_open(&j, NULL, '{');
		json_string(&j, "open", text);
		example_text(&c->open[i], text, sizeof(text));
		json_string(&j, "example", text);
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
	json_close(&j, '}');
	json_end_line(&j);
}

/* "close message text path -> cause": what names a group in a ledger and in a report. */
static void group_text(const struct tcpoom_compare *c, const struct tcpoom_group *g, char *text,
		       size_t size)
{
	snprintf(text, size, "%s %s ", tcpoom_entry_names[g->entry], tcpoom_kind_names[g->kind]);
	tcpoom_cause_text(c->a, c->b, &g->cause, text + strlen(text), size - strlen(text));
}

static void print_ktap(const struct tcpoom_compare *c, const char *named)
{
	char text[1000];

	printf("KTAP version 1\n1..%zu\n", c->groups ? c->groups : 1);
	if (!c->groups)
		puts("ok 1 no divergence");
	for (size_t i = 0; i < c->groups; i++) {
		group_text(c, &c->group[i], text, sizeof(text));
		printf("%s %zu %s\n", c->group[i].known ? "ok" : "not ok", i + 1, text);
		witness_text(c, named, &c->group[i], text, sizeof(text));
		printf("# %" PRIu64 " events, first %s:%lu: %s\n", c->group[i].events,
		       c->group[i].first.file, c->group[i].first.line, text);
	}
}

static void write_xml(FILE *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
}

static void write_case(FILE *out, const struct tcpoom_compare *c, const char *named,
		       const struct tcpoom_group *g)
{
	char text[1000];

	group_text(c, g, text, sizeof(text));
	fputs("  <testcase classname=\"tcpoom.diff\" name=\"", out);
	write_xml(out, text);
	if (g->known) {
		fputs("\"/>\n", out);
		return;
	}
	fprintf(out, "\">\n    <failure message=\"%" PRIu64 " events, first ", g->events);
	write_xml(out, g->first.file);
	fprintf(out, ":%lu\">", g->first.line);
	witness_text(c, named, g, text, sizeof(text));
	write_xml(out, text);
	fputs("</failure>\n  </testcase>\n", out);
}

static int write_junit(const char *file, const struct tcpoom_compare *c, const char *named)
{
	FILE *out = fopen(file, "w");
	size_t failures = 0;

	if (!out)
		return cli_error("%s: %s", file, strerror(errno));
	for (size_t i = 0; i < c->groups; i++)
		failures += !c->group[i].known;
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"tcpoom diff %s %s\" tests=\"%zu\" failures=\"%zu\">\n",
		c->a->name, c->b->name, c->groups ? c->groups : 1, failures);
	if (!c->groups)
		fputs("  <testcase classname=\"tcpoom.diff\" name=\"no divergence\"/>\n", out);
	for (size_t i = 0; i < c->groups; i++)
		write_case(out, c, named, &c->group[i]);
	fputs("</testsuite>\n", out);
	if (ferror(out) | fclose(out))
		return cli_error("%s: cannot be written", file);
	return STATUS_SAME;
}

/* Marks the groups that the ledger knows, and reports the lines that nothing met. */
static void use_ledger(struct tcpoom_compare *c, struct tcpoom_ledger *ledger, const char *file)
{
	char text[1000];

	for (size_t i = 0; i < c->groups; i++) {
		struct tcpoom_group *g = &c->group[i];

		tcpoom_cause_text(c->a, c->b, &g->cause, text, sizeof(text));
		g->known = tcpoom_ledger_find(ledger, c->a, c->b, g->entry, g->kind, text);
	}
	known_report_stale(ledger, c->a, c->b, file, "no event shows this divergence");
}

static bool has_new(const struct tcpoom_compare *c)
{
	for (size_t i = 0; i < c->groups; i++)
		if (!c->group[i].known)
			return true;
	return false;
}

struct diff_options {
	bool keep_going, as_json, quiet, ktap, certain;
	const char *expect, *junit;
};

static int compare_files(const struct diff_options *o, char **argv, int argc)
{
	struct tcpoom_ledger ledger = { 0 };
	struct tcpoom_compare c;
	int status;

	if ((o->expect && known_read(&ledger, o->expect)) ||
	    !cli_compare(&c, argv, argc, o->keep_going, &status)) {
		tcpoom_ledger_free(&ledger);
		return STATUS_TROUBLE;
	}
	if (o->expect)
		use_ledger(&c, &ledger, o->expect);
	if (o->ktap)
		print_ktap(&c, argv[0]);
	else if (!o->quiet)
		(o->as_json ? print_json : print_text)(&c, argv[0]);
	if (o->junit && write_junit(o->junit, &c, argv[0]))
		status = STATUS_TROUBLE;
	if (!status && (has_new(&c) || c.differ_anyway || (c.may_differ && !o->certain)))
		status = STATUS_DIFFERENT;
	tcpoom_compare_free(&c);
	tcpoom_ledger_free(&ledger);
	return status;
}

int cmd_diff(const struct command *command, int argc, char **argv)
{
	struct diff_options o = { .keep_going = false };
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
		else
			return cli_stop(option);
	}
	if (argc - optind < 3)
		return cli_error("diff needs two kernels and a trace");
	return compare_files(&o, argv + optind, argc - optind);
}
