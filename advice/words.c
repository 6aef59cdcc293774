/* SPDX-License-Identifier: GPL-2.0-only */
#include "words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tcpoom_add(char text[static TCPOOM_WORDS], const char *format, ...)
{
	const size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + len, TCPOOM_WORDS - len, format, args);
	va_end(args);
}

void tcpoom_say_kernels(tcpoom_rows kernels, char text[static TCPOOM_WORDS])
{
	int first = -1, last = -1;
	char end[24];

	for (int k = 0; k < TCPOOM_KERNELS; k++)
		if (kernels >> k & 1) {
			first = first < 0 ? k : first;
			last = k;
		}
	*text = '\0';
	if (first < 0)
		return;
	tcpoom_release_end(&tcpoom_kernels[last], end);
	if (!*end)
		tcpoom_add(text, "%s and later", tcpoom_kernels[first].name);
	else if (!strcmp(tcpoom_kernels[first].name, end))
		tcpoom_add(text, "%s", end);
	else
		tcpoom_add(text, "%s to %s", tcpoom_kernels[first].name, end);
}

void tcpoom_say_seen(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		     char text[static TCPOOM_WORDS])
{
	*text = '\0';
	if (f->seen < TCPOOM_MESSAGES)
		tcpoom_add(text, "\"%s\"", tcpoom_message_texts[f->seen]);
	else if (f->seen == TCPOOM_SEEN_COUNTER) {
		const int64_t kills = tcpoom_kills_counted(d->facts), in = d->facts->seconds;

		tcpoom_add(text, "TCPAbortOnMemory %s%" PRId64,
			   d->facts->twice[TCPOOM_FACT_abort_on_memory] ? "+" : "", kills);
		if (in)
			tcpoom_add(text, " in %" PRId64 " s (%.3g a second)", in,
				   (double)kills / (double)in);
	}
}

/* The comparison that a kill rests on. */
static const struct tcpoom_test *find_test(const struct tcpoom_reason *r, uint8_t id,
					   struct tcpoom_tests *tests)
{
	struct tcpoom_verdict v;

	tests->count = 0;
	tcpoom_decide(r->kernel, &r->state, &v, tests);
	for (unsigned i = 0; i < tests->count; i++)
		if (tests->test[i].id == id)
			return &tests->test[i];
	return NULL;
}

/* The count is unknown: how many orphans it takes, also where they count 4 times. */
static void say_threshold(const struct tcpoom_finding *f, const struct tcpoom_reason *r,
			  const struct tcpoom_test *t, char text[static TCPOOM_WORDS])
{
	const int64_t any = r->least[TCPOOM_M_ORPHANS], least = tcpoom_least_orphans(f);

	tcpoom_add(text, "%" PRId64 " orphan%s or more %s tcp_max_orphans %" PRId64, any,
		   any == 1 ? "" : "s", tcpoom_op_names[t->op], t->rhs);
	if (least < any)
		tcpoom_add(text, ", or %" PRId64 " if they count 4 times", least);
}

static void say_orphans(const struct tcpoom_finding *f, const struct tcpoom_reason *r,
			char text[static TCPOOM_WORDS])
{
	const bool count = f->state.given & TCPOOM_BIT(orphans),
		   limit = f->state.given & TCPOOM_BIT(max_orphans);
	struct tcpoom_tests tests;
	const struct tcpoom_test *t = find_test(r, TCPOOM_T_ORPHANS, &tests);
	const int times = 1 << r->shift;
	char factor[16] = "";

	if (r->shift)
		snprintf(factor, sizeof(factor), "%d * ", times);
	if (!t)
		return;
	if (count && limit && r->shift)
		tcpoom_add(text,
			   "%d * %" PRId64 " = %" PRId64 " orphans %s tcp_max_orphans %" PRId64,
			   times, t->base, t->lhs, tcpoom_op_names[t->op], t->rhs);
	else if (count && limit)
		tcpoom_add(text, "%" PRId64 " orphan%s %s tcp_max_orphans %" PRId64, t->lhs,
			   t->lhs == 1 ? "" : "s", tcpoom_op_names[t->op], t->rhs);
	else if (limit)
		say_threshold(f, r, t, text);
	else if (count)
		tcpoom_add(text, "tcp_max_orphans at most %" PRId64 ", for %s%" PRId64 " orphan%s",
			   r->most[TCPOOM_M_MAX_ORPHANS], factor, t->base, t->base == 1 ? "" : "s");
	else
		tcpoom_add(text, "%sorphans %s tcp_max_orphans", factor, tcpoom_op_names[t->op]);
}

