/* SPDX-License-Identifier: GPL-2.0-only */
#include "class.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "keys.h"

#define T(name) ((uint32_t)1 << TCPOOM_T_##name)

/* The comparisons of which a rule is, or whose operands it chooses. */
static uint32_t rule_tests(enum tcpoom_rule rule)
{
	static const uint32_t orphans = T(ORPHANS) | T(ORPHANS_SUM),
			      time = T(NEVER) | T(NO_STAMP) | T(NO_HEAD) | T(TIMED_OUT);
	static const uint32_t tests[TCPOOM_RULES] = {
		[TCPOOM_R_count] = orphans,
		[TCPOOM_R_negative] = orphans,
		[TCPOOM_R_limit] = orphans,
		[TCPOOM_R_self] = orphans,
		[TCPOOM_R_late] = T(IDLE),
		[TCPOOM_R_sndbuf] = T(WMEM_QUEUED),
		[TCPOOM_R_mem] = T(MEMORY),
		[TCPOOM_R_scope] = T(MEMORY) | T(MEMCG),
		[TCPOOM_R_unit] = T(MEMORY),
		[TCPOOM_R_clamp] = T(MEMORY) | T(MEMCG),
		[TCPOOM_R_netns] = T(NET_EXITING),
		[TCPOOM_R_rto_max] = T(IDLE) | T(ALIVE) | T(TIMED_OUT),
		[TCPOOM_R_retransmit] = T(RETRANSMITS) | time,
		[TCPOOM_R_stamp] = time,
		[TCPOOM_R_clock] = time,
		[TCPOOM_R_age] = T(TIMED_OUT),
		[TCPOOM_R_backoff] = T(ALIVE),
		[TCPOOM_R_probe] = T(BACKOFF) | T(PROBES_OUT),
	};

	return tests[rule];
}

/* Rules that act through the penalties too, and so on how often an orphan counts. */
#define PENALTIES                                                                                  \
	((tcpoom_ruleset)1 << TCPOOM_R_late | (tcpoom_ruleset)1 << TCPOOM_R_rto_max |              \
	 (tcpoom_ruleset)1 << TCPOOM_R_retransmit | (tcpoom_ruleset)1 << TCPOOM_R_stamp |          \
	 (tcpoom_ruleset)1 << TCPOOM_R_clock | (tcpoom_ruleset)1 << TCPOOM_R_age |                 \
	 (tcpoom_ruleset)1 << TCPOOM_R_backoff | (tcpoom_ruleset)1 << TCPOOM_R_probe)

struct tcpoom_governed tcpoom_cause_governs(const struct tcpoom_cause *cause)
{
	const tcpoom_ruleset rules = tcpoom_cause_rules(cause);
	struct tcpoom_governed governed = { 0 };

	/* equivalent: <=, no set has what is behind the last */
	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		if (rules >> rule & 1)
			governed.own |= rule_tests((enum tcpoom_rule)rule);
	if (rules & PENALTIES)
		governed.through = T(ORPHANS) | T(ORPHANS_SUM);
	return governed;
}

bool tcpoom_threshold_keep(unsigned id, struct tcpoom_threshold *a, struct tcpoom_threshold *b,
			   struct tcpoom_governed governed)
{
	const bool own = governed.own >> id & 1, through = governed.through >> id & 1;

	if (a->made && b->made ? a->truth != b->truth && (own || through)
			       : a->has != b->has && (a->made || b->made) && own) {
		if (!own)
			a->wrapped = b->wrapped = a->negative = b->negative = 0;
		return true;
	}
	*a = *b = (struct tcpoom_threshold){ 0 };
	return false;
}

static bool is_yes_or_no(const struct tcpoom_test *t)
{
	return t->op == TCPOOM_EQ || t->op == TCPOOM_NE;
}

static enum tcpoom_relation_at relation(const struct tcpoom_test *t)
{
	if (t->lhs == t->rhs)
		return TCPOOM_AT;
	/* what is not zero is not zero, whatever its sign */
	if (is_yes_or_no(t))
		return TCPOOM_ABOVE;
	/* equivalent: TCPOOM_GE, they are not equal */
	return tcpoom_compare(t->lhs, t->op == TCPOOM_GT_UNSIGNED ? TCPOOM_GT_UNSIGNED : TCPOOM_GT,
			      t->rhs)
		       ? TCPOOM_ABOVE
		       : TCPOOM_BELOW;
}

