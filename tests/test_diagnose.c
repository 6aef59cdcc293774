/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is diagnosed of published incidents, from their numbers alone; and that a value which is
 * recommended keeps every socket, while the one below it does not.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../advice/actions.h"
#include "../advice/doubts.h"
#include "../advice/sources.h"
#include "../diff/possible.h"
#include "check.h"

enum { NO, MAYBE, YES };

static int is(const struct tcpoom_finding *f, enum tcpoom_ground ground)
{
	return f->certain[ground] ? YES : f->possible[ground] ? MAYBE : NO;
}

static void no_trouble(struct tcpoom_trouble *trouble, const struct tcpoom_error *e)
{
	(void)trouble;
	CHECK_SAY(false, "%s:%lu: %s", e->file, e->line, e->text);
}

static struct tcpoom_facts *read_folder(const char *name)
{
	struct tcpoom_facts *facts = calloc(1, sizeof(*facts));
	struct tcpoom_trouble trouble = { no_trouble };
	char path[200];

	snprintf(path, sizeof(path), "tests/diagnose/%s", name);
	CHECK_SAY(facts && tcpoom_read_folder(facts, path, &trouble) > 0, "%s", path);
	return facts;
}

/* What an incident was, as it was published or as its numbers contradict that. */
static const struct incident {
	const char *folder;
	int orphans, memory;
	bool another_moment;
	enum tcpoom_ground limit; /* that is to be raised */
	int64_t value;		  /* to this; -1 = the numbers do not tell */
	unsigned doubts;
} incidents[] = {
	/* 1 page over, under a text that speaks of orphans; orphans only below a limit of 99 */
	{ "2001-lkml", MAYBE, YES, false, TCPOOM_BY_MEMORY, 6145, 0 },
	/* memory at 0.03 %; 4 * 21564 > 65536, and up to 2.6.21 4 * 21564 itself is too many */
	{ "2011-tsunanet", YES, NO, false, TCPOOM_BY_ORPHANS, 86257, 0 },
	/* either text can mean either */
	{ "2012-pagefault", MAYBE, MAYBE, false, TCPOOM_BY_ORPHANS, -1, 0 },
	/* the closing socket itself */
	{ "2015-i4box", YES, NO, false, TCPOOM_BY_ORPHANS, 1, 0 },
	/* over the limit without a penalty; more sockets in use than there are */
	{ "2018-geekgao", YES, NO, false, TCPOOM_BY_ORPHANS, 262953, 1 },
	/* 40 orphans are not too many: there were 257 or more */
	{ "2018-i2pd", YES, NO, true, TCPOOM_BY_ORPHANS, 1028, 0 },
	/* memory was not published */
	{ "2018-snmp-counter", MAYBE, MAYBE, false, TCPOOM_BY_ORPHANS, 40, 0 },
	/* the text is that of 3.3 and later */
	{ "2020-haproxy", YES, NO, false, TCPOOM_BY_ORPHANS, -1, 0 },
	{ "close-wait", NO, YES, false, TCPOOM_BY_MEMORY, 1200431, 0 },
	{ "sosreport", NO, YES, false, TCPOOM_BY_MEMORY, 380900, 1 },
	{ "sosreport-half", MAYBE, MAYBE, false, TCPOOM_BY_ORPHANS, 49, 0 },
	/* made up: 71 pages over; 214 orphans cannot hold what is over tcp_mem[1] */
	{ "rhel7-memory", NO, YES, false, TCPOOM_BY_MEMORY, 1541003, 0 },
	/* inuse is the container's, orphan the machine's; only 4 * 9120 > 32768 */
	{ "container", YES, NO, false, TCPOOM_BY_ORPHANS, 36480, 1 },
	/* 2 * 41077 > 65536, and at most 4 * 41077 of any kind */
	{ "counted-twice", YES, NO, false, TCPOOM_BY_ORPHANS, 164308, 0 },
	{ "rhel6", YES, NO, false, TCPOOM_BY_ORPHANS, 132044, 0 },
	/* with sockstat6 there is nothing to doubt */
	{ "ipv6-only", YES, NO, false, TCPOOM_BY_ORPHANS, 80004, 0 },
	/* one of two lines; the other one is memory's */
	{ "both-causes", YES, NO, false, TCPOOM_BY_ORPHANS, 8200, 0 },
	{ "tiny-tcp-mem", NO, YES, false, TCPOOM_BY_MEMORY, 8201, 0 },
	/* the limit was not told: it is below the count of ss -s */
	{ "half-told", YES, NO, false, TCPOOM_BY_ORPHANS, 24480, 0 },
};

