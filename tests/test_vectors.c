/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The golden vectors: what the real code of 34 kernels decided for 3,000 states, what the two
 * timers of 25 kernels asked for, and what they did once the check had let the socket live.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/machine.h"
#include "check.h"
#include "golden.h"

/* What is said to be verified by vectors of the check, or of the timers, has such vectors. */
static void test_evidence(void)
{
	for (size_t i = 0; i < golden_kernels; i++) {
		FILE *check = open_vectors("decide", golden_names[i].file, "txt");
		FILE *timers = open_vectors("callers", golden_names[i].file, "txt");
		struct tcpoom_resolution r;

		tcpoom_release_resolve(golden_names[i].release, &r);
		CHECK_SAY(!check == !strstr(r.why, "the check"), "%s", r.why);
		CHECK_SAY(!timers == !strstr(r.why, "the two timers"), "%s", r.why);
		CHECK_SAY(!strstr(r.why, "running") ==
				  (strncmp(golden_names[i].release, "6.1.192", 7) &&
				   strncmp(golden_names[i].release, "6.12.117", 8)),
			  "%s", r.why);
		if (check)
			fclose(check);
		if (timers)
			fclose(timers);
	}
}

static const struct tcpoom_test *find_test(const struct tcpoom_tests *tests, int id)
{
	for (unsigned i = 0; i < tests->count; i++)
		if (tests->test[i].id == id)
			return &tests->test[i];
	return NULL;
}

/* A comparison of numbers that were written down, as a reader of the JSON makes it. */
static bool holds(const struct tcpoom_test *t)
{
	const char *op = tcpoom_op_names[t->op];
	const bool equal = t->lhs == t->rhs;
	const bool less =
		t->op == TCPOOM_GT_UNSIGNED ? (uint64_t)t->lhs < (uint64_t)t->rhs : t->lhs < t->rhs;

	if (!strcmp(op, "=="))
		return equal;
	if (!strcmp(op, "!="))
		return !equal;
	if (op[1] == '=' && equal)
		return true;
	return op[0] == '<' ? less : !less && !equal;
}

/* Whether the kernel made this test, and it was true. */
static bool was_true(const struct tcpoom_tests *tests, int id)
{
	const struct tcpoom_test *t = find_test(tests, id);

	return t && t->reached && t->truth;
}

static bool was_made(const struct tcpoom_tests *tests, int id)
{
	const struct tcpoom_test *t = find_test(tests, id);

	return t && t->reached;
}

/* Whether the kernel gets as far as a test, by the results of those before it. */
static bool is_due(const struct tcpoom_kernel *kernel, const struct tcpoom_tests *tests, int id)
{
	const struct tcpoom_rule_info *text = &tcpoom_rule_table[TCPOOM_R_text];
	const bool path = !strcmp(text->variant[kernel->rules->text].name, "path");
	const bool orphans =
		was_true(tests, find_test(tests, TCPOOM_T_ORPHANS_SUM) ? TCPOOM_T_ORPHANS_SUM
								       : TCPOOM_T_ORPHANS);
	const bool oom = orphans || was_true(tests, TCPOOM_T_MEMORY);

	switch (id) {
	case TCPOOM_T_RETRANSMITS:
	case TCPOOM_T_BACKOFF:
	case TCPOOM_T_PROBES_OUT:
		return !was_true(tests, TCPOOM_T_ALIVE);
	case TCPOOM_T_NEVER:
		return !was_true(tests, TCPOOM_T_ALIVE);
	case TCPOOM_T_NO_STAMP:
		return was_made(tests, TCPOOM_T_NEVER) && !was_true(tests, TCPOOM_T_NEVER);
	case TCPOOM_T_NO_HEAD:
		return was_true(tests, TCPOOM_T_NO_STAMP);
	case TCPOOM_T_TIMED_OUT:
		return was_made(tests, TCPOOM_T_NEVER) && !was_true(tests, TCPOOM_T_NEVER) &&
		       !was_true(tests, TCPOOM_T_NO_HEAD);
	case TCPOOM_T_NO_RESET:
		return !was_true(tests, TCPOOM_T_IDLE);
	case TCPOOM_T_ORPHANS_SUM:
		return was_true(tests, TCPOOM_T_ORPHANS);
	case TCPOOM_T_WMEM_QUEUED:
		return !path || !orphans;
	case TCPOOM_T_MEMORY:
		return was_true(tests, TCPOOM_T_WMEM_QUEUED);
	case TCPOOM_T_NET_EXITING:
		return !oom;
	case TCPOOM_T_RECENT:
		return oom;
	case TCPOOM_T_ZERO_WINDOW:
		return oom && !was_true(tests, TCPOOM_T_RECENT);
	case TCPOOM_T_NONE_OUT:
		return was_true(tests, TCPOOM_T_ZERO_WINDOW);
	default:
		return true;
	}
}

