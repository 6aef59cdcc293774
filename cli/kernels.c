/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom kernels: the table of kernels, and what a release string means. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "json.h"

const struct option_info kernels_options[] = {
	{ 'r', false, "rules", NULL, "explain the rules and their variants, with their source" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 0 },
};

static const char *variant_name(const struct tcpoom_kernel *k, int rule)
{
	return tcpoom_rule_table[rule]
		.variant[tcpoom_rules_get(k->rules, (enum tcpoom_rule)rule)]
		.name;
}

static int column_width(int rule)
{
	size_t width = strlen(tcpoom_rule_table[rule].name);

	for (unsigned v = 0; v < tcpoom_rule_table[rule].variants; v++)
		if (strlen(tcpoom_rule_table[rule].variant[v].name) > width)
			width = strlen(tcpoom_rule_table[rule].variant[v].name);
	return (int)width;
}

static void print_table(void)
{
	char releases[600];

	printf("%-15s", "kernel");
	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		printf("  %-*s", column_width(rule), tcpoom_rule_table[rule].name);
	puts("  releases");
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		printf("%-15s", tcpoom_kernels[k].name);
		for (int rule = 0; rule < TCPOOM_RULES; rule++)
			printf("  %-*s", column_width(rule),
			       variant_name(&tcpoom_kernels[k], rule));
		tcpoom_release_list(&tcpoom_kernels[k], releases, sizeof(releases));
		printf("  %s\n", releases);
	}
}

static void print_table_json(void)
{
	char releases[600];
	struct json j = { .out = stdout };

	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		tcpoom_release_list(&tcpoom_kernels[k], releases, sizeof(releases));
		json_open(&j, NULL, '{');
		json_string(&j, "kernel", tcpoom_kernels[k].name);
		json_string(&j, "releases", releases);
		json_open(&j, "rules", '{');
		for (int rule = 0; rule < TCPOOM_RULES; rule++)
			json_string(&j, tcpoom_rule_table[rule].name,
				    variant_name(&tcpoom_kernels[k], rule));
		json_close(&j, '}');
		json_close(&j, '}');
		json_end_line(&j);
	}
}

void cli_print_rules(uint32_t rules)
{
	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];

		if (!(rules >> rule & 1))
			continue;
		printf("%s: %s\n", info->name, info->what);
		for (unsigned v = 0; v < info->variants; v++)
			printf("  %-8s %s\n           since %s, %s%s%s\n", info->variant[v].name,
			       info->variant[v].what, info->variant[v].since,
			       info->variant[v].source, *info->variant[v].commit ? ", commit " : "",
			       info->variant[v].commit);
	}
}

static void print_rules(void)
{
	cli_print_rules(UINT32_MAX);
}

static void print_rules_json(void)
{
	struct json j = { .out = stdout };

	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];

		json_open(&j, NULL, '{');
		json_string(&j, "rule", info->name);
		json_string(&j, "what", info->what);
		json_open(&j, "variants", '[');
		for (unsigned v = 0; v < info->variants; v++) {
			json_open(&j, NULL, '{');
			json_string(&j, "variant", info->variant[v].name);
			json_string(&j, "what", info->variant[v].what);
			json_string(&j, "since", info->variant[v].since);
			json_string(&j, "source", info->variant[v].source);
			json_string(&j, "commit", info->variant[v].commit);
			json_close(&j, '}');
		}
		json_close(&j, ']');
		json_close(&j, '}');
		json_end_line(&j);
	}
}

static int print_resolution(const char *string, bool as_json)
{
	struct tcpoom_resolution r;
	struct json j = { .out = stdout };

	tcpoom_release_resolve(string, &r);
	if (r.evidence == TCPOOM_NO_RELEASE)
		return cli_error("\"%s\" is no release: %s", string, r.why);
	if (!as_json) {
		printf("%s:", tcpoom_evidence_names[r.evidence]);
		for (unsigned i = 0; i < r.candidates; i++)
			printf("%s %s", i ? " or" : "", r.candidate[i]->name);
		printf(" (%s)\n", r.why);
		return STATUS_SAME;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "string", string);
	json_string(&j, "evidence", tcpoom_evidence_names[r.evidence]);
	json_open(&j, "kernels", '[');
	for (unsigned i = 0; i < r.candidates; i++)
		json_string(&j, NULL, r.candidate[i]->name);
	json_close(&j, ']');
	json_string(&j, "why", r.why);
	json_close(&j, '}');
	json_end_line(&j);
	return STATUS_SAME;
}

int cmd_kernels(const struct command *command, int argc, char **argv)
{
	bool as_json = false, rules = false;
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'j')
			as_json = true;
		else if (option == 'r')
			rules = true;
		else
			return cli_stop(option);
	}
	if (argc - optind > 1 || (rules && optind < argc))
		return cli_error("kernels takes one release string: quote a line of /proc/version");
	if (optind < argc)
		return print_resolution(argv[optind], as_json);
	if (rules)
		(as_json ? print_rules_json : print_rules)();
	else
		(as_json ? print_table_json : print_table)();
	return STATUS_SAME;
}
