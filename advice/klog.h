/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's log, as syslog, the journal, dmesg and dmesg -T print it: the lines of the check,
 * grouped by burst.
 */
#ifndef TCPOOM_ADVICE_KLOG_H
#define TCPOOM_ADVICE_KLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "../model/verdict.h"

/* Lines with no longer silence between them than the limiter can make. */
struct tcpoom_burst {
	const char *file;
	unsigned long first, last; /* lines of the file */
	char when[40];		   /* as the first line says it, or "" */
	int64_t begin, end;	   /* us; 0 where no line says a time */
	uint64_t lines[TCPOOM_MESSAGES];
	uint64_t suppressed; /* callbacks of all users of the limiter that it held back */
};

#define TCPOOM_BURSTS_MOST 64

struct tcpoom_klog {
	bool read;				       /* a log was read, whatever stood in it */
	uint64_t bursts;			       /* all, also those that are not kept */
	struct tcpoom_burst burst[TCPOOM_BURSTS_MOST]; /* the last of them, in a ring */
	uint64_t lines[TCPOOM_MESSAGES];
	uint64_t suppressed_before; /* the first burst */
	unsigned limiters;	    /* whose lines there were, a bit each */
	uint64_t decisions;	    /* at least, over all bursts but the last */
};

/* How many decisions stand at least behind the lines of a burst. */
uint64_t tcpoom_burst_decisions(const struct tcpoom_burst *burst);

/* Over all bursts. */
uint64_t tcpoom_klog_decisions(const struct tcpoom_klog *log);

/* The burst `back` before the last one; back is below both bursts and TCPOOM_BURSTS_MOST. */
const struct tcpoom_burst *tcpoom_klog_burst(const struct tcpoom_klog *log, unsigned back);

/* Takes a line of a log. `window`: seconds of the limiter. False: it is not one of the check. */
bool tcpoom_klog_line(struct tcpoom_klog *log, const char *file, unsigned long line,
		      const char *text, int64_t window);

/* Whether a limiter of this variant prints the lines of one that were met. */
bool tcpoom_klog_limiter(const struct tcpoom_klog *log, uint8_t variant);

#endif
