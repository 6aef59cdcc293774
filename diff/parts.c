/* SPDX-License-Identifier: GPL-2.0-only */
#include "parts.h"

#include "walk.h"

#define RULE(name) ((tcpoom_ruleset)1 << TCPOOM_R_##name)

bool tcpoom_part_used(enum tcpoom_part part, enum tcpoom_entry entry)
{
	return entry != TCPOOM_CLOSE || part == TCPOOM_PART_ORPHANS || part == TCPOOM_PART_MEMORY ||
	       part == TCPOOM_PART_NETNS;
}

tcpoom_ruleset tcpoom_part_rules(enum tcpoom_part part, enum tcpoom_entry entry)
{
	switch (part) {
	case TCPOOM_PART_CLOCK:
		return RULE(late) | RULE(rto_max);
	case TCPOOM_PART_ARGUMENT:
		return entry == TCPOOM_RETRANSMIT ? RULE(rto_max) | RULE(retransmit) | RULE(stamp) |
							    RULE(clock) | RULE(age)
		       : entry == TCPOOM_PROBE ? RULE(rto_max) | RULE(backoff) | RULE(probe)
					       : 0;
	case TCPOOM_PART_ORPHANS:
		return RULE(count) | RULE(negative) |
		       (entry == TCPOOM_CLOSE ? RULE(self) : RULE(limit));
	case TCPOOM_PART_MEMORY:
		return RULE(sndbuf) | RULE(scope) | RULE(unit) | RULE(clamp);
	case TCPOOM_PART_NETNS:
		return RULE(netns);
	default:
		return 0;
	}
}

/* NULL: there is no such comparison. */
static const struct tcpoom_test *test_of(const struct tcpoom_tests *tests, enum tcpoom_test_id id)
{
	for (unsigned i = 0; i < tests->count; i++)
		if (tests->test[i].id == id)
			return &tests->test[i];
	return NULL;
}

static bool is_true(const struct tcpoom_tests *tests, enum tcpoom_test_id id)
{
	const struct tcpoom_test *test = test_of(tests, id);

	return test && test->truth;
}

static unsigned orphans_answers(const struct tcpoom_tests *t)
{
	const struct tcpoom_test *sum = test_of(t, TCPOOM_T_ORPHANS_SUM);
	const bool many = is_true(t, TCPOOM_T_ORPHANS);

	return (many && (!sum || sum->truth)) + 2U * many;
}

uint32_t tcpoom_part_tests(enum tcpoom_part part)
{
#define T(name) ((uint32_t)1 << TCPOOM_T_##name)
	static const uint32_t tests[TCPOOM_PARTS] = {
		[TCPOOM_PART_CLOCK] = T(IDLE) | T(RECENT),
		[TCPOOM_PART_ARGUMENT] = T(ALIVE) | T(RETRANSMITS) | T(NEVER) | T(NO_STAMP) |
					 T(NO_HEAD) | T(TIMED_OUT) | T(BACKOFF) | T(PROBES_OUT),
		[TCPOOM_PART_ORPHANS] = T(ORPHANS) | T(ORPHANS_SUM),
		[TCPOOM_PART_MEMORY] = T(WMEM_QUEUED) | T(MEMORY) | T(MEMCG),
		[TCPOOM_PART_PEER] = T(ZERO_WINDOW) | T(NONE_OUT),
		[TCPOOM_PART_NETNS] = T(NET_EXITING),
	};
#undef T

	return tests[part];
}

unsigned tcpoom_part_answers(enum tcpoom_part part, const struct tcpoom_rules *rules,
			     const struct tcpoom_state *state)
{
	struct tcpoom_verdict v;
	struct tcpoom_tests t;
	bool do_reset;

	if (part == TCPOOM_PART_ARGUMENT)
		/* equivalent: 3, another answer than either */
		return tcpoom_rules_ask(rules, state, &do_reset, NULL) ? do_reset : 2;
	tcpoom_rules_decide(rules, state, &v, &t);
	switch (part) {
	case TCPOOM_PART_CLOCK:
		return is_true(&t, TCPOOM_T_IDLE) + 2U * is_true(&t, TCPOOM_T_RECENT);
	case TCPOOM_PART_ORPHANS:
		return orphans_answers(&t);
	case TCPOOM_PART_MEMORY:
		return is_true(&t, TCPOOM_T_WMEM_QUEUED) &&
		       (is_true(&t, TCPOOM_T_MEMORY) || is_true(&t, TCPOOM_T_MEMCG));
	case TCPOOM_PART_PEER:
		return is_true(&t, TCPOOM_T_ZERO_WINDOW) && is_true(&t, TCPOOM_T_NONE_OUT);
	default:
		return is_true(&t, TCPOOM_T_NET_EXITING);
	}
}

