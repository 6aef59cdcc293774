/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom advice: published advice before the models, a claim of one's own, and sysctl.conf. */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../traces/input.h"
#include "advice.h"
#include "json.h"

const struct option_info advice_options[] = {
	{ 'd', true, "dir", "FOLDER", "of claims, instead of those that are shipped" },
	{ 'v', true, "verbose", NULL, "print the source and what every kernel shows" },
	{ 'k', true, "kernel", "KERNEL", "lint: the kernel that the file is for" },
	{ 'r', false, "ram", "SIZE", "lint: its memory, 64G say" },
	{ 'H', false, "here", NULL, "lint: for this machine" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

/* What a claim is called in a table: its file's name. */
static void print_stem(const char *file)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	const char *dot = strrchr(name, '.');

	printf("%-5.*s", dot ? (int)(dot - name) : (int)strlen(name), name);
}

/* The column is that of the judgement, the longest of which is on its own line. */
static void print_judgement(const struct tcpoom_claim *c, const struct tcpoom_judgement *j)
{
	const char *between = j->kind == TCPOOM_J_ONLY ? " " : ": ";

	print_stem(c->file);
	printf(" %s%s%s\n", tcpoom_judgement_names[j->kind], *j->where ? between : "", j->where);
	printf("      %s\n", c->claim);
	if (*j->holds && (j->kind == TCPOOM_J_TRUE || j->kind == TCPOOM_J_ONLY))
		printf("      + %s\n", j->holds);
	if (*j->fails && (strcmp(j->holds, j->fails) || j->kind != TCPOOM_J_ONLY))
		printf("      - %s\n", j->fails);
}

/* Kernel by kernel; equal ones beside each other. */
static void print_cells(const struct tcpoom_claim *c, const struct tcpoom_judgement *j)
{
	static const char *const words[] = { "does not hold", "may hold", "holds" };

	printf("      source: %s\n", c->source);
	for (size_t i = 0; i < j->cells; i++) {
		const struct tcpoom_cell *cell = &j->cell[i], *before = cell - 1;
		const bool goes_on = i && before->experiment == cell->experiment &&
				     before->entry == cell->entry && before->holds == cell->holds;
		const struct tcpoom_experiment *x = &c->experiment[cell->experiment];

		if (!goes_on)
			printf("%s      %s:%lu: %s%s%s:", i ? "\n" : "", c->file, x->line,
			       cell->entry < TCPOOM_ENTRIES ? tcpoom_entry_names[cell->entry] : "",
			       cell->entry < TCPOOM_ENTRIES ? " " : "", words[cell->holds]);
		if (cell->subject < c->kernels.count)
			printf(" %s", c->kernels.subject[cell->subject].name);
	}
	if (j->cells)
		putchar('\n');
}

static void json_judgement(const struct tcpoom_claim *c, const struct tcpoom_judgement *j)
{
	struct json out = { .out = stdout };

	json_open(&out, NULL, '{');
	json_string(&out, "file", c->file);
	json_string(&out, "claim", c->claim);
	json_string(&out, "source", c->source);
	json_string(&out, "judgement", tcpoom_judgement_names[j->kind]);
	json_string(&out, j->kind == TCPOOM_J_ONLY ? "where" : "why", j->where);
	json_string(&out, "holds", j->holds);
	json_string(&out, "fails", j->fails);
	json_close(&out, '}');
	json_end_line(&out);
}

/* *is_true: that it is. STATUS_TROUBLE: an error was printed. */
static int judge_file(const struct advice *a, const char *file, bool *is_true)
{
	FILE *in = tcpoom_input_open(file);
	struct tcpoom_claim claim;
	struct tcpoom_judgement j = { .cell = NULL };
	struct tcpoom_error e;
	bool good;

	if (!in)
		return cli_error("%s: %s", file, strerror(errno));
	good = tcpoom_claim_read(in, file, &claim, &e) && tcpoom_judge(&claim, NULL, &j, &e);
	tcpoom_input_close(in);
	*is_true = good && j.kind == TCPOOM_J_TRUE;
	if (good && a->as_json) {
		json_judgement(&claim, &j);
	} else if (good && !a->quiet) {
		print_judgement(&claim, &j);
		if (a->verbose)
			print_cells(&claim, &j);
	}
	tcpoom_judgement_free(&j);
	tcpoom_claim_free(&claim);
	return good ? STATUS_SAME : cli_input_error(&e);
}

static int check_files(const struct advice *a, char *const *files, int count)
{
	int status = STATUS_SAME;

	for (int i = 0; i < count; i++) {
		bool is_true;

		if (judge_file(a, files[i], &is_true))
			status = STATUS_TROUBLE;
		else if (!is_true && !status)
			status = STATUS_DIFFERENT;
	}
	return status;
}

/* The claims of the source tree, else those that were installed. */
static const char *find_claims(const struct advice *a)
{
	static const char here[] = "advice/claims";
	struct stat status;

	if (a->folder)
		return a->folder;
	return stat(here, &status) ? TCPOOM_SHARE "/"
						  "advice/claims"
				   : here;
}

/* B2 before B10. */
static int by_number(const void *left, const void *right)
{
	const char *a = *(char *const *)left, *b = *(char *const *)right;

	while (*a && *a == *b && (*a < '0' || *a > '9')) {
		a++;
		b++;
	}
	if (*a >= '0' && *a <= '9' && *b >= '0' && *b <= '9') {
		const size_t digits_a = strspn(a, "0123456789"), digits_b = strspn(b, "0123456789");

		if (digits_a != digits_b)
			return digits_a < digits_b ? -1 : 1;
	}
	return strcmp(a, b);
}

static int print_table(const struct advice *a)
{
	const char *folder = find_claims(a);
	char pattern[1000];
	glob_t files;
	int status;

	snprintf(pattern, sizeof(pattern), "%s/*.claim", folder);
	if (glob(pattern, 0, NULL, &files))
		return cli_error("%s: no claims there: give --dir FOLDER", folder);
	qsort(files.gl_pathv, files.gl_pathc, sizeof(*files.gl_pathv), by_number);
	status = check_files(a, files.gl_pathv, (int)files.gl_pathc);
	globfree(&files);
	/* what is not true is no finding here, it is what the table is for */
	return status == STATUS_DIFFERENT ? STATUS_SAME : status;
}

static bool take_option(struct advice *a, int option, const char *value)
{
	switch (option) {
	case 'd':
		a->folder = value;
		return true;
	case 'k':
		a->named = value;
		return true;
	case 'r':
		a->ram = value;
		return true;
	case 'H':
		a->here = true;
		return true;
	case 'v':
		a->verbose = true;
		return true;
	case 'j':
		a->as_json = true;
		return true;
	default:
		a->quiet = true;
		return true;
	}
}

int cmd_advice(const struct command *command, int argc, char **argv)
{
	struct advice a = { .quiet = false };
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == CLI_BAD || option == CLI_HELP)
			return cli_stop(option);
		if (!take_option(&a, option, optarg))
			return STATUS_TROUBLE;
	}
	if (optind == argc)
		return print_table(&a);
	if (!strcmp(argv[optind], "check") && optind + 1 < argc)
		return check_files(&a, argv + optind + 1, argc - optind - 1);
	if (!strcmp(argv[optind], "lint") && optind + 1 < argc)
		return advice_lint(&a, argv + optind + 1, argc - optind - 1);
	return cli_error("advice takes nothing, check FILE... or lint FILE...");
}
