/* SPDX-License-Identifier: GPL-2.0-only */
#define TCP_SKB_MIN_TRUESIZE \
	(SKB_DATA_ALIGN(sizeof(struct sk_buff)) + 2048)
#define SOCK_MIN_SNDBUF (TCP_SKB_MIN_TRUESIZE + TCP_SKB_MIN_TRUESIZE)

static inline long sk_prot_mem_limits(const struct sock *sk, int which)
{
	const long *limits = sk->sk_prot->sysctl_mem;

	return READ_ONCE(limits[which]);
}

static inline long sk_memory_allocated(const struct sock *sk)
{
	const long pages = atomic_long_read(sk->sk_prot->memory_allocated);

	return max(pages, 0L);
}
