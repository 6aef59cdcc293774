/* SPDX-License-Identifier: GPL-2.0-only */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

void tcpoom_compare_init(struct tcpoom_compare *c, const struct tcpoom_kernel *a,
			 const struct tcpoom_kernel *b)
{
	*c = (struct tcpoom_compare){ .a = a, .b = b };
}

static bool set_place(struct tcpoom_place *place, const char *file, unsigned long line)
{
	place->file = strdup(file);
	place->line = line;
	return place->file != NULL;
}

static bool same_cause(const struct tcpoom_cause *a, const struct tcpoom_cause *b)
{
	return a->sets == b->sets && !memcmp(a->set, b->set, a->sets * sizeof(*a->set));
}

static bool add_divergence(struct tcpoom_compare *c, enum tcpoom_kind kind,
			   const struct tcpoom_cause *cause, const char *file,
			   const struct tcpoom_event *event)
{
	struct tcpoom_group *group;

	for (size_t i = 0; i < c->groups; i++)
		if (c->group[i].entry == event->state.entry && c->group[i].kind == kind &&
		    same_cause(&c->group[i].cause, cause)) {
			c->group[i].events++;
			return true;
		}
	group = realloc(c->group, (c->groups + 1) * sizeof(*group));
	if (!group)
		return false;
	c->group = group;
	group += c->groups;
	*group = (struct tcpoom_group){
		.entry = (enum tcpoom_entry)event->state.entry,
		.kind = kind,
		.cause = *cause,
		.events = 1,
		.state = event->state,
	};
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
		    c->open[i].relation == one->relation) {
			c->open[i].events++;
			return true;
		}
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

	one.relation = tcpoom_relation_find(c->a, c->b, &event->state, &one.example);
	c->undecided++;
	c->differ_anyway += one.relation == TCPOOM_DIFFER;
	c->may_differ += one.relation == TCPOOM_MAY_DIFFER;
	return add_open(c, &one, file, event->line);
}

bool tcpoom_compare_event(struct tcpoom_compare *c, const char *file,
			  const struct tcpoom_event *event)
{
	const struct tcpoom_state *s = &event->state;
	const tcpoom_fieldset needs = c->a->needs[s->entry] | c->b->needs[s->entry];
	struct tcpoom_verdict a, b;
	struct tcpoom_cause cause;
	enum tcpoom_status status;
	enum tcpoom_kind kind;

	c->events++;
	if (needs & ~s->given)
		return add_undecided(c, needs & ~s->given, file, event);
	status = tcpoom_decide(c->a, s, &a, NULL);
	b.blame = a.blame;
	if (status == TCPOOM_OK)
		status = tcpoom_decide(c->b, s, &b, NULL);
	if (status != TCPOOM_OK) {
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
	if (kind == TCPOOM_SAME) {
		c->same++;
		return true;
	}
	c->differ++;
	tcpoom_cause_find(c->a, c->b, s, &cause);
	return add_divergence(c, kind, &cause, file, event);
}

static int by_weight(const void *left, const void *right)
{
	const struct tcpoom_group *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->events != b->events)
		return a->events > b->events ? -1 : 1;
	if (a->first.line != b->first.line)
		return a->first.line < b->first.line ? -1 : 1;
	return strcmp(a->first.file, b->first.file);
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
	free(c->group);
	free(c->open);
}
