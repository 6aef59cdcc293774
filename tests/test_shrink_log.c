/* SPDX-License-Identifier: GPL-2.0-only */
/* Many events of which a few make the log differ. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../diff/shrink_log.h"
#include "check.h"
#include "state_text.h"

#define EVENTS 50

/* A message a minute, which no limiter holds back; and three more where one at once may appear. */
static void make(struct tcpoom_log_event event[static EVENTS])
{
	for (int i = 0; i < EVENTS; i++)
		event[i] = (struct tcpoom_log_event){
			.time = i * INT64_C(60000000000),
			.state = state_of(i < 30 || i > 33
						  ? "close orphans=11 now=?"
						  : "close orphans=11 message_burst=1 now=?"),
		};
	event[31].time = event[30].time + INT64_C(6100000000);
	event[32].time = event[30].time + INT64_C(7200000000);
	event[33].time = event[30].time + INT64_C(12300000000);
}

static void compare(struct tcpoom_compare *c, const struct tcpoom_log_event *events, size_t count,
		    size_t without)
{
	tcpoom_compare_init(c, kernel_of("4.4.131"), kernel_of("4.5"), 64);
	for (size_t i = 0; i < count; i++) {
		const struct tcpoom_event event = { .line = i + 1,
						    .time = events[i].time,
						    .state = events[i].state };

		if (i != without)
			CHECK(tcpoom_compare_event(c, "file", &event));
	}
}

/*
 * The window of 4.4.131 that the second event ends begins anew with the third, that of 4.5 with the
 * second: without the first one there is no window to end. Seconds are whole, as few as will do.
 */
static void test_few(void)
{
	static struct tcpoom_log_event event[EVENTS];
	struct tcpoom_compare all, few;
	size_t left;

	make(event);
	compare(&all, event, EVENTS, EVENTS);
	CHECK(all.groups == 1 && all.group->kind == TCPOOM_KIND_LOG);
	left = tcpoom_shrink_log(&all, "file", event, EVENTS);
	CHECK_SAY(left == 3, "%zu events", left);
	for (size_t without = 0; without <= left; without++) {
		compare(&few, event, left, without);
		CHECK_SAY(few.differ == (without == left), "without %zu", without);
		if (without == left && few.groups)
			CHECK(few.group->first.line == left);
		tcpoom_compare_free(&few);
	}
	CHECK(event[0].time == 0);
	for (size_t i = 0; i < left; i++) {
		CHECK(event[i].time % 1000000000 == 0);
		CHECK(!(event[i].said.given & (TCPOOM_BIT(rto) | TCPOOM_BIT(page_size))));
	}
	tcpoom_compare_free(&all);
}

/* What does not show it is not shrunk. */
static void test_none(void)
{
	static struct tcpoom_log_event event[EVENTS];
	struct tcpoom_compare all;

	make(event);
	compare(&all, event, EVENTS, EVENTS);
	CHECK(tcpoom_shrink_log(&all, "file", event, 30) == 0);
	tcpoom_compare_free(&all);
}

#define MOST 12

/* Events between two that nobody gave away, which must stay as they are. */
struct list {
	struct tcpoom_log_event guard, event[MOST + 1];
	size_t count;
};

static void begin(struct list *l)
{
	const struct tcpoom_log_event guard = {
		.time = -INT64_C(5000000000),
		.state = state_of("close orphans=11 message_burst=7 message_cost=77"),
		.said = state_of("close orphans=12 message_burst=1 now=?"),
	};

	l->count = 0;
	l->guard = guard;
	for (size_t i = 0; i <= MOST; i++)
		l->event[i] = guard;
}

static void add(struct list *l, int64_t us, const char *text)
{
	l->event[l->count].time = 1000 * us;
	l->event[l->count++].state = state_of(text);
}

