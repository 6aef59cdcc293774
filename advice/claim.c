/* SPDX-License-Identifier: GPL-2.0-only */
#include "claim_lines.h"

#include <stdlib.h>
#include <string.h>

#include "../traces/line.h"

static bool no_memory(struct tcpoom_error *e)
{
	return tcpoom_fail(e, 0, "out of memory");
}

struct tcpoom_span tcpoom_claim_rest(struct tcpoom_claim_reader *r)
{
	struct tcpoom_span span;

	while (tcpoom_blank(*r->at.at))
		r->at.at++;
	span = (struct tcpoom_span){ r->at.at, strlen(r->at.at),
				     (unsigned long)(r->at.at - r->at.text) + 1 };
	while (span.len && tcpoom_blank(span.text[span.len - 1]))
		span.len--;
	r->at.at += strlen(r->at.at);
	return span;
}

/* A text may go on in a further line with the same word. */
static bool read_text(struct tcpoom_claim_reader *r, char **to, struct tcpoom_error *e)
{
	const struct tcpoom_span text = tcpoom_claim_rest(r);
	const size_t before = *to ? strlen(*to) : 0;
	char *more;

	if (!text.len)
		return tcpoom_fail_found(e, text, "a text");
	more = realloc(*to, before + text.len + 2);
	if (!more)
		return no_memory(e);
	*to = more;
	if (before)
		more[before] = ' ';
	memcpy(more + before + (before > 0), text.text, text.len);
	more[before + (before > 0) + text.len] = '\0';
	return true;
}

static bool begin_experiment(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	struct tcpoom_claim *c = r->c;
	const struct tcpoom_span title = tcpoom_claim_rest(r);

	if (c->experiments == TCPOOM_EXPERIMENTS_MOST)
		return tcpoom_fail(e, 1, "found more, expected at most %d experiments",
				   TCPOOM_EXPERIMENTS_MOST);
	if (!c->experiment)
		c->experiment = calloc(TCPOOM_EXPERIMENTS_MOST, sizeof(*c->experiment));
	if (!c->experiment)
		return no_memory(e);
	r->x = &c->experiment[c->experiments++];
	r->x->line = e->line;
	r->x->title = title.text;
	r->x->stages = 1;
	r->set = (struct tcpoom_state){ .given = 0 };
	return true;
}

static struct tcpoom_stage *begin_stage(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	struct tcpoom_stage *stage = &r->x->stage[r->x->stages];

	if (r->x->stages == TCPOOM_STAGES_MOST) {
		tcpoom_fail(e, 1, "found more, expected at most %d changes",
			    TCPOOM_STAGES_MOST - 1);
		return NULL;
	}
	r->x->stages++;
	stage->line = e->line;
	return stage;
}

static bool read_kernel(struct tcpoom_stage *stage, struct tcpoom_span value,
			struct tcpoom_error *e)
{
	struct tcpoom_subjects *one = malloc(sizeof(*one));
	bool good;

	if (!one)
		return no_memory(e);
	good = tcpoom_subjects_read(value, one, e) &&
	       (one->count == 1 || tcpoom_fail_found(e, value, "one kernel"));
	if (good)
		stage->release = one->subject[0].release;
	free(one);
	return good;
}

/* What stands behind KEY=, where the word begins so. */
static bool is_pair(struct tcpoom_span word, const char *key, struct tcpoom_span *value)
{
	const size_t len = strlen(key);

	if (word.len <= len || memcmp(word.text, key, len))
		return false;
	*value = (struct tcpoom_span){ word.text + len, word.len - len, word.column + len };
	return true;
}

/* FIELD=VALUE..., kernel=RELEASE, ram=SIZE */
static bool read_change(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	struct tcpoom_stage *stage = begin_stage(r, e);
	struct tcpoom_span word, value;

	if (!stage)
		return false;
	while ((word = tcpoom_cursor_word(&r->at)).len) {
		bool good;

		/* each word by itself: it is kept */
		if (*r->at.at)
			*r->at.at++ = '\0';
		if (is_pair(word, "kernel=", &value)) {
			good = read_kernel(stage, value, e);
			stage->kernel = value.text;
		} else if (is_pair(word, "ram=", &value)) {
			good = tcpoom_size_read(value, &stage->ram, e);
			stage->size = value.text;
		} else {
			good = tcpoom_alter_add(&stage->alter, word, e);
		}
		if (!good)
			return false;
	}
	return stage->kernel || stage->ram || stage->alter.count ||
	       tcpoom_fail_found(e, word, "FIELD=VALUE, kernel=RELEASE or ram=SIZE");
}