/* The verdict once more, from nothing but the tests that were made. */
static enum tcpoom_outcome recompute(const struct tcpoom_tests *tests, bool is_close)
{
	const struct tcpoom_test *wanted = find_test(tests, TCPOOM_T_NO_RESET);
	const bool orphans = was_made(tests, TCPOOM_T_ORPHANS_SUM)
				     ? was_true(tests, TCPOOM_T_ORPHANS_SUM)
				     : was_true(tests, TCPOOM_T_ORPHANS);
	const bool exceptional =
		was_true(tests, TCPOOM_T_RECENT) ||
		(was_true(tests, TCPOOM_T_ZERO_WINDOW) && was_true(tests, TCPOOM_T_NONE_OUT));

	if (was_true(tests, TCPOOM_T_BACKOFF))
		return TCPOOM_EXPIRED;
	if (orphans || was_true(tests, TCPOOM_T_MEMORY))
		return is_close || wanted->lhs || exceptional ? TCPOOM_KILLED_RESET
							      : TCPOOM_KILLED_SILENT;
	return was_true(tests, TCPOOM_T_NET_EXITING) ? TCPOOM_KILLED_SILENT : TCPOOM_KEPT;
}

/* The argument of the check, from the tests that the timers made before they asked. */
static bool recompute_do_reset(const struct tcpoom_state *s, const struct tcpoom_tests *tests)
{
	if (s->entry == TCPOOM_TIMER)
		return s->do_reset;
	if (was_true(tests, TCPOOM_T_ALIVE))
		return true;
	if (s->entry == TCPOOM_PROBE)
		return !was_true(tests, TCPOOM_T_PROBES_OUT);
	if (was_made(tests, TCPOOM_T_RETRANSMITS))
		return was_true(tests, TCPOOM_T_RETRANSMITS);
	return !was_true(tests, TCPOOM_T_TIMED_OUT);
}

/* Each test is what its numbers say, and together they are the verdict. */
static bool tests_are_sound(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
			    const struct tcpoom_verdict *v, const struct tcpoom_tests *tests)
{
	const unsigned penalties =
		(was_true(tests, TCPOOM_T_IDLE) || was_true(tests, TCPOOM_T_NO_RESET)) +
		was_true(tests, TCPOOM_T_ERR_SOFT);

	for (unsigned i = 0; i < tests->count; i++) {
		const struct tcpoom_test *t = &tests->test[i];
		const bool is_count = t->id == TCPOOM_T_ORPHANS || t->id == TCPOOM_T_ORPHANS_SUM;

		if (holds(t) != t->truth || (is_count && t->shift != penalties))
			return false;
		if (is_count && (uint32_t)t->lhs != (uint32_t)t->base << t->shift)
			return false;
		if (!is_count && t->id != TCPOOM_T_ALIVE && t->lhs != t->base)
			return false;
		if (t->reached != is_due(kernel, tests, t->id))
			return false;
	}
	if (s->entry != TCPOOM_CLOSE && v->outcome != TCPOOM_EXPIRED &&
	    recompute_do_reset(s, tests) != v->do_reset)
		return false;
	return recompute(tests, s->entry == TCPOOM_CLOSE) == v->outcome &&
	       was_made(tests, TCPOOM_T_ORPHANS_SUM) == v->exact_sums;
}

/* The verdict as a line of the vectors' CSV has it. */
static void print_check(char *line, size_t size, const struct tcpoom_state *s,
			const struct tcpoom_verdict *v, const struct tcpoom_tests *tests)
{
	char messages[160] = "", ret[4] = "";

	for (unsigned i = 0; i < v->messages && i < s->ratelimit_budget; i++) {
		strcat(messages, i ? "|" : "");
		strcat(messages, tcpoom_message_texts[v->message[i]]);
	}
	if (s->entry != TCPOOM_CLOSE)
		snprintf(ret, sizeof(ret), "%d", v->ret);
	snprintf(line, size, "%" PRId64 ",%s,%d,%d,%d,%s,%d,%d",
		 find_test(tests, TCPOOM_T_WMEM_QUEUED)->rhs, ret, tcpoom_killed(v),
		 v->outcome == TCPOOM_KILLED_RESET, v->snmp, messages, v->messages, v->exact_sums);
}

/* Decides with and without a record of the tests: the two must be one. */
static bool decide_twice(const struct tcpoom_kernel *kernel, const struct tcpoom_state *s,
			 struct tcpoom_verdict *v, struct tcpoom_tests *tests)
{
	struct tcpoom_verdict quick;

	return tcpoom_decide(kernel, s, v, tests) == TCPOOM_OK &&
	       tcpoom_decide(kernel, s, &quick, NULL) == TCPOOM_OK &&
	       !memcmp(&quick, v, sizeof(*v));
}

