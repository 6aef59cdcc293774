/* SPDX-License-Identifier: GPL-2.0-only */
#define TCP_TIMEWAIT_LEN (60 * HZ) /* a minute } " */
#define TCP_RTO_MAX ((unsigned)(120 * HZ))
#define TCP_RTO_MIN ((unsigned)(HZ / 5))

static inline bool tcp_out_of_memory(struct sock *sk)
{
	const long limit = sk_prot_mem_limits(sk, 2);

	return sk->sk_wmem_queued > SOCK_MIN_SNDBUF && sk_memory_allocated(sk) > limit;
}

bool tcp_check_oom(struct sock *sk, int shift);
