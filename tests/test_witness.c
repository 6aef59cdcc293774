/* SPDX-License-Identifier: GPL-2.0-only */
/* Witnesses: as small as can be, and still the same divergence. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../diff/witness.h"
#include "check.h"
#include "state_text.h"

static const struct {
	const char *a, *b, *state, *witness;
} cases[] = {
	/* the text differs: one orphan too many, and nothing else */
	{ "2.6.18", "3.4.4",
	  "timer hz=250 now=2178612 lsndtime=2108612 do_reset=0 err_soft=113 wmem_queued=4344 "
	  "snd_wnd=0 packets_out=1 orphans=21564 max_orphans=65536 mem_allocated=1894 "
	  "tcp_mem2=6187968",
	  "timer hz=1000 now=0 lsndtime=0 do_reset=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	  "packets_out=0 orphans=1 max_orphans=0 mem_allocated=0 tcp_mem2=0" },
	/* >= against >: the count is the limit */
	{ "2.6.18", "2.6.24", "timer orphans=65536 max_orphans=65536 hz=250",
	  "timer hz=1000 now=0 lsndtime=0 do_reset=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	  "packets_out=0 orphans=0 max_orphans=0 mem_allocated=0 tcp_mem2=0" },
	/* the namespace must be said to be dying */
	{ "4.14", "4.15", "close net_alive=0 orphans=7 wmem_queued=1000",
	  "close wmem_queued=0 orphans=0 max_orphans=0 mem_allocated=0 tcp_mem2=0 net_alive=0" },
	/* both counts must be said where they differ */
	{ "2.6.29", "2.6.36", "close orphans=5 orphans_approx=20",
	  "close wmem_queued=0 orphans=0 orphans_approx=1 max_orphans=0 mem_allocated=0 "
	  "tcp_mem2=0" },
	/* a page of another size stays, and what it makes of the limit */
	{ "4.9", "4.10", "close wmem_queued=123456 page_size=65536 mem_allocated=101 tcp_mem2=100",
	  "close wmem_queued=10000 orphans=0 max_orphans=0 mem_allocated=2 tcp_mem2=1 "
	  "page_size=65536" },
	/* what only one of them reads must be said: the other cannot be told */
	{ "2.6.18", "3.4.4", "retransmit orphans=20",
	  "retransmit hz=1000 now=0 lsndtime=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	  "packets_out=0 orphans=1 max_orphans=0 mem_allocated=0 tcp_mem2=0 rto=0 "
	  "retransmits=0 retrans_stamp=0 head_sent=0 orphan_retries=0" },
	{ "3.4.4", "2.6.18", "retransmit orphans=20",
	  "retransmit hz=1000 now=0 lsndtime=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	  "packets_out=0 orphans=1 max_orphans=0 mem_allocated=0 tcp_mem2=0 rto=0 "
	  "retransmits=0 retrans_stamp=0 head_sent=0 orphan_retries=0" },
	/* the count makes the difference, and goes on doing so alone: at 0 the limit would too */
	{ "2.6.18", "2.6.29", "timer orphans=20 orphans_approx=5",
	  "timer hz=1000 now=0 lsndtime=0 do_reset=0 err_soft=0 wmem_queued=0 "
	  "snd_wnd=0 packets_out=0 orphans=-1 orphans_approx=1 max_orphans=0 "
	  "mem_allocated=0 tcp_mem2=0" },
	/* either of two rules makes it, and both go on doing so */
	{ "2.6.18", "2.6.29", "timer orphans=10 orphans_approx=5",
	  "timer hz=1000 now=0 lsndtime=0 do_reset=1 err_soft=0 wmem_queued=0 "
	  "snd_wnd=0 packets_out=0 orphans=1 orphans_approx=0 max_orphans=1 "
	  "mem_allocated=0 tcp_mem2=0" },
};

static void said(const struct tcpoom_state *s, char text[static 600])
{
	snprintf(text, 600, "%s", tcpoom_entry_names[s->entry]);
	for (int f = 1; f < TCPOOM_FIELDS; f++)
		if (s->given >> f & 1)
			snprintf(text + strlen(text), 600 - strlen(text), " %s=%" PRId64,
				 tcpoom_field_table[f].name,
				 tcpoom_field_get(s, (enum tcpoom_field)f));
}

static void test_witnesses(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_state state = state_of(cases[i].state);
		const struct tcpoom_state s =
			tcpoom_witness(kernel_of(cases[i].a), kernel_of(cases[i].b), &state);
		char got[600];

		said(&s, got);
		CHECK_STRING(got, cases[i].witness);
	}
}

