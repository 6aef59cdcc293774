/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sysctls computed at boot against values that somebody published. A published size of memory
 * is what is built in, or what the kernel calls MemTotal; what it computes from is less, so that
 * such a value is hit by a little less memory, never by more.
 */
#include <inttypes.h>
#include <string.h>

#include "../kernels/defaults.h"
#include "../kernels/release.h"
#include "check.h"

#define GIB ((uint64_t)1 << 30)
#define NOTHING UINT64_MAX

static struct tcpoom_defaults defaults_of(const char *release, uint64_t bytes, uint32_t page_size)
{
	struct tcpoom_resolution r;
	struct tcpoom_boot boot = { .page_size = page_size, .pages = bytes / page_size };
	struct tcpoom_defaults d;

	tcpoom_release_resolve(release, &r);
	CHECK_SAY(r.version, "%s", release);
	boot.version = r.version;
	boot.build = r.build;
	tcpoom_defaults(&boot, &d);
	return d;
}

/* What was published with the memory of the machine; `off` is in thousandths of that memory. */
static void test_published(void)
{
	static const struct {
		const char *what;
		uint64_t first; /* of the releases that may have computed it */
		uint64_t bytes; /* NOTHING: no memory explains it */
		unsigned off;
		struct tcpoom_known known;
	} published[] = {
		{ "tsunanet 2011, 32 GB, at most 2.6.38",
		  TCPOOM_VERSION_OF(2, 6, 21, 0),
		  32 * GIB,
		  17,
		  { true, true, { 3093984, 4125312, 6187968 }, 65536 } },
		{ "Ubuntu 24.04, 6.8, MemTotal 65599452 kB",
		  TCPOOM_VERSION_OF(4, 2, 0, 0),
		  UINT64_C(65599452) << 10,
		  5,
		  { true, false, { 765579, 1020775, 1531158 }, 0 } },
		{ "CentOS, 2 GB",
		  TCPOOM_VERSION_OF(3, 8, 0, 0),
		  2 * GIB,
		  0,
		  { false, true, { 0 }, 8192 } },
		{ "CentOS, 8 GB",
		  TCPOOM_VERSION_OF(3, 8, 0, 0),
		  8 * GIB,
		  0,
		  { false, true, { 0 }, 32768 } },
		{ "CentOS, 16 GB",
		  TCPOOM_VERSION_OF(3, 8, 0, 0),
		  16 * GIB,
		  0,
		  { false, true, { 0 }, 65536 } },
		{ "CollaboraOnline, 4096 MB",
		  TCPOOM_VERSION_OF(3, 8, 0, 0),
		  4096 * (GIB >> 10),
		  0,
		  { false, true, { 0 }, 16384 } },
		{ "CollaboraOnline, 65407 MB",
		  TCPOOM_VERSION_OF(3, 8, 0, 0),
		  65407 * (GIB >> 10),
		  0,
		  { false, true, { 0 }, 262144 } },
		{ "Debian Jessie, 3.16, a small machine",
		  TCPOOM_VERSION_OF(3, 8, 0, 0),
		  256 * (GIB >> 10),
		  0,
		  { false, true, { 0 }, 1024 } },
		{ "serverfault 624911: of a machine with 4 GB",
		  TCPOOM_VERSION_OF(2, 6, 21, 0),
		  4 * GIB,
		  78,
		  { true, false, { 362688, 483584, 725376 }, 0 } },
		{ "RHEL 5, from half a GiB on",
		  TCPOOM_VERSION_OF(2, 6, 0, 0),
		  GIB / 2,
		  0,
		  { true, false, { 196608, 262144, 393216 }, 0 } },
		/* does not fit: 2.4.1 has 1024 3200 4096 with 128 MB */
		{ "LKML 2001, 2.4.1, 128 MB",
		  0,
		  NOTHING,
		  0,
		  { true, false, { 3072, 3584, 6144 }, 0 } },
		/* does not fit: what was published as the remedy */
		{ "vertx-tcp 2017, 12 GiB",
		  0,
		  NOTHING,
		  0,
		  { true, false, { 786432, 2097152, 3145728 }, 0 } },
	};

	for (size_t i = 0; i < sizeof(published) / sizeof(*published); i++) {
		struct tcpoom_guess guess[TCPOOM_GUESSES];
		const unsigned n = tcpoom_defaults_guess(&published[i].known, 4096, guess);
		const uint64_t pages = published[i].bytes / 4096;
		bool found = published[i].bytes == NOTHING && !n;

		for (unsigned g = 0; g < n; g++)
			found |= guess[g].first <= published[i].first &&
				 (!guess[g].next || published[i].first < guess[g].next) &&
				 guess[g].least <= pages &&
				 guess[g].most >= pages - pages * published[i].off / 1000;
		CHECK_SAY(found, "%s", published[i].what);
	}
}