/* Whether doubling lost bits. A product that is cut off at INT64_MAX has lost none. */
static bool has_wrapped(const struct tcpoom_test *t)
{
	const uint64_t product = (uint64_t)t->base << t->shift;

	/* equivalent: <= or 1, zero is zero however often it is doubled */
	if (t->base < 0)
		return product != (uint64_t)t->lhs;
	return product >> t->shift != (uint64_t)t->base ||
	       (product != (uint64_t)t->lhs && t->lhs != INT64_MAX);
}

void tcpoom_thresholds(const struct tcpoom_tests *tests,
		       struct tcpoom_threshold at[static TCPOOM_TESTS])
{
	memset(at, 0, TCPOOM_TESTS * sizeof(*at));
	for (unsigned i = 0; i < tests->count; i++) {
		const struct tcpoom_test *t = &tests->test[i];

		at[t->id] = (struct tcpoom_threshold){
			.has = 1,
			.made = t->reached,
			.relation = (uint8_t)relation(t),
			/* how far an RTO is backed off is no threshold of its own */
			.shift = t->id == TCPOOM_T_ALIVE ? 0 : t->shift,
			.wrapped = has_wrapped(t),
			.negative = !is_yes_or_no(t) && (t->base < 0 || t->lhs < 0),
			.truth = t->truth,
		};
	}
}

static void keep_parting(struct tcpoom_class *c)
{
	const struct tcpoom_governed governed = tcpoom_cause_governs(&c->cause);

	for (unsigned id = 0; id < TCPOOM_TESTS; id++)
		tcpoom_threshold_keep(id, &c->at[0][id], &c->at[1][id], governed);
}

/* Of a verdict what the kind is about; the rest is left at 0. */
static struct tcpoom_verdict seen(const struct tcpoom_verdict *v, enum tcpoom_kind kind)
{
	struct tcpoom_verdict part = { 0 };

	switch (kind) {
	case TCPOOM_KIND_KILL:
		part.outcome = tcpoom_killed(v) ? TCPOOM_KILLED_SILENT : v->outcome;
		break;
	case TCPOOM_KIND_RESET:
		part.outcome = v->outcome;
		break;
	case TCPOOM_KIND_MESSAGE:
		part.messages = v->messages;
		for (unsigned i = 0; i < v->messages; i++)
			part.message[i] = v->message[i];
		break;
	default:
		part.snmp = v->snmp;
	}
	return part;
}

void tcpoom_class_of_cause(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
			   const struct tcpoom_state *state, const struct tcpoom_cause *cause,
			   struct tcpoom_class *c)
{
	struct tcpoom_verdict va, vb;
	struct tcpoom_tests ta, tb;

	tcpoom_decide(a, state, &va, &ta);
	tcpoom_decide(b, state, &vb, &tb);
	c->entry = state->entry;
	c->kind = (uint8_t)tcpoom_kind_of(&va, &vb);
	c->a = seen(&va, (enum tcpoom_kind)c->kind);
	c->b = seen(&vb, (enum tcpoom_kind)c->kind);
	c->cause = *cause;
	tcpoom_thresholds(&ta, c->at[0]);
	tcpoom_thresholds(&tb, c->at[1]);
	keep_parting(c);
}

bool tcpoom_class_find(const struct tcpoom_kernel *a, const struct tcpoom_kernel *b,
		       const struct tcpoom_state *state, struct tcpoom_class *c)
{
	struct tcpoom_verdict va, vb;
	struct tcpoom_cause cause;

	if (tcpoom_decide(a, state, &va, NULL) != TCPOOM_OK ||
	    tcpoom_decide(b, state, &vb, NULL) != TCPOOM_OK || tcpoom_verdict_same(&va, &vb))
		return false;
	tcpoom_cause_find(a, b, state, &va, &vb, &cause);
	tcpoom_class_of_cause(a, b, state, &cause, c);
	return true;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b; /* equivalent: 2, any number below 0 */
}

