/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names of the scenarios are promises, and are held to them: traces/scenarios/README.md says
 * how a name is made. And each change of a rule between neighbours in the table of kernels has one.
 */
#include <glob.h>
#include <string.h>

#include "../diff/compare.h"
#include "../kernels/release.h"
#include "../traces/trace.h"
#include "check.h"

#define NAME_MOST 100
#define VARIANTS_MOST 10
#define EVENTS_MOST 4
#define KERNELS_MOST 6

/* What a name says. */
struct promise {
	char cause[NAME_MOST]; /* as tcpoom_cause_text has it */
	char entry[NAME_MOST], kind[NAME_MOST];
};

/* Which changes have a scenario: rule, variant before, variant after. */
struct seen {
	bool change[TCPOOM_RULES][VARIANTS_MOST][VARIANTS_MOST];
};

/* RULE-BEFORE-AFTER[+RULE-BEFORE-AFTER...]+ENTRY+KIND.trace */
static bool read_promise(const char *file, struct promise *p)
{
	const char *base = strrchr(file, '/') + 1;
	const size_t len = strlen(base) - strlen(".trace");
	char name[NAME_MOST] = "", *kind, *entry;

	if (len >= sizeof(name))
		return false;
	memcpy(name, base, len);
	*p = (struct promise){ .cause = "" };
	if (!(kind = strrchr(name, '+')))
		return false;
	*kind++ = '\0';
	if (!(entry = strrchr(name, '+')))
		return false;
	*entry++ = '\0';
	strcpy(p->entry, entry);
	strcpy(p->kind, kind);
	for (char *rule = strtok(name, "+"); rule; rule = strtok(NULL, "+")) {
		char what[NAME_MOST], before[NAME_MOST], after[NAME_MOST];
		const size_t at = strlen(p->cause);

		if (sscanf(rule, "%[^-]-%[^-]-%s", what, before, after) != 3)
			return false;
		snprintf(p->cause + at, sizeof(p->cause) - at, "%s%s %s -> %s", at ? " + " : "",
			 what, before, after);
	}
	return true;
}

static const struct tcpoom_kernel *resolve(const char *release)
{
	struct tcpoom_resolution r;

	tcpoom_release_resolve(release, &r);
	return r.candidates == 1 ? r.candidate[0] : NULL;
}

static void mark(struct seen *seen, const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		 tcpoom_ruleset rules)
{
	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		if (rules >> rule & 1)
			seen->change[rule][tcpoom_rules_get(a->rules, (enum tcpoom_rule)rule)]
				    [tcpoom_rules_get(b->rules, (enum tcpoom_rule)rule)] = true;
}

/* Two kernels diverge on the state, with the kind and for the cause that the name says. */
static void check_pair(const char *file, const struct promise *p, const struct tcpoom_state *s,
		       const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       struct seen *seen)
{
	struct tcpoom_verdict va, vb;
	struct tcpoom_cause cause;
	char text[NAME_MOST];

	if (!a || !b || tcpoom_decide(a, s, &va, NULL) != TCPOOM_OK ||
	    tcpoom_decide(b, s, &vb, NULL) != TCPOOM_OK) {
		CHECK_SAY(false, "%s: not decided", file);
		return;
	}
	CHECK_SAY(!strcmp(tcpoom_kind_names[tcpoom_kind_of(&va, &vb)], p->kind), "%s: %s", file,
		  tcpoom_kind_names[tcpoom_kind_of(&va, &vb)]);
	tcpoom_cause_find(a, b, s, &va, &vb, &cause);
	tcpoom_cause_text(a, b, &cause, text, sizeof(text));
	CHECK_SAY(!strcmp(text, p->cause), "%s: %s", file, text);
	mark(seen, a, b, tcpoom_cause_rules(&cause));
}

/* The kernel before the one that is named cannot hold the state, and the change is why. */
static void check_incomparable(const char *file, const struct promise *p,
			       const struct tcpoom_state *s, const struct tcpoom_kernel *b,
			       struct seen *seen)
{
	const struct tcpoom_kernel *a = b - 1;
	struct tcpoom_cause cause = { .sets = 1 };
	struct tcpoom_verdict v;
	char text[NAME_MOST];

	CHECK_SAY(tcpoom_decide(a, s, &v, NULL) == TCPOOM_UNREPRESENTABLE, "%s", file);
	CHECK_SAY(tcpoom_decide(b, s, &v, NULL) == TCPOOM_OK, "%s", file);
	for (int rule = 0; rule < TCPOOM_RULES; rule++) {
		struct tcpoom_rules rules = *a->rules;
		struct tcpoom_kernel mix;

		tcpoom_rules_set(&rules, (enum tcpoom_rule)rule,
				 tcpoom_rules_get(b->rules, (enum tcpoom_rule)rule));
		mix = tcpoom_kernel_of(&rules, "mixture");
		if (tcpoom_decide(&mix, s, &v, NULL) == TCPOOM_OK)
			cause.set[0] |= (tcpoom_ruleset)1 << rule;
	}
	tcpoom_cause_text(a, b, &cause, text, sizeof(text));
	CHECK_SAY(!strcmp(text, p->cause), "%s: %s", file, text);
	mark(seen, a, b, cause.set[0]);
}

