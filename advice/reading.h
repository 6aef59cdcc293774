/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading facts out of text. Every line is shown to every parser, so that a file may hold the
 * output of several commands, as tickets do; each parser knows its own lines.
 */
#ifndef TCPOOM_ADVICE_READING_H
#define TCPOOM_ADVICE_READING_H

#include <stdio.h>

#include "facts.h"

/* What a file held, a bit each. */
enum tcpoom_held {
	TCPOOM_HELD_SOCKSTAT = 1,
	TCPOOM_HELD_COUNTERS = 2,
	TCPOOM_HELD_SS = 4,
	TCPOOM_HELD_SOCKETS = 8,
	TCPOOM_HELD_SYSCTL = 16,
	TCPOOM_HELD_LOG = 32,
	TCPOOM_HELD_KERNEL = 64,
	TCPOOM_HELD_MEMORY = 128,
	TCPOOM_HELD_VALUES = 256,
};

struct tcpoom_reading {
	struct tcpoom_facts *facts;
	unsigned held;	      /* enum tcpoom_held */
	const char *sysctl;   /* whose value the next line is, or NULL */
	char header[1 << 14]; /* the names that the next line of /proc/net/netstat has values for */
	bool tcp_table;	      /* within /proc/net/tcp, not udp */
	struct tcpoom_error e; /* file and line are those of the line */
};

/* What a parser makes of a line. */
enum tcpoom_taken { TCPOOM_NOT_MINE, TCPOOM_TAKEN, TCPOOM_BAD };

enum tcpoom_taken tcpoom_take_sockstat(struct tcpoom_reading *r, const char *text);
enum tcpoom_taken tcpoom_take_counters(struct tcpoom_reading *r, const char *text);
enum tcpoom_taken tcpoom_take_ss(struct tcpoom_reading *r, const char *text);
enum tcpoom_taken tcpoom_take_sockets(struct tcpoom_reading *r, const char *text);
enum tcpoom_taken tcpoom_take_sysctl(struct tcpoom_reading *r, const char *text);
enum tcpoom_taken tcpoom_take_kernel(struct tcpoom_reading *r, const char *text);
enum tcpoom_taken tcpoom_take_memory(struct tcpoom_reading *r, const char *text);
enum tcpoom_taken tcpoom_take_values(struct tcpoom_reading *r, const char *text);

/* Names the sysctl whose value a file in /proc/sys holds, after the end of the file's path. */
void tcpoom_sysctl_file(struct tcpoom_reading *r, const char *path);

/* The next word at *text, which is moved behind it; empty at the end. `line` starts the line. */
struct tcpoom_span tcpoom_word(const char *line, const char **text);

/*
 * Reads all of a text. `name` must live as long as the facts. *held: what was found. False: *e
 * says why; what was read before stands.
 */
bool tcpoom_read_text(struct tcpoom_facts *facts, FILE *in, const char *name, unsigned *held,
		      struct tcpoom_error *e);

/* The same of a file, which may be compressed. */
bool tcpoom_read_file(struct tcpoom_facts *facts, const char *path, unsigned *held,
		      struct tcpoom_error *e);

#endif