/* Of their classes: which orphan counts, say, are above the limit is told apart as well. */
static const char *const of_class[] = {
	"timer hz=1000 now=0 lsndtime=0 do_reset=0 err_soft=0 wmem_queued=0 "
	"snd_wnd=0 packets_out=0 orphans=1 max_orphans=0 mem_allocated=0 tcp_mem2=0",
	"timer hz=1000 now=0 lsndtime=0 do_reset=1 err_soft=0 wmem_queued=0 "
	"snd_wnd=0 packets_out=0 orphans=0 max_orphans=0 mem_allocated=0 tcp_mem2=0",
	"close wmem_queued=0 orphans=0 max_orphans=0 mem_allocated=0 tcp_mem2=0 "
	"net_alive=0",
	"close wmem_queued=0 orphans=0 orphans_approx=2 max_orphans=1 "
	"mem_allocated=0 tcp_mem2=0",
	"close wmem_queued=10000 orphans=0 max_orphans=0 mem_allocated=2 tcp_mem2=1 "
	"page_size=65536",
	"retransmit hz=1000 now=0 lsndtime=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	"packets_out=0 orphans=1 max_orphans=0 mem_allocated=0 tcp_mem2=0 rto=0 "
	"retransmits=0 retrans_stamp=0 head_sent=0 orphan_retries=0",
	"retransmit hz=1000 now=0 lsndtime=0 err_soft=0 wmem_queued=0 snd_wnd=0 "
	"packets_out=0 orphans=1 max_orphans=0 mem_allocated=0 tcp_mem2=0 rto=0 "
	"retransmits=0 retrans_stamp=0 head_sent=0 orphan_retries=0",
	"timer hz=1000 now=0 lsndtime=0 do_reset=1 err_soft=0 wmem_queued=0 "
	"snd_wnd=0 packets_out=0 orphans=2 orphans_approx=0 max_orphans=1 "
	"mem_allocated=0 tcp_mem2=0",
	"timer hz=1000 now=0 lsndtime=0 do_reset=1 err_soft=0 wmem_queued=0 "
	"snd_wnd=0 packets_out=0 orphans=1 orphans_approx=0 max_orphans=1 "
	"mem_allocated=0 tcp_mem2=0",
};

/* A witness of a class is of that class, and says less than any other would have to. */
static void test_classes(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_kernel *a = kernel_of(cases[i].a), *b = kernel_of(cases[i].b);
		const struct tcpoom_state state = state_of(cases[i].state);
		struct tcpoom_state s = tcpoom_class_witness(a, b, &state);
		struct tcpoom_class before, after;
		char got[600];

		said(&s, got);
		CHECK_STRING(got, of_class[i]);
		tcpoom_state_complete(&s);
		tcpoom_class_find(a, b, &state, &before);
		tcpoom_class_find(a, b, &s, &after);
		CHECK(!tcpoom_class_compare(&before, &after));
	}
}

/* What a test wants to be shown: a field in a range. */
struct range {
	enum tcpoom_field field;
	int64_t least, most;
};

static bool is_in_range(const void *what, const struct tcpoom_state *s)
{
	const struct range *r = what;
	const int64_t value = tcpoom_field_get(s, r->field);

	return s->given >> r->field & 1 && value >= r->least && value <= r->most;
}

