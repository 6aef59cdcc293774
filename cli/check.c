/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom check: recorded and expected outcomes against the models. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../diff/agree.h"
#include "../traces/write.h"
#include "events.h"
#include "say.h"

const struct option_info check_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel that recorded, instead of the trace's own" },
	{ 'l', false, "log", NULL,
	  "fail where the limiter would not have printed what was recorded" },
	CLI_BITS,
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

struct check {
	const char *recorder;		/* -k */
	bool quiet, trouble, log_fails; /* --log */
	char named[200];		/* the release that was resolved last, and what it is */
	const struct tcpoom_kernel *kernel;
	uint64_t agreed, failed, open,
		unsaid;		/* unsaid: no kernel is named for what was recorded */
	char unsaid_first[400]; /* FILE:LINE */
	unsigned bits;
	struct tcpoom_log log; /* of the kernel that recorded */
	const struct tcpoom_kernel *logs;
	uint64_t log_same, log_other, log_unknown; /* events whose messages were recorded */
};

/* An outcome that a trace states for a kernel. */
struct claim {
	const char *file, *named;
	unsigned long line;
	const struct tcpoom_kernel *kernel;
	const struct tcpoom_state *state;
	const struct tcpoom_stated *recorded; /* or an expectation */
	const struct tcpoom_expect *expect;
};

static bool agrees(const struct claim *c, const struct tcpoom_verdict *v)
{
	return c->recorded ? tcpoom_agrees_recorded(v, c->recorded)
			   : tcpoom_agrees_expected(v, c->expect);
}

static void print_source(const struct tcpoom_variant *v)
{
	printf("            since %s, %s%s%s\n", v->since, v->source, *v->commit ? ", commit " : "",
	       v->commit);
}

/* The rules of which another variant would give what is stated. Returns whether there is one. */
static bool print_rules(const struct claim *c)
{
	bool found = false;

	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];
		const uint8_t own = tcpoom_rules_get(c->kernel->rules, (enum tcpoom_rule)rule);

		for (unsigned variant = 0; variant < info->variants; variant++) {
			struct tcpoom_rules rules = *c->kernel->rules;
			struct tcpoom_kernel mix;
			struct tcpoom_verdict v;

			if (variant == own)
				continue;
			tcpoom_rules_set(&rules, (enum tcpoom_rule)rule, (uint8_t)variant);
			mix = tcpoom_kernel_of(&rules, "mixture");
			if (tcpoom_decide(&mix, c->state, &v, NULL) != TCPOOM_OK || !agrees(c, &v))
				continue;
			found = true;
			printf("  rule      %s: it has %s (%s), and with %s it would agree\n",
			       info->name, info->variant[own].name, info->variant[own].what,
			       info->variant[variant].name);
			print_source(&info->variant[own]);
		}
	}
	return found;
}

/* The rule by which a test compares, or TCPOOM_RULES. */
static enum tcpoom_rule rule_of_test(const struct claim *c, const struct tcpoom_test *t)
{
	switch (t->id) {
	case TCPOOM_T_ORPHANS:
		return c->state->entry == TCPOOM_CLOSE ? TCPOOM_R_self : TCPOOM_R_limit;
	case TCPOOM_T_ORPHANS_SUM:
		return TCPOOM_R_count;
	case TCPOOM_T_WMEM_QUEUED:
		return TCPOOM_R_sndbuf;
	case TCPOOM_T_MEMORY:
		return TCPOOM_R_mem;
	default:
		return TCPOOM_RULES;
	}
}

/* Where no other variant is known to agree: the rules of the comparisons that were made. */
static void print_own_rules(const struct claim *c, const struct tcpoom_tests *t)
{
	for (unsigned n = 0; n < t->count; n++) {
		const enum tcpoom_rule rule = rule_of_test(c, &t->test[n]);
		const struct tcpoom_variant *own;

		if (!t->test[n].reached || rule == TCPOOM_RULES)
			continue;
		own = &tcpoom_rule_table[rule].variant[tcpoom_rules_get(c->kernel->rules, rule)];
		printf("  rule      %s: it has %s (%s)\n", tcpoom_rule_table[rule].name, own->name,
		       own->what);
		print_source(own);
	}
}

/* Where the verdict is the recorded one: the messages that should be as many as were asked for. */
static void print_sum(const struct claim *c, const struct tcpoom_verdict *v)
{
	const int64_t suppressed = c->recorded->suppressed < 0 ? 0 : c->recorded->suppressed;

	if (c->recorded->outcome == v->outcome && c->recorded->lines + suppressed != v->messages)
		printf("  messages  %u printed + %" PRId64 " suppressed = %" PRId64
		       ", but %u asked for\n",
		       c->recorded->lines, suppressed, c->recorded->lines + suppressed,
		       v->messages);
}

/* Every test that was made, with the numbers of the first verdict that does not agree; its rules.
 */
static void print_tests(const struct claim *c, const struct tcpoom_possible *p)
{
	struct tcpoom_verdict v;
	struct tcpoom_tests t;
	struct tcpoom_state filled;
	unsigned i = 0;
	char text[400] = "";

	while (i < p->verdicts && agrees(c, &p->verdict[i]))
		i++;
	if (i == p->verdicts || tcpoom_decide(c->kernel, &p->state[i], &v, &t) != TCPOOM_OK)
		return;
	filled = p->state[i];
	filled.given &= ~c->state->given;
	say_given(&filled, text, sizeof(text));
	if (*text)
		printf("  tests with%s:\n", text);
	else
		puts("  tests:");
	for (unsigned n = 0; n < t.count; n++) {
		if (!t.test[n].reached)
			continue;
		fputs("  ", stdout);
		say_test(stdout, &t.test[n]);
	}
	if (c->recorded)
		print_sum(c, &v);
	if (!print_rules(c))
		print_own_rules(c, &t);
}

static void print_failure(const struct claim *c, const struct tcpoom_possible *p)
{
	printf("%s:%lu: %s on %s\n", c->file, c->line, c->recorded ? "recorded" : "expected",
	       c->named);
	printf("  %s  ", c->recorded ? "recorded" : "expected");
	if (c->recorded)
		tcpoom_text_stated(stdout, c->recorded);
	for (unsigned i = 0; c->expect && i < c->expect->alternatives; i++) {
		fputs(i ? " | " : "", stdout);
		tcpoom_text_stated(stdout, &c->expect->alternative[i]);
	}
	fputs("\n  got       ", stdout);
	say_possible(stdout, p);
	putchar('\n');
	print_tests(c, p);
}

/* What was recorded must be possible; an expectation must hold whatever is unknown. */
static void judge(struct check *check, const struct claim *c)
{
	struct tcpoom_possible p;
	unsigned agreeing = 0;

	tcpoom_possible_find(c->kernel, c->state, &p);
	for (unsigned i = 0; i < p.verdicts; i++)
		agreeing += agrees(c, &p.verdict[i]);
	if (p.verdicts && agreeing == p.verdicts && !p.cut) {
		check->agreed++;
	} else if ((agreeing && c->recorded) || (p.cut && agreeing == p.verdicts)) {
		check->open++;
	} else {
		check->failed++;
		if (!check->quiet)
			print_failure(c, &p);
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
			print_log(c, &v, &lines);
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
		print_totals(&check);
	if (status || check.trouble)
		return STATUS_TROUBLE;
	if (!(check.agreed + check.failed + check.open))
		return nothing_checked(&check);
	return check.failed || (check.log_fails && check.log_other) ? STATUS_DIFFERENT
								    : STATUS_SAME;
}