static bool same(const struct tcpoom_log_event *a, const struct tcpoom_log_event *b)
{
	for (int f = 0; f < TCPOOM_FIELDS; f++)
		if (tcpoom_field_get(&a->state, (enum tcpoom_field)f) !=
		    tcpoom_field_get(&b->state, (enum tcpoom_field)f))
			return false;
	return a->time == b->time && a->state.given == b->state.given &&
	       a->said.given == b->said.given;
}

/* Which divergences of the kind log there are: a bit for each entry and cause. */
static uint64_t logs(const struct tcpoom_compare *c)
{
	uint64_t found = 0;

	for (size_t i = 0; i < c->groups; i++)
		if (c->group[i].kind == TCPOOM_KIND_LOG)
			found |= (uint64_t)1
				 << (c->group[i].cause.set[0] % 15 * 4 + c->group[i].entry);
	return found;
}

struct kernels {
	const char *a, *b;
	unsigned bits;
};

static void compare_list(struct tcpoom_compare *c, const struct kernels *k, const struct list *l,
			 size_t without)
{
	tcpoom_compare_init(c, kernel_of(k->a), kernel_of(k->b), k->bits);
	for (size_t i = 0; i < l->count; i++) {
		const struct tcpoom_event event = { .time = l->event[i].time,
						    .state = l->event[i].state };

		if (i != without)
			CHECK(tcpoom_compare_event(c, "file", &event));
	}
}

/* Of one machine; what must be said is what there is; and without any one it is not shown. */
static void check_shrunk(const struct kernels *k, const struct list *l, uint64_t shown)
{
	struct tcpoom_compare c;

	for (size_t without = 0; without <= l->count; without++) {
		compare_list(&c, k, l, without);
		if (without == l->count)
			CHECK((logs(&c) & shown) == shown);
		else
			CHECK_SAY((logs(&c) & shown) != shown, "without %zu", without);
		tcpoom_compare_free(&c);
	}
	for (size_t i = 0; i < l->count; i++) {
		struct tcpoom_log_event said = l->event[i];

		tcpoom_state_complete(&said.said);
		said.state = said.said;
		said.said = l->event[i].said;
		CHECK_SAY(same(&said, &l->event[i]), "event %zu", i);
		CHECK(said.state.given & TCPOOM_BIT(now) || !said.state.now);
		if (said.state.entry == TCPOOM_CLOSE)
			CHECK(!(said.said.given & TCPOOM_BIT(rto)));
		CHECK(said.state.message_cost == l->event->state.message_cost &&
		      said.state.message_burst == l->event->state.message_burst &&
		      said.state.hz == l->event->state.hz);
	}
}

