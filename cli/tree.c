/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom tree: a kernel source tree as a loadable model, and what it is. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../diff/identify.h"
#include "../diff/witness.h"
#include "../tree/compile.h"
#include "../tree/load.h"
#include "cli.h"
#include "json.h"
#include "say.h"

const struct option_info tree_options[] = {
	{ 'o', true, "output", "NAME.so", "write the model there" },
	{ 'i', true, "identify", NULL, "say which rules the tree has; DIR may be a model, too" },
	{ 'j', false, "json", NULL, "print one line of JSON" },
	{ 0 },
};

/* ---- what it is ---- */

/* A mainline row: the others, named after a stable or vendor release, took changes out of order. */
static bool is_mainline(const struct tcpoom_kernel *k)
{
	const char *dot = strchr(k->name, '.');

	return !strchr(k->name, '-') && (!strncmp(k->name, "2.", 2) || !strchr(dot + 1, '.'));
}

static uint8_t variant_of(const struct tcpoom_rules *rules, int rule)
{
	return tcpoom_rules_get(rules, (enum tcpoom_rule)rule);
}

/* A change of one rule from one mainline row to the next. */
struct change {
	int row, rule;
	uint8_t to;
};

#define CHANGES_MOST 200

/* All changes of mainline, in order; those of a rule up to the one that the tree has are had. */
static unsigned find_missing(const struct tcpoom_identity *id, struct change *missing)
{
	const struct tcpoom_rules *before = tcpoom_kernels[0].rules;
	const int nearest = (int)(id->nearest - tcpoom_kernels);
	int had[TCPOOM_RULES];
	unsigned count = 0;

	/* of a variant that came back later, the change nearest to the nearest row */
	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		had[rule] = -1;
		for (int k = 0; k < TCPOOM_KERNELS; k++)
			if (is_mainline(&tcpoom_kernels[k]) &&
			    variant_of(tcpoom_kernels[k].rules, rule) ==
				    variant_of(&id->rules, rule) &&
			    (had[rule] < 0 || abs(k - nearest) <= abs(had[rule] - nearest)))
				had[rule] = k;
	}
	for (int k = 1; k < TCPOOM_KERNELS; k++) {
		const struct tcpoom_rules *rules = tcpoom_kernels[k].rules;

		if (!is_mainline(&tcpoom_kernels[k]))
			continue;
		for (int rule = 0; rule < TCPOOM_RULES; rule++)
			if (variant_of(rules, rule) != variant_of(before, rule) && k > had[rule] &&
			    id->finding[rule] != TCPOOM_UNTOLD && count < CHANGES_MOST)
				missing[count++] =
					(struct change){ k, rule, variant_of(rules, rule) };
		before = rules;
	}
	return count;
}

/* A kernel, and the rules that come nearest to it. */
struct unlike {
	const struct tcpoom_kernel *kernel;
	const struct tcpoom_rules *rules;
};

static bool decide_otherwise(const void *what, const struct tcpoom_state *s)
{
	const struct unlike *u = what;
	struct tcpoom_verdict v, w;

	return tcpoom_decide(u->kernel, s, &v, NULL) == TCPOOM_OK &&
	       tcpoom_rules_decide(u->rules, s, &w, NULL) == TCPOOM_OK &&
	       !tcpoom_verdict_same(&v, &w);
}

/* In the words of a trace. */
static void verdict_text(const struct tcpoom_verdict *v, char *text, size_t size)
{
	const bool killed = v->outcome == TCPOOM_KILLED_RESET || v->outcome == TCPOOM_KILLED_SILENT;
	size_t at;

	snprintf(text, size, "%s", tcpoom_outcome_names[v->outcome]);
	for (unsigned i = 0; i < v->messages; i++) {
		at = strlen(text);
		snprintf(text + at, size - at, " \"%s\"", tcpoom_message_texts[v->message[i]]);
	}
	at = strlen(text);
	if (killed && v->snmp != 1)
		snprintf(text + at, size - at, " snmp=%u", v->snmp);
}

