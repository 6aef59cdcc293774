/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom whatif over a workload: the whole run before and after the change, socket by socket. */
#include <inttypes.h>
#include <string.h>

#include "../advice/rerun.h"
#include "say.h"
#include "events.h"
#include "whatif.h"

struct rerun {
	const struct whatif *asked;
	const char *file, *named[2];
	struct tcpoom_workload workload[2];
	struct tcpoom_rerun_world world[2];
	struct tcpoom_rerun found;
};

static bool find_machines(struct rerun *r)
{
	const struct whatif *w = r->asked;
	struct tcpoom_resolution resolution;

	r->named[0] = w->named[0] ? w->named[0] : w->named[1];
	r->named[1] = w->named[1] ? w->named[1] : w->named[0];
	if (!r->named[0])
		return cli_error("%s: a workload names no kernel: give --from KERNEL", r->file),
		       false;
	if (!strcmp(r->named[0], r->named[1]) && !w->alter.count && !w->search)
		return cli_error("%s: nothing is asked: give --set, or -k with another kernel",
				 r->file),
		       false;
	for (int i = 0; i < 2; i++) {
		if (!cli_release(r->named[i], &resolution))
			return false;
		r->world[i].machine = tcpoom_machine_of(&resolution);
		r->world[i].workload = &r->workload[i];
	}
	return true;
}

static void print_time(int64_t ns)
{
	printf("%" PRId64 ".%06" PRId64, ns / 1000000000, ns % 1000000000 / 1000);
}

static void print_turned(const struct rerun *r, const struct tcpoom_turned *t)
{
	const size_t at = t->first.line - 1;
	const int world = tcpoom_killed(&t->verdict[0]) ? 0 : 1;

	printf("%8" PRIu64 "  %-16s sk=%lu at ", t->events, tcpoom_turn_names[t->turn],
	       t->first.line);
	print_time(r->found.when[world][at]);
	fputs("\n          ", stdout);
	whatif_say_end(stdout, t->entry[0], &t->verdict[0], true);
	fputs(" -> ", stdout);
	whatif_say_end(stdout, t->entry[1], &t->verdict[1], true);
	putchar('\n');
}

static void print_text(const struct rerun *r)
{
	const struct tcpoom_whatif *w = &r->found.sockets;

	if (w->turns)
		printf("%8s  %-16s %s\n", "sockets", "change", "first");
	for (size_t i = 0; i < w->turns; i++)
		print_turned(r, &w->turned[i]);
	printf("%" PRIu64 " sockets, %" PRIu64 " change; killed: %" PRIu64 " -> %" PRIu64
	       "; killed in both: %" PRIu64 "\n\n%-28s %12.12s %12.12s\n",
	       w->events, w->changed, w->killed[0], w->killed[1], w->remain, "", r->named[0],
	       strcmp(r->named[0], r->named[1]) ? r->named[1] : "after");
	for (int i = 0; i < TCPOOM_RUN_COUNTS; i++) {
		const uint64_t before = r->found.result[0].count[i];
		const uint64_t after = r->found.result[1].count[i];

		if (before || after)
			printf("%-28s %12" PRIu64 " %12" PRIu64 "\n", tcpoom_run_texts[i], before,
			       after);
	}
	for (unsigned i = 0; i < r->asked->alter.count; i++)
		if (r->asked->alter.inert[i])
			printf("%.*s: no decision reads it\n", (int)r->asked->alter.key[i].len,
			       r->asked->alter.key[i].text);
}

static void json_end(struct json *j, const char *key, uint8_t entry, const struct tcpoom_verdict *v)
{
	json_open(j, key, '{');
	json_string(j, "verdict",
		    tcpoom_killed(v) ? tcpoom_outcome_names[v->outcome] : "not killed");
	if (tcpoom_killed(v))
		json_string(j, "entry", tcpoom_entry_names[entry]);
	json_close(j, '}');
}

static void json_counts(struct json *j, const char *key, const struct tcpoom_run_result *result)
{
	static const char *const names[] = {
#define COUNT(name, text) #name,
#include "../diff/run.def"
#undef COUNT
	};

	json_open(j, key, '{');
	for (int i = 0; i < TCPOOM_RUN_COUNTS; i++)
		json_unsigned(j, names[i], result->count[i]);
	json_close(j, '}');
}

static void print_json(const struct rerun *r)
{
	const struct tcpoom_whatif *w = &r->found.sockets;
	struct json j = { .out = stdout };

	for (size_t i = 0; i < w->turns; i++) {
		const struct tcpoom_turned *t = &w->turned[i];

		json_open(&j, NULL, '{');
		json_string(&j, "change", tcpoom_turn_names[t->turn]);
		json_end(&j, "before", t->entry[0], &t->verdict[0]);
		json_end(&j, "after", t->entry[1], &t->verdict[1]);
		json_unsigned(&j, "sockets", t->events);
		json_unsigned(&j, "first_sk", t->first.line);
		json_close(&j, '}');
		json_end_line(&j);
	}
	json_open(&j, NULL, '{');
	json_string(&j, "file", r->file);
	json_unsigned(&j, "sockets", w->events);
	json_unsigned(&j, "changed", w->changed);
	json_unsigned(&j, "killed_before", w->killed[0]);
	json_unsigned(&j, "killed_after", w->killed[1]);
	json_unsigned(&j, "killed_in_both", w->remain);
	json_counts(&j, "before", &r->found.result[0]);
	json_counts(&j, "after", &r->found.result[1]);
	json_close(&j, '}');
	json_end_line(&j);
}