/* Shrinks it and checks what was made of it; whether it showed anything. */
static bool shrink(const struct kernels *k, struct list *l)
{
	struct tcpoom_log_event guard = l->guard;
	const size_t count = l->count;
	/* no more than is given away */
	struct tcpoom_log_event *const exact = malloc(count * sizeof(*exact));
	struct tcpoom_compare c;
	uint64_t shown;

	compare_list(&c, k, l, count);
	shown = logs(&c);
	memcpy(exact, l->event, count * sizeof(*exact));
	l->count = tcpoom_shrink_log(&c, "file", l->event, count);
	CHECK(tcpoom_shrink_log(&c, "file", exact, count) == l->count);
	free(exact);
	tcpoom_compare_free(&c);
	CHECK(!shown == !l->count);
	CHECK(same(&l->guard, &guard) && same(&l->event[count], &guard));
	if (shown)
		check_shrunk(k, l, shown);
	return shown;
}
/* Times are in us; of what is left seconds and ticks are said, -1 = time is the clock. */
static const struct {
	struct kernels kernels;
	const char *settings;
	struct {
		int64_t us;
		const char *text;
	} event[6];
	struct {
		int64_t second, now;
	} left[6];
	int64_t count;
	uint32_t burst, cost, hz;
} rounded[] = {
	/*
	 * A window of 4.5 begins where the one before was found to be over, that of 4.4.131 with
	 * the next message. At 61.5 s one is over 30 s old, and the other is not. As soon as one
	 * message fills it that of 4.4.131 need not begin before.
	 */
	{ { "4.4.131", "4.5", 64 },
	  "now=? message_burst=2 message_cost=30 hz=250",
	  { { 0, "close" }, { 30500000, "close" }, { 32000000, "close" }, { 61500000, "close" } },
	  { { 0, -1 }, { 31, -1 }, { 62, -1 } },
	  3,
	  1,
	  30,
	  1000 },
	{ { "4.4.131", "4.5", 64 },
	  "now=? message_burst=2 message_cost=9",
	  { { 0, "close" }, { 15500000, "close" }, { 17000000, "close" }, { 25000000, "close" } },
	  { { 0, -1 }, { 10, -1 }, { 20, -1 } },
	  3,
	  1,
	  9,
	  1000 },
	{ { "4.4.131", "4.5", 64 },
	  "now=? message_burst=2 message_cost=10",
	  { { 0, "close" }, { 15500000, "close" }, { 17000000, "close" }, { 26000000, "close" } },
	  { { 0, -1 }, { 15, -1 }, { 26, -1 } },
	  3,
	  1,
	  10,
	  1000 },
	{ { "4.4.131", "4.5", 64 },
	  "now=? message_burst=1",
	  { { 0, "close" }, { 6100000, "close" }, { 30300000, "close" } },
	  { { 0, -1 }, { 6, -1 }, { 12, -1 } },
	  3,
	  1,
	  5,
	  1000 },
	/* where a window of so many seconds is not over a bucket has just enough */
	{ { "2.6.22", "2.6.27", 64 },
	  "now=? message_burst=1 message_cost=30",
	  { { 7000000, "close" }, { 37000500, "close" } },
	  { { 0, -1 }, { 30, -1 } },
	  2,
	  1,
	  30,
	  1000 },
	{ { "2.6.22", "2.6.27", 64 },
	  "now=? message_burst=1 message_cost=10",
	  { { 7000000, "close" }, { 17000500, "close" } },
	  { { 0, -1 }, { 10, -1 } },
	  2,
	  1,
	  10,
	  1000 },
	/* 1250 ticks are 5 s of these; and they wrap */
	{ { "2.6.22", "2.6.27", 64 },
	  "message_burst=1 hz=250",
	  { { 7000000, "close now=4294967290" }, { 7500000, "close now=1244" } },
	  { { 0, -1 }, { 5, -1 } },
	  2,
	  1,
	  5,
	  250 },
	/* 6.16 takes from what is left without the lock, 6.15 gives nothing away */
	{ { "6.15", "6.16", 64 },
	  "message_burst=9 message_cost=7",
	  { { 5000000, "close now=4294967290" }, { 5010000, "timer now=4 contended=1" } },
	  { { 0, 4294962290 }, { 0, 4294962290 } },
	  2,
	  2,
	  5,
	  1000 },
	/* idle for just more than 240 s, so that it counts double: its data moves with it */
	{ { "6.15", "6.16", 64 },
	  "message_burst=2",
	  { { 5000000, "close now=1000000" },
	    { 5010000, "timer now=1000010 contended=1 max_orphans=15 lsndtime=760009" } },
	  { { 0, 995000 }, { 0, 995000 } },
	  2,
	  2,
	  5,
	  1000 },
	{ { "6.15", "6.16", 64 },
	  "message_burst=9 message_cost=7",
	  { { 0, "close now=5" },
	    { 0, "timer now=6 contended=1" },
	    { 0, "retransmit now=7 contended=1" } },
	  { { 0, 5 }, { 0, 5 }, { 0, 5 } },
	  3,
	  3,
	  5,
	  1000 },
	{ { "6.15", "6.16", 64 },
	  "message_burst=9 message_cost=7",
	  { { 0, "close now=5" },
	    { 0, "timer now=6 contended=1" },
	    { 0, "retransmit now=7 contended=1" },
	    { 0, "probe now=8 contended=1" } },
	  { { 0, 5 }, { 0, 5 }, { 0, 5 }, { 0, 5 } },
	  4,
	  9,
	  5,
	  1000 },
};