/* The kernels stand in pairs, each before the one with which it is compared. */
static void check_event(const char *file, const struct promise *p, const struct tcpoom_event *event,
			struct seen *seen)
{
	CHECK_SAY(!strcmp(tcpoom_entry_names[event->state.entry], p->entry), "%s", file);
	CHECK_SAY(!event->has_recorded, "%s: constructed, not recorded", file);
	if (!strcmp(p->kind, "incomparable")) {
		CHECK_SAY(event->expects == 1, "%s: %u kernels", file, event->expects);
		check_incomparable(file, p, &event->state, resolve(event->expect[0].kernel), seen);
		return;
	}
	CHECK_SAY(event->expects && event->expects % 2 == 0, "%s: %u kernels", file,
		  event->expects);
	for (unsigned i = 0; i + 1 < event->expects; i += 2)
		check_pair(file, p, &event->state, resolve(event->expect[i].kernel),
			   resolve(event->expect[i + 1].kernel), seen);
}

/* The logs of two kernels part at the last event, and not before. */
static void check_logs(const char *file, const struct promise *p, const struct tcpoom_event *event,
		       unsigned events, const struct tcpoom_kernel *a,
		       const struct tcpoom_kernel *b, struct seen *seen)
{
	struct tcpoom_compare c;
	char text[NAME_MOST];

	if (!a || !b) {
		CHECK_SAY(false, "%s: a kernel that is not one", file);
		return;
	}
	tcpoom_compare_init(&c, a, b, 64);
	for (unsigned i = 0; i < events; i++) {
		CHECK_SAY(!c.groups, "%s: %s and %s part early", file, a->name, b->name);
		CHECK(tcpoom_compare_event(&c, file, &event[i]));
	}
	CHECK_SAY(c.groups == 1 && c.group->kind == TCPOOM_KIND_LOG, "%s: %s and %s", file, a->name,
		  b->name);
	if (c.groups) {
		tcpoom_cause_text(a, b, &c.group->cause, text, sizeof(text));
		CHECK_SAY(!strcmp(text, p->cause), "%s: %s", file, text);
		CHECK_SAY(!strcmp(tcpoom_entry_names[c.group->entry], p->entry), "%s", file);
		mark(seen, a, b, tcpoom_cause_rules(&c.group->cause));
	}
	tcpoom_compare_free(&c);
}

/* A log is made by several events; the kernels stand in pairs under the last one. */
static void check_log_file(const char *file, const struct promise *p, struct tcpoom_trace *trace,
			   struct seen *seen)
{
	const struct tcpoom_kernel *kernel[KERNELS_MOST] = { NULL };
	struct tcpoom_event event[EVENTS_MOST];
	struct tcpoom_error e;
	unsigned events = 0, kernels = 0;

	while (events < EVENTS_MOST &&
	       tcpoom_trace_next(trace, &event[events], &e) == TCPOOM_TRACE_EVENT) {
		CHECK_SAY(!kernels, "%s: kernels under an event that is not the last one", file);
		for (; kernels < event[events].expects && kernels < KERNELS_MOST; kernels++)
			kernel[kernels] = resolve(event[events].expect[kernels].kernel);
		events++;
	}
	CHECK_SAY(events && kernels && kernels % 2 == 0, "%s: %u events, %u kernels", file, events,
		  kernels);
	for (unsigned i = 0; i + 1 < kernels; i += 2)
		check_logs(file, p, event, events, kernel[i], kernel[i + 1], seen);
}

static void check_file(const char *file, struct seen *seen)
{
	FILE *in = fopen(file, "r");
	struct tcpoom_event event;
	struct tcpoom_error e;
	struct tcpoom_trace *trace = tcpoom_trace_open(in, file, &e);
	struct promise p = { .kind = "" };

	if (read_promise(file, &p) && !strcmp(p.kind, "log")) {
		check_log_file(file, &p, trace, seen);
	} else if (*p.kind && tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_EVENT) {
		check_event(file, &p, &event, seen);
		CHECK_SAY(tcpoom_trace_next(trace, &event, &e) == TCPOOM_TRACE_END, "%s: one event",
			  file);
	} else {
		CHECK_SAY(false, "%s: no name of a scenario, or no event", file);
	}
	tcpoom_trace_close(trace);
	fclose(in);
}

/* A change and its reverse are one: what a vendor's row took, the next row does not have. */
static void check_changes(const struct seen *seen)
{
	for (int kernel = 1; kernel < TCPOOM_KERNELS; kernel++)
		for (int rule = 0; rule < TCPOOM_RULES; rule++) {
			const uint8_t before = tcpoom_rules_get(tcpoom_kernels[kernel - 1].rules,
								(enum tcpoom_rule)rule);
			const uint8_t after = tcpoom_rules_get(tcpoom_kernels[kernel].rules,
							       (enum tcpoom_rule)rule);
			const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];

			CHECK_SAY(before == after || seen->change[rule][before][after] ||
					  seen->change[rule][after][before],
				  "no scenario for %s %s -> %s", info->name,
				  info->variant[before].name, info->variant[after].name);
		}
}

static void test_names(void)
{
	struct seen seen = { 0 };
	glob_t files;

	CHECK(glob("traces/scenarios/*+*.trace", 0, NULL, &files) == 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_file(files.gl_pathv[i], &seen);
	globfree(&files);
	check_changes(&seen);
}

static const struct test scenarios_tests[] = {
	{ "names and changes", test_names },
	{ NULL, NULL },
};

SUITE(scenarios)
