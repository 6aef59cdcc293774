/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom decide: states in, verdicts out, as CSV. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../traces/csv.h"
#include "../traces/input.h"
#include "cli.h"

const struct option_info decide_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel that decides (required)" },
	{ 'i', false, "ignore-unknown", NULL, "pass over columns that are no field" },
	{ 'l', false, "line-buffered", NULL, "write each row at once" },
	{ 'g', false, "keep-going", NULL, "pass over bad rows, and end with status 2" },
	{ 0 },
};

/* The messages that the rate limiter lets through, in order, with | between them. */
static void print_messages(const struct tcpoom_state *s, const struct tcpoom_verdict *v)
{
	for (unsigned i = 0; i < v->messages && i < s->ratelimit_budget; i++)
		printf("%s%s", i ? "|" : "", tcpoom_message_texts[v->message[i]]);
}

static void print_row(const char *id, const struct tcpoom_state *s, const struct tcpoom_verdict *v)
{
	printf("%s,%s,", id, tcpoom_outcome_names[v->outcome]);
	if (s->entry != TCPOOM_CLOSE)
		printf("%d", v->ret);
	printf(",%d,%d,%d,", tcpoom_killed(v), v->outcome == TCPOOM_KILLED_RESET, v->snmp);
	print_messages(s, v);
	printf(",%d,%d,", v->messages, v->exact_sums);
	if (s->entry != TCPOOM_CLOSE && v->outcome != TCPOOM_EXPIRED)
		printf("%d", v->do_reset);
	putchar('\n');
}

static int decide_all(struct tcpoom_csv *csv, const struct tcpoom_kernel *kernel, const char *named,
		      bool keep_going, struct tcpoom_error *e)
{
	struct tcpoom_state s;
	struct tcpoom_verdict v;
	int result = STATUS_SAME;

	puts("id,verdict,ret,killed,reset,snmp,messages,ratelimit_calls,exact_sums,do_reset");
	for (;;) {
		const enum tcpoom_csv_result got = tcpoom_csv_next(csv, &s, e);
		enum tcpoom_status status = TCPOOM_OK;

		if (got == TCPOOM_CSV_END)
			return result;
		if (got == TCPOOM_CSV_ROW)
			status = tcpoom_decide(kernel, &s, &v, NULL);
		if (got == TCPOOM_CSV_ROW && status == TCPOOM_OK) {
			print_row(tcpoom_csv_id(csv), &s, &v);
			if (ferror(stdout))
				return STATUS_TROUBLE;
			continue;
		}
		if (got == TCPOOM_CSV_ROW) {
			tcpoom_csv_at(csv, v.blame, e);
			cli_refused(status, named, &s, v.blame, e);
		}
		result = cli_input_error(e);
		if (!keep_going)
			return result;
	}
}

int cmd_decide(const struct command *command, int argc, char **argv)
{
	struct tcpoom_error e = { .file = "-" };
	const struct tcpoom_kernel *kernel;
	struct tcpoom_resolution resolution;
	const char *named = NULL;
	bool ignore_unknown = false, keep_going = false;
	struct tcpoom_csv *csv;
	int option, status;
	FILE *in;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'k')
			named = optarg;
		else if (option == 'i')
			ignore_unknown = true;
		else if (option == 'l')
			setvbuf(stdout, NULL, _IOLBF, 0);
		else if (option == 'g')
			keep_going = true;
		else
			return cli_stop(option);
	}
	if (!named || optind < argc)
		return cli_error(named ? "decide reads standard input: give no files"
				       : "decide needs -k KERNEL");
	kernel = cli_model(named, &resolution);
	if (!kernel)
		return STATUS_TROUBLE;
	in = tcpoom_input_open("-");
	if (!in)
		return cli_error("standard input: %s", strerror(errno));
	csv = tcpoom_csv_open(in, "-", ignore_unknown, &e);
	status = csv ? decide_all(csv, kernel, named, keep_going, &e) : cli_input_error(&e);
	if (csv)
		tcpoom_csv_close(csv);
	tcpoom_input_close(in);
	return status;
}