/*
 * What was published as one machine's (geekgao/articles#7): either value alone fits several ways,
 * both only 0.86 GiB and 3.0 to 3.7, which had 524288 slots for 4 GiB already. That it is said to
 * have held 125217 sockets with so little memory makes it no likelier.
 */
static void test_both(void)
{
	struct tcpoom_guess guess[TCPOOM_GUESSES];
	struct tcpoom_known known = { true, false, { 21180, 28243, 42360 }, 65536 };

	CHECK(tcpoom_defaults_guess(&known, 4096, guess) == 2);
	CHECK(guess[1].first == TCPOOM_VERSION_OF(4, 2, 0, 0) && guess[1].next == 0);
	CHECK(guess[1].least == 16 * 28243 && guess[1].most == 16 * 28243 + 15);
	known.has_max_orphans = true;
	CHECK(tcpoom_defaults_guess(&known, 4096, guess) == 1);
	CHECK(guess[0].first == TCPOOM_VERSION_OF(3, 0, 0, 0));
	CHECK(guess[0].next == TCPOOM_VERSION_OF(3, 8, 0, 0));
	CHECK(guess[0].least == 8 * 28243 && guess[0].most == 8 * 28243 + 7);
	/* with one page more of the limit only the second value is another */
	known = (struct tcpoom_known){ true, false, { 21180, 28240, 42360 }, 0 };
	CHECK(tcpoom_defaults_guess(&known, 4096, guess) == 2);
	CHECK(guess[1].least == 16 * 28240 && guess[1].most == 16 * 28240 + 15);
	known.tcp_mem[2]++;
	CHECK(tcpoom_defaults_guess(&known, 4096, guess) == 0);
}

/* What was in the array before is no guess. */
static void test_rubbish(void)
{
	const struct tcpoom_known known = { true, false, { 21180, 28240, 42360 }, 0 };
	struct tcpoom_guess guess[TCPOOM_GUESSES], again[TCPOOM_GUESSES];
	const unsigned n = tcpoom_defaults_guess(&known, 4096, guess);

	for (unsigned i = 0; i < TCPOOM_GUESSES; i++) {
		again[i] = guess[0];
		again[i].next = guess[0].first;
	}
	CHECK(tcpoom_defaults_guess(&known, 4096, again) == n);
	CHECK(!memcmp(again, guess, n * sizeof(*guess)));
}

/* In 2.6 more memory may mean fewer orphans, so that two sizes of it explain a value. */
static void test_two_sizes(void)
{
	struct tcpoom_guess guess[TCPOOM_GUESSES];
	struct tcpoom_known known = { false, true, { 0 }, 4096 };
	const unsigned n = tcpoom_defaults_guess(&known, 4096, guess);
	unsigned sizes = 0;

	for (unsigned i = 0; i < n; i++)
		sizes += guess[i].first == TCPOOM_VERSION_OF(2, 6, 0, 0);
	CHECK(sizes == 2);
	CHECK(defaults_of("2.6.18", 64 << 20, 4096).max_orphans == 8192);
	CHECK(defaults_of("2.6.18", 128 << 20, 4096).max_orphans == 4096);
}

