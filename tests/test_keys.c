/* SPDX-License-Identifier: GPL-2.0-only */
/* The set of hashes keeps each key, however they lie, and says when it cannot. */
#include "../diff/keys.h"
#include "check.h"
#include "no_memory.h"

#define SPREADS 4

/* Side by side, all for one place, from the end of any table on, and apart in the highest bit. */
static uint64_t key(uint64_t i, int spread)
{
	const uint64_t keys[SPREADS] = { i + 1, (i + 1) << 32, 0 - i - 1,
					 i + 1 + (UINT64_C(1) << 63) };

	return keys[spread];
}

static void test_each_key_is_new_once(void)
{
	struct tcpoom_keys keys = { 0 };

	tcpoom_keys_clear(&keys);
	for (int again = 0; again < 2; again++) {
		for (uint64_t i = 0; i < 400; i++)
			for (int spread = 0; spread < SPREADS; spread++) {
				CHECK(tcpoom_keys_add(&keys, key(i, spread)));
				CHECK(!tcpoom_keys_add(&keys, key(i, spread)));
			}
		for (uint64_t i = 0; i < 400; i++)
			for (int spread = 0; spread < SPREADS; spread++)
				CHECK(!tcpoom_keys_add(&keys, key(i, spread)));
		tcpoom_keys_clear(&keys);
	}
	CHECK(tcpoom_keys_add(&keys, 0));
	CHECK(!tcpoom_keys_add(&keys, 0));
	tcpoom_keys_free(&keys);
	CHECK(tcpoom_keys_add(&keys, 0));
	tcpoom_keys_free(&keys);
}

/* A key that is not kept is not called new, and the set says so ever after; what is kept stays. */
static void test_without_memory(void)
{
	struct tcpoom_keys keys = { 0 };
	uint64_t i = 1;

	no_memory_after(0);
	CHECK(!tcpoom_keys_add(&keys, i));
	CHECK(no_memory_ended() && keys.failed);
	CHECK(tcpoom_keys_add(&keys, i) && keys.failed);
	tcpoom_keys_free(&keys);
	CHECK(!keys.failed);
	for (no_memory_after(1); tcpoom_keys_add(&keys, i); i++)
		;
	CHECK(no_memory_ended() && keys.failed && i > 100);
	while (i-- > 1)
		CHECK(!tcpoom_keys_add(&keys, i));
	tcpoom_keys_free(&keys);
}

static const struct test keys_tests[] = {
	{ "each key is new once", test_each_key_is_new_once },
	{ "a key that is not kept is not new", test_without_memory },
	{ NULL, NULL },
};

SUITE(keys)
