/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom check: recorded and expected outcomes against the models. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../diff/agree.h"
#include "../traces/write.h"
#include "check_claim.h"
#include "events.h"
#include "say.h"

const struct option_info check_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel that recorded, instead of the trace's own" },
	{ 'l', false, "log", NULL,
	  "fail where the limiter would not have printed what was recorded" },
	CLI_BITS,
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

struct check {
	const char *recorder;			 /* -k */
	bool as_json, quiet, trouble, log_fails; /* --log */
	char named[200]; /* the release that was resolved last, and what it is */
	const struct tcpoom_kernel *kernel;
	uint64_t agreed, failed, open,
		unsaid;		/* unsaid: no kernel is named for what was recorded */
	char unsaid_first[400]; /* FILE:LINE */
	unsigned bits;
	struct tcpoom_log log; /* of the kernel that recorded */
	const struct tcpoom_kernel *logs;
	uint64_t log_same, log_other, log_unknown; /* events whose messages were recorded */
};

/* What was recorded must be possible; an expectation must hold whatever is unknown. */
static void judge(struct check *check, const struct claim *c)
{
	struct tcpoom_possible p;
	unsigned agreeing = 0;

	tcpoom_possible_find(c->kernel, c->state, &p);
	for (unsigned i = 0; i < p.verdicts; i++)
		agreeing += claim_agrees(c, &p.verdict[i]);
	if (p.verdicts && agreeing == p.verdicts && !p.cut) {
		check->agreed++;
	} else if ((agreeing && c->recorded) || (p.cut && agreeing == p.verdicts)) {
		check->open++;
	} else {
		check->failed++;
		if (!check->quiet)
			(check->as_json ? claim_json : claim_print)(c, &p);
	}
}

/* The kernel of a claim. An ambiguous one is trouble, said once where many follow each other. */
static bool find_kernel(struct check *check, struct claim *c)
{
	struct tcpoom_resolution r;

	if (strcmp(check->named, c->named)) {
		snprintf(check->named, sizeof(check->named), "%s", c->named);
		/* a trace does not get a model loaded, only the user does */
		check->kernel = c->named == check->recorder ? cli_kernel(c->named, &r)
							    : cli_release(c->named, &r);
		if (!check->kernel)
			cli_error("%s:%lu: nothing is checked against that kernel", c->file,
				  c->line);
	}
	c->kernel = check->kernel;
	check->trouble |= !c->kernel;
	return c->kernel != NULL;
}

static void print_log(const struct claim *c, const struct tcpoom_verdict *v,
		      const struct tcpoom_log_lines *lines)
{
	char text[200];

	printf("%s:%lu: recorded on %s\n  recorded  ", c->file, c->line, c->named);
	tcpoom_text_stated(stdout, c->recorded);
	say_logged(v, lines, text, sizeof(text));
	printf("\n  limiter   %s\n", text);
}

static void json_log(const struct claim *c, const struct tcpoom_verdict *v,
		     const struct tcpoom_log_lines *lines)
{
	struct json j = { .out = stdout };
	char text[200];

	claim_json_begin(&j, c);
	say_logged(v, lines, text, sizeof(text));
	json_string(&j, "limiter", text);
	json_close(&j, '}');
	json_end_line(&j);
}

/*
 * Whether its limiter would have printed what was recorded. It may have had other users, whose
 * messages are not in the trace; so this is a finding only where --log says that there were none.
 */
static void judge_log(struct check *check, const struct claim *c, const struct tcpoom_event *event)
{
	struct tcpoom_log_lines lines;
	struct tcpoom_verdict v;
	bool decided;

	if (check->logs != c->kernel)
		tcpoom_log_init(&check->log, c->kernel, check->bits);
	check->logs = c->kernel;
	decided = tcpoom_decide(c->kernel, c->state, &v, NULL) == TCPOOM_OK;
	tcpoom_log_event(&check->log, c->file, event, decided ? &v : NULL, &lines);
	if (!lines.messages || !event->has_recorded || c->recorded->outcome < 0 ||
	    !tcpoom_agrees_recorded(&v, c->recorded))
		return;
	if (!lines.known) {
		check->log_unknown++;
	} else if (tcpoom_agrees_log(&v, &lines, c->recorded)) {
		check->log_same++;
	} else {
		check->log_other++;
		if (check->log_fails && !check->quiet)
			(check->as_json ? json_log : print_log)(c, &v, &lines);
	}
}

