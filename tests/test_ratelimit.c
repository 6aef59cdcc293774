/* SPDX-License-Identifier: GPL-2.0-only */
/* The rate limiter against the golden sequences of 13 kernels' code, and what is said of it. */
#include <stdlib.h>
#include <string.h>

#include "../kernels/limiter.h"
#include "../kernels/release.h"
#include "check.h"
#include "golden.h"
#include "sequence.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct {
	const char *group;
	enum tcpoom_ratelimit_variant variant;
} groups[] = {
	{ "2.4.22", TCPOOM_RATELIMIT_NET },    { "2.6.12", TCPOOM_RATELIMIT_PRINTK },
	{ "2.6.29", TCPOOM_RATELIMIT_WINDOW }, { "rhel6-2.6.32-642.6.2", TCPOOM_RATELIMIT_TRIES },
	{ "2.6.36", TCPOOM_RATELIMIT_DENIES }, { "3.10.108", TCPOOM_RATELIMIT_BEGINS },
	{ "6.17", TCPOOM_RATELIMIT_COUNTS },
};

/* The line as the vectors have it. */
static const char *show(const struct tcpoom_ratelimit_line *line, char *text, size_t size)
{
	const bool warning = line->text == TCPOOM_RATELIMIT_NEGATIVE;
	const char *prefix = warning ? "WARN: " : "<4>";

	if (line->text == TCPOOM_RATELIMIT_SILENT)
		return "";
	snprintf(text, size, "%s", prefix);
	tcpoom_ratelimit_print(line, text + strlen(prefix), size - strlen(prefix));
	return text;
}

/* The line that the vectors have for a call. */
static const char *printed_at(const struct sequence *out, unsigned call)
{
	unsigned at = 0;
	const char *line;

	while ((line = sequence_find(out, "printed", &at)))
		if (strtoul(line, NULL, 10) == call)
			return strchr(line, ' ') + 1;
	return "";
}

/* The vectors' burst of 2.4 is messages; its setting is ticks. */
static void set(struct tcpoom_ratelimit *rs, int64_t interval, int64_t burst)
{
	rs->interval = (int32_t)interval;
	rs->burst = (int32_t)(rs->variant == TCPOOM_RATELIMIT_NET ? burst * interval : burst);
}

static unsigned run_sequence(const struct sequences *s, enum tcpoom_ratelimit_variant variant)
{
	struct tcpoom_ratelimit rs;
	struct tcpoom_ratelimit_line line;
	struct numbers t, settings, changes, contended;
	unsigned change = 0, next_contended = 0, from = 0;
	const char *allowed = sequence_find(&s->out, "allowed", &from);
	char text[120];

	tcpoom_ratelimit_init(&rs, variant, (uint32_t)sequence_number(&s->in, "hz"),
			      (unsigned)sequence_number(&s->in, "bits"));
	sequence_numbers(&s->in, "t", &t);
	sequence_numbers(&s->in, "settings", &settings);
	sequence_numbers(&s->in, "set", &changes);
	sequence_numbers(&s->in, "contended", &contended);
	if (settings.count)
		set(&rs, settings.at[0], settings.at[1]);
	CHECK_SAY(strlen(allowed) == t.count, "%s, sequence %s", s->name, s->out.name);
	for (unsigned i = 0; i < t.count && allowed[i]; i++) {
		bool got, busy;

		if (change + 2 < changes.count && changes.at[change] == i) {
			set(&rs, changes.at[change + 1], changes.at[change + 2]);
			change += 3;
		}
		busy = next_contended < contended.count && contended.at[next_contended] == i;
		next_contended += busy;
		got = tcpoom_ratelimit(&rs, (uint64_t)t.at[i], busy, &line);
		CHECK_SAY(got == (allowed[i] == '1'), "%s, sequence %s, call %u", s->name,
			  s->out.name, i);
		CHECK_SAY(!strcmp(show(&line, text, sizeof(text)), printed_at(&s->out, i)),
			  "%s, sequence %s, call %u: got %s, expected %s", s->name, s->out.name, i,
			  show(&line, text, sizeof(text)), printed_at(&s->out, i));
	}
	return t.count;
}

