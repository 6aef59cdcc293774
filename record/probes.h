/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The probes that show each decision, in the language of kprobe_events
 * (Documentation/trace/kprobetrace.rst). What they print, traces/raw_event.h names.
 */
#ifndef TCPOOM_RECORD_PROBES_H
#define TCPOOM_RECORD_PROBES_H

#include "../traces/error.h"
#include "layout.h"

#define TCPOOM_PROBE_GROUP "tcpoom"
#define TCPOOM_PROBES_MOST 10

struct tcpoom_probe {
	const char *name, *filter; /* filter: what of it is recorded, or NULL */
	char text[900];
};

struct tcpoom_probes {
	struct tcpoom_probe probe[TCPOOM_PROBES_MOST];
	unsigned count;
	bool sees_close, sees_reset, sees_orphans, sees_memory;
	bool percpu;	   /* the orphans are those of a percpu_counter, with the closing one */
	char unseen[1200]; /* lines of text, what cannot be seen on this kernel and why */
};

/*
 * The probes for a kernel with the symbols of `kallsyms`; variables that these lack may be in
 * `map`, the text of its System.map, or NULL. `machine` is what uname -m says. False:
 * *e says what is missing without which there is nothing to record.
 */
bool tcpoom_probes_make(struct tcpoom_probes *probes, const struct tcpoom_layout *layout,
			const char *kallsyms, const char *map, const char *machine,
			struct tcpoom_error *e);

#endif
