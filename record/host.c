/* SPDX-License-Identifier: GPL-2.0-only */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "slurp.h"

bool tcpoom_host_upstream(const char *line, char *release, size_t size)
{
	char debian[40], ubuntu[40];
	const char *at = strstr(line, " Debian "), *found = NULL;

	if (at && sscanf(at, " Debian %39[0-9.]-", debian) == 1)
		found = debian;
	else if (sscanf(line, "Ubuntu %*s %39[0-9.]", ubuntu) == 1)
		found = ubuntu;
	if (!found || !strchr(found, '.'))
		return false;
	snprintf(release, size, "%s", found);
	return true;
}

static bool upstream_in(const char *file, char *release, size_t size)
{
	size_t len;
	char *text = tcpoom_slurp(file, &len);
	const bool found = text && tcpoom_host_upstream(text, release, size);

	free(text);
	return found;
}

bool tcpoom_host_ask(struct tcpoom_host *host, struct tcpoom_error *e)
{
	struct utsname name;
	char release[80];

	*host = (struct tcpoom_host){ 0 };
	if (uname(&name))
		return tcpoom_fail(e, 0, "uname: %s", strerror(errno));
	snprintf(host->release, sizeof(host->release), "%.79s", name.release);
	snprintf(host->machine, sizeof(host->machine), "%.31s", name.machine);
	if (!upstream_in("/proc/version_signature", release, sizeof(release)) &&
	    !upstream_in("/proc/version", release, sizeof(release)))
		snprintf(release, sizeof(release), "%s", host->release);
	snprintf(host->kernel, sizeof(host->kernel), "%s arch %s cpus %ld", release, host->machine,
		 sysconf(_SC_NPROCESSORS_ONLN));
	return true;
}

/* The coarse clocks step with the tick (kernel/time/posix-timers.c: their resolution is its). */
static long ticks_per_second(void)
{
	struct timespec tick;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) || tick.tv_sec || tick.tv_nsec <= 0)
		return 0;
	return (1000000000 + tick.tv_nsec / 2) / tick.tv_nsec;
}

void tcpoom_host_settings(struct tcpoom_host *host, const struct tcpoom_layout *layout,
			  const struct tcpoom_probes *probes)
{
	const long hz = ticks_per_second();
	size_t at = (size_t)snprintf(host->set, sizeof(host->set), "page_size=%ld",
				     sysconf(_SC_PAGESIZE));

	if (hz)
		at += (size_t)snprintf(host->set + at, sizeof(host->set) - at, " hz=%ld", hz);
	if (layout->sizeof_sk_buff > 0)
		at += (size_t)snprintf(host->set + at, sizeof(host->set) - at,
				       " sizeof_sk_buff=%ld", layout->sizeof_sk_buff);
	if (probes->percpu) /* tcp_close counts the socket before it asks, from 2.6.17 on */
		snprintf(host->set + at, sizeof(host->set) - at, " self_counted=1");
}