static bool check_event(void *context, const char *file, const struct tcpoom_trace *trace,
			const struct tcpoom_event *event)
{
	struct check *check = context;
	struct claim c = { .file = file, .line = event->line, .state = &event->state };

	c.named = check->recorder ? check->recorder : tcpoom_trace_kernel(trace);
	if (event->has_recorded && !c.named && !check->unsaid++)
		snprintf(check->unsaid_first, sizeof(check->unsaid_first), "%s:%lu", file,
			 event->line);
	c.recorded = &event->recorded;
	/* what else happens on a machine that recorded reaches its log too */
	if (c.named && (event->has_recorded || check->log.file == file) && find_kernel(check, &c)) {
		if (event->has_recorded)
			judge(check, &c);
		judge_log(check, &c, event);
	}
	c.recorded = NULL;
	for (unsigned i = 0; i < event->expects; i++) {
		c.expect = &event->expect[i];
		c.named = event->expect[i].kernel;
		c.line = event->expect[i].line;
		if (find_kernel(check, &c))
			judge(check, &c);
	}
	return true;
}

static void print_totals(const struct check *c)
{
	printf("%" PRIu64 " agree, %" PRIu64 " fail, %" PRIu64 " agree for some values of what is "
	       "unknown, %" PRIu64 " without a kernel\n",
	       c->agreed, c->failed, c->open, c->unsaid);
	if (c->log_same + c->log_other + c->log_unknown)
		printf("messages recorded: %" PRIu64 " as the limiter lets them through, %" PRIu64
		       " otherwise, %" PRIu64 " not known\n",
		       c->log_same, c->log_other, c->log_unknown);
}

static void json_totals(const struct check *c)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_unsigned(&j, "agree", c->agreed);
	json_unsigned(&j, "fail", c->failed);
	json_unsigned(&j, "open", c->open);
	json_unsigned(&j, "without_kernel", c->unsaid);
	json_unsigned(&j, "log_same", c->log_same);
	json_unsigned(&j, "log_other", c->log_other);
	json_unsigned(&j, "log_unknown", c->log_unknown);
	json_close(&j, '}');
	json_end_line(&j);
}

/* A test that tests nothing does not pass. */
static int nothing_checked(const struct check *c)
{
	if (c->unsaid)
		return cli_error("%s: nothing is checked: the trace names no kernel (give -k)",
				 c->unsaid_first);
	return cli_error("nothing is checked: no event has an outcome");
}

int cmd_check(const struct command *command, int argc, char **argv)
{
	struct check check = { .bits = 64 };
	bool keep_going = false;
	int option, status;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'k')
			check.recorder = optarg;
		else if (option == 'g')
			keep_going = true;
		else if (option == 'j')
			check.as_json = true;
		else if (option == 'q')
			check.quiet = true;
		else if (option == 'l')
			check.log_fails = true;
		else if (option != 'b')
			return cli_stop(option);
		else if (!cli_bits(optarg, &check.bits))
			return STATUS_TROUBLE;
	}
	if (optind == argc)
		return cli_error("check needs a trace");
	status = cli_each_event(argv + optind, argc - optind, keep_going, check_event, &check);
	if (!check.quiet)
		(check.as_json ? json_totals : print_totals)(&check);
	if (status || check.trouble)
		return STATUS_TROUBLE;
	if (!(check.agreed + check.failed + check.open))
		return nothing_checked(&check);
	return check.failed || (check.log_fails && check.log_other) ? STATUS_DIFFERENT
								    : STATUS_SAME;
}
