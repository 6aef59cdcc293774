/* SPDX-License-Identifier: GPL-2.0-only */
/* The words and texts of a verdict. */
#include "verdict.h"

const char *const tcpoom_outcome_names[TCPOOM_OUTCOMES] = {
	[TCPOOM_KEPT] = "kept",
	[TCPOOM_KILLED_SILENT] = "killed silent",
	[TCPOOM_KILLED_RESET] = "killed reset",
	[TCPOOM_EXPIRED] = "expired",
};

const char *const tcpoom_message_texts[TCPOOM_MESSAGES] = {
	[TCPOOM_MSG_OUT_OF_SOCKET_MEMORY] = "Out of socket memory",
	[TCPOOM_MSG_TOO_MANY_OF_ORPHANED] = "TCP: too many of orphaned sockets",
	[TCPOOM_MSG_TOO_MANY_ORPHANED] = "TCP: too many orphaned sockets",
	[TCPOOM_MSG_OUT_OF_MEMORY] = "TCP: out of memory -- consider tuning tcp_mem",
};

const char *const tcpoom_op_names[TCPOOM_OPS] = {
	[TCPOOM_GT] = ">", [TCPOOM_GT_UNSIGNED] = ">", [TCPOOM_GE] = ">=", [TCPOOM_LE] = "<=",
	[TCPOOM_LT] = "<", [TCPOOM_EQ] = "==",	       [TCPOOM_NE] = "!=",
};

const struct tcpoom_test_info tcpoom_test_table[TCPOOM_TESTS] = {
	[TCPOOM_T_ALIVE] = { "alive", "backed-off RTO", "RTO maximum", "the peer may be alive" },
	[TCPOOM_T_RETRANSMITS] = { "retransmits", "retransmits", "retries",
				   "the timer wants a reset" },
	[TCPOOM_T_NEVER] = { "never", "retransmits", "", "it has not timed out" },
	[TCPOOM_T_NO_STAMP] = { "no_stamp", "retrans_stamp", "", "the head segment's time counts" },
	[TCPOOM_T_NO_HEAD] = { "no_head", "time of the head segment", "", "it has not timed out" },
	[TCPOOM_T_TIMED_OUT] = { "timed_out", "time since the first retransmission",
				 "time for the retries", "the timer wants no reset" },
	[TCPOOM_T_BACKOFF] = { "backoff", "backoff", "retries", "the timer gives up" },
	[TCPOOM_T_PROBES_OUT] = { "probes_out", "unanswered probes", "retries",
				  "the timer wants no reset" },
	[TCPOOM_T_IDLE] = { "idle", "ticks since data was sent", "twice the RTO maximum",
			    "each orphan counts double" },
	[TCPOOM_T_NO_RESET] = { "no_reset", "do_reset", "", "each orphan counts double" },
	[TCPOOM_T_ERR_SOFT] = { "err_soft", "soft error", "", "each orphan counts double" },
	[TCPOOM_T_ORPHANS] = { "orphans", "orphans", "tcp_max_orphans", "too many orphans" },
	[TCPOOM_T_ORPHANS_SUM] = { "orphans_sum", "orphans counted exactly", "tcp_max_orphans",
				   "too many orphans" },
	[TCPOOM_T_WMEM_QUEUED] = { "wmem_queued", "bytes queued", "minimum send buffer",
				   "memory matters" },
	[TCPOOM_T_MEMORY] = { "memory", "memory of TCP", "tcp_mem[2]", "too much memory" },
	[TCPOOM_T_MEMCG] = { "memcg", "memory of the cgroup", "its limit", "too much memory" },
	[TCPOOM_T_NET_EXITING] = { "net_exiting", "net_alive", "", "the socket is closed" },
	[TCPOOM_T_RECENT] = { "recent", "ticks since data was sent", "60 s", "a reset is sent" },
	[TCPOOM_T_ZERO_WINDOW] = { "zero_window", "window", "", "the window is closed" },
	[TCPOOM_T_NONE_OUT] = { "none_out", "segments in flight", "", "a reset is sent" },
};

bool tcpoom_verdict_same(const struct tcpoom_verdict *a, const struct tcpoom_verdict *b)
{
	if (a->outcome != b->outcome || a->snmp != b->snmp || a->messages != b->messages)
		return false;
	for (unsigned i = 0; i < a->messages; i++)
		if (a->message[i] != b->message[i])
			return false;
	return true;
}