static void test_eras(void)
{
	static const struct {
		const char *release;
		uint64_t mib;
		uint32_t page_size;
		const char *sysctls;
	} cases[] = {
		{ "2.4.0", 128, 4096,
		  "1024 3200 4096, 8192, 4096 87380 174760, 4096 16384 131072" },
		{ "2.4.0", 16, 4096, "128 400 512, 2048, 4096 43689 87378, 4096 16384 65536" },
		{ "2.4.0", 8, 4096, "64 200 256, 1024, 4096 43689 87378, 4096 16384 65536" },
		{ "2.4.22", 8, 4096, "768 1024 1536, 1024, 4096 43689 87378, 4096 16384 65536" },
		{ "2.4.22", 1024, 4096,
		  "392192 392704 393216, 65536, 4096 87380 174760, 4096 16384 131072" },
		{ "2.4.22", 256, 4096,
		  "48128 48640 49152, 8192, 4096 87380 174760, 4096 16384 131072" },
		{ "2.6.16", 256, 4096,
		  "24576 32768 49152, 8192, 4096 87380 174760, 4096 16384 131072" },
		{ "2.6.16", 32, 4096, "3072 4096 6144, 4096, 4096 43689 87378, 4096 16384 65536" },
		{ "2.6.16", 64, 4096,
		  "6144 8192 12288, 8192, 4096 87380 174760, 4096 16384 131072" },
		{ "2.6.18", 64, 4096,
		  "6144 8192 12288, 8192, 4096 87380 262144, 4096 16384 262144" },
		{ "2.6.20", 4096, 4096,
		  "24576 32768 49152, 65536, 4096 87380 1048576, 4096 16384 1048576" },
		{ "2.6.21", 128, 4096,
		  "6144 8192 12288, 4096, 4096 87380 262144, 4096 16384 262144" },
		{ "2.6.21", 4, 4096, "96 128 192, 1024, 4096 87380 87380, 4096 16384 65536" },
		{ "2.6.21", 64, 1024, "6144 8192 12288, 8192, 1024 87380 87380, 1024 16384 65536" },
		{ "2.6.21", 8, 1024, "96 128 192, 4096, 1024 87380 87380, 1024 16384 65536" },
		{ "2.6.39", 1024, 4096,
		  "98304 131072 196608, 65536, 4096 87380 4194304, 4096 16384 4194304" },
		{ "3.0", 4096, 4096,
		  "98304 131072 196608, 262144, 4096 87380 4194304, 4096 16384 4194304" },
		{ "3.4.4", 65536, 4096,
		  "1572864 2097152 3145728, 262144, 4096 87380 6291456, 4096 16384 4194304" },
		{ "3.10.0-1160.el7.x86_64", 1024, 4096,
		  "24576 32768 49152, 4096, 4096 87380 6291456, 4096 16384 4194304" },
		{ "4.4", 1024, 65536,
		  "768 1024 1536, 4096, 65536 87380 6291456, 65536 16384 4194304" },
		{ "4.18", 1024, 65536,
		  "768 1024 1536, 4096, 4096 87380 6291456, 4096 16384 4194304" },
		{ "5.4", 1024, 65536,
		  "768 1024 1536, 4096, 4096 131072 6291456, 4096 16384 4194304" },
		{ "6.1", 1, 4096, "96 128 192, 4, 4096 131072 131072, 4096 16384 65536" },
		{ "7.1", 65536, 4096,
		  "786432 1048576 1572864, 262144, 4096 131072 33554432, 4096 16384 4194304" },
		/* RHEL 6 took the orphans of 2.6.36 between its kernels -71 and -279 */
		{ "2.6.32-71.el6", 4096, 4096,
		  "393216 524288 786432, 65536, 4096 87380 4194304, 4096 16384 4194304" },
		{ "2.6.32-279.el6", 4096, 4096,
		  "393216 524288 786432, 262144, 4096 87380 4194304, 4096 16384 4194304" },
		/* and keeps the largest tcp_mem within an int */
		{ "2.6.32-279.el6", 64 << 20, 4096,
		  "1073741823 1431655764 2147483646, 262144, 4096 87380 4194304, 4096 16384 "
		  "4194304" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tcpoom_defaults d =
			defaults_of(cases[i].release, cases[i].mib << 20, cases[i].page_size);
		char got[200];

		snprintf(got, sizeof(got),
			 "%" PRId64 " %" PRId64 " %" PRId64 ", %" PRId64 ", %" PRId64 " %" PRId64
			 " %" PRId64 ", %" PRId64 " %" PRId64 " %" PRId64,
			 d.tcp_mem[0], d.tcp_mem[1], d.tcp_mem[2], d.max_orphans, d.tcp_rmem[0],
			 d.tcp_rmem[1], d.tcp_rmem[2], d.tcp_wmem[0], d.tcp_wmem[1], d.tcp_wmem[2]);
		CHECK_SAY(!strcmp(got, cases[i].sysctls),
			  "%s, %" PRIu64 " MiB:\ngot      %s\nexpected %s", cases[i].release,
			  cases[i].mib, got, cases[i].sysctls);
	}
}

/* Half a GiB is large, to the page; tables go by whole MiB, and any page begins one. */
static void test_sizes(void)
{
	const uint64_t half = GIB / 2, page = 4096;

	CHECK(defaults_of("2.6.16", half - page, page).tcp_mem[0] == 49152);
	CHECK(defaults_of("2.6.16", half, page).tcp_mem[0] == 196608);
	CHECK(defaults_of("2.4.0", half - page, page).tcp_mem[0] == 64 << 6);
	CHECK(defaults_of("2.4.0", half, page).tcp_mem[0] == 64 << 8);
	CHECK(defaults_of("2.6.18-308.el5", 4 * GIB, page).max_orphans ==
	      defaults_of("2.6.18", 4 * GIB, page).max_orphans);
	CHECK(defaults_of("2.6.32-279.el6", 9216 * GIB, page).tcp_mem[1] == 1207959552);
	CHECK(defaults_of("2.6.32-279.el6", 12288 * GIB, page).tcp_mem[1] == 1431655764);
	CHECK(defaults_of("2.6.16", 128 << 20, page).max_orphans == 4096);
	CHECK(defaults_of("2.6.16", (128 << 20) + page, page).max_orphans == 8192);
}

/* From one page to as many as there can be, and one alone where one more changes a value. */
static void test_ends(void)
{
	struct tcpoom_guess guess[TCPOOM_GUESSES];
	struct tcpoom_known known = { true, false, { 96, 128, 192 }, 0 };
	struct tcpoom_defaults d;
	unsigned n = tcpoom_defaults_guess(&known, 4096, guess);

	CHECK(n > 0 && guess[n - 1].least == 1);
	known = (struct tcpoom_known){ false, true, { 0 }, 262144 };
	n = tcpoom_defaults_guess(&known, 4096, guess);
	CHECK(n > 0 && guess[n - 1].most == TCPOOM_PAGES_MOST);
	d = defaults_of("6.17", TCPOOM_PAGES_MOST * 4096, 4096);
	known = (struct tcpoom_known){ .has_tcp_mem = true };
	memcpy(known.tcp_mem, d.tcp_mem, sizeof(known.tcp_mem));
	n = tcpoom_defaults_guess(&known, 4096, guess);
	CHECK(n > 0 && guess[n - 1].least == TCPOOM_PAGES_MOST &&
	      guess[n - 1].most == TCPOOM_PAGES_MOST);
}

/* Whether two releases compute something else on some machine. */
static bool differ(const char *a, const char *b)
{
	for (uint64_t mib = 4; mib <= 1 << 20; mib *= 2)
		for (uint32_t page_size = 4096; page_size <= 65536; page_size *= 16) {
			const struct tcpoom_defaults x = defaults_of(a, mib << 20, page_size),
						     y = defaults_of(b, mib << 20, page_size);

			if (memcmp(&x, &y, sizeof(x)) != 0)
				return true;
		}
	return false;
}

/* The last release of each way and the first of the next. */
static void test_borders(void)
{
	static const char *const border[][2] = {
		{ "2.4.20", "2.4.21" },	  { "2.5.75", "2.6.0" },     { "2.6.16.62", "2.6.17" },
		{ "2.6.18.8", "2.6.19" }, { "2.6.20.21", "2.6.21" }, { "2.6.35.14", "2.6.36" },
		{ "2.6.39.4", "3.0" },	  { "3.1.10", "3.2" },	     { "3.7.10", "3.8" },
		{ "4.1.52", "4.2" },	  { "4.9.337", "4.10" },     { "4.19.209", "4.20" },
		{ "5.19.17", "6.0" },	  { "6.16.12", "6.17" },
	};
	enum { BORDERS = sizeof(border) / sizeof(*border) };

	for (size_t i = 0; i < BORDERS; i++) {
		CHECK_SAY(differ(border[i][0], border[i][1]), "%s", border[i][1]);
		if (i + 1 < BORDERS)
			CHECK_SAY(!differ(border[i][1], border[i + 1][0]), "%s", border[i][1]);
	}
}

/* What is computed from some memory is explained by it. */
static void test_inverse(void)
{
	static const char *const releases[] = { "2.4.0",  "2.4.22", "2.6.18", "2.6.20", "2.6.24",
						"2.6.38", "3.4.4",  "4.4",    "6.17" };

	for (size_t i = 0; i < sizeof(releases) / sizeof(*releases); i++)
		for (uint64_t mib = 1; mib < 100000; mib += mib / 3 + 1) {
			const struct tcpoom_defaults d = defaults_of(releases[i], mib << 20, 4096);
			struct tcpoom_known known = { true, true, { 0 }, d.max_orphans };
			struct tcpoom_guess guess[TCPOOM_GUESSES];
			bool found = false;
			unsigned n;

			memcpy(known.tcp_mem, d.tcp_mem, sizeof(known.tcp_mem));
			n = tcpoom_defaults_guess(&known, 4096, guess);
			for (unsigned g = 0; g < n; g++)
				found |= guess[g].least <= mib << 8 && guess[g].most >= mib << 8;
			CHECK_SAY(found, "%s, %" PRIu64 " MiB", releases[i], mib);
		}
}

static const struct test defaults_tests[] = {
	{ "published values", test_published },
	{ "two values of one machine", test_both },
	{ "an array that was used before", test_rubbish },
	{ "two sizes for one value", test_two_sizes },
	{ "each way of computing", test_eras },
	{ "sizes between which something changes", test_sizes },
	{ "the least and the most memory", test_ends },
	{ "borders between ways", test_borders },
	{ "the inverse", test_inverse },
	{ NULL, NULL },
};

SUITE(defaults)
