/* SPDX-License-Identifier: GPL-2.0-only */
#include "cut.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../model/verdict.h"

enum { TIMER_C, TCP_C, TCP_H, SOCK_H, MEMORY_H, CONNECTION_H, PERCPU_H, MAKEFILE };

static const struct {
	const char *name;
	bool required;
} files[TCPOOM_TREE_FILES] = {
	[TIMER_C] = { "net/ipv4/tcp_timer.c", true },
	[TCP_C] = { "net/ipv4/tcp.c", true },
	[TCP_H] = { "include/net/tcp.h", true },
	[SOCK_H] = { "include/net/sock.h", true },
	[MEMORY_H] = { "include/net/proto_memory.h", false },
	[CONNECTION_H] = { "include/net/inet_connection_sock.h", false },
	[PERCPU_H] = { "include/linux/percpu_counter.h", false },
	[MAKEFILE] = { "Makefile", true },
};

/* Words that look like a call and are none. */
static const char *const keywords[] = { "if",	  "else",  "while",  "for",	     "do",
					"switch", "case",  "return", "sizeof",	     "defined",
					"goto",	  "break", "static", "__attribute__" };

/* Stand-ins that give way to the tree's own, where its file is there. */
static const char *const fallbacks[] = { "percpu_counter_read_positive",
					 "percpu_counter_sum_positive", "inet_csk_rto_backoff" };

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}
#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof(*(list)))

static bool misshapen(struct tcpoom_error *e, const struct tcpoom_cut *at, const char *function,
		      const char *what)
{
	e->file = at->of->name;
	e->line = tcpoom_source_line(at->of, at->start);
	return tcpoom_fail(e, 0, "%s: %s", function, what);
}

/* ---- what is there already ---- */

static const struct tcpoom_piece *find_piece(const struct tcpoom_tree *tree, const char *name)
{
	for (unsigned i = 0; i < tree->pieces; i++)
		if (!strcmp(tree->piece[i].name, name))
			return &tree->piece[i];
	return NULL;
}

/* Whether it is a word of environment.h. */
static bool has_stand_in(const struct tcpoom_tree *tree, const char *name)
{
	const struct tcpoom_cut all = { &tree->stand_ins, 0, tree->stand_ins.len };
	size_t at;

	return tcpoom_source_word(&all, name, &at);
}

static bool add_piece(struct tcpoom_tree *tree, const struct tcpoom_piece *piece,
		      struct tcpoom_error *e)
{
	if (tree->pieces == TCPOOM_PIECES_MOST)
		return misshapen(e, &piece->cut, piece->name, "it uses too much else");
	tree->piece[tree->pieces++] = *piece;
	return true;
}

/* ---- what a piece uses ---- */

static bool cut_used(struct tcpoom_tree *tree, const struct tcpoom_piece *by,
		     struct tcpoom_error *e);

/* Looks for a definition in the file of the piece that uses it, and then in the others. */
static enum tcpoom_found look_up(struct tcpoom_tree *tree, const struct tcpoom_source *first,
				 const char *name, bool called, struct tcpoom_piece *to,
				 struct tcpoom_error *e)
{
	snprintf(to->name, sizeof(to->name), "%s", name);
	to->block = NULL;
	for (int i = -1; i < MAKEFILE; i++) {
		const struct tcpoom_source *file = i < 0 ? first : &tree->file[i];
		enum tcpoom_found found = TCPOOM_ABSENT;

		to->macro = false;
		if (called)
			found = tcpoom_source_function(file, name, &to->cut, e);
		if (found == TCPOOM_ABSENT) {
			found = tcpoom_source_macro(file, name, &to->cut);
			to->macro = true;
		}
		if (found != TCPOOM_ABSENT)
			return found;
	}
	return TCPOOM_ABSENT;
}

/* Makes sure that a word which a piece uses is there when it is compiled. */
static bool cut_word(struct tcpoom_tree *tree, const struct tcpoom_piece *by, const char *word,
		     bool called, struct tcpoom_error *e)
{
	const bool gives_way = IS_ONE_OF(word, fallbacks);
	struct tcpoom_piece piece;
	char text[200];

	if (!strcmp(word, by->name) || find_piece(tree, word) || IS_ONE_OF(word, keywords) ||
	    (!gives_way && has_stand_in(tree, word)))
		return true;
	switch (look_up(tree, by->cut.of, word, called, &piece, e)) {
	case TCPOOM_FOUND:
		return cut_used(tree, &piece, e) && add_piece(tree, &piece, e);
	case TCPOOM_MISSHAPEN:
		return false;
	default:
		if (!called || gives_way)
			return true;
	}
	snprintf(text, sizeof(text),
		 "it calls %s, which is unknown here and not in the files that "
		 "are looked at",
		 word);
	return misshapen(e, &by->cut, by->name, text);
}

