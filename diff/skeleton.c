/* SPDX-License-Identifier: GPL-2.0-only */
#include "skeleton.h"

/* A state whose parts answer so under the rules of 2.4.0, whatever is doubled. */
static struct tcpoom_state state_that_answers(unsigned answers, enum tcpoom_entry entry)
{
	struct tcpoom_state s = { .hz = 1000, .page_size = 4096 };

	s.entry = entry == TCPOOM_CLOSE ? TCPOOM_CLOSE : TCPOOM_TIMER;
	s.rto_max = 120 * s.hz;
	s.do_reset = (answers & TCPOOM_SK_RESET) != 0;
	s.now = answers & TCPOOM_SK_RECENT ? 0 : 61 * s.hz;
	s.snd_wnd = !(answers & TCPOOM_SK_CLOSED);
	s.orphans = 1;
	s.max_orphans = answers & TCPOOM_SK_MANY ? 0 : 1000;
	s.wmem_queued = 10000;
	s.mem_allocated = (answers & TCPOOM_SK_MUCH) != 0;
	s.net_alive = !(answers & TCPOOM_SK_EXITING);
	return s;
}

void tcpoom_skeleton_make(struct tcpoom_skeleton *skeleton, enum tcpoom_entry entry,
			  const struct tcpoom_kernel *a, const struct tcpoom_kernel *b)
{
	for (unsigned answers = 0; answers < TCPOOM_SK_GIVEN_UP; answers++) {
		const struct tcpoom_state s = state_that_answers(answers, entry);
		struct tcpoom_rules rules = { 0 };

		rules.text = (answers & TCPOOM_SK_TEXT ? b : a)->rules->text;
		rules.netns = (answers & TCPOOM_SK_EXITING) != 0;
		tcpoom_rules_decide(&rules, &s, &skeleton->verdict[answers], NULL);
	}
	skeleton->verdict[TCPOOM_SK_GIVEN_UP] =
		(struct tcpoom_verdict){ .outcome = TCPOOM_EXPIRED };
	for (unsigned answers = 0; answers < TCPOOM_SK_ANSWERS; answers++) {
		unsigned first = 0;

		while (!tcpoom_verdict_same(&skeleton->verdict[first], &skeleton->verdict[answers]))
			first++;
		skeleton->same[answers] = (uint8_t)first;
	}
}
