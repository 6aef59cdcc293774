/* SPDX-License-Identifier: GPL-2.0-only */
#include "klog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/ratelimit.h"

#define SECOND ((int64_t)1000000)

/* The users of the limiter's line whose limiter the check shares, of all ages. */
static const struct {
	const char *who, *what;
} limiters[] = {
	{ "net_ratelimit: ", " callbacks suppressed" },
	{ "__ratelimit: ", " callbacks suppressed" },
	{ "__ratelimit: ", " messages suppressed" },
	{ "printk: ", " messages suppressed" },
	{ "NET: ", " messages suppressed" },
};
enum { LIMITERS = sizeof(limiters) / sizeof(*limiters) };

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Days since 1 January of year 0, good for differences. */
static int64_t days(int year, int month, int day)
{
	static const short before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	const int leap = month > 2 && year % 4 == 0 && (year % 100 || year % 400 == 0);
	const int past = year ? (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 : 0;

	return 365 * (int64_t)year + past + before[month - 1] + leap + day;
}

static bool date_time(int year, int month, int day, int h, int m, int s, int64_t *at)
{
	if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 || h < 0 ||
	    h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
		return false;
	*at = (((days(year, month, day) * 24 + h) * 60 + m) * 60 + s) * SECOND;
	return true;
}

static int month_of(const char *name)
{
	for (int m = 0; m < 12; m++)
		if (!strncmp(months + 3 * (size_t)m, name, 3))
			return m + 1;
	return 0;
}

/* "[ 179.636000]", the last one that stands before the message. */
static bool uptime(const char *text, const char *message, int64_t *at, char when[static 40])
{
	const char *bracket = message;
	long long s;
	int us, from, n;

	while (--bracket >= text) {
		n = 0; /* stays 0 unless the closing bracket is met */
		if (*bracket != '[' || sscanf(bracket, "[%lld.%n%6d]%n", &s, &from, &us, &n) != 2 ||
		    !n || s < 0 || s >= INT32_MAX || us < 0)
			continue;
		/* somebody cut the zeros at its end */
		for (int digits = n - 1 - from; digits < 6; digits++)
			us *= 10;
		*at = s * SECOND + us;
		snprintf(when, 40, "[%lld.%06d]", s, us);
		return true;
	}
	return false;
}

/* `dmesg -T`, syslog and ISO 8601, in this order. A syslog line has no year. */
static bool wall_clock(const char *text, int64_t *at, char when[static 40])
{
	char month[4];
	int y = 0, mo, d, h, m, s;

	if (sscanf(text, "[%*3s %3s %d %d:%d:%d %d]", month, &d, &h, &m, &s, &y) == 6) {
		snprintf(when, 40, "%.24s", text + 1);
		return date_time(y, month_of(month), d, h, m, s, at);
	}
	if (sscanf(text, "%3s %d %d:%d:%d", month, &d, &h, &m, &s) == 5) {
		snprintf(when, 40, "%.15s", text);
		return date_time(0, month_of(month), d, h, m, s, at);
	}
	if (sscanf(text, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d", &y, &mo, &d, &h, &m, &s) != 6)
		return false;
	snprintf(when, 40, "%.19s", text);
	return date_time(y, mo, d, h, m, s, at);
}

uint64_t tcpoom_burst_decisions(const struct tcpoom_burst *b)
{
	const uint64_t orphans = b->lines[TCPOOM_MSG_TOO_MANY_ORPHANED],
		       memory = b->lines[TCPOOM_MSG_OUT_OF_MEMORY];

	/* from 3.3 on a decision may print both lines, but none twice; before, one line each */
	return (orphans > memory ? orphans : memory) + b->lines[TCPOOM_MSG_OUT_OF_SOCKET_MEMORY] +
	       b->lines[TCPOOM_MSG_TOO_MANY_OF_ORPHANED];
}

const struct tcpoom_burst *tcpoom_klog_burst(const struct tcpoom_klog *log, unsigned back)
{
	return &log->burst[(log->bursts - 1 - back) % TCPOOM_BURSTS_MOST];
}

uint64_t tcpoom_klog_decisions(const struct tcpoom_klog *log)
{
	return log->decisions +
	       (log->bursts ? tcpoom_burst_decisions(tcpoom_klog_burst(log, 0)) : 0);
}

static struct tcpoom_burst *last_burst(struct tcpoom_klog *log)
{
	return &log->burst[(log->bursts - 1) % TCPOOM_BURSTS_MOST];
}

/* Which message stands in a line, and how many times; syslogd folds lines that are the same. */
static enum tcpoom_message find_message(const char *text, const char **at, uint64_t *times)
{
	const char *repeated = strstr(text, "message repeated ");
	int m = 0;

	while (m < TCPOOM_MESSAGES && !(*at = strstr(text, tcpoom_message_texts[m])))
		m++;
	*times = repeated ? strtoull(repeated + strlen("message repeated "), NULL, 10) : 1;
	return (enum tcpoom_message)m;
}

/* Which limiter's line it is, or LIMITERS. */
static int find_suppressed(const char *text, uint64_t *count)
{
	for (int i = 0; i < LIMITERS; i++) {
		const char *at = strstr(text, limiters[i].who);
		char *end;

		if (!at)
			continue;
		*count = strtoull(at + strlen(limiters[i].who), &end, 10);
		if (!strncmp(end, limiters[i].what, strlen(limiters[i].what)))
			return i;
	}
	return LIMITERS;
}

bool tcpoom_klog_limiter(const struct tcpoom_klog *log, uint8_t variant)
{
	const struct tcpoom_ratelimit_line line = { .text = TCPOOM_RATELIMIT_SUPPRESSED,
						    .variant = variant };
	char text[120];
	uint64_t count;

	tcpoom_ratelimit_print(&line, text, sizeof(text));
	return log->limiters >> find_suppressed(text, &count) & 1;
}

static void begin_burst(struct tcpoom_klog *log, const char *file, unsigned long line, int64_t at,
			const char *when)
{
	struct tcpoom_burst *b;

	log->decisions = tcpoom_klog_decisions(log);
	log->bursts++;
	b = last_burst(log);
	*b = (struct tcpoom_burst){ .file = file, .first = line, .begin = at, .end = at };
	snprintf(b->when, sizeof(b->when), "%s", when);
}

bool tcpoom_klog_line(struct tcpoom_klog *log, const char *file, unsigned long line,
		      const char *text, int64_t window)
{
	uint64_t count = 0, times;
	const char *at;
	const enum tcpoom_message message = find_message(text, &at, &times);
	struct tcpoom_burst *b;
	char when[40] = "";
	int64_t time = 0;
	const int limiter = message == TCPOOM_MESSAGES ? find_suppressed(text, &count) : LIMITERS;

	if (message == TCPOOM_MESSAGES && limiter == LIMITERS)
		return false;
	log->read = true;
	if (message == TCPOOM_MESSAGES) {
		log->limiters |= 1u << limiter;
		/* it speaks of what was held back since the lines before it */
		if (log->bursts && last_burst(log)->file == file)
			last_burst(log)->suppressed += count;
		else
			log->suppressed_before += count;
		return true;
	}
	if (!uptime(text, at, &time, when))
		wall_clock(text, &time, when);
	/*
	 * What asks when a window is over gets its line, unless others take all of the next one:
	 * two windows without a line are a silence. Clocks of CPUs may be a little apart.
	 */
	b = log->bursts ? last_burst(log) : NULL;
	if (!b || b->file != file || time - b->end > 2 * window * SECOND ||
	    b->end - time > SECOND) {
		begin_burst(log, file, line, time, when);
		b = last_burst(log);
	}
	if (time > b->end)
		b->end = time;
	b->last = line;
	b->lines[message] += times;
	log->lines[message] += times;
	return true;
}