/* Whether the identifier at `start` is a member of a struct, or a tag. */
static bool is_member(const struct tcpoom_cut *cut, size_t start)
{
	const char *code = cut->of->code;

	while (start > cut->start && isspace((unsigned char)code[start - 1]))
		start--;
	return start > cut->start + 1 &&
	       (code[start - 1] == '.' || (code[start - 1] == '>' && code[start - 2] == '-'));
}

static bool cut_used(struct tcpoom_tree *tree, const struct tcpoom_piece *by,
		     struct tcpoom_error *e)
{
	size_t at = by->cut.start, start, len;
	char word[64];

	while ((len = tcpoom_source_identifier(&by->cut, &at, &start)) > 0) {
		if (len >= sizeof(word) || is_member(&by->cut, start))
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)len, by->cut.of->code + start);
		/* the prefix of the messages is written with each piece */
		if (!strcmp(word, "pr_fmt"))
			continue;
		if (!cut_word(tree, by, word, tcpoom_source_next(&by->cut, at) == '(', e))
			return false;
	}
	return true;
}

/* ---- the roots ---- */

static bool cut_function(struct tcpoom_tree *tree, int file, const char *name,
			 struct tcpoom_cut *to, struct tcpoom_error *e)
{
	switch (tcpoom_source_function(&tree->file[file], name, to, e)) {
	case TCPOOM_FOUND:
		return true;
	case TCPOOM_ABSENT:
		e->file = files[file].name;
		return tcpoom_fail(e, 0, "%s: there is no such function", name);
	default:
		return false;
	}
}

/* A block of a function that the environment wraps into a function of its own. */
static bool cut_block(struct tcpoom_tree *tree, const char *block, const char *function,
		      const struct tcpoom_cut *cut, struct tcpoom_error *e)
{
	struct tcpoom_piece piece = { .cut = *cut, .block = block };

	snprintf(piece.name, sizeof(piece.name), "%s", function);
	return cut_used(tree, &piece, e) && add_piece(tree, &piece, e);
}

/* The block of a timer that asks on behalf of a dead socket. */
static bool cut_timer(struct tcpoom_tree *tree, const char *block, const char *function,
		      struct tcpoom_error *e)
{
	struct tcpoom_cut whole, cut;
	size_t at, from;

	if (!cut_function(tree, TIMER_C, function, &whole, e))
		return false;
	for (from = whole.start; tcpoom_source_if(&whole, "sock_flag(sk, SOCK_DEAD)", from, &cut);
	     from = cut.start + 1)
		if (tcpoom_source_word(&cut, "tcp_out_of_resources", &at))
			return cut_block(tree, block, function, &cut, e);
	return misshapen(e, &whole, function,
			 "no block `if (sock_flag(sk, SOCK_DEAD)) {` that calls "
			 "tcp_out_of_resources");
}

/* Whether the text between two positions counts an orphan. */
static bool counts(const struct tcpoom_cut *in)
{
	static const char *const ways[] = { "atomic_inc", "percpu_counter_inc", "this_cpu_inc",
					    "tcp_orphan_count_inc" };
	struct tcpoom_cut call;
	size_t at;

	for (int i = 0; i < 4; i++)
		for (call = *in; tcpoom_source_word(&call, ways[i], &at); call.start = at + 1) {
			const char *code = in->of->code + at;
			const char *count = strstr(code, "orphan_count"), *end = strchr(code, ';');

			if (count && end && count < end)
				return true;
		}
	return false;
}

