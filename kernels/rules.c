/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of rules; the table of kernels, which is the whole history on one screen; and the
 * decision compiled once for every row of it.
 */
#include "table.h"

#include "decide.h"
#include "limiter.h"

const struct tcpoom_rule_info tcpoom_rule_table[TCPOOM_RULES] = {
#define RULE(name_, what_)                                                                         \
	[TCPOOM_R_##name_] = { .name = #name_,                                                     \
			       .what = what_,                                                      \
			       .variant = name_##_variants,                                        \
			       .variants = sizeof(name_##_variants) / sizeof(*name_##_variants) },
#include "rules.def"
#undef RULE
};

/*
 * What each entry reads, as a function of the rules that make a difference to it: P is the prefix
 * of their names. Fields that have a default are missed only where they are said to be unknown.
 */
#define BIT TCPOOM_BIT
#define IF(rule, variant, fields) ((int)(rule) == (variant) ? (fields) : 0)
#define NEED_COUNT(count)                                                                          \
	((int)(count) == COUNT_atomic	 ? BIT(orphans)                                            \
	 : (int)(count) == COUNT_approx	 ? BIT(orphans_approx)                                     \
	 : (int)(count) == COUNT_recheck ? BIT(orphans_approx) | BIT(orphans)                      \
					 : BIT(orphans_cached))
#define NEED_CLOSE(P)                                                                              \
	(NEED_COUNT(P##count) | BIT(wmem_queued) | BIT(max_orphans) | BIT(mem_allocated) |         \
	 BIT(tcp_mem2) | IF(P##sndbuf, SNDBUF_derived, BIT(sizeof_sk_buff)) |                      \
	 IF(P##unit, UNIT_4096, BIT(page_size)) | IF(P##netns, NETNS_closes, BIT(net_alive)))
#define NEED_CHECK(P)                                                                              \
	(NEED_CLOSE(P) | BIT(hz) | BIT(now) | BIT(lsndtime) | BIT(err_soft) | BIT(snd_wnd) |       \
	 BIT(packets_out) | IF(P##rto_max, RTO_MAX_socket, BIT(rto_max)))
#define NEED_TIMER(P) (NEED_CHECK(P) | BIT(do_reset))
#define NEED_RETRANSMIT(P)                                                                         \
	(NEED_CHECK(P) | BIT(rto) | BIT(retransmits) | BIT(orphan_retries) |                       \
	 IF(P##retransmit, RETRANSMIT_time, BIT(retrans_stamp)) |                                  \
	 IF(P##stamp, STAMP_head, BIT(head_sent)) | IF(P##stamp, STAMP_never, BIT(head_sent)))
#define NEED_PROBE(P)                                                                              \
	(NEED_CHECK(P) | BIT(rto) | BIT(backoff) | BIT(orphan_retries) |                           \
	 IF(P##probe, PROBE_asks, BIT(probes_out)) |                                               \
	 IF(P##probe, PROBE_expires, BIT(user_timeout)))

tcpoom_fieldset tcpoom_rules_need(const struct tcpoom_rules *r, enum tcpoom_entry entry)
{
	const uint8_t r_count = r->count, r_sndbuf = r->sndbuf, r_unit = r->unit,
		      r_netns = r->netns, r_rto_max = r->rto_max, r_retransmit = r->retransmit,
		      r_stamp = r->stamp, r_probe = r->probe;

	switch (entry) {
	case TCPOOM_CLOSE:
		return NEED_CLOSE(r_);
	case TCPOOM_RETRANSMIT:
		return NEED_RETRANSMIT(r_);
	case TCPOOM_PROBE:
		return NEED_PROBE(r_);
	default:
		return NEED_TIMER(r_);
	}
}

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
		return t ? tcpoom_rules_decide(k->rules, s, v, t) : decide(&r, s, v, NULL);                        \
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