#define BIT(name) TCPOOM_BIT(name)

void tcpoom_part_copy(enum tcpoom_part part, const struct tcpoom_state *from,
		      struct tcpoom_state *to)
{
	static const tcpoom_fieldset fields[TCPOOM_PARTS] = {
		[TCPOOM_PART_CLOCK] =
			BIT(now) | BIT(lsndtime) | BIT(hz) | BIT(rto_max) | BIT(err_soft),
		[TCPOOM_PART_ARGUMENT] = BIT(do_reset) | BIT(rto) | BIT(backoff) |
					 BIT(retransmits) | BIT(probes_out) | BIT(retrans_stamp) |
					 BIT(head_sent) | BIT(orphan_retries) | BIT(user_timeout) |
					 BIT(now) | BIT(hz) | BIT(rto_max) | BIT(err_soft),
		[TCPOOM_PART_ORPHANS] = BIT(orphans) | BIT(orphans_approx) | BIT(orphans_cached) |
					BIT(self_counted) | BIT(max_orphans),
		[TCPOOM_PART_MEMORY] = BIT(wmem_queued) | BIT(mem_allocated) | BIT(tcp_mem2) |
				       BIT(page_size) | BIT(sizeof_sk_buff) | BIT(memcg_allocated) |
				       BIT(memcg_limit),
		[TCPOOM_PART_PEER] = BIT(snd_wnd) | BIT(packets_out),
		[TCPOOM_PART_NETNS] = BIT(net_alive),
	};

	/* equivalent: 1 or <=, no part has the entry, nor what is behind the last field */
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		const tcpoom_fieldset bit = (tcpoom_fieldset)1 << f;

		if (!(fields[part] & bit))
			continue;
		tcpoom_field_set(to, (enum tcpoom_field)f,
				 tcpoom_field_get(from, (enum tcpoom_field)f));
		to->given = (to->given & ~bit) | (from->given & bit);
	}
}

/* ---- values ---- */

/* The state's key with this value of the field; false if the field cannot have it. */
static bool key_at(struct tcpoom_walk *w, enum tcpoom_field f, int64_t value, uint64_t *key)
{
	if (value < tcpoom_field_table[f].min || value > tcpoom_field_table[f].max)
		return false;
	tcpoom_field_set(&w->state, f, value);
	*key = w->key(w);
	return true;
}

void tcpoom_walk_distinct(struct tcpoom_walk *w, enum tcpoom_field f, struct values *v)
{
	const int64_t before = tcpoom_field_get(&w->state, f);
	uint64_t key[LENGTH(v->value)];
	unsigned kept = 0;

	EVERY(i, *v) {
		unsigned same = 0;

		if (!key_at(w, f, v->value[i], &key[kept]))
			continue;
		while (key[same] != key[kept])
			same++;
		v->value[kept] = v->value[i];
		kept += same == kept;
	}
	v->count = kept;
	tcpoom_field_set(&w->state, f, before);
}

/* ---- contexts ---- */

static void with_err_soft(struct tcpoom_walk *w)
{
	static const int64_t err_soft[] = { 0, 1 }; /* equivalent: 2, any error */

	EACH(w, err_soft, err_soft, LENGTH(err_soft), w->visit);
}

/*
 * The bound of the RTO against 120 s, and twice it against 60 s. The sysctl tcp_rto_max_ms and the
 * socket option TCP_RTO_MAX_MS take 1 to 120 s (6.15, net/ipv4/tcp.c:do_tcp_setsockopt); other
 * bounds are set aside.
 */
static void with_rto_max(struct tcpoom_walk *w)
{
	const int64_t hz = w->state.hz;
	const int64_t rto_max[] = { 120 * hz, hz, 30 * hz - 1, 30 * hz, 30 * hz + 1, 120 * hz - 1 };

	EACH(w, rto_max, rto_max, either(w, TCPOOM_R_rto_max) ? LENGTH(rto_max) : 1, with_err_soft);
}

