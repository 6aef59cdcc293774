/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sysctls, however they are said: `sysctl -a`, sysctl.conf, `sysctl -w`, a file of /proc/sys under
 * its own name, and a shell's "cat /proc/sys/net/ipv4/tcp_mem" with the value under it.
 */
#include <ctype.h>
#include <string.h>

#include "reading.h"

#define VALUES 3
#define NONE TCPOOM_FACTS /* a value of a sysctl that is not used */

static const struct sysctl {
	const char *name; /* the last part */
	unsigned values, fact[VALUES];
} sysctls[] = {
	{ "tcp_max_orphans", 1, { TCPOOM_F_max_orphans } },
	{ "tcp_mem", 3, { TCPOOM_FACT_tcp_mem0, TCPOOM_FACT_tcp_mem1, TCPOOM_F_tcp_mem2 } },
	{ "tcp_wmem", 3, { NONE, NONE, TCPOOM_FACT_tcp_wmem2 } },
	{ "tcp_rmem", 3, { NONE, NONE, TCPOOM_FACT_tcp_rmem2 } },
	{ "tcp_orphan_retries", 1, { TCPOOM_F_orphan_retries } },
	{ "message_cost", 1, { TCPOOM_FACT_message_cost } },
};
#define SYSCTLS (sizeof(sysctls) / sizeof(*sysctls))

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Where a sysctl is named in a line, as the end of the name; NULL: nowhere. */
static const char *find_name(const char *text, const struct sysctl *s)
{
	const size_t len = strlen(s->name);

	for (const char *at = text; (at = strstr(at, s->name)) != NULL; at += len)
		if ((at == text || !in_name(at[-1])) && !in_name(at[len]))
			return at + len;
	return NULL;
}

void tcpoom_sysctl_file(struct tcpoom_reading *r, const char *path)
{
	for (size_t i = 0; i < SYSCTLS; i++) {
		const char *end = find_name(path, &sysctls[i]);

		if (end && (!*end || !strcmp(end, ".txt")))
			r->sysctl = sysctls[i].name;
	}
}

static struct tcpoom_span next_value(const char *line, const char **at)
{
	const char *start = *at + strspn(*at, " \t\r\",'");
	const size_t len = strcspn(start, " \t\r\",'#;");

	*at = start + len;
	return (struct tcpoom_span){ start, len, (unsigned long)(start - line) + 1 };
}

static enum tcpoom_taken take_values(struct tcpoom_reading *r, const struct sysctl *s,
				     const char *line, const char *at)
{
	for (unsigned i = 0; i < s->values; i++) {
		const struct tcpoom_span value = next_value(line, &at);

		if (!value.len && s->values > 1) {
			tcpoom_fail(&r->e, value.column, "found %u numbers, expected %u for %s", i,
				    s->values, s->name);
			return TCPOOM_BAD;
		}
		if (s->fact[i] != NONE && !tcpoom_fact_read(r->facts, s->fact[i], value, &r->e))
			return TCPOOM_BAD;
	}
	return TCPOOM_TAKEN;
}

/* What can stand before a name: a prefix, a command, a prompt. A text in words is none. */
static bool is_setting(const char *text, const char *end, const struct sysctl *s)
{
	const char *name = end - strlen(s->name), *word = name;
	const char *blank;

	while (word > text && (in_name(word[-1]) || strchr("./-", word[-1])))
		word--;
	if (memchr(text, ';', (size_t)(word - text)))
		return false;
	blank = text + strspn(text, " \t");
	/* '#' starts a comment, but is root's prompt as well */
	return word == blank || strstr(text, "/proc/sys/") || strstr(text, "sysctl ") ||
	       strstr(text, "sysctl:");
}

static enum tcpoom_taken take_setting(struct tcpoom_reading *r, const struct sysctl *s,
				      const char *text, const char *end)
{
	const char *at = end + strspn(end, " \t\r\"'");

	if (*at == '=' || *at == ':') {
		at++;
		at += strspn(at, " \t\"'");
		/* "sysctl: cannot stat ...: No such file", and an empty value */
		if (!isdigit((unsigned char)*at) && *at != '-')
			return TCPOOM_NOT_MINE;
		return take_values(r, s, text, at);
	}
	if (isdigit((unsigned char)*at))
		return take_values(r, s, text, at);
	if (!*at && strstr(text, "/proc/sys/"))
		r->sysctl = s->name;
	return TCPOOM_NOT_MINE;
}

enum tcpoom_taken tcpoom_take_sysctl(struct tcpoom_reading *r, const char *text)
{
	const char *start = text + strspn(text, " \t");
	const char *pending = r->sysctl;

	r->sysctl = NULL;
	for (size_t i = 0; i < SYSCTLS; i++) {
		const char *end;

		if (pending == sysctls[i].name && (isdigit((unsigned char)*start) || *start == '-'))
			return take_values(r, &sysctls[i], text, text);
		end = find_name(text, &sysctls[i]);
		if (end && is_setting(text, end, &sysctls[i]))
			return take_setting(r, &sysctls[i], text, end);
	}
	return TCPOOM_NOT_MINE;
}
