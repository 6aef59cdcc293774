/* SPDX-License-Identifier: GPL-2.0-only */
#include "alarm_rules.h"

#include <stdlib.h>
#include <string.h>

#include "../traces/line.h"
#include "../traces/value.h"
#include "../traces/workload.h"

#define MS INT64_C(1000000)
#define SAMPLES_MOST 100000
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

const struct tcpoom_alarm_var_info tcpoom_alarm_vars[TCPOOM_ALARM_VARS] = {
#define VAR(id, name, where) [TCPOOM_A_##id] = { name, where },
#include "alarm_vars.def"
#undef VAR
};

struct reader {
	struct tcpoom_line line;
	struct tcpoom_alarm_rules *rules;
	const char *at; /* in the line */
	struct tcpoom_error *e;
};

static struct tcpoom_span span_at(const struct reader *r, size_t len)
{
	return (struct tcpoom_span){ r->at, len, (unsigned long)(r->at - r->line.text) + 1 };
}

/* The word, number or sign that comes next; empty at the end of the line. */
static struct tcpoom_span peek(struct reader *r)
{
	size_t len;

	r->at += strspn(r->at, " \t");
	len = strspn(r->at, LETTERS DIGITS ".");
	/* tcp_mem[1] */
	if (len && r->at[len] == '[')
		len += strcspn(r->at + len, "] \t") + (strchr(r->at + len, ']') != NULL);
	if (!len && strchr("<>", *r->at))
		len = strspn(r->at, "<>=");
	if (!len && *r->at)
		len = 1;
	return span_at(r, len);
}

static struct tcpoom_span take(struct reader *r)
{
	const struct tcpoom_span word = peek(r);

	r->at += word.len;
	return word;
}

/* Takes the word if it is this one. */
static bool took(struct reader *r, const char *word)
{
	const bool is = tcpoom_span_is(peek(r), word);

	if (is)
		take(r);
	return is;
}

static bool expect(struct reader *r, const char *sign, const char *where)
{
	return took(r, sign) || tcpoom_fail_found(r->e, peek(r), "%s %s", sign, where);
}

/* The variable of that name, or TCPOOM_ALARM_VARS. */
static uint8_t find_var(struct tcpoom_span name)
{
	uint8_t var = 0;

	while (var < TCPOOM_ALARM_VARS && !tcpoom_span_is(name, tcpoom_alarm_vars[var].name))
		var++;
	return var;
}

static bool read_var(struct reader *r, uint8_t *var)
{
	const struct tcpoom_span name = take(r);

	*var = find_var(name);
	return *var < TCPOOM_ALARM_VARS ||
	       tcpoom_fail_found(r->e, name, "a variable (see tcpoom help alarms)");
}

static bool read_time(struct reader *r, int64_t least, int64_t *ns)
{
	const struct tcpoom_span word = take(r);
	const char unit = word.len ? word.text[word.len - 1] : '\0';
	struct tcpoom_span number = word;
	int64_t minutes = 1;

	if (unit == 'm' || unit == 'h') {
		number.len--;
		minutes = unit == 'm' ? 60 : 3600;
	}
	if (!tcpoom_duration(number, ns, r->e))
		return tcpoom_fail_found(r->e, word, "a time, as 10s, 5m or 1h, of at most a day");
	*ns *= minutes;
	return (*ns >= least && *ns <= 86400 * 1000 * MS) ||
	       tcpoom_fail_found(r->e, word, "a time from %s to a day", least ? "1ms" : "0");
}

/* 12, 0.25: at most 15 digits, so that a double is as near to it as it can be. */
static bool read_factor(struct reader *r, double *factor)
{
	const struct tcpoom_span word = take(r);
	const char *at = word.text, *const end = word.text + word.len;
	double whole = 0, scale = 1;
	unsigned digits = 0;
	bool fraction = false;

	for (; at < end && (strchr(DIGITS, *at) || (*at == '.' && !fraction)); at++) {
		if (*at == '.') {
			fraction = true;
			continue;
		}
		whole = 10 * whole + (*at - '0');
		scale *= fraction ? 10 : 1;
		digits++;
	}
	*factor = whole / scale;
	return (at == end && digits && digits <= 15) ||
	       tcpoom_fail_found(r->e, word,
				 "a variable, a number of at most 15 digits, or "
				 "NUMBER*VARIABLE");
}

static bool read_right(struct reader *r, struct tcpoom_alarm_right *right)
{
	*right = (struct tcpoom_alarm_right){ 1, find_var(peek(r)) };
	if (right->var < TCPOOM_ALARM_VARS) {
		take(r);
		return true;
	}
	return read_factor(r, &right->factor) && (!took(r, "*") || read_var(r, &right->var));
}

static bool read_left(struct reader *r, struct tcpoom_alarm_test *test)
{
	test->how = TCPOOM_ALARM_NOW;
	if (took(r, "rate"))
		test->how = TCPOOM_ALARM_RATE;
	else if (took(r, "ahead"))
		test->how = TCPOOM_ALARM_AHEAD;
	if (test->how == TCPOOM_ALARM_NOW)
		return read_var(r, &test->var);
	return expect(r, "(", "and VARIABLE, TIME)") && read_var(r, &test->var) &&
	       expect(r, ",", "and a time") && read_time(r, MS, &test->window) &&
	       expect(r, ")", "after the time");
}

