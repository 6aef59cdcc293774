/* SPDX-License-Identifier: GPL-2.0-only */
#include "subjects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V TCPOOM_VERSION_OF

/* Where the defaults of boot.def change, beside the rows of the table. */
static const uint64_t boots[] = {
#define BOOT(first, ...) first,
#include "../kernels/boot.def"
#undef BOOT
};

static bool add(struct tcpoom_subjects *to, const char *name)
{
	struct tcpoom_subject *s = &to->subject[to->count];

	if (to->count == TCPOOM_SUBJECTS_MOST || strlen(name) >= sizeof(s->name))
		return false;
	snprintf(s->name, sizeof(s->name), "%s", name);
	tcpoom_release_resolve(name, &s->release);
	s->mainline = !strchr(name, '-') && !(s->release.version & 0xffff);
	to->count++;
	return true;
}

static bool has(const struct tcpoom_subjects *s, const char *name)
{
	for (unsigned i = 0; i < s->count; i++)
		if (!strcmp(s->subject[i].name, name))
			return true;
	return false;
}

static int by_version(const void *left, const void *right)
{
	const struct tcpoom_subject *a = left, *b = right;

	if (a->release.version != b->release.version)
		return a->release.version < b->release.version ? -1 : 1;
	return (int)b->mainline - (int)a->mainline;
}

void tcpoom_subjects_all(struct tcpoom_subjects *to)
{
	char name[24];

	to->count = 0;
	to->spans = true;
	for (int k = 0; k < TCPOOM_KERNELS; k++)
		add(to, tcpoom_kernels[k].name);
	for (size_t i = 0; i < sizeof(boots) / sizeof(*boots); i++) {
		tcpoom_version_print(boots[i], name);
		if (!has(to, name))
			add(to, name);
	}
	qsort(to->subject, to->count, sizeof(*to->subject), by_version);
}

static bool copy_release(struct tcpoom_span text, char name[64], struct tcpoom_resolution *r,
			 struct tcpoom_error *e)
{
	if (!text.len || text.len >= 64)
		return tcpoom_fail_found(e, text, "a release");
	memcpy(name, text.text, text.len);
	name[text.len] = '\0';
	tcpoom_release_resolve(name, r);
	if (r->evidence == TCPOOM_AMBIGUOUS && r->candidates != 1)
		return tcpoom_fail_found(e, text, "a release that is one row: %s", r->why);
	return r->evidence != TCPOOM_NO_RELEASE ||
	       tcpoom_fail_found(e, text, "a release, or a range of them");
}

static bool add_one(struct tcpoom_subjects *to, struct tcpoom_span text, const char *name,
		    struct tcpoom_error *e)
{
	return has(to, name) || add(to, name) ||
	       tcpoom_fail_found(e, text, "at most %d kernels", TCPOOM_SUBJECTS_MOST);
}

/* FIRST..LAST, either of which may be missing */
static bool read_range(struct tcpoom_span text, size_t dots, struct tcpoom_subjects *to,
		       struct tcpoom_error *e)
{
	const struct tcpoom_span first = { text.text, dots, text.column };
	const struct tcpoom_span last = { text.text + dots + 2, text.len - dots - 2,
					  text.column + dots + 2 };
	struct tcpoom_resolution ends[2] = { { .version = 0 }, { .version = UINT64_MAX } };
	char name[2][64] = { "", "" };
	struct tcpoom_subjects *all = malloc(sizeof(*all));
	bool good = all || tcpoom_fail(e, 0, "out of memory");

	to->spans = true;
	good = good && (!first.len || copy_release(first, name[0], &ends[0], e)) &&
	       (!last.len || copy_release(last, name[1], &ends[1], e)) &&
	       (!first.len || add_one(to, first, name[0], e));
	if (good)
		tcpoom_subjects_all(all);
	for (unsigned i = 0; good && i < all->count; i++) {
		const struct tcpoom_subject *s = &all->subject[i];

		if (s->release.version > ends[0].version && s->release.version <= ends[1].version)
			good = add_one(to, text, s->name, e);
		else if (!first.len && s->release.version <= ends[1].version)
			good = add_one(to, text, s->name, e);
	}
	good = good && (!last.len || add_one(to, last, name[1], e));
	free(all);
	return good;
}

static bool read_item(struct tcpoom_span text, struct tcpoom_subjects *to, struct tcpoom_error *e)
{
	struct tcpoom_resolution r;
	char name[64];

	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.text[i] == '.' && text.text[i + 1] == '.')
			return read_range(text, i, to, e);
	return copy_release(text, name, &r, e) && add_one(to, text, name, e);
}

bool tcpoom_subjects_read(struct tcpoom_span text, struct tcpoom_subjects *to,
			  struct tcpoom_error *e)
{
	to->count = 0;
	to->spans = false;
	while (text.len) {
		size_t skip = strspn(text.text, " \t,"), len;
		struct tcpoom_span item;

		if (skip >= text.len)
			break;
		len = strcspn(text.text + skip, " \t,");
		item = (struct tcpoom_span){ text.text + skip, len, text.column + skip };
		if (item.len > text.len - skip)
			item.len = text.len - skip;
		if (!read_item(item, to, e))
			return false;
		text.text += skip + item.len;
		text.column += skip + item.len;
		text.len -= skip + item.len;
	}
	if (!to->count)
		return tcpoom_fail_found(e, text, "a release");
	qsort(to->subject, to->count, sizeof(*to->subject), by_version);
	return true;
}

static void append(char *text, size_t size, const char *format, const char *a, const char *b)
{
	const size_t at = strlen(text);

	snprintf(text + at, size - at, "%s", at ? ", " : "");
	snprintf(text + strlen(text), size - strlen(text), format, a, b);
}

/* Spans of mainline releases that are set. */
static void say_mainline(const struct tcpoom_subjects *s, const bool set[], char *text, size_t size)
{
	const char *first = NULL, *start = NULL;

	for (unsigned i = 0; i < s->count; i++) {
		const char *name = s->subject[i].name;

		if (!s->subject[i].mainline)
			continue;
		first = first ? first : name;
		if (set[i] && !start)
			start = name;
		if (set[i] || !start)
			continue;
		append(text, size, start == first ? "before %2$s" : "%1$s on before %2$s", start,
		       name);
		start = NULL;
	}
	if (start && start != first)
		append(text, size, "%s on%s", start, "");
	else if (start)
		append(text, size, "%s%s", "mainline", "");
}

/* Others that are not as the mainline release before them. */
static void say_others(const struct tcpoom_subjects *s, const bool set[], char *text, size_t size)
{
	bool before = false;

	for (unsigned i = 0; i < s->count; i++) {
		if (s->subject[i].mainline)
			before = set[i];
		else if (set[i] != before)
			append(text, size, set[i] ? "also %s%s" : "not %s%s", s->subject[i].name,
			       "");
	}
}

void tcpoom_subjects_say(const struct tcpoom_subjects *s, const bool set[], char *text, size_t size)
{
	bool each = true;

	*text = '\0';
	for (unsigned i = 0; i < s->count; i++)
		each &= set[i];
	if (each)
		return;
	if (s->spans) {
		say_mainline(s, set, text, size);
		say_others(s, set, text, size);
		return;
	}
	for (unsigned i = 0; i < s->count; i++)
		if (set[i])
			append(text, size, "%s%s", s->subject[i].name, "");
}
