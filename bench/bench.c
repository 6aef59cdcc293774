/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How fast decisions are. Kernels are timed in turn with a loop that only reads the same states,
 * and with the text of a kernel tree if the benchmark was built with one; that text must then
 * agree with its model on every state. Status 1: it does not; 2: trouble.
 */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../kernels/release.h"

enum { AGREED, DIFFERED, TROUBLE };

static struct loop *add_loop(struct bench *b, uint64_t (*pass)(const struct loop *))
{
	struct loop *loop = &b->loop[b->loops++];

	loop->pass = pass;
	return loop;
}

/* The loop of that kernel, which is added unless its row is there already; NULL: no such kernel. */
static struct loop *find_kernel(struct bench *b, const char *release)
{
	struct tcpoom_resolution r;
	struct loop *loop;

	tcpoom_release_resolve(release, &r);
	if (r.candidates != 1) {
		fprintf(stderr, "bench: %s: %s\n", release, r.why);
		return NULL;
	}
	for (unsigned l = 0; l < b->loops; l++)
		if (b->loop[l].kernel == r.candidate[0])
			return &b->loop[l];
	b->states.kernel[b->states.kernels++] = r.candidate[0];
	loop = add_loop(b, pass_model);
	loop->kernel = r.candidate[0];
	snprintf(loop->name, sizeof(loop->name), "tcpoom %s", release);
	return loop;
}

static bool add_real(struct bench *b)
{
	struct loop *copied = add_loop(b, pass_real), *prepared = add_loop(b, pass_prepared);

	snprintf(copied->name, sizeof(copied->name), "real %s", real_release);
	snprintf(prepared->name, sizeof(prepared->name), "real %s, prepared", real_release);
	prepared->sockets = real_sockets_new(STATES);
	if (!prepared->sockets)
		fputs("bench: out of memory\n", stderr);
	return prepared->sockets;
}

static int run(struct bench *b, const char *vectors, const struct loop *model)
{
	const uint64_t seed = b->states.random;
	bool agreed = true;

	if (!states_make(&b->states, vectors))
		return TROUBLE;
	for (unsigned l = 0; l < b->loops; l++)
		b->loop[l].state = b->states.at;
	printf("%d states of %zu bytes, hz %" PRIu32 ": half %zu rows of %s over and over, half"
	       " random (seed %" PRIu64 "); %d rounds of %u passes\n",
	       STATES, sizeof(*b->states.at), b->states.hz, b->states.rows, vectors, seed, ROUNDS,
	       b->passes);
	for (unsigned l = b->loops - 2; model && l < b->loops; l++)
		agreed &= agree(model, &b->loop[l]);
	if (!agreed)
		return DIFFERED;
	if (!time_all(b))
		return TROUBLE;
	print_table(b);
	return AGREED;
}

/* Adds what -k did not name, and runs. */
static int set_up(struct bench *b, const char *vectors)
{
	static const char *const defaults[] = { "2.6.18", "3.4.4", "6.12.117" };
	const struct loop *model = NULL;

	if (!b->states.kernels)
		for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
			if (!find_kernel(b, defaults[i]))
				return TROUBLE;
	if (real_release) {
		model = find_kernel(b, real_release);
		if (!model || !add_real(b))
			return TROUBLE;
		if (real_hz != b->states.hz) {
			fprintf(stderr,
				"bench: the text was compiled for hz %" PRIu32 ": give -z\n",
				real_hz);
			return TROUBLE;
		}
	}
	return run(b, vectors, model);
}

static int usage(void)
{
	fputs("usage: bench [-k KERNEL]... [-p PASSES] [-s SEED] [-z HZ] VECTORS.csv\n", stderr);
	return TROUBLE;
}

/* A number from 1 to `most`, else 0. */
static uint32_t number(const char *text, uint32_t most)
{
	char *end;
	const unsigned long long n = strtoull(text, &end, 10);

	return *end || *text == '-' || n > most ? 0 : (uint32_t)n;
}

int main(int argc, char **argv)
{
	static struct bench b = { .passes = 16, .states = { .hz = 1000, .random = 20120703 } };
	int option, status;

	add_loop(&b, pass_read);
	snprintf(b.loop[0].name, sizeof(b.loop[0].name), "read");
	while ((option = getopt(argc, argv, "k:p:s:z:")) != -1) {
		if (option == 'p')
			b.passes = number(optarg, 1000);
		else if (option == 's')
			b.states.random = number(optarg, UINT32_MAX);
		else if (option == 'z')
			b.states.hz = number(optarg, 10000);
		else if (option != 'k')
			return usage();
		else if (!find_kernel(&b, optarg))
			return TROUBLE;
	}
	if (optind + 1 != argc || !b.passes || !b.states.random || b.states.hz < 5)
		return usage();
	status = set_up(&b, argv[optind]);
	for (unsigned l = 0; l < b.loops; l++)
		free(b.loop[l].sockets);
	free(b.states.at);
	return status;
}
