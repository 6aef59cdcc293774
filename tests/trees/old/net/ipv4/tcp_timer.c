/* SPDX-License-Identifier: GPL-2.0-only */
static int tcp_out_of_resources(struct sock *sk, int do_reset)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	const s32 idle = tcp_time_stamp - tp->lsndtime;
	int orphans = atomic_read(&tcp_orphan_count);

	if (!do_reset || idle > 2 * TCP_RTO_MAX)
		orphans += orphans;
	if (sk->sk_err_soft)
		orphans += orphans;
	if (orphans < sysctl_tcp_max_orphans &&
	    (sk->sk_wmem_queued <= SOCK_MIN_SNDBUF ||
	     atomic_read(&tcp_memory_allocated) <= sysctl_tcp_mem[2]))
		return 0;
	if (net_ratelimit())
		printk(KERN_INFO "Out of socket memory\n");
	if (do_reset || idle <= TCP_TIMEWAIT_LEN || (tp->snd_wnd == 0 && tp->packets_out == 0))
		tcp_send_active_reset(sk, GFP_ATOMIC);
	tcp_done(sk);
	NET_INC_STATS_BH(LINUX_MIB_TCPABORTONMEMORY);
	return 1;
}

static int tcp_orphan_retries(struct sock *sk, int alive)
{
	if (!alive)
		return sk->sk_err_soft ? 0 : sysctl_tcp_orphan_retries;
	return sysctl_tcp_orphan_retries ? sysctl_tcp_orphan_retries : 8;
}

static int tcp_write_timeout(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	if (sock_flag(sk, SOCK_DEAD)) {
		int alive = icsk->icsk_rto < TCP_RTO_MAX;
		int most = tcp_orphan_retries(sk, alive);

		if (tcp_out_of_resources(sk, alive || icsk->icsk_retransmits < most))
			return 1;
	}
	return 0;
}

static void tcp_probe_timer(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	if (sock_flag(sk, SOCK_DEAD)) {
		int alive = (icsk->icsk_rto << icsk->icsk_backoff) < TCP_RTO_MAX;
		int most = tcp_orphan_retries(sk, alive);

		if (tcp_out_of_resources(sk, alive || icsk->icsk_probes_out <= most))
			return;
	}
	probe(sk);
}
