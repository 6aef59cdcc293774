/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel CI links against: built against the installed headers and library alone. */
#include <stdio.h>
#include <tcpoom/diff/agree.h>
#include <tcpoom/diff/compare.h>
#include <tcpoom/kernels/release.h>
#include <tcpoom/traces/csv.h>

int main(void)
{
	struct tcpoom_state state = { .entry = TCPOOM_CLOSE };
	struct tcpoom_resolution r;
	struct tcpoom_verdict v;

	tcpoom_release_resolve("3.4.4", &r);
	tcpoom_field_set(&state, TCPOOM_F_orphans, 11);
	tcpoom_field_set(&state, TCPOOM_F_max_orphans, 10);
	tcpoom_field_set(&state, TCPOOM_F_wmem_queued, 0);
	tcpoom_field_set(&state, TCPOOM_F_mem_allocated, 0);
	tcpoom_field_set(&state, TCPOOM_F_tcp_mem2, 0);
	tcpoom_state_complete(&state);
	if (tcpoom_decide(r.candidate[0], &state, &v, NULL) != TCPOOM_OK)
		return 1;
	puts(tcpoom_message_texts[v.message[0]]);
	return v.outcome != TCPOOM_KILLED_RESET;
}