static bool cut_close(struct tcpoom_tree *tree, struct tcpoom_error *e)
{
	static const char *const functions[] = { "__tcp_close", "tcp_close" };
	static const char *const checks[] = { "tcp_check_oom", "tcp_too_many_orphans",
					      "orphan_count", "tcp_orphan_count" };
	struct tcpoom_cut whole = { &tree->file[TCP_C], 0, 0 }, cut, before, after;
	const char *function = functions[1];
	size_t at, from;

	for (int i = 0; i < 2; i++) {
		const enum tcpoom_found found =
			tcpoom_source_function(&tree->file[TCP_C], functions[i], &whole, e);

		if (found == TCPOOM_MISSHAPEN)
			return false;
		if (found == TCPOOM_ABSENT)
			continue;
		function = functions[i];
		for (from = whole.start;
		     tcpoom_source_if(&whole, "sk->sk_state != TCP_CLOSE", from, &cut);
		     from = cut.start + 1)
			for (int check = 0; check < 4; check++) {
				if (!tcpoom_source_word(&cut, checks[check], &at))
					continue;
				before = after = whole;
				before.end = cut.start;
				after.start = cut.end;
				/* before, it may be in a branch that does not come here */
				tree->self = !counts(&after);
				if (tree->self && !counts(&before))
					return misshapen(e, &whole, function,
							 "it counts no orphan");
				return cut_block(tree, "close", function, &cut, e);
			}
	}
	return misshapen(e, &whole, function,
			 "no block `if (sk->sk_state != TCP_CLOSE) {` that checks the orphans");
}

static bool cut_roots(struct tcpoom_tree *tree, struct tcpoom_error *e)
{
	struct tcpoom_piece asked = { .name = "tcp_out_of_resources" };
	struct tcpoom_cut probe;
	size_t at;

	if (!cut_function(tree, TIMER_C, asked.name, &asked.cut, e) || !cut_used(tree, &asked, e) ||
	    !add_piece(tree, &asked, e) || !cut_close(tree, e) ||
	    !cut_timer(tree, "retransmit", "tcp_write_timeout", e) ||
	    !cut_timer(tree, "probe", "tcp_probe_timer", e) ||
	    !cut_function(tree, TIMER_C, "tcp_probe_timer", &probe, e))
		return false;
	tree->user_timeout = tcpoom_source_word(&probe, "icsk_user_timeout", &at);
	return true;
}

/* ---- what is known of the pieces ---- */

/* The clock of retransmissions is a function of the socket where it counts in ms. */
static void look_at_clock(struct tcpoom_tree *tree)
{
	for (unsigned i = 0; i < tree->pieces; i++) {
		struct tcpoom_cut cut = tree->piece[i].cut;
		size_t at;

		if (tcpoom_source_word(&cut, "tcp_time_stamp_ts", &at))
			tree->milliseconds = true;
		for (; tcpoom_source_word(&cut, "tcp_time_stamp", &at); cut.start = at + 1)
			if (tcpoom_source_next(&cut, at + strlen("tcp_time_stamp")) == '(')
				tree->milliseconds = true;
	}
}

static void add_constant(struct tcpoom_tree *tree, int64_t value)
{
	for (unsigned i = 0; i < tree->constants; i++)
		if (tree->constant[i] == value)
			return;
	if (tree->constants < TCPOOM_CONSTANTS_MOST)
		tree->constant[tree->constants++] = value;
}

static void look_at_constants(struct tcpoom_tree *tree, const struct tcpoom_cut *cut)
{
	const char *code = cut->of->code;

	for (size_t at = cut->start; at < cut->end; at++) {
		if (!isdigit((unsigned char)code[at]))
			continue;
		if (at == cut->start ||
		    (!isalnum((unsigned char)code[at - 1]) && code[at - 1] != '_'))
			add_constant(tree, (int64_t)strtoull(code + at, NULL, 0));
		while (at < cut->end && isalnum((unsigned char)code[at]))
			at++;
	}
}

/* A text that no kernel prints here would be reported as none of them. */
static bool is_message(const char *text, size_t len)
{
	for (int i = 0; i < TCPOOM_MESSAGES; i++) {
		const char *known = tcpoom_message_texts[i];

		for (int prefix = 0; prefix < 2; prefix++) {
			if (!strncmp(text, known, strlen(known)) &&
			    (len == strlen(known) ||
			     (len == strlen(known) + 2 && !strncmp(text + len - 2, "\\n", 2))))
				return true;
			if (strncmp(known, "TCP: ", 5))
				break;
			known += 5;
		}
	}
	return false;
}

