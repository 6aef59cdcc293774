/* SPDX-License-Identifier: GPL-2.0-only */
/* What alarms were good for: of each run, and added up. */
#include <inttypes.h>
#include <string.h>

#include "alarms.h"
#include "json.h"

/* "-", or seconds; with three digits, as no monitor is quicker. */
static const char *seconds(int64_t ns, char text[static 32])
{
	if (ns < 0)
		return "-";
	snprintf(text, 32, "%" PRId64 ".%03" PRId64, ns / 1000000000, ns % 1000000000 / 1000000);
	return text;
}

static void print_record(const char *name, const struct tcpoom_alarm_record *r)
{
	char first[32], before[32];

	printf("  %-28s %12s %12s %10" PRIu64 " %8" PRIu64 " %6" PRIu64 " %9" PRIu64 "\n", name,
	       seconds(r->first, first), seconds(r->before, before), r->unwarned, r->timely,
	       r->late, r->needless);
}

/* "warn orphans", and behind all of them what they are. */
static void print_rules(const struct alarm_set *set)
{
	char name[80];

	for (size_t i = 0; i < set->rules.count; i++) {
		const struct tcpoom_alarm_rule *rule = &set->rules.rule[i];

		snprintf(name, sizeof(name), "  %s %s", rule->is_crit ? "crit" : "warn",
			 rule->name);
		print_record(name, &set->watch.state[i].record);
	}
}

static void print_unknown(const struct alarm_set *set)
{
	const char *before = ": not known: ";

	if (!set->watch.unknown)
		return;
	printf("  %s", set->name);
	for (int i = 0; i < TCPOOM_ALARM_VARS; i++) {
		if (!(set->watch.unknown >> i & 1))
			continue;
		printf("%s%s", before, tcpoom_alarm_vars[i].name);
		before = ", ";
	}
	putchar('\n');
}

static void print_of(const char *name, const struct tcpoom_alarm_sample *s,
		     enum tcpoom_alarm_var var, enum tcpoom_alarm_var limit)
{
	if (s->known >> var & s->known >> limit & 1)
		printf(", %s %" PRId64 " of %" PRId64, name, s->value[var], s->value[limit]);
}

static void print_head(const struct alarm_subject *of, const struct tcpoom_alarm_watch *w)
{
	char text[32];

	printf("%s%s%s: ", of->file, of->kernel ? " on " : "", of->kernel ? of->kernel : "");
	if (of->is_trace)
		printf("%" PRIu64 " events, ", of->events);
	printf("%" PRIu64 " killed", w->all.kills);
	if (w->all.kills)
		printf(", the first at %s", seconds(w->all.first_kill, text));
	if (of->open)
		printf(", %" PRIu64 " not known", of->open);
	putchar('\n');
	if (!w->all.kills)
		return;
	if (!w->last.known) {
		puts("  no sample before it");
		return;
	}
	fputs("  the sample before it", stdout);
	print_of("orphan", &w->last, TCPOOM_A_orphan, TCPOOM_A_max_orphans);
	print_of("mem", &w->last, TCPOOM_A_mem, TCPOOM_A_tcp_mem2);
	puts(w->shown ? "" : "; none showed it to be near");
}

static void print_text(const struct alarms *a, const struct alarm_subject *of)
{
	print_head(of, &a->set[0].watch);
	printf("  %-28s %12s %12s %10s %8s %6s %9s\n", "alarms", "first", "before kill", "no alarm",
	       "timely", "late", "needless");
	for (unsigned i = 0; i < a->sets; i++) {
		print_record(a->set[i].name, &a->set[i].watch.all);
		if (a->verbose)
			print_rules(&a->set[i]);
	}
	for (unsigned i = 0; i < a->sets; i++)
		print_unknown(&a->set[i]);
}

static void json_ns(struct json *j, const char *key, int64_t ns)
{
	if (ns < 0)
		json_null(j, key);
	else
		json_number(j, key, ns);
}

static void json_record(struct json *j, const struct tcpoom_alarm_record *r)
{
	json_unsigned(j, "alarms", r->alarms);
	json_unsigned(j, "timely", r->timely);
	json_unsigned(j, "late", r->late);
	json_unsigned(j, "not_judged", r->open);
	json_unsigned(j, "needless", r->needless);
	json_unsigned(j, "kills_without", r->unwarned);
	json_ns(j, "first_ns", r->first);
	json_ns(j, "before_first_kill_ns", r->before);
}

static void json_set(struct json *j, const struct alarm_set *set)
{
	json_open(j, NULL, '{');
	json_string(j, "rules", set->name);
	json_record(j, &set->watch.all);
	json_bool(j, "foreseeable", set->watch.shown);
	json_open(j, "unknown", '[');
	for (int i = 0; i < TCPOOM_ALARM_VARS; i++)
		if (set->watch.unknown >> i & 1)
			json_string(j, NULL, tcpoom_alarm_vars[i].name);
	json_close(j, ']');
	json_open(j, "each", '[');
	for (size_t i = 0; i < set->rules.count; i++) {
		json_open(j, NULL, '{');
		json_string(j, "alarm", set->rules.rule[i].text);
		json_record(j, &set->watch.state[i].record);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void print_json(const struct alarms *a, const struct alarm_subject *of)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_string(&j, "file", of->file);
	if (of->kernel)
		json_string(&j, "kernel", of->kernel);
	else
		json_null(&j, "kernel");
	json_unsigned(&j, "kills", a->set[0].watch.all.kills);
	json_ns(&j, "first_kill_ns", a->set[0].watch.all.first_kill);
	json_unsigned(&j, "not_known", of->open);
	json_open(&j, "sets", '[');
	for (unsigned i = 0; i < a->sets; i++)
		json_set(&j, &a->set[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end_line(&j);
}

static void add(struct alarms *a, struct alarm_set *set)
{
	const struct tcpoom_alarm_record *r = &set->watch.all;
	struct alarm_total *t = &set->total;

	t->unwarned += r->unwarned;
	t->needless += r->needless;
	a->found |= r->needless || (set->watch.shown && r->before < 0 && r->kills);
	if (!r->kills)
		return;
	*(r->before >= 0 ? &t->warned : r->alarms ? &t->late : &t->missed) += 1;
	if (r->before >= 0 && (t->shortest < 0 || r->before < t->shortest))
		t->shortest = r->before;
}

void alarms_report(struct alarms *a, const struct alarm_subject *of)
{
	bool shown = false;

	a->runs++;
	a->killing += a->set[0].watch.all.kills > 0;
	for (unsigned i = 0; i < a->sets; i++) {
		add(a, &a->set[i]);
		shown |= a->set[i].watch.shown;
	}
	a->unforeseen += a->set[0].watch.all.kills && !shown;
	if (a->as_json)
		print_json(a, of);
	else if (!a->quiet)
		print_text(a, of);
}

void alarms_report_totals(const struct alarms *a)
{
	char text[32];

	if (a->as_json || a->quiet || a->runs < 2)
		return;
	printf("%u runs and traces, %u with kills; of %u no sample showed that they were near\n",
	       a->runs, a->killing, a->unforeseen);
	printf("  %-28s %8s %6s %7s %10s %9s %18s\n", "alarms", "warned", "late", "missed",
	       "no alarm", "needless", "shortest warning");
	for (unsigned i = 0; i < a->sets; i++) {
		const struct alarm_total *t = &a->set[i].total;

		printf("  %-28s %8u %6u %7u %10" PRIu64 " %9" PRIu64 " %18s\n", a->set[i].name,
		       t->warned, t->late, t->missed, t->unwarned, t->needless,
		       seconds(t->shortest, text));
	}
}
