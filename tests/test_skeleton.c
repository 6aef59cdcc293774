/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdicts that every combination of answers leads to, and which of them are the same. */
#include <string.h>

#include "../diff/skeleton.h"
#include "check.h"
#include "state_text.h"

/* Answers as letters: Reset, recent, closed, many, Much, exiting, text, Given up. */
static unsigned answers_of(const char *letters)
{
	static const char names[] = "RrcmMetG";
	unsigned answers = 0;

	for (; *letters; letters++)
		answers |= 1U << (strchr(names, *letters) - names);
	return answers;
}

static void make(struct tcpoom_skeleton *skeleton, enum tcpoom_entry entry)
{
	memset(skeleton, 0xff, sizeof(*skeleton));
	tcpoom_skeleton_make(skeleton, entry, kernel_of("3.0"), kernel_of("3.3"));
}

static void verdict_text(const struct tcpoom_verdict *v, char *text)
{
	text += sprintf(text, "%s%s", tcpoom_outcome_names[v->outcome], v->snmp ? " counted" : "");
	for (unsigned i = 0; i < v->messages; i++)
		text += sprintf(text, ", %s", tcpoom_message_texts[v->message[i]]);
}

#define SOCKET ", Out of socket memory"
#define ORPHANED ", TCP: too many of orphaned sockets"
#define ORPHANS ", TCP: too many orphaned sockets"
#define MEMORY ", TCP: out of memory -- consider tuning tcp_mem"

/* 3.0 chooses the text by the path, 3.3 by the cause; a namespace that exits is as from 4.15 on. */
static void test_verdicts(void)
{
	static const struct {
		enum tcpoom_entry entry;
		const char *answers, *verdict;
	} cases[] = {
		{ TCPOOM_TIMER, "", "kept" },
		{ TCPOOM_TIMER, "Rrct", "kept" },
		{ TCPOOM_TIMER, "e", "killed silent" },
		{ TCPOOM_TIMER, "Rrcet", "killed silent" },
		{ TCPOOM_TIMER, "m", "killed silent counted" SOCKET },
		{ TCPOOM_TIMER, "M", "killed silent counted" SOCKET },
		{ TCPOOM_TIMER, "mMe", "killed silent counted" SOCKET },
		{ TCPOOM_TIMER, "Rm", "killed reset counted" SOCKET },
		{ TCPOOM_TIMER, "rM", "killed reset counted" SOCKET },
		{ TCPOOM_TIMER, "cm", "killed reset counted" SOCKET },
		{ TCPOOM_TIMER, "mt", "killed silent counted" ORPHANS },
		{ TCPOOM_TIMER, "RMte", "killed reset counted" MEMORY },
		{ TCPOOM_TIMER, "rmMt", "killed reset counted" ORPHANS MEMORY },
		{ TCPOOM_TIMER, "G", "expired" },
		{ TCPOOM_RETRANSMIT, "", "kept" },
		{ TCPOOM_RETRANSMIT, "m", "killed silent counted" SOCKET },
		{ TCPOOM_PROBE, "", "kept" },
		{ TCPOOM_PROBE, "RM", "killed reset counted" SOCKET },
		{ TCPOOM_CLOSE, "", "kept" },
		{ TCPOOM_CLOSE, "e", "killed silent" },
		{ TCPOOM_CLOSE, "m", "killed reset counted" ORPHANED },
		{ TCPOOM_CLOSE, "M", "killed reset counted" ORPHANED },
		{ TCPOOM_CLOSE, "mt", "killed reset counted" ORPHANS },
		{ TCPOOM_CLOSE, "mMt", "killed reset counted" ORPHANS MEMORY },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tcpoom_skeleton skeleton;
		char text[200];

		make(&skeleton, cases[i].entry);
		verdict_text(&skeleton.verdict[answers_of(cases[i].answers)], text);
		CHECK_STRING(text, cases[i].verdict);
	}
}

/* Each combination of answers points at the first one that has its verdict. */
static void test_same(void)
{
	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++) {
		struct tcpoom_skeleton s;

		make(&s, (enum tcpoom_entry)entry);
		for (unsigned i = 0; i < TCPOOM_SK_ANSWERS; i++)
			for (unsigned j = 0; j <= i; j++) {
				const bool same = tcpoom_verdict_same(&s.verdict[i], &s.verdict[j]);

				CHECK((s.same[i] == s.same[j]) == same);
				CHECK(!same || s.same[i] <= j);
			}
	}
}

static const struct test skeleton_tests[] = {
	{ "verdicts of answers", test_verdicts },
	{ "answers with the same verdict", test_same },
	{ NULL, NULL },
};

SUITE(skeleton)