/* A change in the words of sysctl.conf: `a b c` becomes a,b,c in place. */
static bool read_sysctl(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	const struct tcpoom_lint_machine machine = { .ram = r->x->ram };
	struct tcpoom_stage *stage = begin_stage(r, e);
	const struct tcpoom_span line = tcpoom_claim_rest(r);
	struct tcpoom_lint_parts parts = { .knob = NULL };
	struct tcpoom_alter *a;

	if (!stage || !tcpoom_lint_line(line.text, &machine, &stage->lint, e))
		return false;
	if (!tcpoom_lint_split(line.text, &parts, e))
		return tcpoom_fail_found(e, line, "NAME = VALUE");
	for (char *at = (char *)parts.value.text; at < parts.value.text + parts.value.len; at++)
		if (tcpoom_blank(*at))
			*at = ',';
	a = &stage->alter;
	/* what has no such name is not set, and what does nothing here changes nothing */
	if (!parts.knob || parts.bare || !parts.knob->setting) {
		a->key[0] = parts.name;
		a->value[0] = parts.value;
		a->inert[a->count++] = true;
		return true;
	}
	a->key[0] = (struct tcpoom_span){ parts.knob->setting, strlen(parts.knob->setting), 0 };
	a->value[0] = parts.value;
	a->count = 1;
	if (!tcpoom_key_known(a->key[0]))
		return true;
	return tcpoom_value_set(&a->set, a->key[0], parts.value, &(enum tcpoom_field){ 0 }, e);
}

static bool read_expect(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	struct tcpoom_stage *stage = &r->x->stage[r->x->stages - 1];

	if (stage->wishes == TCPOOM_WISHES_MOST)
		return tcpoom_fail(e, 1, "found more, expected at most %d expectations",
				   TCPOOM_WISHES_MOST);
	if (!tcpoom_wish_read(&r->at, &stage->wish[stage->wishes], e))
		return false;
	if (tcpoom_wish_needs_before(&stage->wish[stage->wishes]) && r->x->stages == 1)
		return tcpoom_fail(e, 1,
				   "found no change, expected one before what is expected of "
				   "it");
	stage->wishes++;
	return true;
}

/* Of which events the expectations are: by what happens to them before any change. */
static bool read_given(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	struct tcpoom_wish *given = &r->x->given[r->x->givens];

	if (r->x->givens == TCPOOM_WISHES_MOST)
		return tcpoom_fail(e, 1, "found more, expected at most %d times given",
				   TCPOOM_WISHES_MOST);
	if (!tcpoom_wish_read(&r->at, given, e))
		return false;
	r->x->givens++;
	return given->kind == TCPOOM_X_OUTCOME || given->kind == TCPOOM_X_MESSAGE ||
	       tcpoom_fail(e, 1, "found another, expected an outcome or a message after given");
}

static bool read_head(struct tcpoom_claim_reader *r, struct tcpoom_span word,
		      struct tcpoom_error *e)
{
	if (tcpoom_span_is(word, "claim"))
		return read_text(r, &r->c->claim, e);
	if (tcpoom_span_is(word, "source"))
		return read_text(r, &r->c->source, e);
	if (tcpoom_span_is(word, "untestable"))
		return read_text(r, &r->c->untestable, e);
	if (tcpoom_span_is(word, "kernels")) {
		r->has_kernels = true;
		return tcpoom_subjects_read(tcpoom_claim_rest(r), &r->c->kernels, e);
	}
	return tcpoom_fail_found(e, word, "claim, source, kernels, untestable or experiment");
}

static bool read_line(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	const struct tcpoom_span word = tcpoom_cursor_word(&r->at);

	if (!word.len || *word.text == '#')
		return true;
	if (tcpoom_span_is(word, "experiment"))
		return begin_experiment(r, e);
	if (!r->x)
		return read_head(r, word, e);
	if (tcpoom_span_is(word, "set"))
		return tcpoom_claim_fields(r, &r->set, e);
	if (tcpoom_span_is(word, "event"))
		return tcpoom_claim_event(r, e);
	if (tcpoom_span_is(word, "trace"))
		return tcpoom_claim_path(r, TCPOOM_E_TRACE, e);
	if (tcpoom_span_is(word, "workload"))
		return tcpoom_claim_path(r, TCPOOM_E_WORKLOAD, e);
	if (tcpoom_span_is(word, "ram"))
		return tcpoom_claim_ram(r, e);
	if (tcpoom_span_is(word, "change"))
		return read_change(r, e);
	if (tcpoom_span_is(word, "sysctl"))
		return read_sysctl(r, e);
	if (tcpoom_span_is(word, "given"))
		return read_given(r, e);
	if (tcpoom_span_is(word, "expect"))
		return read_expect(r, e);
	return tcpoom_fail_found(e, word,
				 "set, event, trace, workload, ram, given, change, sysctl, expect "
				 "or experiment");
}