/* A clock in ms looks different at each tick rate, but at 100 Hz as at 250 Hz. */
void tcpoom_walk_contexts(struct tcpoom_walk *w)
{
	static const int64_t hz[] = { 1000, 250, 300, 1024 };
	const bool ms = w->state.entry == TCPOOM_RETRANSMIT && either(w, TCPOOM_R_clock);

	EACH(w, hz, hz, ms ? LENGTH(hz) : 1, with_rto_max);
}

/* ---- clock ---- */

static void walk_clock(struct tcpoom_walk *w)
{
	struct values age = NO_VALUES, sent = NO_VALUES;

	ticks_around(&age, 0);
	ticks_around(&age, 60 * w->state.hz);
	ticks_around(&age, 2 * w->state.rto_max);
	ticks_around(&age, 240 * w->state.hz);
	EVERY(i, age)
		add_value(&sent, (uint32_t)(w->state.now - age.value[i]));
	EACH_OF(w, lsndtime, sent, w->visit);
}

/* ---- orphans ---- */

/*
 * Counts at which a shift meets or crosses the limit, changes the sign, or wraps onto it; and the
 * same as a 64-bit counter may hold them, of which an int keeps the lower half.
 */
static void count_values(int64_t limit, struct values *v)
{
	const int64_t high = (int64_t)1 << 32;
	unsigned lower;

	/* equivalent: 1, the first one is for examples that are easy to read */
	add_value(v, 0);
	/* equivalent: 3, there is no such shift */
	for (unsigned shift = 0; shift <= 2; shift++) {
		const int64_t unit = high >> shift;

		/* equivalent: 3 or 1, what has just wrapped stands for what wraps further */
		around(v, unit / 2);
		around(v, -unit / 2); /* equivalent: 3 or 1, as above */
		/* equivalent: <= or 3, no two shifts that a state can have need more */
		for (int64_t turn = -2; turn < 2; turn++)
			/* equivalent: -, with whole turns more and less, below, it is the same */
			around(v, (limit >> shift) + turn * unit);
	}
	lower = v->count;
	/* equivalent: 1 or <=, those of 0 look like others, and one more does no harm */
	for (unsigned i = 0; i < lower; i++) {
		add_value(v, v->value[i] + high);
		add_value(v, v->value[i] - high);
	}
}

static void each_count(struct tcpoom_walk *w)
{
	static const enum tcpoom_field field[] = { TCPOOM_F_orphans, TCPOOM_F_orphans_approx,
						   TCPOOM_F_orphans_cached };
	struct values v[LENGTH(field)] = { NO_VALUES };

	for (unsigned i = 0; i < LENGTH(field); i++) {
		count_values(w->state.max_orphans, &v[i]);
		tcpoom_walk_distinct(w, field[i], &v[i]);
	}
	EVERY(i, v[0])
		EVERY(j, v[1])
			EVERY(k, v[2]) {
				tcpoom_field_set(&w->state, field[0], v[0].value[i]);
				tcpoom_field_set(&w->state, field[1], v[1].value[j]);
				tcpoom_field_set(&w->state, field[2], v[2].value[k]);
				w->visit(w);
			}
}

/*
 * Small ones, which what a negative count reads as, 0 or 1, can meet at each shift; the ends; and,
 * of either sign, one of each interval in which a count at the limit wraps otherwise when it is
 * doubled once or twice: up to 2^29, 2^30, 2^32/3, 3 * 2^29 and 2^31. These are multiples of 4, so
 * that each shift can meet them. The first one is for examples.
 */
static void with_max_orphans(struct tcpoom_walk *w)
{
	static const int64_t limit[] = {
		1000,	    -1000,	 800000000,  -800000000,  1300000000, -1300000000,
		1500000000, -1500000000, 1800000000, -1800000000, INT32_MIN,  INT32_MAX,
		-1,	    0,		 1,	     2,		  3,	      4
	};

	EACH(w, max_orphans, limit, LENGTH(limit), each_count);
}

static void walk_orphans(struct tcpoom_walk *w)
{
	static const int64_t self[] = { 0, 1 };

	w->state.given &= ~TCPOOM_BIT(self_counted);
	w->state.self_counted = 0;
	with_max_orphans(w);
	/* equivalent: true, it only saves time */
	if (w->state.entry == TCPOOM_CLOSE)
		EACH(w, self_counted, self, LENGTH(self), with_max_orphans);
}

/* ---- memory ---- */

