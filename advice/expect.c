/* SPDX-License-Identifier: GPL-2.0-only */
#include "expect.h"

#include <stdlib.h>
#include <string.h>

#include "../traces/value.h"

static const char *const names[TCPOOM_QUANTITIES] = {
#define COUNT(name, text) [TCPOOM_N_##name] = #name,
#include "../diff/run.def"
#undef COUNT
#define QUANTITY(id, name, meaning) [TCPOOM_Q_##id] = name,
#include "quantities.def"
#undef QUANTITY
};

const char *tcpoom_quantity_name(unsigned quantity)
{
	return names[quantity];
}

/* Bytes that a unit has; 0: it is none. */
static double unit_of(struct tcpoom_span word)
{
	static const struct {
		const char *name;
		double bytes;
	} units[] = {
		{ "bytes", 1 }, { "pages", 4096 },  { "kB", 1e3 },	{ "MB", 1e6 },
		{ "GB", 1e9 },	{ "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (tcpoom_span_is(word, units[i].name))
			return units[i].bytes;
	return 0;
}

static bool read_number(struct tcpoom_span word, double *number)
{
	char text[40], *end;

	if (!word.len || word.len >= sizeof(text) || word.text[0] < '0' || word.text[0] > '9')
		return false;
	memcpy(text, word.text, word.len);
	text[word.len] = '\0';
	*number = strtod(text, &end);
	return !*end;
}

/* before.NAME@TIME */
static bool read_name(struct tcpoom_span word, struct tcpoom_term *t, struct tcpoom_error *e)
{
	static const char before[] = "before.";
	const char *moment = memchr(word.text, '@', word.len);
	struct tcpoom_span name = word, time;

	if (moment) {
		name.len = (size_t)(moment - word.text);
		time = (struct tcpoom_span){ moment + 1, word.len - name.len - 1,
					     word.column + name.len + 1 };
		if (!tcpoom_duration(time, &t->at, e))
			return false;
	}
	t->before = name.len > strlen(before) && !memcmp(name.text, before, strlen(before));
	if (t->before) {
		name.text += strlen(before);
		name.len -= strlen(before);
	}
	for (t->quantity = 0; t->quantity < TCPOOM_QUANTITIES; t->quantity++)
		if (tcpoom_span_is(name, names[t->quantity]))
			return !moment || t->quantity < TCPOOM_RUN_COUNTS ||
			       tcpoom_fail_found(e, word,
						 "no time: only what a run counts has one");
	return tcpoom_fail_found(e, word, "a number or what is counted (tcpoom help advice)");
}

static bool is_operator(struct tcpoom_span word)
{
	return word.len == 1 && strchr("+-*/", word.text[0]);
}

/* TERM { OP TERM }, up to a word that is no operator, which is put back. */
static bool read_sum(struct tcpoom_cursor *c, struct tcpoom_sum *sum, bool *units,
		     struct tcpoom_error *e)
{
	char op = '+';

	for (sum->terms = 0;;) {
		struct tcpoom_term *t = &sum->term[sum->terms];
		struct tcpoom_span word = tcpoom_cursor_word(c);
		char *back;
		double unit;

		if (sum->terms == TCPOOM_TERMS_MOST)
			return tcpoom_fail_found(e, word, "at most %d numbers", TCPOOM_TERMS_MOST);
		*t = (struct tcpoom_term){ .op = op, .quantity = -1, .at = -1 };
		if (!read_number(word, &t->number) && !read_name(word, t, e))
			return false;
		sum->terms++;
		back = c->at;
		word = tcpoom_cursor_word(c);
		unit = unit_of(word);
		if (unit > 0) {
			t->number *= unit;
			*units = true;
			back = c->at;
			word = tcpoom_cursor_word(c);
		}
		if (!is_operator(word)) {
			c->at = back;
			return true;
		}
		op = word.text[0];
	}
}

static bool read_compare(struct tcpoom_cursor *c, struct tcpoom_wish *to, struct tcpoom_error *e)
{
	static const char *const relations[] = { "=", "!=", "<", "<=", ">", ">=", "about" };
	struct tcpoom_span word;
	size_t i = 0;

	to->kind = TCPOOM_X_COMPARE;
	if (!read_sum(c, &to->side[0], &to->units, e))
		return false;
	word = tcpoom_cursor_word(c);
	while (i < sizeof(relations) / sizeof(*relations) && !tcpoom_span_is(word, relations[i]))
		i++;
	if (i == sizeof(relations) / sizeof(*relations))
		return tcpoom_fail_found(e, word, "= != < <= > >= or about");
	snprintf(to->relation, sizeof(to->relation), "%s", relations[i]);
	return read_sum(c, &to->side[1], &to->units, e);
}

/* "TEXT", in place; *to is NULL where there is none. */
static bool read_text(struct tcpoom_cursor *c, const char **to, struct tcpoom_error *e)
{
	char *end;

	while (tcpoom_blank(*c->at))
		c->at++;
	*to = NULL;
	if (!*c->at)
		return true;
	end = *c->at == '"' ? strchr(c->at + 1, '"') : NULL;
	if (!end)
		return tcpoom_fail_found(e, tcpoom_cursor_word(c), "a text in double quotes");
	*end = '\0';
	*to = c->at + 1;
	c->at = end + 1;
	return true;
}

static bool read_outcome(struct tcpoom_cursor *c, struct tcpoom_wish *to)
{
	char *start = c->at;
	struct tcpoom_span word = tcpoom_cursor_word(c), second;
	char *back = c->at;

	to->kind = TCPOOM_X_OUTCOME;
	second = tcpoom_cursor_word(c);
	c->at = back;
	if (tcpoom_span_is(word, "kept") && !second.len)
		to->outcomes = 1 << TCPOOM_KEPT;
	else if (tcpoom_span_is(word, "expired") && !second.len)
		to->outcomes = 1 << TCPOOM_EXPIRED;
	else if (tcpoom_span_is(word, "killed") && !second.len)
		to->outcomes = 1 << TCPOOM_KILLED_RESET | 1 << TCPOOM_KILLED_SILENT;
	else if (tcpoom_span_is(word, "killed") && tcpoom_span_is(second, "reset"))
		to->outcomes = 1 << TCPOOM_KILLED_RESET;
	else if (tcpoom_span_is(word, "killed") && tcpoom_span_is(second, "silent"))
		to->outcomes = 1 << TCPOOM_KILLED_SILENT;
	else
		c->at = start;
	if (c->at != start && second.len)
		tcpoom_cursor_word(c);
	return c->at != start;
}

/* [no] message "TEXT", [no] log "TEXT" */
static bool is_text(struct tcpoom_cursor *c, struct tcpoom_wish *to)
{
	char *start = c->at;
	struct tcpoom_span word = tcpoom_cursor_word(c);

	to->none = tcpoom_span_is(word, "no");
	if (to->none)
		word = tcpoom_cursor_word(c);
	to->kind = tcpoom_span_is(word, "log") ? TCPOOM_X_LOG : TCPOOM_X_MESSAGE;
	if (tcpoom_span_is(word, "log") || tcpoom_span_is(word, "message"))
		return true;
	c->at = start;
	return false;
}

bool tcpoom_wish_read(struct tcpoom_cursor *c, struct tcpoom_wish *to, struct tcpoom_error *e)
{
	char *start = c->at;
	bool good = true;
	struct tcpoom_span word;

	*to = (struct tcpoom_wish){ .line = e->line };
	if (tcpoom_span_is(tcpoom_cursor_word(c), "unchanged")) {
		to->kind = TCPOOM_X_UNCHANGED;
	} else {
		c->at = start;
		if (is_text(c, to))
			good = read_text(c, &to->text, e);
		else if (!read_outcome(c, to))
			good = read_compare(c, to, e);
	}
	if (!good)
		return false;
	word = tcpoom_cursor_word(c);
	return !word.len || tcpoom_fail_found(e, word, "the end of the line");
}

bool tcpoom_wish_needs_before(const struct tcpoom_wish *w)
{
	for (int side = 0; side < 2; side++)
		for (unsigned i = 0; i < w->side[side].terms; i++)
			if (w->side[side].term[i].before)
				return true;
	return w->kind == TCPOOM_X_UNCHANGED;
}

bool tcpoom_wish_verdict(const struct tcpoom_wish *w, const struct tcpoom_verdict *v)
{
	bool found = false;

	if (w->kind == TCPOOM_X_OUTCOME)
		return w->outcomes >> v->outcome & 1;
	if (w->kind != TCPOOM_X_MESSAGE)
		return true;
	for (unsigned i = 0; i < v->messages; i++)
		found |= !w->text || strstr(tcpoom_message_texts[v->message[i]], w->text);
	return found != w->none;
}

/* False: not known in this experiment. */
static bool find_term(const struct tcpoom_term *t, const struct tcpoom_shown *shown,
		      struct tcpoom_bounds *to)
{
	*to = (struct tcpoom_bounds){ t->number, t->number };
	if (t->quantity < 0)
		return true;
	if (t->at < 0) {
		*to = shown->quantity[t->quantity];
		return shown->known >> t->quantity & 1;
	}
	for (unsigned i = 0; i < shown->moments; i++)
		if (shown->moment[i] == t->at) {
			to->least = to->most = (double)shown->then[i].count[t->quantity];
			return true;
		}
	return false;
}

static struct tcpoom_bounds combine(struct tcpoom_bounds a, char op, struct tcpoom_bounds b)
{
	switch (op) {
	case '+':
		return (struct tcpoom_bounds){ a.least + b.least, a.most + b.most };
	case '-':
		return (struct tcpoom_bounds){ a.least - b.most, a.most - b.least };
	case '*': /* nothing here is negative */
		return (struct tcpoom_bounds){ a.least * b.least, a.most * b.most };
	default:
		return (struct tcpoom_bounds){ b.most > 0 ? a.least / b.most : 0,
					       b.least > 0 ? a.most / b.least : a.most * 1e18 };
	}
}

static bool evaluate(const struct tcpoom_sum *sum, const struct tcpoom_shown *before,
		     const struct tcpoom_shown *now, struct tcpoom_bounds *to, const char **unknown)
{
	*to = (struct tcpoom_bounds){ 0, 0 };
	for (unsigned i = 0; i < sum->terms; i++) {
		const struct tcpoom_term *t = &sum->term[i];
		struct tcpoom_bounds one;

		if (!find_term(t, t->before ? before : now, &one)) {
			*unknown = names[t->quantity];
			return false;
		}
		*to = combine(*to, t->op, one);
	}
	return true;
}

static enum tcpoom_holds both(bool holds, bool fails)
{
	return holds ? TCPOOM_HOLDS : fails ? TCPOOM_FAILS : TCPOOM_MAY;
}

static enum tcpoom_holds opposite(enum tcpoom_holds holds)
{
	return (enum tcpoom_holds)(TCPOOM_HOLDS - holds);
}

/* Within a twentieth, as published numbers are rounded. */
static enum tcpoom_holds about(struct tcpoom_bounds a, struct tcpoom_bounds b)
{
	const double slack = b.most / 20;

	return both(a.least >= b.most - slack && a.most <= b.least + slack,
		    a.most < b.least - slack || a.least > b.most + slack);
}

static enum tcpoom_holds relate(struct tcpoom_bounds a, const char *relation,
				struct tcpoom_bounds b)
{
	const bool same = a.least == b.most && a.most == b.least;
	const bool apart = a.most < b.least || a.least > b.most;

	if (!strcmp(relation, "about"))
		return about(a, b);
	if (!strcmp(relation, "<"))
		return both(a.most < b.least, a.least >= b.most);
	if (!strcmp(relation, "<="))
		return both(a.most <= b.least, a.least > b.most);
	if (*relation == '>')
		return opposite(relate(a, relation[1] ? "<" : "<=", b));
	return *relation == '!' ? both(apart, same) : both(same, apart);
}

bool tcpoom_wish_compare(const struct tcpoom_wish *w, const struct tcpoom_shown *before,
			 const struct tcpoom_shown *now, enum tcpoom_holds *holds,
			 const char **unknown)
{
	struct tcpoom_bounds side[2];

	for (int i = 0; i < 2; i++)
		if (!evaluate(&w->side[i], before, now, &side[i], unknown))
			return false;
	*holds = relate(side[0], w->relation, side[1]);
	return true;
}

double tcpoom_sum_value(const struct tcpoom_sum *sum, const struct tcpoom_shown *before,
			const struct tcpoom_shown *now)
{
	struct tcpoom_bounds value;
	const char *unknown;

	return evaluate(sum, before, now, &value, &unknown) ? value.least : 0;
}