static void say_memory(const struct tcpoom_finding *f, const struct tcpoom_reason *r,
		       char text[static TCPOOM_WORDS])
{
	const bool count = f->state.given & TCPOOM_BIT(mem_allocated),
		   limit = f->state.given & TCPOOM_BIT(tcp_mem2);
	struct tcpoom_tests tests;
	const struct tcpoom_test *t = find_test(r, TCPOOM_T_MEMORY, &tests);
	const struct tcpoom_test *queue;
	int64_t bytes = 0;

	if (!t)
		t = find_test(r, TCPOOM_T_MEMCG, &tests);
	if (!t)
		return;
	if (count && limit)
		tcpoom_add(text, "%" PRId64 " pages > tcp_mem[2] %" PRId64, t->lhs, t->rhs);
	else if (limit)
		tcpoom_add(text, "at least %" PRId64 " pages > tcp_mem[2] %" PRId64,
			   r->least[TCPOOM_M_MEM_ALLOCATED], t->rhs);
	else if (count)
		tcpoom_add(text, "tcp_mem[2] at most %" PRId64 ", for %" PRId64 " pages",
			   r->most[TCPOOM_M_TCP_MEM2], t->lhs);
	else
		tcpoom_add(text, "memory of all TCP sockets > tcp_mem[2]");
	queue = find_test(r, TCPOOM_T_WMEM_QUEUED, &tests);
	if (queue)
		bytes = queue->rhs;
	tcpoom_add(text, ", by a socket with over %" PRId64 " bytes queued", bytes);
}

void tcpoom_say_test(const struct tcpoom_finding *f, enum tcpoom_ground cause,
		     char text[static TCPOOM_WORDS])
{
	const struct tcpoom_reason *r = tcpoom_simplest(f, cause);

	*text = '\0';
	if (r && cause == TCPOOM_BY_ORPHANS)
		say_orphans(f, r, text);
	else if (r)
		say_memory(f, r, text);
}

void tcpoom_say_penalties(const struct tcpoom_reason *r, char text[static TCPOOM_WORDS])
{
	*text = '\0';
	if (r->shift == 2)
		tcpoom_add(text,
			   "only sockets that count 4 times: an ICMP error, and no data sent for "
			   "twice the RTO maximum (240 s) or a timer that wants no reset");
	else if (r->shift == 1)
		tcpoom_add(text,
			   "only sockets that count twice: an ICMP error, or no data sent for "
			   "twice the RTO maximum (240 s) or a timer that wants no reset");
}

static const char *const cause_names[TCPOOM_GROUNDS] = { "too many orphans", "too much memory" };

/* Of a kill that was seen it is open which it was; where none was, either may come. */
static void say_open(const struct tcpoom_finding *f, char text[static TCPOOM_WORDS])
{
	const bool seen = f->seen != TCPOOM_SEEN_NOTHING;
	char test[TCPOOM_WORDS];

	tcpoom_say_test(f, TCPOOM_BY_ORPHANS, test);
	tcpoom_add(text, "%stoo many orphans%s %s; ", seen ? "open: " : "",
		   seen ? ", which needs" : ":", test);
	tcpoom_say_test(f, TCPOOM_BY_MEMORY, test);
	tcpoom_add(text, "or too much memory%s %s", seen ? ", which needs" : ":", test);
}

static void say_settled(const struct tcpoom_finding *f, enum tcpoom_ground cause,
			char text[static TCPOOM_WORDS])
{
	const enum tcpoom_ground other = (enum tcpoom_ground) !cause;
	char test[TCPOOM_WORDS];

	tcpoom_say_test(f, cause, test);
	tcpoom_add(text, "%s: %s", cause_names[cause], test);
	if (f->possible[other]) {
		tcpoom_say_test(f, other, test);
		tcpoom_add(text, f->certain[other] ? "; and %s: %s" : "; %s as well only if %s",
			   cause_names[other], test);
	}
}

