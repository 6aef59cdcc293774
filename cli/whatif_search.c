/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom whatif --search over traces: the value, and its proof by a second replay. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../advice/search.h"
#include "events.h"
#include "say.h"
#include "whatif.h"

/* Replays all events at one value. */
struct replay {
	int64_t value;
	uint64_t killed, may_kill; /* events: certainly, and for some values of what is unknown */
	char *file;		   /* of the first one */
	unsigned long line;
	const struct tcpoom_kernel *kernel;
	struct tcpoom_state state;
	struct tcpoom_verdict verdict;
};

struct searching {
	const struct whatif *asked;
	struct whatif_base base;
	struct tcpoom_search search;
	struct replay *replay; /* what is done now: NULL = the search itself */
	bool certain;	       /* the replay looks for certain kills alone */
	uint64_t events;
	bool broken; /* an error was printed */
};

static bool replay_event(struct searching *s, const char *file, unsigned long line,
			 struct tcpoom_state *state)
{
	struct replay *r = s->replay;
	struct tcpoom_possible p;
	unsigned killed = 0, first = 0;

	tcpoom_field_set(state, s->search.field, r->value);
	tcpoom_possible_find(s->base.after, state, &p);
	for (unsigned i = p.verdicts; i-- > 0;)
		if (tcpoom_killed(&p.verdict[i])) {
			killed++;
			first = i;
		}
	if (!killed)
		return true;
	if (killed == p.verdicts && !p.cut && !p.refused)
		r->killed++;
	else if (s->certain)
		return true;
	else
		r->may_kill++;
	if (r->file)
		return true;
	r->file = strdup(file);
	r->line = line;
	r->kernel = s->base.after;
	r->state = p.state[first];
	r->verdict = p.verdict[first];
	return r->file != NULL;
}

static bool see_event(void *context, const char *file, const struct tcpoom_trace *trace,
		      const struct tcpoom_event *event)
{
	struct searching *s = context;
	struct tcpoom_error e = { .file = file, .line = event->line };
	struct tcpoom_state state;

	if (s->broken)
		return true;
	s->broken = !whatif_find_kernels(s->asked, file, tcpoom_trace_kernel(trace), &s->base);
	if (s->broken)
		return true;
	if (!tcpoom_alter_state(&s->asked->alter, &event->said, &state, &e)) {
		s->broken = true;
		cli_input_error(&e);
		return true;
	}
	if (s->replay)
		return replay_event(s, file, event->line, &state);
	s->events++;
	return tcpoom_search_add(&s->search, s->base.after, &state);
}

static int replay_at(struct searching *s, int64_t value, bool certain, struct replay *r,
		     char *const *files, int count)
{
	*r = (struct replay){ .value = value };
	s->replay = r;
	s->certain = certain;
	return cli_each_event(files, count, s->asked->keep_going, see_event, s);
}

static void print_kill(const struct searching *s, const struct replay *r)
{
	printf("at %" PRId64 " %" PRIu64 " of %" PRIu64 " events %s: %s:%lu, %s: ", r->value,
	       r->killed + r->may_kill, s->events, r->may_kill ? "may be killed" : "killed",
	       r->file, r->line, tcpoom_entry_names[r->state.entry]);
	say_verdict(stdout, &r->verdict);
	whatif_say_why(stdout, r->kernel, &r->state);
	putchar('\n');
}

static void json_result(const struct searching *s, bool certain, bool found, int64_t value,
			const struct replay *r)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_string(&j, "field", tcpoom_field_table[s->search.field].name);
	json_string(&j, "without", certain ? "certain kills" : "possible kills");
	if (found)
		json_number(&j, "value", value);
	else
		json_null(&j, "value");
	if (r->file) {
		json_open(&j, found ? "below" : "at_most", '{');
		json_number(&j, "value", r->value);
		json_unsigned(&j, "killed", r->killed);
		json_unsigned(&j, "may_be_killed", r->may_kill);
		json_string(&j, "file", r->file);
		json_unsigned(&j, "line", r->line);
		json_string(&j, "verdict", tcpoom_outcome_names[r->verdict.outcome]);
		json_close(&j, '}');
	}
	json_close(&j, '}');
	json_end_line(&j);
}

/* The value without certain kills, or without possible ones, replayed at it and beside it. */
static int prove(struct searching *s, bool certain, const char *words, char *const *files,
		 int count)
{
	const char *name = tcpoom_field_table[s->search.field].name;
	struct replay at = { .file = NULL }, beside = { .file = NULL };
	int64_t value;
	const bool found =
		tcpoom_search_find(&s->search, certain ? &s->search.certain : &s->search.possible,
				   &value);
	int status = STATUS_SAME;

	if (found)
		status = replay_at(s, value, certain, &at, files, count);
	if (!status && (!found || value > s->search.least))
		status = replay_at(s, found ? value - 1 : s->search.most, certain, &beside, files,
				   count);
	if (!status && (at.file || (!found && !beside.file)))
		status = cli_error("%s=%" PRId64 " was found, but does not replay so", name, value);
	if (!status && s->asked->as_json) {
		json_result(s, certain, found, value, &beside);
	} else if (!status && !s->asked->quiet) {
		if (found)
			printf("%s=%" PRId64 ": nothing is %skilled", name, value, words);
		else
			printf("no value of %s", name);
		if (beside.file) {
			fputs("; ", stdout);
			print_kill(s, &beside);
		} else {
			puts(", and there is no smaller one");
		}
	}
	free(at.file);
	free(beside.file);
	return status ? status : found ? STATUS_SAME : STATUS_DIFFERENT;
}

/* Where nothing is unknown, both are the same. */
static bool is_same(const struct tcpoom_search *s)
{
	int64_t certain, possible;
	const bool has_certain = tcpoom_search_find(s, &s->certain, &certain);

	return has_certain == tcpoom_search_find(s, &s->possible, &possible) &&
	       (!has_certain || certain == possible);
}

static int search(struct searching *s, char *const *files, int count)
{
	int status = cli_each_event(files, count, s->asked->keep_going, see_event, s), other;

	if (s->broken || status)
		return STATUS_TROUBLE;
	if (s->search.cut)
		fputs("tcpoom: not all values of what is unknown were tried\n", stderr);
	if (is_same(&s->search))
		return prove(s, false, "", files, count);
	status = prove(s, true, "certainly ", files, count);
	other = prove(s, false, "possibly ", files, count);
	return other > status ? other : status;
}

int whatif_search(const struct whatif *w, char *const *files, int count)
{
	const struct tcpoom_span key = whatif_search_key(w);
	const enum tcpoom_field field = tcpoom_field_find(key.text, key.len);
	struct searching s = { .asked = w };
	int status;

	if (field == TCPOOM_FIELDS || !tcpoom_search_can(field))
		return cli_error("found --search=%s, expected max_orphans, tcp_mem2, wmem_queued "
				 "or a field of one byte",
				 w->search);
	for (int i = 0; i < count; i++)
		if (!strcmp(files[i], "-"))
			return cli_error("--search reads its files several times: not -");
	tcpoom_search_init(&s.search, field);
	status = search(&s, files, count);
	tcpoom_search_free(&s.search);
	return status;
}
