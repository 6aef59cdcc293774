/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workload format 1: what happens to a machine, for a run in closed loop. Text, in the manner of a
 * trace; a line that begins with a time happens then, and times do not go backwards:
 *
 *   # tcpoom workload 1
 *   set hz=1000 cpus=4 max_orphans=10
 *   1.0 close n=64 every=10us peer=dead cpu=0..3
 *   2.5 set max_orphans=20
 *   3.0 noise n=100 every=1ms..5ms text="martian source"
 *   200 end
 *
 * `close`: sockets that a process closes. `noise`: other users of the rate limiter. A value A..B is
 * drawn evenly, for each socket anew. The peer is dead, icmp or closed (orphan.h). workload.def has
 * the keys. Whatever follows # at the start of a line is a comment.
 */
#ifndef TCPOOM_TRACES_WORKLOAD_H
#define TCPOOM_TRACES_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

enum tcpoom_setting {
#define SETTING(name, ...) TCPOOM_S_##name,
#define SOCKET(...)
#include "workload.def"
#undef SETTING
#undef SOCKET
	TCPOOM_SETTINGS
};

enum tcpoom_socket_key {
#define SETTING(...)
#define SOCKET(name, ...) TCPOOM_C_##name,
#include "workload.def"
#undef SETTING
#undef SOCKET
	TCPOOM_SOCKET_KEYS
};

struct tcpoom_workload_key {
	const char *name, *meaning;
	bool is_time; /* ns */
	int64_t least, most, absent;
};

extern const struct tcpoom_workload_key tcpoom_settings[TCPOOM_SETTINGS];
extern const struct tcpoom_workload_key tcpoom_socket_keys[TCPOOM_SOCKET_KEYS];
extern const char *const tcpoom_peer_names[];

struct tcpoom_range {
	int64_t least, most;
};

/* A line `close` or `noise`; of noise only n and every count. */
struct tcpoom_arrivals {
	int64_t time; /* ns */
	bool is_noise;
	char *text;   /* of noise */
	uint8_t peer; /* enum tcpoom_peer */
	struct tcpoom_range value[TCPOOM_SOCKET_KEYS];
};

/* A line `set` with a time. */
struct tcpoom_change {
	int64_t time;	/* ns */
	uint32_t given; /* a bit for each setting */
	int64_t value[TCPOOM_SETTINGS];
};

struct tcpoom_workload {
	int64_t value[TCPOOM_SETTINGS]; /* at first */
	struct tcpoom_change *change;	/* by time */
	struct tcpoom_arrivals *arrivals;
	size_t changes, lines;
	int64_t end; /* ns */
};

/*
 * Reads a whole workload; false: *e says why. What is in *w is the caller's to free in either case.
 */
bool tcpoom_workload_read(FILE *in, const char *name, struct tcpoom_workload *w,
			  struct tcpoom_error *e);

void tcpoom_workload_free(struct tcpoom_workload *w);

/* Whether `key` names a setting, or tcp_mem. */
bool tcpoom_workload_has(struct tcpoom_span key);

/* Gives a setting this value from the start to the end, whatever the workload says of it. */
bool tcpoom_workload_set(struct tcpoom_workload *w, struct tcpoom_span key,
			 struct tcpoom_span value, struct tcpoom_error *e);

/* A duration as a workload has it; 0 to a day. */
bool tcpoom_duration(struct tcpoom_span text, int64_t *ns, struct tcpoom_error *e);

#endif
