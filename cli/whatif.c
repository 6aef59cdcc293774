/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom whatif: the same trace or workload under other settings, or on another kernel. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "say.h"
#include "whatif.h"

const struct option_info whatif_options[] = {
	{ 's', true, "set", "FIELD=VALUE",
	  "set otherwise, whatever the trace says; may be repeated" },
	{ 'k', true, "kernel", "KERNEL", "the kernel after the change, by default that before it" },
	{ 'f', true, "from", "KERNEL", "the kernel before it, by default that of the trace" },
	{ 'S', false, "search", "FIELD",
	  "the smallest value of FIELD with which nothing is killed" },
	{ 'n', false, "seed", "NUMBER", "of a workload's random numbers, by default 1" },
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	CLI_BITS,
	{ 0 },
};

bool whatif_find_kernels(const struct whatif *w, const char *file, const char *of_trace,
			 struct whatif_base *base)
{
	const char *named = w->named[0] ? w->named[0] : of_trace ? of_trace : w->named[1];
	struct tcpoom_resolution r;

	if (!named) {
		cli_error("%s: it names no kernel: give --from KERNEL", file);
		return false;
	}
	if (base->kernel && !strcmp(base->named, named))
		return true;
	snprintf(base->named, sizeof(base->named), "%s", named);
	base->kernel = named == of_trace ? cli_release(named, &r) : cli_kernel(named, &r);
	base->after = base->kernel;
	if (base->kernel && w->named[1])
		base->after = cli_kernel(w->named[1], &r);
	if (base->kernel && base->after == base->kernel && !w->alter.count && !w->search) {
		cli_error("%s: nothing is asked: give --set, or -k with another kernel", file);
		return false;
	}
	return base->kernel && base->after;
}

void whatif_say_end(FILE *out, uint8_t entry, const struct tcpoom_verdict *v, bool is_socket)
{
	if (is_socket && !tcpoom_killed(v)) {
		fputs("not killed", out);
		return;
	}
	if (is_socket)
		fprintf(out, "%s: ", tcpoom_entry_names[entry]);
	say_verdict(out, v);
}

/* Whether the test stands for why a socket is killed; an exact sum stands for the count before it.
 */
static bool is_reason(const struct tcpoom_tests *tests, unsigned i)
{
	const struct tcpoom_test *t = &tests->test[i];

	if (t->id == TCPOOM_T_ORPHANS && i + 1 < tests->count &&
	    tests->test[i + 1].id == TCPOOM_T_ORPHANS_SUM)
		return false;
	return t->truth && t->reached && t->id >= TCPOOM_T_ORPHANS && t->id <= TCPOOM_T_NET_EXITING;
}

void whatif_say_why(FILE *out, const struct tcpoom_kernel *kernel, const struct tcpoom_state *s)
{
	const char *before = " (";
	struct tcpoom_verdict v;
	struct tcpoom_tests tests = { .count = 0 };

	if (tcpoom_decide(kernel, s, &v, &tests) != TCPOOM_OK)
		return;
	for (unsigned i = 0; i < tests.count; i++) {
		const struct tcpoom_test *t = &tests.test[i];
		const struct tcpoom_test_info *info = &tcpoom_test_table[t->id];

		if (!is_reason(&tests, i))
			continue;
		fprintf(out, "%s%s %" PRId64, before, info->lhs, t->base);
		if (t->shift)
			fprintf(out, " << %d = %" PRId64, t->shift, t->lhs);
		fprintf(out, " %s %s%s%" PRId64, tcpoom_op_names[t->op], info->rhs,
			*info->rhs ? " " : "", t->rhs);
		before = ", ";
	}
	fputs(*before == ',' ? ")" : "", out);
}

struct tcpoom_span whatif_search_key(const struct whatif *w)
{
	struct tcpoom_span key = { w->search, strlen(w->search), 0 };
	bool bare;
	const struct tcpoom_knob *knob = tcpoom_knob_find(key, &bare);

	if (knob && knob->setting)
		key = (struct tcpoom_span){ knob->setting, strlen(knob->setting), 0 };
	if (tcpoom_span_is(key, "tcp_mem"))
		key = (struct tcpoom_span){ "tcp_mem2", strlen("tcp_mem2"), 0 };
	return key;
}

static int what_if(const struct whatif *w, char *const *files, int count)
{
	int workloads = 0, status = STATUS_SAME;

	for (int i = 0; i < count; i++) {
		bool is;

		if (!cli_is_workload(files[i], &is))
			return STATUS_TROUBLE;
		workloads += is;
	}
	if (workloads && workloads < count)
		return cli_error("whatif takes traces or workloads, not both at once");
	if (!workloads)
		return w->search ? whatif_search(w, files, count) : whatif_traces(w, files, count);
	for (int i = 0; i < count && status != STATUS_TROUBLE; i++) {
		const int one = whatif_workload(w, files[i]);

		status = one > status ? one : status;
		if (i + 1 < count && !w->quiet && !w->as_json)
			putchar('\n');
	}
	return status;
}

static bool take_option(struct whatif *w, int option, const char *value)
{
	const struct tcpoom_span span = { value, value ? strlen(value) : 0, 1 };
	struct tcpoom_error e = { .file = option == 's' ? "--set" : "--seed" };
	int64_t seed = 1;

	switch (option) {
	case 'k':
	case 'f':
		w->named[option == 'k'] = value;
		return true;
	case 'S':
		w->search = value;
		return true;
	case 'b':
		return cli_bits(value, &w->bits);
	case 's':
		return tcpoom_alter_add(&w->alter, span, &e) || (cli_input_error(&e), false);
	default:
		if (!tcpoom_number(span, 0, INT64_MAX, &seed, &e))
			return cli_input_error(&e), false;
		w->seed = (uint64_t)seed;
		return true;
	}
}

int cmd_whatif(const struct command *command, int argc, char **argv)
{
	struct whatif w = { .seed = 1, .bits = 64 };
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'g')
			w.keep_going = true;
		else if (option == 'j')
			w.as_json = true;
		else if (option == 'q')
			w.quiet = true;
		else if (option == CLI_BAD || option == CLI_HELP)
			return cli_stop(option);
		else if (!take_option(&w, option, optarg))
			return STATUS_TROUBLE;
	}
	if (optind == argc)
		return cli_error("whatif needs a trace or a workload");
	return what_if(&w, argv + optind, argc - optind);
}
