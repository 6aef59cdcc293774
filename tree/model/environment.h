/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The least that the text of a kernel needs around it in user space, in our own words. What the
 * text reads are variables, filled in from a state; what it does is noted in `seen`. A word that
 * stands here is not looked for in the tree.
 */
#ifndef TCPOOM_TREE_ENVIRONMENT_H
#define TCPOOM_TREE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/kernel.h"
#include "model/ticks.h"

#include "cut_what.h"

#if UINTPTR_MAX != UINT64_MAX
#error "the kernels are 64-bit ones, and so must the host be"
#endif

/* ---- the language ---- */

typedef int8_t s8, __s8;
typedef uint8_t u8, __u8;
typedef int16_t s16, __s16;
typedef uint16_t u16, __u16;
typedef int32_t s32, __s32;
typedef uint32_t u32, __u32;
typedef int64_t s64, __s64;
typedef uint64_t u64, __u64;
typedef unsigned gfp_t;

#define CONFIG_SMP 1
#define CONFIG_NET_NS 1
#define CONFIG_INET 1
#define CONFIG_64BIT 1
#define BITS_PER_LONG 64
#define __always_inline inline
#define noinline
#define __read_mostly
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) ((x) = (value))
#define ACCESS_ONCE(x) READ_ONCE(x)
#define data_race(x) (x)
#define typeof __typeof__
#define likely(x) (x)
#define unlikely(x) (x)
#define barrier() ((void)0)
#define max(a, b) ((a) > (b) ? (a) : (b))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define min_t(type, a, b) min((type)(a), (type)(b))
#define clamp(x, low, high) min(max(x, low), high)

static inline int ilog2(u64 x)
{
	int bit = -1;

	for (; x; x >>= 1)
		bit++;
	return bit;
}

static inline u64 div_u64(u64 number, u32 by)
{
	return number / by;
}

/* ---- counters ---- */

/* Of every kind one: an atomic counter has its value in `exact`, a per-CPU counter in both. */
struct percpu_counter {
	s64 count; /* the central value */
	s64 exact; /* with what the CPUs hold */
};
typedef struct percpu_counter atomic_t, atomic_long_t, atomic64_t;
#define atomic_read(v) ((int)(v)->exact)
#define atomic_long_read(v) ((long)(v)->exact)
#define percpu_counter_read(v) ((v)->count)

static _Thread_local struct percpu_counter tcp_orphan_count, tcp_memory_allocated;
static _Thread_local int tcp_orphan_cache, sysctl_tcp_max_orphans;
static _Thread_local long sysctl_tcp_mem[3];

/* ---- what the text does ---- */

static _Thread_local struct {
	u8 reset, done, expired, asked, do_reset, ret, snmp, sums, messages, message[2];
} seen;

static inline s64 __percpu_counter_sum(struct percpu_counter *counter)
{
	seen.sums++;
	return counter->exact;
}

/* For a tree without the header. 3.0 changed what a negative count reads as. */
#if !HAS_percpu_counter_read_positive
static inline s64 percpu_counter_read_positive(struct percpu_counter *counter)
{
	return counter->count >= 0 ? counter->count : CUT_VERSION < 0x30000;
}
#endif
#if !HAS_percpu_counter_sum_positive
static inline s64 percpu_counter_sum_positive(struct percpu_counter *counter)
{
	const s64 sum = __percpu_counter_sum(counter);

	return sum < 0 ? 0 : sum;
}
#endif

static inline u8 message_of(const char *text)
{
	static const char *const texts[TCPOOM_MESSAGES] = {
		[TCPOOM_MSG_OUT_OF_SOCKET_MEMORY] = "Out of socket memory\n",
		[TCPOOM_MSG_TOO_MANY_OF_ORPHANED] = "TCP: too many of orphaned sockets\n",
		[TCPOOM_MSG_TOO_MANY_ORPHANED] = "TCP: too many orphaned sockets\n",
		[TCPOOM_MSG_OUT_OF_MEMORY] = "TCP: out of memory -- consider tuning tcp_mem\n",
	};
	u8 i = 0;

	while (i < TCPOOM_MESSAGES && strcmp(text, texts[i]))
		i++;
	return i;
}

