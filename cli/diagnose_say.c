/* SPDX-License-Identifier: GPL-2.0-only */
/* A diagnosis as text: twelve lines that answer, and with -v what proves them. */
#include <inttypes.h>
#include <string.h>

#include "diagnose.h"
#include "say.h"

#define CAUSES_MOST 2 /* lines on causes; the others with -v */

static void print_line(const char *label, const char *text)
{
	if (*text)
		printf("%-9s %s\n", label, text);
}

static void print_finding(const struct diagnosis *x, const struct tcpoom_finding *f)
{
	char seen[TCPOOM_WORDS], cause[TCPOOM_WORDS], label[TCPOOM_WORDS] = "";

	tcpoom_say_seen(&x->d, f, seen);
	tcpoom_say_cause(&x->d, f, cause);
	if (*seen)
		tcpoom_add(label, "%s: ", seen);
	printf("%-9s %s%s\n", "cause:", label, cause);
}

/* Whether count and limit are known: then the kill follows from them. */
static bool is_known(const struct tcpoom_finding *f, enum tcpoom_ground cause)
{
	return f->state.given >> tcpoom_ground_counts[cause] & 1 &&
	       f->state.given >> tcpoom_ground_limits[cause] & 1;
}

/* The cause that is spoken of: the one that is settled, else the one whose numbers are known. */
static enum tcpoom_ground main_cause(const struct tcpoom_finding *f)
{
	if (f->certain[TCPOOM_BY_MEMORY] || !f->possible[TCPOOM_BY_ORPHANS])
		return TCPOOM_BY_MEMORY;
	if (!f->certain[TCPOOM_BY_ORPHANS] && f->possible[TCPOOM_BY_MEMORY] &&
	    is_known(f, TCPOOM_BY_MEMORY) && !is_known(f, TCPOOM_BY_ORPHANS))
		return TCPOOM_BY_MEMORY;
	return TCPOOM_BY_ORPHANS;
}

/* The finding that the rest of the answer is about: one whose cause is settled, if there is. */
static const struct tcpoom_finding *main_finding(const struct diagnosis *x)
{
	for (unsigned i = 0; i < x->d.findings; i++) {
		const struct tcpoom_finding *f = &x->d.finding[i];

		if (f->possible[0] != f->possible[1])
			return f;
	}
	return &x->d.finding[0];
}

static void print_do(const struct diagnosis *x, const char *label, const struct tcpoom_finding *f,
		     enum tcpoom_ground cause)
{
	struct tcpoom_action a;
	char text[TCPOOM_WORDS];

	if (!tcpoom_action_find(&x->d, f, cause, &a))
		return;
	tcpoom_say_do(&x->d, &a, text);
	print_line(label, text);
}

/* Another thing that was seen may have the other cause: then either limit matters. */
static const struct tcpoom_finding *other_cause(const struct diagnosis *x, enum tcpoom_ground cause)
{
	for (unsigned i = 0; i < x->d.findings; i++) {
		const struct tcpoom_finding *f = &x->d.finding[i];

		if (f->possible[!cause] && !f->possible[cause])
			return f;
	}
	return NULL;
}

/* How far the counts may still go, where nothing was killed. */
static void print_margins(const struct tcpoom_diagnosis *d)
{
	const int64_t close = tcpoom_count_killed(&d->state, d->kernels, TCPOOM_BY_ORPHANS,
						  TCPOOM_CLOSE, 0),
		      four = tcpoom_count_killed(&d->state, d->kernels, TCPOOM_BY_ORPHANS,
						 TCPOOM_TIMER, 2),
		      memory = tcpoom_count_killed(&d->state, d->kernels, TCPOOM_BY_MEMORY,
						   TCPOOM_CLOSE, 0);

	if (close >= 0 && (d->state.given & TCPOOM_BIT(orphans)))
		printf("%-9s sockets are killed from %" PRId64 " orphans on, those that count 4 "
		       "times from %" PRId64 "; now %" PRId64 "\n",
		       "margin:", close, four, d->state.orphans);
	if (memory >= 0 && (d->state.given & TCPOOM_BIT(mem_allocated)))
		printf("%-9s sockets with data queued are killed from %" PRId64
		       " pages on; now %" PRId64 "%s\n",
		       "margin:", memory, d->state.mem_allocated,
		       d->facts->known[TCPOOM_FACT_tcp_mem1] &&
				       d->state.mem_allocated >
					       d->facts->value[TCPOOM_FACT_tcp_mem1]
			       ? ", over tcp_mem[1]: the kernel holds buffers down"
			       : "");
}