static void run_check(const struct inputs *in, const struct vectors *vectors, const char *release)
{
	const struct tcpoom_kernel *kernel = resolve_verified(release);
	const tcpoom_fieldset counts = TCPOOM_BIT(orphans) | TCPOOM_BIT(orphans_approx);
	const bool atomic = (kernel->needs[TCPOOM_CLOSE] & counts) == TCPOOM_BIT(orphans);

	CHECK_SAY(strlen(vectors->letters) == in->count, "%s", release);
	for (unsigned i = 0; i < in->count; i++) {
		struct tcpoom_state s = in->state[i];
		struct tcpoom_verdict v;
		struct tcpoom_tests tests;
		char line[256];

		/* the vectors feed the approximate count to kernels with one atomic counter */
		if (atomic)
			s.orphans = s.orphans_approx;
		if (!outcome_of(vectors, i)) {
			CHECK_SAY(tcpoom_decide(kernel, &s, &v, NULL) == TCPOOM_UNREPRESENTABLE,
				  "%s, row %s", release, in->id[i]);
			continue;
		}
		CHECK_SAY(decide_twice(kernel, &s, &v, &tests), "%s, row %s", release, in->id[i]);
		CHECK_SAY(tests_are_sound(kernel, &s, &v, &tests), "%s, row %s", release,
			  in->id[i]);
		print_check(line, sizeof(line), &s, &v, &tests);
		CHECK_SAY(!strcmp(line, outcome_of(vectors, i)),
			  "%s, row %s: got      %s\nexpected %s", release, in->id[i], line,
			  outcome_of(vectors, i));
	}
}

/* What the check reads beside the timers' own fields: nothing that kills. */
static void add_room(struct tcpoom_state *s)
{
	static const enum tcpoom_field zero[] = { TCPOOM_F_wmem_queued,	   TCPOOM_F_snd_wnd,
						  TCPOOM_F_packets_out,	   TCPOOM_F_orphans,
						  TCPOOM_F_orphans_approx, TCPOOM_F_orphans_cached,
						  TCPOOM_F_max_orphans,	   TCPOOM_F_mem_allocated,
						  TCPOOM_F_tcp_mem2 };

	for (size_t i = 0; i < sizeof(zero) / sizeof(*zero); i++)
		tcpoom_field_set(s, zero[i], 0);
	tcpoom_field_set(s, TCPOOM_F_max_orphans, 1);
	tcpoom_field_set(s, TCPOOM_F_lsndtime, s->now);
}

static void run_callers(const struct inputs *in, const struct vectors *vectors, const char *release)
{
	const struct tcpoom_kernel *kernel = resolve_verified(release);
	struct tcpoom_resolution resolution;
	struct tcpoom_machine machine;

	tcpoom_release_resolve(release, &resolution);
	machine = tcpoom_machine_of(&resolution);
	CHECK_SAY(strlen(vectors->letters) == in->count, "%s", release);
	for (unsigned i = 0; i < in->count; i++) {
		struct tcpoom_state s = in->state[i];
		struct tcpoom_verdict v;
		struct tcpoom_tests tests;
		char line[32] = "expired,,";

		add_room(&s);
		CHECK_SAY(decide_twice(kernel, &s, &v, &tests), "%s, row %s", release, in->id[i]);
		CHECK_SAY(tests_are_sound(kernel, &s, &v, &tests), "%s, row %s", release,
			  in->id[i]);
		/* rows whose shift is undefined were left out; it must be marked */
		CHECK_SAY((outcome_of(vectors, i) == NULL) == v.undefined, "%s, row %s", release,
			  in->id[i]);
		if (!outcome_of(vectors, i))
			continue;
		if (v.outcome != TCPOOM_EXPIRED)
			snprintf(line, sizeof(line), "asked,%d,%s", v.do_reset,
				 tcpoom_gives_up(&machine, &s) ? "write_err" : "continue");
		CHECK_SAY(!strcmp(line, outcome_of(vectors, i)), "%s, row %s: got %s, expected %s",
			  release, in->id[i], line, outcome_of(vectors, i));
	}
}

static void run_all(const char *what, unsigned expected,
		    void (*run)(const struct inputs *, const struct vectors *, const char *))
{
	struct inputs *in = read_inputs(what);
	struct vectors *vectors = malloc(sizeof(*vectors));
	unsigned kernels = 0;

	for (size_t i = 0; vectors && i < golden_kernels; i++)
		if (read_vectors(what, golden_names[i].file, vectors)) {
			run(in, vectors, golden_names[i].release);
			kernels++;
		}
	CHECK_SAY(kernels == expected, "%u kernels", kernels);
	free(vectors);
	free(in);
}

static void test_check(void)
{
	run_all("decide", 34, run_check);
}

static void test_callers(void)
{
	run_all("callers", 25, run_callers);
}

static const struct test vectors_tests[] = {
	{ "timer and close of 34 kernels", test_check },
	{ "retransmit and probe of 25 kernels, before and after the check", test_callers },
	{ "evidence", test_evidence },
	{ NULL, NULL },
};

SUITE(vectors)
