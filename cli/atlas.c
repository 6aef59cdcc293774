/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom atlas: every class of divergence of two kernels. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../diff/atlas.h"
#include "../diff/witness.h"
#include "../kernels/table.h"
#include "cli.h"
#include "json.h"
#include "known.h"
#include "say.h"

const struct option_info atlas_options[] = {
	{ 's', false, "summary", NULL, "count the classes; without A and B for all pairs of rows" },
	{ 'a', false, "all", NULL, "print every class of a cause, not the first 8" },
	{ 'e', false, "expect", "FILE", "a ledger of known divergences: fail unless it is this" },
	{ 'l', false, "ledger", NULL, "print the divergences as such a ledger" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

/* Classes of one cause that are printed where not all are asked for. */
#define SHOWN 8

/* What the user asked for. */
struct request {
	bool summary, all, ledger, as_json, quiet;
	const char *expect;
	const char *named; /* A, for the witnesses */
};

/* What stands in a ledger's line is the same. */
static bool same_divergence(const struct tcpoom_class *c, const struct tcpoom_class *d)
{
	return c->kind == d->kind && c->entry == d->entry &&
	       tcpoom_cause_same(&c->cause, &d->cause);
}

static bool same_direction(const struct tcpoom_class *c, const struct tcpoom_class *d)
{
	char left[300], right[300];

	tcpoom_class_direction(c, left, sizeof(left));
	tcpoom_class_direction(d, right, sizeof(right));
	return !strcmp(left, right);
}

/* The entry starts a run of the same divergence. */
static bool starts(const struct tcpoom_atlas *atlas, size_t i)
{
	return i == 0 || !same_divergence(&atlas->entry[i - 1].class, &atlas->entry[i].class);
}

static void witness_text(const struct tcpoom_atlas *atlas, const struct request *r, size_t i,
			 char *text, size_t size)
{
	const struct tcpoom_state s =
		tcpoom_class_witness(atlas->a, atlas->b, &atlas->entry[i].state);

	snprintf(text, size, "tcpoom explain -k %s %s", r->named, tcpoom_entry_names[s.entry]);
	say_given(&s, text, size);
}

/* The end of the classes that have the divergence and the direction of entry i. */
static size_t group_end(const struct tcpoom_atlas *atlas, size_t i)
{
	size_t end = i + 1;

	while (end < atlas->count && !starts(atlas, end) &&
	       same_direction(&atlas->entry[end].class, &atlas->entry[i].class))
		end++;
	return end;
}

/* One divergence in one direction: the classes that it falls into. */
static void print_group(const struct tcpoom_atlas *atlas, const struct request *r, size_t first,
			size_t end)
{
	const struct tcpoom_class *c = &atlas->entry[first].class;
	const size_t shown = r->all || end - first <= SHOWN ? end : first + SHOWN;
	char text[TCPOOM_CAUSE_TEXT];

	tcpoom_class_direction(c, text, sizeof(text));
	printf("%s%s, %s: %s\n", first ? "\n" : "", tcpoom_kind_names[c->kind],
	       tcpoom_entry_names[c->entry], text);
	tcpoom_cause_text(atlas->a, atlas->b, &c->cause, text, sizeof(text));
	printf("by %s\n", text);
	for (size_t i = first; i < shown; i++) {
		tcpoom_class_thresholds(&atlas->entry[i].class, text, sizeof(text));
		printf("  %s\n", *text ? text : "wherever there is something to say");
		witness_text(atlas, r, i, text, sizeof(text));
		printf("    %s\n", text);
	}
	if (shown < end)
		printf("  and %zu more: --all\n", end - shown);
}

/* Which limiter lets lines through has no class: it takes many events to see it. */
static bool limiters_differ(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b)
{
	return a->rules && b->rules && a->rules->limiter != b->rules->limiter;
}

static void print_text(const struct tcpoom_atlas *atlas, const struct request *r)
{
	tcpoom_ruleset rules = 0;
	char text[1000];

	for (size_t i = 0, end; i < atlas->count; i = end) {
		end = group_end(atlas, i);
		print_group(atlas, r, i, end);
		rules |= tcpoom_cause_rules(&atlas->entry[i].class.cause);
	}
	printf("%s%zu classes\n", atlas->count ? "\n" : "", atlas->count);
	if (atlas->sampled)
		printf("a model was loaded: complete relative to %" PRIu64
		       " states, at the boundaries of all rules and\n"
		       "at the numbers in the model's text\n",
		       atlas->sampled);
	if (atlas->set_aside) {
		say_fields(atlas->set_aside, text, sizeof(text));
		printf("set aside: values of %s that are more than an int holds\n", text);
	}
	if (limiters_differ(atlas->a, atlas->b)) {
		puts("not in it: the log. The rate limiters differ, so that of the same messages "
		     "other "
		     "lines\nmay appear: tcpoom diff compares the logs of a trace");
		rules |= (tcpoom_ruleset)1 << TCPOOM_R_limiter;
	}
	if (rules)
		putchar('\n');
	cli_print_rules(rules);
}

static void print_json(const struct tcpoom_atlas *atlas, const struct request *r)
{
	struct json j = { .out = stdout };
	char text[TCPOOM_CAUSE_TEXT];

	for (size_t i = 0; i < atlas->count; i++) {
		const struct tcpoom_class *c = &atlas->entry[i].class;

		json_open(&j, NULL, '{');
		json_string(&j, "entry", tcpoom_entry_names[c->entry]);
		json_string(&j, "kind", tcpoom_kind_names[c->kind]);
		tcpoom_class_direction(c, text, sizeof(text));
		json_string(&j, "direction", text);
		tcpoom_cause_text(atlas->a, atlas->b, &c->cause, text, sizeof(text));
		json_string(&j, "cause", text);
		tcpoom_class_thresholds(c, text, sizeof(text));
		json_string(&j, "thresholds", text);
		witness_text(atlas, r, i, text, sizeof(text));
		json_string(&j, "witness", text);
		json_close(&j, '}');
		json_end_line(&j);
	}
}

static void ledger_line(const struct tcpoom_atlas *atlas, size_t i)
{
	const struct tcpoom_class *c = &atlas->entry[i].class;
	char text[TCPOOM_CAUSE_TEXT];

	tcpoom_cause_text(atlas->a, atlas->b, &c->cause, text, sizeof(text));
	printf("%s %s %s %s %s\n", atlas->a->name, atlas->b->name, tcpoom_entry_names[c->entry],
	       tcpoom_kind_names[c->kind], text);
}

static void print_ledger(const struct tcpoom_atlas *atlas)
{
	for (size_t i = 0; i < atlas->count; i++)
		if (starts(atlas, i))
			ledger_line(atlas, i);
}

/* Prints what the ledger does not know, in its own form. */
static int expect(const struct tcpoom_atlas *atlas, const struct request *r)
{
	struct tcpoom_ledger ledger;
	int status = STATUS_SAME;
	char text[600];

	if (known_read(&ledger, r->expect))
		return STATUS_TROUBLE;
	for (size_t i = 0; i < atlas->count; i++) {
		const struct tcpoom_class *c = &atlas->entry[i].class;

		if (!starts(atlas, i))
			continue;
		if (tcpoom_ledger_find(&ledger, atlas->a, atlas->b, (enum tcpoom_entry)c->entry,
				       (enum tcpoom_kind)c->kind, &c->cause))
			continue;
		status = STATUS_DIFFERENT;
		if (r->quiet)
			continue;
		ledger_line(atlas, i);
		witness_text(atlas, r, i, text, sizeof(text));
		printf("# %s\n", text);
	}
	if (known_report_stale(&ledger, atlas->a, atlas->b, r->expect,
			       "these kernels have no such divergence", r->quiet))
		status = STATUS_DIFFERENT;
	tcpoom_ledger_free(&ledger);
	return status;
}

/* ---- counts: a log is that of many events, and has no class ---- */

/* How many classes of each kind there are, and in all. */
struct counts {
	bool made;
	size_t all, of[TCPOOM_KIND_LOG];
};

static void count_classes(const struct tcpoom_atlas *atlas, struct counts *n)
{
	*n = (struct counts){ .made = true, .all = atlas->count };
	for (size_t i = 0; i < atlas->count; i++)
		n->of[atlas->entry[i].class.kind]++;
}

static void print_counts(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
			 const struct counts *n, const struct request *r)
{
	struct json j = { .out = stdout };

	if (r->as_json) {
		json_open(&j, NULL, '{');
		json_string(&j, "a", a->name);
		json_string(&j, "b", b->name);
		json_unsigned(&j, "classes", n->all);
		for (int kind = TCPOOM_SAME + 1; kind < TCPOOM_KIND_LOG; kind++)
			json_unsigned(&j, tcpoom_kind_names[kind], n->of[kind]);
		json_bool(&j, "limiters_differ", limiters_differ(a, b));
		json_close(&j, '}');
		json_end_line(&j);
		return;
	}
	printf("%-15s %-15s %8zu", a->name, b->name, n->all);
	for (int kind = TCPOOM_SAME + 1; kind < TCPOOM_KIND_LOG; kind++)
		printf(" %8zu", n->of[kind]);
	printf("  %s\n", limiters_differ(a, b) ? "differs" : "same");
}

static void print_heading(const struct request *r)
{
	if (r->as_json)
		return;
	printf("%-15s %-15s %8s", "A", "B", "classes");
	for (int kind = TCPOOM_SAME + 1; kind < TCPOOM_KIND_LOG; kind++)
		printf(" %8s", tcpoom_kind_names[kind]);
	puts("  limiter");
}

static int make(struct tcpoom_atlas *atlas, const struct tcpoom_kernel *a,
		const struct tcpoom_kernel *b)
{
	struct tcpoom_numbers numbers;

	if (cli_is_loaded(a, &numbers) || cli_is_loaded(b, &numbers)
		    ? tcpoom_atlas_sample(atlas, a, b, &numbers)
		    : tcpoom_atlas_make(atlas, a, b))
		return STATUS_SAME;
	tcpoom_atlas_free(atlas);
	return cli_error("out of memory");
}

/* The first row that decides as this one does, whatever its limiter is. */
static int decides_as(int row)
{
	struct tcpoom_rules like = *tcpoom_kernels[row].rules;
	int first = 0;

	for (;; first++) {
		like.limiter = tcpoom_kernels[first].rules->limiter;
		if (!memcmp(&like, tcpoom_kernels[first].rules, sizeof(like)))
			return first;
	}
}

/* A line as soon as it is known: all of them take minutes. */
static int summarize_all(const struct request *r)
{
	static struct counts known[TCPOOM_KERNELS][TCPOOM_KERNELS];

	print_heading(r);
	for (int a = 0; a < TCPOOM_KERNELS; a++)
		for (int b = a + 1; b < TCPOOM_KERNELS; b++) {
			const struct tcpoom_kernel *left = &tcpoom_kernels[a],
						   *right = &tcpoom_kernels[b];
			struct counts *n = &known[decides_as(a)][decides_as(b)];
			struct tcpoom_atlas atlas;

			if (!n->made) {
				if (make(&atlas, left, right))
					return STATUS_TROUBLE;
				count_classes(&atlas, n);
				tcpoom_atlas_free(&atlas);
			}
			print_counts(left, right, n, r);
			if (fflush(stdout))
				return STATUS_TROUBLE;
		}
	return STATUS_SAME;
}

static int map(const struct request *r, const char *const named[2])
{
	struct tcpoom_resolution resolution;
	const struct tcpoom_kernel *a = cli_kernel(named[0], &resolution);
	const struct tcpoom_kernel *b = cli_kernel(named[1], &resolution);
	struct tcpoom_atlas atlas;
	int status = STATUS_SAME;

	if (!a || !b || make(&atlas, a, b))
		return STATUS_TROUBLE;
	if (r->expect) {
		status = expect(&atlas, r);
	} else if (r->ledger) {
		print_ledger(&atlas);
	} else if (r->summary) {
		struct counts n;

		count_classes(&atlas, &n);
		print_heading(r);
		print_counts(a, b, &n, r);
	} else if (!r->quiet) {
		(r->as_json ? print_json : print_text)(&atlas, r);
	}
	tcpoom_atlas_free(&atlas);
	return status;
}

int cmd_atlas(const struct command *command, int argc, char **argv)
{
	struct request r = { .named = NULL };
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 's')
			r.summary = true;
		else if (option == 'a')
			r.all = true;
		else if (option == 'e')
			r.expect = optarg;
		else if (option == 'l')
			r.ledger = true;
		else if (option == 'j')
			r.as_json = true;
		else if (option == 'q')
			r.quiet = true;
		else
			return cli_stop(option);
	}
	if (r.summary + r.ledger + (r.expect != NULL) > 1)
		return cli_error("--summary, --ledger and --expect exclude each other");
	if (r.as_json && (r.ledger || r.expect))
		return cli_error("a ledger has no JSON form");
	if (r.summary && optind == argc)
		return summarize_all(&r);
	if (argc - optind != 2)
		return cli_error("atlas needs two kernels");
	r.named = argv[optind];
	return map(&r, (const char *const *)&argv[optind]);
}
