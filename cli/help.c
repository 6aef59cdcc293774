/* SPDX-License-Identifier: GPL-2.0-only */
/* Options, --help and the man page, all out of the tables. */
#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "../advice/alarm_rules.h"
#include "../traces/workload.h"
#include "cli.h"

const struct option_info help_options[] = {
	{ 'm', false, "man", NULL, "print the manual page, in the language of man(7)" },
	{ 0 },
};

#define OPTIONS_MOST 16

int cli_option(const struct command *command, int argc, char **argv)
{
	struct option longs[OPTIONS_MOST + 2] = { { "help", no_argument, NULL, CLI_HELP } };
	char shorts[2 * OPTIONS_MOST + 2] = "h";
	size_t n = 1, at = 1;
	int got;

	for (const struct option_info *o = command->options; o->letter; o++) {
		const int has = o->argument ? required_argument : no_argument;

		longs[n++] = (struct option){ o->name, has, NULL, o->letter };
		if (!o->short_form)
			continue;
		shorts[at++] = o->letter;
		if (o->argument)
			shorts[at++] = ':';
	}
	argv[0] = (char *)"tcpoom"; /* starts getopt's own messages */
	got = getopt_long(argc, argv, shorts, longs, NULL);
	if (got == CLI_HELP)
		cli_print_help(stdout, command);
	if (got == CLI_BAD)
		fprintf(stderr, "usage: tcpoom %s %s\n", command->name, command->arguments);
	return got;
}

/* Prints text in lines of at most 78 columns, each behind an indent. */
static void print_wrapped(FILE *out, const char *text, int indent)
{
	int column = 0;

	while (*text) {
		const int word = (int)strcspn(text, " ");

		if (column && column + 1 + word > 78) {
			fputc('\n', out);
			column = 0;
		}
		column += fprintf(out, "%*s%.*s", column ? 1 : indent, "", word, text);
		text += word;
		text += *text == ' ';
	}
	fputc('\n', out);
}

static void option_text(const struct option_info *o, char text[static 40])
{
	const int n = o->short_form ? snprintf(text, 40, "-%c, ", o->letter) : 0;

	snprintf(text + n, 40 - (size_t)n, "--%s%s%s", o->name, o->argument ? "=" : "",
		 o->argument ? o->argument : "");
}

static void print_options(FILE *out, const struct command *command)
{
	char text[40];

	fputs("\noptions:\n", out);
	for (const struct option_info *o = command->options; o->letter; o++) {
		option_text(o, text);
		fprintf(out, "  %-24s %s\n", text, o->help);
	}
	fprintf(out, "  %-24s %s\n", "-h, --help", "print this");
}

static void print_fields(FILE *out)
{
	fputs("\nfields (numbers are decimal or 0x; ? is unknown):\n", out);
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const struct tcpoom_field_info *info = &tcpoom_field_table[f];

		fprintf(out, "  %-16s %s; read by: %s\n", info->name, info->unit, info->reader);
		print_wrapped(out, info->meaning, 19);
		fprintf(out, "%19swhen absent: %s\n", "", info->absent);
	}
}

/* A value that stands for no value is in the words. */
static void print_keys(FILE *out, const struct tcpoom_workload_key *keys, int count)
{
	char text[160];

	for (int i = 0; i < count; i++) {
		const int64_t absent = keys[i].absent;

		snprintf(text, sizeof(text), "%s", keys[i].meaning);
		if (absent >= 0 && keys[i].is_time)
			snprintf(text, sizeof(text), "%s; by default %gs", keys[i].meaning,
				 (double)absent / 1e9);
		else if (absent >= 0)
			snprintf(text, sizeof(text), "%s; by default %" PRId64, keys[i].meaning,
				 absent);
		fprintf(out, "  %s\n", keys[i].name);
		print_wrapped(out, text, 19);
	}
}

static void print_workload(FILE *out)
{
	fputs("\nA workload is text:\n"
	      "  # tcpoom workload 1\n"
	      "  set hz=1000 cpus=4 max_orphans=10\n"
	      "  1.0 close n=64 every=10us peer=dead cpu=0..3\n"
	      "  2.5 set max_orphans=20\n"
	      "  3.0 noise n=100 every=1ms..5ms text=\"martian source\"\n"
	      "  200 end\n\n"
	      "Times are seconds, or have a unit: 1.5s, 200ms, 10us. A..B is drawn anew for each\n"
	      "socket. peer is dead (answers nothing), icmp (an error for every packet) or closed\n"
	      "(answers window probes, but its window stays closed); with answer=TIME each of "
	      "them\n"
	      "is only slow.\n\n"
	      "set:\n",
	      out);
	print_keys(out, tcpoom_settings, TCPOOM_SETTINGS);
	fputs("\nclose (noise has n, every and text alone):\n", out);
	print_keys(out, tcpoom_socket_keys, TCPOOM_SOCKET_KEYS);
}

static void print_alarms(FILE *out)
{
	fputs("\nAlarms are text:\n"
	      "  # tcpoom alarms 1\n"
	      "  every 10s\n"
	      "  warn orphans  orphan > 0.25*max_orphans clear 0.2*max_orphans\n"
	      "  crit memory   ahead(mem, 5m) > tcp_mem[2] and orphan > 0 for 1m\n\n"
	      "every says how often the counters are sampled, by default 10s. An alarm is warn or\n"
	      "crit, a name, and tests with `and` between them: a variable, rate(VARIABLE, TIME)\n"
	      "(its change a second over that time) or ahead(VARIABLE, TIME) (what it will be "
	      "then,\n"
	      "if it goes on like that); > >= < or <=; and a variable, a number, or both with *\n"
	      "between them. Once it is given, it stays until `clear` does not hold. With `for` "
	      "its\n"
	      "tests must have held for that long. Built in:",
	      out);
	for (const struct tcpoom_alarm_text *t = tcpoom_alarm_texts; t->name; t++)
		fprintf(out, " %.*s", (int)strcspn(t->name, "."), t->name);
	fputs(".\n\nvariables (unknown where neither trace nor workload says it):\n", out);
	for (int i = 0; i < TCPOOM_ALARM_VARS; i++)
		fprintf(out, "  %-17s %s\n", tcpoom_alarm_vars[i].name, tcpoom_alarm_vars[i].where);
}

