/* SPDX-License-Identifier: GPL-2.0-only */
/* Events and verdicts in words, as the trace format has them. */
#ifndef TCPOOM_CLI_SAY_H
#define TCPOOM_CLI_SAY_H

#include <stdio.h>

#include "../diff/possible.h"

/* `killed silent "Out of socket memory"` */
void say_verdict(FILE *out, const struct tcpoom_verdict *v);

/* All verdicts with ` | ` between them, or why there is none. */
void say_possible(FILE *out, const struct tcpoom_possible *p);

/* Names with ", " between them, cut where they do not fit. */
void say_fields(tcpoom_fieldset fields, char *text, size_t size);

/* Adds " name=value" for each field that is given, but for the entry. */
void say_given(const struct tcpoom_state *s, char *text, size_t size);

#endif
