/* SPDX-License-Identifier: GPL-2.0-only */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

void tcpoom_compare_init(struct tcpoom_compare *c, const struct tcpoom_kernel *a,
			 const struct tcpoom_kernel *b, unsigned bits)
{
	*c = (struct tcpoom_compare){ .a = a, .b = b };
	tcpoom_log_init(&c->logs.own[0], a, bits);
	tcpoom_log_init(&c->logs.own[1], b, bits);
}

static bool set_place(struct tcpoom_place *place, const char *file, unsigned long line)
{
	place->file = strdup(file);
	place->line = line;
	return place->file != NULL;
}

/* Adds an event to its group; `one` is the group if it is the first. */
static bool add_divergence(struct tcpoom_compare *c, const struct tcpoom_group *one,
			   const char *file, const struct tcpoom_event *event)
{
	struct tcpoom_group *group;

	c->differ++;
	for (size_t i = 0; i < c->groups; i++)
		if (c->group[i].entry == event->state.entry && c->group[i].kind == one->kind &&
		    tcpoom_cause_same(&c->group[i].cause, &one->cause)) {
			c->group[i].events++;
			return true;
		}
	/* equivalent: 2, more than is needed */
	group = realloc(c->group, (c->groups + 1) * sizeof(*group));
	if (!group)
		return false;
	c->group = group;
	group += c->groups;
	*group = *one;
	group->entry = (enum tcpoom_entry)event->state.entry;
	group->events = 1;
	group->state = event->state;
	if (!set_place(&group->first, file, event->line))
		return false;
	c->groups++;
	return true;
}

static bool add_open(struct tcpoom_compare *c, const struct tcpoom_open_group *one,
		     const char *file, unsigned long line)
{
	struct tcpoom_open_group *open;

	for (size_t i = 0; i < c->opens; i++)
		if (c->open[i].status == one->status && c->open[i].fields == one->fields &&
		    c->open[i].relation == one->relation && c->open[i].entry == one->entry &&
		    tcpoom_divergences_same(&c->open[i].divergences, &one->divergences)) {
			c->open[i].events++;
			return true;
		}
	/* equivalent: 2, more than is needed */
	open = realloc(c->open, (c->opens + 1) * sizeof(*open));
	if (!open)
		return false;
	c->open = open;
	open += c->opens;
	*open = *one;
	open->events = 1;
	if (!set_place(&open->first, file, line))
		return false;
	c->opens++;
	return true;
}

/* An event that some field leaves open may still differ, or agree, whatever that field is. */
static bool add_undecided(struct tcpoom_compare *c, tcpoom_fieldset fields, const char *file,
			  const struct tcpoom_event *event)
{
	struct tcpoom_open_group one = { .status = TCPOOM_UNKNOWN, .fields = fields };

	one.entry = (enum tcpoom_entry)event->state.entry;
	one.relation = tcpoom_relation_find(c->a, c->b, &event->state, c->every_cause, &one.example,
					    &one.divergences);
	c->undecided++;
	c->differ_anyway += one.relation == TCPOOM_DIFFER;
	c->may_differ += one.relation == TCPOOM_MAY_DIFFER;
	return add_open(c, &one, file, event->line);
}

/* Where the kernels do not ask for the same, for the causes in `rules`. */
static void part(struct tcpoom_logs *logs, tcpoom_ruleset rules)
{
	if (!logs->parted) {
		logs->crossed[0] = logs->own[1];
		logs->crossed[1] = logs->own[0];
	}
	logs->parted = true;
	logs->before |= rules;
}

/*
 * What either kernel asks, NULL where it is not known, goes into the logs. As long as both ask for
 * the same, a limiter is in the same state whoever asks.
 */
static void write_logs(struct tcpoom_logs *logs, const char *file, const struct tcpoom_event *event,
		       const struct tcpoom_verdict *const v[2], struct tcpoom_log_lines own[2],
		       struct tcpoom_log_lines crossed[2])
{
	for (int i = 0; i < 2; i++)
		tcpoom_log_event(&logs->own[i], file, event, v[i], &own[i]);
	for (int i = 0; i < 2; i++)
		/* equivalent: true, until they part only the limiters make a difference */
		if (logs->parted)
			tcpoom_log_event(&logs->crossed[i], file, event, v[i], &crossed[i]);
		else
			crossed[i] = own[!i];
}

/*
 * Exchanges the limiter alone, then all that made the kernels part before: which of the two turns
 * a's lines into b's? The latter is not taken apart further; that needs the trace once more.
 */
static void find_log_cause(const struct tcpoom_logs *logs, const struct tcpoom_log_lines own[2],
			   const struct tcpoom_log_lines crossed[2], struct tcpoom_cause *cause)
{
	const tcpoom_ruleset limiter = (tcpoom_ruleset)1 << TCPOOM_R_limiter;

	cause->sets = 1;
	if (tcpoom_log_same(&crossed[0], &own[1]))
		cause->set[0] = limiter;
	else if (tcpoom_log_same(&crossed[1], &own[1]))
		cause->set[0] = logs->before;
	else
		cause->set[0] = limiter | logs->before;
}