/* Copies the literal at *at, and those that follow it without anything between; moves behind. */
static void take_literal(const struct tcpoom_cut *cut, size_t *at, char *text, size_t size)
{
	const char *code = cut->of->code;
	size_t next = *at;

	*text = '\0';
	while (next < cut->end && code[next] == '"') {
		const char *end = strchr(code + next + 1, '"');
		const size_t used = strlen(text);

		if (!end)
			break;
		snprintf(text + used, size - used, "%.*s", (int)(end - code - (long)next - 1),
			 cut->of->text + next + 1);
		*at = next = (size_t)(end - code) + 1;
		while (isspace((unsigned char)code[next]))
			next++;
	}
}

static bool look_at_messages(const struct tcpoom_piece *piece, struct tcpoom_error *e)
{
	char text[120], what[200];

	for (size_t at = piece->cut.start; at < piece->cut.end && !piece->macro; at++) {
		if (piece->cut.of->code[at] != '"')
			continue;
		take_literal(&piece->cut, &at, text, sizeof(text));
		if (is_message(text, strlen(text)))
			continue;
		snprintf(what, sizeof(what), "it prints \"%s\", which no release does", text);
		return misshapen(e, &piece->cut, piece->name, what);
	}
	return true;
}

/* ---- the tree ---- */

/* The number behind "KEY =" at the start of a line; false where there is none. */
static bool makefile_number(const char *text, const char *key, unsigned *number)
{
	const size_t len = strlen(key);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, key, len))
			continue;
		at += len + strspn(at + len, " \t");
		if (*at++ != '=')
			continue;
		*number = (unsigned)strtoul(at, NULL, 10);
		return true;
	}
	return false;
}

static bool read_release(struct tcpoom_tree *tree, struct tcpoom_error *e)
{
	/* of a Makefile the comments are others, and so it is read as it is */
	const char *text = tree->file[MAKEFILE].text, *extra = strstr(text, "\nEXTRAVERSION");
	unsigned a, b, c = 0;
	char more[40] = "";

	if (!makefile_number(text, "VERSION", &a) || !makefile_number(text, "PATCHLEVEL", &b)) {
		e->file = files[MAKEFILE].name;
		return tcpoom_fail(e, 0, "no VERSION and PATCHLEVEL: is this a kernel tree?");
	}
	makefile_number(text, "SUBLEVEL", &c);
	if (extra) {
		extra += strcspn(extra, "=\r");
		extra += strspn(extra, "= \t");
		snprintf(more, sizeof(more), "%.*s", (int)strcspn(extra, " \t\n\r\"\\"), extra);
	}
	if (a >= 3 && !c)
		snprintf(tree->release, sizeof(tree->release), "%u.%u%s", a, b, more);
	else
		snprintf(tree->release, sizeof(tree->release), "%u.%u.%u%s", a, b, c, more);
	tree->version = a << 16 | b << 8 | (c > 255 ? 255 : c);
	return true;
}

static bool read_files(struct tcpoom_tree *tree, const char *directory, struct tcpoom_error *e)
{
	for (int i = 0; i < TCPOOM_TREE_FILES; i++) {
		e->file = directory;
		if (tcpoom_source_read(&tree->file[i], directory, files[i].name, e))
			continue;
		if (*e->text)
			return false;
		if (files[i].required)
			return tcpoom_fail(e, 0, "%s is missing: is this a kernel tree?",
					   files[i].name);
	}
	return true;
}

bool tcpoom_tree_cut(struct tcpoom_tree *tree, const char *directory, struct tcpoom_error *e)
{
	*tree = (struct tcpoom_tree){ .pieces = 0 };
	*e = (struct tcpoom_error){ .file = directory };
	if (!tcpoom_source_copy(&tree->stand_ins, "environment.h", tcpoom_own_texts[0].text)) {
		tcpoom_fail(e, 0, "out of memory");
		return false;
	}
	if (!read_files(tree, directory, e) || !read_release(tree, e) || !cut_roots(tree, e)) {
		tcpoom_tree_free(tree);
		return false;
	}
	look_at_clock(tree);
	for (unsigned i = 0; i < tree->pieces; i++) {
		look_at_constants(tree, &tree->piece[i].cut);
		if (!look_at_messages(&tree->piece[i], e)) {
			tcpoom_tree_free(tree);
			return false;
		}
	}
	return true;
}

void tcpoom_tree_free(struct tcpoom_tree *tree)
{
	for (int i = 0; i < TCPOOM_TREE_FILES; i++)
		tcpoom_source_free(&tree->file[i]);
	tcpoom_source_free(&tree->stand_ins);
}