static void test_rounded(void)
{
	for (size_t i = 0; i < sizeof(rounded) / sizeof(*rounded); i++) {
		struct list l;

		begin(&l);
		for (int j = 0; rounded[i].event[j].text; j++) {
			char text[200];

			snprintf(text, sizeof(text), "%s orphans=11 %s", rounded[i].event[j].text,
				 rounded[i].settings);
			add(&l, rounded[i].event[j].us, text);
		}
		shrink(&rounded[i].kernels, &l);
		CHECK_SAY((int64_t)l.count == rounded[i].count, "%zu: %zu events", i, l.count);
		for (size_t j = 0; j < l.count; j++) {
			const struct tcpoom_state *s = &l.event[j].state;
			const int64_t now = s->given & TCPOOM_BIT(now) ? (int64_t)s->now : -1;

			CHECK_SAY(l.event[j].time == rounded[i].left[j].second * 1000000000,
				  "%zu, %zu: %" PRId64 " ns", i, j, l.event[j].time);
			CHECK_SAY(now == rounded[i].left[j].now, "%zu, %zu: %" PRId64, i, j, now);
			CHECK_SAY(s->message_burst == rounded[i].burst &&
					  s->message_cost == rounded[i].cost &&
					  s->hz == rounded[i].hz,
				  "%zu, %zu: %u in %u s, %u Hz", i, j, s->message_burst,
				  s->message_cost, s->hz);
		}
	}
}

/* What can be said as before is. */
static void test_as_before(void)
{
	static const struct kernels windows = { "4.4.131", "4.5", 64 };
	struct list l;

	begin(&l);
	add(&l, 0, "close now=? orphans=11 message_burst=1");
	add(&l, 6000000, "close now=? wmem_queued=9999 mem_allocated=200 message_burst=1");
	add(&l, 12000000, "close now=? wmem_queued=9999 mem_allocated=200 message_burst=1");
	CHECK(shrink(&windows, &l) && l.count == 3);
	for (size_t i = 1; i < l.count; i++)
		CHECK(l.event[i].said.given == l.event->said.given &&
		      l.event[i].state.orphans == l.event->state.orphans &&
		      l.event[i].state.mem_allocated == l.event->state.mem_allocated);
}

/* What is shown apart from divergences of the log need not be, unless these rest on it. */
static void test_other_kinds(void)
{
	static const struct kernels windows = { "4.4.131", "4.10", 64 };
	static const struct kernels same_limiter = { "4.9", "4.10", 64 };
#define CLOSE "close now=? orphans=11 message_burst=1"
#define MEMORY                                                                                     \
	"close now=? message_burst=1 wmem_queued=123456 page_size=65536 mem_allocated=101 "        \
	"tcp_mem2=100"
	struct list l;

	/* a kill that 4.4.131 has a message for, long after the windows differ */
	begin(&l);
	add(&l, 0, CLOSE);
	add(&l, 6000000, CLOSE);
	add(&l, 12000000, CLOSE);
	add(&l, 100000000, MEMORY);
	CHECK(shrink(&windows, &l) && l.count == 3);
	/* a message that 4.9 alone asked for, and so none is left for the next */
	begin(&l);
	add(&l, 0, MEMORY);
	add(&l, 0, CLOSE);
	CHECK(shrink(&same_limiter, &l) && l.count == 2);
}

/* Of one entry there may be two causes, and both stay. */
static void test_two_causes(void)
{
	static const struct kernels windows = { "4.4.131", "4.10", 64 };
	struct tcpoom_compare c;
	struct list l;

	begin(&l);
	add(&l, 0, CLOSE);
	add(&l, 6000000, CLOSE);
	add(&l, 12000000, CLOSE);
	add(&l, 100000000, MEMORY);
	add(&l, 100000000, CLOSE);
	CHECK(shrink(&windows, &l));
	compare_list(&c, &windows, &l, l.count);
	CHECK(c.groups == 3);
	tcpoom_compare_free(&c);
}

