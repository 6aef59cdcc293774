/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of a machine, and from where. Anything may be unknown. The facts are the fields of
 * a state, under their numbers, and behind them those of facts.def.
 */
#ifndef TCPOOM_ADVICE_FACTS_H
#define TCPOOM_ADVICE_FACTS_H

#include "../model/state.h"
#include "../traces/error.h"
#include "klog.h"
#include "sockets.h"

enum tcpoom_fact {
	TCPOOM_FACT_FIRST = TCPOOM_FIELDS - 1,
#define FACT(name, kind, least, where, meaning) TCPOOM_FACT_##name,
#include "facts.def"
#undef FACT
	TCPOOM_FACTS
};

enum tcpoom_fact_kind { TCPOOM_SETTING, TCPOOM_GAUGE, TCPOOM_COUNTER };

struct tcpoom_source {
	const char *file;
	unsigned long line;
};

struct tcpoom_facts {
	bool known[TCPOOM_FACTS];
	int64_t value[TCPOOM_FACTS]; /* the last one that was said */
	struct tcpoom_source source[TCPOOM_FACTS];
	bool twice[TCPOOM_FACTS]; /* said before, in `earlier`, by `before` */
	int64_t earlier[TCPOOM_FACTS];
	struct tcpoom_source before[TCPOOM_FACTS];
	int64_t seconds;  /* between both samples of this machine; 0 = not known */
	char kernel[300]; /* what tcpoom_release_resolve takes, or "" */
	struct tcpoom_source kernel_source;
	struct tcpoom_klog log;
	struct tcpoom_sockets sockets;
	char **file; /* names that sources point to */
	size_t files;
};

const char *tcpoom_fact_name(unsigned fact);
const char *tcpoom_fact_where(unsigned fact);
enum tcpoom_fact_kind tcpoom_fact_kind(unsigned fact);
int64_t tcpoom_fact_least(unsigned fact);
int64_t tcpoom_fact_most(unsigned fact);

/* The fact of that name, or TCPOOM_FACTS. */
unsigned tcpoom_fact_find(const char *name, size_t len);

/* `value` must be within least and most. */
void tcpoom_fact_set(struct tcpoom_facts *facts, unsigned fact, int64_t value,
		     struct tcpoom_source source);

/* Reads and sets a number. */
bool tcpoom_fact_read(struct tcpoom_facts *facts, unsigned fact, struct tcpoom_span text,
		      struct tcpoom_error *e);

/* A copy of a file's name that lives as long as the facts; NULL if memory runs out. */
const char *tcpoom_facts_name(struct tcpoom_facts *facts, const char *name);

void tcpoom_facts_free(struct tcpoom_facts *facts);

/* The fields of a state that are known; the rest is neither given nor said to be unknown. */
void tcpoom_facts_state(const struct tcpoom_facts *facts, struct tcpoom_state *s);

#endif
