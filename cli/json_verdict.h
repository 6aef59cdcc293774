/* SPDX-License-Identifier: GPL-2.0-only */
/* Verdicts as JSON, with the same keys in all commands. */
#ifndef TCPOOM_CLI_JSON_VERDICT_H
#define TCPOOM_CLI_JSON_VERDICT_H

#include "../diff/possible.h"
#include "json.h"

/* "verdict", "messages" and "snmp" of the object that is open. */
void json_verdict(struct json *j, const struct tcpoom_verdict *v);

/* "possible", an array of verdicts, and whether these are all: "complete". */
void json_possible(struct json *j, const struct tcpoom_possible *p);

#endif
