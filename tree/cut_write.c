/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cut text as two headers. It stays as it is, but for what the kernel has as constants and a
 * state as values: the size of a struct sk_buff, and #if where it asks for the page size.
 */
#include <ctype.h>
#include <string.h>

#include "cut.h"

/* ---- what is known of it ---- */

static bool uses(const struct tcpoom_tree *tree, const char *word)
{
	size_t at;

	for (unsigned i = 0; i < tree->pieces; i++)
		if (tcpoom_source_word(&tree->piece[i].cut, word, &at))
			return true;
	return false;
}

static bool has(const struct tcpoom_tree *tree, const char *name)
{
	for (unsigned i = 0; i < tree->pieces; i++)
		if (!strcmp(tree->piece[i].name, name))
			return true;
	return false;
}

/* Each USES_word and HAS_piece that our own texts ask for is 0 or 1. */
static void answer_own_texts(const struct tcpoom_tree *tree, FILE *out)
{
	for (const struct tcpoom_own_text *own = tcpoom_own_texts; own->name; own++) {
		const char *at = own->text;

		for (; *at; at++) {
			const bool use = !strncmp(at, "USES_", 5);
			size_t len = 0;
			char word[64];

			if (!use && strncmp(at, "HAS_", 4))
				continue;
			at += use ? 5 : 4;
			while (isalnum((unsigned char)at[len]) || at[len] == '_')
				len++;
			snprintf(word, sizeof(word), "%.*s", (int)len, at);
			fprintf(out, "#define %s_%s %d\n", use ? "USES" : "HAS", word,
				use ? uses(tree, word) : has(tree, word));
			at += len;
		}
	}
}

void tcpoom_tree_write_what(const struct tcpoom_tree *tree, FILE *out)
{
	fprintf(out,
		"#define CUT_RELEASE \"%s\"\n#define CUT_VERSION 0x%x\n#define CUT_SELF %d\n"
		"#define CUT_USER_TIMEOUT %d\n#define CUT_MILLISECONDS %d\n#define CUT_CONSTANTS",
		tree->release, tree->version, tree->self, tree->user_timeout, tree->milliseconds);
	for (unsigned i = 0; i < tree->constants; i++)
		fprintf(out, "%s INT64_C(%lld)", i ? "," : "", (long long)tree->constant[i]);
	fputc('\n', out);
	answer_own_texts(tree, out);
}

/* ---- the text ---- */

/* How deep the #ifs are whose conditions are asked at run time, one bit a level. */
struct conditions {
	unsigned depth;
	uint32_t at_run_time;
};

static bool asks_at_run_time(const char *line, size_t len)
{
	const struct tcpoom_source text = { NULL, NULL, (char *)line, len };
	const struct tcpoom_cut cut = { &text, 0, len };
	size_t at;

	return tcpoom_source_word(&cut, "PAGE_SIZE", &at) ||
	       tcpoom_source_word(&cut, "PAGE_SHIFT", &at) || tcpoom_source_word(&cut, "HZ", &at);
}

/* Writes a directive as a statement if its condition is asked at run time. */
static bool write_condition(struct conditions *c, const char *line, size_t len, FILE *out)
{
	const char *word = line + 1 + strspn(line + 1, " \t");
	const bool opens = !strncmp(word, "if", 2);
	bool mine;

	if (opens) {
		c->depth++;
		c->at_run_time = c->at_run_time << 1 | asks_at_run_time(line, len);
	}
	mine = c->at_run_time & 1;
	if (!strncmp(word, "endif", 5)) {
		c->depth--;
		c->at_run_time >>= 1;
		if (mine)
			fputs("}", out);
	} else if (mine && !strncmp(word, "else", 4)) {
		fputs("} else {", out);
	} else if (mine) {
		word += strcspn(word, " \t");
		fprintf(out, "%s (%.*s) {", opens ? "if" : "} else if",
			(int)(len - (size_t)(word - line)), word);
	}
	return mine;
}

/* The length of `sizeof(struct sk_buff)`, with any blanks, or 0. */
static size_t size_of_sk_buff(const char *code)
{
	static const char *const parts[] = { "sizeof", "(", "struct", "sk_buff", ")" };
	const char *at = code;

	for (int i = 0; i < 5; i++) {
		at += strspn(at, " \t");
		if (strncmp(at, parts[i], strlen(parts[i])))
			return 0;
		at += strlen(parts[i]);
	}
	return (size_t)(at - code);
}

static void write_cut(const struct tcpoom_cut *cut, FILE *out)
{
	const struct tcpoom_source *t = cut->of;
	struct conditions c = { 0 };

	for (size_t at = cut->start; at < cut->end; at++) {
		const size_t line = strcspn(t->code + at, "\n");
		const size_t size = t->code[at] == 's' ? size_of_sk_buff(t->code + at) : 0;

		if (size) {
			fputs("sizeof_sk_buff", out);
			at += size - 1;
		} else if (t->code[at] == '#' && at > cut->start && t->code[at - 1] == '\n' &&
			   write_condition(&c, t->code + at, line, out)) {
			at += line - 1;
		} else {
			fputc(t->text[at], out);
		}
	}
	fputc('\n', out);
}

/* The prefix of messages is that of the file; before it was used, the texts had it themselves. */
static void write_prefix(const struct tcpoom_source *t, FILE *out)
{
	struct tcpoom_cut prefix;

	fputs("#undef pr_fmt\n", out);
	if (tcpoom_source_macro(t, "pr_fmt", &prefix) == TCPOOM_FOUND)
		write_cut(&prefix, out);
	else
		fputs("#define pr_fmt(text) text\n", out);
}

void tcpoom_tree_write_text(const struct tcpoom_tree *tree, FILE *out)
{
	for (unsigned i = 0; i < tree->pieces; i++) {
		const struct tcpoom_piece *piece = &tree->piece[i];
		const struct tcpoom_source *t = piece->cut.of;

		if (!piece->macro)
			write_prefix(t, out);
		if (piece->block)
			fprintf(out, "CUT_HEAD_%s\n", piece->block);
		fprintf(out, "#line %lu \"%s\"\n", tcpoom_source_line(t, piece->cut.start),
			t->name);
		write_cut(&piece->cut, out);
		if (piece->block)
			fprintf(out, "CUT_TAIL_%s\n", piece->block);
		if (!strcmp(piece->name, "tcp_out_of_resources"))
			fputs("CUT_ASKED\n#define tcp_out_of_resources asked\n", out);
	}
}