/* At and beside what is the least buffer of either rule, and below 0. */
static void with_wmem_queued(struct tcpoom_walk *w)
{
	const int64_t derived = 2 * (2048 + 64 * (((int64_t)w->state.sizeof_sk_buff + 63) / 64));
	struct values bytes = NO_VALUES;

	/* equivalent: 2, below 0 all are alike */
	add_value(&bytes, -1);
	/* equivalent: 2047, any number will do between the two */
	around(&bytes, 2048);
	around(&bytes, derived);
	EACH_OF(w, wmem_queued, bytes, w->visit);
}

static void with_memcg_allocated(struct tcpoom_walk *w)
{
	struct values pages = NO_VALUES;

	around(&pages, w->state.memcg_limit);
	EACH_OF(w, memcg_allocated, pages, with_wmem_queued);
}

/* The cgroup's counter around its limit, below 0 and above. */
static void with_memcg(struct tcpoom_walk *w)
{
	/* equivalent: 1001 or 999, any will do of either sign */
	static const int64_t limit[] = { -1000, 0, 1000 };

	w->state.memcg_allocated = w->state.memcg_limit = 0;
	w->state.given &= ~(TCPOOM_BIT(memcg_allocated) | TCPOOM_BIT(memcg_limit));
	with_wmem_queued(w);
	/* equivalent: true, it only saves time */
	if (either(w, TCPOOM_R_scope))
		EACH(w, memcg_limit, limit, LENGTH(limit), with_memcg_allocated);
}

/* Quanta of 4096 bytes in so many pages, as the unit's rule converts them. */
static int64_t quanta(const struct tcpoom_state *s)
{
	const int shift = (int)ilog2_u32(s->page_size) - 12;

	/* equivalent: <= or 1, a shift by 0 is none */
	return shift < 0 ? s->tcp_mem2 >> -shift : wrap_s64((uint64_t)s->tcp_mem2 << shift);
}

static void with_allocated(struct tcpoom_walk *w)
{
	struct values pages = NO_VALUES;

	around(&pages, 0); /* equivalent: 1, others are below 0 */
	around(&pages, w->state.tcp_mem2);
	around(&pages, quanta(&w->state));
	EACH_OF(w, mem_allocated, pages, with_memcg);
}

/* A limit of either sign, and the ends, whose conversion wraps. */
static void with_tcp_mem(struct tcpoom_walk *w)
{
	/* equivalent: 1001 or 999, any will do of either sign */
	static const int64_t pages[] = { 1000, 0, -1000, INT64_MAX, INT64_MIN };

	EACH(w, tcp_mem2, pages, LENGTH(pages), with_allocated);
}

static void walk_memory(struct tcpoom_walk *w)
{
	static const int64_t size[] = { 4096, 1024, 65536 };

	/* equivalent: 2, it only saves time */
	EACH(w, page_size, size, either(w, TCPOOM_R_unit) ? LENGTH(size) : 1, with_tcp_mem);
}

/* ---- the others ---- */

static void with_packets_out(struct tcpoom_walk *w)
{
	static const int64_t packets[] = { 0, 1 }; /* equivalent: 2, any */

	EACH(w, packets_out, packets, LENGTH(packets), w->visit);
}

static void walk_peer(struct tcpoom_walk *w)
{
	static const int64_t window[] = { 0, 1 }; /* equivalent: 2, any */

	EACH(w, snd_wnd, window, LENGTH(window), with_packets_out);
}

static void walk_netns(struct tcpoom_walk *w)
{
	static const int64_t alive[] = { 1, 0 };

	/* equivalent: 2, it only saves time */
	EACH(w, net_alive, alive, either(w, TCPOOM_R_netns) ? LENGTH(alive) : 1, w->visit);
}

void tcpoom_walk_part(struct tcpoom_walk *w, enum tcpoom_part part)
{
	static void (*const walks[TCPOOM_PARTS])(struct tcpoom_walk *) = {
		[TCPOOM_PART_CLOCK] = walk_clock,     [TCPOOM_PART_ARGUMENT] = tcpoom_walk_argument,
		[TCPOOM_PART_ORPHANS] = walk_orphans, [TCPOOM_PART_MEMORY] = walk_memory,
		[TCPOOM_PART_PEER] = walk_peer,	      [TCPOOM_PART_NETNS] = walk_netns,
	};

	walks[part](w);
}
