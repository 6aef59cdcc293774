/* SPDX-License-Identifier: GPL-2.0-only */
/* What is due comes in the order of time, and at one time in that of being put in. */
#include "../diff/heap.h"
#include "check.h"
#include "no_memory.h"

#define MOST 300

static void put_and_take(const int64_t *time, size_t count)
{
	struct tcpoom_heap heap = { 0 };
	bool taken[MOST] = { false };

	for (size_t i = 0; i < count; i++)
		CHECK(tcpoom_heap_put(&heap, time[i], i) && heap.count == i + 1);
	for (size_t n = 0; n < count; n++) {
		const struct tcpoom_due due = tcpoom_heap_take(&heap);

		CHECK(heap.count == count - n - 1 && due.what < count && !taken[due.what] &&
		      due.time == time[due.what]);
		taken[due.what] = true;
		for (size_t i = 0; i < count; i++)
			CHECK(taken[i] || time[i] > due.time ||
			      (time[i] == due.time && i > due.what));
	}
	tcpoom_heap_free(&heap);
}

static void test_order(void)
{
	int64_t time[MOST];

	for (int code = 0; code < 3 * 3 * 3 * 3 * 3 * 3; code++) {
		for (int i = 0, rest = code; i < 6; rest /= 3, i++)
			time[i] = rest % 3 - 1;
		put_and_take(time, 6);
	}
	for (size_t i = 0; i < MOST; i++)
		time[i] = (int64_t)(i * 7919 % 101);
	put_and_take(time, MOST);
	time[0] = INT64_MAX;
	time[1] = INT64_MIN;
	put_and_take(time, 2);
}

/* What was put in before stays. */
static void test_without_memory(void)
{
	struct tcpoom_heap heap = { 0 };
	size_t i = 0;

	for (no_memory_after(1); tcpoom_heap_put(&heap, 5, i); i++)
		;
	CHECK(no_memory_ended() && i > 10 && heap.count == i);
	for (size_t n = 0; n < i; n++)
		CHECK(tcpoom_heap_take(&heap).what == n);
	tcpoom_heap_free(&heap);
}

static const struct test heap_tests[] = {
	{ "the earliest first, then the first put in", test_order },
	{ "what is put in stays where memory runs out", test_without_memory },
	{ NULL, NULL },
};

SUITE(heap)