int tcpoom_class_compare(const struct tcpoom_class *c, const struct tcpoom_class *d)
{
	int order = compare_numbers(c->kind, d->kind);

	if (!order)
		order = compare_numbers(c->entry, d->entry);
	if (!order)
		order = compare_numbers(tcpoom_ruleset_size(c->cause.set[0]),
					tcpoom_ruleset_size(d->cause.set[0]));
	if (!order)
		order = compare_numbers(c->cause.sets, d->cause.sets);
	for (unsigned i = 0; !order && i < c->cause.sets; i++)
		order = compare_numbers(c->cause.set[i], d->cause.set[i]);
	if (!order)
		order = memcmp(&c->a, &d->a, sizeof(c->a));
	if (!order)
		order = memcmp(&c->b, &d->b, sizeof(c->b));
	return order ? order : memcmp(c->at, d->at, sizeof(c->at));
}

uint64_t tcpoom_threshold_hash(uint64_t hash, const struct tcpoom_threshold *t)
{
	uint64_t bytes = 0; /* equivalent: 1, what is the same for all */

	memcpy(&bytes, t, sizeof(*t));
	return tcpoom_mix(hash, bytes);
}

static uint64_t hash_verdict(uint64_t hash, const struct tcpoom_verdict *v)
{
	hash = tcpoom_mix(tcpoom_mix(hash, v->outcome), v->snmp);
	hash = tcpoom_mix(tcpoom_mix(hash, v->messages), v->message[0]);
	return tcpoom_mix(hash, v->message[1]);
}

uint64_t tcpoom_class_hash(const struct tcpoom_class *c)
{
	uint64_t hash = tcpoom_mix(c->kind, c->entry);

	hash = hash_verdict(hash_verdict(hash, &c->a), &c->b);
	for (unsigned i = 0; i < c->cause.sets; i++)
		hash = tcpoom_mix(hash, c->cause.set[i]);
	for (unsigned id = 0; id < TCPOOM_TESTS; id++)
		hash = tcpoom_threshold_hash(tcpoom_threshold_hash(hash, &c->at[0][id]),
					     &c->at[1][id]);
	return hash;
}

/* ---- in words ---- */

static void say(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4))); /* equivalent: 4, it is for warnings */

static void say(char *text, size_t size, const char *format, ...)
{
	const size_t at = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + at, size - at, format, args);
	va_end(args);
}

static void say_verdict(const struct tcpoom_class *c, const struct tcpoom_verdict *v, char *text,
			size_t size)
{
	switch (c->kind) {
	case TCPOOM_KIND_KILL:
		say(text, size, "%s",
		    tcpoom_killed(v) ? "killed" : tcpoom_outcome_names[v->outcome]);
		break;
	case TCPOOM_KIND_RESET:
		say(text, size, "%s", tcpoom_outcome_names[v->outcome]);
		break;
	case TCPOOM_KIND_MESSAGE:
		for (unsigned i = 0; i < v->messages; i++)
			say(text, size, "%s\"%s\"", i ? " " : "",
			    tcpoom_message_texts[v->message[i]]);
		if (!v->messages)
			say(text, size, "no message");
		break;
	default:
		say(text, size, "%s", v->snmp ? "counted" : "not counted");
	}
}

void tcpoom_class_direction(const struct tcpoom_class *c, char *text, size_t size)
{
	*text = '\0';
	say_verdict(c, &c->a, text, size);
	say(text, size, " -> ");
	say_verdict(c, &c->b, text, size);
}

static void say_side(unsigned id, const struct tcpoom_threshold *t, char *text, size_t size)
{
	static const char *const relations[] = { "below", "at", "above" };

	if (!t->made)
		say(text, size, "-");
	else if (!*tcpoom_test_table[id].rhs)
		say(text, size, "%s", t->truth ? "yes" : "no");
	else
		say(text, size, "%s%s%s%s",
		    t->shift == 2 ? "<<2 "
		    : t->shift	  ? "<<1 "
				  : "",
		    relations[t->relation], t->wrapped ? " wrapped" : "",
		    t->negative ? " negative" : "");
}

void tcpoom_class_thresholds(const struct tcpoom_class *c, char *text, size_t size)
{
	*text = '\0';
	for (unsigned id = 0; id < TCPOOM_TESTS; id++) {
		const struct tcpoom_threshold *a = &c->at[0][id], *b = &c->at[1][id];

		if (!a->made && !b->made)
			continue;
		say(text, size, "%s%s ", *text ? ", " : "", tcpoom_test_table[id].name);
		say_side(id, a, text, size);
		say(text, size, " | ");
		say_side(id, b, text, size);
	}
}
