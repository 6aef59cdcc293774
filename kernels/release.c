/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a release string to a row of the table. The knowledge is in releases.def; here is the
 * grammar of the names that distributions give their kernels.
 */
#include "release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_SIZE 24 /* equivalent: 25 or 23, both hold a version */
#define V TCPOOM_VERSION_OF

/* By what a release is verified. */
enum { CHECK = 1, TIMERS = 2, LIMITER = 4, GUEST = 8 };

/* A set of rows, a bit each. */
#define ROW(a) (1ULL << TCPOOM_K_##a)
#define ROWS2(a, b) (ROW(a) | ROW(b))

static const struct span {
	uint64_t first, last;
	uint64_t rows;
	const char *why;
} spans[] = {
#define RELEASES(first, last, rows, why) { first, last, rows, why },
#define VERIFIED(...)
#define VENDOR(...)
#include "releases.def"
#undef RELEASES
#undef VERIFIED
};

static const struct verified {
	uint64_t release;
	uint8_t by;
} verified[] = {
#define RELEASES(...)
#define VERIFIED(release, by) { release, by },
#include "releases.def"
#undef VENDOR
#undef VERIFIED
};

static const struct vendor {
	const char *part;
	uint64_t base;
	uint16_t first, last;
	uint64_t rows;
	uint8_t by;
	const char *build; /* how the name of the verified build starts, behind the base */
	const char *what;
} vendors[] = {
#define VERIFIED(...)
#define VENDOR(part, base, first, last, rows, by, build, what)                                     \
	{ part, base, first, last, rows, by, build, what },
#include "releases.def"
#undef VENDOR
};

/* What Debian's changelog settles. */
static const struct span debians[] = {
	{ V(5, 10, 0, 80), V(5, 10, 0, 222), ROW(5_16),
	  "Debian's 5.10.84-1 and later have the cached orphan count" },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

const char *const tcpoom_evidence_names[TCPOOM_EVIDENCES] = {
	[TCPOOM_NO_RELEASE] = "no release",
	[TCPOOM_VERIFIED] = "verified",
	[TCPOOM_INFERRED] = "inferred",
	[TCPOOM_AMBIGUOUS] = "ambiguous",
};

/* A release, and what follows it in the string. */
struct release {
	uint64_t version;
	const char *suffix;
};

/* 2.6.32.69 as it is, 4.4.131 from V(4,4,0,131); without what is 0 at the end. */
static void print_version(uint64_t version, char text[static VERSION_SIZE])
{
	const unsigned a = version >> 48, b = version >> 32 & 0xffff, c = version >> 16 & 0xffff,
		       d = version & 0xffff;

	if (a < 3)
		snprintf(text, VERSION_SIZE, d ? "%u.%u.%u.%u" : "%u.%u.%u", a, b, c, d);
	else
		snprintf(text, VERSION_SIZE, d ? "%u.%u.%u" : "%u.%u", a, b, d);
}

void tcpoom_version_print(uint64_t version, char text[static VERSION_SIZE])
{
	print_version(version, text);
}

/* Whether a mainline release stands in the span, and not only stable ones of one line. */
static bool has_mainline(const struct span *span)
{
	const bool begins_line = !(span->first & 0xffff); /* equivalent: 65534, nobody asks .1 */

	return begins_line || span->first >> 16 != span->last >> 16;
}

static const struct span *find_span(uint64_t version)
{
	for (size_t i = 0; i < COUNT(spans); i++)
		if (version >= spans[i].first && version <= spans[i].last)
			return &spans[i];
	return NULL;
}

/* The rows of all spans that a release lies in: of one, unless releases.def contradicts itself. */
static uint64_t rows_of(uint64_t version)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < COUNT(spans); i++)
		if (version >= spans[i].first && version <= spans[i].last)
			rows |= spans[i].rows;
	return rows;
}

/* Every row that some release of this line has. */
static uint64_t rows_of_line(uint64_t version)
{
	/* equivalent: 65534 or 65536, no line has as many */
	const uint64_t first = version & ~(uint64_t)0xffff, last = version | 0xffff;
	uint64_t rows = 0;

	for (size_t i = 0; i < COUNT(spans); i++)
		/* equivalent: < or >, what is alone in a span is in the next one, too */
		if (spans[i].first <= last && spans[i].last >= first)
			rows |= spans[i].rows;
	return rows;
}

static void answer(struct tcpoom_resolution *to, enum tcpoom_evidence evidence, uint64_t rows)
{
	to->evidence = evidence;
	to->candidates = 0;
	for (unsigned k = 0; k < TCPOOM_KERNELS; k++) /* equivalent: <=, no more bits */
		if (rows >> k & 1)
			to->candidate[to->candidates++] = &tcpoom_kernels[k];
	if (to->candidates > 1)
		to->evidence = TCPOOM_AMBIGUOUS;
}

