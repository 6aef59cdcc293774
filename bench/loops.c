/* SPDX-License-Identifier: GPL-2.0-only */
/* The loops that are timed, and the clock. */
#include <stdio.h>
#include <time.h>

#include "bench.h"
#include "fold.h"

uint64_t pass_read(const struct loop *loop)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < STATES; i++)
		sum += fold_state(&loop->state[i]);
	return sum;
}

uint64_t pass_model(const struct loop *loop)
{
	struct tcpoom_verdict v;
	uint64_t sum = 0;

	for (size_t i = 0; i < STATES; i++) {
		tcpoom_decide(loop->kernel, &loop->state[i], &v, NULL);
		sum += fold_verdict(&v);
	}
	return sum;
}

uint64_t pass_real(const struct loop *loop)
{
	struct tcpoom_verdict v;
	uint64_t sum = 0;

	for (size_t i = 0; i < STATES; i++) {
		real_decide(&loop->state[i], &v);
		sum += fold_verdict(&v);
	}
	return sum;
}

uint64_t pass_prepared(const struct loop *loop)
{
	struct tcpoom_verdict v;
	uint64_t sum = 0;

	for (size_t i = 0; i < STATES; i++) {
		real_decide_prepared(loop->sockets, i, &v);
		sum += fold_verdict(&v);
	}
	return sum;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static bool time_loop(struct bench *b, struct loop *loop, unsigned round)
{
	double spent = 0;

	for (unsigned pass = 0; pass < b->passes; pass++) {
		uint64_t sum;
		double start;

		states_shuffle(&b->states);
		for (size_t i = 0; loop->sockets && i < STATES; i++)
			real_prepare(loop->sockets, i, &loop->state[i]);
		start = now_ns();
		sum = loop->pass(loop);
		spent += now_ns() - start;
		if ((round || pass) && sum != loop->sum) {
			fprintf(stderr, "bench: %s: another checksum in another order\n",
				loop->name);
			return false;
		}
		loop->sum = sum;
	}
	loop->ns[round] = spent / ((double)b->passes * STATES);
	return true;
}

bool time_all(struct bench *b)
{
	/* each round begins with another loop, so that none always follows the same one */
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned l = 0; l < b->loops; l++)
			if (!time_loop(b, &b->loop[(l + round) % b->loops], round))
				return false;
	return true;
}
