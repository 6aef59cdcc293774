/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One event of a probe as text: as ftrace, trace-cmd and perf script print it,
 *   init-1  [000] b..1.  4.003762: chk_in: (tcp_check_oom+0x0/0xa0) sk=0xff11 shift=0 oc=5
 * or as a script of bpftrace does,
 *   chk_in t=4003762000 sk=0xff11 shift=0 oc=5
 * The names are those that the recorder gives its probes (record/probes.c).
 */
#ifndef TCPOOM_TRACES_RAW_EVENT_H
#define TCPOOM_TRACES_RAW_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tcpoom_raw_name {
	TCPOOM_RAW_oor_in,    /* tcp_out_of_resources begins */
	TCPOOM_RAW_oor_ret,   /* it returns `ret` */
	TCPOOM_RAW_chk_in,    /* tcp_check_oom begins */
	TCPOOM_RAW_chk_ret,   /* it returns `ret` */
	TCPOOM_RAW_rl,	      /* net_ratelimit returned `ret` */
	TCPOOM_RAW_msg,	      /* printk, or the tracepoint printk:console; `text` */
	TCPOOM_RAW_rst,	      /* tcp_send_active_reset begins */
	TCPOOM_RAW_gone,      /* inet_csk_destroy_sock begins; `net` */
	TCPOOM_RAW_close,     /* tcp_close begins */
	TCPOOM_RAW_close_ret, /* it returns */
	TCPOOM_RAW_upd,	      /* the cached orphan count is refreshed */
	TCPOOM_RAW_mark,      /* what was written to trace_marker; `text` */
	TCPOOM_RAW_NAMES
};

/* What an event holds; in brackets its name in a trace. */
enum tcpoom_raw_key {
	TCPOOM_RAW_sk,	  /* address of the socket */
	TCPOOM_RAW_sport, /* its port */
	TCPOOM_RAW_ret,	  /* a return value, the lower 32 bits */
	TCPOOM_RAW_jif,	  /* jiffies [now] */
	TCPOOM_RAW_ls,	  /* lsndtime */
	TCPOOM_RAW_wq,	  /* sk_wmem_queued [wmem_queued] */
	TCPOOM_RAW_es,	  /* sk_err_soft [err_soft] */
	TCPOOM_RAW_wnd,	  /* snd_wnd */
	TCPOOM_RAW_po,	  /* packets_out */
	TCPOOM_RAW_m2,	  /* tcp_mem[2] [tcp_mem2] */
	TCPOOM_RAW_mo,	  /* tcp_max_orphans [max_orphans] */
	TCPOOM_RAW_ma,	  /* memory_allocated [mem_allocated] */
	TCPOOM_RAW_oc,	  /* tcp_orphan_cache [orphans_cached] */
	TCPOOM_RAW_oa,	  /* the central value of a percpu_counter [orphans_approx] */
	TCPOOM_RAW_ox,	  /* an atomic tcp_orphan_count [orphans] */
	TCPOOM_RAW_reset, /* do_reset */
	TCPOOM_RAW_net,	  /* references to the network namespace [net_alive: any] */
	TCPOOM_RAW_rm,	  /* icsk_rto_max [rto_max] */
	TCPOOM_RAW_KEYS
};

struct tcpoom_raw_event {
	enum tcpoom_raw_name name;
	bool has_cpu;
	uint32_t cpu;  /* 0 if it is not said */
	int64_t time;  /* ns */
	uint32_t said; /* keys, a bit each */
	uint64_t value[TCPOOM_RAW_KEYS];
	char text[160]; /* msg, mark: the first line, cut to fit */
};

/* What a line of the raw text is. */
enum tcpoom_raw_line {
	TCPOOM_RAW_EVENT, /* an event begins; more lines may continue it */
	TCPOOM_RAW_MORE,  /* more of the event before it was added to *event */
	TCPOOM_RAW_LOST,  /* `lost` events were lost before it on `cpu` */
	TCPOOM_RAW_OTHER, /* anything else: headers, events that are not ours */
};

/*
 * Reads a line, terminated and without its newline. *event is that of the lines before; a new one
 * takes its place. For LOST *event holds nothing but the CPU and in `time` the number.
 */
enum tcpoom_raw_line tcpoom_raw_read(const char *line, struct tcpoom_raw_event *event);

static inline bool tcpoom_raw_has(const struct tcpoom_raw_event *event, enum tcpoom_raw_key key)
{
	return event->said >> key & 1;
}

#endif
