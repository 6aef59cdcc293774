/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log that really appears: a verdict asks to print, the limiter of its kernel decides. What one
 * event leaves there depends on all events before it on that machine.
 *
 * The limiter is taken to be as it boots when a trace begins, and to be asked by the events of the
 * trace alone: who else asks, another part of the network stack say, is not in a trace.
 */
#ifndef TCPOOM_DIFF_LOG_H
#define TCPOOM_DIFF_LOG_H

#include "../kernels/rules.h"
#include "../model/ratelimit.h"
#include "../traces/trace.h"

/*
 * One kernel's log. Its clock is `now`, else time * hz. Events may stand in another order than the
 * limiter saw them: what lies behind the latest tick happens at that tick. What ends all knowledge
 * is a clock that is unknown, or changes its kind or its hz; an unknown setting; and an event of
 * which it is not known what it asks. But the first messages are let through at any time.
 */
struct tcpoom_log {
	struct tcpoom_ratelimit limiter;
	unsigned bits;	   /* of the machine, 32 or 64 */
	const char *file;  /* where its events stand; another file is another machine */
	uint32_t hz;	   /* 0 = the clock was not needed yet */
	bool by_now;	   /* what the clock is; else time * hz */
	bool lost;	   /* no longer known */
	uint64_t asked;	   /* messages so far, at most */
	uint64_t free;	   /* of them so many are let through at any time */
	uint64_t tick;	   /* of the limiter */
	int64_t last_tick; /* as the events have it */
};

/* What the messages of one event left in the log. */
struct tcpoom_log_lines {
	bool known;			     /* if not, the rest says what was asked */
	uint8_t messages;		     /* asked for */
	bool printed[2];		     /* message i appears */
	struct tcpoom_ratelimit_line own[2]; /* the limiter's line before it, or SILENT */
};

/* The kernel must have rules. */
void tcpoom_log_init(struct tcpoom_log *log, const struct tcpoom_kernel *kernel, unsigned bits);

/* What an event leaves whose verdict is `v`; NULL: the verdict is not known. */
void tcpoom_log_event(struct tcpoom_log *log, const char *file, const struct tcpoom_event *event,
		      const struct tcpoom_verdict *v, struct tcpoom_log_lines *lines);

/* Whether the same lines appear for the same verdict. Both must be known. */
bool tcpoom_log_same(const struct tcpoom_log_lines *a, const struct tcpoom_log_lines *b);

/* How many of the messages were held back. */
unsigned tcpoom_log_suppressed(const struct tcpoom_log_lines *lines);

#endif
