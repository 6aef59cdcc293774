/* SPDX-License-Identifier: GPL-2.0-only */
/* Witnesses: as small as can be, and still the same divergence. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../diff/witness.h"
#include "check.h"
#include "state_text.h"

static const struct {
	const char *a, *b, *state, *witness;
} cases[] = {
	/* the text differs: one orphan too many, and nothing else */
	{ "2.6.18", "3.4.4",
	  "timer hz=250 now=2178612 lsndtime=2108612 do_reset=0 err_soft=113 wmem_queued=4344 "
	  "snd_wnd=0 packets_out=1 orphans=21564 max_orphans=65536 mem_allocated=1894 "
	  "tcp_mem2=6187968",
	  "timer hz=1000 now=0 lsndtime=0 do_reset=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	  "packets_out=0 orphans=1 max_orphans=0 mem_allocated=0 tcp_mem2=0" },
	/* >= against >: the count is the limit */
	{ "2.6.18", "2.6.24", "timer orphans=65536 max_orphans=65536 hz=250",
	  "timer hz=1000 now=0 lsndtime=0 do_reset=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	  "packets_out=0 orphans=0 max_orphans=0 mem_allocated=0 tcp_mem2=0" },
	/* the namespace must be said to be dying */
	{ "4.14", "4.15", "close net_alive=0 orphans=7 wmem_queued=1000",
	  "close wmem_queued=0 orphans=0 max_orphans=0 mem_allocated=0 tcp_mem2=0 net_alive=0" },
	/* both counts must be said where they differ */
	{ "2.6.29", "2.6.36", "close orphans=5 orphans_approx=20",
	  "close wmem_queued=0 orphans=0 orphans_approx=1 max_orphans=0 mem_allocated=0 "
	  "tcp_mem2=0" },
	/* a page of another size stays, and what it makes of the limit */
	{ "4.9", "4.10", "close wmem_queued=123456 page_size=65536 mem_allocated=101 tcp_mem2=100",
	  "close wmem_queued=10000 orphans=0 max_orphans=0 mem_allocated=2 tcp_mem2=1 "
	  "page_size=65536" },
};

static void test_witnesses(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_state state = state_of(cases[i].state);
		const struct tcpoom_state s =
			tcpoom_witness(kernel_of(cases[i].a), kernel_of(cases[i].b), &state);
		char got[600];

		snprintf(got, sizeof(got), "%s", tcpoom_entry_names[s.entry]);
		for (int f = 1; f < TCPOOM_FIELDS; f++)
			if (s.given >> f & 1)
				snprintf(got + strlen(got), sizeof(got) - strlen(got),
					 " %s=%" PRId64, tcpoom_field_table[f].name,
					 tcpoom_field_get(&s, (enum tcpoom_field)f));
		CHECK_STRING(got, cases[i].witness);
	}
}

static const struct test witness_tests[] = {
	{ "witnesses", test_witnesses },
	{ NULL, NULL },
};

SUITE(witness)