/* Kernels whose check reads the central value of the per-CPU counter, and no exact sum. */
static bool read_approximately(tcpoom_rows kernels)
{
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		const tcpoom_fieldset needs = tcpoom_kernels[k].needs[TCPOOM_CLOSE];

		if ((kernels >> k & 1) && (needs & TCPOOM_BIT(orphans_approx)) &&
		    !(needs & TCPOOM_BIT(orphans)))
			return true;
	}
	return false;
}

static void say_sample(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		       char text[static TCPOOM_WORDS])
{
	tcpoom_add(text, "not at the counts sampled (");
	if (d->state.given & TCPOOM_BIT(orphans))
		tcpoom_add(text, "%" PRId64 " orphans", d->state.orphans);
	if (d->state.given & TCPOOM_BIT(mem_allocated))
		tcpoom_add(text, "%s%" PRId64 " pages",
			   d->state.given & TCPOOM_BIT(orphans) ? ", " : "",
			   d->state.mem_allocated);
	tcpoom_add(text, "), so in another moment%s: ",
		   f->possible[TCPOOM_BY_ORPHANS] && read_approximately(f->kernels)
			   ? ", or by a per-CPU count ahead of the exact one"
			   : "");
}

/* A number that an int of this kernel has no room for. */
static void say_refused(const struct tcpoom_diagnosis *d, char text[static TCPOOM_WORDS])
{
	tcpoom_add(text, "unknown: one of these numbers does not fit this kernel's int");
	for (int m = 0; m < TCPOOM_MEASURES; m++) {
		const enum tcpoom_field f = tcpoom_measure_fields[m];
		const int64_t value = tcpoom_field_get(&d->state, f);

		if (d->state.given >> f & 1 && (value < INT32_MIN || value > INT32_MAX))
			tcpoom_add(text, ", %s=%" PRId64, tcpoom_field_table[f].name, value);
	}
}

void tcpoom_say_cause(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		      char text[static TCPOOM_WORDS])
{
	char kernels[TCPOOM_WORDS];

	*text = '\0';
	if (!f->reasons.count && f->reasons.refused) {
		say_refused(d, text);
		return;
	}
	if (!f->reasons.count) {
		tcpoom_add(text, f->seen == TCPOOM_SEEN_NOTHING
					 ? "none: at these numbers no socket can be killed"
					 : "unknown: no kernel does that");
		return;
	}
	if (f->another_kernel) {
		tcpoom_say_kernels(f->kernels, kernels);
		tcpoom_add(text,
			   "this kernel never prints that, %s do: it is of another boot or "
			   "machine, and there means %s%s%s",
			   kernels, f->possible[TCPOOM_BY_ORPHANS] ? "too many orphans" : "",
			   f->possible[0] && f->possible[1] ? " or " : "",
			   f->possible[TCPOOM_BY_MEMORY] ? "too much memory" : "");
		return;
	}
	if (f->seen == TCPOOM_SEEN_NOTHING)
		tcpoom_add(text, f->alone ? "no kill was seen, but one orphan is enough: "
					  : "no kill was seen; what could: ");
	if (f->another_moment)
		say_sample(d, f, text);
	if (f->certain[TCPOOM_BY_MEMORY])
		say_settled(f, TCPOOM_BY_MEMORY, text);
	else if (f->certain[TCPOOM_BY_ORPHANS] || !f->possible[TCPOOM_BY_MEMORY])
		say_settled(f, TCPOOM_BY_ORPHANS, text);
	else if (!f->possible[TCPOOM_BY_ORPHANS])
		say_settled(f, TCPOOM_BY_MEMORY, text);
	else
		say_open(f, text);
}

