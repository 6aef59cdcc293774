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
	char name[100];

	if (word.len && memchr(word.text, '/', word.len)) {
		*model = strndup(word.text, word.len);
		return *model || tcpoom_fail(e, 0, "out of memory");
	}
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

static bool read_known(struct tcpoom_known *k, struct tcpoom_line *line, struct tcpoom_error *e)
{
	struct tcpoom_cursor c = { line->text, line->text };
	struct tcpoom_state s = { 0 };
	struct tcpoom_span rest;

	*k = (struct tcpoom_known){ .line = line->number };
	if (!read_kernel(&c, &k->a, &k->model[0], e) || !read_kernel(&c, &k->b, &k->model[1], e) ||
	    !tcpoom_entry_set(&s, tcpoom_cursor_word(&c), e) || !read_kind(&c, &k->kind, e))
		return false;
	k->entry = (enum tcpoom_entry)s.entry;
	rest = tcpoom_cursor_word(&c);
	/* to the end of the line, whatever blanks an editor left there */
	rest.len = strlen(rest.text);
	while (rest.len && strchr(" \t\r", rest.text[rest.len - 1]))
		rest.len--;
	if (!rest.len)
		return tcpoom_fail_found(e, rest, "a cause, as diff prints it");
	k->cause = strndup(rest.text, rest.len);
	return k->cause || tcpoom_fail(e, 0, "out of memory");
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

bool tcpoom_ledger_find(struct tcpoom_ledger *ledger, const struct tcpoom_kernel *a,
			const struct tcpoom_kernel *b, enum tcpoom_entry entry,
			enum tcpoom_kind kind, const char *cause)
{
	bool found = false;

	for (size_t i = 0; i < ledger->count; i++) {
		struct tcpoom_known *k = &ledger->known[i];

		if (!is_about(k, a, b) || k->entry != entry || k->kind != kind ||
		    strcmp(k->cause, cause))
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
		free(ledger->known[i].cause);
	}
	free(ledger->known);
	*ledger = (struct tcpoom_ledger){ 0 };
}
