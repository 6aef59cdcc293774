/* SPDX-License-Identifier: GPL-2.0-only */
#include "run_trace.h"

#include <inttypes.h>
#include <string.h>

/* Said once: they do not change in a run. */
#define CONSTANT                                                                                   \
	(TCPOOM_BIT(hz) | TCPOOM_BIT(page_size) | TCPOOM_BIT(sizeof_sk_buff) |                     \
	 TCPOOM_BIT(contended))
/* What the timers alone read: for close it is of no use. */
#define TIMERS                                                                                     \
	(TCPOOM_BIT(rto_max) | TCPOOM_BIT(rto) | TCPOOM_BIT(backoff) | TCPOOM_BIT(retransmits) |   \
	 TCPOOM_BIT(probes_out) | TCPOOM_BIT(retrans_stamp) | TCPOOM_BIT(head_sent) |              \
	 TCPOOM_BIT(orphan_retries) | TCPOOM_BIT(user_timeout))

void run_trace_begin(struct tcpoom_writer *to, FILE *out, const char *kernel,
		     const struct tcpoom_workload *w)
{
	tcpoom_write_begin(to, out, TCPOOM_TEXT);
	/* a line of /proc/version is no word */
	if (!strpbrk(kernel, " \t"))
		fprintf(out, "kernel %s cpus %" PRId64 "\n", kernel, w->value[TCPOOM_S_cpus]);
	fprintf(out, "set hz=%" PRId64 " page_size=%" PRId64 " sizeof_sk_buff=232\n",
		w->value[TCPOOM_S_hz], w->value[TCPOOM_S_page_size]);
}

void run_trace_event(struct tcpoom_writer *to, const struct tcpoom_run_decision *d)
{
	const struct tcpoom_verdict *v = d->verdict;
	const bool is_close = d->state->entry == TCPOOM_CLOSE;
	char sk[24];
	struct tcpoom_event event = {
		.time = d->time,
		.said = *d->state,
		.sk = sk,
		.cpu = d->cpu,
		.id = -1,
		.has_recorded = true,
		.recorded = { .outcome = v->outcome,
			      .suppressed = -1,
			      .uncounted = tcpoom_killed(v) && !v->snmp },
	};
	struct tcpoom_stated *recorded = &event.recorded;

	snprintf(sk, sizeof(sk), "%" PRIu64, d->sk);
	event.said.given &= ~(CONSTANT | (is_close ? TIMERS : 0));
	for (unsigned i = 0; i < v->messages; i++)
		if (d->printed[i])
			recorded->line[recorded->lines++] = tcpoom_message_texts[v->message[i]];
	if (recorded->lines < v->messages)
		recorded->suppressed = v->messages - recorded->lines;
	tcpoom_write_event(to, &event);
}