/* The share in percent; with digits after the point only where it is small. */
static void say_within(int64_t count, int64_t limit, char text[static TCPOOM_WORDS])
{
	const double percent = limit > 0 ? 100.0 * (double)count / (double)limit : 0.0;

	tcpoom_add(text, "memory: %" PRId64 " pages are within tcp_mem[2] %" PRId64, count, limit);
	tcpoom_add(text, percent < 10 ? " (%.2g %%)" : " (%.0f %%)", percent);
}

void tcpoom_say_excluded(const struct tcpoom_finding *f, char text[static TCPOOM_WORDS])
{
	const struct tcpoom_state *s = &f->state;
	const tcpoom_fieldset memory = TCPOOM_BIT(mem_allocated) | TCPOOM_BIT(tcp_mem2),
			      orphans = TCPOOM_BIT(orphans) | TCPOOM_BIT(max_orphans);

	*text = '\0';
	if (!f->reasons.count || f->another_kernel)
		return;
	if (!f->possible[TCPOOM_BY_MEMORY] && (s->given & memory) == memory &&
	    s->mem_allocated <= s->tcp_mem2)
		say_within(s->mem_allocated, s->tcp_mem2, text);
	else if (!f->possible[TCPOOM_BY_ORPHANS] && (s->given & orphans) == orphans &&
		 4 * (int64_t)s->orphans <= s->max_orphans)
		tcpoom_add(text,
			   "orphans: %" PRId64 ", even counted 4 times, are within "
			   "tcp_max_orphans %" PRId32,
			   s->orphans, s->max_orphans);
	else if (f->seen == TCPOOM_MSG_TOO_MANY_ORPHANED && !f->possible[TCPOOM_BY_MEMORY])
		tcpoom_add(text, "memory: that has a line of its own");
	else if (f->seen == TCPOOM_MSG_OUT_OF_MEMORY && !f->possible[TCPOOM_BY_ORPHANS])
		tcpoom_add(text, "orphans: they have a line of their own");
}

void tcpoom_say_certainty(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
			  char text[static TCPOOM_WORDS])
{
	const bool settled = (f->certain[0] != f->certain[1]) || (f->certain[0] && f->certain[1]);
	const bool named = d->resolution.candidates == 1 && !f->another_kernel;
	char kernels[TCPOOM_WORDS];

	*text = '\0';
	if (named)
		snprintf(kernels, sizeof(kernels), "this kernel");
	else
		tcpoom_say_kernels(f->kernels, kernels);
	if (!f->reasons.count && f->reasons.refused)
		tcpoom_add(text, "no");
	else if (!f->reasons.count)
		tcpoom_add(text, "yes, for these numbers, on %s", kernels);
	else if (f->another_kernel)
		tcpoom_add(text, "yes: no kernel but %s has that text", kernels);
	else if (f->alone)
		tcpoom_add(text, "yes, on %s; from 2.6.29 on the count that is read may lag behind",
			   kernels);
	else if (f->another_moment)
		tcpoom_add(text, "the sample is not of that moment; %s on %s",
			   settled ? "the cause is settled all the same"
				   : "either cause is possible",
			   kernels);
	else if (settled)
		tcpoom_add(text, "yes: no value of what is unknown gives another cause on %s",
			   kernels);
	else
		tcpoom_add(text, "no: the numbers allow for either on %s", kernels);
	if (f->reasons.count && !f->another_moment && !f->another_kernel &&
	    d->state.given & TCPOOM_BIT(orphans))
		tcpoom_add(text, ", if the sample is of that moment");
	if (d->resolution.evidence == TCPOOM_NO_RELEASE)
		tcpoom_add(text, " (kernel not named)");
	else
		tcpoom_add(text, " (kernel %s%s%s)", tcpoom_evidence_names[d->resolution.evidence],
			   named ? ": rules of " : "",
			   named ? d->resolution.candidate[0]->name : "");
}

/* What a kernel prints in a state; false: it kills nothing there. */
static bool message_of(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
		       struct tcpoom_verdict *v)
{
	return tcpoom_decide(kernel, s, v, NULL) == TCPOOM_OK && v->snmp;
}

