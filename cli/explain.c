/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom explain: one decision, with every test that led to it. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../diff/cause.h"
#include "../traces/value.h"
#include "cli.h"
#include "json_verdict.h"
#include "say.h"

const struct option_info explain_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel that decides (required)" },
	{ 'j', false, "json", NULL, "print one line of JSON" },
	{ 0 },
};

/* A decision to be explained, and whose it is. */
struct decision {
	const char *named; /* the kernel as the user named it */
	const struct tcpoom_kernel *kernel;
	struct tcpoom_resolution resolution;
	struct tcpoom_state state;
	tcpoom_fieldset assumed;
	struct tcpoom_verdict verdict;
	struct tcpoom_tests tests;
};

static const char *const entry_functions[TCPOOM_ENTRIES] = {
	[TCPOOM_TIMER] = "tcp_out_of_resources",
	[TCPOOM_CLOSE] = "tcp_close",
	[TCPOOM_RETRANSMIT] = "tcp_write_timeout, then tcp_out_of_resources",
	[TCPOOM_PROBE] = "tcp_probe_timer, then tcp_out_of_resources",
};

/* `entry` alone, or key=value; the keys of an event are passed over, so that one can be pasted. */
static bool read_argument(struct tcpoom_state *s, const char *argument, struct tcpoom_error *e)
{
	const struct tcpoom_span word = { argument, strlen(argument), 1 };
	const char *equals = strchr(argument, '=');
	struct tcpoom_span key = word, value;
	enum tcpoom_field f;

	if (!equals && (s->given & TCPOOM_BIT(entry)))
		return tcpoom_fail_found(e, word, "one entry");
	if (!equals)
		return tcpoom_entry_set(s, word, e);
	key.len = (size_t)(equals - argument);
	value = (struct tcpoom_span){ equals + 1, strlen(equals + 1), key.len + 2 };
	if (tcpoom_span_is(key, "sk") || tcpoom_span_is(key, "cpu") || tcpoom_span_is(key, "id"))
		return true;
	if (!tcpoom_key_known(key))
		return tcpoom_fail_found(e, key, "a field (see tcpoom explain --help)");
	f = tcpoom_field_find(key.text, key.len);
	if (f < TCPOOM_FIELDS && ((s->given | s->unknown) >> f & 1) && f != TCPOOM_F_tcp_mem2)
		return tcpoom_fail_found(e, key, "each field once");
	return tcpoom_value_set(s, key, value, &f, e);
}

static int read_state(struct decision *d, int argc, char **argv)
{
	struct tcpoom_error e = { .file = "argument" };
	const char *expected;
	enum tcpoom_field f;

	for (int i = 0; i < argc; i++) {
		e.line = (unsigned long)i + 1;
		if (!read_argument(&d->state, argv[i], &e))
			return cli_input_error(&e);
	}
	if (!(d->state.given & TCPOOM_BIT(entry)))
		return cli_error("entry is unknown: give timer, close, retransmit or probe");
	d->assumed = tcpoom_state_complete(&d->state);
	expected = tcpoom_state_unsound(&d->state, &f);
	if (expected)
		return cli_error("found %s=%" PRId64 ", expected %s", tcpoom_field_table[f].name,
				 tcpoom_field_get(&d->state, f), expected);
	return STATUS_SAME;
}

static int decide(struct decision *d)
{
	const tcpoom_fieldset missing = d->kernel->needs[d->state.entry] & ~d->state.given;
	struct tcpoom_error e = { .file = "" };
	enum tcpoom_status status;
	char names[400];

	if (missing) {
		say_fields(missing, names, sizeof(names));
		return cli_error("%s on %s also needs %s", tcpoom_entry_names[d->state.entry],
				 d->named, names);
	}
	status = tcpoom_decide(d->kernel, &d->state, &d->verdict, &d->tests);
	if (status == TCPOOM_OK)
		return STATUS_SAME;
	cli_refused(status, d->named, &d->state, d->verdict.blame, &e);
	return cli_error("%s", e.text);
}

/* Whether the tests found too many orphans, and too much memory, asked or not. */
static void find_reasons(const struct tcpoom_tests *tests, bool *orphans, bool *memory)
{
	*orphans = *memory = true;
	for (unsigned i = 0; i < tests->count; i++) {
		const struct tcpoom_test *t = &tests->test[i];

		if (t->id == TCPOOM_T_ORPHANS || t->id == TCPOOM_T_ORPHANS_SUM)
			*orphans &= t->truth;
		if (t->id == TCPOOM_T_WMEM_QUEUED || t->id == TCPOOM_T_MEMORY ||
		    t->id == TCPOOM_T_MEMCG)
			*memory &= t->truth;
	}
}