/* A number becomes the roundest one that is shown, and does not leave its range. */
static void test_round_numbers(void)
{
#define F(name) TCPOOM_F_##name
	static const struct {
		struct range range;
		int64_t value, round;
	} numbers[] = {
		{ { F(wmem_queued), INT32_MIN, INT32_MAX }, 4344, 0 },
		{ { F(wmem_queued), 1, 5000 }, 4344, 1 },
		{ { F(wmem_queued), 2, 5000 }, 4344, 2 },
		{ { F(wmem_queued), 3, 5000 }, 4344, 10 },
		{ { F(wmem_queued), 10, 10 }, 10, 10 },
		{ { F(wmem_queued), 11, 5000 }, 4344, 100 },
		{ { F(wmem_queued), 101, 5000 }, 4344, 1000 },
		{ { F(wmem_queued), 1001, 20000 }, 4344, 10000 },
		{ { F(wmem_queued), 10001, 200000 }, 43444, 100000 },
		{ { F(wmem_queued), -9, -1 }, -7, -1 },
		{ { F(wmem_queued), -9, -2 }, -7, -7 },
		{ { F(wmem_queued), 3, 9 }, 7, 7 },
		{ { F(wmem_queued), 4001, 5000 }, 4344, 5000 },
		{ { F(wmem_queued), 4000, 5000 }, 4344, 4000 },
		{ { F(wmem_queued), 4301, 4999 }, 4344, 4400 },
		{ { F(wmem_queued), 4300, 4400 }, 4344, 4300 },
		{ { F(wmem_queued), 4341, 4399 }, 4344, 4350 },
		{ { F(wmem_queued), 4340, 4399 }, 4344, 4340 },
		{ { F(wmem_queued), 4341, 4349 }, 4344, 4344 },
		{ { F(wmem_queued), 20, 29 }, 25, 20 },
		{ { F(wmem_queued), 11, 19 }, 15, 15 },
		{ { F(wmem_queued), 30, 30 }, 30, 30 },
		{ { F(wmem_queued), 12, 20 }, 15, 20 },
		{ { F(wmem_queued), 101, 200 }, 109, 200 },
		/* a byte would hold 1000 as 232, and unsigned fields -1 as the most there is */
		{ { F(orphan_retries), 210, 255 }, 233, 230 },
		{ { F(snd_wnd), 4000000000, UINT32_MAX }, 4123456789, 4000000000 },
		{ { F(message_cost), 199991, 200000 }, 199995, 200000 },
		{ { F(message_cost), 199991, 200000 }, 199999, 200000 },
		{ { F(tcp_mem2), INT64_MAX - 9, INT64_MAX }, INT64_MAX, INT64_MAX - 7 },
		{ { F(tcp_mem2), 2000000000000000000, INT64_MAX }, INT64_MAX, 9000000000000000000 },
		/* rather a usual tick rate than a small one */
		{ { F(hz), 5, 10000 }, 250, 1000 },
		{ { F(hz), 200, 999 }, 250, 250 },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		const enum tcpoom_field f = numbers[i].range.field;
		struct tcpoom_state s = state_of("close orphans=7");

		tcpoom_field_set(&s, f, numbers[i].value);
		s = tcpoom_shrink(&s, is_in_range, &numbers[i].range);
		CHECK_SAY(tcpoom_field_get(&s, f) == numbers[i].round,
			  "%s: %" PRId64 " became %" PRId64, tcpoom_field_table[f].name,
			  numbers[i].value, tcpoom_field_get(&s, f));
		/* nothing else need be said, but where */
		CHECK(s.entry == TCPOOM_CLOSE &&
		      s.given == (TCPOOM_BIT(entry) | (tcpoom_fieldset)1 << f));
	}
}

/* A limit, and what is held against it; from far off only both at once can become small. */
struct pair {
	enum tcpoom_field limit, count;
	int64_t at[2];
};

static bool is_pair(const void *what, const struct tcpoom_state *s)
{
	const struct pair *p = what;
	const int64_t limit = tcpoom_field_get(s, p->limit), count = tcpoom_field_get(s, p->count);

	return s->given >> p->limit & 1 && s->given >> p->count & 1 &&
	       ((limit == 54321 && count == 65432) || (limit == p->at[0] && count == p->at[1]));
}

static bool is_more(const void *what, const struct tcpoom_state *s)
{
	(void)what;
	return s->given & TCPOOM_BIT(tcp_mem2) && s->given & TCPOOM_BIT(mem_allocated) &&
	       s->tcp_mem2 > 0 && s->mem_allocated > s->tcp_mem2;
}

static void test_pairs(void)
{
	static const struct {
		enum tcpoom_field limit, count;
	} fields[] = {
		{ F(max_orphans), F(orphans) },
		{ F(max_orphans), F(orphans_approx) },
		{ F(max_orphans), F(orphans_cached) },
		{ F(tcp_mem2), F(mem_allocated) },
	};
	static const int64_t small[] = { 0, 1, 2, 4, -1, -2, -4 };
	const struct range some = { F(mem_allocated), 1, 9 };
	struct tcpoom_state s;

	for (int i = 0; i < 4 * 7 * 7; i++) {
		const struct pair p = { fields[i / 49].limit,
					fields[i / 49].count,
					{ small[i / 7 % 7], small[i % 7] } };

		s = state_of("close orphans=7");
		tcpoom_field_set(&s, p.limit, 54321);
		tcpoom_field_set(&s, p.count, 65432);
		s = tcpoom_shrink(&s, is_pair, &p);
		CHECK_SAY(tcpoom_field_get(&s, p.limit) == p.at[0] &&
				  tcpoom_field_get(&s, p.count) == p.at[1],
			  "%" PRId64 " %" PRId64, p.at[0], p.at[1]);
	}
	/* the smallest limit, then the smallest count */
	s = state_of("close tcp_mem2=54321 mem_allocated=65432");
	s = tcpoom_shrink(&s, is_more, NULL);
	CHECK(s.tcp_mem2 == 1 && s.mem_allocated == 2);
	/* a limit that need not be said is not */
	s = state_of("close tcp_mem2=54321 mem_allocated=7");
	s = tcpoom_shrink(&s, is_in_range, &some);
	CHECK(!(s.given & TCPOOM_BIT(tcp_mem2)) && s.mem_allocated == 1);
}

