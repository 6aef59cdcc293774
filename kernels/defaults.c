/* SPDX-License-Identifier: GPL-2.0-only */
#include "defaults.h"

#include <stddef.h>
#include <string.h>

#include "release.h"

#define V TCPOOM_VERSION_OF

enum mem { SMALL, RAISED, ORDER, BUCKET, PAGES, EIGHTH, SIXTEENTH };
enum hash { GOAL, SLOTS, FEW };
enum orphans { OVER_4, FROM_4, HALF };
enum buffers { STATIC, SHARE, LIMIT, QUANTUM, INITIAL, PAGE, LARGE };

struct way {
	uint64_t first;
	uint8_t mem, hash, orphans, buffers;
};

static const struct way ways[] = {
#define BOOT(first, mem, hash, orphans, buffers) { first, mem, hash, orphans, buffers },
#include "boot.def"
#undef BOOT
};

#define WAYS (sizeof(ways) / sizeof(*ways))
#define BIND_BUCKET 16 /* sizeof(struct inet_bind_hashbucket): a lock and a pointer */
#define MIB ((int64_t)1 << 20)

static int64_t least_of(int64_t a, int64_t b)
{
	return a < b ? a : b; /* equivalent: <=, equal ones */
}

static int64_t most_of(int64_t a, int64_t b)
{
	return a > b ? a : b; /* equivalent: >=, equal ones */
}

/* The smallest power of two that is at least x, as its exponent. */
static unsigned order_of(uint64_t x)
{
	unsigned order = 0;

	while ((uint64_t)1 << order < x)
		order++;
	return order;
}

/* Half a GiB in pages of 4 KiB; in larger ones it is as many pages. */
static bool is_large(uint64_t pages)
{
	return pages >= 128 * 1024;
}

/* mm/page_alloc.c:alloc_large_system_hash for the established hash: its slots. */
static uint64_t ehash_slots(const struct way *way, uint64_t pages, uint32_t page_size)
{
	const uint64_t per_mib = (1u << 20) / page_size;
	const unsigned scale = way->hash == FEW ? 17 : is_large(pages) ? 13 : 15;
	const uint64_t whole = (pages + per_mib - 1) / per_mib * MIB;
	const uint64_t slots = (uint64_t)1 << order_of(whole >> scale);

	return slots > 524288 ? 524288 : slots; /* equivalent: >= or 524287 or 524289, as 2^n */
}

/* The page order of the bind hash table, which 2.4 and 2.6 up to 2.6.35 go by. */
static unsigned bind_order(const struct way *way, uint64_t pages, uint32_t page_size)
{
	uint64_t buckets;
	unsigned order;

	if (way->hash == GOAL) {
		const uint64_t bytes = pages * page_size;

		/* equivalent: 20, the table is at its most */
		order = order_of(bytes >> (is_large(pages) ? 21 : 23));
		/* equivalent: 65537, for buckets are a power of two */
		while (((uint64_t)page_size << order) / BIND_BUCKET > 65536)
			order--;
		return order;
	}
	buckets = ehash_slots(way, pages, page_size);
	if (buckets > 65536)	 /* equivalent: >= or 65537 or 65535, a power of two */
		buckets = 65536; /* equivalent: 65535, rounded up */
	return order_of((buckets * BIND_BUCKET + page_size - 1) / page_size); /* equivalent: 2 */
}

/* Low and high from the pressure threshold, as all kernels from 2.6.21 on have them. */
static void split(int64_t limit, int64_t tcp_mem[3])
{
	tcp_mem[0] = limit / 4 * 3;
	tcp_mem[1] = limit;
	tcp_mem[2] = 2 * tcp_mem[0];
}

static void by_order(const struct way *way, unsigned order, int64_t tcp_mem[3])
{
	/* equivalent: 4 */
	static const int64_t base[][3] = {
		[SMALL] = { 64, 200, 256 },
		[RAISED] = { 768, 1024, 1536 }, /* equivalent: 1023 or 1025, as it is raised */
		[ORDER] = { 768, 1024, 1536 },
	};

	if (way->mem == BUCKET) {
		tcp_mem[0] = (int64_t)(1536 / BIND_BUCKET) << order; /* equivalent: 1537 */
		tcp_mem[1] = tcp_mem[0] * 4 / 3;
		tcp_mem[2] = tcp_mem[0] * 2;
		return;
	}
	for (int i = 0; i < 3; i++)
		tcp_mem[i] = base[way->mem][i] << order;
	if (way->mem != RAISED)
		return;
	tcp_mem[1] = tcp_mem[2] - 512;
	tcp_mem[0] = most_of(tcp_mem[0], tcp_mem[1] - 512);
}

