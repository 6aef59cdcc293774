/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict: what a kernel does with a state; and the tests that led it there. */
#ifndef TCPOOM_MODEL_VERDICT_H
#define TCPOOM_MODEL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

enum tcpoom_outcome {
	TCPOOM_KEPT,
	TCPOOM_KILLED_SILENT, /* finished without a reset */
	TCPOOM_KILLED_RESET,  /* finished, and tcp_send_active_reset called */
	TCPOOM_EXPIRED,	      /* the probe timer gave up through tcp_write_err before it asked */
	TCPOOM_OUTCOMES
};

/* The texts that the kernels print here, without level prefix and newline. */
enum tcpoom_message {
	TCPOOM_MSG_OUT_OF_SOCKET_MEMORY, /* timer path, up to 3.2 */
	TCPOOM_MSG_TOO_MANY_OF_ORPHANED, /* close path, up to 3.2 */
	TCPOOM_MSG_TOO_MANY_ORPHANED,	 /* too many orphans, from 3.3 on */
	TCPOOM_MSG_OUT_OF_MEMORY,	 /* too much memory, from 3.3 on */
	TCPOOM_MESSAGES
};

struct tcpoom_verdict {
	uint8_t outcome;    /* enum tcpoom_outcome */
	uint8_t ret;	    /* what tcp_out_of_resources returns; 0 for close and expired */
	uint8_t do_reset;   /* the argument it was called with; 0 for close and expired */
	uint8_t snmp;	    /* TCPAbortOnMemory is counted */
	uint8_t exact_sums; /* exact sums of the per-CPU orphan counter taken */
	uint8_t undefined;  /* a shift that ISO C leaves undefined was taken as x86 takes it */
	uint8_t messages;   /* messages asked for, each a call of the rate limiter: 0 to 2 */
	uint8_t message[2]; /* enum tcpoom_message, in the order of printing */
	uint8_t blame;	    /* enum tcpoom_field: where there is no verdict, the field at fault */
};

extern const char *const tcpoom_outcome_names[TCPOOM_OUTCOMES];
extern const char *const tcpoom_message_texts[TCPOOM_MESSAGES];

static inline bool tcpoom_killed(const struct tcpoom_verdict *v)
{
	return v->outcome == TCPOOM_KILLED_SILENT || v->outcome == TCPOOM_KILLED_RESET;
}

/* Same in all that an observer sees: outcome, messages, TCPAbortOnMemory. */
bool tcpoom_verdict_same(const struct tcpoom_verdict *a, const struct tcpoom_verdict *b);

/* A comparison that a kernel makes, after the conversions of its own types. */
enum tcpoom_op {
	TCPOOM_GT,
	TCPOOM_GT_UNSIGNED, /* both sides as uint64_t */
	TCPOOM_GE,
	TCPOOM_LE,
	TCPOOM_LT,
	TCPOOM_EQ,
	TCPOOM_NE,
	TCPOOM_OPS
};

enum tcpoom_test_id {
	TCPOOM_T_ALIVE,	      /* is the backed-off RTO below its maximum */
	TCPOOM_T_RETRANSMITS, /* retransmissions against the limit for orphans */
	TCPOOM_T_NEVER,	      /* it never retransmitted, and so has not timed out */
	TCPOOM_T_NO_STAMP,    /* the time of the first retransmission is not set */
	TCPOOM_T_NO_HEAD,     /* nor that of the head segment */
	TCPOOM_T_TIMED_OUT,   /* time since the first one against the time that limit stands for */
	TCPOOM_T_BACKOFF,     /* probe backoff against the limit: gave up before it asked */
	TCPOOM_T_PROBES_OUT,  /* unanswered probes against the limit */
	TCPOOM_T_IDLE,	      /* penalty: nothing sent for twice the RTO maximum */
	TCPOOM_T_NO_RESET,    /* penalty: the caller does not want a reset */
	TCPOOM_T_ERR_SOFT,    /* penalty: an ICMP error was seen */
	TCPOOM_T_ORPHANS,     /* the orphan count, doubled per penalty, against tcp_max_orphans */
	TCPOOM_T_ORPHANS_SUM, /* the same with the exact sum */
	TCPOOM_T_WMEM_QUEUED, /* send queue against the minimum send buffer */
	TCPOOM_T_MEMORY,      /* memory of all TCP sockets against tcp_mem[2] */
	TCPOOM_T_MEMCG,	      /* or memory of the socket's cgroup against its limit */
	TCPOOM_T_NET_EXITING, /* the network namespace is exiting */
	TCPOOM_T_RECENT,      /* a reset all the same: data was sent within TCP_TIMEWAIT_LEN */
	TCPOOM_T_ZERO_WINDOW, /* a reset all the same: closed window ... */
	TCPOOM_T_NONE_OUT,    /* ... and nothing in flight */
	TCPOOM_TESTS
};

struct tcpoom_test {
	uint8_t id;    /* enum tcpoom_test_id */
	uint8_t op;    /* enum tcpoom_op */
	bool truth;    /* lhs op rhs */
	bool reached;  /* false: the kernel does not get as far as this test */
	uint8_t shift; /* lhs = base << shift, as the kernel's type wraps it */
	int64_t base, lhs, rhs;
};

/* Every test of a decision, in the kernel's order. */
struct tcpoom_tests {
	unsigned count;
	struct tcpoom_test test[TCPOOM_TESTS];
};

struct tcpoom_test_info {
	const char *name;
	const char *lhs, *rhs; /* what the two sides are, for a reader */
	const char *so;	       /* what follows if it is true */
};

extern const struct tcpoom_test_info tcpoom_test_table[TCPOOM_TESTS];
extern const char *const tcpoom_op_names[TCPOOM_OPS];

static inline bool tcpoom_compare(int64_t lhs, enum tcpoom_op op, int64_t rhs)
{
	switch (op) {
	case TCPOOM_GT:
		return lhs > rhs;
	case TCPOOM_GT_UNSIGNED:
		return (uint64_t)lhs > (uint64_t)rhs;
	case TCPOOM_GE:
		return lhs >= rhs;
	case TCPOOM_LE:
		return lhs <= rhs;
	case TCPOOM_LT:
		return lhs < rhs;
	case TCPOOM_EQ:
		return lhs == rhs;
	default:
		return lhs != rhs;
	}
}

#endif