/* Appends to a text that may end early. */
static void append(char *text, size_t size, const char *more)
{
	const size_t len = strlen(text);

	snprintf(text + len, size - len, "%s", more);
}

/* "golden vectors of the check, the two timers and the limiter, and a running kernel" */
static void say_verified(struct tcpoom_resolution *to, const char *what, uint8_t by)
{
	static const char *const parts[] = { "the check", "the two timers", "the limiter" };
	const char *between = "golden vectors of ";
	uint8_t rest = by & ~GUEST;

	snprintf(to->why, sizeof(to->why), "%s: ", what);
	for (unsigned i = 0; i < COUNT(parts); i++) { /* equivalent: <=, no more bits */
		if (!(rest >> i & 1))
			continue;
		rest &= ~(1u << i);
		append(to->why, sizeof(to->why), between);
		append(to->why, sizeof(to->why), parts[i]);
		between = rest & (rest - 1) ? ", " : " and "; /* equivalent: 2, never 2 alone */
	}
	if (by & GUEST)
		append(to->why, sizeof(to->why),
		       by & ~GUEST ? ", and a running kernel" : "a running kernel");
}

/* A release of kernel.org: verified, or between or beyond what is. */
static void resolve_upstream(uint64_t version, struct tcpoom_resolution *to)
{
	const struct span *span = find_span(version);
	const struct verified *below = NULL, *above = NULL;
	char name[VERSION_SIZE], lower[VERSION_SIZE], upper[VERSION_SIZE];

	print_version(version, name);
	answer(to, TCPOOM_INFERRED, rows_of(version));
	for (size_t i = 0; i < COUNT(verified); i++) {
		if (verified[i].release == version) {
			to->evidence = TCPOOM_VERIFIED;
			say_verified(to, name, verified[i].by);
			return;
		}
		if (find_span(verified[i].release)->rows != span->rows)
			continue;
		if (verified[i].release < version) /* equivalent: <= */
			below = &verified[i];
		else if (!above)
			above = &verified[i];
	}
	if (below)
		print_version(below->release, lower);
	if (above)
		print_version(above->release, upper);
	if (!below && !above)
		snprintf(to->why, sizeof(to->why), "%s: %s", name, span->why);
	else
		snprintf(to->why, sizeof(to->why), "%s: %s the verified %s%s%s%s%s", name,
			 !below	  ? "before"
			 : !above ? "after"
				  : "between",
			 below ? lower : upper, below && above ? " and " : "",
			 below && above ? upper : "", *span->why ? "; " : "", span->why);
}

/* Reads up to four numbers with dots between them. */
static bool read_release(const char *at, struct release *release)
{
	unsigned long number[4] = { 0 }; /* equivalent: 5 or 1, as the first is read */
	unsigned count = 0;
	char *end;

	if (*at == 'v')
		at++;
	/* equivalent: left or ':', what is no number is read as 0 */
	for (; *at >= '0' && *at <= '9'; count++) {
		number[count] = strtoul(at, &end, 10);
		/* equivalent: >= or 32768 or 32766, no release comes near */
		if (number[count] > 0x7fff)
			return false;
		at = end;
		/* equivalent: ':', which begins no suffix */
		if (count == 3 || *at != '.' || at[1] < '0' || at[1] > '9')
			break;
		if (count == 2 && number[0] >= 3)
			break;
		at++;
	}
	release->suffix = at;
	release->version = number[0] < 3 ? V(number[0], number[1], number[2], number[3])
					 : V(number[0], number[1], 0, number[2]);
	/* from 3.0 on a fourth number is a vendor's */
	return count + 1 >= (number[0] < 3 ? 3 : 2) && find_span(release->version) &&
	       (strchr("-+~_", *at) ||
		(number[0] >= 3 && *at == '.' && at[1] >= '0' && at[1] <= '9'));
}

/* ".el8" but not Oracle's ".el8uek", which has another base. */
static bool has_part(const char *suffix, const char *part)
{
	const char *at = strstr(suffix, part);

	return at && at[strlen(part)] != 'u';
}

