/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom alarms: would a monitor's alarms have warned of the first kill? */
#include "alarms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../diff/possible.h"
#include "../traces/input.h"
#include "../traces/value.h"
#include "events.h"

const struct option_info alarms_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel; several are judged one after the other" },
	{ 'r', false, "rules", "FILE", "alarms of your own instead of those that are built in" },
	{ 'p', false, "print", "NAME", "print the alarms of that name that are built in, or all" },
	{ 's', false, "seed", "NUMBER", "of a workload's random numbers, by default 1" },
	{ 'v', true, "verbose", NULL, "print each alarm for itself" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

static void free_watches(struct alarms *a)
{
	for (unsigned i = 0; i < a->sets; i++)
		tcpoom_alarm_watch_free(&a->set[i].watch);
}

static bool begin_watches(struct alarms *a)
{
	bool good = true;

	for (unsigned i = 0; i < a->sets; i++)
		good &= tcpoom_alarm_watch_begin(&a->set[i].watch, &a->set[i].rules);
	if (!good) {
		free_watches(a);
		cli_error("out of memory");
	}
	return good;
}

/* A trace whose events go to all watches at once. */
struct judged_trace {
	struct alarms *a;
	const struct tcpoom_kernel *kernel; /* NULL: what was recorded, else the trace's own */
	const struct tcpoom_kernel *own;
	char own_name[200];
	struct tcpoom_alarm_tail tail[ALARM_SETS_MOST];
	struct alarm_subject of;
};

/* The kernel that the trace names, where it is one row. */
static const struct tcpoom_kernel *find_own(struct judged_trace *t,
					    const struct tcpoom_trace *trace)
{
	const char *named = tcpoom_trace_kernel(trace);
	struct tcpoom_resolution r;

	if (!named)
		return NULL;
	if (strcmp(t->own_name, named)) {
		snprintf(t->own_name, sizeof(t->own_name), "%s", named);
		tcpoom_release_resolve(named, &r);
		t->own = r.candidates == 1 ? r.candidate[0] : NULL;
	}
	return t->own;
}

static enum tcpoom_alarm_end end_of(int outcome, bool counted)
{
	if (outcome == TCPOOM_KILLED_RESET || outcome == TCPOOM_KILLED_SILENT)
		return counted ? TCPOOM_ALARM_KILLED : TCPOOM_ALARM_LIVES;
	return outcome == TCPOOM_EXPIRED ? TCPOOM_ALARM_TIMED_OUT : TCPOOM_ALARM_LIVES;
}

/* What all possible verdicts agree on. */
static enum tcpoom_alarm_end replay(const struct tcpoom_kernel *kernel,
				    const struct tcpoom_event *event)
{
	enum tcpoom_alarm_end end;
	struct tcpoom_possible p;

	if (!kernel)
		return TCPOOM_ALARM_OPEN;
	tcpoom_possible_find(kernel, &event->state, &p);
	if (!p.verdicts || p.cut)
		return TCPOOM_ALARM_OPEN;
	end = end_of(p.verdict[0].outcome, p.verdict[0].snmp);
	for (unsigned i = 1; i < p.verdicts; i++)
		if (end_of(p.verdict[i].outcome, p.verdict[i].snmp) != end)
			return TCPOOM_ALARM_OPEN;
	return end;
}

static bool judge_event(void *context, const char *file, const struct tcpoom_trace *trace,
			const struct tcpoom_event *event)
{
	struct judged_trace *t = context;
	enum tcpoom_alarm_end end;

	(void)file;
	if (!t->kernel && event->has_recorded && event->recorded.outcome >= 0)
		end = end_of(event->recorded.outcome, !event->recorded.uncounted);
	else
		end = replay(t->kernel ? t->kernel : find_own(t, trace), event);
	t->of.events++;
	t->of.open += end == TCPOOM_ALARM_OPEN;
	for (unsigned i = 0; i < t->a->sets; i++)
		tcpoom_alarm_tail_event(&t->tail[i], event, end);
	return true;
}

static int judge_trace(struct alarms *a, char *file, const char *named)
{
	struct judged_trace t = { .a = a,
				  .of = { .file = file, .kernel = named, .is_trace = true } };
	struct tcpoom_resolution r;
	int status;

	if (named) {
		t.kernel = cli_kernel(named, &r);
		if (!t.kernel)
			return STATUS_TROUBLE;
	}
	if (!begin_watches(a))
		return STATUS_TROUBLE;
	for (unsigned i = 0; i < a->sets; i++)
		t.tail[i].watch = &a->set[i].watch;
	status = cli_each_event(&file, 1, false, judge_event, &t);
	for (unsigned i = 0; i < a->sets && !status; i++)
		tcpoom_alarm_tail_end(&t.tail[i]);
	if (!status)
		alarms_report(a, &t.of);
	free_watches(a);
	return status;
}

/* The newest row of the table, for those who name no kernel. */
#define NEWEST "7.1"

#define SAMPLES_MOST 10000000

/* Sets that sample alike share a run. */
static bool run_all(struct alarms *a, const struct tcpoom_machine *machine,
		    const struct tcpoom_workload *w, struct tcpoom_error *e)
{
	struct tcpoom_alarm_watch *watch[ALARM_SETS_MOST];
	struct tcpoom_alarm_watches watches = { .watch = watch };
	bool done[ALARM_SETS_MOST] = { false };

	for (unsigned i = 0; i < a->sets; i++) {
		watches.count = 0;
		for (unsigned j = i; j < a->sets && !done[i]; j++) {
			if (a->set[j].rules.every != a->set[i].rules.every)
				continue;
			watch[watches.count++] = &a->set[j].watch;
			done[j] = j > i;
		}
		if (w->end / a->set[i].rules.every > SAMPLES_MOST)
			return tcpoom_fail(e, 0, "%s takes more than %d samples of it",
					   a->set[i].name, SAMPLES_MOST);
		if (watches.count && !tcpoom_alarm_run(&watches, machine, w, a->seed, e))
			return false;
	}
	return true;
}

static int judge_workload(struct alarms *a, const char *file, const char *named)
{
	const struct alarm_subject of = { .file = file, .kernel = named ? named : NEWEST };
	struct tcpoom_workload w = { .change = NULL };
	struct tcpoom_resolution r;
	struct tcpoom_machine machine;
	struct tcpoom_error e = { .file = file };
	FILE *in;
	bool good;

	if (!cli_release(of.kernel, &r))
		return STATUS_TROUBLE;
	machine = tcpoom_machine_of(&r);
	in = tcpoom_input_open(file);
	if (!in)
		return cli_error("%s: %s", file, strerror(errno));
	good = tcpoom_workload_read(in, file, &w, &e);
	tcpoom_input_close(in);
	if (!good || !begin_watches(a)) {
		tcpoom_workload_free(&w);
		return good ? STATUS_TROUBLE : cli_input_error(&e);
	}
	e = (struct tcpoom_error){ .file = file };
	good = run_all(a, &machine, &w, &e);
	if (good)
		alarms_report(a, &of);
	free_watches(a);
	tcpoom_workload_free(&w);
	return good ? STATUS_SAME : cli_input_error(&e);
}

static int judge(struct alarms *a, char *file)
{
	int status = STATUS_SAME;
	bool is_workload;

	if (!cli_is_workload(file, &is_workload))
		return STATUS_TROUBLE;
	for (unsigned k = 0; k < (a->kernels ? a->kernels : 1) && !status; k++)
		status = is_workload ? judge_workload(a, file, a->kernel[k])
				     : judge_trace(a, file, a->kernel[k]);
	return status;
}

static bool add_set(struct alarms *a, const char *name, FILE *in)
{
	struct alarm_set *set = &a->set[a->sets];
	struct tcpoom_error e;
	bool good;

	if (!in)
		return cli_error("%s: %s", name, strerror(errno)), false;
	if (a->sets == ALARM_SETS_MOST)
		return cli_error("at most %d files of alarms", ALARM_SETS_MOST), false;
	a->sets++;
	set->total.shortest = -1;
	set->name = strdup(name);
	if (!set->name)
		return cli_error("out of memory"), false;
	good = tcpoom_alarm_rules_read(in, name, &set->rules, &e);
	return good || (cli_input_error(&e), false);
}

static bool add_file(struct alarms *a, const char *file)
{
	FILE *in = tcpoom_input_open(file);
	const bool good = add_set(a, file, in);

	if (in)
		tcpoom_input_close(in);
	return good;
}

/* Those that are built in, each under its name without .alarms. */
static bool add_own(struct alarms *a)
{
	bool good = true;

	for (const struct tcpoom_alarm_text *t = tcpoom_alarm_texts; t->name && good; t++) {
		FILE *in = fmemopen((void *)t->text, strlen(t->text), "r");
		char name[40];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(t->name, "."), t->name);
		good = add_set(a, name, in);
		if (in)
			fclose(in);
	}
	return good;
}