static int compare(struct rerun *r)
{
	struct tcpoom_error e = { .file = r->file };
	int status = STATUS_TROUBLE;
	bool differ;

	if (!tcpoom_rerun(r->world, r->file, r->asked->seed, &r->found, &e)) {
		status = cli_input_error(&e);
	} else {
		tcpoom_whatif_sort(&r->found.sockets);
		if (r->asked->as_json)
			print_json(r);
		else if (!r->asked->quiet)
			print_text(r);
		differ = memcmp(&r->found.result[0], &r->found.result[1],
				sizeof(r->found.result[0])) != 0;
		status = r->found.sockets.changed || differ ? STATUS_DIFFERENT : STATUS_SAME;
	}
	tcpoom_rerun_free(&r->found);
	return status;
}

static void print_kill(const struct rerun *r, const struct tcpoom_first_kill *k)
{
	printf("sk=%" PRIu64 " is killed at ", k->sk);
	print_time(k->time);
	printf(", %s: ", tcpoom_entry_names[k->state.entry]);
	say_verdict(stdout, &k->verdict);
	whatif_say_why(stdout, r->world[1].machine.kernel, &k->state);
	putchar('\n');
}

static void print_found(const struct rerun *r, const char *name,
			const struct tcpoom_rerun_search *found)
{
	if (found->found)
		printf("%s=%" PRId64 ": nothing is killed", name, found->value);
	else
		printf("no value of %s", name);
	if (!found->found) {
		fputs("; at the largest ", stdout);
		print_kill(r, &found->least);
	} else if (found->below.found) {
		printf("; at %" PRId64 " ", found->value - 1);
		print_kill(r, &found->below);
	} else {
		puts(", and there is no smaller one");
	}
	if (found->found && found->each)
		puts("proved: it was run, and every smaller value was");
	else if (found->found)
		puts("proved: it was run, and one less; with a smaller limit more of the same run "
		     "is too much");
}

static void json_found(const struct rerun *r, const char *name,
		       const struct tcpoom_rerun_search *found)
{
	const struct tcpoom_first_kill *k = found->found ? &found->below : &found->least;
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_string(&j, "file", r->file);
	json_string(&j, "setting", name);
	if (found->found)
		json_number(&j, "value", found->value);
	else
		json_null(&j, "value");
	if (k->found) {
		json_open(&j, found->found ? "below" : "at_most", '{');
		json_unsigned(&j, "sk", k->sk);
		json_number(&j, "ns", k->time);
		json_string(&j, "entry", tcpoom_entry_names[k->state.entry]);
		json_string(&j, "verdict", tcpoom_outcome_names[k->verdict.outcome]);
		json_close(&j, '}');
	}
	json_close(&j, '}');
	json_end_line(&j);
}

static int search(struct rerun *r)
{
	const struct tcpoom_span key = whatif_search_key(r->asked);
	struct tcpoom_error e = { .file = r->file };
	struct tcpoom_rerun_search found;
	int setting = 0;

	while (setting < TCPOOM_SETTINGS && !tcpoom_span_is(key, tcpoom_settings[setting].name))
		setting++;
	if (setting == TCPOOM_SETTINGS)
		return cli_error("found --search=%s, expected a setting of a workload",
				 r->asked->search);
	if (!tcpoom_rerun_search(&r->world[1], (enum tcpoom_setting)setting, r->asked->seed, &found,
				 &e))
		return cli_input_error(&e);
	if (r->asked->as_json)
		json_found(r, tcpoom_settings[setting].name, &found);
	else if (!r->asked->quiet)
		print_found(r, tcpoom_settings[setting].name, &found);
	return found.found ? STATUS_SAME : STATUS_DIFFERENT;
}

int whatif_workload(const struct whatif *w, const char *file)
{
	struct rerun r = { .asked = w, .file = file };
	struct tcpoom_error e = { .file = "--set" };
	int status = find_machines(&r) ? STATUS_SAME : STATUS_TROUBLE;

	for (int i = 0; i < 2 && !status; i++)
		status = cli_read_workload(file, &r.workload[i]);
	if (!status && !tcpoom_alter_workload(&w->alter, &r.workload[1], &e))
		status = cli_input_error(&e);
	if (!status)
		status = w->search ? search(&r) : compare(&r);
	tcpoom_workload_free(&r.workload[0]);
	tcpoom_workload_free(&r.workload[1]);
	return status;
}
