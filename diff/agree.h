/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a verdict is what a trace says. */
#ifndef TCPOOM_DIFF_AGREE_H
#define TCPOOM_DIFF_AGREE_H

#include "../model/verdict.h"
#include "../traces/trace.h"
#include "log.h"

/*
 * What was recorded under `=>`: the verdict is the same, the lines that appeared are some of the
 * asked ones in their order, and with the suppressed ones there are as many. Where only log lines
 * are known (`?`), they must be some of the asked ones.
 */
bool tcpoom_agrees_recorded(const struct tcpoom_verdict *v, const struct tcpoom_stated *recorded);

/* Whether of the messages the same appeared; the verdict agrees, and what appears is known. */
bool tcpoom_agrees_log(const struct tcpoom_verdict *v, const struct tcpoom_log_lines *lines,
		       const struct tcpoom_stated *recorded);

/* What `expect` demands: the verdict, and exactly the messages that are asked for. */
bool tcpoom_agrees_expected(const struct tcpoom_verdict *v, const struct tcpoom_expect *expect);

#endif
