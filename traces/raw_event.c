/* SPDX-License-Identifier: GPL-2.0-only */
#include "raw_event.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

static const struct {
	const char *word;
	enum tcpoom_raw_name name;
} names[] = {
	{ "oor_in", TCPOOM_RAW_oor_in }, { "oor_ret", TCPOOM_RAW_oor_ret },
	{ "chk_in", TCPOOM_RAW_chk_in }, { "chk_ret", TCPOOM_RAW_chk_ret },
	{ "rl", TCPOOM_RAW_rl },	 { "ratelimit", TCPOOM_RAW_rl },
	{ "msg", TCPOOM_RAW_msg },	 { "console", TCPOOM_RAW_msg },
	{ "rst", TCPOOM_RAW_rst },	 { "gone", TCPOOM_RAW_gone },
	{ "close", TCPOOM_RAW_close },	 { "close_ret", TCPOOM_RAW_close_ret },
	{ "upd", TCPOOM_RAW_upd },	 { "tracing_mark_write", TCPOOM_RAW_mark },
	{ "print", TCPOOM_RAW_mark }, /* trace-cmd's name of it */
};

static const char *const keys[TCPOOM_RAW_KEYS] = {
	[TCPOOM_RAW_sk] = "sk",	      [TCPOOM_RAW_sport] = "sport", [TCPOOM_RAW_ret] = "ret",
	[TCPOOM_RAW_jif] = "jif",     [TCPOOM_RAW_ls] = "ls",	    [TCPOOM_RAW_wq] = "wq",
	[TCPOOM_RAW_es] = "es",	      [TCPOOM_RAW_wnd] = "wnd",	    [TCPOOM_RAW_po] = "po",
	[TCPOOM_RAW_m2] = "m2",	      [TCPOOM_RAW_mo] = "mo",	    [TCPOOM_RAW_ma] = "ma",
	[TCPOOM_RAW_oc] = "oc",	      [TCPOOM_RAW_oa] = "oa",	    [TCPOOM_RAW_ox] = "ox",
	[TCPOOM_RAW_reset] = "reset", [TCPOOM_RAW_net] = "net",	    [TCPOOM_RAW_rm] = "rm",
};

static struct tcpoom_span next_word(const char **at)
{
	struct tcpoom_span word;

	*at += strspn(*at, " \t");
	word = (struct tcpoom_span){ *at, strcspn(*at, " \t"), 0 };
	*at += word.len;
	return word;
}

static bool find_name(struct tcpoom_span word, enum tcpoom_raw_name *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (tcpoom_span_is(word, names[i].word)) {
			*name = names[i].name;
			return true;
		}
	return false;
}

/* Kernels that know no types of fields print all of them as long, in hex; the type is taken off
 * what the field means, by who reads the value. */
static bool read_value(const char *text, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)*text) && *text != '-')
		return false;
	*value = strtoull(text, &end, 0);
	return end != text && (!*end || isspace((unsigned char)*end));
}

/* All `key=value` that are known; the others belong to others. */
static bool read_values(const char *at, struct tcpoom_raw_event *event)
{
	const uint32_t before = event->said;

	for (struct tcpoom_span word = next_word(&at); word.len; word = next_word(&at)) {
		const char *equals = memchr(word.text, '=', word.len);

		for (int key = 0; equals && key < TCPOOM_RAW_KEYS; key++) {
			word.len = (size_t)(equals - word.text);
			if (tcpoom_span_is(word, keys[key]) &&
			    read_value(equals + 1, &event->value[key]))
				event->said |= (uint32_t)1 << key;
		}
	}
	return event->said != before;
}

/* printk's format is fmt="\0016TCP: ..."; what tells the level is not printed. */
static void read_text(const char *at, struct tcpoom_raw_event *event)
{
	const char *quoted = strstr(at, "fmt=\"");
	size_t len;

	at += strspn(at, " \t");
	if (quoted)
		at = quoted + strlen("fmt=\"");
	if (*at == '\001' && at[1])
		at += 2;
	else if (*at == '<' && isdigit((unsigned char)at[1]) && at[2] == '>')
		at += 3;
	len = strlen(at);
	if (quoted && len && at[len - 1] == '"')
		len--;
	snprintf(event->text, sizeof(event->text), "%.*s", (int)(len < 400 ? len : 400), at);
}