static void print_actions(const struct diagnosis *x, const struct tcpoom_finding *f)
{
	const enum tcpoom_ground cause = main_cause(f), other = (enum tcpoom_ground) !cause;
	const struct tcpoom_finding *second = other_cause(x, cause);
	struct tcpoom_action a;
	char text[TCPOOM_WORDS];

	if (f->another_kernel) {
		print_line("do:", "nothing here for that line: diagnose the machine, or the boot, "
				  "that printed it");
		print_margins(&x->d);
		return;
	}
	if (!tcpoom_action_find(&x->d, f, cause, &a))
		return;
	print_do(x, "do:", f, cause);
	tcpoom_say_cost(&x->d, &a, text);
	if (second) {
		print_do(x, "and:", second, other);
		return;
	}
	print_line("cost:", text);
	tcpoom_say_do_not(&a, text);
	print_line("do not:", text);
	if (f->possible[other] && !f->certain[0] && !f->certain[1])
		print_do(x, "or:", f, other);
}

static void print_short(const struct diagnosis *x)
{
	const struct tcpoom_finding *f = main_finding(x);
	const struct tcpoom_reason *r = tcpoom_simplest(f, main_cause(f));
	char text[TCPOOM_WORDS];

	for (unsigned i = 0; i < x->d.findings && i < CAUSES_MOST; i++)
		print_finding(x, &x->d.finding[i]);
	if (r && !f->another_kernel) {
		tcpoom_say_penalties(r, text);
		print_line("who:", text);
	}
	if (!other_cause(x, main_cause(f))) {
		tcpoom_say_excluded(f, text);
		print_line("not:", text);
	}
	print_actions(x, f);
	if (!f->reasons.count && !f->reasons.refused)
		print_margins(&x->d);
	tcpoom_say_certainty(&x->d, f, text);
	print_line("certain:", text);
	tcpoom_say_texts(f, text);
	print_line("printed:", text);
}

static void print_rest(const struct diagnosis *x, bool verbose)
{
	char text[TCPOOM_WORDS], who[TCPOOM_WORDS];
	const bool more = x->doubts.count > 1;

	tcpoom_say_log(&x->facts.log, text);
	tcpoom_say_who(&x->facts, who);
	if (*text && *who) /* twelve lines are soon full */
		tcpoom_add(text, ". Sockets: %s", who);
	print_line("log:", text);
	if (!*text)
		print_line("sockets:", who);
	for (unsigned i = 0; i < x->doubts.count && (verbose || !i); i++)
		printf("%-9s %s%s\n", i < x->doubts.serious ? "doubt:" : "note:", x->doubts.text[i],
		       more && !verbose ? " (and more: -v)" : "");
	tcpoom_say_next(&x->d, main_finding(x), text);
	print_line("next:", text);
}

/* A state as the command that explains it. */
static void print_command(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s)
{
	char text[1200] = "";
	struct tcpoom_state needed = *s;

	needed.given &= kernel->needs[s->entry] | TCPOOM_BIT(entry);
	say_given(&needed, text, sizeof(text));
	printf("    tcpoom explain -k %s %s%s\n", kernel->name, tcpoom_entry_names[s->entry], text);
}

