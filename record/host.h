/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel that runs here, in the words of a trace. */
#ifndef TCPOOM_RECORD_HOST_H
#define TCPOOM_RECORD_HOST_H

#include "layout.h"
#include "probes.h"

struct tcpoom_host {
	char release[80], machine[32]; /* uname */
	char kernel[160];	       /* for the directive `kernel` */
	char set[160];		       /* for the first `set` */
};

bool tcpoom_host_ask(struct tcpoom_host *host, struct tcpoom_error *e);

/* What does not change while the kernel runs. */
void tcpoom_host_settings(struct tcpoom_host *host, const struct tcpoom_layout *layout,
			  const struct tcpoom_probes *probes);

/*
 * The upstream release in a line of /proc/version of Debian or of /proc/version_signature of
 * Ubuntu; false where it does not say one.
 */
bool tcpoom_host_upstream(const char *line, char *release, size_t size);

#endif