static int print_own(const char *name)
{
	bool found = false;

	for (const struct tcpoom_alarm_text *t = tcpoom_alarm_texts; t->name; t++) {
		const size_t len = strcspn(t->name, ".");

		if (strcmp(name, "all") && (strlen(name) != len || strncmp(name, t->name, len)))
			continue;
		fputs(t->text, stdout);
		found = true;
	}
	return found ? STATUS_SAME : cli_error("no alarms of the name \"%s\" are built in", name);
}

static bool take_option(struct alarms *a, int option, const char *value)
{
	const struct tcpoom_span span = { value, strlen(value), 1 };
	struct tcpoom_error e = { .file = "--seed" };
	int64_t seed;

	if (option == 'r')
		return add_file(a, value);
	if (option == 'k') {
		if (a->kernels == ALARM_KERNELS_MOST)
			return cli_error("at most %d kernels", ALARM_KERNELS_MOST), false;
		a->kernel[a->kernels++] = value;
		return true;
	}
	if (!tcpoom_number(span, 0, INT64_MAX, &seed, &e))
		return cli_input_error(&e), false;
	a->seed = (uint64_t)seed;
	return true;
}

static int judge_all(struct alarms *a, char **files, int count)
{
	int status = STATUS_SAME;

	if (!a->sets && !add_own(a))
		return STATUS_TROUBLE;
	for (int i = 0; i < count && !status; i++)
		status = judge(a, files[i]);
	if (status)
		return status;
	alarms_report_totals(a);
	return a->found ? STATUS_DIFFERENT : STATUS_SAME;
}

int cmd_alarms(const struct command *command, int argc, char **argv)
{
	struct alarms a = { .seed = 1 };
	const char *print = NULL;
	int option, status = STATUS_SAME;

	while (!status && (option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == CLI_BAD || option == CLI_HELP)
			return cli_stop(option);
		if (option == 'v')
			a.verbose = true;
		else if (option == 'j')
			a.as_json = true;
		else if (option == 'q')
			a.quiet = true;
		else if (option == 'p')
			print = optarg;
		else if (!take_option(&a, option, optarg))
			status = STATUS_TROUBLE;
	}
	if (!status && print)
		status = print_own(print);
	else if (!status && optind == argc)
		status = cli_error("alarms needs a trace or a workload");
	else if (!status)
		status = judge_all(&a, argv + optind, argc - optind);
	for (unsigned i = 0; i < a.sets; i++) {
		tcpoom_alarm_rules_free(&a.set[i].rules);
		free(a.set[i].name);
	}
	return status;
}
