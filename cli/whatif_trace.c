/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom whatif over traces: each event before and after the change. */
#include <inttypes.h>
#include <string.h>

#include "../diff/log.h"
#include "events.h"
#include "json_verdict.h"
#include "say.h"
#include "whatif.h"

struct comparison {
	const struct whatif *asked;
	struct whatif_base base;
	struct tcpoom_whatif found;
	struct tcpoom_log log[2];
	const struct tcpoom_kernel *logs; /* the kernel before, whose log that is */
	uint64_t lines[2];		  /* in the log */
	bool log_unknown;
	bool broken; /* an error was printed: what follows is passed over */
};

/* What reaches the two logs. */
static void write_logs(struct comparison *c, const char *file, const struct tcpoom_event *event,
		       const struct tcpoom_world world[2], const struct tcpoom_contrast *contrast)
{
	const bool known = contrast->pairs == 1 && !contrast->cut;

	if (c->logs != c->base.kernel)
		for (int i = 0; i < 2; i++)
			tcpoom_log_init(&c->log[i], world[i].kernel, c->asked->bits);
	c->logs = c->base.kernel;
	for (int i = 0; i < 2; i++) {
		const struct tcpoom_verdict *v = known ? &contrast->pair[0].verdict[i] : NULL;
		struct tcpoom_log_lines lines;
		struct tcpoom_event one = *event;

		one.state = world[i].state;
		tcpoom_log_event(&c->log[i], file, &one, v, &lines);
		c->log_unknown |= !lines.known;
		for (unsigned m = 0; m < lines.messages; m++)
			c->lines[i] += (uint64_t)lines.printed[m] +
				       (lines.own[m].text != TCPOOM_RATELIMIT_SILENT);
	}
}

static bool compare_event(void *context, const char *file, const struct tcpoom_trace *trace,
			  const struct tcpoom_event *event)
{
	struct comparison *c = context;
	struct tcpoom_error e = { .file = file, .line = event->line };
	struct tcpoom_world world[2];
	struct tcpoom_contrast contrast;

	if (c->broken)
		return true;
	c->broken = !whatif_find_kernels(c->asked, file, tcpoom_trace_kernel(trace), &c->base);
	if (c->broken)
		return true;
	world[0] = (struct tcpoom_world){ c->base.kernel, event->state };
	world[1].kernel = c->base.after;
	if (!tcpoom_alter_state(&c->asked->alter, &event->said, &world[1].state, &e)) {
		c->broken = true;
		cli_input_error(&e);
		return true;
	}
	tcpoom_contrast_find(world, &contrast);
	write_logs(c, file, event, world, &contrast);
	return tcpoom_whatif_event(&c->found, &contrast, file, event->line);
}

/* "12", or "3 to 12" where it may be that many. */
static void print_range(uint64_t least, uint64_t more)
{
	printf("%" PRIu64, least);
	if (more)
		printf(" to %" PRIu64, least + more);
}

static void print_turned(const struct tcpoom_turned *t)
{
	printf("%8" PRIu64 "  %s%-*s %-10s %s:%lu\n", t->events,
	       t->certain ? "" : "may be: ", t->certain ? 22 : 14, tcpoom_turn_names[t->turn],
	       tcpoom_entry_names[t->entry[1]], t->first.file, t->first.line);
	fputs("          ", stdout);
	whatif_say_end(stdout, t->entry[0], &t->verdict[0], false);
	fputs(" -> ", stdout);
	whatif_say_end(stdout, t->entry[1], &t->verdict[1], false);
	putchar('\n');
}

static void print_text(const struct comparison *c)
{
	const struct tcpoom_whatif *w = &c->found;

	if (w->turns)
		printf("%8s  %-22s %-10s %s\n", "events", "change", "entry", "first");
	for (size_t i = 0; i < w->turns; i++)
		print_turned(&w->turned[i]);
	printf("%" PRIu64 " events, ", w->events);
	print_range(w->changed, w->may_change);
	printf(" change; killed: ");
	print_range(w->killed[0], w->may_kill[0]);
	fputs(" -> ", stdout);
	print_range(w->killed[1], w->may_kill[1]);
	if (w->remain || w->may_remain) {
		fputs("; killed in both: ", stdout);
		print_range(w->remain, w->may_remain);
		printf(", first %s:%lu", w->first_remain.file, w->first_remain.line);
	}
	putchar('\n');
	if (w->undecided)
		printf("%" PRIu64 " events not decided: a value that a kernel cannot hold, or that "
		       "is not modelled\n",
		       w->undecided);
	if (!c->log_unknown && (c->lines[0] || c->lines[1]))
		printf("lines in the log: %" PRIu64 " -> %" PRIu64 "\n", c->lines[0], c->lines[1]);
	for (unsigned i = 0; i < c->asked->alter.count; i++)
		if (c->asked->alter.inert[i])
			printf("%.*s: no decision reads it\n", (int)c->asked->alter.key[i].len,
			       c->asked->alter.key[i].text);
}

static void json_side(struct json *j, const char *key, const struct tcpoom_verdict *v)
{
	json_open(j, key, '{');
	json_verdict(j, v);
	json_close(j, '}');
}

static void print_json(const struct comparison *c)
{
	const struct tcpoom_whatif *w = &c->found;
	struct json j = { .out = stdout };

	for (size_t i = 0; i < w->turns; i++) {
		const struct tcpoom_turned *t = &w->turned[i];

		json_open(&j, NULL, '{');
		json_string(&j, "change", tcpoom_turn_names[t->turn]);
		json_bool(&j, "certain", t->certain);
		json_string(&j, "entry", tcpoom_entry_names[t->entry[1]]);
		json_side(&j, "before", &t->verdict[0]);
		json_side(&j, "after", &t->verdict[1]);
		json_unsigned(&j, "events", t->events);
		json_string(&j, "file", t->first.file);
		json_unsigned(&j, "line", t->first.line);
		json_close(&j, '}');
		json_end_line(&j);
	}
	json_open(&j, NULL, '{');
	json_unsigned(&j, "events", w->events);
	json_unsigned(&j, "changed", w->changed);
	json_unsigned(&j, "may_change", w->may_change);
	json_unsigned(&j, "not_decided", w->undecided);
	json_unsigned(&j, "killed_before", w->killed[0]);
	json_unsigned(&j, "may_be_killed_before", w->may_kill[0]);
	json_unsigned(&j, "killed_after", w->killed[1]);
	json_unsigned(&j, "may_be_killed_after", w->may_kill[1]);
	json_unsigned(&j, "killed_in_both", w->remain);
	json_unsigned(&j, "may_be_killed_in_both", w->may_remain);
	if (!c->log_unknown) {
		json_unsigned(&j, "lines_before", c->lines[0]);
		json_unsigned(&j, "lines_after", c->lines[1]);
	}
	json_close(&j, '}');
	json_end_line(&j);
}

int whatif_traces(const struct whatif *asked, char *const *files, int count)
{
	struct comparison c = { .asked = asked };
	int status = cli_each_event(files, count, asked->keep_going, compare_event, &c);

	tcpoom_whatif_sort(&c.found);
	if (c.broken)
		status = STATUS_TROUBLE;
	if (!c.broken && asked->as_json)
		print_json(&c);
	else if (!c.broken && !asked->quiet)
		print_text(&c);
	if (c.found.changed || c.found.may_change)
		status = status > STATUS_DIFFERENT ? status : STATUS_DIFFERENT;
	tcpoom_whatif_free(&c.found);
	return status;
}
