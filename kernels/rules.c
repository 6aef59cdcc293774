/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of rules; the table of kernels, which is the whole history on one screen; and the
 * decision compiled once for every row of it.
 */
#include "table.h"

#include "decide.h"

const struct tcpoom_rule_info tcpoom_rule_table[TCPOOM_RULES] = {
#define RULE(name_, what_)                                                                      \
	[TCPOOM_R_##name_] = { .name = #name_, .what = what_, .variant = name_##_variants,      \
			       .variants = sizeof(name_##_variants) / sizeof(*name_##_variants) },
#include "rules.def"
#undef RULE
};

/* What each entry reads, as a function of the rules that make a difference to it. */
#define BIT TCPOOM_BIT
#define NEED_COUNT(count)                                                                       \
	((count) == COUNT_atomic    ? BIT(orphans) :                                            \
	 (count) == COUNT_approx    ? BIT(orphans_approx) :                                     \
	 (count) == COUNT_recheck   ? BIT(orphans_approx) | BIT(orphans) :                      \
				      BIT(orphans_cached))
#define NEED_CLOSE(count)                                                                       \
	(NEED_COUNT((int)(count)) | BIT(wmem_queued) | BIT(max_orphans) | BIT(mem_allocated) |         \
	 BIT(tcp_mem2))
#define NEED_CHECK(count)                                                                       \
	(NEED_CLOSE(count) | BIT(hz) | BIT(now) | BIT(lsndtime) | BIT(err_soft) | BIT(snd_wnd) | \
	 BIT(packets_out))
#define NEED_TIMER(count) (NEED_CHECK(count) | BIT(do_reset))
#define NEED_STAMP(retransmit, stamp)                                                           \
	((retransmit) == RETRANSMIT_count ? 0 :                                                 \
	 (stamp) == STAMP_zero            ? BIT(retrans_stamp) :                                \
					    BIT(retrans_stamp) | BIT(head_sent))
#define NEED_RETRANSMIT(count, retransmit, stamp)                                               \
	(NEED_CHECK(count) | BIT(rto) | BIT(retransmits) | BIT(orphan_retries) |                \
	 NEED_STAMP((int)(retransmit), (int)(stamp)))
#define NEED_PROBE(count, probe)                                                                \
	(NEED_CHECK(count) | BIT(rto) | BIT(backoff) | BIT(orphan_retries) |                    \
	 ((int)(probe) == PROBE_asks ? BIT(probes_out) : 0))

tcpoom_fieldset tcpoom_rules_need(const struct tcpoom_rules *r, enum tcpoom_entry entry)
{
	switch (entry) {
	case TCPOOM_CLOSE:
		return NEED_CLOSE(r->count);
	case TCPOOM_RETRANSMIT:
		return NEED_RETRANSMIT(r->count, r->retransmit, r->stamp);
	case TCPOOM_PROBE:
		return NEED_PROBE(r->count, r->probe);
	default:
		return NEED_TIMER(r->count);
	}
}

static enum tcpoom_status decide_any(const struct tcpoom_kernel *k, const struct tcpoom_state *s,
				     struct tcpoom_verdict *v, struct tcpoom_tests *t)
{
	return decide(k->rules, s, v, t);
}

struct tcpoom_kernel tcpoom_kernel_of(const struct tcpoom_rules *r, const char *name)
{
	struct tcpoom_kernel k = {
		.abi = TCPOOM_ABI, .name = name, .rules = r, .decide = decide_any
	};

	for (int entry = 0; entry < TCPOOM_ENTRIES; entry++)
		k.needs[entry] = tcpoom_rules_need(r, (enum tcpoom_entry)entry);
	return k;
}

/* The cells of the table as constants: R_2_4_0_count = COUNT_atomic, ... */
#define RULES(id, count_, negative_, limit_, self_, late_, sndbuf_, mem_, scope_, unit_, clamp_, \
	      text_, netns_)                                                                    \
	enum {                                                                                  \
		R_##id##_count = COUNT_##count_,                                                \
		R_##id##_negative = NEGATIVE_##negative_,                                       \
		R_##id##_limit = LIMIT_##limit_,                                                \
		R_##id##_self = SELF_##self_,                                                   \
		R_##id##_late = LATE_##late_,                                                   \
		R_##id##_sndbuf = SNDBUF_##sndbuf_,                                             \
		R_##id##_mem = MEM_##mem_,                                                      \
		R_##id##_scope = SCOPE_##scope_,                                                \
		R_##id##_unit = UNIT_##unit_,                                                   \
		R_##id##_clamp = CLAMP_##clamp_,                                                \
		R_##id##_text = TEXT_##text_,                                                   \
		R_##id##_netns = NETNS_##netns_,                                                \
	};
#define KERNEL(id, name, rto_max_, retransmit_, stamp_, clock_, age_, backoff_, probe_)         \
	enum {                                                                                  \
		R_##id##_rto_max = RTO_MAX_##rto_max_,                                          \
		R_##id##_retransmit = RETRANSMIT_##retransmit_,                                 \
		R_##id##_stamp = STAMP_##stamp_,                                                \
		R_##id##_clock = CLOCK_##clock_,                                                \
		R_##id##_age = AGE_##age_,                                                      \
		R_##id##_backoff = BACKOFF_##backoff_,                                          \
		R_##id##_probe = PROBE_##probe_,                                                \
	};
#include "table.def"
#undef RULES
#undef KERNEL

/* The rules of each row, and the decision compiled for them alone. */
#define CELL(id, rule) .rule = R_##id##_##rule
#define CELLS(id)                                                                               \
	{                                                                                       \
		CELL(id, count), CELL(id, negative), CELL(id, limit), CELL(id, self),           \
		CELL(id, late), CELL(id, sndbuf), CELL(id, mem), CELL(id, scope),               \
		CELL(id, unit), CELL(id, clamp), CELL(id, text), CELL(id, netns),               \
		CELL(id, rto_max), CELL(id, retransmit), CELL(id, stamp), CELL(id, clock),      \
		CELL(id, age), CELL(id, backoff), CELL(id, probe)                               \
	}
#define RULES(...)
#define KERNEL(id, ...)                                                                         \
	static const struct tcpoom_rules rules_##id = CELLS(id);                                \
	static enum tcpoom_status decide_##id(const struct tcpoom_kernel *k,                    \
					      const struct tcpoom_state *s,                     \
					      struct tcpoom_verdict *v, struct tcpoom_tests *t) \
	{                                                                                       \
		const struct tcpoom_rules r = CELLS(id);                                        \
                                                                                                \
		return t ? decide_any(k, s, v, t) : decide(&r, s, v, NULL);                     \
	}
#include "table.def"
#undef KERNEL

const struct tcpoom_kernel tcpoom_kernels[TCPOOM_KERNELS] = {
#define KERNEL(id, name_, ...)                                                                  \
	[TCPOOM_K_##id] = {                                                                     \
		.abi = TCPOOM_ABI,                                                              \
		.name = name_,                                                                  \
		.needs = { [TCPOOM_TIMER] = NEED_TIMER(R_##id##_count),                         \
			   [TCPOOM_CLOSE] = NEED_CLOSE(R_##id##_count),                         \
			   [TCPOOM_RETRANSMIT] = NEED_RETRANSMIT(                               \
				   R_##id##_count, R_##id##_retransmit, R_##id##_stamp),        \
			   [TCPOOM_PROBE] = NEED_PROBE(R_##id##_count, R_##id##_probe) },       \
		.rules = &rules_##id,                                                           \
		.decide = decide_##id,                                                          \
	},
#include "table.def"
#undef RULES
#undef KERNEL
};
