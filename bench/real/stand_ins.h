/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The least that the text of a kernel needs around it in user space. Nothing here is the kernel's:
 * what the text reads is kept in struct real_socket, what it does is noted in `seen`.
 */
#ifndef TCPOOM_BENCH_STAND_INS_H
#define TCPOOM_BENCH_STAND_INS_H

#include <string.h>

#include "../../model/verdict.h"

/* which release the tree is, and which types it counts in */
#define CUT_WHAT
#include "cut.h"
#undef CUT_WHAT

typedef int32_t s32;
typedef uint8_t u8;
typedef uint32_t u32, __u32;
typedef int64_t s64;

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define likely(x) (x)
#define unlikely(x) (x)
#define max(a, b) ((a) > (b) ? (a) : (b))

/* An atomic counter is read as on x86: a plain load that is not left out. */
typedef struct {
	int counter;
} atomic_t;
typedef struct {
	long counter;
} atomic_long_t;
#define atomic_read(v) READ_ONCE((v)->counter)
#define atomic_long_read(v) READ_ONCE((v)->counter)

struct percpu_counter {
	s64 count; /* the central value */
	s64 sum;   /* with what the CPUs hold */
};

#if CUT_PERCPU
typedef struct percpu_counter orphans_t;
#else
typedef atomic_t orphans_t;
#endif
#if CUT_LONG
typedef atomic_long_t memory_t;
typedef long pages_t;
#else
typedef atomic_t memory_t;
typedef int pages_t;
#endif

/* Arrays where the kernel has pointers: the text is the same, and a socket is one block. */
struct proto {
	orphans_t orphan_count[1];
	memory_t memory_allocated[1];
	pages_t sysctl_mem[3];
};

struct cg_proto {
	long memory_allocated;
	long sysctl_mem[3];
};

struct sock {
	struct proto *sk_prot;
	struct cg_proto *sk_cgrp;
	int sk_wmem_queued;
	int sk_err_soft;
	u8 sk_state;
};

struct tcp_sock {
	struct sock sk;
	u32 lsndtime, snd_wnd, packets_out, icsk_rto_max;
};

struct real_socket {
	struct proto proto;
	struct tcp_sock tp;
	int max_orphans, orphan_cache;
	u32 now;
	u8 net_alive, close, do_reset;
};

struct sk_buff {
	char bytes[232];
};

/* The socket that is decided, for what the kernel has in globals; and what was done to it. */
static struct real_socket *at;
static struct {
	u8 reset, done, snmp, sums, messages, message[2];
} seen;

enum { TCP_FIN_WAIT1 = 4, TCP_CLOSE = 7 };
enum { LINUX_MIB_TCPABORTONMEMORY = 1 };

#define tcp_sk(sk) ((struct tcp_sock *)(sk))
#define inet_csk(sk) tcp_sk(sk)
#define tcp_orphan_count (at->proto.orphan_count[0])
#define tcp_orphan_cache (at->orphan_cache)
#define sysctl_tcp_max_orphans (at->max_orphans)
#define tcp_memory_allocated (at->proto.memory_allocated[0])
#define sysctl_tcp_mem (at->proto.sysctl_mem)
#define tcp_time_stamp (at->now)
#define tcp_jiffies32 (at->now)
#define sock_net(sk) (at)
#define check_net(net) ((net)->net_alive)

/* No cgroup: the branch is patched out of a kernel where none limits TCP. */
#define mem_cgroup_sockets_enabled 0
#define memcg_memory_allocated_read(cg) ((cg)->memory_allocated)
#define page_counter_read(counter) (*(counter))

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096
#define SK_MEM_QUANTUM 4096
#define SK_MEM_QUANTUM_SHIFT 12
#define SKB_DATA_ALIGN(x) (((x) + 63) & ~(size_t)63)

#define sk_mem_reclaim(sk) ((void)0)
#define sk_stream_mem_reclaim(sk) ((void)0)
#define tcp_set_state(sk, state) ((sk)->sk_state = (state))
#define tcp_done(sk) (seen.done = 1)
#define tcp_send_active_reset(...) (seen.reset = 1)
#define NET_INC_STATS_BH(...) (seen.snmp += (__VA_ARGS__) == LINUX_MIB_TCPABORTONMEMORY)
#define __NET_INC_STATS(...) NET_INC_STATS_BH(__VA_ARGS__)

static inline int percpu_counter_read_positive(struct percpu_counter *counter)
{
	const s64 count = READ_ONCE(counter->count);

	return (int)(count >= 0 ? count : CUT_NEGATIVE);
}

static inline int percpu_counter_sum_positive(struct percpu_counter *counter)
{
	const s64 sum = READ_ONCE(counter->sum);

	seen.sums++;
	return (int)(sum < 0 ? 0 : sum);
}

/* Known when compiling, for every text is a literal. */
static inline __attribute__((always_inline)) u8 message_of(const char *text)
{
	if (!strcmp(text, "Out of socket memory\n"))
		return TCPOOM_MSG_OUT_OF_SOCKET_MEMORY;
	if (!strcmp(text, "TCP: too many of orphaned sockets\n"))
		return TCPOOM_MSG_TOO_MANY_OF_ORPHANED;
	if (!strcmp(text, "TCP: too many orphaned sockets\n"))
		return TCPOOM_MSG_TOO_MANY_ORPHANED;
	if (!strcmp(text, "TCP: out of memory -- consider tuning tcp_mem\n"))
		return TCPOOM_MSG_OUT_OF_MEMORY;
	return TCPOOM_MESSAGES;
}

#define KERN_INFO ""
#define net_ratelimit() 1
#define printk(text) (seen.message[seen.messages++ & 1] = message_of(text))
#define pr_info(text) printk(pr_fmt(text))
#define net_info_ratelimited(text) printk(pr_fmt(text))

#endif