static void test_vectors(void)
{
	static struct sequences s;
	unsigned sequences = 0, calls = 0;

	for (size_t i = 0; i < COUNT(groups); i++) {
		sequences_open(&s, "ratelimit", groups[i].group);
		for (; sequences_next(&s); sequences++)
			calls += run_sequence(&s, groups[i].variant);
	}
	CHECK_SAY(sequences == 7 * 36 && calls == 7 * 1406, "%u sequences, %u calls", sequences,
		  calls);
}

static const struct golden_name *find_golden(const char *file)
{
	for (size_t i = 0; i < golden_kernels; i++)
		if (!strcmp(golden_names[i].file, file))
			return &golden_names[i];
	return NULL;
}

/* The kernels whose code ran a group of sequences have its limiter, and say what they rest on. */
static unsigned check_kernels(const char *group, enum tcpoom_ratelimit_variant variant)
{
	FILE *file = open_vectors("ratelimit", group, "txt");
	char line[200];
	unsigned kernels = 0;

	CHECK(fgets(line, sizeof(line), file) && fgets(line, sizeof(line), file));
	fclose(file);
	for (char *name = strtok(line, "# ;\n"); name; name = strtok(NULL, "# ;\n"), kernels++) {
		const struct golden_name *golden = find_golden(name);
		struct tcpoom_resolution r;

		tcpoom_release_resolve(golden ? golden->release : name, &r);
		CHECK_SAY(r.evidence == TCPOOM_VERIFIED && strstr(r.why, "the limiter"), "%s: %s",
			  name, r.why);
		CHECK_SAY(r.candidates && r.candidate[0]->rules->limiter == variant, "%s", name);
	}
	return kernels;
}

static void test_kernels(void)
{
	unsigned kernels = 0, verified = 0;

	for (size_t i = 0; i < COUNT(groups); i++)
		kernels += check_kernels(groups[i].group, groups[i].variant);
	for (size_t i = 0; i < golden_kernels; i++) {
		struct tcpoom_resolution r;

		tcpoom_release_resolve(golden_names[i].release, &r);
		verified += strstr(r.why, "the limiter") != NULL;
	}
	CHECK_SAY(kernels == 34 && verified == kernels, "%u of %u", verified, kernels);
}

