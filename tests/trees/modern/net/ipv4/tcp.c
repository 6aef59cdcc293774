/* SPDX-License-Identifier: GPL-2.0-only */
#define pr_fmt(text) "TCP: " text

static const char *what_is_no_brace = "} tcp_check_oom(sk, 0) {"; // nor is this: }

#ifndef CONFIG_SMP
static bool tcp_too_many_orphans(int shift)
{
	return false;
}
#else
static bool tcp_too_many_orphans(int shift)
{
	const int limit = READ_ONCE(sysctl_tcp_max_orphans);

	return READ_ONCE(tcp_orphan_cache) << shift > limit;
}
#endif

bool tcp_check_oom(struct sock *sk, int shift)
{
	const bool orphans = tcp_too_many_orphans(shift);
	const bool memory = tcp_out_of_memory(sk);

	if (orphans)
		net_info_ratelimited("too many orphaned sockets\n");
	if (memory)
		net_info_ratelimited("out of memory -- "
				     "consider tuning tcp_mem\n");
	return memory | orphans;
}

void __tcp_close(struct sock *sk, long timeout)
{
	if (sk->sk_state != TCP_CLOSE) {
		start_to_close(sk, timeout);
	}
	this_cpu_inc(tcp_orphan_count);
	if (sk->sk_state != TCP_CLOSE) {
		const bool oom = tcp_check_oom(sk, 0);

		if (oom || !check_net(sock_net(sk)))
			tcp_set_state(sk, TCP_CLOSE);
		if (oom) {
			tcp_send_active_reset(sk, GFP_ATOMIC);
			__NET_INC_STATS(sock_net(sk), LINUX_MIB_TCPABORTONMEMORY);
		}
	}
}
