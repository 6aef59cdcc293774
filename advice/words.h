/* SPDX-License-Identifier: GPL-2.0-only */
/* A diagnosis in sentences, each of which holds the numbers that prove it. */
#ifndef TCPOOM_ADVICE_WORDS_H
#define TCPOOM_ADVICE_WORDS_H

#include "diagnosis.h"

#define TCPOOM_WORDS 600

/* What was seen, quoted. */
void tcpoom_say_seen(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		     char text[static TCPOOM_WORDS]);

/* Which test fired, or which may have and what each needs. */
void tcpoom_say_cause(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		      char text[static TCPOOM_WORDS]);

/* One cause of a finding, with numbers where they are known and bounds where they are not. */
void tcpoom_say_test(const struct tcpoom_finding *f, enum tcpoom_ground cause,
		     char text[static TCPOOM_WORDS]);

/* What a cause takes of the socket itself; empty: nothing. */
void tcpoom_say_penalties(const struct tcpoom_reason *r, char text[static TCPOOM_WORDS]);

/* What it is not, with the numbers; empty: nothing can be said. */
void tcpoom_say_excluded(const struct tcpoom_finding *f, char text[static TCPOOM_WORDS]);

/* How certain the cause is, and on what it rests. */
void tcpoom_say_certainty(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
			  char text[static TCPOOM_WORDS]);

/* What the kernels print where these numbers kill a socket. */
void tcpoom_say_texts(const struct tcpoom_finding *f, char text[static TCPOOM_WORDS]);

/* Bursts of the log, and the decisions behind them. Empty: no line of the check. */
void tcpoom_say_log(const struct tcpoom_klog *log, char text[static TCPOOM_WORDS]);

/* Who the orphans are, or who holds sockets open. Empty: unknown. */
void tcpoom_say_who(const struct tcpoom_facts *facts, char text[static TCPOOM_WORDS]);

/* The next fact to get. */
void tcpoom_say_next(const struct tcpoom_diagnosis *d, const struct tcpoom_finding *f,
		     char text[static TCPOOM_WORDS]);

/* The first and the last of these rows, as releases: "2.4.0 to 3.2", "from 3.3 on". */
void tcpoom_say_kernels(tcpoom_rows kernels, char text[static TCPOOM_WORDS]);

/* Adds to a text that may end early. */
void tcpoom_add(char text[static TCPOOM_WORDS], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
