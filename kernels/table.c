/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of kernels, which is the whole history on one screen; and the decision compiled once
 * for every row of it.
 */
#include "table.h"

#include "limiter.h"
#include "needs.h"

/* The cells of the table as constants: R_2_4_0_count = COUNT_atomic, ... */
#define RULES(id, count_, negative_, limit_, self_, late_, sndbuf_, mem_, scope_, unit_, clamp_,   \
	      text_, netns_)                                                                       \
	enum {                                                                                     \
		R_##id##_count = COUNT_##count_,                                                   \
		R_##id##_negative = NEGATIVE_##negative_,                                          \
		R_##id##_limit = LIMIT_##limit_,                                                   \
		R_##id##_self = SELF_##self_,                                                      \
		R_##id##_late = LATE_##late_,                                                      \
		R_##id##_sndbuf = SNDBUF_##sndbuf_,                                                \
		R_##id##_mem = MEM_##mem_,                                                         \
		R_##id##_scope = SCOPE_##scope_,                                                   \
		R_##id##_unit = UNIT_##unit_,                                                      \
		R_##id##_clamp = CLAMP_##clamp_,                                                   \
		R_##id##_text = TEXT_##text_,                                                      \
		R_##id##_netns = NETNS_##netns_,                                                   \
	};
#define KERNEL(id, name, rto_max_, retransmit_, stamp_, clock_, age_, backoff_, probe_, limiter_)  \
	enum {                                                                                     \
		R_##id##_rto_max = RTO_MAX_##rto_max_,                                             \
		R_##id##_retransmit = RETRANSMIT_##retransmit_,                                    \
		R_##id##_stamp = STAMP_##stamp_,                                                   \
		R_##id##_clock = CLOCK_##clock_,                                                   \
		R_##id##_age = AGE_##age_,                                                         \
		R_##id##_backoff = BACKOFF_##backoff_,                                             \
		R_##id##_probe = PROBE_##probe_,                                                   \
		R_##id##_limiter = LIMITER_##limiter_,                                             \
	};
#include "table.def"
#undef RULES
#undef KERNEL

/* The rules of each row, and the decision compiled for them alone. */
#define CELL(id, rule) .rule = R_##id##_##rule
#define CELLS(id)                                                                                  \
	{                                                                                          \
		CELL(id, count), CELL(id, negative), CELL(id, limit), CELL(id, self),              \
			CELL(id, late), CELL(id, sndbuf), CELL(id, mem), CELL(id, scope),          \
			CELL(id, unit), CELL(id, clamp), CELL(id, text), CELL(id, netns),          \
			CELL(id, rto_max), CELL(id, retransmit), CELL(id, stamp), CELL(id, clock), \
			CELL(id, age), CELL(id, backoff), CELL(id, probe), CELL(id, limiter)       \
	}
#define RULES(...)
#define KERNEL(id, ...)                                                                            \
	static const struct tcpoom_rules rules_##id = CELLS(id);                                   \
	static enum tcpoom_status decide_##id(const struct tcpoom_kernel *k,                       \
					      const struct tcpoom_state *s,                        \
					      struct tcpoom_verdict *v, struct tcpoom_tests *t)    \
	{                                                                                          \
		const struct tcpoom_rules r = CELLS(id);                                           \
                                                                                                   \
		return t ? tcpoom_rules_decide(k->rules, s, v, t) : decide(&r, s, v, NULL);        \
	}
#include "table.def"
#undef KERNEL

const struct tcpoom_kernel tcpoom_kernels[TCPOOM_KERNELS] = {
#define KERNEL(id, name_, ...)                                                                     \
	[TCPOOM_K_##id] = {                                                                        \
		.abi = TCPOOM_ABI,                                                                 \
		.name = name_,                                                                     \
		.needs = { [TCPOOM_TIMER] = NEED_TIMER(R_##id##_),                                 \
			   [TCPOOM_CLOSE] = NEED_CLOSE(R_##id##_),                                 \
			   [TCPOOM_RETRANSMIT] = NEED_RETRANSMIT(R_##id##_),                       \
			   [TCPOOM_PROBE] = NEED_PROBE(R_##id##_) },                               \
		.rules = &rules_##id,                                                              \
		.decide = decide_##id,                                                             \
	},
#include "table.def"
#undef RULES
#undef KERNEL
};