#define KERN_INFO ""
#define KERN_WARNING ""
#define KERN_ERR ""
#define net_ratelimit() 1
#define printk(text) (seen.message[seen.messages++ & 1] = message_of(text))
#define pr_info(text) printk(pr_fmt(text))
#define pr_warn(text) pr_info(text)
#define pr_warning(text) pr_info(text)
#define pr_err(text) pr_info(text)
#define net_info_ratelimited(text) pr_info(text)
#define net_warn_ratelimited(text) pr_info(text)
#define net_err_ratelimited(text) pr_info(text)
#define pr_info_ratelimited(text) pr_info(text)
#define LIMIT_NETDEBUG(text) printk(text)

enum { LINUX_MIB_TCPABORTONMEMORY = 1, TCPAbortOnMemory = 1 };
#define NET_INC_STATS(...) (seen.snmp += (__VA_ARGS__) == LINUX_MIB_TCPABORTONMEMORY)
#define __NET_INC_STATS(...) NET_INC_STATS(__VA_ARGS__)
#define NET_INC_STATS_BH(...) NET_INC_STATS(__VA_ARGS__)
#define NET_INC_STATS_USER(...) NET_INC_STATS(__VA_ARGS__)

#define tcp_send_active_reset(...) ((void)(seen.reset = 1))
#define tcp_done(sk) ((void)(seen.done = 1))
#define tcp_write_err(sk) ((void)(seen.expired = 1))
#define tcp_set_state(sk, state) ((void)((sk)->sk_state = (state)))
#define sk_mem_reclaim(sk) ((void)0)
#define sk_mem_reclaim_final(sk) ((void)0)
#define sk_stream_mem_reclaim(sk) ((void)0)
#define tcp_mem_reclaim(sk) ((void)0)

/* ---- the socket ---- */

struct proto {
	struct percpu_counter *orphan_count, *memory_allocated;
	long *sysctl_mem;
};

struct cg_proto {
	long memory_allocated, sysctl_mem[3];
};

struct net {
	struct {
		u8 sysctl_tcp_orphan_retries;
	} ipv4;
	u8 alive;
};

struct sock {
	struct proto *sk_prot;
	struct cg_proto *sk_cgrp;
	int sk_wmem_queued, sk_err_soft;
	u8 sk_state;
};

struct sk_buff {
	u32 when;
};

/* Before 2.6.14 what is icsk_ now was in tcp_sock, and up to 2.6.10 that was tcp_opt. */
#define tcp_opt tcp_sock
#define inet_connection_sock tcp_sock
struct tcp_sock {
	struct sock sk;
	u32 lsndtime, snd_wnd, packets_out, retrans_stamp;
	u64 tcp_mstamp;
	u8 tcp_usec_ts; /* of a socket that asked for it */
	u32 icsk_rto, icsk_rto_max, icsk_user_timeout;
	u8 icsk_backoff, icsk_retransmits, icsk_probes_out;
	u32 rto;
	u8 backoff, retransmits, probes_out;
};

static _Thread_local struct tcp_sock tcp_sock_here;
static _Thread_local struct proto proto_here;
static _Thread_local struct cg_proto cgroup_here;
static _Thread_local struct net net_here;
static _Thread_local struct sk_buff head_here;
static _Thread_local u8 sysctl_tcp_orphan_retries;

#define tcp_sk(sk) ((struct tcp_sock *)(sk))
#define inet_csk(sk) tcp_sk(sk)
#define sock_net(sk) (&net_here)
#define check_net(net) ((net)->alive)
#define sock_flag(sk, flag) (flag)

enum { TCP_ESTABLISHED = 1, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_CLOSE = 7 };
enum { TCPF_SYN_SENT = 1 << TCP_SYN_SENT, TCPF_SYN_RECV = 1 << TCP_SYN_RECV };
enum { SOCK_DEAD = 1, GFP_ATOMIC = 0 };

/* ---- memory ---- */

