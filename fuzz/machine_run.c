/* SPDX-License-Identifier: GPL-2.0-only */
/* A workload on a kernel in closed loop: what is closed is killed or kept, and all is counted. */
#include "../diff/run.h"
#include "machine.h"

#define SECOND INT64_C(1000000000)
#define LINES 4

/* What was seen of a run by its decisions. */
struct seen {
	uint64_t decisions, closes, killed, killed_at_close, resets, asked, printed;
};

static void see_decision(void *context, const struct tcpoom_run_decision *d)
{
	struct seen *seen = context;
	const struct tcpoom_verdict *v = d->verdict;
	const bool close = d->state->entry == TCPOOM_CLOSE;

	seen->decisions++;
	seen->closes += close;
	seen->killed += tcpoom_killed(v) && v->snmp;
	seen->killed_at_close += close && v->snmp;
	seen->resets += v->outcome == TCPOOM_KILLED_RESET;
	seen->asked += v->messages;
	for (unsigned i = 0; i < v->messages; i++)
		seen->printed += d->printed[i];
}

static void make_settings(struct bytes *b, int64_t value[TCPOOM_SETTINGS])
{
	static const int64_t hz[] = { 100, 250, 300, 1000 };

	for (int i = 0; i < TCPOOM_SETTINGS; i++)
		value[i] = tcpoom_settings[i].absent;
	value[TCPOOM_S_hz] = hz[take_u8(b) % 4];
	value[TCPOOM_S_cpus] = 1 + take_u8(b) % 4;
	value[TCPOOM_S_max_orphans] = (int8_t)take_u8(b);
	value[TCPOOM_S_tcp_mem2] = take_u8(b);
	value[TCPOOM_S_memory] = take_u8(b);
	value[TCPOOM_S_orphan_retries] = take_u8(b) % 10;
	value[TCPOOM_S_message_burst] = take_u8(b) % 12;
	value[TCPOOM_S_net_alive] = take_u8(b) % 8 != 0;
}

static void make_arrivals(struct bytes *b, int64_t cpus, int64_t time, struct tcpoom_arrivals *a)
{
	const int64_t value[TCPOOM_SOCKET_KEYS] = {
		[TCPOOM_C_n] = 1 + take_u8(b) % 16,
		[TCPOOM_C_every] = take_u16(b) * (int64_t)100000,
		[TCPOOM_C_cpu] = take_u8(b) % cpus,
		[TCPOOM_C_wmem_queued] = take_u16(b),
		[TCPOOM_C_packets_out] = take_u8(b) % 2,
		[TCPOOM_C_snd_wnd] = take_u8(b) % 2,
		[TCPOOM_C_err_soft] = take_u8(b) % 2 * 113,
		[TCPOOM_C_rto] = (1 + take_u8(b) % 30) * (SECOND / 5),
		[TCPOOM_C_backoff] = take_u8(b) % 8,
		[TCPOOM_C_idle] = take_u8(b) * SECOND,
		[TCPOOM_C_timer] = (int8_t)take_u8(b) < 0 ? -1 : SECOND,
		[TCPOOM_C_answer] = (int8_t)take_u8(b) < 0 ? -1 : 3 * SECOND,
		[TCPOOM_C_fin] = (int8_t)take_u8(b) < 0 ? -1 : 5 * SECOND,
	};

	*a = (struct tcpoom_arrivals){ .time = time, .peer = take_u8(b) % 3 };
	for (int i = 0; i < TCPOOM_SOCKET_KEYS; i++)
		a->value[i] = (struct tcpoom_range){ value[i], value[i] };
}

static void check_counts(const uint64_t n[TCPOOM_RUN_COUNTS], const struct seen *seen)
{
	const uint64_t killed =
		n[TCPOOM_N_killed_close] + n[TCPOOM_N_killed_reset] + n[TCPOOM_N_killed_silent];

	ASSERT(n[TCPOOM_N_closed] == killed + n[TCPOOM_N_net_exited] + n[TCPOOM_N_timed_out] +
					     n[TCPOOM_N_done] + n[TCPOOM_N_orphans]);
	ASSERT(n[TCPOOM_N_closed] == seen->closes && n[TCPOOM_N_decisions] == seen->decisions);
	ASSERT(killed == seen->killed && n[TCPOOM_N_killed_close] == seen->killed_at_close);
	ASSERT(n[TCPOOM_N_abort_on_memory] == killed);
	ASSERT(n[TCPOOM_N_abort_on_timeout] == n[TCPOOM_N_timed_out]);
	ASSERT(n[TCPOOM_N_resets] == seen->resets);
	ASSERT(n[TCPOOM_N_messages] == seen->asked && n[TCPOOM_N_printed] == seen->printed);
	ASSERT(n[TCPOOM_N_printed] <= n[TCPOOM_N_messages] &&
	       n[TCPOOM_N_printed] <= n[TCPOOM_N_lines]);
	ASSERT(n[TCPOOM_N_orphans] <= n[TCPOOM_N_orphans_most]);
}

void try_run(struct bytes *b)
{
	struct seen seen = { 0 };
	const struct tcpoom_run_calls calls = { .context = &seen, .decision = see_decision };
	struct tcpoom_arrivals arrivals[LINES];
	struct tcpoom_workload w = { .arrivals = arrivals };
	struct tcpoom_run_result result;
	struct tcpoom_resolution release;
	struct tcpoom_machine machine;
	struct tcpoom_error e;

	tcpoom_release_resolve(tcpoom_kernels[take_u8(b) % TCPOOM_KERNELS].name, &release);
	machine = tcpoom_machine_of(&release);
	make_settings(b, w.value);
	while (w.lines < LINES && (b->left || !w.lines)) {
		make_arrivals(b, w.value[TCPOOM_S_cpus], w.end, &arrivals[w.lines++]);
		w.end += take_u16(b) * (SECOND / 100);
	}
	ASSERT(tcpoom_run(&machine, &w, 1, SECOND * 1000000, &calls, &result, &e));
	check_counts(result.count, &seen);
}
