/* SPDX-License-Identifier: GPL-2.0-only */
#include "skeleton.h"

/*
 * A state whose parts answer so under the rules of 2.4.0, whatever is doubled. Its clock does not
 * tick: one tick is longer ago than any number of seconds.
 */
static struct tcpoom_state state_that_answers(unsigned answers, enum tcpoom_entry entry)
{
	struct tcpoom_state s = { .wmem_queued = INT32_MAX };

	s.entry = entry == TCPOOM_CLOSE ? TCPOOM_CLOSE : TCPOOM_TIMER;
	s.do_reset = answers & TCPOOM_SK_RESET;
	s.now = !(answers & TCPOOM_SK_RECENT);
	s.snd_wnd = !(answers & TCPOOM_SK_CLOSED);
	s.orphans = 1; /* equivalent: 2, between both limits, too */
	s.max_orphans = answers & TCPOOM_SK_MANY ? 0 : INT32_MAX;
	s.mem_allocated = answers & TCPOOM_SK_MUCH;
	return s;
}

static struct tcpoom_verdict verdict_of(unsigned answers, enum tcpoom_entry entry,
					const struct tcpoom_kernel *a,
					const struct tcpoom_kernel *b)
{
	const struct tcpoom_state s = state_that_answers(answers, entry);
	struct tcpoom_verdict v = { .outcome = TCPOOM_EXPIRED };
	struct tcpoom_rules rules = { 0 };

	if (answers & TCPOOM_SK_GIVEN_UP)
		return v;
	rules.text = (answers & TCPOOM_SK_TEXT ? b : a)->rules->text;
	/* the namespace of the state is exiting; whether that matters is up to the rule */
	rules.netns = (answers & TCPOOM_SK_EXITING) != 0;
	tcpoom_rules_decide(&rules, &s, &v, NULL);
	return v;
}

void tcpoom_skeleton_make(struct tcpoom_skeleton *skeleton, enum tcpoom_entry entry,
			  const struct tcpoom_kernel *a, const struct tcpoom_kernel *b)
{
	for (unsigned answers = 0; answers < TCPOOM_SK_ANSWERS; answers++) {
		unsigned first = 0;

		skeleton->verdict[answers] = verdict_of(answers, entry, a, b);
		while (!tcpoom_verdict_same(&skeleton->verdict[first], &skeleton->verdict[answers]))
			first++;
		skeleton->same[answers] = (uint8_t)first;
	}
}