static void print_proof(const struct diagnosis *x, const struct tcpoom_finding *f)
{
	struct tcpoom_action a;
	struct tcpoom_state kept;
	const enum tcpoom_ground cause = main_cause(f);

	if (!tcpoom_action_find(&x->d, f, cause, &a) || !a.remedy.found || !a.remedy.kernel)
		return;
	printf("  proof of %s %" PRId64 ": killed one below it, kept at it\n",
	       tcpoom_field_table[tcpoom_ground_limits[cause]].name, a.remedy.value);
	kept = a.remedy.killed;
	print_command(a.remedy.kernel, &kept);
	tcpoom_field_set(&kept, tcpoom_ground_limits[cause], a.remedy.value);
	print_command(a.remedy.kernel, &kept);
}

static void print_reasons(const struct diagnosis *x, const struct tcpoom_finding *f)
{
	char text[TCPOOM_WORDS];

	if (!f->reasons.count)
		return;
	tcpoom_say_seen(&x->d, f, text);
	printf("\n%s%sways to be killed, each with an example:\n", text, *text ? ": " : "");
	for (unsigned i = 0; i < f->reasons.count; i++) {
		const struct tcpoom_reason *r = &f->reasons.reason[i];

		tcpoom_say_kernels(r->kernels, text);
		printf("  %s, %s%s%s%s, %s\n", r->entry == TCPOOM_CLOSE ? "close" : "timer",
		       r->orphans ? "orphans" : "", r->orphans && r->memory ? " and " : "",
		       r->memory ? "memory" : "",
		       r->shift == 2   ? ", counted 4 times"
		       : r->shift == 1 ? ", counted twice"
				       : "",
		       text);
		print_command(r->kernel, &r->state);
	}
	print_proof(x, f);
}

static void print_facts(const struct tcpoom_facts *facts)
{
	puts("\nfacts:");
	if (*facts->kernel)
		printf("  %-18s %s  (%s:%lu)\n", "kernel", facts->kernel, facts->kernel_source.file,
		       facts->kernel_source.line);
	for (unsigned i = 0; i < TCPOOM_FACTS; i++) {
		if (!facts->known[i])
			continue;
		printf("  %-18s %" PRId64 "  (%s:%lu)", tcpoom_fact_name(i), facts->value[i],
		       facts->source[i].file, facts->source[i].line);
		if (facts->twice[i])
			printf(", before %" PRId64 " (%s:%lu): %+" PRId64, facts->earlier[i],
			       facts->before[i].file, facts->before[i].line,
			       facts->value[i] - facts->earlier[i]);
		putchar('\n');
	}
}

static void print_log(const struct tcpoom_klog *log)
{
	unsigned kept =
		log->bursts < TCPOOM_BURSTS_MOST ? (unsigned)log->bursts : TCPOOM_BURSTS_MOST;

	if (kept)
		puts("\nbursts:");
	while (kept--) {
		const struct tcpoom_burst *b = tcpoom_klog_burst(log, kept);

		printf("  %s:%lu-%lu %s %.6f s:", b->file, b->first, b->last, b->when,
		       (double)(b->end - b->begin) / 1e6);
		for (int m = 0; m < TCPOOM_MESSAGES; m++)
			if (b->lines[m])
				printf(" %" PRIu64 " * \"%s\"", b->lines[m],
				       tcpoom_message_texts[m]);
		printf(", at least %" PRIu64 " decisions", tcpoom_burst_decisions(b));
		if (b->suppressed)
			printf(", %" PRIu64 " lines held back", b->suppressed);
		putchar('\n');
	}
}

void diagnose_print(const struct diagnosis *x, bool verbose)
{
	print_short(x);
	print_rest(x, verbose);
	if (!verbose)
		return;
	for (unsigned i = 0; i < x->d.findings; i++) {
		if (i >= CAUSES_MOST)
			print_finding(x, &x->d.finding[i]);
		print_reasons(x, &x->d.finding[i]);
	}
	print_log(&x->facts.log);
	print_facts(&x->facts);
}