/* An event with the same verdict on both kernels, which asks for messages. */
static bool compare_logs(struct tcpoom_compare *c, const char *file,
			 const struct tcpoom_event *event, const struct tcpoom_verdict *v)
{
	const struct tcpoom_verdict *const both[2] = { v, v };
	struct tcpoom_group one = { .kind = TCPOOM_KIND_LOG, .verdict = *v };
	struct tcpoom_log_lines crossed[2];

	write_logs(&c->logs, file, event, both, one.lines, crossed);
	/* one limiter that was always asked for the same gives the same, whatever is unknown */
	if (!c->logs.parted && c->a->rules->limiter == c->b->rules->limiter) {
		c->same++;
		return true;
	}
	if (!one.lines[0].known || !one.lines[1].known) {
		c->same++;
		return c->log_unknown++ || set_place(&c->log_first, file, event->line);
	}
	if (tcpoom_log_same(&one.lines[0], &one.lines[1])) {
		c->same++;
		return true;
	}
	find_log_cause(&c->logs, one.lines, crossed, &one.cause);
	return add_divergence(c, &one, file, event);
}

static bool compare_verdicts(struct tcpoom_compare *c, enum tcpoom_kind kind, const char *file,
			     const struct tcpoom_event *event, const struct tcpoom_verdict *a,
			     const struct tcpoom_verdict *b)
{
	const struct tcpoom_verdict *const both[2] = { a, b };
	struct tcpoom_group one = { .kind = kind };
	struct tcpoom_log_lines own[2], crossed[2];

	tcpoom_cause_find(c->a, c->b, &event->state, a, b, &one.cause);
	if (a->messages != b->messages)
		part(&c->logs, tcpoom_cause_rules(&one.cause));
	write_logs(&c->logs, file, event, both, own, crossed);
	return add_divergence(c, &one, file, event);
}

/* What an event asks for that one of the kernels does not decide, is not known. */
static void lose_logs(struct tcpoom_compare *c, const char *file, const struct tcpoom_event *event)
{
	const struct tcpoom_verdict *const none[2] = { NULL };
	struct tcpoom_log_lines own[2], crossed[2];

	/* equivalent: 1, what is known of a log from here on does not differ */
	part(&c->logs, 0);
	write_logs(&c->logs, file, event, none, own, crossed);
}

bool tcpoom_compare_event(struct tcpoom_compare *c, const char *file,
			  const struct tcpoom_event *event)
{
	const struct tcpoom_state *s = &event->state;
	const tcpoom_fieldset needs = c->a->needs[s->entry] | c->b->needs[s->entry];
	struct tcpoom_verdict a, b;
	enum tcpoom_status status;
	enum tcpoom_kind kind;

	c->events++;
	if (c->logs.file != file) {
		c->logs.file = file;
		c->logs.parted = false;
		c->logs.before = 0;
	}
	if (needs & ~s->given) {
		lose_logs(c, file, event);
		return add_undecided(c, needs & ~s->given, file, event);
	}
	status = tcpoom_decide(c->a, s, &a, NULL);
	b.blame = a.blame;
	if (status == TCPOOM_OK)
		status = tcpoom_decide(c->b, s, &b, NULL);
	if (status != TCPOOM_OK) {
		lose_logs(c, file, event);
		c->incomparable++;
		return add_open(c,
				&(struct tcpoom_open_group){
					.status = status,
					.fields = (tcpoom_fieldset)1 << b.blame,
					.relation = TCPOOM_INCOMPARABLE,
				},
				file, event->line);
	}
	c->assumed += (event->assumed & needs) != 0;
	kind = tcpoom_kind_of(&a, &b);
	if (kind != TCPOOM_SAME)
		return compare_verdicts(c, kind, file, event, &a, &b);
	/* equivalent: true, but it takes longer */
	if (a.messages)
		return compare_logs(c, file, event, &a);
	c->same++;
	return true;
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_weight(const void *left, const void *right)
{
	const struct tcpoom_group *a = left, *b = right;
	int by = order(a->kind, b->kind);

	if (!by)
		by = order(b->events, a->events);
	if (!by)
		by = order(a->first.line, b->first.line);
	return by ? by : strcmp(a->first.file, b->first.file);
}

void tcpoom_compare_sort(struct tcpoom_compare *c)
{
	if (c->groups)
		qsort(c->group, c->groups, sizeof(*c->group), by_weight);
}

void tcpoom_compare_free(struct tcpoom_compare *c)
{
	for (size_t i = 0; i < c->groups; i++)
		free(c->group[i].first.file);
	for (size_t i = 0; i < c->opens; i++)
		free(c->open[i].first.file);
	free(c->log_first.file);
	free(c->group);
	free(c->open);
}
