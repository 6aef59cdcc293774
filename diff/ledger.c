/* SPDX-License-Identifier: GPL-2.0-only */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "../kernels/release.h"
#include "../traces/line.h"
#include "../traces/stated.h"
#include "../traces/value.h"

static bool read_kernel(struct tcpoom_cursor *c, const struct tcpoom_kernel **kernel,
			struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(c);
	struct tcpoom_resolution r;
	char name[100];

	snprintf(name, sizeof(name), "%.*s", (int)word.len, word.text);
	tcpoom_release_resolve(name, &r);
	if (r.candidates != 1 || word.len >= sizeof(name))
		return tcpoom_fail_found(e, word, "a release that is one kernel");
	*kernel = r.candidate[0];
	return true;
}

static bool read_kind(struct tcpoom_cursor *c, enum tcpoom_kind *kind, struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(c);

	for (int k = TCPOOM_SAME + 1; k < TCPOOM_KINDS; k++)
		if (tcpoom_span_is(word, tcpoom_kind_names[k])) {
			*kind = (enum tcpoom_kind)k;
			return true;
		}
	return tcpoom_fail_found(e, word, "kill, reset, message, count or log");
}

/* A word that must be the variant which this kernel has of the rule. */
static bool read_variant(struct tcpoom_cursor *c, const struct tcpoom_kernel *kernel,
			 enum tcpoom_rule rule, struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(c);
	const uint8_t own = tcpoom_rules_get(kernel->rules, rule);
	const char *name = tcpoom_rule_table[rule].variant[own].name;

	return tcpoom_span_is(word, name) ||
	       tcpoom_fail_found(e, word, "%s, which %s has of the rule %s", name, kernel->name,
				 tcpoom_rule_table[rule].name);
}

/* "limit ge -> gt" */
static bool read_rule(struct tcpoom_cursor *c, const struct tcpoom_known *k, tcpoom_ruleset *set,
		      struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(c);
	struct tcpoom_span arrow;
	int rule = 0;

	while (rule < TCPOOM_RULES && !tcpoom_span_is(word, tcpoom_rule_table[rule].name))
		rule++;
	if (rule == TCPOOM_RULES)
		return tcpoom_fail_found(e, word,
					 "a cause, as diff prints it (see tcpoom kernels --rules)");
	*set |= (tcpoom_ruleset)1 << rule;
	if (!read_variant(c, k->a, (enum tcpoom_rule)rule, e))
		return false;
	arrow = tcpoom_cursor_word(c);
	if (!tcpoom_span_is(arrow, "->"))
		return tcpoom_fail_found(e, arrow, "->");
	return read_variant(c, k->b, (enum tcpoom_rule)rule, e);
}

/* Up to the end of the line, or to #. */
static bool read_cause(struct tcpoom_cursor *c, struct tcpoom_known *k, struct tcpoom_error *e)
{
	struct tcpoom_cause *cause = &k->cause;
	struct tcpoom_span word;

	for (cause->sets = 1;;) {
		if (!read_rule(c, k, &cause->set[cause->sets - 1], e))
			return false;
		word = tcpoom_cursor_word(c);
		if (!word.len || *word.text == '#')
			return true;
		if (tcpoom_span_is(word, "or") && cause->sets < TCPOOM_CAUSES_MOST)
			cause->sets++;
		else if (!tcpoom_span_is(word, "+"))
			return tcpoom_fail_found(e, word, "+, or, # or the end of the line");
	}
}

static bool read_known(struct tcpoom_known *k, struct tcpoom_line *line, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { line->text, line->text };
	struct tcpoom_state s = { 0 };

	*k = (struct tcpoom_known){ .line = line->number };
	if (!read_kernel(&c, &k->a, e) || !read_kernel(&c, &k->b, e) ||
	    !tcpoom_entry_set(&s, tcpoom_cursor_word(&c), e) || !read_kind(&c, &k->kind, e))
		return false;
	k->entry = (enum tcpoom_entry)s.entry;
	return read_cause(&c, k, e);
}

static bool add_line(struct tcpoom_ledger *ledger, struct tcpoom_line *line, struct tcpoom_error *e)
{
	struct tcpoom_known *known;
	const char *text = line->text + strspn(line->text, " \t");

	if (!*text || *text == '#')
		return true;
	known = realloc(ledger->known, (ledger->count + 1) * sizeof(*known));
	if (!known)
		return tcpoom_fail(e, 0, "out of memory");
	ledger->known = known;
	if (!read_known(&known[ledger->count], line, e))
		return false;
	ledger->count++;
	return true;
}

bool tcpoom_ledger_read(struct tcpoom_ledger *ledger, FILE *in, const char *name,
			struct tcpoom_error *e)
{
	enum tcpoom_line_result got;
	struct tcpoom_line line;
	bool good = true;

	*ledger = (struct tcpoom_ledger){ 0 };
	*e = (struct tcpoom_error){ .file = name };
	tcpoom_line_open(&line, in, name);
	while (good && (got = tcpoom_line_next(&line, e)) != TCPOOM_LINE_END)
		good = got == TCPOOM_LINE_READ && add_line(ledger, &line, e);
	tcpoom_line_close(&line);
	if (!good)
		tcpoom_ledger_free(ledger);
	return good;
}

/* The same sets in any order; in one cause no set is there twice. */
static bool same_sets(const struct tcpoom_cause *a, const struct tcpoom_cause *b)
{
	unsigned same = 0;

	for (unsigned i = 0; i < a->sets; i++)
		for (unsigned j = 0; j < b->sets; j++)
			same += a->set[i] == b->set[j];
	return a->sets == b->sets && same == a->sets;
}

bool tcpoom_ledger_find(struct tcpoom_ledger *ledger, const struct tcpoom_kernel *a,
			const struct tcpoom_kernel *b, enum tcpoom_entry entry,
			enum tcpoom_kind kind, const struct tcpoom_cause *cause)
{
	bool found = false;

	for (size_t i = 0; i < ledger->count; i++) {
		struct tcpoom_known *k = &ledger->known[i];

		if (k->a != a || k->b != b || k->entry != entry || k->kind != kind ||
		    !same_sets(&k->cause, cause))
			continue;
		k->met = found = true;
	}
	return found;
}

const struct tcpoom_known *tcpoom_ledger_stale(const struct tcpoom_ledger *ledger,
					       const struct tcpoom_kernel *a,
					       const struct tcpoom_kernel *b, size_t *at)
{
	while (*at < ledger->count) {
		const struct tcpoom_known *k = &ledger->known[(*at)++];

		if (k->a == a && k->b == b && !k->met)
			return k;
	}
	return NULL;
}

void tcpoom_ledger_free(struct tcpoom_ledger *ledger)
{
	free(ledger->known);
	*ledger = (struct tcpoom_ledger){ 0 };
}