static bool read_op(struct reader *r, uint8_t *op)
{
	static const char *const ops[] = { ">", ">=", "<", "<=" };
	const struct tcpoom_span word = take(r);

	for (*op = 0; *op < 4; ++*op)
		if (tcpoom_span_is(word, ops[*op]))
			return true;
	return tcpoom_fail_found(r->e, word, ">, >=, < or <=");
}

static bool read_test(struct reader *r, struct tcpoom_alarm_rule *rule)
{
	struct tcpoom_alarm_test *test = &rule->test[rule->tests];

	if (rule->tests == TCPOOM_ALARM_TESTS_MOST)
		return tcpoom_fail_found(r->e, peek(r), "at most %d tests",
					 TCPOOM_ALARM_TESTS_MOST);
	rule->tests++;
	if (!read_left(r, test) || !read_op(r, &test->op) || !read_right(r, &test->right))
		return false;
	test->clear = test->right;
	return !took(r, "clear") || read_right(r, &test->clear);
}

/* To its end, behind warn or crit. */
static bool read_rule(struct reader *r, struct tcpoom_alarm_rule *rule)
{
	const struct tcpoom_span name = take(r);
	bool more = true;

	if (!name.len || !strchr(LETTERS, *name.text) || name.len >= sizeof(rule->name))
		return tcpoom_fail_found(r->e, name, "a name, of letters, digits and _");
	memcpy(rule->name, name.text, name.len);
	for (; more; more = took(r, "and"))
		if (!read_test(r, rule))
			return false;
	if (took(r, "for") && !read_time(r, 0, &rule->hold))
		return false;
	return !peek(r).len || tcpoom_fail_found(r->e, peek(r), "and, for or the end of the line");
}

static bool add_rule(struct reader *r, bool is_crit)
{
	struct tcpoom_alarm_rules *rules = r->rules;
	struct tcpoom_alarm_rule *more = realloc(rules->rule, (rules->count + 1) * sizeof(*more));
	const char *text = r->line.text + strspn(r->line.text, " \t");

	if (!more)
		return tcpoom_fail(r->e, 0, "out of memory");
	rules->rule = more;
	more += rules->count++;
	*more = (struct tcpoom_alarm_rule){ .line = r->line.number, .is_crit = is_crit };
	more->text = strdup(text);
	if (!more->text)
		return tcpoom_fail(r->e, 0, "out of memory");
	return read_rule(r, more);
}

static bool read_line(struct reader *r)
{
	struct tcpoom_span word;

	r->at = r->line.text;
	word = peek(r);
	if (!word.len || *word.text == '#')
		return true;
	take(r);
	if (tcpoom_span_is(word, "warn") || tcpoom_span_is(word, "crit"))
		return add_rule(r, *word.text == 'c');
	if (!tcpoom_span_is(word, "every"))
		return tcpoom_fail_found(r->e, word, "every, warn or crit");
	return read_time(r, MS, &r->rules->every) &&
	       (!peek(r).len || tcpoom_fail_found(r->e, peek(r), "the end of the line"));
}

/* `every` may stand behind the alarms. */
static bool fits(struct reader *r)
{
	for (size_t i = 0; i < r->rules->count; i++) {
		const struct tcpoom_alarm_rule *rule = &r->rules->rule[i];
		int64_t most = rule->hold;

		for (unsigned t = 0; t < rule->tests; t++)
			if (rule->test[t].window > most)
				most = rule->test[t].window;
		r->e->line = rule->line;
		if (most / r->rules->every > SAMPLES_MOST)
			return tcpoom_fail(r->e, 0,
					   "found a time of more than %d samples, expected "
					   "a shorter one, or fewer samples",
					   SAMPLES_MOST);
	}
	r->e->line = 0;
	return true;
}

static bool read_lines(struct reader *r)
{
	static const char version[] = "# tcpoom alarms 1";
	enum tcpoom_line_result got = tcpoom_line_next(&r->line, r->e);

	if (got == TCPOOM_LINE_END)
		return tcpoom_fail(r->e, 0, "found nothing, expected \"%s\"", version);
	r->at = r->line.text;
	if (got == TCPOOM_LINE_READ && strcmp(r->line.text, version))
		return tcpoom_fail_found(r->e, span_at(r, r->line.length),
					 "\"%s\" as the first line", version);
	while (got == TCPOOM_LINE_READ &&
	       (got = tcpoom_line_next(&r->line, r->e)) == TCPOOM_LINE_READ)
		if (!read_line(r))
			return false;
	if (got == TCPOOM_LINE_BAD || !fits(r))
		return false;
	return r->rules->count || tcpoom_fail(r->e, 0, "found no alarm, expected warn or crit");
}

bool tcpoom_alarm_rules_read(FILE *in, const char *name, struct tcpoom_alarm_rules *rules,
			     struct tcpoom_error *e)
{
	struct reader r = { .rules = rules, .e = e };
	bool good;

	*rules = (struct tcpoom_alarm_rules){ .every = 10 * 1000 * MS };
	*e = (struct tcpoom_error){ .file = name };
	tcpoom_line_open(&r.line, in, name);
	good = read_lines(&r);
	tcpoom_line_close(&r.line);
	return good;
}

void tcpoom_alarm_rules_free(struct tcpoom_alarm_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		free(rules->rule[i].text);
	free(rules->rule);
}