static void print_messages(const struct tcpoom_verdict *v, const char *none)
{
	if (!v->messages)
		fputs(none, stdout);
	for (unsigned i = 0; i < v->messages; i++)
		printf("%s\"%s\"", i ? " and " : "", tcpoom_message_texts[v->message[i]]);
}

static bool names_the_path(uint8_t message)
{
	return message == TCPOOM_MSG_OUT_OF_SOCKET_MEMORY ||
	       message == TCPOOM_MSG_TOO_MANY_OF_ORPHANED;
}

static void print_reason(const struct decision *d)
{
	bool orphans, memory;

	find_reasons(&d->tests, &orphans, &memory);
	if (d->verdict.outcome == TCPOOM_EXPIRED)
		puts("because: the timer gave up (tcp_write_err) before it asked");
	else if (d->verdict.outcome == TCPOOM_KEPT)
		puts("because: there are not too many orphans, and there is memory for this "
		     "socket");
	else if (!orphans && !memory)
		puts("because: its network namespace is exiting");
	else
		printf("because: %s\n", !memory	   ? "too many orphans; memory is not the reason"
					: !orphans ? "too much memory; orphans are not the reason"
						   : "too many orphans, and too much memory");
	if (d->verdict.messages && names_the_path(d->verdict.message[0]))
		printf("         %s prints this text for orphans and for memory alike\n", d->named);
	if (d->verdict.undefined)
		puts("         the backoff makes a shift that C leaves undefined: as x86 takes it");
}

static void print_decision(const struct decision *d)
{
	char names[80];

	printf("%s: %s\n(rules of %s, %s; %s)\n", d->named, entry_functions[d->state.entry],
	       d->kernel->name, tcpoom_evidence_names[d->resolution.evidence], d->resolution.why);
	for (unsigned i = 0; i < d->tests.count; i++)
		say_test(stdout, &d->tests.test[i]);
	say_fields(d->assumed & d->kernel->needs[d->state.entry], names, sizeof(names));
	if (*names)
		printf("  (%s: assumed from another orphan count)\n", names);
	printf("verdict: %s%s\nmessage: ", tcpoom_outcome_names[d->verdict.outcome],
	       d->verdict.snmp ? ", TCPAbortOnMemory counted" : "");
	print_messages(&d->verdict, "none");
	putchar('\n');
	print_reason(d);
}

/* What another row of the table does with the state. */
struct other {
	enum tcpoom_status status;
	struct tcpoom_verdict verdict;
	struct tcpoom_cause cause; /* of what it does otherwise: no sets where it does the same */
};

static void ask_other(const struct decision *d, const struct tcpoom_kernel *kernel, struct other *o)
{
	*o = (struct other){ 0 };
	o->status = tcpoom_decide(kernel, &d->state, &o->verdict, NULL);
	if (o->status != TCPOOM_OK || tcpoom_verdict_same(&d->verdict, &o->verdict))
		return;
	tcpoom_cause_find(d->kernel, kernel, &d->state, &d->verdict, &o->verdict, &o->cause);
}

/* Whether two rows have the same variants of the rules that are in the cause. */
static bool same_variants(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
			  tcpoom_ruleset rules)
{
	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		if ((rules >> rule & 1) &&
		    tcpoom_rules_get(a->rules, (enum tcpoom_rule)rule) !=
			    tcpoom_rules_get(b->rules, (enum tcpoom_rule)rule))
			return false;
	return true;
}

static bool same_other(const struct other *a, const struct other *b)
{
	if (a->status != b->status || !tcpoom_cause_same(&a->cause, &b->cause))
		return false;
	return a->status == TCPOOM_OK ? tcpoom_verdict_same(&a->verdict, &b->verdict)
				      : a->verdict.blame == b->verdict.blame;
}

/* The rows from `first` to `last`, whose verdict and cause are one. */
static void print_other(const struct decision *d, int first, int last, const struct other *o)
{
	char kernels[60], end[24], cause[TCPOOM_CAUSE_TEXT];

	/* a stable kernel or a vendor's is no end of a range of releases */
	while (!tcpoom_release_end(&tcpoom_kernels[last], end) && first < last)
		last--;
	snprintf(kernels, sizeof(kernels), *end ? "%s to %s" : "%s on", tcpoom_kernels[first].name,
		 end);
	if (first == last && !strcmp(tcpoom_kernels[last].name, end))
		snprintf(kernels, sizeof(kernels), "%s", end);
	printf("  %-24s ", kernels);
	if (o->status != TCPOOM_OK) {
		printf("not decided: %s is %s\n", tcpoom_field_table[o->verdict.blame].name,
		       o->status == TCPOOM_UNKNOWN	     ? "unknown"
		       : o->status == TCPOOM_UNREPRESENTABLE ? "more than its int holds"
							     : "not modelled there");
		return;
	}
	if (!o->cause.sets) {
		puts("the same");
		return;
	}
	printf("%s, ", tcpoom_outcome_names[o->verdict.outcome]);
	print_messages(&o->verdict, "no message");
	tcpoom_cause_text(d->kernel, &tcpoom_kernels[first], &o->cause, cause, sizeof(cause));
	printf("\n  %24s by %s\n", "", cause);
}