/* The smallest state that the rules decide otherwise, and what both say. */
static void example_text(const struct tcpoom_kernel *kernel, const struct tcpoom_identity *id,
			 char *text, size_t size)
{
	const struct unlike u = { .kernel = kernel, .rules = &id->rules };
	struct tcpoom_state s = id->example;
	struct tcpoom_verdict v = { 0 }, w = { 0 };
	char mine[200], theirs[200];

	if (decide_otherwise(&u, &s))
		s = tcpoom_shrink(&s, decide_otherwise, &u);
	snprintf(text, size, "%s", tcpoom_entry_names[s.entry]);
	say_given(&s, text, size);
	tcpoom_state_complete(&s);
	tcpoom_decide(kernel, &s, &v, NULL);
	tcpoom_rules_decide(&id->rules, &s, &w, NULL);
	verdict_text(&v, mine, sizeof(mine));
	verdict_text(&w, theirs, sizeof(theirs));
	snprintf(text + strlen(text), size - strlen(text), ": %s, by the rules %s", mine, theirs);
}

static void print_finding(const struct tcpoom_identity *id, int rule)
{
	const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];
	const struct tcpoom_variant *v = &info->variant[variant_of(&id->rules, rule)];

	printf("  %-11s %-8s", info->name, tcpoom_finding_names[id->finding[rule]]);
	if (id->finding[rule] == TCPOOM_HAS)
		printf(" %-8s %s (since %s)\n", v->name, v->what, v->since);
	else if (id->finding[rule] == TCPOOM_DIFFERS)
		printf(" %-8s %s: no variant fits\n", "", info->what);
	else
		printf(" %-8s %s: no state tells\n", "", info->what);
}

static void print_missing(const struct tcpoom_identity *id)
{
	struct change missing[CHANGES_MOST];
	const unsigned count = find_missing(id, missing);

	printf("\n%s\n", count ? "changes of mainline that are missing, in order:"
			       : "no change of mainline is missing");
	for (unsigned i = 0; i < count; i++) {
		const struct tcpoom_rule_info *info = &tcpoom_rule_table[missing[i].rule];
		const struct tcpoom_variant *v = &info->variant[missing[i].to];

		printf("  %-8s %-13s %s %s: %s\n", tcpoom_kernels[missing[i].row].name,
		       *v->commit ? v->commit : "-", info->name, v->name, v->what);
	}
}

static bool row_has(const struct tcpoom_identity *id, int rule)
{
	return variant_of(id->nearest->rules, rule) == variant_of(&id->rules, rule);
}

static void print_nearest(const struct tcpoom_loaded *loaded, const struct tcpoom_identity *id)
{
	char text[1000];

	printf("%s: asked in %" PRIu64 " states\nnearest: %s", loaded->model->name, id->states,
	       id->nearest->name);
	tcpoom_release_list(id->nearest, text, sizeof(text));
	printf(" (%s), ", text);
	if (!id->row_differs)
		puts("which decides all of them alike");
	else
		printf("which decides %" PRIu64 " of them otherwise\n", id->row_differs);
	for (int rule = 0; id->row_differs && rule < TCPOOM_RULES; rule++)
		if (!row_has(id, rule) && id->finding[rule] == TCPOOM_HAS)
			printf("  but %s %s, not %s\n", tcpoom_rule_table[rule].name,
			       tcpoom_rule_table[rule].variant[variant_of(&id->rules, rule)].name,
			       tcpoom_rule_table[rule]
				       .variant[variant_of(id->nearest->rules, rule)]
				       .name);
	if (id->row_differs && !id->differs)
		puts("the rules below decide all of them alike");
	if (!id->differs)
		return;
	printf("matches none: no mixture of the rules decides as it does; the nearest one decides "
	       "%" PRIu64 " otherwise,\n",
	       id->differs);
	example_text(&loaded->kernel, id, text, sizeof(text));
	printf("for example %s\n", text);
}

static void print_identity(const struct tcpoom_loaded *loaded, const struct tcpoom_identity *id)
{
	print_nearest(loaded, id);
	putchar('\n');
	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		print_finding(id, rule);
	print_missing(id);
}