/* What begins in another file is not looked for. */
static void test_other_file(void)
{
	struct list l;
	struct tcpoom_compare c;
	struct tcpoom_event event = { .time = 0 };

	tcpoom_compare_init(&c, kernel_of("6.15"), kernel_of("6.16"), 64);
	event.state = state_of("timer orphans=11");
	CHECK(tcpoom_compare_event(&c, "other", &event));
	event.state = state_of("timer orphans=11 contended=1");
	CHECK(tcpoom_compare_event(&c, "other", &event));
	begin(&l);
	add(&l, 0, "close orphans=11");
	add(&l, 0, "close orphans=11 contended=1");
	add(&l, 0, "close orphans=11");
	for (size_t i = 0; i < l.count; i++) {
		event.state = l.event[i].state;
		CHECK(tcpoom_compare_event(&c, "file", &event));
	}
	CHECK(c.groups == 2);
	CHECK(tcpoom_shrink_log(&c, "file", l.event, l.count) == 2);
	CHECK(tcpoom_shrink_log(&c, "file", NULL, 0) == 0);
	tcpoom_compare_free(&c);
	/* where nothing is looked for no event is needed */
	tcpoom_compare_init(&c, kernel_of("6.15"), kernel_of("6.16"), 64);
	CHECK(tcpoom_shrink_log(&c, "file", NULL, 0) == 0);
	tcpoom_compare_free(&c);
}

static unsigned below(uint64_t *random, unsigned most)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(*random >> 33) % most;
}

/* Shrinks any events, of which there are as many as numbers. */
static bool shrink_any(struct list *l, unsigned n)
{
	static const struct kernels kernels[] = {
		{ "2.6.22", "2.6.27", 64 }, { "4.4.131", "4.5", 64 },	{ "6.15", "6.16", 32 },
		{ "2.6.27", "2.6.33", 64 }, { "2.6.33", "2.6.34", 32 },
	};
	uint64_t random = n;
	const bool by_now = below(&random, 2);
	const unsigned burst = 1 + below(&random, 4), cost = 1 + below(&random, 10);
	unsigned ms = 0;

	begin(l);
	for (int i = 0; i < MOST; i++) {
		const char *entry = by_now && below(&random, 3) == 0 ? "timer" : "close";
		char text[200], now[20] = "?";

		ms += below(&random, 3) * below(&random, 4000);
		if (by_now)
			snprintf(now, sizeof(now), "%u", ms);
		snprintf(text, sizeof(text),
			 "%s now=%s orphans=11 message_burst=%u message_cost=%u contended=%d",
			 entry, now, burst, cost, below(&random, 4) == 0);
		add(l, ms * INT64_C(1000), text);
	}
	return shrink(&kernels[n % 5], l);
}

/* Whatever the events are, what is left shows it, and nothing in it can be spared. */
static void test_any(void)
{
	unsigned found = 0;
	struct list l;

	for (unsigned n = 200; n < 400; n++)
		found += shrink_any(&l, n);
	CHECK_SAY(found > 50, "%u", found);
	/* with all of these events the first could not be at 0, with those that are left it is */
	CHECK(shrink_any(&l, 15918) && l.count == 6 && l.event->time == 0);
}

static const struct test shrink_log_tests[] = {
	{ "the fewest events", test_few },
	{ "events that do not show it", test_none },
	{ "round times and settings", test_rounded },
	{ "what is said as before", test_as_before },
	{ "other kinds of divergences", test_other_kinds },
	{ "two causes", test_two_causes },
	{ "another file", test_other_file },
	{ "any events", test_any },
	{ NULL, NULL },
};

SUITE(shrink_log)
