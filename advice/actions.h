/* SPDX-License-Identifier: GPL-2.0-only */
/* What to do, what not, and what it costs; each value is proved by replay. */
#ifndef TCPOOM_ADVICE_ACTIONS_H
#define TCPOOM_ADVICE_ACTIONS_H

#include "words.h"

struct tcpoom_action {
	bool knob;  /* a sysctl helps */
	bool floor; /* the count was not sampled: `value` is for the least that fits */
	enum tcpoom_ground cause;
	int64_t current; /* the limit as it is, -1 = unknown */
	struct tcpoom_remedy remedy;
	int64_t pressure;    /* pages from which on memory is short; -1 = unknown, or orphans */
	uint64_t held_alive; /* pages that stay, were there no orphan; 0 = unknown or none */
	bool vain;	     /* raising the other limit changes nothing, by replay */
};

/* The most that the kernel lets a sysctl be, and that was tried for `vain`. */
#define TCPOOM_LIMIT_MOST INT32_MAX

/* False: there is nothing to do about this cause. */
bool tcpoom_action_find(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
			enum tcpoom_ground cause, struct tcpoom_action *to);

void tcpoom_say_do(const struct tcpoom_diagnosis *d, const struct tcpoom_action *a,
		   char text[static TCPOOM_WORDS]);
void tcpoom_say_cost(const struct tcpoom_diagnosis *d, const struct tcpoom_action *a,
		     char text[static TCPOOM_WORDS]);
/* Empty: nothing is known to be vain. */
void tcpoom_say_do_not(const struct tcpoom_action *a, char text[static TCPOOM_WORDS]);

#endif