/* From 2.6.21 to 2.6.39: a share that grows with memory up to 256 MiB, and then is one half. */
static int64_t share_of_pages(uint64_t pages, uint32_t page_size)
{
	const unsigned shift = order_of(page_size);
	const uint64_t cap = (uint64_t)1 << (28 - shift);
	const uint64_t low = (uint64_t)least_of((int64_t)pages, (int64_t)cap) >> (20 - shift);
	const uint64_t product = low * (pages >> (20 - shift));

	const uint64_t share = shift < 11 /* equivalent: <= or 12, which shift by 0 */
				       ? product << (11 - shift)
				       : product >> (shift - 11);

	return most_of((int64_t)share, 128);
}

static void set_tcp_mem(const struct way *way, uint64_t pages, uint32_t page_size,
			int64_t tcp_mem[3])
{
	if (way->mem < PAGES)
		by_order(way, bind_order(way, pages, page_size), tcp_mem);
	else if (way->mem == PAGES)
		split(share_of_pages(pages, page_size), tcp_mem);
	else
		split(most_of((int64_t)(pages / (way->mem == EIGHTH ? 8 : 16)), 128), tcp_mem);
}

/* What tcp_max_orphans goes by: it grows with memory, which tcp_max_orphans itself does not. */
static unsigned size_step(const struct way *way, uint64_t pages, uint32_t page_size)
{
	return way->orphans == HALF ? order_of(ehash_slots(way, pages, page_size))
				    : bind_order(way, pages, page_size);
}

/* In 2.6 up to 2.6.35, order 4 has less than order 3. */
static int64_t max_orphans_of(const struct way *way, unsigned step)
{
	if (way->orphans == HALF)
		return ((int64_t)1 << step) / 2;
	if (step < 3)			   /* equivalent: <= or 4, which shifts by 0 */
		return 8192 >> (3 - step); /* equivalent: 8193 */
	return step < 4 + (unsigned)(way->orphans == OVER_4) ? 8192 : (int64_t)4096 << (step - 4);
}

static void set_static_buffers(unsigned order, uint32_t page_size, struct tcpoom_defaults *to)
{
	const int64_t rmem[] = { 4096, 87380, 2 * 87380 }, small[] = { page_size, 43689, 87378 };
	const int64_t wmem[] = { 4096, 16384, order < 3 ? 65536 : 131072 };

	memcpy(to->tcp_rmem, order < 3 ? small : rmem, sizeof(rmem));
	memcpy(to->tcp_wmem, wmem, sizeof(wmem));
}

static void set_buffers(const struct way *way, uint64_t pages, uint32_t page_size,
			struct tcpoom_defaults *to)
{
	const int64_t share = (way->buffers == SHARE ? to->tcp_mem[1] : (int64_t)pages) *
			      (int64_t)page_size / 128;
	const int64_t rmem_cap = way->buffers == SHARE	 ? 4 * MIB
				 : way->buffers == LARGE ? 32 * MIB
							 : 6 * MIB;
	const bool quantum = way->buffers == QUANTUM || way->buffers == INITIAL;
	const int64_t least = quantum ? 4096 : page_size;
	const int64_t initial = way->buffers < INITIAL ? 87380 : 131072;

	if (way->buffers == STATIC) {
		set_static_buffers(bind_order(way, pages, page_size), page_size, to);
		return;
	}
	to->tcp_wmem[0] = to->tcp_rmem[0] = least;
	to->tcp_wmem[1] = 16384;
	to->tcp_wmem[2] = most_of(65536, least_of(4 * MIB, share));
	to->tcp_rmem[1] = initial;
	to->tcp_rmem[2] = most_of(initial, least_of(rmem_cap, share));
}