void tcpoom_say_texts(const struct tcpoom_finding *f, char text[static TCPOOM_WORDS])
{
	const struct tcpoom_reason *r =
		tcpoom_simplest(f, f->certain[TCPOOM_BY_MEMORY] ? TCPOOM_BY_MEMORY
								: TCPOOM_BY_ORPHANS);
	struct tcpoom_verdict before = { .messages = 0 }, v;
	struct tcpoom_state s;

	*text = '\0';
	if (!r && f->reasons.count)
		r = &f->reasons.reason[0];
	if (!r)
		return;
	s = r->state;
	/* where a limit is met, older kernels kill; beyond it all do */
	if (!(f->state.given & TCPOOM_BIT(orphans)) && r->orphans) {
		s.orphans++;
		s.orphans_approx++;
		s.orphans_cached++;
	}
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		if (!message_of(&tcpoom_kernels[k], &s, &v) ||
		    (before.messages == v.messages && before.message[0] == v.message[0]))
			continue;
		tcpoom_add(text, "%sfrom %s \"%s\"%s", *text ? ", " : "", tcpoom_kernels[k].name,
			   tcpoom_message_texts[v.message[0]],
			   v.messages > 1 ? " and a line on memory" : "");
		before = v;
	}
	tcpoom_add(text, " (%s)", r->entry == TCPOOM_CLOSE ? "close" : "timer");
}

/* A count or a limit, and what it is held against where that is unknown too. */
static void say_facts(const struct tcpoom_finding *f, unsigned fact, char text[static TCPOOM_WORDS])
{
	tcpoom_add(text, "%s (%s)", tcpoom_fact_where(fact), tcpoom_fact_name(fact));
	for (int g = 0; g < TCPOOM_GROUNDS; g++) {
		const unsigned count = tcpoom_ground_counts[g], limit = tcpoom_ground_limits[g],
			       other = fact == count   ? limit
				       : fact == limit ? count
						       : TCPOOM_FACTS;

		if (other < TCPOOM_FACTS && !(f->state.given >> other & 1))
			tcpoom_add(text, " and %s (%s)", tcpoom_fact_where(other),
				   tcpoom_fact_name(other));
	}
}

/* Where the cause is settled, the number without which no value can be said. */
static unsigned missing_number(const struct tcpoom_finding *f)
{
	for (int g = 0; g < TCPOOM_GROUNDS; g++) {
		if (!f->possible[g] || f->possible[!g])
			continue;
		if (!(f->state.given >> tcpoom_ground_counts[g] & 1))
			return tcpoom_ground_counts[g];
		if (!(f->state.given >> tcpoom_ground_limits[g] & 1))
			return tcpoom_ground_limits[g];
	}
	return TCPOOM_FACTS;
}

void tcpoom_say_next(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		     char text[static TCPOOM_WORDS])
{
	/* where one cause is left there is nothing to tell apart */
	const bool open = f->possible[TCPOOM_BY_ORPHANS] && f->possible[TCPOOM_BY_MEMORY];
	const unsigned fact = open ? tcpoom_next_fact(d, f) : TCPOOM_FACTS,
		       missing = missing_number(f);
	const struct tcpoom_reason *r = tcpoom_simplest(f, TCPOOM_BY_ORPHANS);

	*text = '\0';
	if (f->another_kernel)
		tcpoom_add(text, "cat /proc/version on the machine that printed the line");
	else if (f->another_moment)
		tcpoom_add(text, "while true; do cat /proc/net/sockstat; sleep 1; done, until the "
				 "next line");
	else if (!f->alone && (missing < TCPOOM_FACTS || fact < TCPOOM_FACTS))
		say_facts(f, missing < TCPOOM_FACTS ? missing : fact, text);
	else if (d->resolution.evidence == TCPOOM_NO_RELEASE)
		tcpoom_add(text, "cat /proc/version");
	else if (d->resolution.evidence == TCPOOM_AMBIGUOUS)
		tcpoom_add(text, "which of the kernels it is: %s", d->resolution.why);
	else if (r && r->shift)
		tcpoom_add(text, "the argument shift, by a probe on tcp_check_oom (from 3.3 on) or "
				 "tcp_out_of_resources");
	else if (f->reasons.count && !d->facts->sockets.read)
		tcpoom_add(text, "/proc/net/tcp and tcp6: who holds them");
}
