/* SPDX-License-Identifier: GPL-2.0-only */
static int tcp_out_of_resources(struct sock *sk, bool do_reset)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	const s32 idle = tcp_jiffies32 - tp->lsndtime;
	int shift = READ_ONCE(sk->sk_err_soft) ? 1 : 0;

	if (idle > 2 * TCP_RTO_MAX || !do_reset)
		shift += 1;
	if (!tcp_check_oom(sk, shift)) {
		if (check_net(sock_net(sk)))
			return 0;
		tcp_done(sk);
		return 1;
	}
	if (do_reset || idle <= TCP_TIMEWAIT_LEN || !(tp->snd_wnd || tp->packets_out))
		tcp_send_active_reset(sk, GFP_ATOMIC);
	tcp_done(sk);
	__NET_INC_STATS(sock_net(sk), LINUX_MIB_TCPABORTONMEMORY);
	return 1;
}

static int tcp_orphan_retries(struct sock *sk, bool alive)
{
	int retries = sock_net(sk)->ipv4.sysctl_tcp_orphan_retries;

	if (!alive)
		return READ_ONCE(sk->sk_err_soft) ? 0 : retries;
	return retries ? retries : 8;
}

static unsigned time_of(unsigned retries)
{
	const unsigned doubled = ilog2(TCP_RTO_MAX / TCP_RTO_MIN);
	const unsigned times = retries < doubled ? retries : doubled;

	return jiffies_to_msecs(((2 << times) - 1) * TCP_RTO_MIN +
				(retries - times) * TCP_RTO_MAX);
}

static bool retransmits_timed_out(struct sock *sk, unsigned retries)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	const u32 age = tcp_time_stamp(tp) - tp->retrans_stamp;

	if (!inet_csk(sk)->icsk_retransmits)
		return false;
	return (s32)(age - time_of(retries)) >= 0;
}

static int tcp_write_timeout(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	int retry_until = 15;

	if (sock_flag(sk, SOCK_DEAD)) {
		const bool alive = icsk->icsk_rto < TCP_RTO_MAX;

		retry_until = tcp_orphan_retries(sk, alive);
		if (tcp_out_of_resources(sk, alive || !retransmits_timed_out(sk, retry_until)))
			return 1;
	}
	return give_up(sk, retry_until);
}

static void tcp_probe_timer(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	int max_probes = 15;

	if (icsk->icsk_user_timeout && probed_for(sk) >= icsk->icsk_user_timeout)
		goto abort;
	if (sock_flag(sk, SOCK_DEAD)) {
		const u64 when = (u64)icsk->icsk_rto << icsk->icsk_backoff;
		const bool alive = when < TCP_RTO_MAX;

		max_probes = tcp_orphan_retries(sk, alive);
		if (!alive && icsk->icsk_backoff >= max_probes)
			goto abort;
		if (tcp_out_of_resources(sk, true))
			return;
	}
	probe(sk, max_probes);
	return;
abort:
	tcp_write_err(sk);
}