static void read_rest(const char *at, struct tcpoom_raw_event *event)
{
	if (event->name == TCPOOM_RAW_msg || event->name == TCPOOM_RAW_mark)
		read_text(at, event);
	else
		read_values(at, event);
}

/* A number that %9u read is none where it had a sign. */
static bool is_count(unsigned number)
{
	return number <= 999999999;
}

/* `CPU:3 [LOST 17 EVENTS]`, as trace_pipe and trace-cmd say it, with or without a number. */
static bool read_lost(const char *line, struct tcpoom_raw_event *event)
{
	unsigned cpu = 0, lost = 1;

	if (sscanf(line, "CPU:%9u [LOST %9u EVENTS]", &cpu, &lost) < 1 || !strstr(line, "LOST") ||
	    !is_count(cpu) || !is_count(lost))
		return false;
	*event = (struct tcpoom_raw_event){ .has_cpu = true, .cpu = cpu, .time = lost };
	return true;
}

/* Behind `TASK-PID `, the name of which may hold anything: `[CPU] flags TIME: [GROUP:]NAME:`. */
static bool read_head(const char **at, struct tcpoom_raw_event *event)
{
	unsigned cpu;
	int used = 0;
	struct tcpoom_error e;
	struct tcpoom_span word;

	if (sscanf(*at, "[%9u]%n", &cpu, &used) != 1 || !used || !is_count(cpu))
		return false;
	*at += used;
	word = next_word(at);
	if (word.len && word.text[word.len - 1] != ':') /* flags */
		word = next_word(at);
	if (!word.len || word.text[--word.len] != ':' ||
	    !tcpoom_time_read(word, "a time", &event->time, &e))
		return false;
	event->has_cpu = true;
	event->cpu = cpu;
	word = next_word(at);
	if (!word.len || word.text[--word.len] != ':')
		return false;
	for (const char *colon; (colon = memchr(word.text, ':', word.len)) != NULL;) {
		word.len -= (size_t)(colon + 1 - word.text);
		word.text = colon + 1;
	}
	return find_name(word, &event->name);
}

static bool read_ftrace(const char *line, struct tcpoom_raw_event *event)
{
	for (const char *at = strchr(line, '['); at; at = strchr(at + 1, '[')) {
		const char *rest = at;

		*event = (struct tcpoom_raw_event){ 0 };
		if (!read_head(&rest, event))
			continue;
		read_rest(rest, event);
		return true;
	}
	return false;
}

/* `NAME t=NS`, and `cpu=N` where the script says it. */
static bool read_script(const char *line, struct tcpoom_raw_event *event)
{
	struct tcpoom_raw_event new = { 0 };
	const char *at = line;
	unsigned long long ns;
	unsigned cpu;
	int used = 0;

	if (!find_name(next_word(&at), &new.name) || sscanf(at, " t=%llu%n", &ns, &used) != 1 ||
	    ns > INT64_MAX)
		return false;
	new.time = (int64_t)ns;
	at += used;
	if (sscanf(at, " cpu=%9u%n", &cpu, &used) == 1 && is_count(cpu)) {
		new.has_cpu = true;
		new.cpu = cpu;
		at += used;
	}
	read_rest(at, &new);
	*event = new;
	return true;
}

enum tcpoom_raw_line tcpoom_raw_read(const char *line, struct tcpoom_raw_event *event)
{
	struct tcpoom_raw_event new;

	if (read_lost(line, event))
		return TCPOOM_RAW_LOST;
	if (read_script(line, event))
		return TCPOOM_RAW_EVENT;
	if (read_ftrace(line, &new)) {
		*event = new;
		return TCPOOM_RAW_EVENT;
	}
	/* a stack trace stands within the line of the event, and the rest of it behind that */
	if ((*line == ' ' || *line == '\t') && !strchr(line, ':') && read_values(line, event))
		return TCPOOM_RAW_MORE;
	return TCPOOM_RAW_OTHER;
}
