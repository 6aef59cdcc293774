/* SPDX-License-Identifier: GPL-2.0-only */
void tcp_close(struct sock *sk, long timeout)
{
	atomic_inc(sk->sk_prot->orphan_count);
	if (sk->sk_state != TCP_CLOSE) {
		int many = atomic_read(sk->sk_prot->orphan_count) > sysctl_tcp_max_orphans;
		int much = sk->sk_wmem_queued > SOCK_MIN_SNDBUF &&
			   atomic_read(&tcp_memory_allocated) > sysctl_tcp_mem[2];
		if (many || much) {
			if (net_ratelimit())
				printk(KERN_INFO "TCP: too many of orphaned sockets\n");
			tcp_set_state(sk, TCP_CLOSE);
			tcp_send_active_reset(sk, GFP_ATOMIC);
			NET_INC_STATS_BH(LINUX_MIB_TCPABORTONMEMORY);
		}
	}
}