/* A kernel whose base is frozen; the number after the base tells which it is. */
static bool resolve_vendor(const struct release *r, struct tcpoom_resolution *to)
{
	const unsigned long build = strtoul(r->suffix + 1, NULL, 10);
	const struct vendor *found = NULL;
	uint64_t rows = 0;

	for (size_t i = 0; i < COUNT(vendors); i++) {
		const struct vendor *v = &vendors[i];

		if (v->base != r->version || build < v->first || build > v->last ||
		    !has_part(r->suffix, v->part))
			continue;
		found = v;
		rows |= v->rows;
	}
	if (!found)
		return false;
	answer(to, TCPOOM_INFERRED, rows);
	to->build = (uint32_t)build;
	snprintf(to->why, sizeof(to->why), "%s", found->what);
	if (!found->by || strncmp(r->suffix, found->build, strlen(found->build)))
		return true;
	to->evidence = TCPOOM_VERIFIED;
	say_verified(to, found->what, found->by);
	return true;
}

/* X.Y.0-N, where N is no stable release but a number of the distribution's own. */
static void resolve_build(const struct release *r, struct tcpoom_resolution *to)
{
	const bool flavour = strchr(r->suffix + 1, '-'); /* equivalent: 2, behind a digit */
	const unsigned long number = strtoul(r->suffix + 1, NULL, 10);
	uint64_t rows = rows_of_line(r->version);

	for (size_t i = 0; !flavour && i < COUNT(vendors); i++) /* equivalent: 1, for RHEL 3 */
		if (vendors[i].base == r->version)
			rows |= vendors[i].rows;
	answer(to, TCPOOM_AMBIGUOUS, rows);
	snprintf(to->why, sizeof(to->why),
		 "-%lu counts a distribution's builds; Debian's line of /proc/version and Ubuntu's "
		 "/proc/version_signature say on which release",
		 number);
}

static bool is_pre_release(const char *suffix)
{
	return !strncmp(suffix, "-rc", 3) || !strncmp(suffix, "-pre", 4) ||
	       !strncmp(suffix, "-test", 5);
}

/* The rows of the release before this one: of a stable one, or of mainline across first numbers. */
static uint64_t rows_before(uint64_t version)
{
	const bool is_stable = version & 0xffff; /* equivalent: 65534, no .1 surely brings one */
	/* 3.0 was to be 2.6.40; equivalent: 1 or 39, for 2.6.37 to 2.6.39.y are one row */
	const uint64_t line = version == V(3, 0, 0, 0) ? V(2, 6, 40, 0) : version;
	/* equivalent: <= or 1 or 4, for the loop below finds the same */
	const uint64_t one = line < V(3, 0, 0, 0) ? V(0, 0, 1, 0) : V(0, 1, 0, 0);
	const struct span *span = find_span(line - one);
	uint64_t rows = 0; /* equivalent: 1, of 2.4.0 itself */

	if (is_stable)
		return rows_of(version - 1);
	if (span)
		return span->rows;
	for (size_t i = 0; i < COUNT(spans); i++) /* equivalent: 1 */
		if (spans[i].last < version)	  /* equivalent: <=, in no line is this its last */
			rows = spans[i].rows;
	return rows;
}

/* Whether two rows decide alike: they differ in the limiter, if at all. */
static bool decide_alike(unsigned a, unsigned b)
{
	struct tcpoom_rules rules = *tcpoom_kernels[a].rules;

	rules.limiter = tcpoom_kernels[b].rules->limiter;
	return !memcmp(&rules, tcpoom_kernels[b].rules, sizeof(rules));
}

/* Those of `rows` that decide unlike all of `than`. */
static uint64_t unlike(uint64_t rows, uint64_t than)
{
	for (unsigned a = 0; a < TCPOOM_KERNELS; a++) /* equivalent: 1, 2.4.0 is like no other */
		for (unsigned b = 0; b < TCPOOM_KERNELS; b++) /* equivalent: 1 or <= */
			if (than >> b & 1 && decide_alike(a, b))
				rows &= ~(1ULL << a);
	return rows;
}

/* It has what the release brings, or not yet; of a limiter the former is taken. */
static void resolve_pre_release(uint64_t version, const char *name, struct tcpoom_resolution *to)
{
	const uint64_t rows = rows_of(version), before = rows_before(version) & ~rows,
		       unlike_before = unlike(before, rows);

	answer(to, TCPOOM_INFERRED, rows | unlike_before);
	snprintf(to->why, sizeof(to->why), "a pre-release of %s%s", name,
		 before != unlike_before ? "; whether it has its limiter already is not known"
					 : "");
}

static bool resolve_release(const char *string, struct tcpoom_resolution *to)
{
	struct release r;
	char name[VERSION_SIZE];

	if (!read_release(string, &r))
		return false;
	to->version = r.version;
	if (r.suffix[0] == '-' && r.suffix[1] >= '0' && r.suffix[1] <= '9' &&
	    !(r.version & 0xffff)) {
		if (!resolve_vendor(&r, to))
			resolve_build(&r, to);
		return true;
	}
	resolve_upstream(r.version, to);
	print_version(r.version, name);
	if (is_pre_release(r.suffix)) {
		resolve_pre_release(r.version, name, to);
	} else if (*r.suffix && to->evidence == TCPOOM_VERIFIED &&
		   strncmp(r.suffix, "+deb", 4)) { /* Debian's own were verified */
		to->evidence = TCPOOM_INFERRED;
		snprintf(to->why, sizeof(to->why), "a build of the verified %s", name);
	}
	return true;
}

