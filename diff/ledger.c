/* SPDX-License-Identifier: GPL-2.0-only */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "../kernels/release.h"
#include "../traces/line.h"
#include "../traces/stated.h"
#include "../traces/value.h"

static bool read_kernel(struct tcpoom_cursor *c, const struct tcpoom_kernel **kernel, char **model,
			struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(c);
	struct tcpoom_resolution r;
	char name[100]; /* equivalent: 99 or 101, what is cut is longer than any release */

	if (memchr(word.text, '/', word.len)) {
		*model = strndup(word.text, word.len);
		return *model || tcpoom_fail(e, 0, "out of memory");
	}
	snprintf(name, sizeof(name), "%.*s", (int)word.len, word.text);
	tcpoom_release_resolve(name, &r);
	if (r.candidates != 1)
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

static bool rule_named(struct tcpoom_span word, enum tcpoom_rule *rule)
{
	for (int r = 0; r < TCPOOM_RULES; r++)
		if (tcpoom_span_is(word, tcpoom_rule_table[r].name)) {
			*rule = (enum tcpoom_rule)r;
			return true;
		}
	return false;
}

/* What a release has of a rule is known; of a model any variant may be said. */
static bool read_variant(struct tcpoom_cursor *c, const struct tcpoom_kernel *kernel,
			 enum tcpoom_rule rule, struct tcpoom_rules *rules, struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(c);
	const struct tcpoom_rule_info *info = &tcpoom_rule_table[rule];
	uint8_t v = 0;

	while (v < info->variants && !tcpoom_span_is(word, info->variant[v].name))
		v++;
	if (v == info->variants)
		return tcpoom_fail_found(e, word, "a variant of the rule %s", info->name);
	if (kernel && v != tcpoom_rules_get(kernel->rules, rule))
		return tcpoom_fail_found(e, word, "%s, which %s has of the rule %s",
					 info->variant[tcpoom_rules_get(kernel->rules, rule)].name,
					 kernel->name, info->name);
	tcpoom_rules_set(rules, rule, v);
	return true;
}

/* "limit ge -> gt" */
static bool read_rule(struct tcpoom_cursor *c, struct tcpoom_known *k, struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(c);
	struct tcpoom_span arrow;
	enum tcpoom_rule rule;

	if (!rule_named(word, &rule))
		return tcpoom_fail_found(e, word, "a cause, as diff prints it");
	k->cause.set[k->cause.sets - 1] |= (tcpoom_ruleset)1 << rule;
	if (!read_variant(c, k->a, rule, &k->rules[0], e))
		return false;
	arrow = tcpoom_cursor_word(c);
	if (!tcpoom_span_is(arrow, "->"))
		return tcpoom_fail_found(e, arrow, "->");
	return read_variant(c, k->b, rule, &k->rules[1], e);
}

/* What is said of a model where no rule explains it. */
static bool take_no_rule(struct tcpoom_cursor *c)
{
	struct tcpoom_cursor ahead = *c;

	if (!tcpoom_span_is(tcpoom_cursor_word(&ahead), "no") ||
	    !tcpoom_span_is(tcpoom_cursor_word(&ahead), "known") ||
	    !tcpoom_span_is(tcpoom_cursor_word(&ahead), "rule"))
		return false;
	*c = ahead;
	return true;
}

/* Up to the end of the line, or to #. */
static bool read_cause(struct tcpoom_cursor *c, struct tcpoom_known *k, struct tcpoom_error *e)
{
	const bool no_rule = (k->model[0] || k->model[1]) && take_no_rule(c);
	struct tcpoom_span word;

	for (k->cause.sets = 1;;) {
		if (!no_rule && !read_rule(c, k, e))
			return false;
		word = tcpoom_cursor_word(c);
		if (!word.len || *word.text == '#')
			return true;
		if (no_rule)
			return tcpoom_fail_found(e, word, "# or the end of the line");
		if (tcpoom_span_is(word, "or") && k->cause.sets < TCPOOM_CAUSES_MOST)
			k->cause.sets++;
		else if (!tcpoom_span_is(word, "+"))
			return tcpoom_fail_found(e, word, "+, or, # or the end of the line");
	}
}

static bool read_known(struct tcpoom_known *k, struct tcpoom_line *line, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { line->text, line->text };
	/* equivalent: 1, only its entry is read, once it is set */
	struct tcpoom_state s = { 0 };

	*k = (struct tcpoom_known){ .line = line->number };
	if (!read_kernel(&c, &k->a, &k->model[0], e) || !read_kernel(&c, &k->b, &k->model[1], e) ||
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
	/* equivalent: 2, more room */
	known = realloc(ledger->known, (ledger->count + 1) * sizeof(*known));
	if (!known)
		return tcpoom_fail(e, 0, "out of memory");
	ledger->known = known;
	return read_known(&known[ledger->count++], line, e);
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

static bool is_kernel(const struct tcpoom_kernel *k, const char *model,
		      const struct tcpoom_kernel *kernel)
{
	return model ? !strcmp(model, kernel->name) : k == kernel;
}

static bool is_about(const struct tcpoom_known *k, const struct tcpoom_kernel *a,
		     const struct tcpoom_kernel *b)
{
	return is_kernel(k->a, k->model[0], a) && is_kernel(k->b, k->model[1], b);
}

/* The same sets in any order; in a cause that was found none is there twice. */
static bool same_sets(const struct tcpoom_cause *said, const struct tcpoom_cause *found)
{
	for (unsigned i = 0, j; i < found->sets; i++) {
		for (j = 0; j < said->sets && said->set[j] != found->set[i]; j++)
			;
		if (j == said->sets)
			return false;
	}
	return said->sets == found->sets;
}

/* Whether a kernel has what is said of the rules in the set; a model can be made anew. */
static bool has(const struct tcpoom_kernel *kernel, const struct tcpoom_rules *said,
		tcpoom_ruleset set)
{
	/* equivalent: <=, no set has a rule behind the last */
	for (int rule = 0; rule < TCPOOM_RULES; rule++)
		if (set >> rule & 1 && tcpoom_rules_get(kernel->rules, (enum tcpoom_rule)rule) !=
					       tcpoom_rules_get(said, (enum tcpoom_rule)rule))
			return false;
	return true;
}

const struct tcpoom_known *tcpoom_ledger_find(struct tcpoom_ledger *ledger,
					      const struct tcpoom_kernel *a,
					      const struct tcpoom_kernel *b,
					      enum tcpoom_entry entry, enum tcpoom_kind kind,
					      const struct tcpoom_cause *cause)
{
	const tcpoom_ruleset rules = tcpoom_cause_rules(cause);
	const struct tcpoom_known *found = NULL;

	for (size_t i = 0; i < ledger->count; i++) {
		struct tcpoom_known *k = &ledger->known[i];

		if (!is_about(k, a, b) || k->entry != entry || k->kind != kind ||
		    !same_sets(&k->cause, cause) || !has(a, &k->rules[0], rules) ||
		    !has(b, &k->rules[1], rules))
			continue;
		k->met = true;
		if (!found)
			found = k;
	}
	return found;
}

const struct tcpoom_known *tcpoom_ledger_stale(const struct tcpoom_ledger *ledger,
					       const struct tcpoom_kernel *a,
					       const struct tcpoom_kernel *b, size_t *at)
{
	while (*at < ledger->count) {
		const struct tcpoom_known *k = &ledger->known[(*at)++];

		if (is_about(k, a, b) && !k->met)
			return k;
	}
	return NULL;
}

void tcpoom_ledger_free(struct tcpoom_ledger *ledger)
{
	for (size_t i = 0; i < ledger->count; i++) {
		free(ledger->known[i].model[0]);
		free(ledger->known[i].model[1]);
	}
	free(ledger->known);
	*ledger = (struct tcpoom_ledger){ 0 };
}