void cli_print_help(FILE *out, const struct command *command)
{
	if (command) {
		fprintf(out, "usage: tcpoom %s [OPTION...] %s\n\n", command->name,
			command->arguments);
		print_wrapped(out, command->description, 0);
		print_options(out, command);
		if (command->takes_fields)
			print_fields(out);
		if (!strcmp(command->name, "run"))
			print_workload(out);
		if (!strcmp(command->name, "alarms"))
			print_alarms(out);
		if (!strcmp(command->name, "advice"))
			cli_print_claim_help(out);
		return;
	}
	fputs("usage: tcpoom COMMAND ...\n\n"
	      "When does a Linux kernel throw a TCP socket away for lack of resources?\n\n",
	      out);
	for (size_t i = 0; i < command_count; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\nA KERNEL is a release string (uname -r), a line of /proc/version, a name from\n"
	      "tcpoom kernels, or the path of a model that is loaded, with a / in it: that runs\n"
	      "its code. Exit status: 0 same or clean, 1 differences, 2 trouble.\n",
	      out);
}

/* Text of a man page: a backslash, and a dot or quote that starts a line, are escaped. */
static void man_text(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '\\' || *text == '-')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\n', out);
}

static void man_section(FILE *out, const char *macro, const char *title)
{
	fprintf(out, ".%s ", macro);
	for (; *title; title++) {
		if (*title == '-')
			fputc('\\', out);
		fputc(strcmp(macro, "SH") ? *title : toupper((unsigned char)*title), out);
	}
	fputc('\n', out);
}

static void man_item(FILE *out, const char *term, const char *text)
{
	fputs(".TP\n.B ", out);
	man_text(out, term);
	man_text(out, text);
}

static void man_commands(FILE *out)
{
	char text[120];

	man_section(out, "SH", "commands");
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = &commands[i];

		snprintf(text, sizeof(text), "%s %s", c->name, c->arguments);
		man_section(out, "SS", text);
		man_text(out, c->description);
		for (const struct option_info *o = c->options; o->letter; o++) {
			option_text(o, text);
			man_item(out, text, o->help);
		}
	}
}

static void man_fields(FILE *out)
{
	char text[400];

	man_section(out, "SH", "fields");
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const struct tcpoom_field_info *i = &tcpoom_field_table[f];

		snprintf(text, sizeof(text), "%s; %s. When absent: %s. Read by: %s.", i->unit,
			 i->meaning, i->absent, i->reader);
		man_item(out, i->name, text);
	}
}

static void man_keys(FILE *out, const char *title, const struct tcpoom_workload_key *keys,
		     int count)
{
	man_section(out, "SH", title);
	for (int i = 0; i < count; i++)
		man_item(out, keys[i].name, keys[i].meaning);
}

static void man_kernels(FILE *out)
{
	char text[600];

	man_section(out, "SH", "kernels");
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		tcpoom_release_list(&tcpoom_kernels[k], text, sizeof(text));
		man_item(out, tcpoom_kernels[k].name, text);
	}
	man_section(out, "SH", "rules");
	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];

		man_item(out, info->name, info->what);
		for (unsigned v = 0; v < info->variants; v++) {
			snprintf(text, sizeof(text), "%s (%s): %s. %s %s", info->variant[v].name,
				 info->variant[v].since, info->variant[v].what,
				 info->variant[v].source, info->variant[v].commit);
			fputs(".br\n", out);
			man_text(out, text);
		}
	}
}

void cli_print_man(FILE *out)
{
	fputs(".TH TCPOOM 1 \"\" \"tcpoom " TCPOOM_VERSION "\"\n", out);
	man_section(out, "SH", "name");
	man_text(out,
		 "tcpoom - when a Linux kernel throws a TCP socket away for lack of resources");
	man_section(out, "SH", "synopsis");
	fputs(".B tcpoom\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n", out);
	man_section(out, "SH", "description");
	man_text(out, "Models of the decision that the kernel prints as \"Out of socket memory\", "
		      "\"TCP: too many orphaned sockets\" and the like, in every form that it has "
		      "had since Linux 2.4.");
	man_commands(out);
	man_fields(out);
	man_keys(out, "settings of a workload", tcpoom_settings, TCPOOM_SETTINGS);
	man_keys(out, "sockets of a workload", tcpoom_socket_keys, TCPOOM_SOCKET_KEYS);
	man_kernels(out);
	man_section(out, "SH", "exit status");
	man_text(out, "0 same or clean; 1 differences or findings; 2 trouble, which wins over 1.");
}

int cmd_help(const struct command *command, int argc, char **argv)
{
	int option;

	if (!command) {
		cli_print_help(stdout, NULL);
		return cli_close_stdout(STATUS_SAME);
	}
	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option != 'm')
			return cli_stop(option);
		cli_print_man(stdout);
		return STATUS_SAME;
	}
	if (optind == argc) {
		cli_print_help(stdout, NULL);
		return STATUS_SAME;
	}
	for (size_t i = 0; i < command_count; i++)
		if (!strcmp(argv[optind], commands[i].name)) {
			cli_print_help(stdout, &commands[i]);
			return STATUS_SAME;
		}
	return cli_error("\"%s\" is no command: see tcpoom help", argv[optind]);
}
