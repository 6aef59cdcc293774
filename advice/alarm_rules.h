/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Alarm format 1: when a monitor that samples counters gives an alarm. Text, a line an alarm:
 *
 *   # tcpoom alarms 1
 *   every 10s
 *   warn orphans  orphan > 0.25*max_orphans clear 0.2*max_orphans
 *   crit memory   ahead(mem, 5m) > tcp_mem[2] and orphan > 0 for 1m
 *
 * LEVEL NAME TEST [and TEST]... [for TIME], with TEST = LEFT OP RIGHT [clear RIGHT]. LEFT is a
 * variable (alarm_vars.def), rate(VARIABLE, TIME), its change a second over that time, or
 * ahead(VARIABLE, TIME), what it will be then if it goes on as in the time before. OP is one of
 * > >= < <=. RIGHT is a variable, a number, or NUMBER*VARIABLE. With `for`, all tests must have
 * held at every sample for that long. While an alarm is given, `clear` takes the place of RIGHT.
 */
#ifndef TCPOOM_ADVICE_ALARM_RULES_H
#define TCPOOM_ADVICE_ALARM_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../traces/error.h"

enum tcpoom_alarm_var {
#define VAR(id, name, where) TCPOOM_A_##id,
#include "alarm_vars.def"
#undef VAR
	TCPOOM_ALARM_VARS
};

struct tcpoom_alarm_var_info {
	const char *name, *where;
};

extern const struct tcpoom_alarm_var_info tcpoom_alarm_vars[TCPOOM_ALARM_VARS];

enum tcpoom_alarm_how { TCPOOM_ALARM_NOW, TCPOOM_ALARM_RATE, TCPOOM_ALARM_AHEAD };
enum tcpoom_alarm_op {
	TCPOOM_ALARM_ABOVE,
	TCPOOM_ALARM_AT_LEAST,
	TCPOOM_ALARM_BELOW,
	TCPOOM_ALARM_AT_MOST
};

/* factor * var, or the factor alone: var is TCPOOM_ALARM_VARS. */
struct tcpoom_alarm_right {
	double factor;
	uint8_t var;
};

struct tcpoom_alarm_test {
	uint8_t how, var, op;
	int64_t window; /* ns, of RATE and AHEAD */
	struct tcpoom_alarm_right right, clear;
};

#define TCPOOM_ALARM_TESTS_MOST 4

struct tcpoom_alarm_rule {
	char *text; /* the line, without blanks around it */
	unsigned long line;
	bool is_crit;
	char name[40];
	struct tcpoom_alarm_test test[TCPOOM_ALARM_TESTS_MOST];
	unsigned tests;
	int64_t hold; /* ns */
};

struct tcpoom_alarm_rules {
	int64_t every; /* ns from sample to sample */
	struct tcpoom_alarm_rule *rule;
	size_t count;
};

/* Reads a whole file; false: *e says why. *rules is the caller's to free in either case. */
bool tcpoom_alarm_rules_read(FILE *in, const char *name, struct tcpoom_alarm_rules *rules,
			     struct tcpoom_error *e);
void tcpoom_alarm_rules_free(struct tcpoom_alarm_rules *rules);

/* The files of advice/alarms/, which are a part of the program; the last one has no name. */
struct tcpoom_alarm_text {
	const char *name, *text;
};
extern const struct tcpoom_alarm_text tcpoom_alarm_texts[];

#endif