/* Times that lie so many ticks behind the data. */
struct times {
	bool is_set, at_tick; /* retrans_stamp is set; now is a certain one */
};

static bool are_apart(const void *what, const struct tcpoom_state *s)
{
	const struct times *t = what;
	const tcpoom_fieldset all = TCPOOM_BIT(now) | TCPOOM_BIT(lsndtime) | TCPOOM_BIT(head_sent) |
				    TCPOOM_BIT(retrans_stamp);

	return !(all & ~s->given) && s->now - s->lsndtime == 5432 &&
	       s->head_sent - s->lsndtime == 1234 &&
	       (t->is_set ? s->retrans_stamp - s->lsndtime == 4321 : !s->retrans_stamp) &&
	       (!t->at_tick || s->now == 0);
}

static void test_times(void)
{
	static const struct {
		struct times times;
		uint32_t now, lsndtime;
	} known[] = {
		{ { true, false }, 5432, 0 },
		{ { false, false }, 5432, 0 },
		/* where the tick matters it stays, though it is 0 */
		{ { true, true }, 0, (uint32_t)-5432 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct tcpoom_state s = state_of("retransmit now=0");

		s.lsndtime = (uint32_t)-5432;
		s.head_sent = s.lsndtime + 1234;
		s.retrans_stamp = known[i].times.is_set ? s.lsndtime + 4321 : 0;
		s = tcpoom_shrink(&s, are_apart, &known[i].times);
		CHECK(s.now == known[i].now && s.lsndtime == known[i].lsndtime);
		CHECK(s.head_sent == s.lsndtime + 1234);
		CHECK(s.retrans_stamp == (known[i].times.is_set ? s.lsndtime + 4321 : 0));
	}
}

/* Without a clock the stamps move alone. */
static bool has_stamps(const void *what, const struct tcpoom_state *s)
{
	(void)what;
	return s->given & TCPOOM_BIT(lsndtime) && s->given & TCPOOM_BIT(head_sent) && !s->now &&
	       s->head_sent - s->lsndtime == 1234;
}

static void test_no_clock(void)
{
	struct tcpoom_state s = state_of("retransmit now=? lsndtime=5432 head_sent=6666");

	s = tcpoom_shrink(&s, has_stamps, NULL);
	CHECK(s.lsndtime == 0 && s.head_sent == 1234 && s.now == 0);
	CHECK(!(s.given & TCPOOM_BIT(now)));
}

/* What is small lets others be small that were looked at before. */
static bool is_enough(const void *what, const struct tcpoom_state *s)
{
	(void)what;
	return s->given & TCPOOM_BIT(snd_wnd) && s->wmem_queued >= 1 &&
	       (int64_t)s->snd_wnd >= s->wmem_queued && s->packets_out >= s->snd_wnd;
}

static void test_again(void)
{
	struct tcpoom_state s = state_of("timer wmem_queued=4344 snd_wnd=43440 packets_out=434400");

	s = tcpoom_shrink(&s, is_enough, NULL);
	CHECK(s.wmem_queued == 1 && s.snd_wnd == 1 && s.packets_out == 1);
}

/* With as few digits as there are, whatever lies between. */
static bool is_either(const void *what, const struct tcpoom_state *s)
{
	(void)what;
	return s->wmem_queued == 109 || s->wmem_queued == 200;
}

static void test_gap(void)
{
	struct tcpoom_state s = state_of("timer wmem_queued=109");

	s = tcpoom_shrink(&s, is_either, NULL);
	CHECK(s.wmem_queued == 200);
}

static const struct test witness_tests[] = {
	{ "witnesses", test_witnesses },
	{ "witnesses of classes", test_classes },
	{ "round numbers", test_round_numbers },
	{ "a limit and what is held against it", test_pairs },
	{ "times", test_times },
	{ "stamps without a clock", test_no_clock },
	{ "round numbers apart", test_gap },
	{ "again, as long as something changes", test_again },
	{ NULL, NULL },
};

SUITE(witness)