/* Trees whose text was read, and what lies between them; where no code was run. */
static void test_releases(void)
{
	static const struct {
		const char *release, *limiter;
	} rows[] = {
		{ "2.4.0", "net" },
		{ "2.4.37", "net" },
		{ "2.4.21-63.EL", "net" },
		{ "2.6.2", "net" },
		{ "2.6.3", "printk" },
		{ "2.6.8", "printk" },
		{ "2.6.9-89.EL", "printk" },
		{ "2.6.18-8.el5", "printk" },
		{ "2.6.25", "printk" },
		{ "2.6.26", "u32" },
		{ "2.6.27", "window" },
		{ "2.6.32.22", "window" },
		{ "2.6.32.69", "window" },
		{ "2.6.32-71.el6", "window" },
		{ "2.6.32-358.el6", "window" },
		{ "2.6.32-504.16.2.el6", "tries" },
		{ "2.6.33.3", "allows" },
		{ "2.6.33.8", "allows" },
		{ "2.6.34", "denies" },
		{ "2.6.36", "denies" },
		{ "2.6.37", "denies" },
		{ "3.2.71", "denies" },
		{ "3.10.99", "denies" },
		{ "3.10.104", "denies" },
		{ "3.10.105", "begins" },
		{ "3.11", "denies" },
		{ "3.18.140", "denies" },
		{ "4.1.52", "denies" },
		{ "4.4.121", "denies" },
		{ "3.10.0-123.el7", "denies" },
		{ "3.10.0-514.el7", "denies" },
		{ "3.10.0-1062.el7", "begins" },
		{ "3.10.0-1127.el7", "begins" },
		{ "4.5", "begins" },
		{ "4.9.57", "begins" },
		{ "4.9.115", "begins" },
		{ "4.10", "begins" },
		{ "4.13.4", "begins" },
		{ "4.13.9", "begins" },
		{ "4.14.5", "begins" },
		{ "4.15", "begins" },
		{ "4.18.0-553.el8_10", "begins" },
		{ "5.0", "begins" },
		{ "6.15", "begins" },
		{ "6.16", "counts" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tcpoom_resolution r;

		tcpoom_release_resolve(rows[i].release, &r);
		CHECK_SAY(r.candidates == 1 &&
				  !strcmp(limiter_variants[r.candidate[0]->rules->limiter].name,
					  rows[i].limiter),
			  "%s", rows[i].release);
	}
}

/* A call every 100 ms for 17 s, and one at 40 s, as text: what was let through, and which lines. */
static void run_reference(enum tcpoom_ratelimit_variant variant, char *log, size_t size)
{
	struct tcpoom_ratelimit rs;
	struct tcpoom_ratelimit_line line;
	size_t used = 0;

	tcpoom_ratelimit_init(&rs, variant, 1000, 64);
	for (unsigned t = 0; t <= 40000; t += t == 17000 ? 23000 : 100) {
		const bool allowed = tcpoom_ratelimit(&rs, 4000000000 + t, false, &line);

		if (line.text)
			used += (size_t)snprintf(log + used, size - used, "(%d)", line.count);
		if (allowed)
			used += (size_t)snprintf(log + used, size - used, "%u ", t);
	}
}

static void test_reference(void)
{
	static const char bucket[] = "0 100 200 300 400 500 600 700 800 900 (40)5000 (49)10000 "
				     "(49)15000 (20)40000 ";
	static const char late[] = "0 100 200 300 400 500 600 700 800 900 "
				   "(41)5100 5200 5300 5400 5500 5600 5700 5800 5900 6000 "
				   "(42)10300 10400 10500 10600 10700 10800 10900 11000 11100 "
				   "11200 (42)15500 15600 15700 15800 15900 16000 16100 16200 "
				   "16300 16400 (6)40000 ";
	static const char window[] = "0 100 200 300 400 500 600 700 800 900 "
				     "(41)5100 5200 5300 5400 5500 5600 5700 5800 5900 6000 "
				     "(41)10200 10300 10400 10500 10600 10700 10800 10900 11000 "
				     "11100 (41)15300 15400 15500 15600 15700 15800 15900 16000 "
				     "16100 16200 (8)40000 ";

	for (int v = 0; v < TCPOOM_RATELIMIT_VARIANTS; v++) {
		char log[600] = "";

		run_reference((enum tcpoom_ratelimit_variant)v, log, sizeof(log));
		CHECK_STRING(log, v <= TCPOOM_RATELIMIT_U32	? bucket
				  : v < TCPOOM_RATELIMIT_BEGINS ? late
								: window);
	}
}

/* Calls at one tick: how many of `calls` are let through. */
static unsigned ask(struct tcpoom_ratelimit *rs, uint64_t now, unsigned calls, bool contended)
{
	struct tcpoom_ratelimit_line line;
	unsigned allowed = 0;

	while (calls--)
		allowed += tcpoom_ratelimit(rs, now, contended, &line);
	return allowed;
}

static void init(struct tcpoom_ratelimit *rs, enum tcpoom_ratelimit_variant variant)
{
	tcpoom_ratelimit_init(rs, variant, 1000, 64);
}

/* 250 to 300 s after boot the first ticks wrap 32 bits, and the bucket begins almost empty. */
static void test_first_call(void)
{
	const uint64_t now = (1ULL << 32) - 50000 + 4999;
	struct tcpoom_ratelimit rs;

	init(&rs, TCPOOM_RATELIMIT_PRINTK);
	CHECK(ask(&rs, now, 12, false) == 10);
	init(&rs, TCPOOM_RATELIMIT_U32);
	CHECK(ask(&rs, now, 1, false) == 0);
	CHECK(ask(&rs, now + 1, 2, false) == 1);
	tcpoom_ratelimit_init(&rs, TCPOOM_RATELIMIT_PRINTK, 1000, 32);
	CHECK(ask(&rs, now, 1, false) == 0);
	CHECK(ask(&rs, now + 1, 2, false) == 1);
}

/* Whoever shares a bucket caps what is in it by his own settings. */
static void test_shared(void)
{
	struct tcpoom_ratelimit rs;

	init(&rs, TCPOOM_RATELIMIT_PRINTK);
	rs.burst = 3;
	CHECK(ask(&rs, 5000000000, 1, false) == 1);
	rs.burst = 10;
	CHECK(ask(&rs, 5000000000, 10, false) == 2);
}

/* net.core.message_cost = 0: no limit, and no lock. */
static void test_no_interval(void)
{
	for (int v = 0; v < TCPOOM_RATELIMIT_VARIANTS; v++) {
		struct tcpoom_ratelimit rs;

		init(&rs, (enum tcpoom_ratelimit_variant)v);
		rs.interval = 0;
		CHECK_SAY(ask(&rs, 1000, 100, true) == 100, "%s", limiter_variants[v].name);
		rs.burst = 0;
		CHECK_SAY(ask(&rs, 1000, 100, false) == 100, "%s", limiter_variants[v].name);
	}
}

/* More than 2^31 ticks after the end of a window, 2^63 with 64 bits, it lies ahead again. */
static void test_half_range(void)
{
	for (unsigned bits = 32; bits <= 64; bits += 32) {
		const uint64_t half = 1ULL << (bits - 1);
		struct tcpoom_ratelimit rs;

		tcpoom_ratelimit_init(&rs, TCPOOM_RATELIMIT_DENIES, 1000, bits);
		CHECK(ask(&rs, 1000, 11, false) == 10);
		CHECK(ask(&rs, 6000, 1, false) == 0);
		CHECK(ask(&rs, 6000 + half + 1, 1, false) == 0);
		CHECK(ask(&rs, 6000 + half, 1, false) == 1);
	}
}

/* The product of the settings is an int; it and the interval are compared as unsigned. */
static void test_product(void)
{
	struct tcpoom_ratelimit rs;

	for (int v = TCPOOM_RATELIMIT_PRINTK; v <= TCPOOM_RATELIMIT_U32; v++) {
		init(&rs, (enum tcpoom_ratelimit_variant)v);
		rs.interval = 1 << 20;
		rs.burst = 3000;
		CHECK_SAY(ask(&rs, 1U << 31, 3000, false) == 2048, "%s", limiter_variants[v].name);
		rs.burst = 4096;
		CHECK_SAY(ask(&rs, 1U << 30, 1, false) == 0, "%s", limiter_variants[v].name);
	}
}

/* From 6.16 on a negative setting is warned of, once; 0 is not. */
static void test_negative(void)
{
	struct tcpoom_ratelimit rs;
	struct tcpoom_ratelimit_line line;

	init(&rs, TCPOOM_RATELIMIT_COUNTS);
	rs.interval = 0;
	CHECK(tcpoom_ratelimit(&rs, 1000, false, &line) && line.text == TCPOOM_RATELIMIT_SILENT);
	rs.burst = 0;
	CHECK(tcpoom_ratelimit(&rs, 1000, false, &line) && line.text == TCPOOM_RATELIMIT_SILENT);
	rs.interval = -1;
	rs.burst = 1;
	CHECK(tcpoom_ratelimit(&rs, 1000, false, &line) && line.text == TCPOOM_RATELIMIT_NEGATIVE);
	CHECK(tcpoom_ratelimit(&rs, 1000, false, &line) && line.text == TCPOOM_RATELIMIT_SILENT);
}

/* From 6.16 on, switching the limiter off and on again begins a window. */
static void test_off_and_on(void)
{
	struct tcpoom_ratelimit rs;
	struct tcpoom_ratelimit_line line;
	char text[120];

	init(&rs, TCPOOM_RATELIMIT_COUNTS);
	CHECK(ask(&rs, 1000, 12, false) == 10);
	rs.burst = 0;
	CHECK(ask(&rs, 1000, 3, true) == 0);
	rs.burst = 10;
	CHECK(ask(&rs, 1000, 1, false) == 0);
	rs.burst = 0;
	CHECK(ask(&rs, 2000, 3, false) == 0);
	rs.burst = 10;
	CHECK(ask(&rs, 2000, 11, true) == 0);
	CHECK(ask(&rs, 2000, 11, false) == 10);
	/* it holds what was denied in the meantime until that window is over */
	CHECK(!tcpoom_ratelimit(&rs, 7000, false, &line) && !line.text);
	CHECK(tcpoom_ratelimit(&rs, 7001, false, &line));
	CHECK_STRING(show(&line, text, sizeof(text)), "<4>net_ratelimit: 22 callbacks suppressed");
	/* with neither interval nor burst it stays as it is */
	rs.interval = rs.burst = 0;
	CHECK(ask(&rs, 7001, 5, false) == 5);
	rs.interval = 5000;
	rs.burst = 10;
	CHECK(ask(&rs, 7001, 11, false) == 9);
}

/*
 * One call while another CPU holds the lock, one without, 12 with, 12 without: how many of them are
 * let through, and the line after the window.
 */
static void test_contended(void)
{
	static const struct {
		unsigned first, held, free;
		const char *line;
	} rows[] = {
		[TCPOOM_RATELIMIT_NET] = { 1, 8, 0, "<4>NET: 16 messages suppressed." },
		[TCPOOM_RATELIMIT_PRINTK] = { 1, 8, 0, "<4>printk: 16 messages suppressed." },
		[TCPOOM_RATELIMIT_U32] = { 1, 8, 0, "<4>__ratelimit: 16 messages suppressed" },
		[TCPOOM_RATELIMIT_WINDOW] = { 1, 8, 0, "<4>__ratelimit: 16 callbacks suppressed" },
		[TCPOOM_RATELIMIT_TRIES] = { 0, 0, 9, "<4>__ratelimit: 3 callbacks suppressed" },
		[TCPOOM_RATELIMIT_ALLOWS] = { 1, 12, 9,
					      "<4>net_ratelimit: 3 callbacks suppressed" },
		[TCPOOM_RATELIMIT_DENIES] = { 0, 0, 9, "<4>net_ratelimit: 3 callbacks suppressed" },
		[TCPOOM_RATELIMIT_BEGINS] = { 0, 0, 9, "<4>net_ratelimit: 3 callbacks suppressed" },
		[TCPOOM_RATELIMIT_COUNTS] = { 0, 9, 0,
					      "<4>net_ratelimit: 16 callbacks suppressed" },
	};

	for (size_t v = 0; v < COUNT(rows); v++) {
		const char *name = limiter_variants[v].name;
		struct tcpoom_ratelimit rs;
		struct tcpoom_ratelimit_line line;
		char text[120] = "";

		init(&rs, (enum tcpoom_ratelimit_variant)v);
		CHECK_SAY(ask(&rs, 10000000, 1, true) == rows[v].first, "%s", name);
		CHECK_SAY(ask(&rs, 10000000, 1, false) == 1, "%s", name);
		CHECK_SAY(ask(&rs, 10000000, 12, true) == rows[v].held, "%s", name);
		CHECK_SAY(ask(&rs, 10000000, 12, false) == rows[v].free, "%s", name);
		CHECK_SAY(tcpoom_ratelimit(&rs, 10006000, false, &line), "%s", name);
		CHECK_SAY(!strcmp(show(&line, text, sizeof(text)), rows[v].line), "%s: %s", name,
			  text);
	}
}

/* The count of what was denied is an int, and printed as one. */
static void test_missed_wraps(void)
{
	struct tcpoom_ratelimit rs;
	struct tcpoom_ratelimit_line line;
	char text[120] = "";

	init(&rs, TCPOOM_RATELIMIT_DENIES);
	rs.burst = 0;
	rs.missed = INT32_MAX;
	CHECK(ask(&rs, 1000, 1, false) == 0);
	tcpoom_ratelimit(&rs, 6001, false, &line);
	CHECK_STRING(show(&line, text, sizeof(text)),
		     "<4>net_ratelimit: -2147483648 callbacks suppressed");
	CHECK(rs.missed == 1);
}

/* A text that does not fit is cut, and its length said. */
static void test_cut(void)
{
	const struct tcpoom_ratelimit_line line = { .text = TCPOOM_RATELIMIT_SUPPRESSED,
						    .variant = TCPOOM_RATELIMIT_NET,
						    .count = 5 };
	char text[9] = "";

	CHECK(tcpoom_ratelimit_print(&line, text, sizeof(text)) == 27);
	CHECK_STRING(text, "NET: 5 m");
}

/* Every variant of the rule says where it comes from. */
static void test_rule(void)
{
	CHECK(COUNT(limiter_variants) == TCPOOM_RATELIMIT_VARIANTS);
	for (size_t i = 0; i < COUNT(limiter_variants); i++) {
		const struct tcpoom_variant *v = &limiter_variants[i];

		CHECK_SAY(v->name && *v->name && *v->since && strchr(v->source, ':') && v->commit &&
				  *v->what,
			  "variant %zu", i);
	}
}

/*
 * lib/ratelimit.c:___ratelimit, 6.16: an interval of 0 ends the window, so that the next call with
 * a limit begins one; until then who does not get the lock finds none.
 */
static void test_switched_off(void)
{
	struct tcpoom_ratelimit_line line;
	struct tcpoom_ratelimit rs;

	tcpoom_ratelimit_init(&rs, TCPOOM_RATELIMIT_COUNTS, 1000, 64);
	rs.burst = 2;
	CHECK(tcpoom_ratelimit(&rs, 9000, false, &line));
	rs.interval = 0;
	CHECK(tcpoom_ratelimit(&rs, 9000, false, &line));
	rs.interval = 5000;
	CHECK(!tcpoom_ratelimit(&rs, 9000, true, &line));
	CHECK(tcpoom_ratelimit(&rs, 9000, false, &line));
	CHECK(tcpoom_ratelimit(&rs, 9000, true, &line));
	CHECK(!tcpoom_ratelimit(&rs, 9000, false, &line));
}

static const struct test ratelimit_tests[] = {
	{ "a limit that is off for a while", test_switched_off },
	{ "golden sequences of 13 limiters", test_vectors },
	{ "the kernels that have them", test_kernels },
	{ "the releases between them", test_releases },
	{ "a call every 100 ms", test_reference },
	{ "first call after boot", test_first_call },
	{ "a shared bucket", test_shared },
	{ "no interval", test_no_interval },
	{ "half of the counter's range", test_half_range },
	{ "settings whose product wraps", test_product },
	{ "negative settings", test_negative },
	{ "off and on again", test_off_and_on },
	{ "contended", test_contended },
	{ "count that wraps", test_missed_wraps },
	{ "a text that is cut", test_cut },
	{ "the rule", test_rule },
	{ NULL, NULL },
};

SUITE(ratelimit)
