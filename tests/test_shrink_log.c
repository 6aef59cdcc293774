/* SPDX-License-Identifier: GPL-2.0-only */
/* Many events of which a few make the log differ. */
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

static const struct test shrink_log_tests[] = {
	{ "the fewest events", test_few },
	{ "events that do not show it", test_none },
	{ NULL, NULL },
};

SUITE(shrink_log)