/*
 * Debian's /proc/version ends in "#1 SMP Debian 6.1.106-3 (date)". Versions that do not name the
 * stable release (2.6.32-48squeeze6) tell no more than the release string does.
 */
static bool resolve_debian(const char *line, struct tcpoom_resolution *to)
{
	const char *build = strstr(line, " #"), *at = build ? strstr(build, " Debian ") : NULL;
	struct release r;

	if (!at || !read_release(at + strlen(" Debian "), &r) || !(r.version & 0xffff))
		return false;
	to->version = r.version;
	resolve_upstream(r.version, to);
	for (size_t i = 0; i < COUNT(debians); i++) /* equivalent: --, there is one */
		if (r.version >= debians[i].first && r.version <= debians[i].last) {
			answer(to, TCPOOM_INFERRED, debians[i].rows);
			snprintf(to->why, sizeof(to->why), "%s", debians[i].why);
		}
	return true;
}

/* Copies word number `n` of a line that has it. */
static void copy_word(const char *line, unsigned n, char *word, size_t size)
{
	static const char blank[] = " \t\r\n";

	for (line += strspn(line, blank); n; n--) {
		line += strcspn(line, blank);
		line += strspn(line, blank);
	}
	snprintf(word, size, "%.*s", (int)strcspn(line, blank), line);
}

void tcpoom_release_resolve(const char *string, struct tcpoom_resolution *to)
{
	/* "Linux version X ...", `uname -a`: "Linux host X ...", and "Ubuntu build X" */
	const bool line = !strncmp(string, "Linux ", 6) || !strncmp(string, "Ubuntu ", 7);
	char word[80]; /* equivalent: 81 or 79, no release is as long */

	to->version = 0;
	to->build = 0;
	copy_word(string, line ? 2 : 0, word, sizeof(word));
	if (resolve_debian(string, to))
		return;
	if ((line || !strcmp(word, string)) && resolve_release(word, to))
		return;
	to->evidence = TCPOOM_NO_RELEASE;
	to->candidates = 0;
	snprintf(to->why, sizeof(to->why),
		 "expected a release from 2.4.0 on, such as 2.6.18, 3.10.0-1160.el7 or 6.1.106, or "
		 "a "
		 "line of /proc/version");
}

static void append_span(const struct span *span, char *text, size_t size)
{
	const uint64_t line = span->last & ~(uint64_t)0xffff;
	char version[VERSION_SIZE];

	print_version(span->first, version);
	append(text, size, *text ? ", " : "");
	append(text, size, version);
	if (span->first == span->last)
		return;
	if (span->last == spans[COUNT(spans) - 1].last) {
		append(text, size, " on");
		return;
	}
	print_version(span->last == (line | 0xffff) ? line : span->last, version);
	append(text, size, " to ");
	append(text, size, version);
	append(text, size, span->last == (line | 0xffff) ? ".y" : "");
}

void tcpoom_release_list(const struct tcpoom_kernel *kernel, char *text, size_t size)
{
	const uint64_t row = 1ULL << (kernel - tcpoom_kernels);

	*text = '\0';
	for (size_t i = 0; i < COUNT(spans); i++)
		if (spans[i].rows == row)
			append_span(&spans[i], text, size);
	for (size_t i = 0; i < COUNT(vendors); i++)
		if (vendors[i].rows == row) {
			append(text, size, *text ? ", " : "");
			append(text, size, vendors[i].what);
			/* what is not known of it is no part of its name */
			text[strcspn(text, ";")] = '\0';
		}
}

bool tcpoom_release_end(const struct tcpoom_kernel *kernel, char text[static VERSION_SIZE])
{
	const uint64_t row = 1ULL << (kernel - tcpoom_kernels);
	bool found = false;

	snprintf(text, VERSION_SIZE, "%s", kernel->name);
	/* stable releases that took a change early are no end of a line */
	for (size_t i = 0; i < COUNT(spans); i++)
		if (spans[i].rows == row && has_mainline(&spans[i])) {
			print_version(spans[i].last & ~(uint64_t)0xffff, text);
			found = true;
		}
	if (row == spans[COUNT(spans) - 1].rows) /* equivalent: 2, 6.16 has both spans */
		*text = '\0';
	return found;
}