/* A copy of the line that stays. */
static char *keep(struct tcpoom_claim *c, const struct tcpoom_line *line)
{
	char **more = realloc(c->text, (c->lines + 1) * sizeof(*more));
	char *copy = more ? strdup(line->text) : NULL;

	if (more)
		c->text = more;
	if (copy)
		c->text[c->lines++] = copy;
	return copy;
}

static bool is_whole(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	struct tcpoom_claim *c = r->c;

	e->column = 0;
	if (!c->claim || !c->source)
		return tcpoom_fail(e, 0, "found no %s, expected one",
				   c->claim ? "source" : "claim");
	if (!c->untestable && !c->experiments)
		return tcpoom_fail(e, 0, "found no experiment, expected one or untestable");
	if (c->untestable && c->experiments) {
		e->line = c->experiment[0].line;
		return tcpoom_fail(e, 1, "found an experiment, expected none beside untestable");
	}
	for (unsigned i = 0; i < c->experiments; i++) {
		struct tcpoom_experiment *x = &c->experiment[i];
		unsigned wishes = 0, findings = 0;

		for (unsigned s = 0; s < x->stages; s++) {
			wishes += x->stage[s].wishes;
			findings += x->stage[s].alter.count;
		}
		if (x->kind == TCPOOM_E_NUMBERS && x->ram && !findings)
			x->kind = TCPOOM_E_BOOT;
		e->line = x->line;
		for (unsigned s = 1; s < x->stages; s++)
			if (x->stage[s].ram && x->kind != TCPOOM_E_BOOT)
				return tcpoom_fail(e, 1, "found ram=%s, expected a boot: ram SIZE",
						   x->stage[s].size);
		if (!wishes && !findings)
			return tcpoom_fail(e, 0, "found no expect in the experiment");
	}
	if (!r->has_kernels)
		tcpoom_subjects_all(&c->kernels);
	return true;
}

static bool read_lines(struct tcpoom_claim_reader *r, struct tcpoom_line *line,
		       struct tcpoom_error *e)
{
	static const char version[] = "# tcpoom claim 1";
	enum tcpoom_line_result got = tcpoom_line_next(line, e);

	if (got == TCPOOM_LINE_END)
		return tcpoom_fail(e, 0, "found nothing, expected \"%s\"", version);
	if (got == TCPOOM_LINE_READ && strcmp(line->text, version))
		return tcpoom_fail_found(e, (struct tcpoom_span){ line->text, line->length, 1 },
					 "\"%s\" as the first line", version);
	while (got == TCPOOM_LINE_READ && (got = tcpoom_line_next(line, e)) == TCPOOM_LINE_READ) {
		char *text = keep(r->c, line);

		if (!text)
			return no_memory(e);
		r->at = (struct tcpoom_cursor){ text, text };
		if (!read_line(r, e))
			return false;
	}
	return got == TCPOOM_LINE_END && is_whole(r, e);
}

bool tcpoom_claim_read(FILE *in, const char *name, struct tcpoom_claim *c, struct tcpoom_error *e)
{
	struct tcpoom_claim_reader r = { .c = c };
	struct tcpoom_line line;
	bool good;

	*c = (struct tcpoom_claim){ .file = strdup(name) };
	*e = (struct tcpoom_error){ .file = name };
	if (!c->file)
		return no_memory(e);
	tcpoom_line_open(&line, in, name);
	good = read_lines(&r, &line, e);
	tcpoom_line_close(&line);
	return good;
}

void tcpoom_claim_free(struct tcpoom_claim *c)
{
	for (unsigned i = 0; i < c->experiments; i++)
		free(c->experiment[i].path);
	for (size_t i = 0; i < c->lines; i++)
		free(c->text[i]);
	free(c->text);
	free(c->experiment);
	free(c->file);
	free(c->claim);
	free(c->source);
	free(c->untestable);
}
