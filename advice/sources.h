/* SPDX-License-Identifier: GPL-2.0-only */
/* Where facts lie: in a running machine, in a sosreport, in a folder of files. */
#ifndef TCPOOM_ADVICE_SOURCES_H
#define TCPOOM_ADVICE_SOURCES_H

#include "facts.h"

/* Told of each file that was there and could not be read to its end. */
struct tcpoom_trouble {
	void (*tell)(struct tcpoom_trouble *trouble, const struct tcpoom_error *e);
};

/* This machine: /proc, and the kernel's log where it may be read. Returns how many files held
 * something. */
unsigned tcpoom_read_live(struct tcpoom_facts *facts, struct tcpoom_trouble *trouble);

/*
 * A sosreport, or another copy of /proc, is known by its folders; of any other folder all files
 * are read, but none of the folders in it. Of several logs, which tell the same, the first one that
 * has a line of the check is read. Returns how many files held something.
 */
unsigned tcpoom_read_folder(struct tcpoom_facts *facts, const char *path,
			    struct tcpoom_trouble *trouble);

#endif