static void json_identity(const struct tcpoom_loaded *loaded, const struct tcpoom_identity *id)
{
	struct change missing[CHANGES_MOST];
	const unsigned count = find_missing(id, missing);
	struct json j = { .out = stdout };
	char text[1000];

	json_open(&j, NULL, '{');
	json_string(&j, "tree", loaded->model->name);
	json_unsigned(&j, "states", id->states);
	json_string(&j, "nearest", id->nearest->name);
	json_unsigned(&j, "nearest_differs", id->row_differs);
	json_bool(&j, "matches_none", id->differs != 0);
	json_unsigned(&j, "rules_differ", id->differs);
	if (id->differs) {
		example_text(&loaded->kernel, id, text, sizeof(text));
		json_string(&j, "example", text);
	}
	json_open(&j, "rules", '[');
	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		json_open(&j, NULL, '{');
		json_string(&j, "rule", tcpoom_rule_table[rule].name);
		json_string(&j, "finding", tcpoom_finding_names[id->finding[rule]]);
		if (id->finding[rule] == TCPOOM_HAS)
			json_string(&j, "variant",
				    tcpoom_rule_table[rule]
					    .variant[variant_of(&id->rules, rule)]
					    .name);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_open(&j, "missing", '[');
	for (unsigned i = 0; i < count; i++) {
		const struct tcpoom_rule_info *info = &tcpoom_rule_table[missing[i].rule];

		json_open(&j, NULL, '{');
		json_string(&j, "since", tcpoom_kernels[missing[i].row].name);
		json_string(&j, "rule", info->name);
		json_string(&j, "variant", info->variant[missing[i].to].name);
		json_string(&j, "commit", info->variant[missing[i].to].commit);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end_line(&j);
}

static int identify(const char *path, bool as_json)
{
	struct tcpoom_identity id;
	struct tcpoom_loaded loaded;
	struct tcpoom_error e;
	struct tcpoom_numbers numbers;
	int status = STATUS_SAME;

	if (!tcpoom_load(&loaded, path, &e))
		return cli_input_error(&e);
	numbers = (struct tcpoom_numbers){ loaded.constant, loaded.constants };
	if (!tcpoom_identify(&loaded.kernel, &numbers, loaded.model->name, &id)) {
		status = cli_error("out of memory");
	} else {
		(as_json ? json_identity : print_identity)(&loaded, &id);
		if (id.row_differs)
			status = STATUS_DIFFERENT;
	}
	tcpoom_unload(&loaded);
	return status;
}

/* ---- from a tree ---- */

static int build(const char *directory, const char *to)
{
	struct tcpoom_tree tree;
	struct tcpoom_error e;
	int status = STATUS_SAME;

	if (!tcpoom_tree_cut(&tree, directory, &e))
		return cli_input_error(&e);
	if (!tcpoom_tree_compile(&tree, to, &e))
		status = cli_input_error(&e);
	tcpoom_tree_free(&tree);
	return status;
}

/* Builds it in a file of its own, which is removed. */
static int identify_tree(const char *directory, bool as_json)
{
	const char *tmp = getenv("TMPDIR");
	char path[1000];
	int status, fd;

	snprintf(path, sizeof(path), "%s/tcpoom.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return cli_error("%s: %s", path, strerror(errno));
	close(fd);
	status = build(directory, path);
	if (status == STATUS_SAME)
		status = identify(path, as_json);
	unlink(path);
	return status;
}

int cmd_tree(const struct command *command, int argc, char **argv)
{
	bool identifies = false, as_json = false;
	const char *to = NULL;
	struct stat st;
	int option, status = STATUS_SAME;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'o')
			to = optarg;
		else if (option == 'i')
			identifies = true;
		else if (option == 'j')
			as_json = true;
		else
			return cli_stop(option);
	}
	if (argc - optind != 1)
		return cli_error("tree needs one DIR");
	if (!identifies && !to)
		return cli_error("tree needs -o NAME.so, or --identify");
	if (to)
		status = build(argv[optind], to);
	if (status || !identifies)
		return status;
	if (to || (!stat(argv[optind], &st) && S_ISREG(st.st_mode)))
		return identify(to ? to : argv[optind], as_json);
	return identify_tree(argv[optind], as_json);
}