static void test_incidents(void)
{
	struct tcpoom_diagnosis *d = malloc(sizeof(*d));

	CHECK(d != NULL);
	for (size_t i = 0; d && i < sizeof(incidents) / sizeof(*incidents); i++) {
		const struct incident *x = &incidents[i];
		struct tcpoom_facts *facts = read_folder(x->folder);
		const struct tcpoom_finding *f = &d->finding[0];
		struct tcpoom_doubts doubts;
		struct tcpoom_action a;

		tcpoom_diagnose(facts, d);
		tcpoom_doubts_find(facts, &doubts);
		CHECK_SAY(is(f, TCPOOM_BY_ORPHANS) == x->orphans, "%s: %d", x->folder,
			  is(f, TCPOOM_BY_ORPHANS));
		CHECK_SAY(is(f, TCPOOM_BY_MEMORY) == x->memory, "%s: %d", x->folder,
			  is(f, TCPOOM_BY_MEMORY));
		CHECK_SAY(f->another_moment == x->another_moment, "%s", x->folder);
		CHECK_SAY(doubts.serious == x->doubts, "%s: %u doubts", x->folder, doubts.serious);
		CHECK_SAY(tcpoom_action_find(d, f, x->limit, &a), "%s", x->folder);
		CHECK_SAY(a.remedy.found == (x->value >= 0) &&
				  (!a.remedy.found || a.remedy.value == x->value),
			  "%s: %" PRId64, x->folder, a.remedy.value);
		tcpoom_facts_free(facts);
		free(facts);
	}
	free(d);
}

/* What an application holds, no sysctl frees. */
static void test_no_knob(void)
{
	struct tcpoom_facts *facts = read_folder("close-wait");
	struct tcpoom_diagnosis *d = malloc(sizeof(*d));
	struct tcpoom_action a;

	CHECK(d != NULL);
	tcpoom_diagnose(facts, d);
	CHECK(tcpoom_action_find(d, &d->finding[0], TCPOOM_BY_MEMORY, &a));
	/* 3 orphans of at most 4 MB and a page each */
	CHECK(!a.knob && a.held_alive == 1200431 - 3 * 1025 && a.pressure == 799200);
	CHECK(a.vain);
	tcpoom_facts_free(facts);
	free(facts);
	free(d);
}

/* Whether a socket, whatever is unknown of it, can be killed in this state. */
static bool can_kill(const struct tcpoom_kernel *kernel, const struct tcpoom_state *known)
{
	static const uint8_t entries[] = { TCPOOM_TIMER, TCPOOM_CLOSE };
	struct tcpoom_possible *possible = malloc(sizeof(*possible));
	bool killed = false;

	for (int e = 0; possible && e < 2; e++) {
		struct tcpoom_state s = *known;

		tcpoom_field_set(&s, TCPOOM_F_entry, entries[e]);
		tcpoom_state_complete(&s);
		tcpoom_possible_find(kernel, &s, possible);
		for (unsigned i = 0; i < possible->verdicts; i++)
			killed |= tcpoom_killed(&possible->verdict[i]);
	}
	free(possible);
	return killed;
}

