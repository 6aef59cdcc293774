/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that contradict each other, or that no kernel would give; each with its reason. */
#ifndef TCPOOM_ADVICE_DOUBTS_H
#define TCPOOM_ADVICE_DOUBTS_H

#include "facts.h"

#define TCPOOM_DOUBTS_MOST 16

struct tcpoom_doubts {
	unsigned count, serious; /* serious: the first ones; the rest are values set by hand */
	char text[TCPOOM_DOUBTS_MOST][240];
};

void tcpoom_doubts_find(const struct tcpoom_facts *facts, struct tcpoom_doubts *to);

#endif
