/* SPDX-License-Identifier: GPL-2.0-only */
/* What the recorder has to know of the running kernel's structs. */
#ifndef TCPOOM_RECORD_LAYOUT_H
#define TCPOOM_RECORD_LAYOUT_H

#include <stdbool.h>

#include "../traces/error.h"

/* LAYOUT(name, struct, member): the offset in bytes, -1 = not known; OPTIONAL: it may be. */
#define TCPOOM_LAYOUT(LAYOUT, OPTIONAL)                                                            \
	LAYOUT(skc_num, "sock_common", "skc_num")                                                  \
	LAYOUT(sk_wmem_queued, "sock", "sk_wmem_queued")                                           \
	LAYOUT(sk_err_soft, "sock", "sk_err_soft")                                                 \
	LAYOUT(snd_wnd, "tcp_sock", "snd_wnd")                                                     \
	LAYOUT(packets_out, "tcp_sock", "packets_out")                                             \
	LAYOUT(lsndtime, "tcp_sock", "lsndtime")                                                   \
	OPTIONAL(skc_net, "sock_common", "skc_net")                                                \
	OPTIONAL(net_count, "net", "ns.count")                                                     \
	OPTIONAL(net_ref, "net", "ns.__ns_ref")                                                    \
	OPTIONAL(net_old_count, "net", "count")                                                    \
	OPTIONAL(icsk_rto_max, "inet_connection_sock", "icsk_rto_max")                             \
	OPTIONAL(counter_count, "percpu_counter", "count")                                         \
	OPTIONAL(skc_prot, "sock_common", "skc_prot")                                              \
	OPTIONAL(proto_memory, "proto", "memory_allocated")                                        \
	OPTIONAL(proto_limits, "proto", "sysctl_mem")

struct tcpoom_layout {
#define LAYOUT(name, of, member) long name;
	TCPOOM_LAYOUT(LAYOUT, LAYOUT)
#undef LAYOUT
	long sizeof_sk_buff; /* -1 = not known */
};

/*
 * Reads `file`: BTF, or text with lines `STRUCT.MEMBER OFFSET` and `sk_buff SIZE` (`#` begins a
 * comment). False: *e says what is wrong or missing.
 */
bool tcpoom_layout_read(struct tcpoom_layout *layout, const char *file, struct tcpoom_error *e);

#endif