static void compute(const struct way *way, uint64_t pages, uint32_t page_size,
		    struct tcpoom_defaults *to)
{
	set_tcp_mem(way, pages, page_size, to->tcp_mem);
	set_buffers(way, pages, page_size, to);
	to->max_orphans = max_orphans_of(way, size_step(way, pages, page_size));
}

void tcpoom_defaults(const struct tcpoom_boot *boot, struct tcpoom_defaults *to)
{
	/* what an int holds of two times three quarters of it */
	const int64_t most = (int64_t)INT32_MAX * 4 / 3 / 2;
	/* took changes of 2.6.36, and keeps tcp_mem an int */
	const bool el6 =
		boot->version == V(2, 6, 32, 0) && boot->build >= 279; /* equivalent: 278, none */
	struct way way = ways[0];

	for (size_t i = 1; i < WAYS; i++) /* equivalent: 0 */
		if (boot->version >= ways[i].first)
			way = ways[i];
	if (el6)
		way.orphans = HALF;
	compute(&way, boot->pages, boot->page_size, to);
	if (el6 && to->tcp_mem[1] > most) /* equivalent: >= */
		split(most, to->tcp_mem);
}

/* What is searched for: a step, unless it is ANY, and tcp_mem if it is known. */
struct wanted {
	const struct way *way;
	const struct tcpoom_known *known;
	uint32_t page_size;
	int64_t step;
};

#define ANY (-1) /* equivalent: 2, any number below 0 will do */
#define STEPS 32 /* equivalent: 31 or 33, no table is as large */

/* Below, at or above what is wanted: all of it grows with memory. */
static int compare(const struct wanted *w, uint64_t pages)
{
	int64_t least = 0; /* equivalent: 1, only what is below 0 counts */
	int64_t most = 0;
	int64_t tcp_mem[3]; /* equivalent: 4, more room */

	set_tcp_mem(w->way, pages, w->page_size, tcp_mem);
	for (int i = 0; w->known->has_tcp_mem && i < 3; i++) {
		least = least_of(least, tcp_mem[i] - w->known->tcp_mem[i]);
		most = most_of(most, tcp_mem[i] - w->known->tcp_mem[i]);
	}
	if (w->step != ANY) {
		const int64_t step = size_step(w->way, pages, w->page_size);

		least = least_of(least, step - w->step);
		most = most_of(most, step - w->step);
	}
	return least < 0 ? -1 : most > 0; /* equivalent: 2, any number below 0 will do */
}

/* The least memory that is not below what is wanted, or with `above` the least that is above. */
static uint64_t search(const struct wanted *w, bool above)
{
	uint64_t least = 1, most = TCPOOM_PAGES_MOST + 1;

	while (least < most) {
		const uint64_t middle = least + (most - least) / 2; /* equivalent: 3 */

		if (compare(w, middle) < above)
			least = middle + 1;
		else
			most = middle;
	}
	return least;
}

/* Adds what was found, to a guess of the way before if the memory is the same. */
static unsigned add(struct tcpoom_guess *guess, unsigned count, struct tcpoom_guess found)
{
	for (unsigned i = 0; i < count; i++)
		/* equivalent: right, only ways that follow on each other have the same memory */
		if (guess[i].next == found.first && guess[i].least == found.least &&
		    guess[i].most == found.most) {
			guess[i].next = found.next;
			return count;
		}
	guess[count] = found;
	return count + 1;
}

unsigned tcpoom_defaults_guess(const struct tcpoom_known *known, uint32_t page_size,
			       struct tcpoom_guess guess[TCPOOM_GUESSES])
{
	unsigned count = 0;

	for (size_t i = 0; i < WAYS; i++)
		/* equivalent: <=, as for STEPS */
		for (int64_t step = known->has_max_orphans ? 0 : ANY; step < STEPS; step++) {
			const struct wanted w = { &ways[i], known, page_size, step };
			struct tcpoom_guess found = {
				.first = ways[i].first,
				.next = i + 1 < WAYS ? ways[i + 1].first : 0,
			};

			if (step != ANY &&
			    max_orphans_of(w.way, (unsigned)step) != known->max_orphans)
				continue;
			found.least = search(&w, false);
			found.most = search(&w, true) - 1;
			if (found.least <= found.most)
				count = add(guess, count, found);
			if (step == ANY)
				break;
		}
	return count;
}