/* Another way to look for a kill (diff/possible.h) agrees on the value, and on the one below. */
static void test_remedies(void)
{
	static const int64_t counts[] = { 0, 1, 7, 1024, 65738 };

	for (int k = 0; k < TCPOOM_KERNELS; k++)
		for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
			struct tcpoom_state s = { 0 };
			struct tcpoom_remedy remedy;

			tcpoom_field_set(&s, TCPOOM_F_orphans, counts[i]);
			tcpoom_field_set(&s, TCPOOM_F_mem_allocated, 5);
			tcpoom_field_set(&s, TCPOOM_F_tcp_mem2, 5);
			tcpoom_field_set(&s, TCPOOM_F_hz, 1000);
			tcpoom_field_set(&s, TCPOOM_F_wmem_queued, 100000);
			tcpoom_remedy_find(&s, (tcpoom_rows)1 << k, TCPOOM_BY_ORPHANS, &remedy);
			CHECK(remedy.found);
			tcpoom_field_set(&s, TCPOOM_F_max_orphans, remedy.value);
			CHECK_SAY(!can_kill(&tcpoom_kernels[k], &s), "%s: %" PRId64 " at %" PRId64,
				  tcpoom_kernels[k].name, counts[i], remedy.value);
			tcpoom_field_set(&s, TCPOOM_F_max_orphans, remedy.value - 1);
			CHECK_SAY(can_kill(&tcpoom_kernels[k], &s),
				  "%s: %" PRId64 " below %" PRId64, tcpoom_kernels[k].name,
				  counts[i], remedy.value);
		}
}

/* A limit of orphans at which memory kills, and one of memory at which orphans do, is vain. */
static void test_vain(void)
{
	struct tcpoom_facts *facts = calloc(1, sizeof(*facts));
	struct tcpoom_diagnosis *d = malloc(sizeof(*d));
	const struct tcpoom_source source = { "test", 1 };

	CHECK(facts && d);
	tcpoom_fact_set(facts, TCPOOM_F_orphans, 100, source);
	tcpoom_fact_set(facts, TCPOOM_F_max_orphans, 99, source);
	tcpoom_fact_set(facts, TCPOOM_F_mem_allocated, 10, source);
	tcpoom_fact_set(facts, TCPOOM_F_tcp_mem2, 10, source);
	tcpoom_diagnose(facts, d);
	CHECK(tcpoom_is_vain(d, &d->finding[0], TCPOOM_BY_MEMORY));
	CHECK(!tcpoom_is_vain(d, &d->finding[0], TCPOOM_BY_ORPHANS));
	tcpoom_fact_set(facts, TCPOOM_F_mem_allocated, 11, source);
	tcpoom_diagnose(facts, d);
	/* orphans kill each socket still, memory only those that queue much */
	CHECK(tcpoom_is_vain(d, &d->finding[0], TCPOOM_BY_MEMORY));
	CHECK(!tcpoom_is_vain(d, &d->finding[0], TCPOOM_BY_ORPHANS));
	free(facts);
	free(d);
}

/* Each text can be printed by the kernels that the table gives it, and by no others. */
static void test_kernels_of_a_text(void)
{
	static const struct {
		const char *text, *kernels;
	} texts[] = {
		{ "Out of socket memory", "2.4.0 to 3.2" },
		{ "TCP: too many of orphaned sockets", "2.4.0 to 3.2" },
		{ "TCP: too many orphaned sockets", "3.3 and later" },
		{ "TCP: out of memory -- consider tuning tcp_mem", "3.3 and later" },
	};
	struct tcpoom_diagnosis *d = malloc(sizeof(*d));

	for (size_t i = 0; d && i < sizeof(texts) / sizeof(*texts); i++) {
		struct tcpoom_facts *facts = calloc(1, sizeof(*facts));
		char kernels[TCPOOM_WORDS];

		CHECK(tcpoom_klog_line(&facts->log, "log", 1, texts[i].text, 5));
		tcpoom_diagnose(facts, d);
		tcpoom_say_kernels(d->finding[0].kernels, kernels);
		CHECK_STRING(kernels, texts[i].kernels);
		/* a kernel that never prints it did not */
		snprintf(facts->kernel, sizeof(facts->kernel), "%s", i < 2 ? "5.4" : "2.6.18");
		tcpoom_diagnose(facts, d);
		CHECK(d->finding[0].another_kernel);
		free(facts);
	}
	free(d);
}

static const struct test diagnose_tests[] = {
	{ "incidents", test_incidents },
	{ "no knob", test_no_knob },
	{ "remedies", test_remedies },
	{ "vain limits", test_vain },
	{ "kernels of a text", test_kernels_of_a_text },
	{ NULL, NULL },
};

SUITE(diagnose)