static _Thread_local int PAGE_SHIFT;
static _Thread_local size_t sizeof_sk_buff;
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define SKB_DATA_ALIGN(x) (((x) + 63) & ~(size_t)63)
#define mem_cgroup_sockets_enabled 1
#define memcg_memory_allocated_read(cgroup) ((cgroup)->memory_allocated)
/* RHEL 7 has a pointer where 4.4 has the counter itself */
#define page_counter_read(counter)                                                                 \
	_Generic((counter), long * : *(long *)(counter), default : (long)(counter))
#define memcg_prot_mem_limits(cgroup, i) ((cgroup)->sysctl_mem[i])

/* ---- time ---- */

static _Thread_local int HZ;
static _Thread_local u32 ticks_here;
#define jiffies ((unsigned long)ticks_here)
#define tcp_jiffies32 ticks_here
#if CUT_MILLISECONDS
#define ON_CLOCK(ticks) ticks_to_ms(ticks, (u32)HZ)
#define tcp_time_stamp(tp) ON_CLOCK(ticks_here)
#define tcp_time_stamp_ts(tp) ON_CLOCK(ticks_here)
#define tcp_time_stamp_ms(tp) ON_CLOCK(ticks_here)
#else
#define ON_CLOCK(ticks) (ticks)
#define tcp_time_stamp ticks_here
#endif
#define USEC_PER_MSEC 1000
#define USEC_PER_SEC 1000000
#define jiffies_to_msecs(ticks) span_to_ms((u32)(ticks), (u32)HZ)
#define jiffies_to_usecs(ticks) (1000 * jiffies_to_msecs(ticks))
#define tcp_timeout_init(sk) ((u32)HZ)
#define TCP_SKB_CB(skb) (skb)
#define tcp_skb_timestamp(skb) ((skb)->when)
#define tcp_skb_timestamp_ts(usec, skb) ((skb)->when)
#define tcp_write_queue_head(sk) (&head_here)
#define tcp_rtx_queue_head(sk) (&head_here)
#define tcp_send_head(sk) (&head_here)

#if !HAS_inet_csk_rto_backoff
static inline unsigned long inet_csk_rto_backoff(const struct tcp_sock *icsk, unsigned long most)
{
	const u64 when = (u64)icsk->icsk_rto << icsk->icsk_backoff;

	return when < most ? when : most;
}
#endif

/* ---- around the blocks ---- */

/* Each is the body of a function, with the variables that the kernel's function has by then. */
#define CUT_HEAD_close                                                                             \
	static void cut_close(struct sock *sk)                                                     \
	{                                                                                          \
		struct tcp_sock *tp = tcp_sk(sk);
#define CUT_TAIL_close }

#define CUT_HEAD_retransmit                                                                        \
	static int cut_retransmit(struct sock *sk)                                                 \
	{                                                                                          \
		struct tcp_sock *tp = tcp_sk(sk), *icsk = tp;                                      \
		struct net *net = sock_net(sk);                                                    \
		int retry_until = 0, max_retransmits = 0;                                          \
		bool expired = false, do_reset = false, syn_set = false;
#define CUT_TAIL_retransmit                                                                        \
	return 0;                                                                                  \
	}

#define CUT_HEAD_probe                                                                             \
	static void cut_probe(struct sock *sk)                                                     \
	{                                                                                          \
		struct tcp_sock *tp = tcp_sk(sk), *icsk = tp;                                      \
		struct net *net = sock_net(sk);                                                    \
		struct sk_buff *skb = tcp_send_head(sk);                                           \
		int max_probes = 0;
#define CUT_TAIL_probe                                                                             \
	return;                                                                                    \
	abort:                                                                                     \
	tcp_write_err(sk);                                                                         \
	}

/* The timers ask through this, so that it is seen what they ask. */
#define CUT_ASKED                                                                                  \
	static int asked(struct sock *sk, bool do_reset)                                           \
	{                                                                                          \
		seen.asked = 1;                                                                    \
		seen.do_reset = do_reset;                                                          \
		return seen.ret = tcp_out_of_resources(sk, do_reset);                              \
	}

#endif