/* The whole table in its order, rows that do the same for the same reason together. */
static void print_others(const struct decision *d)
{
	tcpoom_ruleset rules = 0;
	struct other run, next;
	int first = 0;

	puts("\nother kernels:");
	ask_other(d, &tcpoom_kernels[0], &run);
	for (int k = 1; k <= TCPOOM_KERNELS; k++) {
		if (k < TCPOOM_KERNELS) {
			ask_other(d, &tcpoom_kernels[k], &next);
			if (same_other(&run, &next) &&
			    same_variants(&tcpoom_kernels[first], &tcpoom_kernels[k],
					  tcpoom_cause_rules(&run.cause)))
				continue;
		}
		print_other(d, first, k - 1, &run);
		rules |= tcpoom_cause_rules(&run.cause);
		first = k;
		run = next;
	}
	if (rules)
		putchar('\n');
	cli_print_rules(rules);
}

static void json_test(struct json *j, const struct tcpoom_test *t)
{
	json_open(j, NULL, '{');
	json_string(j, "test", tcpoom_test_table[t->id].name);
	if (t->shift) {
		json_number(j, "base", t->base);
		json_number(j, "shift", t->shift);
	}
	if (t->op == TCPOOM_GT_UNSIGNED)
		json_unsigned(j, "lhs", (uint64_t)t->lhs);
	else
		json_number(j, "lhs", t->lhs);
	json_string(j, "op", tcpoom_op_names[t->op]);
	json_number(j, "rhs", t->rhs);
	json_bool(j, "true", t->truth);
	json_bool(j, "asked", t->reached);
	json_close(j, '}');
}

static void json_other(struct json *j, const struct decision *d, const struct tcpoom_kernel *kernel,
		       const struct other *o)
{
	char cause[TCPOOM_CAUSE_TEXT];

	json_open(j, NULL, '{');
	json_string(j, "kernel", kernel->name);
	if (o->status == TCPOOM_OK) {
		json_verdict(j, &o->verdict);
		tcpoom_cause_text(d->kernel, kernel, &o->cause, cause, sizeof(cause));
		json_string(j, "cause", cause);
	} else {
		json_string(j, "not_decided", tcpoom_field_table[o->verdict.blame].name);
	}
	json_close(j, '}');
}

static void print_json(const struct decision *d)
{
	struct json j = { .out = stdout };
	struct other other;

	json_open(&j, NULL, '{');
	json_string(&j, "kernel", d->named);
	json_string(&j, "rules_of", d->kernel->name);
	json_string(&j, "evidence", tcpoom_evidence_names[d->resolution.evidence]);
	json_string(&j, "why", d->resolution.why);
	json_string(&j, "entry", tcpoom_entry_names[d->state.entry]);
	json_open(&j, "tests", '[');
	for (unsigned i = 0; i < d->tests.count; i++)
		json_test(&j, &d->tests.test[i]);
	json_close(&j, ']');
	json_verdict(&j, &d->verdict);
	json_number(&j, "ret", d->verdict.ret);
	json_number(&j, "do_reset", d->verdict.do_reset);
	json_number(&j, "exact_sums", d->verdict.exact_sums);
	json_bool(&j, "undefined_shift", d->verdict.undefined);
	json_open(&j, "others", '[');
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		ask_other(d, &tcpoom_kernels[k], &other);
		if (other.status != TCPOOM_OK || other.cause.sets)
			json_other(&j, d, &tcpoom_kernels[k], &other);
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end_line(&j);
}

int cmd_explain(const struct command *command, int argc, char **argv)
{
	struct decision d = { .named = NULL };
	bool as_json = false;
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'k')
			d.named = optarg;
		else if (option == 'j')
			as_json = true;
		else
			return cli_stop(option);
	}
	if (!d.named)
		return cli_error("explain needs -k KERNEL");
	d.kernel = cli_kernel(d.named, &d.resolution);
	if (!d.kernel || read_state(&d, argc - optind, argv + optind) || decide(&d))
		return STATUS_TROUBLE;
	if (as_json) {
		print_json(&d);
		return STATUS_SAME;
	}
	print_decision(&d);
	print_others(&d);
	return STATUS_SAME;
}
