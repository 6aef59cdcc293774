/* SPDX-License-Identifier: GPL-2.0-only */
#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "../traces/value.h"

/* two of them can be added */
#define NUMBER_MOST ((int64_t)1 << 61)

static const struct info {
	const char *name, *where;
	enum tcpoom_fact_kind kind;
	int64_t least;
} infos[TCPOOM_FACTS] = {
#define FACT(name_, kind_, least_, where_, meaning_)                                               \
	[TCPOOM_FACT_##name_] = { #name_, where_, TCPOOM_##kind_, least_ },
#include "facts.def"
#undef FACT
	/* where the fields that a machine shows are found; no tool shows those of a socket */
	[TCPOOM_F_orphans] = { NULL, "/proc/net/sockstat", TCPOOM_GAUGE, 0 },
	[TCPOOM_F_mem_allocated] = { NULL, "/proc/net/sockstat", TCPOOM_GAUGE, 0 },
	[TCPOOM_F_max_orphans] = { NULL, "sysctl net.ipv4.tcp_max_orphans", TCPOOM_SETTING, 0 },
	[TCPOOM_F_tcp_mem2] = { NULL, "sysctl net.ipv4.tcp_mem", TCPOOM_SETTING, 0 },
	[TCPOOM_F_orphan_retries] = { NULL, "sysctl net.ipv4.tcp_orphan_retries", TCPOOM_SETTING,
				      0 },
	[TCPOOM_F_page_size] = { NULL, "getconf PAGESIZE", TCPOOM_SETTING, 0 },
};

const char *tcpoom_fact_name(unsigned fact)
{
	return fact < TCPOOM_FIELDS ? tcpoom_field_table[fact].name : infos[fact].name;
}

const char *tcpoom_fact_where(unsigned fact)
{
	return infos[fact].where ? infos[fact].where : "a probe on tcp_check_oom";
}

enum tcpoom_fact_kind tcpoom_fact_kind(unsigned fact)
{
	return infos[fact].kind;
}

int64_t tcpoom_fact_least(unsigned fact)
{
	return fact < TCPOOM_FIELDS ? tcpoom_field_table[fact].min : infos[fact].least;
}

int64_t tcpoom_fact_most(unsigned fact)
{
	return fact < TCPOOM_FIELDS ? tcpoom_field_table[fact].max : NUMBER_MOST;
}

unsigned tcpoom_fact_find(const char *name, size_t len)
{
	unsigned fact = 0;

	while (fact < TCPOOM_FACTS && (strlen(tcpoom_fact_name(fact)) != len ||
				       memcmp(tcpoom_fact_name(fact), name, len) != 0))
		fact++;
	return fact;
}

void tcpoom_fact_set(struct tcpoom_facts *facts, unsigned fact, int64_t value,
		     struct tcpoom_source source)
{
	if (facts->known[fact]) {
		facts->twice[fact] = true;
		facts->earlier[fact] = facts->value[fact];
		facts->before[fact] = facts->source[fact];
	}
	facts->known[fact] = true;
	facts->value[fact] = value;
	facts->source[fact] = source;
}

bool tcpoom_fact_read(struct tcpoom_facts *facts, unsigned fact, struct tcpoom_span text,
		      struct tcpoom_error *e)
{
	const struct tcpoom_source source = { e->file, e->line };
	int64_t value;

	if (!tcpoom_number(text, tcpoom_fact_least(fact), tcpoom_fact_most(fact), &value, e))
		return false;
	tcpoom_fact_set(facts, fact, value, source);
	return true;
}

const char *tcpoom_facts_name(struct tcpoom_facts *facts, const char *name)
{
	char **more = realloc(facts->file, (facts->files + 1) * sizeof(*more));

	if (!more)
		return NULL;
	facts->file = more;
	facts->file[facts->files] = strdup(name);
	return facts->file[facts->files] ? facts->file[facts->files++] : NULL;
}

void tcpoom_facts_free(struct tcpoom_facts *facts)
{
	for (size_t i = 0; i < facts->files; i++)
		free(facts->file[i]);
	free(facts->file);
}

void tcpoom_facts_state(const struct tcpoom_facts *facts, struct tcpoom_state *s)
{
	*s = (struct tcpoom_state){ 0 };
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (facts->known[f])
			tcpoom_field_set(s, (enum tcpoom_field)f, facts->value[f]);
}
